"""One stuck home, or one costly search, never takes the API down: over a real socket, with the pools of production."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.calendars.service import door as calendars
from server.core.database import Database, Reads
from server.core.limits import JOBS, REQUESTS, SEARCHES, Limits
from server.core.lock_queue import LockQueue
from server.core.settings import Settings
from shared_models.auth import Role
from tests.conftest import MakeProperty
from tests.served import crowd
from tests.server.stays import broken_promises, quote_request, rows
from tests.serving import serving

CROWD = 40
PATIENCE = 60
FOR_EVER = Limits(statement=PATIENCE, lock=PATIENCE, idle_in_transaction=PATIENCE)
"""The guard taken off."""

Client = httpx.AsyncClient


@pytest.fixture
async def production(database: Database) -> AsyncIterator[Database]:
    """The same database by the pools of production."""
    async with database.apart(REQUESTS, pool=Settings.model_fields["database_pool"].default) as own:
        own.lock_queue = LockQueue(seconds=PATIENCE)  # however slow this machine is
        yield own


@pytest.fixture
async def url(production: Database, settings: Settings) -> AsyncIterator[str]:
    async with serving(settings, production) as served:
        yield served


@pytest.fixture
async def people(database: Database, url: str) -> AsyncIterator[list[Client]]:
    """Tenants, each at a browser of their own."""
    async with AsyncExitStack() as open_:
        found = []
        for _, headers in await crowd(database, CROWD + 1, Role.TENANT):
            client = httpx.AsyncClient(base_url=f"{url}/api/v1", headers=headers, timeout=PATIENCE, verify=False)
            found.append(await open_.enter_async_context(client))
        yield found


@asynccontextmanager
async def someone_else(database: Database, *statements: str, **values: Any) -> AsyncIterator[AsyncSession]:
    """A transaction of another program that did this and now does nothing, until this is left."""
    async with database.apart(JOBS, pool=1) as other, other.transaction() as session:
        for statement in statements:
            await session.execute(text(statement), values)
        yield session


async def until(true: Callable[[], bool | Awaitable[bool]]) -> None:
    """Wait until something is so, by a deadline."""
    async with asyncio.timeout(PATIENCE):
        while not (await found if isinstance(found := true(), Awaitable) else found):  # noqa: ASYNC110 - others work
            await asyncio.sleep(0.01)


def told(**lines: str) -> dict[str, Any]:
    """What a probe of a server that is well hears, with who waits for connections."""
    return {"ready": True, "connections": lines, "failed_jobs": 0}


async def quote_ids(people: Sequence[Client], home: UUID) -> list[str]:
    replies = await asyncio.gather(*(person.post("/quotes", json=quote_request(home)) for person in people))
    assert {reply.status_code for reply in replies} == {201}
    return [reply.json()["id"] for reply in replies]


async def hold(person: Client, quote_id: str) -> httpx.Response:
    return await person.post("/bookings", json={"quote_id": quote_id}, headers={"Idempotency-Key": f"key {quote_id}"})


async def books(person: Client, home: UUID) -> None:
    """Price, hold, go to pay."""
    (quote_id,) = await quote_ids([person], home)
    held = await hold(person, quote_id)
    assert held.status_code == 201, held.text
    page = await person.post(f"/bookings/{held.json()['id']}/payment")
    assert page.status_code == 202, page.text


def said(replies: Sequence[httpx.Response]) -> Counter[tuple[int, str | None]]:
    return Counter((reply.status_code, reply.json().get("code")) for reply in replies)


@pytest.mark.parametrize("lock", ["FOR NO KEY UPDATE", "FOR UPDATE"])
async def test_forty_holds_at_a_home_that_is_stuck_keep_no_connection_and_get_their_answers_when_it_is_free(
    database: Database, production: Database, people: list[Client], a_property: MakeProperty, lock: str
) -> None:
    stuck, other = await a_property(), await a_property()
    *crowded, passer_by = people
    kept = await quote_ids(crowded, stuck)
    async with someone_else(database, f"SELECT FROM property WHERE id = :id {lock}", id=stuck):
        holding = [asyncio.create_task(hold(*pair)) for pair in zip(crowded, kept, strict=True)]
        await until(lambda: production.lock_queue.waiting == CROWD - 1)
        for _ in range(3):
            found = await passer_by.get("/search")
            assert (found.status_code, found.json()["total"]) == (200, 2)
            assert (await passer_by.get(f"/properties/{stuck}")).status_code == 200
        await books(passer_by, other)
        ready = await passer_by.get(passer_by.base_url.join("/readyz"))
        assert ready.json() == told(requests="free", searches="free")
        assert not any(task.done() for task in holding)
    assert said(await asyncio.gather(*holding)) == {(201, None): 1, (409, "dates_taken"): CROWD - 1}
    assert production.lock_queue.waiting == 0
    assert await broken_promises(database) == []


async def test_without_the_line_a_few_that_wait_in_the_database_would_stop_everyone(
    database: Database, production: Database, settings: Settings, a_property: MakeProperty
) -> None:
    """As it was: each waits for the home on a connection of the pool, and there is none left for another home."""
    stuck, other = await a_property(), await a_property()
    ((_, headers),) = await crowd(database, 1, Role.TENANT)

    async def wait_for_the_home() -> None:
        async with production.transaction() as session:
            await calendars.lock(session, [stuck])

    production.slots.seconds = 0.2
    async with (
        serving(settings, production) as served,
        httpx.AsyncClient(base_url=f"{served}/api/v1", headers=headers, timeout=PATIENCE, verify=False) as passer_by,
    ):
        async with someone_else(database, "SELECT FROM property WHERE id = :id FOR NO KEY UPDATE", id=stuck):
            waiting = [asyncio.create_task(wait_for_the_home()) for _ in range(production.size)]
            await until(lambda: production.slots.are_taken)
            reply = await passer_by.post("/quotes", json=quote_request(other))
            assert (reply.status_code, reply.json()["code"], reply.headers["retry-after"]) == (503, "try_again", "1")
            ready = await passer_by.get(passer_by.base_url.join("/readyz"))
            assert (ready.status_code, ready.json()) == (200, told(requests="all taken", searches="free"))
            assert (await passer_by.get("/search")).status_code == 200  # has connections of its own
        await asyncio.gather(*waiting)


async def test_forty_who_ask_the_price_of_a_home_that_is_stuck_keep_no_connection_either(
    database: Database, production: Database, people: list[Client], a_property: MakeProperty
) -> None:
    stuck, other = await a_property(), await a_property()
    *crowded, passer_by = people
    async with someone_else(database, "SELECT FROM property WHERE id = :id FOR UPDATE", id=stuck):
        asking = [asyncio.create_task(person.post("/quotes", json=quote_request(stuck))) for person in crowded]
        await until(lambda: production.lock_queue.waiting == CROWD - 1)
        await books(passer_by, other)
        assert not any(task.done() for task in asking)
    assert said(await asyncio.gather(*asking)) == {(201, None): CROWD}


async def test_who_waits_too_long_for_a_home_is_told_to_try_again_and_the_key_is_good_for_that(
    database: Database, production: Database, people: list[Client], a_property: MakeProperty
) -> None:
    production.lock_queue = LockQueue(seconds=0.5)
    stuck = await a_property()
    kept = await quote_ids(people[:3], stuck)
    async with someone_else(database, "SELECT FROM property WHERE id = :id FOR NO KEY UPDATE", id=stuck):
        replies = await asyncio.gather(*(hold(*pair) for pair in zip(people, kept, strict=False)))
    assert said(replies) == {(503, "try_again"): 3}
    assert {reply.headers["retry-after"] for reply in replies} == {"1"}
    assert {reply.json()["detail"] for reply in replies} == {"Someone else is busy with this. Try again in a moment."}
    assert (await hold(people[0], kept[0])).status_code == 201


async def test_a_change_of_many_homes_waits_for_one_of_them_without_the_others(
    database: Database, production: Database, url: str, people: list[Client], a_property: MakeProperty, a_person: Any
) -> None:
    landlord = await a_person(Role.LANDLORD)
    homes = [await a_property(landlord) for _ in range(3)]
    async with httpx.AsyncClient(base_url=f"{url}/api/v1", headers=landlord.headers, timeout=PATIENCE) as owner:
        async with someone_else(database, "SELECT FROM property WHERE id = :id FOR NO KEY UPDATE", id=homes[0]):
            kept = await quote_ids(people[:1], homes[0])
            holding = asyncio.create_task(hold(people[0], kept[0]))
            await until(lambda: not production.lock_queue.are_free([homes[0]]))
            body = {"ids": [str(id_) for id_ in homes], "price_percent": 10}
            editing = [asyncio.create_task(owner.post("/properties/bulk-edits", json=body)) for _ in range(2)]
            await until(lambda: production.lock_queue.waiting == 2)
            await books(people[1], homes[1])
            assert not any(task.done() for task in (holding, *editing))
        assert (await holding).status_code == 201
        assert [reply.json()["changed"] for reply in await asyncio.gather(*editing)] == [3, 3]


async def in_database(database: Database, what: str) -> bool:
    """Whether a statement on the words of a search runs, or waits, in PostgreSQL."""
    running = "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE :what AND pid <> pg_backend_pid()"
    return bool(await rows(database, running, what=f"%{what}%"))


STUCK_SEARCH = "LOCK TABLE search_word IN ACCESS EXCLUSIVE MODE"


async def test_searches_that_hang_leave_bookings_and_maps_alone(
    database: Database, production: Database, people: list[Client], a_property: MakeProperty
) -> None:
    home = await a_property()
    *searching, passer_by = people
    production.reads = Reads(production.url, 8, FOR_EVER)  # so that they hang until the end of the test
    async with someone_else(database, STUCK_SEARCH):
        hanging = [asyncio.create_task(person.get("/search", params={"text": "flat"})) for person in searching[:8]]
        await until(lambda: production.reads.slots.are_taken)
        await books(passer_by, home)
        ready = await passer_by.get(passer_by.base_url.join("/readyz"))
        assert ready.json() == told(requests="free", searches="all taken")
        assert not any(task.done() for task in hanging)
    assert {reply.status_code for reply in await asyncio.gather(*hanging)} == {200}
    await production.reads.close()


async def test_a_search_that_takes_too_long_is_ended_in_the_database_and_says_so(
    database: Database, production: Database, people: list[Client]
) -> None:
    production.reads = Reads(production.url, 8, Limits(statement=0.3, lock=PATIENCE, idle_in_transaction=PATIENCE))
    async with someone_else(database, STUCK_SEARCH):
        reply = await people[0].get("/search", params={"text": "flat"})
        assert not await in_database(database, "search_word")
    assert (reply.status_code, reply.json()["code"], reply.headers["retry-after"]) == (503, "try_again", "1")
    assert reply.json()["detail"] == "This search takes too long. Name a place or dates, or use fewer words."
    assert (await people[0].get("/search", params={"text": "flat"})).status_code == 200
    await production.reads.close()


async def test_a_search_nobody_waits_for_any_more_is_ended_in_the_database(
    database: Database, production: Database, url: str
) -> None:
    production.reads = Reads(production.url, 8, FOR_EVER)
    async with someone_else(database, STUCK_SEARCH):
        host, port = url.removeprefix("http://").split(":")
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(f"GET /api/v1/search?text=flat HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
        await until(lambda: in_database(database, "search_word"))
        writer.close()
        await until(lambda: _not(in_database(database, "search_word")))
        await until(lambda: production.reads.slots.inside == 0)
    async with production.reads.transaction() as session:
        assert await session.scalar(text("SELECT count(*) FROM search_word")) == 0
    await production.reads.close()


async def _not(found: Awaitable[bool]) -> bool:
    return not await found


async def test_one_caller_searches_a_few_at_a_time_and_keeps_nobody_else_from_it(
    database: Database, production: Database, people: list[Client]
) -> None:
    production.reads = Reads(production.url, 8, FOR_EVER)
    greedy, other = people[:2]
    async with someone_else(database, STUCK_SEARCH):
        asking = [asyncio.create_task(greedy.get("/search", params={"text": "flat"})) for _ in range(25)]
        await until(lambda: sum(task.done() for task in asking) == 5)
        refused = [task.result() for task in asking if task.done()]
        assert said(refused) == {(429, "too_many_tries"): 5}
        assert {reply.headers["retry-after"] for reply in refused} == {"1"}
        assert production.reads.slots.inside == 4
        view = {"south": 55, "north": 56, "west": -4, "east": -3, "zoom": 11}
        assert (await other.get("/search/map/areas", params=view)).status_code == 200
    answers = Counter(reply.status_code for reply in await asyncio.gather(*asking))
    assert answers.keys() <= {200, 429, 503}  # on a slow machine some of the sixteen have waited too long
    assert answers[200] >= 4
    await production.reads.close()


AREAS = {"south": 55, "north": 56, "west": -4, "east": -3, "zoom": 11}
"""A view of the map: it asks nothing of what is locked."""


@pytest.mark.parametrize("newcomer", ["a person", "127.0.2.1"])
async def test_a_search_is_served_before_those_that_one_network_sent_earlier(
    database: Database, production: Database, url: str, people: list[Client], newcomer: str
) -> None:
    production.reads = Reads(production.url, 8, FOR_EVER)
    async with AsyncExitStack() as open_, someone_else(database, STUCK_SEARCH):
        for search in [await open_.enter_async_context(visitor(url, f"127.0.1.{number + 1}")) for number in range(30)]:
            open_.callback(asyncio.create_task(search.get("/search", params={"text": "flat"})).cancel)
        line = production.reads.turns.queue
        await until(lambda: (line.inside, line.waiting) == (8, 22))
        other = people[0] if newcomer == "a person" else await open_.enter_async_context(visitor(url, newcomer))
        asking = asyncio.create_task(other.get("/search/map/areas", params=AREAS))
        await until(lambda: line.waiting == 23)
        async with someone_else(database, END_ONE_SEARCH):
            assert (await asking).status_code == 200
    await production.reads.close()


def visitor(url: str, address: str) -> Client:
    """Somebody signed out, at an address of their own."""
    transport = httpx.AsyncHTTPTransport(local_address=address)
    return httpx.AsyncClient(base_url=f"{url}/api/v1", timeout=PATIENCE, transport=transport)


END_ONE_SEARCH = """
SELECT pg_cancel_backend(min(pid)) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%search_word%'
"""


async def test_searches_read_only(database: Database) -> None:
    with pytest.raises(Exception, match="read-only transaction"):
        async with database.reads.transaction() as session:
            await session.execute(text("DELETE FROM search_word"))
    async with database.reads.transaction() as session:
        assert await session.scalar(text("SHOW statement_timeout")) == f"{SEARCHES.statement}s"


async def test_a_person_who_waited_for_a_home_and_left_books_nothing(
    database: Database, production: Database, url: str, people: list[Client], a_property: MakeProperty
) -> None:
    stuck = await a_property()
    kept = await quote_ids(people[:2], stuck)
    async with someone_else(database, "SELECT FROM property WHERE id = :id FOR NO KEY UPDATE", id=stuck):
        first = asyncio.create_task(hold(people[0], kept[0]))
        await until(lambda: not production.lock_queue.are_free([stuck]))
        async with httpx.AsyncClient(base_url=people[1].base_url, headers=people[1].headers) as leaving:
            gone = asyncio.create_task(hold(leaving, kept[1]))
            await until(lambda: production.lock_queue.waiting == 1)
            gone.cancel()
            await asyncio.gather(gone, return_exceptions=True)
    assert (await first).status_code == 201
    released = await people[0].post(f"/bookings/{(await first).json()['id']}/release")
    assert released.status_code == 200
    await until(lambda: production.lock_queue.waiting == 0)
    await until(lambda: production.slots.inside == 0)
    assert await rows(database, "SELECT status FROM booking") == [("cancelled",)]
