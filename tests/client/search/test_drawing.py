"""Drawing on the map of the results, and the radius without a map, on the real API."""

from typing import Any

import flet as ft
import flet_map as fm
import pytest

from server.core.database import Database
from shared_models.areas import read_area, write_area
from tests.client.conftest import OpenApp, Visit
from tests.client.search.test_map import DESKTOP, FAR, LEITH, PHONE, TABLET, move, pins
from tests.conftest import MakeProperty
from tests.server.search.worlds import learn

ROUND_LEITH = ((55.99, -3.20), (55.99, -3.14), (55.96, -3.14), (55.96, -3.20))


async def tap(visit: Visit, latitude: float, longitude: float) -> None:
    """Press the map."""
    at: dict[str, Any] = {"coordinates": {"latitude": latitude, "longitude": longitude}}
    await visit.app.event(visit.app.one(fm.Map), "tap", at)


async def two_homes(open_app: OpenApp, a_property: MakeProperty, width: int, route: str = "/search") -> Visit:
    await a_property(title="Pier", **LEITH)
    await a_property(title="Hill", **FAR)
    visit = await open_app(route, width=width)
    await visit.holds(lambda: bool(visit.app.all(fm.Map)) and "Zoom in" in visit.app.names(), "the map")
    return visit


def areas(visit: Visit) -> list[list[tuple[float, float]]]:
    """The outlines in the accent's colour."""
    return [
        [(spot.latitude, spot.longitude) for spot in polygon.coordinates]
        for polygon in visit.app.all(fm.PolygonMarker)
        if "primary" in str(polygon.border_color)
    ]


@pytest.mark.parametrize("width", [PHONE, TABLET, DESKTOP])
async def test_an_area_is_drawn_corner_by_corner_and_list_map_and_address_follow(
    open_app: OpenApp, a_property: MakeProperty, width: int
) -> None:
    visit = await two_homes(open_app, a_property, width, "/search?view=map")
    await visit.press("Draw an area")
    assert not visit.names("Draw an area")
    for corner in ROUND_LEITH:
        await tap(visit, *corner)
    await visit.until("4 corners.")
    await tap(visit, *ROUND_LEITH[0])
    await visit.holds(lambda: "area=" in visit.route, "the address has it")
    area = visit.route.partition("area=")[2].partition("&")[0]
    assert read_area(area) == ROUND_LEITH
    await visit.holds(lambda: areas(visit) == [[*ROUND_LEITH]], "it stays on the map")
    await visit.until("Draw an area")
    if width != DESKTOP:
        await visit.press("Show the list")
    await visit.until("1 home in the area you drew")
    assert visit.sees("Pier")
    assert not visit.sees("Hill")
    await visit.press("In the area you drew, chosen, remove")
    await visit.until("2 homes")
    assert "area" not in visit.route


async def test_while_one_draws_pins_let_presses_through_and_two_presses_do_not_zoom(
    open_app: OpenApp, a_property: MakeProperty
) -> None:
    visit = await two_homes(open_app, a_property, DESKTOP)
    await visit.holds(lambda: "£80" in pins(visit), "the pin")

    def pressed() -> list[ft.Container]:
        return [c for c in visit.app.inside(pins(visit)["£80"], ft.Container) if c.on_click or c.on_hover]

    def zooms() -> bool:
        flags = visit.app.one(fm.Map).interaction_configuration.flags
        return bool(flags & fm.InteractionFlag.DOUBLE_TAP_ZOOM)

    assert pressed()
    assert zooms()
    await visit.press("Draw an area")
    assert not pressed()
    assert not zooms()
    await visit.press("Stop drawing")
    assert pressed()
    assert zooms()


async def test_corners_are_undone_and_escape_ends_it_without_a_search(
    open_app: OpenApp, a_property: MakeProperty
) -> None:
    visit = await two_homes(open_app, a_property, DESKTOP)
    await visit.press("Draw an area")
    for corner in ROUND_LEITH:
        await tap(visit, *corner)
    await visit.press("Undo the last corner")
    await visit.until("3 corners.")
    await key(visit, "Backspace")
    await visit.until("2 corners. Three make an area.")
    await visit.press("Take all corners away")
    await visit.until("Press the corners;")
    await tap(visit, *ROUND_LEITH[0])
    await key(visit, "Escape")
    await visit.until("Stop drawing", gone=True)
    assert "area" not in visit.route
    await visit.press("Draw an area")
    assert visit.sees("Press the corners;"), "a new drawing begins empty"


