"""The queue as tests see it: what waits in it, a worker that runs what is due, a condition that comes true."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text

from server.core import jobs
from server.core.database import Database
from tests.server.core.little import note_table

PATIENCE = 60


@pytest.fixture
async def notebook(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
    """A database with a table to write in; jobs that a test registers are forgotten after it."""
    monkeypatch.setattr(jobs, "_JOBS", dict(jobs._JOBS))
    async with note_table(database):
        yield database


def of_default(run: jobs.JobFunction) -> jobs.Job:
    """A job like most."""
    return jobs.Job(run=run, queue=jobs.Queue.DEFAULT)


async def run_all(database: Database) -> None:
    """Run what is due, then stop."""
    queue = jobs.queue(database)
    async with queue.open_async():
        await queue.run_worker_async(wait=False, install_signal_handlers=False, delete_jobs="successful")


async def rows(database: Database) -> list[tuple[Any, ...]]:
    """Our jobs in the queue; the clock's are procrastinate's business."""
    async with database.engine.connect() as connection:
        found = await connection.execute(
            text("SELECT task_name, status::text, attempts, scheduled_at FROM procrastinate_jobs "
                 "WHERE task_name LIKE 'tests.%' ORDER BY id")
        )  # fmt: skip
        return [tuple(row) for row in found]


async def until(database: Database, condition: str) -> None:
    """Wait until a query is true, by the deadline."""
    async with asyncio.timeout(PATIENCE), database.engine.connect() as connection:
        while not await connection.scalar(text(f"SELECT {condition}")):
            await connection.rollback()
            await connection.execute(text("SELECT pg_sleep(0.05)"))


async def a_failed_job(database: Database, name: str = "tests.gone") -> None:
    """A job that failed for good, and whose worker died before it told anyone."""
    row = "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, attempts) "
    async with database.transaction() as session:
        await session.execute(text(f"{row} VALUES ('default', :name, '{{}}', 'failed', 1)"), {"name": name})
