"""A job may be killed anywhere and run twice: afterwards the database is as after once.

So it is with every job that runs by the clock and every listener *after* an event; new ones are in here by themselves.
If a job finds nothing to do in the world below, add to the world what it is for. What the database sees of a killed
process is a connection that ends, which takes back whatever was not committed: so a job is killed here before each of
its statements and before its commit.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession

from server import (
    app,  # noqa: F401  importing the rooms registers their jobs and listeners
    schema,
)
from server.bookings.events import RentPaid
from server.core import events, jobs
from server.core.database import Database
from server.core.ids import new_id
from server.core.tables import InboxEvent
from shared_models.auth import Role
from shared_models.bookings import BookingSide, BookingStatus
from tests.conftest import Api, MakePerson, MakeProperty
from tests.server.core.queue import a_failed_job
from tests.server.stays import MakeBooking, a_booking, a_hold, a_quote, day, rows

__all__ = ["a_booking", "a_hold", "a_quote"]

BEGAN = "2030-06-20T09:00:00Z"
LATER = "2030-07-02T12:00:00Z"
PAID_MONTH = 1
"""The next one is still to be paid."""
LISTENERS = sorted((name, kind) for kind, names in events._AFTER.items() for name in names)
# What asks a provider is killed where one is: tests/server/payments/test_kills.py.
PERIODIC = sorted(name for name, job in jobs.registered().items() if job.cron is not None and not job.external)
HAVE_WORK = {
    "auth.purge_expired",
    "bookings.complete_stays",
    "bookings.lapse_changes",
    "bookings.remind_of_rent",
    "calendars.remove_lapsed",
    "core.follow_failed_jobs",
    "core.forget_inbox",
    "core.forget_replies",
    "search.learn_words",
}
"""Jobs that the world below gives something to do: their first run must change it, or the test proves nothing."""
Snapshot = dict[str, list[str]]


@pytest.fixture
async def world(
    api: Api,
    database: Database,
    a_person: MakePerson,
    a_property: MakeProperty,
    a_booking: MakeBooking,
    a_hold: MakeBooking,
) -> AsyncIterator[None]:
    """Homes, blocks, links, a hold and a change that lapse, stays that end, old answers, a job that failed for good, an
    old event of another service; a fortnight later."""
    await a_failed_job(database)
    async with database.transaction() as session:
        old = datetime(2030, 1, 1, tzinfo=UTC)
        event = InboxEvent(source="bank", external_id="1", body=b"", headers={}, received_at=old, processed_at=old)
        session.add(event)
    with time_machine.travel(BEGAN, tick=False):
        landlord, tenant = await a_person(Role.LANDLORD), await a_person()
        await api.post("/auth/forgot-password", {"email": tenant.email})
        homes = [await a_property(landlord, zone=zone) for zone in ("Europe/London", "Pacific/Honolulu")]
        for home in homes:
            ahead = (date(2030, 6, 28) - day(0)).days
            await a_booking(tenant, home, check_in=ahead, check_out=ahead + 3)
            coming = await a_booking(tenant, home, check_in=40, check_out=43)
            fewer = {"check_in": str(day(40)), "check_out": str(day(43)), "guests": 1}
            quote = await api.as_(tenant).post(f"/bookings/{coming['id']}/quotes", fewer)
            await api.as_(tenant).post(f"/bookings/{coming['id']}/changes", {"quote_id": quote.json()["id"]})
            await api.as_(landlord).post(f"/calendars/{home}/link", headers={"Idempotency-Key": f"link-{home}"})
            block = {"property_id": str(home), "start": str(day(5)), "end": str(day(7)), "note": "Paint"}
            await api.as_(landlord).post("/calendars/blocks", block)
            await a_hold(tenant, home, check_in=20, check_out=22)
        await a_booking(tenant, await a_property(landlord, let_type="monthly"), check_in=10, check_out=45)
    with time_machine.travel(LATER, tick=False):
        yield


async def snapshot(database: Database) -> Snapshot:
    """Every row of every table, and what waits in the queue; in one question, for it is asked often."""
    parts = [
        f"SELECT '{table.name}', to_jsonb(item)::text FROM \"{table.name}\" item"
        for table in schema.metadata.sorted_tables
    ]
    parts.append("SELECT 'queue', concat(task_name, args, scheduled_at) FROM procrastinate_jobs")
    found: Snapshot = {}
    async with database.engine.connect() as connection:
        for table, row in await connection.execute(text(" UNION ALL ".join(parts))):
            found.setdefault(table, []).append(row)
    return {table: sorted(rows) for table, rows in found.items()}


class Killed(BaseException):
    """The process is gone."""


@contextmanager
def killed_at(database: Database, number: int) -> Iterator[None]:
    """The process ends before this statement, or commit, of those that come."""
    passed = 0

    def note(*_: Any) -> None:
        nonlocal passed
        passed += 1
        if passed == number:
            raise Killed

    engine = database.engine.sync_engine
    for moment in ("before_cursor_execute", "commit"):
        event.listen(engine, moment, note)
    try:
        yield
    finally:
        for moment in ("before_cursor_execute", "commit"):
            event.remove(engine, moment, note)


async def kills(database: Database, name: str, arguments: Mapping[str, Any]) -> int:
    """Kill a job at each moment it has, then let it run to its end; answers how often it was killed."""
    number, before = 0, await snapshot(database)
    while True:
        number += 1
        try:
            with killed_at(database, number):
                await jobs.run_now(database, name, dict(arguments))
        except Killed:
            assert await snapshot(database) == before, f"{name}, killed at its moment {number}, left something"
            continue
        return number - 1


async def once_after_kills(database: Database, name: str, arguments: Mapping[str, Any], *, has_work: bool) -> None:
    """A job that is killed everywhere and run again does what it does once."""
    before = await snapshot(database)
    assert await kills(database, name, arguments) > 0
    once = await snapshot(database)
    assert not has_work or once != before, f"{name} does nothing: give it something to do"
    await jobs.run_now(database, name, dict(arguments))
    assert await snapshot(database) == once, f"{name} does more when it runs again"


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("name", PERIODIC)
async def test_a_job_by_the_clock_that_is_killed_has_one_effect(database: Database, name: str) -> None:
    await once_after_kills(database, name, {}, has_work=name in HAVE_WORK)


@pytest.fixture
async def known(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty, a_booking: MakeBooking
) -> AsyncIterator[Mapping[str, Any]]:
    """What events tell of, by the names of their fields."""
    with time_machine.travel("2030-06-20T09:00:00Z", tick=False):
        landlord, tenant = await a_person(Role.LANDLORD), await a_person()
        home = await a_property(landlord, let_type="monthly")
        booking = await a_booking(tenant, home, check_in=10, check_out=41)
        other = await a_booking(tenant, await a_property(landlord), check_in=40, check_out=42)
        await api.as_(landlord).post(f"/bookings/{other['id']}/cancel", {"reason": "The roof leaks"})
        async with database.transaction() as session:
            await session.execute(
                text("UPDATE rent_month SET status = 'paid', settled_at = now() WHERE number = :paid"),
                {"paid": PAID_MONTH},
            )
        [refund] = await rows(database, "SELECT id, payment_id FROM refund")
        yield {
            "booking_id": UUID(booking["id"]),
            "property_id": home,
            "tenant_id": tenant.id,
            "landlord_id": landlord.id,
            "identity_id": tenant.id,
            "change_id": new_id(),
            "payment_id": refund.payment_id,
            "refund_id": refund.id,
            "number": PAID_MONTH + 1,
            "by": BookingSide.TENANT,
            "was": BookingStatus.REQUESTED,
        }


def an_event(kind: type[events.Event], known: Mapping[str, Any]) -> events.Event:
    """Something that happened to what is there."""
    wanted = kind.model_fields.keys() - {"event_id"}
    assert wanted <= known.keys(), f"say in `known` what the {sorted(wanted - known.keys())} of {kind.__name__} may be"
    paid = {"number": PAID_MONTH} if kind is RentPaid else {}
    return kind(**{name: known[name] for name in wanted} | paid)


async def queued(database: Database, name: str) -> Mapping[str, Any]:
    """What the only job of this name is told."""
    async with database.engine.connect() as connection:
        found = await connection.scalars(
            text("SELECT args FROM procrastinate_jobs WHERE task_name = :name"), {"name": name}
        )
        arguments: dict[str, Any] = found.one()
        return arguments


async def test_every_listener_after_an_event_that_is_killed_has_one_effect(
    database: Database, known: Mapping[str, Any]
) -> None:
    assert LISTENERS
    async with database.transaction() as session:
        await session.execute(text("DELETE FROM procrastinate_jobs"))
    for kind in dict.fromkeys(kind for _, kind in LISTENERS):
        async with database.transaction() as session:
            await events.publish(session, an_event(kind, known))
    for name, _ in LISTENERS:
        await once_after_kills(database, name, await queued(database, name), has_work=True)


async def test_a_job_with_two_transactions_is_found_out(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async def halves(session: AsyncSession) -> None:
        async with database.transaction() as another:
            await jobs.defer(another, "core.forget_replies")
        await jobs.defer(session, "core.forget_replies")

    monkeypatch.setattr(jobs, "_JOBS", {**jobs._JOBS, "tests.halves": jobs.Job(run=halves, queue=jobs.Queue.DEFAULT)})
    with pytest.raises(AssertionError, match="left something"):
        await kills(database, "tests.halves", {})


async def test_a_job_with_two_effects_is_found_out(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async def add(session: AsyncSession) -> None:
        await jobs.defer(session, "core.forget_replies")

    monkeypatch.setattr(jobs, "_JOBS", {**jobs._JOBS, "tests.twice": jobs.Job(run=add, queue=jobs.Queue.DEFAULT)})
    with pytest.raises(AssertionError, match="does more when it runs again"):
        await once_after_kills(database, "tests.twice", {}, has_work=True)


def test_every_job_named_here_is_there() -> None:
    assert set(PERIODIC) >= HAVE_WORK
