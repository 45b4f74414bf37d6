"""The worker: runs the jobs of the queue, each in a transaction of its own."""

import asyncio

import structlog

from server import app  # noqa: F401  importing the rooms registers their jobs and listeners
from server.core import jobs
from server.core.database import Database
from server.core.settings import Settings

log = structlog.get_logger(__name__)

GRACE_SECONDS = 20
"""How long running jobs may take to end when the worker is asked to stop; the rest is started again later."""


async def work(database: Database, settings: Settings | None = None, *, concurrency: int = 4) -> None:
    """Run jobs until cancelled. What a killed worker left behind is started again first."""
    queue = jobs.queue(database, settings)
    async with queue.open_async():
        await jobs.retry_stalled(queue)
        log.info("worker_started", jobs=len(jobs.registered()))
        await queue.run_worker_async(
            concurrency=concurrency,
            install_signal_handlers=False,
            delete_jobs="successful",
            shutdown_graceful_timeout=GRACE_SECONDS,
            fetch_job_polling_interval=2.0,
        )


async def work_until(
    database: Database, stop: asyncio.Event, settings: Settings | None = None, *, concurrency: int = 4
) -> None:
    """Run jobs until `stop` is set, then let those that run end."""
    working = asyncio.create_task(work(database, settings, concurrency=concurrency))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if working.done():
        working.result()  # it ended by itself: let its error be seen
        return
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
