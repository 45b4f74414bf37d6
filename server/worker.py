"""The worker: runs the jobs of the queues, each in a transaction of its own."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence

import structlog
from procrastinate import App
from procrastinate.worker import Worker

from server import app  # noqa: F401  importing the rooms registers their jobs and listeners
from server.core import jobs
from server.core.database import Database
from server.core.errors import NotStartable
from server.core.jobs import Queue
from server.core.limits import JOBS
from server.core.settings import Settings

log = structlog.get_logger(__name__)

GRACE_SECONDS = 20
"""How long running jobs may take to end when the worker is asked to stop; the rest is started again later."""
ASK_AGAIN_SECONDS = 0.2
AT_A_TIME = 8
BULK_SHARE = 8
"""Of so many places of a worker, one is for bulk."""


async def work_until(
    database: Database,
    stop: asyncio.Event,
    settings: Settings | None = None,
    *,
    queues: Iterable[Queue] = tuple(Queue),
    concurrency: int = AT_A_TIME,
) -> None:
    """Run the jobs of `queues` until `stop` is set, then let those that run end.

    What a killed worker left is started again first. `concurrency` jobs run at a time, see `places`. They have
    connections of their own, so that however busy they are, requests have theirs.
    """
    shares = places(queues, concurrency)
    pool = sum(shares.values())
    async with database.apart(JOBS, pool=pool) as own, jobs.queue(own, settings).open_async() as queue:
        await jobs.retry_stalled(queue)
        log.info("worker_started", jobs=len(jobs.registered()), queues=",".join(shares))
        await _run_until([_worker(queue, name, share) for name, share in shares.items()], stop)


def queues_of(names: str) -> tuple[Queue, ...]:
    """The queues of a list with commas, all of them for an empty one. Raises NotStartable for a name that none has."""
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    unknown = [name for name in wanted if name not in set(Queue)]
    if unknown:
        raise NotStartable(f"There is no queue {', '.join(unknown)}; there are {', '.join(Queue)}.")
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


def _worker(queue: App, name: Queue, share: int) -> Worker:
    return Worker(
        queue,
        queues=[name.value],
        concurrency=share,
        install_signal_handlers=False,
        delete_jobs="successful",
        shutdown_graceful_timeout=GRACE_SECONDS,
        fetch_job_polling_interval=2.0,
    )


async def _run_until(workers: Sequence[Worker], stop: asyncio.Event) -> None:
    """Run workers until `stop` is set or one of them ends.

    They are asked, not cancelled: Python before 3.12 loses a cancellation that comes while a query is answered, and the
    worker would run for ever. They are asked again because they forget what they were asked before they began to run.
    """
    running, stopping = {asyncio.create_task(worker.run()) for worker in workers}, asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({*running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        while pending := {task for task in running if not task.done()}:
            for worker in workers:
                worker.stop()
            await asyncio.wait(pending, timeout=ASK_AGAIN_SECONDS)
        for task in running:
            task.result()  # when it ended by itself: let its error be seen
    finally:
        for task in (*running, stopping):
            task.cancel()
