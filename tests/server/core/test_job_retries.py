"""What fails is tried again as its job says, for as long as its job says; what fails for good is not."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server import worker
from server.core import clock, jobs
from server.core.database import Database
from server.core.retries import PROVIDERS, FailedForGood, RetryAt, RetryPolicy
from tests.server.core.little import words, write
from tests.server.core.queue import PATIENCE, notebook, rows, run_all

__all__ = ["notebook"]
HOUR = timedelta(hours=1)


class Refused(FailedForGood):
    """The other side said no."""


async def deferred(database: Database, run: jobs.JobFunction, retry: RetryPolicy = PROVIDERS) -> None:
    """A job of this function in the queue."""
    jobs.register("tests.job", jobs.Job(run=run, queue=jobs.Queue.DEFAULT, retry=retry))
    async with database.transaction() as session:
        await jobs.defer(session, "tests.job")


async def break_down(session: AsyncSession) -> None:
    await write(session, "half way")
    raise RuntimeError("it does not work")


async def as_if_first_tried(database: Database, ago: timedelta) -> None:
    """Let the job be due, and its tries lie that far back."""
    async with database.transaction() as session:
        await session.execute(text("UPDATE procrastinate_events SET at = at - CAST(:ago AS interval)"), {"ago": ago})
        await session.execute(text("UPDATE procrastinate_jobs SET scheduled_at = now() - interval '1 second'"))


async def statuses(database: Database) -> list[tuple[str, int]]:
    return [(status, attempts) for _, status, attempts, _ in await rows(database)]


async def test_a_job_that_fails_waits_as_its_own_policy_says(notebook: Database) -> None:
    policy = RetryPolicy(first_wait=HOUR, longest_wait=HOUR, window=2 * HOUR)
    await deferred(notebook, break_down, policy)
    await run_all(notebook)
    ((_, status, attempts, again_at),) = await rows(notebook)
    assert (status, attempts) == ("todo", 1)
    assert HOUR / 2 - timedelta(minutes=1) < again_at - clock.now() <= HOUR
    assert await words(notebook) == []


async def test_a_job_is_given_up_when_its_window_is_over_however_often_it_was_tried(notebook: Database) -> None:
    await deferred(notebook, break_down)
    for tries in range(1, 13):
        await run_all(notebook)
        assert await statuses(notebook) == [("todo", tries)]
        await as_if_first_tried(notebook, timedelta(0))
    await as_if_first_tried(notebook, 47 * HOUR)
    await run_all(notebook)
    assert await statuses(notebook) == [("todo", 13)]
    await as_if_first_tried(notebook, 2 * HOUR)
    await run_all(notebook)
    assert await statuses(notebook) == [("failed", 14)]


async def test_what_fails_for_good_is_tried_once(notebook: Database) -> None:
    async def refuse(session: AsyncSession) -> None:
        await write(session, "half way")
        raise Refused

    await deferred(notebook, refuse)
    await run_all(notebook)
    assert await statuses(notebook) == [("failed", 1)]
    assert await words(notebook) == []


async def test_a_job_that_names_the_moment_itself_goes_on_then(notebook: Database) -> None:
    moment = clock.now() + 90 * HOUR

    async def later(_: AsyncSession) -> None:
        raise RetryAt(moment)

    await deferred(notebook, later)
    await run_all(notebook)
    assert await rows(notebook) == [("tests.job", "todo", 1, moment)]


async def test_an_outage_of_the_database_lets_nothing_be_given_up(notebook: Database) -> None:
    await deferred(notebook, break_down)
    away = Database("postgresql://ann:sesame@127.0.0.1:1/home", pool=2)
    failed = jobs.QueuedJob(
        id=1, queue="default", lock=None, queueing_lock=None, task_name="tests.job", task_kwargs={}, attempts=5_000
    )
    moment = await jobs._next_try(away, "tests.job", failed)
    await away.close()
    assert moment is not None
    assert moment > clock.now()


async def test_a_job_that_is_cut_off_when_its_worker_stops_is_not_lost(
    notebook: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = asyncio.Event()

    async def endless(session: AsyncSession) -> None:
        await write(session, "half way")
        began.set()
        await asyncio.Event().wait()

    await deferred(notebook, endless)
    monkeypatch.setattr(worker, "GRACE_SECONDS", 0.05)
    stop = asyncio.Event()
    working = asyncio.create_task(worker.work_until(notebook, stop))
    await asyncio.wait_for(began.wait(), PATIENCE)
    stop.set()
    await asyncio.wait_for(working, PATIENCE)
    assert await statuses(notebook) == [("todo", 1)]
    assert await words(notebook) == []
