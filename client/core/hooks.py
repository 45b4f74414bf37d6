"""Hooks that Flet has, with types."""

import dataclasses
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, ParamSpec, TypeVar

import flet as ft

P = ParamSpec("P")
T = TypeVar("T")


def use_once(make: Callable[[], T]) -> T:
    """Hook: what `make` returned at the first render; an observable re-renders the component when it changes."""
    state: Any = ft.use_state(make)
    made: T = state[0]
    return made


def use_memo(make: Callable[[], T], dependencies: Sequence[Any]) -> T:
    """Hook: what `make` returned when a dependency last changed.

    An observable made here re-renders the components it is passed to, not the one that made it.
    """
    made: T = ft.use_memo(make, list(dependencies))
    return made


def use_latest(fn: Callable[[], Any]) -> Callable[[], None]:
    """Hook: a function that is the same at every render and calls the `fn` of the last one.

    For what is put somewhere at the first render: the cleanup is that of the last, and must take the same away.
    """
    latest: Any = ft.use_ref(None)
    latest.current = fn
    first: Any = ft.use_ref(None)
    first.current = first.current or (lambda: latest.current())
    call: Callable[[], None] = first.current
    return call


def memo(component: Callable[P, T]) -> Callable[P, T]:
    """The component, rendered again only when an argument, or what it watches itself, changes."""
    memoised: Callable[P, T] = ft.memo(component)  # type: ignore[no-untyped-call]
    return memoised


@ft.observable
@dataclasses.dataclass
class Text:
    """A text that is being typed. What sends it reads `value` then: a render may not know the last keys yet."""

    value: str

    def put(self, value: str) -> None:
        """It was typed on."""
        self.value = value


def use_text(first: str = "") -> Text:
    """Hook: a text of this component alone."""
    return use_once(lambda: Text(first))


Start = Callable[..., Callable[..., None]]


def use_start() -> Start:
    """Hook: `start(fn, *args)` makes a plain callback that begins `await fn(*args)` and ignores what it is given.

    For parts that call what they get and do not await it (fields, dialogs, toasts). `fn` must be an async function.
    """
    page = ft.context.page

    def start(fn: Callable[..., Coroutine[Any, Any, Any]], *args: Any) -> Callable[..., None]:
        def begin(*_: Any) -> None:
            page.run_task(fn, *args)

        return begin

    return start
