"""Every job that runs by the clock may run twice: afterwards the database is as after once.

A new periodic job is in here by itself. If it finds nothing to do in the world below, add to the world what it is for.
"""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
import time_machine
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server import (
    app,  # noqa: F401  importing the rooms registers their jobs and listeners
    schema,
)
from server.core import jobs
from server.core.database import Database
from shared_models.auth import Role
from tests.conftest import Api, MakePerson, MakeProperty
from tests.server.stays import MakeBooking, a_booking, a_hold, a_quote, day

__all__ = ["a_booking", "a_hold", "a_quote"]

BEGAN = "2030-06-20T09:00:00Z"
LATER = "2030-07-02T12:00:00Z"
PERIODIC = sorted(name for name, cron in jobs.registered().items() if cron is not None)
HAVE_WORK = {
    "auth.forget_old",
    "bookings.complete_stays",
    "bookings.lapse_changes",
    "calendars.remove_lapsed",
    "core.forget_replies",
    "search.learn_words",
}
"""Jobs that the world below gives something to do: their first run must change it, or the test proves nothing."""
Snapshot = dict[str, list[str]]


@pytest.fixture
async def world(
    api: Api, a_person: MakePerson, a_property: MakeProperty, a_booking: MakeBooking, a_hold: MakeBooking
) -> AsyncIterator[None]:
    """Homes, blocks, links, a hold and a change that lapse, stays that end, old answers; a fortnight later."""
    with time_machine.travel(BEGAN, tick=False):
        landlord, tenant = await a_person(Role.LANDLORD), await a_person()
        await api.post("/auth/forgot-password", {"email": tenant.email})
        homes = [await a_property(landlord, zone=zone) for zone in ("Europe/London", "Pacific/Honolulu")]
        for home in homes:
            ahead = (date(2030, 6, 28) - day(0)).days
            await a_booking(tenant, home, arrive=ahead, leave=ahead + 3)
            coming = await a_booking(tenant, home, arrive=40, leave=43)
            fewer = {"arrive": str(day(40)), "leave": str(day(43)), "guests": 1}
            quote = await api.as_(tenant).post(f"/bookings/{coming['id']}/quotes", fewer)
            await api.as_(tenant).post(f"/bookings/{coming['id']}/changes", {"quote_id": quote.json()["id"]})
            await api.as_(landlord).post(f"/calendars/{home}/link", headers={"Idempotency-Key": f"link-{home}"})
            block = {"property_id": str(home), "start": str(day(5)), "end": str(day(7)), "note": "Paint"}
            await api.as_(landlord).post("/calendars/blocks", block)
            await a_hold(tenant, home, arrive=20, leave=22)
    with time_machine.travel(LATER, tick=False):
        yield


async def snapshot(database: Database) -> Snapshot:
    """Every row of every table, and what waits in the queue."""
    found: Snapshot = {}
    async with database.engine.connect() as connection:
        for table in schema.metadata.sorted_tables:
            rows = await connection.scalars(text(f'SELECT to_jsonb("{table.name}")::text FROM "{table.name}"'))
            found[table.name] = sorted(rows)
        queue = "SELECT concat(task_name, args, scheduled_at) FROM procrastinate_jobs"
        found["queue"] = sorted(await connection.scalars(text(queue)))
    return found


async def ran(database: Database, name: str) -> Snapshot:
    """The database after a run of a job."""
    await jobs.run_now(database, name, {})
    return await snapshot(database)


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("name", PERIODIC)
async def test_a_job_that_runs_twice_does_it_once(database: Database, name: str) -> None:
    before = await snapshot(database)
    once = await ran(database, name)
    assert name not in HAVE_WORK or once != before
    assert await ran(database, name) == once


async def test_a_job_with_two_effects_is_found_out(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async def add(session: AsyncSession) -> None:
        await jobs.defer(session, "core.forget_replies")

    known: dict[str, Any] = {**jobs._JOBS, "tests.twice": jobs._Job(add)}
    monkeypatch.setattr(jobs, "_JOBS", known)
    once = await ran(database, "tests.twice")
    assert await ran(database, "tests.twice") != once


def test_every_job_named_here_is_there() -> None:
    assert set(PERIODIC) >= HAVE_WORK
