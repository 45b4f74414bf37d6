"""A double booking is impossible: shown by taking the defences away one by one, then with a crowd at the door.

Two defences stand on every path: the lock of the home, and the exclusion constraint. Here each is removed, in a
database made for the test and by replacing the function; the product has no switch for it.
"""

import asyncio
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from server import schema
from server.bookings.repository.bookings import Bookings
from server.bookings.service import holds, prices
from server.calendars.repository.claims import Occupancy
from server.core.database import Database
from server.core.errors import AppError, DatesTaken
from server.core.identity import Identity
from server.core.ids import new_id
from server.core.limits import JOBS
from server.properties.repository.homes import Properties
from server.properties.tables import PropertyTable
from shared_models.auth import Role
from shared_models.bookings import QuoteRequest
from tests.databases import create_database, drop_database
from tests.served import crowd, served
from tests.server.stays import broken_promises, day, quote_request, rows

RUNS = 10
CLIENTS = 200
SECONDS_FOR_THE_OTHER = 0.2


@pytest.fixture
async def apart(postgres_url: str) -> AsyncIterator[Database]:
    """A migrated database for this test alone, whose constraints it may drop."""
    name = f"races_{new_id().hex}"
    database = Database(await create_database(postgres_url, name), pool=10, limits=JOBS)
    await schema.migrate(database)
    yield database
    await database.close()
    await drop_database(postgres_url, name)


async def a_home(database: Database, landlord: UUID, **columns: Any) -> UUID:
    """A published home that can be booked at once, unless its columns say otherwise."""
    id_ = new_id()
    facts: dict[str, Any] = {
        "type": "flat",
        "let_type": "nightly",
        "status": "published",
        "city": "Edinburgh",
        "country": "GB",
    }
    place: dict[str, Any] = {
        "latitude": 55.95,
        "longitude": -3.19,
        "zone": "Europe/London",
        "price_minor": 8000,
        "currency": "GBP",
    }
    async with database.transaction() as session:
        session.add(
            PropertyTable(
                id=id_,
                slug=f"h-{id_}",
                title="Home",
                landlord_id=landlord,
                **(facts | place | {"instant_book": True} | columns),
            )
        )
    return id_


async def a_kept_price(database: Database, tenant: Identity, home: UUID) -> UUID:
    """A quote for three nights of a home."""
    async with database.transaction() as session:
        asked = QuoteRequest(property_id=home, check_in=day(10), check_out=day(13), guests=1)
        return (await prices.quote(session, tenant, asked)).id


async def hold(database: Database, tenant: Identity, quote_id: UUID) -> str:
    """Hold the nights of a quote; answers what came of it."""
    try:
        async with database.transaction() as session:
            await holds.hold(session, tenant, quote_id)
    except AppError as error:
        return error.code.value
    return "held"


def tenant_of(person: tuple[UUID, dict[str, str]]) -> Identity:
    return Identity(id=person[0], session_id=new_id(), roles=frozenset({Role.TENANT}))


def meet_after(monkeypatch: pytest.MonkeyPatch, owner: type, name: str) -> None:
    """Let two callers of a check leave it together: both have looked before either acts, if nothing stops them."""
    original: Callable[..., Awaitable[Any]] = getattr(owner, name)
    waiting: list[asyncio.Event] = []

    async def checked(*arguments: Any, **more: Any) -> Any:
        answer = await original(*arguments, **more)
        if waiting:
            waiting.pop().set()
            return answer
        waiting.append(here := asyncio.Event())
        try:
            await asyncio.wait_for(here.wait(), SECONDS_FOR_THE_OTHER)
        except TimeoutError:  # the other was stopped on its way here
            waiting.clear()
        return answer

    monkeypatch.setattr(owner, name, checked)


def take_away(monkeypatch: pytest.MonkeyPatch, owner: type, name: str) -> None:
    """Make a lock lock nothing."""

    async def nothing(*_: Any) -> None: ...

    monkeypatch.setattr(owner, name, nothing)


