"""What another service tells us is kept once and handled once, whatever is repeated, late, out of order or killed."""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.core import clock, failed_jobs, inbox, jobs
from server.core.database import Database
from server.core.errors import Malformed
from server.core.inbox import Received, UnknownKind
from server.core.retries import FailedForGood, RetryPolicy
from server.core.settings import Settings
from server.worker import work_until
from tests.server.core.little import words, write
from tests.server.core.queue import PATIENCE, notebook, rows, run_all, until

__all__ = ["notebook"]
JOB = "inbox.tests"
ROOT = Path(__file__).parents[3]
HOUR = timedelta(hours=1)
LATER = RetryPolicy(first_wait=HOUR, longest_wait=HOUR, window=48 * HOUR)


class Bank:
    """A service that tells us things, and how we handle them: the body is written down, or is what goes wrong."""

    def __init__(self, database: Database) -> None:
        self.database, self.handled = database, list[Received]()
        self.errors = list[Exception]()
        self.reached, self.gate = asyncio.Event(), asyncio.Event()
        self.gate.set()
        inbox.declare("tests", self.handle, retry=LATER)

    async def handle(self, session: AsyncSession, event: Received) -> None:
        self.handled.append(event)
        self.reached.set()
        await self.gate.wait()
        await write(session, event.body.decode(errors="replace").replace("\0", ""))
        if self.errors:
            raise self.errors.pop(0)

    async def tell(self, external_id: str = "evt_1", body: bytes = b"paid") -> bool:
        """The service tells it, once; answers whether it is new."""
        async with self.database.transaction() as session:
            return await inbox.receive(session, "tests", external_id, body, {"Stripe-Version": "2030-01-01"})

    async def arguments(self) -> list[dict[str, Any]]:
        """What the jobs that handle events are told, in the order the events came."""
        async with self.database.engine.connect() as connection:
            found = await connection.scalars(
                text("SELECT args FROM procrastinate_jobs WHERE task_name = :name ORDER BY id"), {"name": JOB}
            )
            return list(found)

    async def handled_now(self, arguments: dict[str, Any], settings: Settings) -> None:
        await jobs.run_now(self.database, JOB, arguments, settings)

    async def stand(self) -> list[tuple[str, bool, str | None]]:
        """Each event: its id, whether it is processed, and what went wrong last."""
        async with self.database.engine.connect() as connection:
            found = await connection.execute(
                text("SELECT external_id, processed_at IS NOT NULL, error FROM inbox_event ORDER BY external_id")
            )
            return [(id_, processed, error) for id_, processed, error in found]


@pytest.fixture
def bank(notebook: Database) -> Bank:
    return Bank(notebook)


