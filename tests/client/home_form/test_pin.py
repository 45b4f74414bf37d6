"""The pin on the map of the editor, over the real API: map and fields say the same, and the draft keeps it."""

from typing import Any

import flet as ft
import flet_map as fm
import pytest

from client.features.home_form.facts import pin_of
from client.features.home_form.typed import Typed
from client.parts.map.drawn_map import point
from server.core.database import Database
from shared_models.auth import Role
from tests.client.conftest import Line, OpenClient
from tests.client.harness import App
from tests.client.home_form.test_editor import fill, kept_as, next_step
from tests.client.waiting import see, until
from tests.conftest import Api, MakePerson, MakeProperty, Person
from tests.server.search.worlds import learn

LATITUDE, LONGITUDE = "Latitude (must be filled in)", "Longitude (must be filled in)"


@pytest.fixture
async def me(a_person: MakePerson) -> Person:
    return await a_person(Role.LANDLORD, name="Morag")


async def new_home(open_client: OpenClient, me: Person, *, width: float = 1440) -> App:
    app = await open_client("/landlord/homes/new", me, width=width)
    await until(app, lambda: bool(app.all(fm.Map)), "the map")
    return app


async def press(app: App, latitude: float, longitude: float) -> None:
    """Press the map."""
    at: dict[str, Any] = {"coordinates": {"latitude": latitude, "longitude": longitude}}
    await app.event(app.one(fm.Map), "tap", at)


async def leave(app: App, label: str, value: str) -> None:
    """Type into a field and leave it."""
    await app.type(label, value)
    await app.event(app.field(label), "blur")


def pins(app: App) -> list[tuple[fm.MapLatitudeLongitude, str]]:
    """Where pins stand and in which colour."""
    icons = [(marker, icon) for marker in app.all(fm.Marker) for icon in app.inside(marker, ft.Icon)]
    return [(marker.coordinates, str(icon.color)) for marker, icon in icons]


def moves(app: App) -> list[tuple[fm.MapLatitudeLongitude, float]]:
    """Where the map was told to go."""
    told = [m.body for m in app.wire.sent if getattr(m.body, "name", "") == "move_to"]
    return [(body.args["destination"], body.args["zoom"]) for body in told]


@pytest.mark.parametrize("width", [390, 1440])
async def test_a_press_on_the_map_fills_both_fields_and_is_kept(
    open_client: OpenClient, me: Person, api: Api, width: float
) -> None:
    app = await new_home(open_client, me, width=width)
    assert pins(app) == []
    await press(app, 55.9754321, -3.1698765)
    await until(app, lambda: app.field(LATITUDE).value == "55.97543", "the number")
    assert app.field(LONGITUDE).value == "-3.16988"
    assert pins(app) == [(point(55.97543, -3.16988), "primary")]
    await kept_as(app, api.as_(me), latitude="55.97543", longitude="-3.16988")


async def test_typed_numbers_move_the_pin_and_the_map_goes_there(open_client: OpenClient, me: Person) -> None:
    app = await new_home(open_client, me)
    await leave(app, LATITUDE, "55,97")
    assert pins(app) == [], "half of a place is none"
    await leave(app, LONGITUDE, "-3.17")
    await until(app, lambda: pins(app) == [(point(55.97, -3.17), "primary")], "the pin")
    await until(app, lambda: bool(moves(app)), "the way there")
    assert moves(app)[-1][0] == point(55.97, -3.17)
    await see(app, "Draft kept")


async def test_the_map_goes_where_homes_of_the_named_city_stand_and_claims_no_pin(
    open_client: OpenClient, me: Person, a_property: MakeProperty, database: Database
) -> None:
    await a_property(city="Leeds", neighbourhood="Headingley", latitude=53.82, longitude=-1.58)
    await a_property(city="Leeds", neighbourhood=None, latitude=53.80, longitude=-1.54)
    await learn(database)
    app = await new_home(open_client, me)
    await leave(app, "City (must be filled in)", "leeds")
    await until(app, lambda: bool(moves(app)), "the way to Leeds")
    (goal, zoom) = moves(app)[-1]
    assert (goal.latitude, goal.longitude, zoom) == pytest.approx((53.81, -1.56, 12), abs=0.001)
    assert [colour for _, colour in pins(app)] == ["outline"], "a pale one, where nobody pressed"
    assert (app.field(LATITUDE).value, app.field(LONGITUDE).value) == ("", "")
    await leave(app, "Neighbourhood", "Headingley")
    await until(app, lambda: moves(app)[-1][1] == 14, "the way to Headingley")
    (goal, _) = moves(app)[-1]
    assert (goal.latitude, goal.longitude) == pytest.approx((53.82, -1.58), abs=0.001)

    await press(app, 53.7, -1.5)
    await until(app, lambda: [colour for _, colour in pins(app)] == ["primary"], "the pin")
    gone = len(moves(app))
    await leave(app, "City (must be filled in)", "Elsewhere")
    await app.settle()
    await see(app, "Draft kept")
    assert len(moves(app)) == gone, "the pin is the landlord's word"


async def test_a_pin_at_sea_is_told_beside_the_fields(open_client: OpenClient, me: Person) -> None:
    app = await new_home(open_client, me)
    await fill(app, "what")
    await press(app, 40, -40)
    for step in ("rooms", "what it has", "rules and times", "prices"):
        await next_step(app, step)
    await see(app, "Set the prices")
    await fill(app, "price")
    await next_step(app, "limits")
    await next_step(app, "look and send")
    await app.press("Send for review")
    await see(app, "1 field to correct")
    await app.press("Kind and place")
    await see(app, "Lies at sea; put it on the home.")


async def test_without_a_line_the_fields_do_and_the_map_is_tried_again(
    open_client: OpenClient, me: Person, line: Line
) -> None:
    app = await open_client("/landlord/homes/new", me)
    await until(app, lambda: bool(app.all(fm.Map)), "the map")
    line.cut = True
    await leave(app, "City (must be filled in)", "Leeds")
    await see(app, "The map did not load.")
    await press(app, 53.7, -1.5)
    assert app.field(LATITUDE).value == "53.70000"
    line.cut = False
    await app.press("Load the map again")
    await until(app, lambda: not any("The map did not load." in words for words in app.texts()), "the map")
    await see(app, "Draft kept")


@pytest.mark.parametrize(
    ("latitude", "longitude", "pin"),
    [
        ("55.97", "-3.17", (55.97, -3.17)),
        (" 55,97 ", "-3.17", (55.97, -3.17)),
        ("", "-3.17", None),
        ("55.97", "", None),
        ("91", "0", None),
        ("0", "-180.1", None),
        ("north", "0", None),
        ("NaN", "0", None),
        ("Infinity", "0", None),
    ],
)
def test_a_pin_is_two_numbers_on_the_earth(latitude: str, longitude: str, pin: tuple[float, float] | None) -> None:
    assert pin_of(Typed(words={"latitude": latitude, "longitude": longitude})) == pin