async def key(visit: Visit, name: str) -> None:
    """Press a key on the page."""
    told = {"key": name, "shift": False, "ctrl": False, "alt": False, "meta": False}
    await visit.app.event(visit.app.page, "keyboard_event", told)


async def test_a_half_drawn_area_outlives_a_resize_to_a_window_that_showed_the_list(
    open_app: OpenApp, a_property: MakeProperty
) -> None:
    visit = await two_homes(open_app, a_property, DESKTOP)
    await visit.press("Draw an area")
    for corner in ROUND_LEITH[:3]:
        await tap(visit, *corner)
    for width in (PHONE, TABLET, DESKTOP, PHONE):
        await visit.app.resize(width)
        await visit.until("3 corners.")
    await tap(visit, *ROUND_LEITH[3])
    await visit.press("Done")
    await visit.until("1 home in the area you drew")


async def test_a_point_is_pressed_and_how_far_round_it_is_chosen(open_app: OpenApp, a_property: MakeProperty) -> None:
    visit = await two_homes(open_app, a_property, DESKTOP)
    await visit.press("Search round a point")
    await tap(visit, 55.976, -3.171)
    await visit.press("500 m")
    circle = visit.app.one(fm.CircleMarker)
    assert (circle.radius, circle.use_radius_in_meter) == (500, True)
    await visit.press("Search here")
    await visit.until("1 home within 500 m of a point on the map")
    assert "latitude=55.9760&longitude=-3.1710&radius_km=0.5" in visit.route
    assert visit.app.one(fm.CircleMarker).radius == 500
    again = await open_app(visit.route, width=PHONE)
    await again.until("1 home within 500 m of a point on the map")
    await again.press("Within 500 m of a point on the map, chosen, remove")
    await again.until("2 homes")


async def test_searching_the_area_of_the_map_takes_the_place_of_what_was_drawn(
    open_app: OpenApp, a_property: MakeProperty
) -> None:
    visit = await two_homes(open_app, a_property, DESKTOP, f"/search?area={write_area(ROUND_LEITH)}")
    await move(visit, 55.90, -3.30, 14)
    await visit.press("Search this area")
    await visit.until("1 home in this area")
    assert "area=" not in visit.route
    assert visit.sees("Hill")


async def test_without_a_map_a_place_and_a_radius_do_and_then_the_nearest_can_come_first(
    open_app: OpenApp, a_property: MakeProperty, database: Database
) -> None:
    await a_property(title="Pier", **LEITH)
    await a_property(title="Quay", latitude=55.985, longitude=-3.17, neighbourhood="Newhaven")
    await a_property(title="Hill", **FAR)
    await learn(database)
    visit = await open_app("/search?text=leith", width=PHONE)
    await visit.until("1 home in Leith")
    await visit.press("Filters")
    await visit.until("Leith, Edinburgh")
    assert not sorts(visit)
    await visit.press("Leith, Edinburgh")
    await visit.until("Show 2 homes")  # 2 km, without the word "leith"
    assert sorts(visit)
    await visit.press("1 km")
    await visit.until("Show 1 home")
    await visit.press("Leith, Edinburgh")
    await visit.until("Show 1 home")
    assert not sorts(visit)
    await visit.app.type("A city or a neighbourhood", "Balerno")
    await visit.press("Balerno, Edinburgh")
    await visit.press("10 km")
    await visit.until("Show 1 home")
    await visit.press("Show 1 home")
    await visit.until("1 home within 10 km of Balerno, Edinburgh")
    assert "near=Balerno" in visit.route
    assert "text" not in visit.route, "the place takes the place of words that named one"


async def test_words_that_say_more_than_a_place_stay_with_the_radius(
    open_app: OpenApp, a_property: MakeProperty, database: Database
) -> None:
    await a_property(title="Pier", **LEITH)
    await a_property(title="Quay", **LEITH)
    await learn(database)
    visit = await open_app("/search?text=pier", width=DESKTOP)
    await visit.until("1 home")
    await visit.press("Filters")
    await visit.press("Edinburgh")
    await visit.press("10 km")
    await visit.press("Show 1 home")
    await visit.until("1 home within 10 km of Edinburgh")
    assert "text=pier" in visit.route


def sorts(visit: Visit) -> bool:
    """Whether the nearest homes can come first."""
    options = [option.text for menu in visit.app.all(ft.Dropdown) for option in menu.options]
    return "Nearest first" in options
