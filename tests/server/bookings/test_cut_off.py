"""A request that is cut off in the middle leaves a clean connection, and no turn that nobody else can have."""

import asyncio
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from sqlalchemy import event

from server import launch
from server.core.database import Database
from server.core.settings import Settings
from tests.conftest import Api, MakePerson, MakeProperty
from tests.server.stays import MakeBooking, rows
from tests.server.test_stuck import someone_else, until
from tests.serving import serving

KEY = {"Idempotency-Key": "a-key-of-the-client"}


@contextmanager
def cut_off_at(database: Database, task: "asyncio.Task[Any]", moment: int) -> Iterator[list[int]]:
    """Cancel a task when it has sent so many statements, or is about to commit; what was counted."""
    seen = [0]

    def note(*_: Any) -> None:
        seen[0] += 1
        if seen[0] == moment:
            task.cancel()

    engines = (database.engine.sync_engine, database.reads.engine.sync_engine)
    for engine in engines:
        for name in ("before_cursor_execute", "commit"):
            event.listen(engine, name, note)
    try:
        yield seen
    finally:
        for engine in engines:
            for name in ("before_cursor_execute", "commit"):
                event.remove(engine, name, note)


async def is_clean(database: Database, caplog: pytest.LogCaptureFixture) -> bool:
    """Nothing is held or open, and nothing was found by the garbage collector."""
    gc.collect()
    assert not [record for record in caplog.records if record.name.startswith("sqlalchemy.pool")]
    out = [pool.engine.pool.checkedout() for pool in (database, database.reads)]  # type: ignore[attr-defined]
    open_ = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND xact_start IS NOT NULL"
    nobody = not await rows(database, f"{open_} AND pid <> pg_backend_pid()")
    return nobody and out == [0, 0] and database.slots.inside == database.reads.slots.inside == 0


@pytest.mark.parametrize("headers", [KEY, {}], ids=["with a key", "without"])
async def test_a_booking_cut_off_at_any_moment_leaves_nothing_behind(
    api: Api,
    database: Database,
    a_person: MakePerson,
    a_property: MakeProperty,
    a_quote: MakeBooking,
    caplog: pytest.LogCaptureFixture,
    headers: dict[str, str],
) -> None:
    tenant, home = await a_person(), await a_property()
    kept = await a_quote(tenant, home)
    moment, cut = 0, True
    while cut:
        moment += 1
        task = asyncio.create_task(api.as_(tenant).post("/bookings", {"quote_id": kept["id"]}, headers=headers))
        with cut_off_at(database, task, moment) as seen:
            (outcome,) = await asyncio.gather(task, return_exceptions=True)
        cut = seen[0] >= moment
        assert isinstance(outcome, asyncio.CancelledError) is cut, outcome
        assert database.lock_queue.are_free([home])
        await until(lambda: is_clean(database, caplog))
    assert moment > 8
    assert isinstance(outcome, httpx.Response)
    assert outcome.status_code == 201
    assert await rows(database, "SELECT count(*) FROM booking") == [(1,)]


async def test_a_search_cut_off_at_any_moment_leaves_nothing_behind(
    api: Api, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    moment, cut = 0, True
    while cut:
        moment += 1
        task = asyncio.create_task(api.get("/search", params={"text": "flat"}))
        with cut_off_at(database, task, moment) as seen:
            await asyncio.gather(task, return_exceptions=True)
        cut = seen[0] >= moment
        await until(lambda: is_clean(database, caplog))
    assert moment > 2


async def test_a_server_that_stops_leaves_no_connection_of_those_it_cuts_off(
    settings: Settings,
    database: Database,
    a_person: MakePerson,
    a_property: MakeProperty,
    a_quote: MakeBooking,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(launch, "CLOSE_SECONDS", 1)
    home = await a_property()
    people = [await a_person() for _ in range(3)]
    kept = [await a_quote(tenant, home) for tenant in people]
    stuck = "SELECT FROM property WHERE id = :id FOR NO KEY UPDATE"
    async with someone_else(database, stuck, id=home), someone_else(database, "LOCK TABLE search_word"):
        async with httpx.AsyncClient(timeout=60) as client:
            async with serving(settings, database) as url:
                cut = [
                    asyncio.create_task(
                        client.post(f"{url}/api/v1/bookings", json={"quote_id": one["id"]}, headers=person.headers)
                    )
                    for person, one in zip(people, kept, strict=True)
                ]
                cut.append(asyncio.create_task(client.get(f"{url}/api/v1/search?text=flat")))
                await until(lambda: database.lock_queue.waiting == 2)
                await until(lambda: database.reads.slots.inside == 1)
            await asyncio.gather(*cut, return_exceptions=True)
        assert database.slots.inside == database.reads.slots.inside == database.lock_queue.waiting == 0
        assert database.lock_queue.are_free([home])
    await until(lambda: is_clean(database, caplog))
