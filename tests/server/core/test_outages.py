"""A database that goes away or hangs: said once, answered with 503 in time, and everything goes on when it is back."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
import structlog
import time_machine
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server import worker
from server.auth.sessions import service as sessions
from server.core import clock, database_watch, jobs, outages
from server.core.database import CONNECT_SECONDS, Database
from server.core.database_watch import watching
from server.core.errors import TryAgain
from server.core.settings import Settings
from server.schema import is_ready
from server.worker import work_until
from tests.conftest import MakePerson
from tests.server.core.little import app_on, client_of, note_table, words, write
from tests.wire import Wire, wire_to

PATIENCE = 60
QUIET_SECONDS = outages.QUIET_SECONDS
QUICK_SECONDS = 0.2


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that waits waits a moment."""
    monkeypatch.setattr(outages, "QUIET_SECONDS", QUICK_SECONDS)
    monkeypatch.setattr(database_watch, "ASK_AGAIN_SECONDS", 0.05)
    monkeypatch.setattr(database_watch, "ANSWER_SECONDS", 1.0)
    monkeypatch.setattr(worker, "LOOK_AT_CLOCK_SECONDS", 0.05)


@pytest.fixture
async def notes(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
    monkeypatch.setattr(jobs, "_JOBS", dict(jobs._JOBS))
    async with note_table(database):
        yield database


@pytest.fixture
async def wire(notes: Database) -> AsyncIterator[Wire]:
    async with wire_to(notes.url) as wire:
        yield wire


@pytest.fixture
async def far(wire: Wire) -> AsyncIterator[Database]:
    """The database at the other end of the wire."""
    far = Database(wire.url, pool=5)
    yield far
    wire.let_go()
    await far.close()


@pytest.fixture
def logs() -> Iterator[list[Any]]:
    with structlog.testing.capture_logs() as logs:
        yield logs


async def until(happened: Callable[[], bool]) -> None:
    """Wait for something, by the deadline."""
    async with asyncio.timeout(PATIENCE):
        while not happened():  # noqa: ASYNC110 - some of it happens in the database
            await asyncio.sleep(0.02)


async def until_written(database: Database, word: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while word not in await words(database):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


def said(logs: list[Any]) -> list[str]:
    """What was said of the database, in order."""
    return [line["event"] for line in logs if line["event"].startswith("database_")]


# --- requests


async def test_many_requests_of_an_outage_are_answered_503_and_it_is_said_once_when_it_goes_and_when_it_is_back(
    far: Database, wire: Wire, logs: list[Any]
) -> None:
    async with client_of(app_on(far)) as client, watching(far):
        assert (await client.get("/notes/a")).status_code == 200
        for _ in range(2):
            logs.clear()
            wire.cut()
            replies = await asyncio.gather(*(client.get("/notes/a") for _ in range(20)))
            assert {(reply.status_code, reply.headers["retry-after"]) for reply in replies} == {(503, "1")}
            assert not await is_ready(far)
            await wire.mend()
            await until(lambda: len(said(logs)) > 1)
            assert (await client.get("/notes/a")).status_code == 200
            assert said(logs) == ["database_away", "database_back"]


async def test_a_database_that_fails_now_and_then_is_not_said_to_be_back_in_between(logs: list[Any]) -> None:
    outage = outages.Outage()
    for _ in range(5):
        outage.lost(OSError("full"))
        outage.found()
    assert said(logs) == ["database_away"]


async def test_what_is_said_of_an_outage_holds_no_address_and_no_words_of_the_database(logs: list[Any]) -> None:
    nowhere = Database("postgresql://ann:sesame@127.0.0.1:1/home")
    with pytest.raises(TryAgain):
        async with nowhere.transaction() as session:
            await session.execute(text("SELECT 1"))
    assert logs == [{"event": "database_away", "error": "ConnectionRefusedError", "log_level": "warning"}]


async def test_a_way_that_leads_nowhere_is_an_outage_too() -> None:
    unreachable = Database("postgresql://ann:sesame@home:5432/home")
    with pytest.raises(TryAgain):
        async with unreachable.transaction():
            raise OSError(113, "No route to host")


async def test_requests_to_a_database_that_hangs_are_cut_off_and_those_that_follow_are_refused_at_once(
    far: Database, wire: Wire, logs: list[Any]
) -> None:
    async with client_of(app_on(far)) as client, watching(far):
        assert (await client.get("/notes/a")).status_code == 200
        wire.hold()
        began = time.monotonic()
        reply = await asyncio.wait_for(client.get("/notes/a"), PATIENCE)
        assert (reply.status_code, reply.headers["retry-after"]) == (503, "1")
        assert time.monotonic() - began < 20
        await until(lambda: far.outage.hanging)
        began = time.monotonic()
        assert {(await client.get("/notes/a")).status_code for _ in range(20)} == {503}
        assert not await is_ready(far)
        assert time.monotonic() - began < 2
        wire.let_go()
        await until(lambda: len(said(logs)) > 1)
        assert (await client.get("/notes/a")).status_code == 200
    assert said(logs) == ["database_away", "database_back"]


async def test_a_database_that_answers_those_it_knows_and_lets_nobody_new_in_is_not_back(
    far: Database, wire: Wire, logs: list[Any]
) -> None:
    async with client_of(app_on(far)) as client, watching(far):
        assert (await client.get("/notes/a")).status_code == 200
        far.outage.lost(OSError("full"))
        await until(lambda: len(said(logs)) > 1)  # so the watch has a connection too
        wire.keep_out()
        far.outage.lost(TimeoutError())  # somebody who came anew
        while wire.kept_out < 3 and len(said(logs)) == 3:
            assert (await client.get("/notes/a")).status_code == 200
        assert said(logs) == ["database_away", "database_back", "database_away"]
        wire.let_go()
        await until(lambda: len(said(logs)) > 3)
    assert said(logs) == ["database_away", "database_back"] * 2


async def test_a_process_that_was_stopped_itself_does_not_take_the_database_for_hanging(
    far: Database, logs: list[Any]
) -> None:
    async with watching(far), far.transaction() as session:
        await write(session, "begun before")
        for _ in range(3):
            time.sleep(1.7)  # noqa: ASYNC251 - nothing of this process goes on, as after SIGSTOP
            async with far.engine.connect() as other:
                await other.execute(text("SELECT 1"))
    assert await words(far) == ["begun before"]
    assert said(logs) == []


async def test_closing_a_pool_to_a_database_that_hangs_takes_a_moment(far: Database, wire: Wire) -> None:
    async with far.engine.connect() as connection:
        await connection.execute(text("SELECT 1"))
    wire.hold()
    async with asyncio.timeout(5):
        await far.close()


# --- watchers


async def test_sessions_that_ended_are_seen_again_after_an_outage(
    far: Database, wire: Wire, settings: Settings, a_person: MakePerson, database: Database, logs: list[Any]
) -> None:
    person, revoked = await a_person(), sessions.RevokedSessions()
    polling = asyncio.create_task(revoked.poll(far, settings))
    wire.cut()
    async with database.transaction() as session:
        await sessions.sign_out(session, person.refresh_token)
    await until(lambda: "database_away" in said(logs))
    await wire.mend()
    await until(lambda: person.identity.session_id in revoked)
    polling.cancel()
    assert [line["event"] for line in logs if line["event"] == "sessions_not_seen"] == []


# --- the worker


async def test_a_worker_outlives_an_outage_and_runs_again_what_was_under_way(
    far: Database, notes: Database, wire: Wire, logs: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outages, "QUIET_SECONDS", PATIENCE)
    begun: list[str] = []
    began, gone = asyncio.Event(), asyncio.Event()

    async def slow(session: AsyncSession, word: str) -> None:
        begun.append(word)
        began.set()
        if len(begun) == 1:
            await gone.wait()
        await write(session, word)

    jobs.register("tests.slow", jobs.Job(run=slow, queue=jobs.Queue.DEFAULT))
    stop = asyncio.Event()
    working = asyncio.create_task(work_until(far, stop))
    async with notes.transaction() as session:
        await jobs.defer(session, "tests.slow", {"word": "under way"})
    await asyncio.wait_for(began.wait(), PATIENCE)
    wire.cut()
    gone.set()
    await until(lambda: "database_away" in said(logs))
    async with notes.transaction() as session:
        await jobs.defer(session, "tests.slow", {"word": "meanwhile"})
    await wire.mend()
    await until_written(notes, "under way")
    await until_written(notes, "meanwhile")
    assert begun.count("under way") == 2
    stop.set()
    await asyncio.wait_for(working, PATIENCE)
    assert said(logs) == ["database_away"]


async def test_a_job_whose_end_could_not_be_noted_does_not_stay_under_way(notes: Database) -> None:
    finish = ("procrastinate_finish_job_v1", "out_of_reach")
    times = 0

    async def lose_the_way_back(session: AsyncSession) -> None:
        nonlocal times
        times += 1
        if times <= 2:  # out of reach the first time, there again the second
            before, after = finish if times == 1 else reversed(finish)
            await session.execute(text(f"ALTER FUNCTION {before} RENAME TO {after}"))

    jobs.register("tests.lose", jobs.Job(run=lose_the_way_back, queue=jobs.Queue.DEFAULT))
    stop = asyncio.Event()
    working = asyncio.create_task(work_until(notes, stop))
    async with notes.transaction() as session:
        await jobs.defer(session, "tests.lose")
    await until(lambda: times == 2)
    stop.set()
    await asyncio.wait_for(working, PATIENCE)


async def test_a_worker_whose_database_is_away_or_hangs_stops_when_it_is_asked_to(
    far: Database, wire: Wire, logs: list[Any]
) -> None:
    for go_away, come_back in ((wire.cut, wire.mend), (wire.hold, None)):
        stop = asyncio.Event()
        working = asyncio.create_task(work_until(far, stop))
        await until(lambda: "worker_started" in [line["event"] for line in logs])
        go_away()
        began = time.monotonic()
        stop.set()
        await asyncio.wait_for(working, PATIENCE)
        assert time.monotonic() - began < 8
        logs.clear()
        if come_back is not None:
            await come_back()


async def test_jobs_by_the_clock_go_on_when_the_clock_was_a_day_ahead_and_is_set_back(notes: Database) -> None:
    async def tell(session: AsyncSession) -> None:
        await session.execute(
            text("INSERT INTO note VALUES (:now) ON CONFLICT DO NOTHING"), {"now": str(clock.now().date())}
        )

    jobs.register("tests.tell", jobs.Job(run=tell, queue=jobs.Queue.DEFAULT, cron="* * * * *"))
    stop = asyncio.Event()
    today = clock.now()
    with time_machine.travel(today.timestamp() + 86_400, tick=True) as ahead:
        working = asyncio.create_task(work_until(notes, stop))
        await until_written(notes, str(clock.now().date()))
        ahead.move_to(today)
        await until_written(notes, str(today.date()))
        stop.set()
        await asyncio.wait_for(working, PATIENCE)


def test_a_database_that_lets_nobody_new_in_is_not_back_between_two_who_tried() -> None:
    assert QUIET_SECONDS > CONNECT_SECONDS
