"""A stay that is paid by card, on the screens of both sides: what comes back is said before anybody cancels."""

import pytest

from server.core.database import Database
from shared_models.auth import Role
from tests.client.bookings.booking.test_booking_flow import DATES, booked_by, held_by
from tests.client.conftest import OpenApp
from tests.conftest import Api, MakePerson, MakeProperty, Person

PHONE, TABLET, DESKTOP = 390, 820, 1440
Parties = tuple[Person, Person]


@pytest.fixture
async def parties(a_person: MakePerson) -> Parties:
    """Isla, who stays, and Morag, who lets."""
    return await a_person(Role.TENANT, name="Isla"), await a_person(Role.LANDLORD, name="Morag")


@pytest.mark.parametrize("width", [PHONE, TABLET, DESKTOP])
async def test_a_tenant_sees_what_comes_back_and_gets_that(
    open_app: OpenApp, a_property: MakeProperty, parties: Parties, api: Api, database: Database, width: int
) -> None:
    isla, morag = parties
    booking = await booked_by(
        api, database, isla, await a_property(morag, cancellation_policy="moderate", cleaning_fee_minor=3000)
    )
    visit = await open_app(f"/trips/{booking['id']}", isla, width=width)
    await visit.until("If you cancel")
    assert visit.sees("All of £270.00 comes back until")
    assert visit.sees("After that £110.00 comes back, until")  # half of two nights, and the cleaning
    assert visit.sees("The price, paid by card")
    assert not visit.sees("on arrival")
    await visit.press("What comes back, and until when")
    await visit.until("Cleaning and tourist tax come back unless the stay has begun.")
    assert visit.sees("£80.00")  # once it has begun the cleaning is kept
    await visit.press("Close")
    await visit.press("Cancel the stay")
    await visit.until("£270.00 of £270.00 goes back to you. From")
    await visit.press("My plans have changed.")
    await visit.press("Cancel it now")
    await visit.until("You cancelled this stay. £270.00 of £270.00 goes back to you.")
    assert not visit.sees("If you cancel")


async def test_a_landlord_sees_what_goes_back_and_that_it_is_all_when_they_cancel(
    open_app: OpenApp, a_property: MakeProperty, parties: Parties, api: Api, database: Database
) -> None:
    isla, morag = parties
    booking = await booked_by(api, database, isla, await a_property(morag, cancellation_policy="non_refundable"))
    visit = await open_app(f"/landlord/stays/{booking['id']}", morag)
    await visit.until("If Isla cancels")
    assert not visit.sees("pays you")
    await visit.press("Cancel the stay")
    await visit.until("£240.00 of £240.00 goes back to Isla.")
    await visit.press("The home cannot be used on these dates.")
    await visit.press("Cancel it now")
    await visit.until("You cancelled this stay. £240.00 of £240.00 goes back to Isla.")


async def test_a_held_stay_says_what_is_charged_and_what_would_come_back(
    open_app: OpenApp, a_property: MakeProperty, parties: Parties, api: Api
) -> None:
    isla, morag = parties
    await held_by(api, isla, await a_property(morag, slug="flat", cancellation_policy="firm"))
    visit = await open_app(f"/homes/flat/book?{DATES}", isla)
    await visit.until("Book and pay £240.00")
    assert visit.sees("You pay by card when you book.")
    assert visit.sees("comes back until")
    assert not visit.sees("on arrival")


async def test_a_price_says_what_comes_back_before_the_dates_are_held(
    open_app: OpenApp, a_property: MakeProperty, parties: Parties
) -> None:
    isla, morag = parties
    await a_property(morag, slug="flat", cancellation_policy="limited")
    visit = await open_app(f"/homes/flat/book?{DATES}", isla)
    await visit.until("All of £240.00 comes back until")
    assert visit.sees("After that £120.00 comes back, until")
    assert not visit.sees("You pay on arrival")
    await visit.press("What comes back, and until when")
    await visit.until("half of the nights until 7 days before")


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
async def test_a_home_tells_its_terms_and_for_chosen_dates_the_clock(
    open_app: OpenApp, a_property: MakeProperty, width: int
) -> None:
    tiers = [{"days_before": 7, "refund_percent": 60}, {"days_before": 1, "refund_percent": 10}]
    await a_property(slug="flat", cancellation_policy="custom", cancellation_tiers=tiers)
    visit = await open_app("/homes/flat", width=width)
    await visit.until("If you cancel")
    assert visit.sees("60 % of the nights come back until 7 days before check-in.")
    assert visit.sees("10 % of the nights come back until 1 day before check-in.")
    assert not visit.sees("on arrival")
    assert not visit.sees("of £240.00 comes back")
    await visit.go(f"/homes/flat?{DATES}")
    await visit.until("£144.00 of £240.00 comes back until")
    assert visit.sees("After that £24.00 comes back, until")
