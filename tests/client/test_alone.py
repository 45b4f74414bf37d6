"""Every component of every screen, rendered alone: whatever it reads is still there when only itself changes."""

import gc

import pytest
from flet.components.component import Component

from client.design import feedback
from tests.client.harness import App
from tests.client.test_every_screen import ROLES, Open, open_as
from tests.server.stays import a_booking, a_hold, a_quote

LOADING = feedback.Loading.__component_impl__  # type: ignore[attr-defined]
__all__ = ["a_booking", "a_hold", "a_quote", "open_as"]


def shown(app: App) -> set[object]:
    """The components on show, each once."""
    return {component.fn for component in app.all(Component)}


async def render_all_but_the_memoised(app: App) -> None:
    """Put another object in the place of each component; what is memoised is spared the render."""
    for component in app.all(Component):
        if not component.memoized:
            component._schedule_update()
    await app.settle()


async def render_each_alone(app: App) -> None:
    """Render the innermost first: nothing above it is made anew before."""
    for component in reversed(app.all(Component)):
        component._schedule_update()
        await app.settle(3)


@pytest.mark.parametrize("role", ROLES)
async def test_every_component_renders_alone(open_as: Open, caplog: pytest.LogCaptureFixture, role: str) -> None:
    visit, addresses = await open_as(role)
    for address in addresses.values():
        await visit.go(address)
        await visit.holds(lambda: LOADING not in shown(visit.app), f"the answer on {address}")
        await render_all_but_the_memoised(visit.app)
        gc.collect()  # what was replaced is gone, as in a process that has run for a while
        await render_each_alone(visit.app)
        assert not [record for record in caplog.records if "failed, reference" in record.message], address
