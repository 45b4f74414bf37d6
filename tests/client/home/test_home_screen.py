"""A home's page on the real API: what was said, what was not, when it is free, and whose it is."""

from datetime import timedelta

import pytest

from client.core import clock
from shared_models.auth import Role
from tests.client.conftest import Line, OpenApp
from tests.conftest import Api, MakePerson, MakeProperty

PHONE, TABLET, DESKTOP = 390, 820, 1440


@pytest.mark.parametrize("width", [PHONE, TABLET, DESKTOP])
async def test_a_home_tells_what_it_has_and_what_is_not_said(
    open_app: OpenApp, a_property: MakeProperty, a_person: MakePerson, width: int
) -> None:
    morag = await a_person(Role.LANDLORD, name="Morag Sinclair")
    await a_property(
        morag,
        slug="flat",
        title="爱丁堡 🏰",
        bedrooms=2,
        amenities=["wifi", "oven"],
        rules={"pets": False},
        address_line="1 York Place",
    )
    visit = await open_app("/homes/flat", width=width)
    await visit.until("When it is free")
    for words in (
        "爱丁堡 🏰",
        "2 bedrooms",
        "Wi-Fi",
        "Not here",
        "No lift",
        "No pets",
        "Let by Morag Sinclair",
        "£80.00",
    ):
        assert visit.sees(words), words
    assert visit.sees("Not said: smoking, parties.")
    assert visit.sees("The street is told once your booking is confirmed.")
    assert not visit.sees("York Place")
    assert "" not in visit.app.names()


async def test_taken_nights_cannot_be_chosen(
    open_app: OpenApp, a_property: MakeProperty, a_person: MakePerson, api: Api
) -> None:
    morag = await a_person(Role.LANDLORD)
    id_ = await a_property(morag, slug="flat")
    start = (clock.today_in("Europe/London").replace(day=28) + timedelta(days=7)).replace(day=10)
    request_body = {"property_id": str(id_), "start": str(start), "end": str(start + timedelta(days=2))}
    assert (await api.as_(morag).post("/calendars/blocks", request_body)).status_code == 201
    visit = await open_app("/homes/flat")
    await visit.until(", taken")
    assert len(visit.names(", taken")) == 2
    stay = f"check_in={start - timedelta(days=1)}&check_out={start + timedelta(days=1)}"
    await visit.go(f"/homes/flat?{stay}")
    await visit.until("Some of these nights are taken. Choose other dates.")
    assert getattr(visit.app.button("Book"), "disabled", False)


async def test_guests_change_the_address_without_leaving_the_page(open_app: OpenApp, a_property: MakeProperty) -> None:
    await a_property(slug="flat", sleeps=4)
    visit = await open_app("/homes/flat?guests=2")
    await visit.press("One guest more")
    await visit.holds(lambda: visit.route == "/homes/flat?guests=3", "three guests")


async def test_ones_own_home_leads_to_its_calendar_and_cannot_be_booked(
    open_app: OpenApp, a_property: MakeProperty, a_person: MakePerson
) -> None:
    morag = await a_person(Role.LANDLORD)
    home = await a_property(morag, slug="flat", status="paused")
    visit = await open_app("/homes/flat", morag)
    await visit.until("This is your home.")
    assert visit.sees("It is not published. Nobody else sees this page.")
    assert not visit.names("Choose dates")
    await visit.press("Open its calendar")
    assert visit.route == f"/landlord/calendar?home={home}"


@pytest.mark.parametrize("slug", ["nowhere", "..", "%00", "a" * 300, "00000000-0000-0000-0000-000000000000"])
async def test_an_address_of_no_home_leads_to_the_search(open_app: OpenApp, slug: str) -> None:
    visit = await open_app(f"/homes/{slug}")
    await visit.press("Search for a home")
    assert visit.route == "/search"


async def test_a_paused_home_is_hidden_from_others(
    open_app: OpenApp, a_property: MakeProperty, a_person: MakePerson
) -> None:
    await a_property(slug="flat", status="paused")
    visit = await open_app("/homes/flat", await a_person(Role.TENANT))
    await visit.until("This home is not on show")


async def test_without_the_server_the_home_can_be_tried_again(
    open_app: OpenApp, a_property: MakeProperty, line: Line
) -> None:
    await a_property(slug="flat", title="The flat")
    line.cut = True
    visit = await open_app("/homes/flat")
    await visit.until("The home did not load")
    line.cut = False
    await visit.press("Try again")
    await visit.until("The flat")


async def test_one_home_after_another_shows_the_second(open_app: OpenApp, a_property: MakeProperty) -> None:
    await a_property(slug="one", title="The first")
    await a_property(slug="two", title="The second")
    visit = await open_app("/homes/one")
    await visit.until("The first")
    await visit.go("/homes/two")
    await visit.until("The second")
    assert not visit.sees("The first")
