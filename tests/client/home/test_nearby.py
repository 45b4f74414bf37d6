"""Round a home on the real API: its pictures, the map it stands on, homes like it, and the link to it."""

from datetime import timedelta

import flet as ft
import flet_map as fm
import pytest

from client.core import clock
from client.parts.map.drawn_map import point
from shared_models.auth import Role
from tests.client.conftest import OpenApp
from tests.conftest import MakePerson, MakeProperty

PHONE, DESKTOP = 390, 1440


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
async def test_the_pictures_open_large_and_arrows_and_escape_lead_on_and_back(
    open_app: OpenApp, a_property: MakeProperty, width: int
) -> None:
    await a_property(slug="flat", bedrooms=1, bathrooms=1)
    visit = await open_app("/homes/flat", width=width)
    if width == PHONE:
        await visit.until("Drawing · 1 / 3")
    await visit.press("Drawing of a bedroom, no photo yet. Look at it large")
    await visit.until("Drawing of a bedroom, no photo yet. 2 of 3")
    for key, words in (
        ("Arrow Right", "Drawing of a bathroom, no photo yet. 3 of 3"),
        ("Arrow Right", "1 of 3"),
        ("Arrow Left", "3 of 3"),
    ):
        await visit.app.event(visit.app.all(ft.KeyboardListener)[-1], "key_down", {"key": key})
        await visit.until(words)
    await visit.press("Picture before")
    await visit.until("2 of 3")
    await visit.app.event(visit.app.all(ft.KeyboardListener)[-1], "key_down", {"key": "Escape"})
    await visit.until("2 of 3", gone=True)


async def test_a_strangers_home_stands_within_a_circle_and_its_own_at_its_place(
    open_app: OpenApp, a_property: MakeProperty, a_person: MakePerson
) -> None:
    morag = await a_person(Role.LANDLORD)
    await a_property(morag, slug="flat", latitude=55.953349, longitude=-3.188267, address_line="1 York Place")
    visit = await open_app("/homes/flat")
    await visit.until("Where you will be")
    await visit.holds(lambda: bool(visit.app.all(fm.CircleMarker)), "the map")
    assert visit.app.one(fm.CircleMarker).coordinates == point(55.953, -3.188)
    assert visit.sees("New Town")
    own = await open_app("/homes/flat", morag)
    await own.until("1 York Place")
    await own.holds(lambda: bool(own.app.all(fm.CircleMarker)), "the map")
    assert own.app.one(fm.CircleMarker).coordinates == point(55.953349, -3.188267)


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
async def test_homes_like_it_keep_the_dates_and_lead_to_their_pages(
    open_app: OpenApp, a_property: MakeProperty, width: int
) -> None:
    await a_property(slug="flat", title="This flat")
    await a_property(slug="twin", title="Twin", cleaning_fee_minor=20_00)
    check_in = clock.today_in("UTC") + timedelta(days=30)
    stay = f"check_in={check_in}&check_out={check_in + timedelta(days=3)}"
    visit = await open_app(f"/homes/flat?{stay}&guests=2", width=width)
    await visit.until("Homes like this")
    await visit.press("Twin. New Town · 100 m away · Flat. £260.00 for 3 nights")
    await visit.holds(lambda: visit.route == f"/homes/twin?{stay}&guests=2", "the page of the twin")
    lone = await open_app("/homes/flat?check_in=soon")
    await lone.until("Twin")


async def test_a_link_to_it_keeps_the_dates(open_app: OpenApp, a_property: MakeProperty) -> None:
    await a_property(slug="flat")
    check_in = clock.today_in("UTC") + timedelta(days=30)
    stay = f"check_in={check_in}&check_out={check_in + timedelta(days=3)}"
    visit = await open_app(f"/homes/flat?{stay}")
    await visit.press("Share this home")
    await visit.until("The link is copied.")
    copied = [m.body.args for m in visit.app.wire.sent if getattr(m.body, "name", "") == "set"]
    assert copied[-1]["data"] == f"https://estospaces.test/homes/flat?{stay}"


async def test_what_is_known_of_the_landlord_is_told(
    open_app: OpenApp, a_property: MakeProperty, a_person: MakePerson
) -> None:
    morag = await a_person(Role.LANDLORD, name="Morag Sinclair")
    await a_property(morag, slug="flat")
    await a_property(morag)
    await a_property(morag, status="draft")
    visit = await open_app("/homes/flat")
    await visit.until("Let by Morag Sinclair")
    assert visit.sees("On EstoSpaces since ")
    assert visit.sees("2 homes on show")
