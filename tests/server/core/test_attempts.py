"""A call to another service is made once: by one at a time, again after a failure, under one id after a crash."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.core import attempts, clock, failed_jobs, jobs
from server.core.attempts import Attempt, GivenUp, Steps
from server.core.database import Database
from server.core.ids import new_id
from server.core.jobs import Queue
from server.core.retries import PROVIDERS, FailedForGood, RetryAt
from server.core.settings import Settings
from server.worker import work_until
from tests.server.core.little import words, write
from tests.server.core.queue import PATIENCE, notebook, rows, run_all, until

__all__ = ["notebook"]
PAY = "tests.pay"
ROOT = Path(__file__).parents[3]
PRICE = new_id()


class Refused(FailedForGood):
    """The other side will never take it."""


class Bank:
    """Takes payments: notes the id of each, and answers as it is told to."""

    def __init__(self, database: Database) -> None:
        self.database, self.asked = database, list[UUID]()
        self.answers: list[Exception | None] = []
        self.reached, self.gate = asyncio.Event(), asyncio.Event()
        self.gate.set()
        self.gone = False
        attempts.declare(
            PAY, Steps(self.prepare, self.call, self.record, self.gave_up), queue=Queue.PROVIDERS, retry=PROVIDERS
        )

    async def prepare(self, session: AsyncSession, settings: Settings, attempt: Attempt) -> UUID | None:
        return None if self.gone else attempt.id

    async def call(self, settings: Settings, request: UUID) -> str:
        self.asked.append(request)
        self.reached.set()
        answer = self.answers.pop(0) if self.answers else None
        await self.gate.wait()
        if answer is not None:
            raise answer
        return f"paid {request}"

    async def record(self, session: AsyncSession, attempt: Attempt, reply: str) -> None:
        assert attempt.subject_id == PRICE
        await write(session, reply)

    async def gave_up(self, session: AsyncSession, attempt: Attempt, error: str) -> None:
        await write(session, f"gave up: {error}")

    async def intend(self) -> dict[str, str]:
        """The arguments of the job that pays."""
        async with self.database.transaction() as session:
            await attempts.intend(session, PAY, PRICE)
        async with self.database.engine.connect() as connection:
            found: dict[str, str] = await connection.scalar(
                text("SELECT args FROM procrastinate_jobs WHERE task_name = :name"), {"name": PAY}
            )
        return found

    async def pay(self, paying: dict[str, str], settings: Settings) -> None:
        await jobs.run_now(self.database, PAY, paying, settings)

    async def stands(self) -> tuple[str, int, str | None]:
        async with self.database.engine.connect() as connection:
            found = await connection.execute(text("SELECT status, attempts, error FROM outgoing_call"))
            status, number, error = found.one()
            return status, number, error


@pytest.fixture
def bank(notebook: Database) -> Bank:
    return Bank(notebook)


async def test_what_is_asked_for_twice_is_one_call_and_one_job(bank: Bank) -> None:
    await bank.intend()
    await bank.intend()
    assert await bank.stands() == ("waiting", 0, None)
    assert len(await rows(bank.database)) == 1


async def test_a_call_is_made_and_recorded_once_however_often_its_job_runs(bank: Bank, settings: Settings) -> None:
    paying = await bank.intend()
    for _ in range(3):
        await bank.pay(paying, settings)
    assert bank.asked == [UUID(paying["call_id"])]
    assert await words(bank.database) == [f"paid {bank.asked[0]}"]
    assert await bank.stands() == ("done", 1, None)


async def test_no_connection_is_held_while_the_other_side_is_asked(bank: Bank, settings: Settings) -> None:
    paying = await bank.intend()
    bank.gate.clear()
    work = asyncio.create_task(bank.pay(paying, settings))
    await asyncio.wait_for(bank.reached.wait(), PATIENCE)
    assert bank.database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    assert await bank.stands() == ("calling", 1, None)  # and everyone sees that it is under way
    bank.gate.set()
    await work


async def test_what_fails_for_now_is_tried_again_under_the_same_id(bank: Bank, settings: Settings) -> None:
    paying = await bank.intend()
    bank.answers = [ConnectionError("at 1 Secret Road"), None]
    with pytest.raises(RetryAt) as later:
        await bank.pay(paying, settings)
    assert timedelta(seconds=4) < later.value.moment - clock.now() <= PROVIDERS.first_wait
    assert await bank.stands() == ("waiting", 1, "ConnectionError")
    await bank.pay(paying, settings)
    assert bank.asked[0] == bank.asked[1]
    assert await bank.stands() == ("done", 2, None)


async def test_what_is_refused_for_good_is_given_up_at_once_and_stays_so(bank: Bank, settings: Settings) -> None:
    paying = await bank.intend()
    bank.answers = [Refused()]
    with pytest.raises(Refused):
        await bank.pay(paying, settings)
    with pytest.raises(GivenUp) as again:
        await bank.pay(paying, settings)
    assert again.value.error == "Refused"
    assert (len(bank.asked), await bank.stands()) == (1, ("failed", 1, "Refused"))
    assert await words(bank.database) == ["gave up: Refused"]


async def test_it_is_given_up_when_its_time_is_over_and_not_before(bank: Bank, settings: Settings) -> None:
    paying = await bank.intend()
    bank.answers = [ConnectionError() for _ in range(3)]
    began = clock.now()
    for hours in (0, 47):
        with time_machine.travel(began + timedelta(hours=hours)), pytest.raises(RetryAt):
            await bank.pay(paying, settings)
    with time_machine.travel(began + timedelta(hours=48, minutes=1)), pytest.raises(GivenUp) as over:
        await bank.pay(paying, settings)
    assert over.value.error == "ConnectionError"
    assert await bank.stands() == ("failed", 3, "ConnectionError")
    assert await words(bank.database) == ["gave up: ConnectionError"]


async def given_up(bank: Bank, error: Exception) -> None:
    """The call is given up with this error by a worker."""
    bank.answers = [error]
    await bank.intend()
    await run_all(bank.database)
    assert (await bank.stands())[0] == "failed"


async def test_a_call_that_was_given_up_is_run_again_with_all_its_time(bank: Bank) -> None:
    await given_up(bank, Refused())
    async with bank.database.transaction() as session:
        await session.execute(text("UPDATE outgoing_call SET first_tried_at = first_tried_at - interval '9 days'"))
        assert await attempts.run_again(session, PAY) == 1
    bank.answers = [ConnectionError(), None]
    await run_all(bank.database)
    assert await bank.stands() == ("waiting", 2, "ConnectionError")
    async with bank.database.transaction() as session:
        await session.execute(text("UPDATE procrastinate_jobs SET scheduled_at = now()"))
    await run_all(bank.database)
    assert await bank.stands() == ("done", 3, None)
    assert len(set(bank.asked)) == 1
    assert await rows(bank.database) == []


async def test_a_call_that_is_done_is_not_made_again(bank: Bank, settings: Settings) -> None:
    paying = await bank.intend()
    await bank.pay(paying, settings)
    async with bank.database.transaction() as session:
        assert await attempts.run_again(session, PAY) == 0
    await bank.pay(paying, settings)
    assert len(bank.asked) == 1


async def test_a_call_that_was_left_undone_is_not_made_again(bank: Bank) -> None:
    await given_up(bank, Refused())
    async with bank.database.transaction() as session:
        await jobs.leave_undone(session, PAY)
        assert await attempts.run_again(session, PAY) == 0
    assert await bank.stands() == ("failed", 1, "Refused")


async def test_what_is_known_of_a_call_that_was_given_up_is_what_it_failed_with(bank: Bank) -> None:
    bank.answers = [ConnectionError()]
    await bank.intend()
    await run_all(bank.database)
    async with bank.database.transaction() as session:
        await session.execute(text("UPDATE outgoing_call SET first_tried_at = first_tried_at - interval '49 hours'"))
        await session.execute(text("UPDATE procrastinate_jobs SET scheduled_at = now()"))
    bank.answers = [TimeoutError()]
    await run_all(bank.database)
    async with bank.database.transaction() as session:
        assert (await failed_jobs.standing(session, [PAY]))[PAY].error == "TimeoutError"


async def test_two_at_once_make_one_call(bank: Bank, settings: Settings) -> None:
    paying = await bank.intend()
    bank.gate.clear()
    first = asyncio.create_task(bank.pay(paying, settings))
    await asyncio.wait_for(bank.reached.wait(), PATIENCE)
    results = await asyncio.gather(*(bank.pay(paying, settings) for _ in range(8)), return_exceptions=True)
    assert {type(result) for result in results} == {RetryAt}
    assert len(bank.asked) == 1
    bank.gate.set()
    await first
    assert await bank.stands() == ("done", 1, None)


async def test_without_a_lease_they_would_all_call(
    bank: Bank, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proof that the test before sees what it is for; and whoever answers late, it is recorded once."""
    monkeypatch.setattr(attempts, "LEASE", timedelta(0))
    paying = await bank.intend()
    bank.gate.clear()
    work = [asyncio.create_task(bank.pay(paying, settings)) for _ in range(3)]
    await until(bank.database, "attempts = 3 FROM outgoing_call")
    bank.gate.set()
    await asyncio.gather(*work)
    assert len(set(bank.asked)) == 1
    assert await bank.stands() == ("done", 3, None)
    assert len(await words(bank.database)) == 1


