"""Claims as the rooms above make them, and what the database itself forbids."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from server.calendars import rules
from server.calendars.events import HoldsLapsed
from server.calendars.service import claims
from server.calendars.service import door as calendars
from server.calendars.service.door import HoldLapsed
from server.core import clock, events, jobs
from server.core.database import Database
from server.core.errors import DatesTaken, NotFound
from server.core.ids import new_id
from shared_models.calendars import ClaimKind, Period
from tests.conftest import MakeProperty
from tests.server.stays import rows

MAY = Period(start=date(2030, 5, 1), end=date(2030, 5, 8))
LATER = Period(start=date(2030, 5, 8), end=date(2030, 5, 12))
FREE = Period(start=date(2030, 6, 1), end=date(2030, 6, 2))
ACROSS = Period(start=date(2030, 5, 7), end=date(2030, 5, 9))


async def claimed(
    database: Database, home: UUID, period: Period, kind: ClaimKind = ClaimKind.BOOKING, minutes: int | None = None
) -> UUID:
    """A claim of its own transaction; `minutes` from now it lapses."""
    source = new_id()
    until = None if minutes is None else clock.now() + timedelta(minutes=minutes)
    async with database.transaction() as session:
        await calendars.lock(session, [home])
        await calendars.claim(session, home, period, kind, source, expires_at=until)
    return source


@pytest.fixture
def lapsed(monkeypatch: pytest.MonkeyPatch) -> list[HoldsLapsed]:
    """The announcements of lapsed holds, heard by a listener of the test's own."""
    heard: list[HoldsLapsed] = []

    async def listen(_: object, event: HoldsLapsed) -> None:
        heard.append(event)

    listeners: dict[Any, Any] = events._WITHIN
    monkeypatch.setitem(listeners, HoldsLapsed, [listen])
    return heard


@pytest.mark.parametrize("kind", [ClaimKind.BOOKING, ClaimKind.BLOCK, ClaimKind.TENANCY, ClaimKind.EXTERNAL])
async def test_no_kind_of_claim_takes_a_night_twice(
    database: Database, a_property: MakeProperty, kind: ClaimKind
) -> None:
    home = await a_property()
    await claimed(database, home, MAY)
    with pytest.raises(DatesTaken):
        await claimed(database, home, ACROSS, kind)
    await claimed(database, home, LATER, kind)
    await claimed(database, await a_property(), MAY, kind)


