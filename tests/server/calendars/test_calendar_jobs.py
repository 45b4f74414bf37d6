"""Holds lapse by the clock, whatever clocks are changed that night, and a job that runs twice does it once."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from server.calendars.events import HoldsLapsed
from server.calendars.jobs import REMOVE_LAPSED
from server.calendars.service import claims
from server.calendars.service import door as calendars
from server.core import clock, events, jobs
from server.core.database import Database
from server.core.ids import new_id
from shared_models.calendars import ClaimKind, Period
from tests.conftest import MakeProperty
from tests.server.stays import rows

NIGHTS = Period(start=date(2032, 5, 1), end=date(2032, 5, 3))


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[HoldsLapsed]:
    """Every announcement of lapsed holds."""
    found: list[HoldsLapsed] = []

    async def listen(_: object, event: HoldsLapsed) -> None:
        found.append(event)

    listeners: dict[Any, Any] = events._WITHIN
    monkeypatch.setitem(listeners, HoldsLapsed, [listen])
    return found


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York", "Pacific/Kiritimati"])
@pytest.mark.parametrize(
    "midnight",
    [
        datetime(2030, 3, 31, 0, 55, tzinfo=UTC),  # London's clocks go forward at one
        datetime(2030, 10, 27, 0, 55, tzinfo=UTC),  # and back
        datetime(2030, 11, 3, 5, 55, tzinfo=UTC),  # New York's go back at six
        datetime(2028, 2, 28, 23, 55, tzinfo=UTC),
    ],
    ids=str,
)
async def test_a_quarter_of_an_hour_is_one_whatever_the_clocks_do(
    database: Database, a_property: MakeProperty, heard: list[HoldsLapsed], zone: str, midnight: datetime
) -> None:
    home, source = await a_property(zone=zone), new_id()
    with time_machine.travel(midnight, tick=False):
        async with database.transaction() as session:
            await calendars.lock(session, [home])
            until = clock.now() + timedelta(minutes=15)
            await calendars.claim(session, home, NIGHTS, ClaimKind.HOLD, source, expires_at=until)
    left = []
    for seconds in (899, 900, 900):
        with time_machine.travel(midnight + timedelta(seconds=seconds), tick=False):
            await jobs.run_now(database, REMOVE_LAPSED, {})
        left.append(len(await rows(database, "SELECT 1 FROM occupancy")))
    assert left == [1, 0, 0]
    assert [event.source_ids for event in heard] == [[source]]


async def test_many_lapsed_holds_go_in_short_jobs_each_told_once(
    database: Database, a_property: MakeProperty, heard: list[HoldsLapsed], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "LAPSED_AT_A_TIME", 2)
    sources = [new_id() for _ in range(5)]
    for source in sources:
        home = await a_property()
        async with database.transaction() as session:
            await calendars.lock(session, [home])
            await calendars.claim(session, home, NIGHTS, ClaimKind.HOLD, source, expires_at=clock.now())
    for _ in range(2):  # the chain a killed worker left behind, and the one by the clock
        for _ in range(3):
            await jobs.run_now(database, REMOVE_LAPSED, {})
    told = [source for event in heard for source in event.source_ids]
    assert sorted(told) == sorted(sources)
    assert len(heard) == 3
    deferred = await rows(database, "SELECT 1 FROM procrastinate_jobs WHERE task_name = :name", name=REMOVE_LAPSED)
    assert len(deferred) == 2  # only where two were found there may be more
