"""Jobs: put in the queue by our transaction, run by a worker, run again when they fail or their worker is killed."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server import app
from server.core import clock, jobs
from server.core.database import Database
from server.core.limits import JOBS, REQUESTS
from server.core.settings import Settings
from server.sandbox.stripe.sandbox import MOUNT
from server.worker import work_until
from tests.payment_provider import Provider
from tests.server.core.little import words, write
from tests.server.core.queue import PATIENCE, notebook, of_default, rows, run_all, until

__all__ = ["notebook"]
ROOT = Path(__file__).parents[3]
_failures: list[str] = []


async def write_word(session: AsyncSession, word: str) -> None:
    await write(session, word)


async def fail_once(session: AsyncSession, word: str) -> None:
    await write(session, word)
    if not _failures:
        _failures.append(word)
        raise RuntimeError("the first time fails")


@pytest.fixture
def notes(notebook: Database) -> Database:
    """A table to write in, and jobs that do."""
    jobs.register("tests.write", of_default(write_word))
    jobs.register("tests.fail_once", of_default(fail_once))
    _failures.clear()
    return notebook


async def test_a_job_is_put_in_the_queue_with_the_transaction_and_taken_back_with_it(notes: Database) -> None:
    with pytest.raises(RuntimeError):  # noqa: PT012
        async with notes.transaction() as session:
            await jobs.defer(session, "tests.write", {"word": "home"})
            raise RuntimeError("second thoughts")
    assert await rows(notes) == []
    async with notes.transaction() as session:
        await jobs.defer(session, "tests.write", {"word": "home"})
        assert await rows(notes) == []  # others do not see it yet
    assert [row[:2] for row in await rows(notes)] == [("tests.write", "todo")]


async def test_a_worker_runs_what_is_due_and_leaves_the_rest(notes: Database) -> None:
    tomorrow = clock.now() + timedelta(days=1)
    async with notes.transaction() as session:
        await jobs.defer(session, "tests.write", {"word": "now"})
        await jobs.defer(session, "tests.write", {"word": "past"}, run_at=datetime(2020, 1, 1, tzinfo=UTC))
        await jobs.defer(session, "tests.write", {"word": "tomorrow"}, run_at=tomorrow)
    await run_all(notes)
    assert await words(notes) == ["now", "past"]
    assert await rows(notes) == [("tests.write", "todo", 0, tomorrow)]


async def test_a_job_that_fails_leaves_nothing_and_is_tried_again_later(notes: Database) -> None:
    async with notes.transaction() as session:
        await jobs.defer(session, "tests.fail_once", {"word": "home"})
    await run_all(notes)
    assert await words(notes) == []
    ((_, status, attempts, again_at),) = await rows(notes)
    assert (status, attempts) == ("todo", 1)
    assert timedelta(0) < again_at - clock.now() < timedelta(seconds=10)
    async with notes.transaction() as session:
        await session.execute(text("UPDATE procrastinate_jobs SET scheduled_at = now()"))
    await run_all(notes)
    assert (await words(notes), await rows(notes)) == (["home"], [])


async def test_jobs_of_one_lock_keep_their_order(notes: Database) -> None:
    async with notes.transaction() as session:
        for word in "abc":
            await jobs.defer(session, "tests.write", {"word": word}, lock="notes")
    await run_all(notes)
    async with notes.engine.connect() as connection:
        written = await connection.execute(text("SELECT word FROM note ORDER BY xmin::text::bigint"))
        assert list(written.scalars()) == ["a", "b", "c"]


async def test_a_worker_that_is_asked_to_stop_lets_the_running_job_end(
    notes: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, go_on = asyncio.Event(), asyncio.Event()

    async def slow(session: AsyncSession) -> None:
        began.set()
        await go_on.wait()
        await write(session, "ended")

    jobs.register("tests.slow", of_default(slow))
    async with notes.transaction() as session:
        await jobs.defer(session, "tests.slow")
    stop = asyncio.Event()
    working = asyncio.create_task(work_until(notes, stop))
    await asyncio.wait_for(began.wait(), PATIENCE)
    stop.set()
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.wait_for(working, PATIENCE)
    assert (await words(notes), await rows(notes)) == (["ended"], [])


# Two lives of a worker on one database: the first one's job never ends.
WORKER = """
import asyncio, sys
from sqlalchemy import text
from server.core import jobs, logging
from server.core.database import Database
from server.core.limits import JOBS, REQUESTS
from server.core.settings import Settings
from server.sandbox.stripe.sandbox import MOUNT
from server.worker import work_until
from tests.payment_provider import Provider

logging.set_up()