async def test_the_constraint_alone_answers_as_dates_taken(
    database: Database, a_property: MakeProperty, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = await a_property()
    await claimed(database, home, MAY)

    async def sees_nothing(*_: object, **__: object) -> bool:
        return False

    monkeypatch.setattr("server.calendars.repository.claims.Occupancy.is_taken", sees_nothing)
    with pytest.raises(DatesTaken):
        await claimed(database, home, ACROSS)


@pytest.mark.parametrize(
    "period",
    ["'empty'", "'[2030-05-01,2030-05-01)'", "'(,2030-05-01)'"],
)
async def test_the_database_refuses_periods_that_would_collide_with_nothing(
    database: Database, a_property: MakeProperty, period: str
) -> None:
    home = await a_property()
    with pytest.raises(IntegrityError, match="period_real"):
        async with database.transaction() as session:
            await session.execute(
                text(
                    "INSERT INTO occupancy (id, property_id, period, kind, source_id, created_at) "
                    f"VALUES (:id, :home, CAST({period} AS daterange), 'booking', :id, now())"
                ),
                {"id": new_id(), "home": home},
            )


@pytest.mark.parametrize(("kind", "minutes"), [(ClaimKind.HOLD, None), (ClaimKind.BOOKING, 5)])
async def test_only_holds_lapse(
    database: Database, a_property: MakeProperty, kind: ClaimKind, minutes: int | None
) -> None:
    with pytest.raises(IntegrityError, match="only_holds_lapse"):
        await claimed(database, await a_property(), MAY, kind, minutes)


async def test_a_lapsed_hold_is_free_for_readers_and_replaced_by_the_next_claimer(
    database: Database, a_property: MakeProperty, lapsed: list[HoldsLapsed]
) -> None:
    home = await a_property()
    old = await claimed(database, home, MAY, ClaimKind.HOLD, minutes=-1)
    elsewhere = await claimed(database, home, LATER, ClaimKind.HOLD, minutes=-1)
    async with database.transaction() as session:
        assert await calendars.taken(session, home, MAY) == []
        assert await calendars.is_free(session, home, MAY)
    new = await claimed(database, home, MAY)
    assert [event.source_ids for event in lapsed] == [[old]]
    left = await rows(database, "SELECT source_id FROM occupancy ORDER BY period")
    assert left == [(new,), (elsewhere,)]


async def test_a_refused_claim_leaves_the_lapsed_hold_it_met(
    database: Database, a_property: MakeProperty, lapsed: list[HoldsLapsed]
) -> None:
    home = await a_property()
    old = await claimed(database, home, LATER, ClaimKind.HOLD, minutes=-1)
    await claimed(database, home, MAY)
    with pytest.raises(DatesTaken):
        await claimed(database, home, ACROSS)
    assert (old,) in await rows(database, "SELECT source_id FROM occupancy")


async def test_confirming_needs_ones_own_live_hold(database: Database, a_property: MakeProperty) -> None:
    home = await a_property()
    live = await claimed(database, home, MAY, ClaimKind.HOLD, minutes=5)
    over = await claimed(database, home, LATER, ClaimKind.HOLD, minutes=0)
    before = await rows(database, "SELECT id FROM occupancy WHERE source_id = :id", id=live)
    async with database.transaction() as session:
        await calendars.confirm(session, live)
    for source in (over, live, new_id()):  # lapsed, confirmed already, never there
        with pytest.raises(HoldLapsed):
            async with database.transaction() as session:
                await calendars.confirm(session, source)
    after = await rows(database, "SELECT id FROM occupancy WHERE source_id = :id AND kind = 'booking'", id=live)
    assert after == before  # the very row: there was no moment without it


async def test_a_live_hold_is_made_longer_and_nothing_else(database: Database, a_property: MakeProperty) -> None:
    home = await a_property()
    live = await claimed(database, home, MAY, ClaimKind.HOLD, minutes=5)
    over = await claimed(database, home, LATER, ClaimKind.HOLD, minutes=0)
    until = clock.now() + timedelta(minutes=35)
    async with database.transaction() as session:
        await calendars.extend(session, live, until)
    for source in (over, new_id()):  # lapsed, never there
        with pytest.raises(HoldLapsed):
            async with database.transaction() as session:
                await calendars.extend(session, source, until)
    ends = dict(await rows(database, "SELECT source_id, expires_at FROM occupancy"))
    assert (ends[live], ends[over] < until) == (until, True)
    async with database.transaction() as session:
        await calendars.confirm(session, live)
    with pytest.raises(HoldLapsed):  # what is agreed has no end
        async with database.transaction() as session:
            await calendars.extend(session, live, until)


async def test_moving_changes_the_row_in_place_and_may_overlap_itself(
    database: Database, a_property: MakeProperty
) -> None:
    home = await a_property()
    mine = await claimed(database, home, MAY)
    before = await rows(database, "SELECT id FROM occupancy")
    async with database.transaction() as session:
        await calendars.lock(session, [home])
        await calendars.move(session, home, ClaimKind.BOOKING, mine, ACROSS)
    assert await rows(database, "SELECT id FROM occupancy WHERE lower(period) = '2030-05-07'") == before
    await claimed(database, home, Period(start=date(2030, 5, 9), end=date(2030, 5, 12)))
    with pytest.raises(DatesTaken):
        async with database.transaction() as session:
            await calendars.move(session, home, ClaimKind.BOOKING, mine, LATER)
    with pytest.raises(NotFound):
        async with database.transaction() as session:
            await calendars.move(session, home, ClaimKind.BOOKING, new_id(), FREE)


async def test_releasing_gives_the_nights_back_once(database: Database, a_property: MakeProperty) -> None:
    home = await a_property()
    mine = await claimed(database, home, MAY)
    answers = []
    for kind in (ClaimKind.HOLD, ClaimKind.BOOKING, ClaimKind.BOOKING):
        async with database.transaction() as session:
            answers.append(await calendars.release(session, kind, mine))
    assert answers == [False, True, False]


async def test_removing_lapsed_holds_twice_has_one_effect(
    database: Database, a_property: MakeProperty, lapsed: list[HoldsLapsed]
) -> None:
    homes = [await a_property() for _ in range(3)]
    over = {await claimed(database, home, MAY, ClaimKind.HOLD, minutes=-1) for home in homes}
    kept = await claimed(database, homes[0], LATER, ClaimKind.HOLD, minutes=5)
    for _ in range(2):
        await jobs.run_now(database, "calendars.remove_lapsed", {})
    assert [set(event.source_ids) for event in lapsed] == [over]
    assert await rows(database, "SELECT source_id FROM occupancy") == [(kept,)]
    assert await rows(database, "SELECT 1 FROM procrastinate_jobs") == []


async def test_many_lapsed_holds_are_removed_by_a_chain_of_short_jobs(
    database: Database, a_property: MakeProperty, lapsed: list[HoldsLapsed], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "LAPSED_AT_A_TIME", 2)
    home = await a_property()
    for ahead in range(3):
        night = date(2030, 5, 1) + timedelta(days=ahead)
        await claimed(database, home, Period(start=night, end=night + timedelta(days=1)), ClaimKind.HOLD, minutes=-1)
    await jobs.run_now(database, "calendars.remove_lapsed", {})
    assert len(await rows(database, "SELECT 1 FROM occupancy")) == 1
    deferred = await rows(database, "SELECT task_name FROM procrastinate_jobs")
    assert deferred == [("calendars.remove_lapsed",)]
    await jobs.run_now(database, "calendars.remove_lapsed", {})
    assert await rows(database, "SELECT 1 FROM occupancy") == []


_days = st.dates(date(2030, 1, 1), date(2030, 1, 20))
_periods = st.lists(
    st.builds(lambda start, nights: Period(start=start, end=start + timedelta(days=nights)), _days, st.integers(1, 6)),
    max_size=8,
)


@given(_periods)
def test_joined_periods_cover_the_same_nights_apart_and_by_date(periods: list[Period]) -> None:
    start, end = date(2030, 1, 4), date(2030, 1, 18)
    found = rules.joined(periods, start, end)

    def nights(of: list[Period]) -> set[date]:
        return {
            period.start + timedelta(days=passed) for period in of for passed in range((period.end - period.start).days)
        }

    assert nights(found) == {night for night in nights(periods) if start <= night < end}
    assert all(one.end < other.start for one, other in pairwise(found))