@pytest.mark.parametrize(
    ("lock", "constraint"), [(False, False), (True, False), (False, True), (True, True)],
    ids=["neither", "lock", "constraint", "both"],
)  # fmt: skip
async def test_only_without_lock_and_constraint_a_night_is_booked_twice(
    apart: Database, monkeypatch: pytest.MonkeyPatch, lock: bool, constraint: bool
) -> None:
    if not lock:
        take_away(monkeypatch, Properties, "lock")
    if not constraint:
        async with apart.transaction() as session:
            await session.execute(text("ALTER TABLE occupancy DROP CONSTRAINT ex_occupancy_no_overlap"))
    landlord, *tenants = await crowd(apart, 1 + 2 * RUNS, Role.TENANT, Role.LANDLORD)
    kept = []
    for pair in range(RUNS):
        home = await a_home(apart, landlord[0])
        both = [tenant_of(person) for person in tenants[2 * pair : 2 * pair + 2]]
        kept.append([(tenant, await a_kept_price(apart, tenant, home)) for tenant in both])
    meet_after(monkeypatch, Occupancy, "is_taken")
    outcomes = [
        sorted(await asyncio.gather(*(hold(apart, tenant, quote_id) for tenant, quote_id in pair))) for pair in kept
    ]
    doubles = outcomes.count(["held", "held"])
    assert await rows(apart, "SELECT count(*) FROM occupancy") == [(RUNS + doubles,)]
    if lock or constraint:
        assert outcomes == [["dates_taken", "held"]] * RUNS
        assert await broken_promises(apart) == []
    else:
        assert doubles >= RUNS - 1, outcomes
        assert len(await broken_promises(apart)) == doubles


@pytest.mark.parametrize("lock", [False, True])
async def test_only_without_the_lock_on_a_person_two_requests_at_once_hold_a_fourth_stay(
    apart: Database, monkeypatch: pytest.MonkeyPatch, lock: bool
) -> None:
    if not lock:
        take_away(monkeypatch, Bookings, "lock_holds_of")
    landlord, person = await crowd(apart, 2, Role.TENANT, Role.LANDLORD)
    tenant = tenant_of(person)
    kept = [await a_kept_price(apart, tenant, await a_home(apart, landlord[0])) for _ in range(4)]
    for quote_id in kept[:2]:
        assert await hold(apart, tenant, quote_id) == "held"
    meet_after(monkeypatch, Bookings, "live_holds_of")
    outcomes = await asyncio.gather(*(hold(apart, tenant, quote_id) for quote_id in kept[2:]))
    assert sorted(outcomes) == (["held", "too_many_holds"] if lock else ["held", "held"])


async def test_two_requests_with_one_quote_make_one_booking(apart: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    landlord, person = await crowd(apart, 2, Role.TENANT, Role.LANDLORD)
    tenant = tenant_of(person)
    quote_id = await a_kept_price(apart, tenant, await a_home(apart, landlord[0]))
    assert await asyncio.gather(*(hold(apart, tenant, quote_id) for _ in range(5))) == ["held"] * 5
    assert await rows(apart, "SELECT count(*) FROM booking") == [(1,)]


async def test_of_two_hundred_clients_at_once_one_gets_the_home_and_all_others_are_told(apart: Database) -> None:
    landlord, *tenants = await crowd(apart, 1 + CLIENTS, Role.TENANT, Role.LANDLORD)
    home = await a_home(apart, landlord[0])
    with served(apart.url) as server:
        trust = ssl.create_default_context()  # made once: it takes longer than a request
        clients = [
            httpx.AsyncClient(base_url=f"{server.url}/api/v1", headers=headers, timeout=60, verify=trust)
            for _, headers in tenants
        ]
        quotes = await asyncio.gather(*(client.post("/quotes", json=quote_request(home)) for client in clients))
        assert Counter(reply.status_code for reply in quotes) == {201: CLIENTS}
        replies = await asyncio.gather(
            *(
                client.post("/bookings", json={"quote_id": reply.json()["id"]})
                for client, reply in zip(clients, quotes, strict=True)
            )
        )
        for client in clients:
            await client.aclose()
    said = Counter((reply.status_code, reply.json().get("code")) for reply in replies)
    assert said == {(201, None): 1, (409, DatesTaken.code.value): CLIENTS - 1}
    assert await broken_promises(apart) == []
    # The server has gone, so its connections have told PostgreSQL all they counted.
    assert await rows(apart, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()") == [(0,)]
