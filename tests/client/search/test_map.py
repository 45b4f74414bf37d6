"""The map of the results on the real API: pins and cards light up together, and an area can be searched."""

from datetime import timedelta
from typing import Any

import flet as ft
import flet_map as fm
import pytest

from client.core import clock
from client.features.search.map_state import MapState, map_of
from client.features.search.state import results_of
from client.parts.map.drawn_map import point
from client.parts.map.pins import PIN_WIDTH, TARGET
from shared_models.search_map import pixels
from tests.client.conftest import Line, OpenApp, Visit
from tests.conftest import MakeProperty

PHONE, TABLET, DESKTOP = 390, 820, 1440
CHECK_IN = clock.now().date() + timedelta(days=30)
DATES = f"check_in={CHECK_IN}&check_out={CHECK_IN + timedelta(days=3)}&guests=2"
LEITH = {"latitude": 55.975, "longitude": -3.17, "neighbourhood": "Leith"}
FAR = {"latitude": 55.90, "longitude": -3.30, "neighbourhood": "Balerno"}


def mapping(visit: Visit) -> MapState:
    """The state of the map of this window."""
    return map_of(visit.app.page, None)  # type: ignore[arg-type]


def pins(visit: Visit) -> dict[str, fm.Marker]:
    """The markers of the map by what they say."""
    said: dict[str, fm.Marker] = {}
    for marker in visit.app.all(fm.Marker):
        for text in visit.app.inside(marker, ft.Text):
            said[str(text.value)] = marker
    return said


def pills(visit: Visit, words: str) -> list[ft.Container]:
    """What can be pressed of a pin; nothing until the answers for the search are here."""
    marker = pins(visit).get(words)
    return [c for c in visit.app.inside(marker, ft.Container) if c.on_click is not None] if marker is not None else []


def pill(visit: Visit, words: str) -> ft.Container:
    """What is pressed of a pin."""
    return pills(visit, words)[0]


async def move(visit: Visit, latitude: float, longitude: float, zoom: float, *, by_hand: bool = True) -> None:
    """The map of this window moves, as it tells of itself."""
    visit.app.wire.answers["get_camera"] = None
    (shown,) = visit.app.all(fm.Map)
    camera: dict[str, Any] = {
        "center": {"latitude": latitude, "longitude": longitude},
        "zoom": zoom,
        "min_zoom": 1,
        "max_zoom": 18,
        "rotation": 0,
    }
    told = {"coordinates": camera["center"], "camera": camera, "has_gesture": by_hand}
    await visit.app.event(shown, "position_change", told)


async def test_the_map_leaves_room_for_the_pins_at_its_edges(open_app: OpenApp, a_property: MakeProperty) -> None:
    for latitude, longitude in ((55.90, -3.20), (55.95, -3.30), (55.95, -3.10), (56.00, -3.20)):
        await a_property(latitude=latitude, longitude=longitude)
    visit = await open_app("/search", width=DESKTOP)
    shown = mapping(visit)
    await visit.holds(lambda: shown.frame is not None, "a frame")
    await visit.until("4 homes")
    size = shown.size
    assert shown.frame is not None
    x, y = pixels(shown.frame.latitude, shown.frame.longitude, shown.frame.zoom)
    hits = results_of(visit.app.page).hits
    assert len(hits) == 4
    for hit in hits:
        right, down = pixels(hit.latitude, hit.longitude, shown.frame.zoom)
        assert abs(right - x) <= size.width / 2 - PIN_WIDTH / 2 + 1
        assert abs(down - y) <= size.height / 2 - TARGET / 2 + 1


