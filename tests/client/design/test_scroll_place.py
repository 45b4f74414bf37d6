"""Lists are found again where they were."""

import flet as ft
import pytest

from client.design import scroll_place
from client.design.layout import SizeClass, scroll_page
from client.design.scroll_place import Pages, use_scroll_place
from tests.client.harness import App


@ft.component
def Window() -> ft.Control:
    """A list at an address, and buttons that leave it, come back and have it load again."""
    what, turn = ft.use_state("list")
    buttons: list[ft.Control] = [
        ft.TextButton(name, on_click=lambda _, name=name: turn(name)) for name in ("list", "loading", "home")
    ]
    return ft.Column([*buttons, ft.Text("home") if what == "home" else _List(ready=what == "list")])


@ft.component
def _List(*, ready: bool) -> ft.Control:
    place = use_scroll_place(ready)
    return scroll_page([ft.Text("a home")], SizeClass.PHONE, place=place)


async def scrolled(app: App, pixels: float) -> None:
    reach = {"min_scroll_extent": 0, "max_scroll_extent": 5000, "viewport_dimension": 800}
    await app.event(app.one(ft.ListView), "scroll", {"event_type": "end", "pixels": pixels, **reach})


async def test_a_list_that_was_left_is_shown_where_it_was() -> None:
    app = await App.show(Window, route="/trips")
    await scrolled(app, 900)
    await app.press("home")
    await app.press("loading")
    assert app.calls("scroll_to") == []
    await app.press("list")
    (call,) = app.calls("scroll_to")
    assert (call.control_id, call.args["offset"]) == (app.one(ft.ListView)._i, 900)


async def test_a_list_of_another_address_begins_at_its_top() -> None:
    app = await App.show(Window, route="/trips")
    await scrolled(app, 900)
    await app.press("home")
    app.session.apply_page_patch({"route": "/trips?when=past"})
    await app.press("list")
    assert app.calls("scroll_to") == []


async def test_a_list_that_was_left_long_ago_begins_at_its_top(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scroll_place, "REMEMBERED_SECONDS", -1.0)
    app = await App.show(Window, route="/trips")
    await scrolled(app, 900)
    await app.press("home")
    await app.press("list")
    assert app.calls("scroll_to") == []


@pytest.mark.parametrize(("fetched", "asked"), [(20, 4), (0, 1)])
async def test_pages_that_were_there_are_fetched_again_before_the_place_is_gone_to(fetched: int, asked: int) -> None:
    """The second time every page brings `fetched` rows: without any more of them nobody asks for ever."""
    rows, calls = [100], []

    async def more() -> None:
        calls.append(rows[0])
        rows[0] += fetched

    @ft.component
    def Listed() -> ft.Control:
        place = use_scroll_place(True, Pages(lambda: rows[0], more))
        return scroll_page([ft.Text("a home")], SizeClass.PHONE, place=place)

    @ft.component
    def Turning() -> ft.Control:
        away, turn = ft.use_state(False)
        return ft.Column([ft.TextButton("turn", on_click=lambda _: turn(not away)), ft.Text("x") if away else Listed()])

    app = await App.show(Turning, route="/trips")
    await scrolled(app, 900)
    await app.press("turn")
    rows[0] = 20
    await app.press("turn")
    assert len(calls) == asked
    assert app.calls("scroll_to")[-1].args["offset"] == 900
