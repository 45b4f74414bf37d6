"""The worker: runs the jobs of the queue, each in a transaction of its own."""

import asyncio

import structlog
from procrastinate.worker import Worker

from server import app  # noqa: F401  importing the rooms registers their jobs and listeners
from server.core import jobs
from server.core.database import Database
from server.core.limits import JOBS
from server.core.settings import Settings

log = structlog.get_logger(__name__)

GRACE_SECONDS = 20
"""How long running jobs may take to end when the worker is asked to stop; the rest is started again later."""
ASK_AGAIN_SECONDS = 0.2


async def work_until(
    database: Database, stop: asyncio.Event, settings: Settings | None = None, *, concurrency: int = 4
) -> None:
    """Run jobs until `stop` is set, then let those that run end. What a killed worker left is started again first.

    They have connections of their own, so that however busy they are, requests have theirs.
    """
    async with database.apart(JOBS, pool=concurrency) as own, jobs.queue(own, settings).open_async() as queue:
        await jobs.retry_stalled(queue)
        log.info("worker_started", jobs=len(jobs.registered()))
        worker = Worker(
            queue,
            concurrency=concurrency,
            install_signal_handlers=False,
            delete_jobs="successful",
            shutdown_graceful_timeout=GRACE_SECONDS,
            fetch_job_polling_interval=2.0,
        )
        await _run_until(worker, stop)


async def _run_until(worker: Worker, stop: asyncio.Event) -> None:
    """Run a worker until `stop` is set.

    It is asked, not cancelled: Python before 3.12 loses a cancellation that comes while a query is answered, and the
    worker would run for ever. It is asked again because it forgets what it was asked before it began to run.
    """
    running, stopping = asyncio.create_task(worker.run()), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        while not running.done():
            worker.stop()
            await asyncio.wait({running}, timeout=ASK_AGAIN_SECONDS)
        running.result()  # when it ended by itself: let its error be seen
    finally:
        stopping.cancel()
        running.cancel()