async def test_a_failure_that_comes_late_changes_nothing_of_the_attempt_after_it(
    bank: Bank, settings: Settings
) -> None:
    paying = await bank.intend()
    bank.gate.clear()
    bank.answers = [Refused(), None]
    late = asyncio.create_task(bank.pay(paying, settings))
    await asyncio.wait_for(bank.reached.wait(), PATIENCE)
    bank.reached.clear()
    with time_machine.travel(clock.now() + attempts.LEASE + timedelta(seconds=1)):
        second = asyncio.create_task(bank.pay(paying, settings))
        await asyncio.wait_for(bank.reached.wait(), PATIENCE)
        bank.gate.set()
        await second
        with pytest.raises(RetryAt):
            await late
    assert await bank.stands() == ("done", 2, None)


async def test_nobody_calls_for_longer_than_the_lease(
    bank: Bank, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert timedelta(seconds=attempts.MAX_CALL_SECONDS) < attempts.LEASE
    monkeypatch.setattr(attempts, "MAX_CALL_SECONDS", 0.05)
    paying = await bank.intend()
    bank.gate.clear()
    with pytest.raises(RetryAt):
        await bank.pay(paying, settings)
    assert await bank.stands() == ("waiting", 1, "TimeoutError")


async def test_what_there_is_no_reason_for_any_more_is_not_called(bank: Bank, settings: Settings) -> None:
    paying = await bank.intend()
    bank.gone = True
    await bank.pay(paying, settings)
    assert (bank.asked, await bank.stands()) == ([], ("dropped", 0, None))


async def test_what_was_forgotten_is_not_called(bank: Bank, settings: Settings) -> None:
    paying = await bank.intend()
    async with bank.database.transaction() as session:
        await attempts.forget(session, PAY, [PRICE])
        assert await attempts.of_subjects(session, PAY, [PRICE]) == []
    await bank.pay(paying, settings)
    assert bank.asked == []


async def test_calls_of_another_kind_for_the_same_subject_are_left_alone(bank: Bank) -> None:
    pay_back = "tests.pay_back"
    attempts.declare(pay_back, Steps(bank.prepare, bank.call), queue=Queue.PROVIDERS, retry=PROVIDERS)
    async with bank.database.transaction() as session:
        for kind in (PAY, pay_back):
            await attempts.intend(session, kind, PRICE)
        assert [call.kind for call in await attempts.of_subjects(session, PAY, [PRICE])] == [PAY]
        await attempts.forget(session, PAY, [PRICE])
        assert [call.kind for call in await attempts.of_subjects(session, pay_back, [PRICE])] == [pay_back]


async def test_the_job_of_a_call_has_the_lock_that_keeps_its_order(bank: Bank) -> None:
    async with bank.database.transaction() as session:
        await attempts.intend(session, PAY, PRICE, lock="one payer")
        assert await session.scalar(text("SELECT lock FROM procrastinate_jobs")) == "one payer"


@pytest.mark.parametrize("end", ["done", "dropped", "failed"])
async def test_a_call_that_ended_says_when(bank: Bank, settings: Settings, end: str) -> None:
    paying = await bank.intend()
    bank.gone, bank.answers = end == "dropped", [Refused() if end == "failed" else None]
    with time_machine.travel(when := clock.now() + timedelta(hours=1), tick=False), suppress(Refused):
        await bank.pay(paying, settings)
    async with bank.database.engine.connect() as connection:
        found = (await connection.execute(text("SELECT status, settled_at FROM outgoing_call"))).one()
    assert tuple(found) == (end, when)


# A worker whose call reaches the bank; the bank keeps the answer, and the worker is killed meanwhile.
WORKER = """
import asyncio, sys
from server.core import attempts, logging
from server.core.database import Database
from server.core.jobs import Queue
from server.core.retries import PROVIDERS
from server.worker import work_until

logging.set_up()

async def prepare(session, settings, attempt):
    return attempt.id

async def call(settings, request):
    reader, writer = await asyncio.open_connection("127.0.0.1", int(sys.argv[2]))
    writer.write(f"{request}\\n".encode())
    await reader.readline()

attempts.declare("tests.pay", attempts.Steps(prepare, call), queue=Queue.PROVIDERS, retry=PROVIDERS)
asyncio.run(work_until(Database(sys.argv[1]), asyncio.Event(), queues=[Queue.PROVIDERS]))
"""


class BankAcrossTheStreet:
    """A bank at a socket: notes each id at once, and answers when the gate is open."""

    def __init__(self) -> None:
        self.asked, self.reached, self.gate = list[UUID](), asyncio.Event(), asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if line := await reader.readline():
            self.asked.append(UUID(line.decode().strip()))
            self.reached.set()
            await self.gate.wait()
            writer.write(b"paid\n")
        writer.close()


@pytest.fixture
async def across(notebook: Database) -> AsyncIterator[tuple[BankAcrossTheStreet, int]]:
    bank = BankAcrossTheStreet()
    server = await asyncio.start_server(bank.serve, "127.0.0.1", 0)
    try:
        yield bank, server.sockets[0].getsockname()[1]
    finally:
        bank.gate.set()
        server.close()


async def test_a_worker_that_is_killed_between_call_and_answer_is_followed_by_one_call_with_its_id(
    notebook: Database,
    across: tuple[BankAcrossTheStreet, int],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bank, port = across

    async def prepare(session: AsyncSession, settings: Settings, attempt: Attempt) -> UUID:
        return attempt.id

    async def call(settings: Settings, request: UUID) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"{request}\n".encode())
        reply = await reader.readline()
        writer.close()
        return reply

    async def record(session: AsyncSession, attempt: Attempt, reply: bytes) -> None:
        await write(session, reply.decode().strip())

    attempts.declare(PAY, Steps(prepare, call, record), queue=Queue.PROVIDERS, retry=PROVIDERS)
    async with notebook.transaction() as session:
        await attempts.intend(session, PAY, PRICE)
    killed = await asyncio.create_subprocess_exec(sys.executable, "-c", WORKER, notebook.url, str(port), cwd=ROOT)
    try:
        await asyncio.wait_for(bank.reached.wait(), PATIENCE)
    finally:
        killed.kill()
        await killed.wait()
    bank.gate.set()

    monkeypatch.setattr(jobs, "STALLED_AFTER_SECONDS", 0)
    monkeypatch.setattr(attempts, "LEASE", timedelta(seconds=3))
    stop = asyncio.Event()
    working = asyncio.create_task(work_until(notebook, stop, settings, queues=[Queue.PROVIDERS]))
    try:
        await until(notebook, "count(*) = 1 FROM outgoing_call WHERE status = 'done'")
        await until(notebook, f"count(*) = 0 FROM procrastinate_jobs WHERE task_name = '{PAY}'")
    finally:
        stop.set()
        await asyncio.wait_for(working, PATIENCE)
    assert len(bank.asked) == 2
    assert bank.asked[0] == bank.asked[1]
    assert await words(notebook) == ["paid"]
