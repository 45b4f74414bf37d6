"""A landlord tries price rules before saving them: the year to come, and the stays of the last."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import text

from server.bookings.service import past
from server.bookings.service.past import PastStay
from server.core import clock
from server.core.database import Database
from server.core.ids import new_id
from shared_models.auth import Role
from shared_models.price_simulation import DAYS_AHEAD
from shared_models.stay_dates import Stay
from tests.conftest import Api, MakePerson, MakeProperty, Person
from tests.server.stays import MakeBooking, statements

MONDAY = datetime(2027, 3, 1, 12, tzinfo=UTC)
TODAY = MONDAY.date()


@pytest.fixture(autouse=True)
def on_a_monday() -> Iterator[None]:
    with time_machine.travel(MONDAY):
        yield


def typed(home: UUID, **rules: Any) -> dict[str, Any]:
    return {"property_id": str(home), "let_type": "nightly", "price_minor": 10_000, "currency": "GBP", **rules}


async def stayed(database: Database, home: UUID, tenant: Person, *stays: tuple[int, int, int]) -> None:
    """Write down stays: so many days ago, so many nights, booked so many days before."""
    async with database.transaction() as session:
        await past.record_past_stays(
            session,
            [
                PastStay(
                    property_id=home,
                    tenant_id=tenant.id,
                    stay=Stay(check_in=TODAY - timedelta(days=ago), check_out=TODAY - timedelta(days=ago - nights)),
                    guests=2,
                    agreed_at=clock.now() - timedelta(days=ago + before),
                )
                for ago, nights, before in stays
            ],
        )


async def test_the_year_to_come_is_priced_as_typed_and_as_saved(
    api: Api, a_person: MakePerson, a_property: MakeProperty
) -> None:
    landlord = await a_person(Role.LANDLORD)
    home = await a_property(landlord, cleaning_fee_minor=2_000)
    asked = typed(home, weekend_percent=50, last_minute_days=1, last_minute_percent=50, cleaning_fee_minor=3_000)
    found = (await api.as_(landlord).post("/quotes/simulations", asked)).json()
    days = {date.fromisoformat(day["day"]): day for day in found["days"]}
    assert len(days) == DAYS_AHEAD
    assert (min(days), max(days)) == (TODAY, TODAY + timedelta(days=364))
    assert days[TODAY] == {
        "day": "2027-03-01",
        "night_minor": 5_000,
        "week_minor": 5 * 5_000 + 2 * 7_500 + 3_000,
        "saved_night_minor": 8_000,
        "saved_week_minor": 7 * 8_000 + 2_000,
    }
    friday = days[date(2027, 3, 5)]
    assert (friday["night_minor"], friday["week_minor"]) == (15_000, 5 * 10_000 + 2 * 15_000 + 3_000)
    assert (found["currency"], found["saved_currency"], found["stays"], found["sums"]) == ("GBP", "GBP", [], [])


async def test_the_stays_of_the_last_year_are_repriced_as_far_ahead_as_they_were_booked(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty
) -> None:
    landlord, tenant = await a_person(Role.LANDLORD), await a_person()
    home = await a_property(landlord)
    await stayed(database, home, tenant, (366, 1, 5), (365, 2, 5), (100, 3, 90), (10, 1, 1))
    asked = typed(home, early_bird_days=60, early_bird_percent=10, last_minute_days=2, last_minute_percent=50)
    found = (await api.as_(landlord).post("/quotes/simulations", asked)).json()
    told = [(stay["agreed"]["amount_minor"], stay["repriced"]["amount_minor"]) for stay in found["stays"]]
    assert told == [(16_000, 20_000), (24_000, 27_000), (8_000, 5_000)]
    assert [(sum_["stays"], sum_["agreed"], sum_["repriced"]) for sum_ in found["sums"]] == [
        (3, {"amount_minor": 48_000, "currency": "GBP"}, {"amount_minor": 52_000, "currency": "GBP"})
    ]


async def test_stays_to_come_and_those_that_were_cancelled_are_not_repriced(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty, a_booking: MakeBooking
) -> None:
    landlord, tenant = await a_person(Role.LANDLORD), await a_person()
    home = await a_property(landlord)
    await a_booking(tenant, home, check_in=0, check_out=1)
    await stayed(database, home, tenant, (20, 1, 1), (10, 1, 1))
    async with database.transaction() as session:
        gone = TODAY - timedelta(days=20)
        await session.execute(text("UPDATE booking SET status = 'cancelled' WHERE check_in = :gone"), {"gone": gone})
    found = (await api.as_(landlord).post("/quotes/simulations", typed(home))).json()
    assert [stay["check_in"] for stay in found["stays"]] == [(TODAY - timedelta(days=10)).isoformat()]


async def test_a_stay_without_a_refund_is_repriced_as_one(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty
) -> None:
    landlord, tenant = await a_person(Role.LANDLORD), await a_person()
    home = await a_property(landlord)
    await stayed(database, home, tenant, (10, 1, 1))
    async with database.transaction() as session:
        await session.execute(text("UPDATE quote SET non_refundable = true"))
    found = (await api.as_(landlord).post("/quotes/simulations", typed(home, non_refundable_percent=30))).json()
    assert [stay["repriced"]["amount_minor"] for stay in found["stays"]] == [7_000]


async def test_amounts_of_two_currencies_are_not_added_up(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty
) -> None:
    landlord, tenant = await a_person(Role.LANDLORD), await a_person()
    home = await a_property(landlord)
    await stayed(database, home, tenant, (10, 1, 1))
    found = (await api.as_(landlord).post("/quotes/simulations", typed(home, currency="EUR"))).json()
    assert (found["currency"], found["saved_currency"], found["sums"]) == ("EUR", "GBP", [])
    assert [stay["repriced"]["currency"] for stay in found["stays"]] == ["EUR"]


async def test_a_price_by_the_month_has_no_days_and_still_reprices(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty
) -> None:
    landlord, tenant = await a_person(Role.LANDLORD), await a_person()
    home = await a_property(landlord, let_type="monthly", price_minor=90_000)
    await stayed(database, home, tenant, (90, 31, 1))
    asked = typed(home, let_type="monthly", price_minor=100_000)
    found = (await api.as_(landlord).post("/quotes/simulations", asked)).json()
    assert found["days"] == []
    assert [sum_["repriced"]["amount_minor"] > sum_["agreed"]["amount_minor"] for sum_ in found["sums"]] == [True]


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        ({"min_price_minor": 10_001}, "min_price_minor"),
        ({"weekend_percent": 91}, "weekend_percent"),
        ({"seasons": [{"first": "06-01", "last": "06-30", "price_minor": 1}] * 2}, "seasons.1.first"),
        (
            {"min_price_minor": 5, "seasons": [{"first": "06-01", "last": "06-30", "price_minor": 4}]},
            "seasons.0.price_minor",
        ),
        ({"guests": 0}, "guests"),
        ({"tourist_tax": "atlantis"}, "tourist_tax"),
    ],
)
async def test_rules_that_do_not_agree_are_refused_as_when_saving(
    api: Api, a_person: MakePerson, a_property: MakeProperty, rules: dict[str, Any], field: str
) -> None:
    landlord = await a_person(Role.LANDLORD)
    reply = await api.as_(landlord).post("/quotes/simulations", typed(await a_property(landlord), **rules))
    assert (reply.status_code, [error["field"] for error in reply.json()["errors"]]) == (422, [field])


async def test_another_landlords_home_is_not_there(api: Api, a_person: MakePerson, a_property: MakeProperty) -> None:
    other = await a_person(Role.LANDLORD)
    replies = [await api.as_(other).post("/quotes/simulations", typed(home)) for home in (await a_property(), new_id())]
    assert [reply.status_code for reply in replies] == [404, 404]


async def test_a_year_of_stays_takes_as_many_statements_as_none(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty
) -> None:
    landlord, tenant = await a_person(Role.LANDLORD), await a_person()
    home = await a_property(landlord)
    with statements(database) as without:
        await api.as_(landlord).post("/quotes/simulations", typed(home))
    await stayed(database, home, tenant, *((ago, 1, 3) for ago in range(2, 62)))
    with statements(database) as with_them:
        reply = await api.as_(landlord).post("/quotes/simulations", typed(home))
    assert len(reply.json()["stays"]) == 60
    assert len(with_them) == len(without)
