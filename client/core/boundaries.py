"""Where a failing render ends: the panel it belongs to says so, with a reference and a way to try again.

`screen` marks what is a whole page, `panel` what stands on one. A component without a mark degrades to the nearest
above it. What failed is taken off the page and its state with it, so that trying again begins anew. The session's cures
(`client/core/flet_session.py`) catch the error wherever Flet renders and call `give_up`.
"""

import asyncio
import dataclasses
import functools
import weakref
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import flet as ft
from flet.components.component import Component
from flet.components.utils import current_component

P = ParamSpec("P")
T = TypeVar("T")


@dataclasses.dataclass(frozen=True)
class FailedPart:
    """What the person is told of a part that could not be shown; `reference` stands in the log as well."""

    reference: str
    retry: Callable[[], None]
    is_page: bool = False
    """Whether the part is a whole page."""
    is_bare: bool = False
    """Whether even the view of the failure failed, so that nothing but plain controls may show it now."""


FailureView = Callable[[FailedPart], ft.Control]


class _View:
    """How a failure is drawn."""

    draw: FailureView = staticmethod(lambda failed: ft.Text(failed.reference))


def draw_failures(view: FailureView) -> None:
    """From now on failures look like this."""
    _View.draw = staticmethod(view)


@dataclasses.dataclass
class _Failure:
    """A failure of a boundary. It stands until somebody tries again, or the part is to show something else."""

    reference: str
    arguments: tuple[Any, ...]
    is_shown: bool = False
    is_bare: bool = False


class Boundary:
    """One boundary on one page: whether what it holds failed, and how often it was begun anew."""

    def __init__(self, owner: Component, *, is_page: bool) -> None:
        self._state = weakref.ref(owner._state)
        self.is_page = is_page
        self.attempt = 0
        self.failure: _Failure | None = None
        self.arguments: tuple[Any, ...] = ()

    def fail(self, reference: str) -> bool:
        """Show a failure soon, once the render under way is over. False when even the plainest view of it failed."""
        failure = self.failure
        if failure is None:
            self.failure = _Failure(reference, self.arguments)
        elif failure.is_shown:
            if failure.is_bare:
                return False
            self.failure = _Failure(reference, self.arguments, is_bare=True)
        asyncio.get_running_loop().call_soon(self._render)
        return True

    def retry(self) -> None:
        """Begin anew, with nothing of what failed."""
        self.failure = None
        self.attempt += 1
        self._render()

    def failing(self, arguments: tuple[Any, ...]) -> _Failure | None:
        """The failure that still stands for these arguments; others are a reason to try again."""
        self.arguments = arguments
        if self.failure is not None and self.failure.arguments != arguments:
            self.failure = None
            self.attempt += 1
        return self.failure

    def _render(self) -> None:
        owner = getattr(self._state(), "owner", None)
        component: Component | None = owner() if owner is not None else None
        if component is not None:
            component._schedule_update()  # type: ignore[no-untyped-call]


def screen(fn: Callable[P, T]) -> Callable[P, T]:
    """A component that is a whole page: when it fails, the way to the other pages stays."""
    return _bounded(fn, is_page=True)


def panel(fn: Callable[P, T]) -> Callable[P, T]:
    """A component that fails alone: a panel, a sheet, a card. The rest of the page lives on."""
    return _bounded(fn, is_page=False)


def _bounded(fn: Callable[P, T], *, is_page: bool) -> Callable[P, T]:
    inside = ft.component(fn)

    # One function a boundary: Flet takes components of the same function for the same part.
    @ft.component
    def bounded(arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        owner = current_component()
        boundary: Boundary = ft.use_memo(lambda: Boundary(owner, is_page=is_page), [])
        owner._state.boundary = boundary  # type: ignore[attr-defined]
        failure = boundary.failing((*arguments, *named.items()))
        if failure is None:
            return inside(*arguments, key=str(boundary.attempt), **named)  # type: ignore[arg-type]
        failure.is_shown = True
        return _View.draw(FailedPart(failure.reference, boundary.retry, is_page, failure.is_bare))

    @functools.wraps(fn)
    def component(*args: P.args, **kwargs: P.kwargs) -> T:
        key = kwargs.pop("key", None)
        return cast(T, bounded(args, kwargs, key=key))  # type: ignore[call-arg]

    marked: Any = component
    marked.__is_component__, marked.__component_impl__ = True, fn
    return component


def give_up(component: Component, reference: str) -> bool:
    """Have the nearest boundary show that this component failed. False when there is none left that can."""
    above: Component | None = component
    while above is not None:
        boundary: Boundary | None = getattr(above._state, "boundary", None)
        if boundary is not None:
            return boundary.fail(reference)
        parent = above._parent_component
        above = parent() if parent is not None else None
    return False


def owner_of(control: ft.BaseControl) -> Component | None:
    """The component in whose body a control stands."""
    above: ft.BaseControl | None = control
    while above is not None and not isinstance(above, Component):
        above = above.parent
    return above
