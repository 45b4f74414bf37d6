"""Stays end by the clock, and every job may run twice."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
import time_machine

from server.bookings.events import (
    BookingCancelled,
    BookingCompleted,
    BookingConfirmed,
    BookingEvent,
    BookingExpired,
    BookingHeld,
)
from server.bookings.service import endings
from server.core import events, jobs
from server.core.database import Database
from tests.conftest import Api, MakePerson, MakeProperty
from tests.server.stays import MakeBooking, rows

ALL = (BookingHeld, BookingConfirmed, BookingExpired, BookingCancelled, BookingCompleted)
BOOKED = "2030-06-20T09:00:00Z"


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[BookingEvent]:
    """Every event of a booking, in order."""
    found: list[BookingEvent] = []

    async def listen(_: object, event: BookingEvent) -> None:
        found.append(event)

    for kind in ALL:
        monkeypatch.setitem(events._WITHIN, kind, [listen])
    return found


@pytest.fixture
def a_june_stay(a_person: MakePerson, a_property: MakeProperty, a_booking: MakeBooking) -> Callable[..., Any]:
    """A confirmed stay from 28 June to 1 July 2030, booked a week before."""

    async def make(**home: Any) -> dict[str, Any]:
        with time_machine.travel(BOOKED):
            ahead = (date(2030, 6, 28) - date(2030, 6, 20)).days
            return await a_booking(await a_person(), await a_property(**home), check_in=ahead, check_out=ahead + 3)

    return make


async def complete(database: Database, at: str) -> list[Any]:
    """Run the job at an instant; answers the states of all bookings."""
    with time_machine.travel(at):
        await jobs.run_now(database, "bookings.complete_stays", {})
    return await rows(database, "SELECT status FROM booking ORDER BY id")


@pytest.mark.parametrize(
    ("home", "before", "after"),
    [
        ({}, "2030-07-01T10:59:00Z", "2030-07-01T11:00:00Z"),
        ({"check_out_by": time(10, 30)}, "2030-07-01T09:29:00Z", "2030-07-01T09:30:00Z"),
        ({"zone": "Pacific/Honolulu"}, "2030-07-01T21:59:00Z", "2030-07-01T22:00:00Z"),
        ({"zone": "Pacific/Kiritimati"}, "2030-06-30T21:59:00Z", "2030-06-30T22:00:00Z"),
    ],
)
async def test_a_stay_is_completed_when_it_ends_at_the_home(
    database: Database, a_june_stay: Callable[..., Any], home: dict[str, Any], before: str, after: str
) -> None:
    await a_june_stay(**home)
    assert await complete(database, before) == [("confirmed",)]
    assert await complete(database, after) == [("completed",)]
    assert await rows(database, "SELECT kind FROM occupancy") == [("booking",)]  # its nights stay in the calendar


async def test_completing_twice_is_told_once(
    database: Database, a_june_stay: Callable[..., Any], heard: list[BookingEvent]
) -> None:
    made = await a_june_stay()
    for _ in range(2):
        await complete(database, "2030-07-02T00:00:00Z")
    assert [(type(event), str(event.booking_id)) for event in heard] == [
        (kind, made["id"]) for kind in (BookingHeld, BookingConfirmed, BookingCompleted)
    ]


async def test_stays_that_are_not_over_yet_do_not_keep_others_from_being_completed(
    database: Database, a_june_stay: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endings, "COMPLETED_AT_A_TIME", 2)
    for zone in ("Pacific/Honolulu", "Pacific/Honolulu", "Pacific/Kiritimati"):
        await a_june_stay(zone=zone)
    at = "2030-07-01T06:00:00Z"
    assert await complete(database, at) == [("confirmed",), ("confirmed",), ("confirmed",)]
    (deferred,) = await rows(
        database, "SELECT args FROM procrastinate_jobs WHERE task_name = 'bookings.complete_stays'"
    )
    with time_machine.travel(at):
        await jobs.run_now(database, "bookings.complete_stays", deferred.args)
    assert await rows(database, "SELECT status FROM booking ORDER BY id") == [
        ("confirmed",),
        ("confirmed",),
        ("completed",),
    ]


async def test_only_confirmed_stays_are_completed(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking
) -> None:
    with time_machine.travel(BOOKED):
        tenant = await a_person()
        held = await a_hold(tenant, await a_property(), check_in=1, check_out=2)
        await api.as_(tenant).post(f"/bookings/{held['id']}/release")
    assert await complete(database, "2030-08-01T00:00:00Z") == [("cancelled",)]


async def test_lapsing_is_told_once_however_often_the_job_runs(
    api: Api,
    database: Database,
    a_person: MakePerson,
    a_property: MakeProperty,
    a_hold: MakeBooking,
    heard: list[BookingEvent],
) -> None:
    with time_machine.travel(BOOKED):
        tenant = await a_person()
        for check_in in (1, 3):
            await a_hold(tenant, await a_property(), check_in=check_in, check_out=check_in + 1)
        released = await a_hold(tenant, await a_property())
        await api.as_(tenant).post(f"/bookings/{released['id']}/release")
    for _ in range(2):
        await jobs.run_now(database, "calendars.remove_lapsed", {})
    with time_machine.travel("2030-06-20T09:16:00Z"):
        for _ in range(2):
            await jobs.run_now(database, "calendars.remove_lapsed", {})
    assert [type(event) for event in heard] == [
        BookingHeld, BookingHeld, BookingHeld, BookingCancelled, BookingExpired, BookingExpired
    ]  # fmt: skip