async def test_a_card_lights_up_its_pin_and_a_pin_its_card(open_app: OpenApp, a_property: MakeProperty) -> None:
    await a_property(title="Pier", price_minor=81_50, **LEITH)
    await a_property(title="Hill", price_minor=64_00, **FAR)
    visit = await open_app("/search", width=DESKTOP)
    await visit.holds(lambda: {"£82", "£64", "Leith", "Balerno"} <= set(pins(visit)), "pins and names")
    card = next(
        b for b in visit.app.all(ft.OutlinedButton) if any(t.value == "Pier" for t in visit.app.inside(b, ft.Text))
    )
    rest = card.style.side
    before = visit.app.wire.bytes_sent
    await visit.app.event(card, "hover", True)
    await visit.app.settle()
    top = visit.app.all(fm.MarkerLayer)[-1]
    assert [marker.coordinates for marker in top.markers] == [point(55.975, -3.17)]
    assert visit.app.wire.bytes_sent - before < 2000, "a hover sends what changed and no more"
    await visit.app.event(card, "hover", False)
    await visit.app.settle()
    assert visit.app.all(fm.MarkerLayer)[-1].markers == []

    pier = pill(visit, "£82")
    await visit.app.event(pier, "click", None)
    await visit.holds(lambda: len(visit.names("Pier. Leith")) == 2, "the card over the map")
    card = next(
        b
        for b in visit.app.all(ft.OutlinedButton)
        if b.key is not None and "Pier" in str([t.value for t in visit.app.inside(b, ft.Text)])
    )
    assert card.style.side != rest, "the card in the list is lit"
    await visit.app.event(pier, "hover", True)
    await visit.app.event(pier, "hover", False)
    top = visit.app.all(fm.MarkerLayer)[-1]
    assert [marker.coordinates for marker in top.markers] == [point(55.975, -3.17)], "picked, it stays lit"
    await visit.app.event(visit.app.one(fm.Map), "tap", {"coordinates": {"latitude": 55.9, "longitude": -3.2}})
    await visit.holds(lambda: len(visit.names("Pier. Leith")) == 1, "a press beside it lets it go")
    assert any(m.body.name == "scroll_to" for m in visit.app.wire.sent if hasattr(m.body, "name")), (
        "the list goes there"
    )


def card_of(visit: Visit, title: str) -> ft.OutlinedButton:
    """The card of a home in the list."""
    return next(
        b for b in visit.app.all(ft.OutlinedButton) if any(t.value == title for t in visit.app.inside(b, ft.Text))
    )


async def test_a_lit_pin_tells_the_price_of_the_search_that_is_shown(
    open_app: OpenApp, a_property: MakeProperty
) -> None:
    await a_property(title="Pier", price_minor=80_00, **LEITH)
    visit = await open_app("/search", width=DESKTOP)
    await visit.holds(lambda: "£80" in pins(visit), "the pin of a night")
    await visit.until("Pier. Leith")
    await visit.app.event(card_of(visit, "Pier"), "hover", True)
    await visit.app.event(card_of(visit, "Pier"), "hover", False)
    await visit.go(f"/search?{DATES}")
    await visit.holds(lambda: "£240" in pins(visit), "the pin of a stay")
    await visit.until("£240.00 for 3 nights")
    await visit.app.event(card_of(visit, "Pier"), "hover", True)
    top = visit.app.all(fm.MarkerLayer)[-1]
    assert [[text.value for text in visit.app.inside(marker, ft.Text)] for marker in top.markers] == [["£240"]]


async def test_until_another_search_is_answered_its_pins_cannot_be_picked(
    open_app: OpenApp, a_property: MakeProperty, line: Line
) -> None:
    await a_property(title="Pier", price_minor=80_00, **LEITH)
    visit = await open_app("/search", width=DESKTOP)
    await visit.holds(lambda: bool(pills(visit, "£80")), "the pin of a night")
    await visit.app.event(pill(visit, "£80"), "click", None)
    await visit.holds(lambda: len(visit.names("Pier. Leith")) == 2, "the card over the map")
    line.flowing.clear()
    await visit.go(f"/search?{DATES}")
    await visit.holds(lambda: not visit.names("Pier. Leith"), "nothing of the search before")
    assert not pills(visit, "£80")
    line.flowing.set()
    await visit.holds(lambda: "£240" in pins(visit), "the pin of a stay")


async def test_homes_of_a_moved_map_that_come_late_do_not_join_another_search(
    open_app: OpenApp, a_property: MakeProperty, line: Line
) -> None:
    await a_property(title="Pier", **LEITH)
    await a_property(title="House", type="house", **LEITH)
    visit = await open_app("/search", width=DESKTOP)
    shown = mapping(visit)
    await visit.holds(lambda: sum(cell.homes for cell in shown.cells) == 2, "both homes")
    await visit.holds(lambda: bool(visit.app.all(fm.Map)), "the map")
    line.holds = "/search/map"
    line.flowing.clear()
    shown.pause = 0
    await move(visit, 55.975, -3.17, 14)
    await visit.holds(lambda: line.waiting == 1, "the homes of where it was moved to")
    line.holds = "/nothing/more"
    await visit.go("/search?types=house")
    await visit.holds(lambda: sum(cell.homes for cell in shown.cells) == 1, "the other search")
    line.flowing.set()
    await visit.holds(lambda: line.waiting == 0, "the late answer")
    await visit.app.settle()
    assert sum(cell.homes for cell in shown.cells) == 1


