"""Event handlers from plain functions."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any


def calling(fn: Callable[..., Any], *args: Any) -> Callable[[Any], Awaitable[None]]:
    """A handler that calls `fn(*args)` and awaits it when it is async; a lambda that returns a coroutine never runs."""

    async def handler(_: Any) -> None:
        result = fn(*args)
        if inspect.isawaitable(result):
            await result

    return handler
