"""My trips on the real API: what comes, what was, whose they are."""

import pytest
from sqlalchemy import text

from server.core.database import Database
from shared_models.auth import Role
from tests.client.bookings.booking.test_booking_flow import BY_THE_MONTH, held_by
from tests.client.conftest import Line, OpenApp
from tests.conftest import Api, MakePerson, MakeProperty

PHONE, DESKTOP = 390, 1440


async def test_nobody_sees_trips_without_signing_in(open_app: OpenApp) -> None:
    visit = await open_app("/trips")
    await visit.until("To see your trips.")


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
async def test_no_trips_yet_leads_to_the_search(open_app: OpenApp, a_person: MakePerson, width: int) -> None:
    visit = await open_app("/trips", await a_person(Role.TENANT), width=width)
    await visit.until("No trips yet")
    await visit.press("Find a home")
    assert visit.route == "/search"


async def test_a_held_stay_can_be_confirmed_from_its_page(
    open_app: OpenApp, a_property: MakeProperty, a_person: MakePerson, api: Api
) -> None:
    isla = await a_person(Role.TENANT)
    booking = await held_by(api, isla, await a_property(title="The flat", address_line="1 York Place", **BY_THE_MONTH))
    visit = await open_app("/trips", isla, width=PHONE)
    await visit.press("The flat. Confirm by")
    await visit.until(f"Booking {booking['reference']}")
    assert not visit.sees("York Place")
    await visit.press("Confirm booking, pay")
    await visit.until("1 York Place")


async def test_a_stay_that_is_over_stands_under_past(
    open_app: OpenApp, a_property: MakeProperty, a_person: MakePerson, api: Api, database: Database
) -> None:
    isla = await a_person(Role.TENANT)
    booking = await held_by(api, isla, await a_property(title="The flat"))
    assert (await api.as_(isla).post(f"/bookings/{booking['id']}/release")).status_code == 200
    async with database.transaction() as session:
        await session.execute(text("UPDATE booking SET check_in = check_in - 90, check_out = check_out - 90"))
    visit = await open_app("/trips", isla)
    await visit.until("No trips yet")
    await visit.press("Past")
    await visit.until("The flat. Let go")
    assert visit.route == "/trips?when=past"


async def test_another_persons_stay_is_not_there(
    open_app: OpenApp, a_property: MakeProperty, a_person: MakePerson, api: Api
) -> None:
    booking = await held_by(api, await a_person(Role.TENANT), await a_property())
    visit = await open_app(f"/trips/{booking['id']}", await a_person(Role.TENANT))
    await visit.until("There is no such stay")


@pytest.mark.parametrize("id_", ["x", "00000000-0000-0000-0000-000000000000"])
async def test_an_address_of_no_stay_leads_to_the_trips(open_app: OpenApp, a_person: MakePerson, id_: str) -> None:
    visit = await open_app(f"/trips/{id_}", await a_person(Role.TENANT))
    await visit.press("Your trips")
    await visit.until("No trips yet")


async def test_without_the_server_trips_can_be_tried_again(open_app: OpenApp, a_person: MakePerson, line: Line) -> None:
    visit = await open_app("/account", await a_person(Role.TENANT))
    await visit.until("Sign out")
    line.cut = True
    await visit.go("/trips")
    await visit.until("Your trips did not load")
    line.cut = False
    await visit.press("Try again")
    await visit.until("No trips yet")
