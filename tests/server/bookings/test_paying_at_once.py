"""The event, the sweep and the return from the page hear of a payment at the same instant: it is captured once.

Settling takes the home, then the booking, then the payment. The negative control takes those locks away, and the same
news then fails or is written down twice.
"""

import asyncio
import json
from collections.abc import Awaitable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import stripe
import time_machine
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings.repository.bookings import Bookings
from server.bookings.tables import BookingTable
from server.calendars.repository.claims import Occupancy
from server.core import clock, jobs
from server.core.database import Database
from server.core.limits import JOBS
from server.payments.repository import Payments
from server.payments.tables import PaymentTable
from server.properties.repository.homes import Properties
from shared_models.auth import Role
from tests.conftest import MakePerson, MakeProperty, Person
from tests.server.bookings.test_races import meet_after, take_away
from tests.server.paying import Checkout, hear
from tests.server.stays import MakeBooking, broken_promises, rows

pytestmark = pytest.mark.usefixtures("at_noon")
EVENTS = "/payments/events/stripe"
AT_A_TIME = 10


class Crowd:
    """People who each pay for other nights of one home, and all the ways in which we hear of it."""

    def __init__(self, checkout: Checkout, workers: Database) -> None:
        self.checkout, self.workers = checkout, workers
        self.codes: list[int] = []

    async def at_once(self, paid: Sequence[tuple[Person, str, str]]) -> None:
        """Everything is heard of at one moment, thrice each."""
        events = await self._completed()
        ways: list[Awaitable[None]] = []
        for person, booking_id, payment_id in paid:
            ways += [self._event(events[payment_id], payment_id), self._back(person, booking_id, payment_id)]
            ways += [self._swept(payment_id)]
        await asyncio.gather(*ways)
        await self.checkout.work()

    async def _completed(self) -> dict[str, bytes]:
        """What the provider tells of each page on which somebody paid."""
        found = await self.checkout.provider.stripe.v1.events.list_async(
            {"limit": 100, "type": "checkout.session.completed"}
        )
        told: list[Any] = [event.to_dict() for event in found.data]
        return {event["data"]["object"]["client_reference_id"]: json.dumps(event).encode() for event in told}

    async def _event(self, body: bytes, payment_id: str) -> None:
        secret = self.checkout.settings.stripe_event_secret
        headers = {"Stripe-Signature": stripe.WebhookSignature.generate_signature_header(body.decode(), secret)}
        reply = await self.checkout.api.as_(None).post(EVENTS, content=body, headers=headers)
        self.codes.append(reply.status_code)
        await self._look(payment_id)

    async def _back(self, person: Person, booking_id: str, payment_id: str) -> None:
        reply = await self.checkout.api.as_(person).post(f"/bookings/{booking_id}/payment/check")
        self.codes.append(reply.status_code)
        await self._look(payment_id)

    async def _swept(self, payment_id: str) -> None:
        await jobs.run_now(self.workers, "payments.ask_after", {})
        await self._look(payment_id)

    async def _look(self, payment_id: str) -> None:
        await jobs.run_now(self.workers, "payments.look", {"payment_id": payment_id}, self.checkout.settings)


async def one_capture_each(
    checkout: Checkout, a_person: MakePerson, a_hold: MakeBooking, home: UUID, rounds: int, many: int
) -> None:
    database, all_of_them = checkout.database, rounds * many
    async with database.apart(JOBS, pool=AT_A_TIME) as workers:
        codes = await _rounds(Crowd(checkout, workers), a_person, a_hold, home, (rounds, many))
    assert set(codes) == {200, 202}
    assert await rows(database, "SELECT status, count(*) FROM booking GROUP BY status") == [("confirmed", all_of_them)]
    assert await rows(database, "SELECT count(*) FROM booking_history WHERE kind = 'confirmed'") == [(all_of_them,)]
    assert await rows(database, "SELECT status, count(*) FROM payment GROUP BY status") == [("captured", all_of_them)]
    assert await rows(database, "SELECT count(*) FROM ledger_entry WHERE kind = 'charge'") == [(all_of_them,)]
    assert await rows(database, "SELECT count(*) FROM refund") == [(0,)]
    assert await rows(database, "SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'") == [(0,)]
    assert await broken_promises(database) == []


async def _rounds(
    crowd: Crowd, a_person: MakePerson, a_hold: MakeBooking, home: UUID, size: tuple[int, int]
) -> list[int]:
    """What was answered in all rounds."""
    checkout, (rounds, many) = crowd.checkout, size
    for number in range(rounds):
        paid = []
        for place in range(many):
            person, check_in = await a_person(), 2 + number * many + place
            held = await a_hold(person, home, check_in=check_in, check_out=check_in + 1)
            page = await checkout.begin(person, held["id"])
            assert await checkout.press_pay(page["page_url"]) == 303
            paid.append((person, held["id"], page["id"]))
        with time_machine.travel(clock.now() + timedelta(minutes=3)):
            await crowd.at_once(paid)
    return crowd.codes


async def deadlocks(database: Database) -> int:
    found = await rows(database, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    return int(found[0][0])


async def test_event_sweep_and_return_at_once_capture_once(
    checkout: Checkout, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking
) -> None:
    before = await deadlocks(checkout.database)
    await one_capture_each(checkout, a_person, a_hold, await a_property(), rounds=1, many=4)
    assert await deadlocks(checkout.database) == before


@pytest.mark.prove
async def test_event_sweep_and_return_at_once_two_hundred_times(
    checkout: Checkout, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking
) -> None:
    before = await deadlocks(checkout.database)
    rounds = 200 // AT_A_TIME
    await one_capture_each(checkout, a_person, a_hold, await a_property(), rounds=rounds, many=AT_A_TIME)
    assert await deadlocks(checkout.database) == before


@pytest.mark.parametrize("locks", [False, True], ids=["without", "with"])
async def test_only_without_the_locks_the_same_news_is_heard_twice(
    database: Database,
    api: Any,
    a_person: MakePerson,
    a_property: MakeProperty,
    a_hold: MakeBooking,
    monkeypatch: pytest.MonkeyPatch,
    *,
    locks: bool,
) -> None:
    person = await a_person(Role.TENANT)
    held = await a_hold(person, await a_property())
    assert (await api.as_(person).post(f"/bookings/{held['id']}/payment")).status_code == 202
    if not locks:
        take_away(monkeypatch, Properties, "lock")
        monkeypatch.setattr(Bookings, "locked", _unlocked(BookingTable))
        monkeypatch.setattr(Payments, "locked", _unlocked(PaymentTable))
    meet_after(monkeypatch, Occupancy, "confirm")
    told = await asyncio.gather(*(hear(database, held["id"]) for _ in range(2)), return_exceptions=True)
    assert (told == [None, None]) is locks


def _unlocked(table: type) -> Any:
    """A read that locks nothing."""

    async def read(self: Any, id_: UUID) -> Any:
        session: AsyncSession = self.session
        return await session.scalar(select(table).where(table.id == id_))  # type: ignore[attr-defined]

    return read
