"""The worker: runs the jobs of the queues, each in a transaction of its own."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import psycopg
import structlog
from procrastinate import App
from procrastinate.exceptions import ConnectorException
from procrastinate.worker import Worker

from server import app  # noqa: F401  importing the rooms registers their jobs and listeners
from server.core import clock, jobs
from server.core.database import Database
from server.core.database_watch import watching
from server.core.errors import StartupError
from server.core.jobs import Queue
from server.core.limits import JOBS
from server.core.settings import Settings

log = structlog.get_logger(__name__)

GRACE_SECONDS = 3.0
"""How long running jobs may take to end when the worker is asked to stop; the rest is started again later."""
ASK_AGAIN_SECONDS = 0.2
AT_A_TIME = 8
BULK_SHARE = 8
"""Of so many places of a worker, one is for bulk."""
ABANDON_SECONDS = 1.0
"""How long after that a worker is waited for whose database does not answer."""
TRY_AGAIN_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)
"""The waits before new attempts while the database is away; the last one is repeated."""
STEADY_SECONDS = 10.0
"""A worker that worked this long did not fail at once: the next attempt is a first one again."""
CLOCK_SET_BACK_SECONDS = 30.0
"""Jobs by the clock were told up to the old time, and none would be until it comes again: the worker begins anew."""
LOOK_AT_CLOCK_SECONDS = 5.0

_AWAY = (ConnectorException, psycopg.OperationalError, psycopg.InterfaceError, StartupError)


async def work_until(
    database: Database,
    stop: asyncio.Event,
    settings: Settings | None = None,
    *,
    queues: Iterable[Queue] = tuple(Queue),
    concurrency: int = AT_A_TIME,
) -> None:
    """Run the jobs of `queues` until `stop` is set, then let those that run end.

    `concurrency` jobs run at a time, see `places`; they have connections of their own, so that however busy they are,
    requests have theirs. What a killed worker left is started again first. A database that goes away is waited for,
    however long; what was under way is started again when it is back.
    """
    async with watching(database):
        await _Work(database, settings, places(queues, concurrency)).until(stop)


def queues_of(names: str) -> tuple[Queue, ...]:
    """The queues of a list with commas, all of them for an empty one. Raises StartupError for a name that none has."""
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    unknown = [name for name in wanted if name not in set(Queue)]
    if unknown:
        raise StartupError(f"There is no queue {', '.join(unknown)}; there are {', '.join(Queue)}.")
    return tuple(map(Queue, wanted)) or tuple(Queue)


def places(queues: Iterable[Queue], concurrency: int) -> Mapping[Queue, int]:
    """How many jobs of each queue run at a time: at least one, whatever `concurrency` is, so that none waits for
    another; of bulk one in `BULK_SHARE`; what is left is shared out among the others, mail first."""
    wanted = sorted(set(queues), key=lambda queue: -queue.priority)
    shares = dict.fromkeys(wanted, 1)
    if Queue.BULK in shares:
        shares[Queue.BULK] = concurrency if len(wanted) == 1 else max(1, concurrency // BULK_SHARE)
    others = [queue for queue in wanted if queue is not Queue.BULK]
    for place in range(concurrency - sum(shares.values()) if others else 0):
        shares[others[place % len(others)]] += 1
    return shares


class _Worker(Worker):
    """procrastinate's worker, which ends when it cannot note how a job ended: that job would stay `doing` for as long
    as its worker lives."""

    async def _persist_job_status(self, *args: Any, **named: Any) -> None:
        try:
            await super()._persist_job_status(*args, **named)
        except ConnectorException:
            Worker.stop(self)


class _Work:
    """One worker after another, as the database comes and goes."""

    def __init__(self, database: Database, settings: Settings | None, shares: Mapping[Queue, int]) -> None:
        self._database, self._settings, self._shares = database, settings, shares
        self._workers: list[Worker] = []
        """Those of the present attempt, one for each queue."""
        self._gone: set[int] = set()
        """Workers of ours that could not sign off. Nobody else knows that what they were doing is not being done."""

    async def until(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set."""
        loop, stopping, failed = asyncio.get_running_loop(), asyncio.create_task(stop.wait()), 0
        try:
            while not stop.is_set():
                began = loop.time()
                await self._attend(asyncio.create_task(self._attempt()), stopping)
                failed = 1 if loop.time() - began > STEADY_SECONDS else failed + 1
                wait = TRY_AGAIN_SECONDS[min(failed, len(TRY_AGAIN_SECONDS)) - 1]
                await asyncio.wait({stopping}, timeout=wait)
        finally:
            stopping.cancel()

    async def _attempt(self) -> None:
        """A worker for each queue, until one of them ends. An outage of the database is their end and no error."""
        try:
            async with self._database.apart(JOBS, pool=sum(self._shares.values())) as own:
                await own.check()
                queue = jobs.queue(own, self._settings)
                async with queue.open_async():
                    await self._sign_off_the_gone(queue)
                    await jobs.retry_stalled(queue)
                    log.info("worker_started", jobs=len(jobs.registered()), queues=",".join(self._shares))
                    self._workers = [_new_worker(queue, name, share) for name, share in self._shares.items()]
                    await _run(self._workers, self._database.outage.lost)
        except _AWAY as problem:
            self._database.outage.lost(problem.__cause__ or problem)
        finally:
            self._gone.update(worker.worker_id for worker in self._workers if worker.worker_id is not None)
            self._workers = []

    async def _sign_off_the_gone(self, queue: App) -> None:
        for id_ in list(self._gone):
            await queue.job_manager.unregister_worker(id_)
            self._gone.discard(id_)

    async def _attend(self, attempt: asyncio.Task[None], stopping: asyncio.Task[Any]) -> None:
        """Wait for the end of an attempt; bring it about once we stop, or when the clock was set back.

        Its workers are asked, not cancelled: Python before 3.12 loses a cancellation that comes while a query is
        answered, and they would run for ever. They are asked again because they forget what they were asked before
        they began to run.
        Only one that waits for a database which does not answer is cancelled in the end, and then left.
        """
        loop = asyncio.get_running_loop()
        ahead = _clock_ahead_of(loop)
        while not attempt.done() and not stopping.done() and _clock_ahead_of(loop) > ahead - CLOCK_SET_BACK_SECONDS:
            ahead = max(ahead, _clock_ahead_of(loop))
            await asyncio.wait({attempt, stopping}, timeout=LOOK_AT_CLOCK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        patience = GRACE_SECONDS + ABANDON_SECONDS
        while not attempt.done() and patience > -ABANDON_SECONDS:
            for worker in self._workers:
                worker.stop()
            if patience < 0:
                attempt.cancel()
            await asyncio.wait({attempt}, timeout=ASK_AGAIN_SECONDS)
            patience -= ASK_AGAIN_SECONDS if stopping.done() else 0
        if attempt.done() and not attempt.cancelled():
            attempt.result()  # when it ended by an error of ours: let that be seen


async def _run(workers: Sequence[Worker], lost: Callable[[BaseException], None]) -> None:
    """Run workers until one of them ends, which ends the others; `lost` hears at once when the database ended it.

    What the others meet while they end is the same outage, and may be over by then. Raises every other error.
    """
    running = {asyncio.create_task(worker.run()) for worker in workers}
    try:
        ended, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        for problem in filter(None, (task.exception() for task in ended)):
            if isinstance(problem, _AWAY):
                lost(problem.__cause__ or problem)
        while pending := {task for task in running if not task.done()}:
            for worker in workers:
                worker.stop()
            await asyncio.wait(pending, timeout=ASK_AGAIN_SECONDS)
        for problem in filter(None, (task.exception() for task in running)):
            if not isinstance(problem, _AWAY):
                raise problem
    finally:
        for task in running:
            task.cancel()


def _new_worker(queue: App, name: Queue, share: int) -> Worker:
    return _Worker(
        queue,
        queues=[name.value],
        concurrency=share,
        install_signal_handlers=False,
        delete_jobs="successful",
        shutdown_graceful_timeout=GRACE_SECONDS,
        fetch_job_polling_interval=2.0,
    )


def _clock_ahead_of(loop: asyncio.AbstractEventLoop) -> float:
    """Seconds between the time of day and the loop's own, which nobody sets."""
    return clock.now().timestamp() - loop.time()
