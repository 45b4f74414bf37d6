"""What tests of stays need: dates to come, quotes, holds, and how many statements a call took."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
import time_machine
from sqlalchemy import event, text

from server import invariants
from server.bookings.service import prices
from server.core import clock
from server.core.database import Database
from shared_models.bookings import BookingStatus, PaymentWay
from shared_models.payments import PaymentStatus
from tests.conftest import Api, Person
from tests.server.paying import hear


def day(ahead: int) -> date:
    """The date so many days from today in Edinburgh."""
    return clock.today_in("Europe/London") + timedelta(days=ahead)


def quote_request(home: UUID, check_in: int = 10, check_out: int = 13, guests: int = 2) -> dict[str, Any]:
    """A request for a quote, in days from today."""
    return {
        "property_id": str(home),
        "check_in": day(check_in).isoformat(),
        "check_out": day(check_out).isoformat(),
        "guests": guests,
    }


@pytest.fixture
def at_noon() -> Iterator[None]:
    """A test that counts days begins at the next noon, so that none runs over midnight.

    Never at one that is over: what a worker tries again later would be due at once by the database's own clock.
    """
    now = clock.now()
    noon = datetime.combine(now.date(), time(12), tzinfo=UTC)
    noon = noon if noon > now else noon + timedelta(days=1)
    with time_machine.travel(noon):
        yield


@pytest.fixture
def on_arrival(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nights are paid as months are, and as they were before cards: on arrival, and agreed when they are confirmed."""
    monkeypatch.setattr(prices, "payment_way", lambda _let_type: PaymentWay.ON_ARRIVAL)


MakeBooking = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
def a_quote(api: Api) -> MakeBooking:
    """A quote over the API: `await a_quote(tenant, home, check_in=3, check_out=5)`."""

    async def make(tenant: Person, home: UUID, **dates: int) -> dict[str, Any]:
        reply = await api.as_(tenant).post("/quotes", quote_request(home, **dates))
        assert reply.status_code == 201, reply.text
        found: dict[str, Any] = reply.json()
        return found

    return make


@pytest.fixture
def a_hold(api: Api, a_quote: MakeBooking) -> MakeBooking:
    """A held booking over the API."""

    async def make(tenant: Person, home: UUID, **dates: int) -> dict[str, Any]:
        kept = await a_quote(tenant, home, **dates)
        reply = await api.as_(tenant).post("/bookings", {"quote_id": kept["id"]})
        assert reply.status_code == 201, reply.text
        found: dict[str, Any] = reply.json()
        return found

    return make


@pytest.fixture
def a_booking(api: Api, database: Database, a_hold: MakeBooking) -> MakeBooking:
    """An agreed booking over the API: paid, as if the provider had told so, or confirmed."""

    async def make(tenant: Person, home: UUID, **dates: int) -> dict[str, Any]:
        return await agreed(api, database, tenant, await a_hold(tenant, home, **dates))

    return make


@pytest.fixture
def a_request(api: Api, database: Database, a_hold: MakeBooking) -> MakeBooking:
    """A booking over the API at a home where the landlord is asked, and is to answer now."""

    async def make(tenant: Person, home: UUID, **dates: int) -> dict[str, Any]:
        return await asked(api, database, tenant, await a_hold(tenant, home, **dates))

    return make


async def agreed(api: Api, database: Database, tenant: Person, held: dict[str, Any]) -> dict[str, Any]:
    """A held stay once it is paid, or confirmed where it is paid on arrival."""
    if held["payment"] == PaymentWay.CARD:
        return await _heard(api, database, tenant, held, PaymentStatus.CAPTURED)
    return await _found(api.as_(tenant).post(f"/bookings/{held['id']}/confirm"))


async def asked(api: Api, database: Database, tenant: Person, made: dict[str, Any]) -> dict[str, Any]:
    """A stay about which its landlord is asked: at once, or when a card holds the money."""
    if made["status"] == BookingStatus.HELD:
        return await _heard(api, database, tenant, made, PaymentStatus.AUTHORISED)
    return made


async def _heard(
    api: Api, database: Database, tenant: Person, held: dict[str, Any], status: PaymentStatus
) -> dict[str, Any]:
    reply = await api.as_(tenant).post(f"/bookings/{held['id']}/payment")
    assert reply.status_code == 202, reply.text
    await hear(database, held["id"], status)
    return await _found(api.as_(tenant).get(f"/bookings/{held['id']}"))


async def _found(call: Awaitable[httpx.Response]) -> dict[str, Any]:
    reply = await call
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


async def rows(database: Database, statement: str, **values: Any) -> list[Any]:
    """What the database says."""
    async with database.engine.connect() as connection:
        return list((await connection.execute(text(statement), values)).all())


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Every statement sent while this is open."""
    sent: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    engines = (database.engine.sync_engine, database.reads.engine.sync_engine)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


@contextmanager
def connections(database: Database) -> Iterator[list[int]]:
    """How many connections were out, after each time that one was taken from the pool while this is open."""
    out: list[int] = []

    def note(*_: Any) -> None:
        out.append(sum(engine.pool.checkedout() for engine in engines))  # type: ignore[attr-defined]

    engines = (database.engine.sync_engine, database.reads.engine.sync_engine)
    for engine in engines:
        event.listen(engine, "checkout", note)
    try:
        yield out
    finally:
        for engine in engines:
            event.remove(engine, "checkout", note)


async def broken_promises(database: Database) -> list[Any]:
    """What must never be, and is: see `server/invariants.py`."""
    return await invariants.violations(database)