async def endless(session, word):
    await session.execute(text("INSERT INTO note VALUES ('half way')"))
    print("half way", flush=True)
    await asyncio.Event().wait()

jobs.register("tests.write", jobs.Job(run=endless, queue=jobs.Queue.DEFAULT))
asyncio.run(work_until(Database(sys.argv[1]), asyncio.Event()))
"""


async def test_a_job_whose_worker_is_killed_is_run_by_the_next_worker(
    notes: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with notes.transaction() as session:
        await jobs.defer(session, "tests.write", {"word": "whole"})
    killed = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WORKER, notes.url, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert killed.stdout is not None
        assert await asyncio.wait_for(killed.stdout.readline(), PATIENCE) == b"half way\n"
    finally:
        killed.kill()
        await killed.wait()
    assert [row[1] for row in await rows(notes)] == ["doing"]
    await until(notes, "count(*) = 0 FROM pg_locks WHERE relation = 'note'::regclass AND mode = 'RowExclusiveLock'")
    assert await words(notes) == []

    monkeypatch.setattr(jobs, "STALLED_AFTER_SECONDS", 0)
    stop = asyncio.Event()
    working = asyncio.create_task(work_until(notes, stop))
    await until(notes, "count(*) = 1 FROM note")
    await until(notes, "count(*) = 0 FROM procrastinate_jobs WHERE task_name = 'tests.write'")
    stop.set()
    await asyncio.wait_for(working, PATIENCE)
    assert await words(notes) == ["whole"]


async def write_limits(session: AsyncSession) -> None:
    await write(session, await session.scalar(text("SELECT current_setting('statement_timeout')")) or "")


async def test_jobs_run_on_connections_and_within_limits_of_their_own(notes: Database) -> None:
    jobs.register("tests.limits", of_default(write_limits))
    stop = asyncio.Event()
    async with notes.transaction() as session:
        await jobs.defer(session, "tests.limits")
    async with notes.apart(REQUESTS, pool=1) as full, full.transaction() as session:
        await session.execute(text("SELECT 1"))  # takes the one connection
        working = asyncio.create_task(work_until(full, stop))
        await until(notes, "count(*) = 1 FROM note")
        stop.set()
        await asyncio.wait_for(working, PATIENCE)
    assert await words(notes) == ["5min"]


async def test_the_queue_itself_waits_for_nothing_without_end(database: Database) -> None:
    async with database.apart(JOBS, pool=1) as own, jobs.queue(own).open_async() as queue:
        for name in JOBS.settings():
            row = await queue.connector.execute_query_one_async(f"SELECT current_setting('{name}') AS seconds")
            assert row["seconds"] != "0"


async def test_a_worker_ends_whenever_it_is_asked_to_even_before_it_began(notes: Database) -> None:
    loop = asyncio.get_running_loop()
    for milliseconds in range(0, 80, 4):  # while it opens, while it registers, and after it runs
        stop = asyncio.Event()
        loop.call_later(milliseconds / 1000, stop.set)
        await asyncio.wait_for(work_until(notes, stop), PATIENCE)


async def test_every_job_of_the_house_is_known_to_the_worker_and_the_clock(database: Database) -> None:
    assert app.JOBS
    queue = jobs.queue(database)
    known = jobs.registered()
    assert known["core.forget_replies"].cron == "17 * * * *"
    assert known.keys() | {"core.retry_stalled"} <= queue.tasks.keys()
    by_clock = {task.task.name for task in queue.periodic_registry.periodic_tasks.values()}
    assert by_clock == {name for name, job in known.items() if job.cron} | {"core.retry_stalled"}


async def test_a_job_of_the_clock_runs_without_arguments(
    database: Database, settings: Settings, provider: Provider
) -> None:
    settings.stripe_api_base = f"{provider.url}{MOUNT}"
    queue = jobs.queue(database, settings)
    async with queue.open_async():
        for name in [*(name for name, job in jobs.registered().items() if job.cron), "core.retry_stalled"]:
            await queue.configure_task(name).defer_async(timestamp=1)
        await queue.run_worker_async(wait=False, install_signal_handlers=False)
    async with database.engine.connect() as connection:
        statuses = await connection.execute(
            text("SELECT DISTINCT status::text FROM procrastinate_jobs WHERE args <> '{}'")
        )
        assert list(statuses.scalars()) == ["succeeded"]


def test_two_jobs_cannot_share_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_JOBS", {})
    jobs.register("tests.same", of_default(write_word))
    jobs.register("tests.same", of_default(write_word))
    with pytest.raises(ValueError, match=r"tests\.same"):
        jobs.register("tests.same", of_default(fail_once))