async def make_due(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(text("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'"))


async def test_an_event_is_kept_as_it_came_and_handled(bank: Bank) -> None:
    body = b'{"amount": 100}\x00\xff'
    assert await bank.tell(body=body)
    await run_all(bank.database)
    (event,) = bank.handled
    assert (event.external_id, event.body, event.headers) == ("evt_1", body, {"Stripe-Version": "2030-01-01"})
    assert await bank.stand() == [("evt_1", True, None)]
    assert await rows(bank.database) == []


async def test_what_is_told_again_is_neither_kept_nor_handled_again(bank: Bank) -> None:
    assert await bank.tell()
    assert not await bank.tell(body=b"told otherwise")
    await run_all(bank.database)
    assert not await bank.tell()
    await run_all(bank.database)
    assert (await words(bank.database), len(bank.handled)) == (["paid"], 1)


async def test_what_is_told_by_many_at_once_is_kept_once(bank: Bank) -> None:
    told = await asyncio.gather(*(bank.tell() for _ in range(8)))
    assert sorted(told) == [False] * 7 + [True]
    assert len(await bank.arguments()) == 1


async def test_two_services_may_use_the_same_id(bank: Bank) -> None:
    inbox.declare("tests.other", bank.handle)
    assert await bank.tell()
    async with bank.database.transaction() as session:
        assert await inbox.receive(session, "tests.other", "evt_1", b"posted")
    await run_all(bank.database)
    assert await words(bank.database) == ["paid", "posted"]


async def test_what_was_not_committed_is_new_when_it_is_told_again(bank: Bank) -> None:
    with pytest.raises(RuntimeError):  # noqa: PT012
        async with bank.database.transaction() as session:
            await inbox.receive(session, "tests", "evt_1", b"paid")
            raise RuntimeError("the answer never went out")
    assert await bank.stand() == []
    assert await bank.tell()


async def test_an_event_that_is_handled_by_two_at_once_is_handled_once(bank: Bank, settings: Settings) -> None:
    await bank.tell()
    (arguments,) = await bank.arguments()
    bank.gate.clear()
    both = [asyncio.create_task(bank.handled_now(arguments, settings)) for _ in range(2)]
    await asyncio.wait_for(bank.reached.wait(), PATIENCE)
    await until(
        bank.database,
        "count(*) = 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    )
    bank.gate.set()
    await asyncio.wait_for(asyncio.gather(*both), PATIENCE)
    await bank.handled_now(arguments, settings)
    assert (len(bank.handled), await words(bank.database)) == (1, ["paid"])


async def test_what_fails_leaves_nothing_and_is_handled_again_as_its_policy_says(bank: Bank) -> None:
    bank.errors = [RuntimeError("at 1 Secret Road")]
    await bank.tell()
    await run_all(bank.database)
    assert (await words(bank.database), await bank.stand()) == ([], [("evt_1", False, "RuntimeError")])
    async with bank.database.engine.connect() as connection:
        found = await connection.execute(
            text("SELECT status::text, scheduled_at FROM procrastinate_jobs WHERE task_name = :name"), {"name": JOB}
        )
        ((status, again_at),) = found.all()
    assert status == "todo"
    assert HOUR / 2 - timedelta(minutes=5) < again_at - clock.now() <= HOUR
    await make_due(bank.database)
    await run_all(bank.database)
    assert (await words(bank.database), await bank.stand()) == (["paid"], [("evt_1", True, None)])


async def test_what_fails_for_good_is_known_as_failed_and_can_be_run_again(bank: Bank) -> None:
    class Contradicted(FailedForGood):
        """It cannot be."""

    bank.errors = [Contradicted()]
    await bank.tell()
    await run_all(bank.database)
    assert await bank.stand() == [("evt_1", False, "Contradicted")]
    async with bank.database.transaction() as session:
        assert (await failed_jobs.standing(session, [JOB]))[JOB].error == "Contradicted"
        assert await jobs.run_again(session, JOB) == 1
    await run_all(bank.database)
    assert await bank.stand() == [("evt_1", True, None)]


async def test_an_event_of_an_unknown_kind_is_kept_and_done(bank: Bank) -> None:
    bank.errors = [UnknownKind()]
    await bank.tell()
    await run_all(bank.database)
    await make_due(bank.database)
    await run_all(bank.database)
    assert await bank.stand() == [("evt_1", True, "UnknownKind")]
    assert (await words(bank.database), len(bank.handled), await bank.arguments()) == ([], 1, [])


async def test_an_event_that_comes_too_early_waits_for_the_one_before_it_and_holds_up_no_other(
    notebook: Database,
) -> None:
    async def handle(session: AsyncSession, event: Received) -> None:
        paid = await session.scalar(text("SELECT count(*) FROM note WHERE word = 'paid'"))
        if event.body == b"refunded" and not paid:
            raise LookupError("nothing was paid")
        await write(session, event.body.decode())

    bank = Bank(notebook)
    inbox.declare("tests.early", handle, retry=LATER)
    for body in (b"refunded", b"other", b"paid"):
        async with notebook.transaction() as session:
            await inbox.receive(session, "tests.early", body.decode(), body)
    await run_all(notebook)
    assert await words(notebook) == ["other", "paid"]
    await make_due(notebook)
    await run_all(notebook)
    assert await words(notebook) == ["other", "paid", "refunded"]
    assert {(processed, error) for _, processed, error in await bank.stand()} == {(True, None)}


# A worker that is killed while it handles an event.
WORKER = """
import asyncio, sys
from sqlalchemy import text
from server.core import inbox, logging
from server.core.database import Database
from server.core.jobs import Queue
from server.worker import work_until

logging.set_up()

async def handle(session, event):
    await session.execute(text("INSERT INTO note VALUES ('half way')"))
    print("half way", flush=True)
    await asyncio.Event().wait()

inbox.declare("tests", handle)
asyncio.run(work_until(Database(sys.argv[1]), asyncio.Event(), queues=[Queue.PROVIDERS]))
"""


async def test_an_event_whose_worker_is_killed_is_handled_by_the_next_one(
    bank: Bank, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bank.tell()
    killed = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WORKER, bank.database.url, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert killed.stdout is not None
        assert await asyncio.wait_for(killed.stdout.readline(), PATIENCE) == b"half way\n"
    finally:
        killed.kill()
        await killed.wait()
    assert not await bank.tell()  # the other side has no answer, and tells it again

    monkeypatch.setattr(jobs, "STALLED_AFTER_SECONDS", 0)
    stop = asyncio.Event()
    working = asyncio.create_task(work_until(bank.database, stop, settings, queues=[jobs.Queue.PROVIDERS]))
    try:
        await until(bank.database, "count(*) = 1 FROM inbox_event WHERE processed_at IS NOT NULL")
        await until(bank.database, f"count(*) = 0 FROM procrastinate_jobs WHERE task_name = '{JOB}'")
    finally:
        stop.set()
        await asyncio.wait_for(working, PATIENCE)
    assert (await words(bank.database), await bank.stand()) == (["paid"], [("evt_1", True, None)])


@pytest.mark.parametrize("external_id", ["", "x" * 201, "evt\x00", "evt\n1"])
async def test_an_id_that_cannot_be_one_is_refused_by_name(bank: Bank, external_id: str) -> None:
    with pytest.raises(Malformed, match="external_id"):
        await bank.tell(external_id)


async def test_a_source_that_nobody_declared_is_not_kept(bank: Bank) -> None:
    with pytest.raises(KeyError, match="stranger"):
        async with bank.database.transaction() as session:
            await inbox.receive(session, "stranger", "evt_1", b"paid")
    assert await bank.stand() == []


async def test_events_are_kept_for_a_quarter_and_those_that_wait_for_a_year(bank: Bank) -> None:
    bank.errors = [RuntimeError()]
    await bank.tell("waits")
    await run_all(bank.database)
    await bank.tell("done")
    await run_all(bank.database)
    for days, left in ((89, ["done", "waits"]), (91, ["waits"]), (364, ["waits"]), (366, [])):
        with time_machine.travel(clock.now() + timedelta(days=days)):
            await jobs.run_now(bank.database, "core.forget_inbox", {})
        assert [id_ for id_, _, _ in await bank.stand()] == left
