"""A fault is planted in every component of every screen, one after the other: the page lives on, trying again helps."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from flet.components.component import Component, Renderer
from flet.components.router import Router

from client.app import Root
from client.core import flet_session
from client.design import feedback
from tests.client.conftest import Line, Visit
from tests.client.test_every_screen import ROLES, Open, open_as
from tests.server.stays import a_booking, a_hold, a_quote

__all__ = ["a_booking", "a_hold", "a_quote", "open_as"]


def function_of(component: Any) -> Callable[..., Any]:
    function: Callable[..., Any] = component.__component_impl__
    return function


pytestmark = pytest.mark.prove
LOADING = function_of(feedback.Loading)
ABOVE_PAGES = {*map(function_of, (Root, Router)), "Counted", "Guarded", "ForRole"}
"""What holds the pages: without it there is no page to live on."""


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> set[Callable[..., Any]]:
    """The functions of components that raise whenever they are rendered."""
    names: set[Callable[..., Any]] = set()

    def fail(*_: Any, **__: Any) -> None:
        raise ValueError("planted")

    def render(self: Renderer, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return flet_session._render(self, fail if function in names else function, *args, **kwargs)

    flet_session.install()
    monkeypatch.setattr(Renderer, "render", render)
    return names


def parts(visit: Visit) -> dict[Callable[..., Any], Component]:
    """The components on show, one of each."""
    return {component.fn: component for component in visit.app.all(Component) if component.fn.__name__ != "bounded"}


def frame(visit: Visit) -> list[str]:
    """The way to other pages: of a tenant, or of those who work here."""
    return [name for name in visit.app.names() if name in ("EstoSpaces, to the search", "Today")]


async def arrived(visit: Visit, line: Line, address: str) -> list[str]:
    """The names on a page, once every answer it asked for is on it."""

    def is_quiet() -> bool:
        return not line.under_way and LOADING not in parts(visit)

    names: list[str] | None = None
    while names is None or not is_quiet() or names != sorted(visit.app.names()):
        await visit.holds(is_quiet, f"the answer on {address}")
        names = sorted(visit.app.names())
        await visit.app.settle()  # an answer that is drawn may ask for the next
    return names


async def comes_back(visit: Visit, names: Sequence[str], where: str) -> None:
    await visit.holds(lambda: sorted(visit.app.names()) == names, f"all that {where} shows")


@pytest.mark.parametrize("role", ROLES)
async def test_whatever_part_fails_the_page_lives_on(
    open_as: Open, line: Line, broken: set[Callable[..., Any]], role: str
) -> None:
    visit, addresses = await open_as(role)
    tried: set[Any] = {LOADING}
    for address in addresses.values():
        await visit.go(address)
        whole = await arrived(visit, line, address)
        for function in [each for each in parts(visit) if each not in tried]:
            tried.add(function)
            broken.add(function)
            parts(visit)[function]._schedule_update()
            await visit.app.settle()
            where = f"{function.__module__}.{function.__qualname__} on {address}"
            assert visit.sees("could not be shown"), where
            assert frame(visit) or {function, function.__name__} & ABOVE_PAGES, f"{where} took the page"
            broken.clear()
            await visit.app.press("Try again")
            await comes_back(visit, whole, where)
            assert not visit.sees("could not be shown"), where
        assert visit.app.crashes == []
