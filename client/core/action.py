"""Actions: what a screen can start, once at a time, and how it is going."""

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable
from typing import Any

import flet as ft

from client.core.http import ApiError


@ft.observable
@dataclasses.dataclass
class Action:
    """An async function with its state: running, failed with `problem`, or done.

    `start` while it runs does nothing, or, with `latest=True`, cancels the run before (search as you type).
    """

    fn: Callable[..., Awaitable[Any]]
    latest: bool = False
    running: bool = False
    done: bool = False
    problem: ApiError | None = None
    _task: "asyncio.Task[Any] | None" = dataclasses.field(default=None, repr=False, compare=False)

    async def start(self, *args: Any) -> bool:
        """Run it. True when it ended well; False when it failed, was busy or gave way to a later start."""
        if self.running and not self.latest:
            return False
        if self._task is not None:
            self._task.cancel()
        task = self._task = asyncio.ensure_future(self.fn(*args))
        self.running, self.problem = True, None
        try:
            await task
        except asyncio.CancelledError:
            if self._task is task:
                self.running = False
            if task.cancelled() and self._task is not task:
                return False
            raise
        except ApiError as error:
            if self._task is task:
                self.running, self.problem = False, error
            return False
        except BaseException:
            if self._task is task:
                self.running = False
            raise
        if self._task is not task:
            return False
        self.running, self.done = False, True
        return True

    def correct(self, field: str) -> None:
        """Take away what was wrong with one field: it is being written anew."""
        if self.problem is None or field not in self.problem.fields:
            return
        told = self.problem.problem
        left = tuple(error for error in told.errors if error.field != field)
        self.problem = ApiError(told.model_copy(update={"errors": left})) if left else None

    def forget(self) -> None:
        """Take the problem away (the person has read it)."""
        self.problem = None
