"""A stay that is paid month by month, on the screens of both sides: from the last button to a month that is paid."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from client.core import clock
from server.core.database import Database
from server.payments.service.door import Subject
from shared_models.auth import Role
from shared_models.stay_dates import add_months
from tests.client.bookings.booking.test_booking_flow import BY_THE_MONTH
from tests.client.bookings.paying.test_paying import beside_jobs, came_back, heard, often, opened
from tests.client.conftest import OpenApp
from tests.conftest import Api, MakePerson, MakeProperty, Person
from tests.server.paying import Checkout, checkout, hear_of
from tests.server.stays import rows

__all__ = ["checkout", "often"]
PHONE, DESKTOP = 390, 1440
TODAY = clock.today_in("Europe/London")
CHECK_IN, CHECK_OUT = TODAY + timedelta(days=10), add_months(TODAY + timedelta(days=10), 2)
DATES = f"check_in={CHECK_IN}&check_out={CHECK_OUT}&guests=2"
Parties = tuple[Person, Person]


@pytest.fixture
async def parties(a_person: MakePerson) -> Parties:
    """Isla, who stays, and Morag, who lets."""
    return await a_person(Role.TENANT, name="Isla"), await a_person(Role.LANDLORD, name="Morag")


async def agreed(api: Api, tenant: Person, home: UUID) -> dict[str, Any]:
    """A stay of two months that was agreed elsewhere."""
    wish = {"property_id": str(home), "check_in": str(CHECK_IN), "check_out": str(CHECK_OUT), "guests": 2}
    quoted = (await api.as_(tenant).post("/quotes", wish)).json()
    held = (await api.as_(tenant).post("/bookings", {"quote_id": quoted["id"]})).json()
    found: dict[str, Any] = (await api.as_(tenant).post(f"/bookings/{held['id']}/confirm")).json()
    return found


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
async def test_a_stay_is_booked_and_its_first_month_is_paid(
    open_app: OpenApp, a_property: MakeProperty, parties: Parties, checkout: Checkout, width: int
) -> None:
    isla, morag = parties
    await a_property(morag, slug="flat", **BY_THE_MONTH)
    visit = await open_app(f"/homes/flat/book?{DATES}", isla, width=width)
    await visit.until("You pay month by month by card")
    assert visit.sees("What is kept is kept of what was paid by then, and never more.")
    assert not visit.sees("on arrival")
    await visit.press("Hold these dates")
    await visit.until("15 minutes left")
    await visit.press("Confirm booking, pay £4,800.00 month by month")
    await visit.until("Month by month")
    assert visit.sees("Nothing is paid yet. It is paid month by month.")
    assert visit.sees("No month is paid yet, so nothing comes back.")
    booking_id = visit.route.split("/")[2]

    await beside_jobs(checkout, visit.press("Pay "))
    await visit.until("Nothing is paid yet")
    assert visit.route == f"/trips/{booking_id}/payment?month=1"
    ((page_url, window),) = opened(visit)
    assert window == "_self"
    assert await checkout.press_pay(page_url) == 303
    await came_back(visit, booking_id, "?month=1&paid=1")
    await heard(checkout, visit, "The month is paid")
    assert visit.sees("£2,400.00 is paid by card for")
    assert await checkout.charges() == [("succeeded", 2400_00, True, 0)]
    await visit.press("Look at the stay")
    await visit.until("£2,400.00 of £4,800.00 is paid so far.")
    assert visit.sees("The next month can be paid from")
    assert visit.sees("Counted from what is paid so far.")
    assert not visit.names("Pay ")


async def test_both_sides_see_what_is_overdue_and_the_start_page_what_is_due(
    open_app: OpenApp, a_property: MakeProperty, parties: Parties, api: Api, database: Database
) -> None:
    isla, morag = parties
    booking = await agreed(api, isla, await a_property(morag, **BY_THE_MONTH))
    async with database.transaction() as session:
        await session.execute(
            text(
                "UPDATE rent_month SET due = due - 12, waits_from = waits_from - interval '12 days', "
                "pay_by = pay_by - interval '12 days' WHERE number = 1"
            )
        )
    theirs = await open_app(f"/landlord/stays/{booking['id']}", morag)
    await theirs.until("Overdue since")
    assert theirs.sees("What you are paid, month by month")
    assert not theirs.names("Pay ")
    mine = await open_app(f"/trips/{booking['id']}", isla)
    await mine.until("Overdue since")
    assert mine.names("Pay ")
    await mine.go("/today")
    await mine.until("Pay £2,400.00: it was due on")
    assert mine.names("Trips, 1 waits") or mine.sees("1 thing waits for you.")
    await mine.press("Pay")
    await mine.until("Nothing is paid yet")
    assert mine.route == f"/trips/{booking['id']}/payment?month=1"
    assert mine.names("Pay ")
    await theirs.go("/landlord/today")
    await theirs.until("Isla pays the month")


async def test_who_cancels_is_told_what_comes_back_of_what_was_paid(
    open_app: OpenApp, a_property: MakeProperty, parties: Parties, api: Api, database: Database
) -> None:
    isla, morag = parties
    booking = await agreed(api, isla, await a_property(morag, **BY_THE_MONTH))
    await api.as_(isla).post(f"/bookings/{booking['id']}/months/1/payment")
    ((id_,),) = await rows(database, "SELECT id FROM rent_month WHERE number = 1")
    await hear_of(database, Subject("rent_month", id_))
    visit = await open_app(f"/landlord/stays/{booking['id']}", morag)
    await visit.until("£2,400.00 of £4,800.00 is paid so far.")
    await visit.press("Cancel the stay")
    await visit.until("£2,400.00 of £2,400.00 goes back to Isla.")
    await visit.press("The home cannot be used on these dates.")
    await visit.press("Cancel it now")
    await visit.until("You cancelled this stay. £2,400.00 of £2,400.00 goes back to Isla.")
    mine = await open_app(f"/trips/{booking['id']}/payment?month=2", isla)
    await mine.until("This stay was cancelled")
    await mine.go(f"/trips/{booking['id']}/payment?month=x")
    await mine.until("There is no such stay")
