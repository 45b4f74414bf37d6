"""When what was paid for a stay is its landlord's: a day after check-in there, and by its dates as they are then."""

from datetime import date, datetime, time, timedelta

import pytest
import time_machine

from server.core.database import Database
from shared_models.auth import Role
from shared_models.earnings import due_at, month_within
from tests.conftest import Api, MakePerson, MakeProperty
from tests.server.bookings.test_changes import Parties
from tests.server.bookings.test_months import NOW, Letting
from tests.server.bookings.test_paid_changes import agreed, heard, opened
from tests.server.stays import MakeBooking, broken_promises, day, rows

ZONE = "Europe/London"


@pytest.fixture
async def parties(api: Api, a_person: MakePerson, a_property: MakeProperty, a_booking: MakeBooking) -> Parties:
    """A stay of days 10 to 14 that was paid by card."""
    tenant, landlord = await a_person(name="Isla"), await a_person(Role.LANDLORD, name="Morag")
    home = await a_property(landlord, sleeps=4)
    return Parties(api, tenant, landlord, home, await a_booking(tenant, home, check_in=10, check_out=14))


async def due(database: Database) -> list[datetime]:
    return [row.due_at for row in await rows(database, "SELECT due_at FROM earning ORDER BY id")]


def a_day_after(check_in: date) -> datetime:
    return due_at(check_in, time(15), ZONE)


def test_it_is_a_day_after_check_in_by_the_clock_of_the_home_whatever_that_does_meanwhile() -> None:
    assert due_at(date(2026, 7, 1), time(15), ZONE).isoformat() == "2026-07-02T14:00:00+00:00"
    assert due_at(date(2026, 7, 1), time(15), "America/New_York").isoformat() == "2026-07-02T19:00:00+00:00"
    spring = due_at(date(2026, 3, 28), time(15), ZONE)  # the clocks go forward in the night
    assert spring - due_at(date(2026, 3, 27), time(15), ZONE) == timedelta(hours=24)
    assert spring.isoformat() == "2026-03-29T15:00:00+00:00"


@pytest.mark.parametrize(
    ("month", "end"), [("2026-11", "2026-12-01"), ("2026-12", "2027-01-01"), ("2028-02", "2028-03-01")]
)
def test_a_month_is_from_its_first_day_to_that_of_the_next(month: str, end: str) -> None:
    assert [each.date().isoformat() for each in month_within(month)] == [f"{month}-01", end]


@pytest.mark.usefixtures("at_noon")
async def test_a_stay_that_was_paid_is_earned_by_its_landlord_a_day_after_check_in(
    database: Database, parties: Parties
) -> None:
    assert await due(database) == [a_day_after(day(10))]
    (row,) = await rows(database, "SELECT landlord_id, currency, earned_at FROM earning")
    assert (row.landlord_id, row.currency, row.earned_at) == (parties.people["landlord"].id, "GBP", None)


@pytest.mark.usefixtures("at_noon")
async def test_a_stay_with_other_dates_is_earned_by_them_with_what_they_cost_more(
    database: Database, parties: Parties
) -> None:
    change = (await agreed(parties, "tenant", 20, 26))["change"]
    assert await due(database) == [a_day_after(day(10))]  # it counts once it is paid
    await opened(database, parties, change)
    await heard(database, change)
    assert await due(database) == [a_day_after(day(20))] * 2
    assert await broken_promises(database) == []


@pytest.mark.usefixtures("at_noon")
async def test_what_is_earned_stays_earned_whatever_the_dates_become(database: Database, parties: Parties) -> None:
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE earning SET earned_at = now(), times = 1")
    await agreed(parties, "tenant", 20, 24)
    assert await due(database) == [a_day_after(day(10))]


async def test_a_month_is_earned_a_day_after_it_begins(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty
) -> None:
    letting = Letting(api, database, a_person, a_property)
    with time_machine.travel(NOW):
        await letting.agreed()
        await letting.paid(1)
    with time_machine.travel(NOW + timedelta(days=14)):
        letting.tenant = await letting.again(letting.tenant)
        await letting.paid(2)
    assert await due(database) == [due_at(date(2030, month, 15), time(15), ZONE) for month in (1, 2)]
