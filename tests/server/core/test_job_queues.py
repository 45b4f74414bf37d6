"""Each job has its queue, and what is long or stuck in one queue keeps nobody waiting in another."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server import app
from server.core import jobs
from server.core.database import Database
from server.core.errors import StartupError
from server.core.jobs import Queue
from server.core.retries import PROVIDERS
from server.core.settings import Settings
from server.worker import places, queues_of, work_until
from tests.server.core.little import words, write
from tests.server.core.queue import PATIENCE, notebook, run_all, until

__all__ = ["notebook"]
ALL = tuple(Queue)


class Stuck:
    """A job that says when it began, and ends when it is let go."""

    def __init__(self) -> None:
        self.began, self.let_go = asyncio.Event(), asyncio.Event()

    async def run(self, _: AsyncSession) -> None:
        self.began.set()
        await self.let_go.wait()


async def write_word(session: AsyncSession, word: str) -> None:
    await write(session, word)


@pytest.fixture
def notes(notebook: Database) -> Database:
    """A job in each queue that writes a word."""
    for queue in Queue:
        jobs.register(f"tests.{queue}", jobs.Job(run=write_word, queue=queue))
    return notebook


async def write_by(database: Database, *queues: Queue) -> None:
    """Let a job of each of these queues write the name of the queue."""
    async with database.transaction() as session:
        for queue in queues:
            await jobs.defer(session, f"tests.{queue}", {"word": queue.value})


async def test_every_job_of_the_house_waits_in_the_queue_it_names(database: Database) -> None:
    assert app.JOBS
    async with database.transaction() as session:
        for name in jobs.registered():
            await jobs.defer(session, name)
        found = await session.execute(text("SELECT task_name, queue_name, priority FROM procrastinate_jobs"))
        placed = {name: (Queue(queue), priority) for name, queue, priority in found}
    assert placed == {name: (job.queue, job.queue.priority) for name, job in jobs.registered().items()}
    by_worker = jobs.queue(database).tasks
    assert {name: by_worker[name].queue for name in placed} == {name: queue for name, (queue, _) in placed.items()}


def test_mails_come_before_what_follows_and_bulk_comes_last() -> None:
    assert sorted(Queue, key=lambda queue: -queue.priority) == [
        Queue.MAIL, Queue.DEFAULT, Queue.PROVIDERS, Queue.BULK
    ]  # fmt: skip
    assert jobs.registered()["notifications.send_mail"].queue is Queue.MAIL
    assert jobs.registered()["importing.step"].queue is Queue.BULK


async def test_a_job_without_a_name_is_not_put_anywhere(database: Database) -> None:
    with pytest.raises(KeyError, match=r"tests\.unheard_of"):
        async with database.transaction() as session:
            await jobs.defer(session, "tests.unheard_of")


async def test_one_place_for_all_queues_takes_the_mail_first(notes: Database) -> None:
    await write_by(notes, Queue.BULK, Queue.PROVIDERS, Queue.DEFAULT, Queue.MAIL)
    await run_all(notes)
    async with notes.engine.connect() as connection:
        written = await connection.execute(text("SELECT word FROM note ORDER BY xmin::text::bigint"))
    assert list(written.scalars()) == ["mail", "default", "providers", "bulk"]


@pytest.mark.parametrize("slow", ALL)
async def test_what_is_stuck_in_one_queue_keeps_nobody_waiting_in_another(notes: Database, slow: Queue) -> None:
    stuck, stop = Stuck(), asyncio.Event()
    jobs.register("tests.stuck", jobs.Job(run=stuck.run, queue=slow))
    async with notes.transaction() as session:
        await jobs.defer(session, "tests.stuck")
    working = asyncio.create_task(work_until(notes, stop, concurrency=1))
    try:
        await asyncio.wait_for(stuck.began.wait(), PATIENCE)
        await write_by(notes, *Queue)
        await until(notes, "count(*) = 3 FROM note")
        assert slow.value not in await words(notes)  # its only place is taken
    finally:
        stuck.let_go.set()
        stop.set()
        await asyncio.wait_for(working, PATIENCE)


async def test_a_worker_of_some_queues_leaves_the_others_alone(notes: Database) -> None:
    await write_by(notes, *Queue)
    stop = asyncio.Event()
    working = asyncio.create_task(work_until(notes, stop, queues=[Queue.MAIL, Queue.BULK]))
    try:
        await until(notes, "count(*) = 2 FROM note")
    finally:
        stop.set()
        await asyncio.wait_for(working, PATIENCE)
    assert await words(notes) == ["bulk", "mail"]


@pytest.mark.parametrize(
    ("queues", "concurrency", "shares"),
    [
        (ALL, 8, {"mail": 3, "default": 2, "providers": 2, "bulk": 1}),
        (ALL, 16, {"mail": 5, "default": 5, "providers": 4, "bulk": 2}),
        (ALL, 1, {"mail": 1, "default": 1, "providers": 1, "bulk": 1}),
        ([Queue.BULK], 8, {"bulk": 8}),
        ([Queue.BULK, Queue.MAIL], 2, {"mail": 1, "bulk": 1}),
        ([Queue.MAIL, Queue.MAIL], 3, {"mail": 3}),
    ],
)
def test_every_queue_has_a_place_and_bulk_a_small_share(
    queues: list[Queue], concurrency: int, shares: dict[str, int]
) -> None:
    assert places(queues, concurrency) == shares


def test_queues_are_named_with_commas_and_a_wrong_name_is_said() -> None:
    assert queues_of("") == ALL
    assert queues_of("bulk, mail") == (Queue.BULK, Queue.MAIL)
    with pytest.raises(StartupError, match="There is no queue mial; there are mail, default, providers, bulk"):
        queues_of("mial,bulk")


async def test_an_external_job_also_runs_by_the_clock(notebook: Database, settings: Settings) -> None:
    given: list[jobs.ExternalJob] = []

    @jobs.external_job("tests.look", queue=Queue.PROVIDERS, retry=PROVIDERS, cron="* * * * *")
    async def look(external: jobs.ExternalJob) -> None:
        given.append(external)
        async with external.database.transaction() as session:
            await write(session, "looked")

    stop = asyncio.Event()
    working = asyncio.create_task(work_until(notebook, stop, settings, queues=[Queue.PROVIDERS]))
    try:
        await until(notebook, "count(*) >= 1 FROM note")
    finally:
        stop.set()
        await asyncio.wait_for(working, PATIENCE)
    assert (given[0].database.url, given[0].settings) == (notebook.url, settings)
