"""Stays that were agreed elsewhere and have begun."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select

from server.bookings.service.past import PastStay, record_past_stays
from server.bookings.tables import BookingTable
from server.calendars.service import door as calendars
from server.calendars.tables import OccupancyTable
from server.core.database import Database
from server.core.errors import DatesTaken, Malformed, NotFound
from server.core.ids import new_id
from shared_models.calendars import ClaimKind, Period
from shared_models.stay_dates import Stay
from tests.conftest import MakePerson, MakeProperty

NOW = datetime(2027, 3, 10, 10, 30, tzinfo=UTC)
AGREED = NOW - timedelta(days=90)


def past(home: UUID, tenant: UUID, check_in: str, check_out: str) -> PastStay:
    stay = Stay(check_in=date.fromisoformat(check_in), check_out=date.fromisoformat(check_out))
    return PastStay(property_id=home, tenant_id=tenant, stay=stay, guests=2, agreed_at=AGREED)


@time_machine.travel(NOW, tick=False)
async def test_a_stay_that_is_over_is_completed_and_one_that_is_on_is_confirmed(
    database: Database, a_property: MakeProperty, a_person: MakePerson
) -> None:
    # Limits are for bookings made here: what was agreed elsewhere was agreed.
    home, tenant = await a_property(price_minor=8000, min_nights=20, instant_book=False), await a_person()
    stays = [
        past(home, tenant.id, "2027-02-01", "2027-02-04"),
        past(home, tenant.id, "2027-03-07", "2027-03-10"),  # leaves today at noon
        past(home, tenant.id, "2027-02-04", "2027-02-05"),
    ]
    async with database.transaction() as session:
        await record_past_stays(session, stays)
    async with database.transaction() as session:
        rows = (await session.scalars(select(BookingTable).order_by("check_in"))).all()
        claims = (await session.scalars(select(OccupancyTable))).all()
    assert [(row.status, row.total_minor) for row in rows] == [
        ("completed", 24000),
        ("completed", 8000),
        ("confirmed", 24000),
    ]
    assert {(row.created_at, row.confirmed_at, row.hold_expires_at) for row in rows} == {(AGREED, AGREED, None)}
    assert {(claim.source_id, claim.period.lower, claim.kind) for claim in claims} == {
        (row.id, row.check_in, "booking") for row in rows
    }


@time_machine.travel(NOW, tick=False)
async def test_a_stay_that_has_not_begun_is_refused(
    database: Database, a_property: MakeProperty, a_person: MakePerson
) -> None:
    tenant = await a_person()
    honolulu = await a_property(zone="Pacific/Honolulu")  # still 10 March, as in London
    kiritimati = await a_property(zone="Pacific/Kiritimati")  # 11 March already
    async with database.transaction() as session:
        await record_past_stays(session, [past(kiritimati, tenant.id, "2027-03-10", "2027-03-12")])
    with pytest.raises(Malformed, match="check_in"):
        async with database.transaction() as session:
            await record_past_stays(session, [past(honolulu, tenant.id, "2027-03-10", "2027-03-12")])


@time_machine.travel(NOW, tick=False)
async def test_nights_are_claimed_as_ever(database: Database, a_property: MakeProperty, a_person: MakePerson) -> None:
    home, tenant = await a_property(), await a_person()
    twice = [past(home, tenant.id, "2027-02-01", "2027-02-04"), past(home, tenant.id, "2027-02-03", "2027-02-05")]
    with pytest.raises(DatesTaken):
        async with database.transaction() as session:
            await record_past_stays(session, twice)
    async with database.transaction() as session:
        assert (await session.scalars(select(BookingTable))).all() == []


@time_machine.travel(NOW, tick=False)
async def test_a_lapsed_hold_makes_way(database: Database, a_property: MakeProperty, a_person: MakePerson) -> None:
    home, tenant = await a_property(), await a_person()
    nights = Period(start=date(2027, 3, 10), end=date(2027, 3, 12))
    async with database.transaction() as session:
        await calendars.claim(session, home, nights, ClaimKind.HOLD, new_id(), expires_at=NOW)
        await record_past_stays(session, [past(home, tenant.id, "2027-03-09", "2027-03-11")])
    async with database.transaction() as session:
        assert [claim.kind for claim in await session.scalars(select(OccupancyTable))] == ["booking"]


async def test_an_unknown_home_is_not_found_and_nothing_is_no_error(database: Database, a_person: MakePerson) -> None:
    tenant = await a_person()
    async with database.transaction() as session:
        await record_past_stays(session, [])
    with pytest.raises(NotFound):
        async with database.transaction() as session:
            await record_past_stays(session, [past(new_id(), tenant.id, "2026-02-01", "2026-02-04")])