async def test_a_moved_map_offers_the_search_of_its_area_and_the_address_keeps_it(
    open_app: OpenApp, a_property: MakeProperty
) -> None:
    await a_property(title="Pier", **LEITH)
    await a_property(title="Hill", **FAR)
    visit = await open_app("/search", width=DESKTOP)
    await visit.until("2 homes")
    await visit.holds(lambda: bool(visit.app.all(fm.Map)), "the map")
    await move(visit, 55.94, -3.2, 12, by_hand=False)
    await visit.app.settle()
    assert not visit.names("Search this area"), "nobody moved it"
    await move(visit, 55.975, -3.17, 14)
    await visit.press("Search this area")
    await visit.until("1 home in this area")
    assert visit.sees("Pier")
    assert not visit.sees("Hill")
    for side in ("south=55.9", "west=-3.", "north=55.9", "east=-3."):
        assert side in visit.route
    again = await open_app(visit.route, width=DESKTOP)
    await again.until("1 home in this area")
    assert not again.sees("Hill")
    await again.press("In this area, chosen, remove")
    await again.until("2 homes")
    assert "south" not in again.route


async def test_homes_too_near_each_other_are_a_group_with_their_number(
    open_app: OpenApp, a_property: MakeProperty
) -> None:
    for number in range(30):
        await a_property(title=f"Flat {number}", latitude=55.95 + number / 100_000)
    visit = await open_app("/search", width=DESKTOP)
    await visit.holds(lambda: "6" in pins(visit), "the six that are not on the first page")
    await visit.app.event(pill(visit, "6"), "click", None)
    await visit.until("Search this area")
    moves = [m.body for m in visit.app.wire.sent if getattr(m.body, "name", "") == "move_to"]
    assert moves[-1].args["zoom"] > mapping(visit).zoom, "a press on a group goes nearer"


@pytest.mark.parametrize("width", [PHONE, TABLET])
async def test_smaller_windows_go_to_the_map_and_back_by_the_address(
    open_app: OpenApp, a_property: MakeProperty, width: int
) -> None:
    await a_property(title="Pier", **LEITH)
    visit = await open_app("/search", width=width)
    await visit.press("Map of 1 home. Open it" if width == PHONE else "Show the map")
    await visit.until("Zoom in")
    assert "view=map" in visit.route
    await visit.holds(lambda: bool(visit.names("Pier. Leith")), "its card at the foot of the map")
    await visit.press("Show the list")
    await visit.until("1 home")
    assert "view" not in visit.route


async def test_the_glance_at_the_map_of_a_phone_follows_every_new_search(
    open_app: OpenApp, a_property: MakeProperty
) -> None:
    await a_property(title="Pier", **LEITH)
    await a_property(title="Tower", city="Vienna", latitude=48.2, longitude=16.37)
    visit = await open_app("/search?text=pier", width=PHONE)
    await visit.holds(lambda: glance(visit) == pytest.approx((LEITH["latitude"], LEITH["longitude"])), "Leith")
    begun: dict[int, tuple[float, float] | None] = {}

    def in_vienna() -> bool:
        shown = visit.app.all(fm.Map)
        # A map reads where it begins only once.
        return bool(shown) and begun.setdefault(shown[0]._i, glance(visit)) == pytest.approx((48.2, 16.37))

    await visit.go("/search?text=tower")
    await visit.holds(in_vienna, "a map made in Vienna")


def glance(visit: Visit) -> tuple[float, float] | None:
    """Where the one map on show began."""
    maps = visit.app.all(fm.Map)
    return (maps[0].initial_center.latitude, maps[0].initial_center.longitude) if maps else None


async def test_a_map_that_does_not_load_says_so_and_the_list_stays(
    open_app: OpenApp, a_property: MakeProperty, line: Line
) -> None:
    await a_property(title="Pier", **LEITH)
    visit = await open_app("/search", width=DESKTOP)
    await visit.holds(lambda: bool(visit.app.all(fm.Map)), "the map")
    line.cut = True
    await move(visit, 55.0, -3.0, 9)
    await visit.until("The map did not load.")
    assert visit.sees("Pier")
    line.cut = False
    await visit.press("Load the map again")
    await visit.until("The map did not load.", gone=True)


async def test_who_comes_back_from_a_home_finds_the_map_where_it_was(
    open_app: OpenApp, a_property: MakeProperty
) -> None:
    await a_property(title="Pier", slug="pier", **LEITH)
    visit = await open_app("/search", width=DESKTOP)
    await visit.holds(lambda: bool(visit.app.all(fm.Map)), "the map")
    await move(visit, 55.97, -3.16, 13.5)
    await visit.go("/homes/pier")
    await visit.until("Where you will be")
    await visit.go("/search")
    await visit.until("Zoom in")
    assert (visit.app.one(fm.Map).initial_center, visit.app.one(fm.Map).initial_zoom) == (point(55.97, -3.16), 13.5)
