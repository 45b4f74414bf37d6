"""Work for later: procrastinate's queue in our own database, filled in our own transaction.

A job may run twice (a killed worker's job is started again), so it first moves a status or inserts a unique key.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Concatenate, ParamSpec

import procrastinate
import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database import Database
from server.core.settings import Settings

P = ParamSpec("P")
JobFunction = Callable[..., Awaitable[None]]
log = structlog.get_logger(__name__)

STALLED_AFTER_SECONDS = 20
CONNECTION_SECONDS = 5.0
"""How long the queue waits for a connection before the database counts as away."""
# A machine that is gone closes no connection: without these a worker would wait two hours for its answer.
_CONNECTION = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "application_name": "estospaces-worker",
}
_DEFER = text(
    "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('default', :name, 0, :lock, :once, CAST(:args AS jsonb), "
    "CAST(:run_at AS timestamptz))::procrastinate_job_to_defer_v1])"
)


@dataclass(frozen=True)
class _Job:
    run: JobFunction
    cron: str | None = None
    goes_out: bool = False


@dataclass(frozen=True)
class Outing:
    """What a job gets that talks to the outside, instead of a transaction: it opens short ones before and after."""

    database: Database
    settings: Settings


_JOBS: dict[str, _Job] = {}


def register(name: str, run: JobFunction, cron: str | None = None, *, goes_out: bool = False) -> None:
    """Make `run` known as the job `name`; with `cron` it also starts by the clock (UTC).

    With `goes_out` it is given an `Outing` in place of a session.

    Raises ValueError when another function has that name: one of the two would never run.
    """
    known = _JOBS.get(name)
    if known is not None and (known.run.__module__, known.run.__qualname__) != (run.__module__, run.__qualname__):
        raise ValueError(f"two jobs are called {name}")
    _JOBS[name] = _Job(run, cron, goes_out)


def job(
    name: str, *, cron: str | None = None
) -> Callable[
    [Callable[Concatenate[AsyncSession, P], Awaitable[None]]], Callable[Concatenate[AsyncSession, P], Awaitable[None]]
]:
    """Declare a job: an async function of a session (its transaction) and plain JSON arguments."""

    def declare(
        run: Callable[Concatenate[AsyncSession, P], Awaitable[None]],
    ) -> Callable[Concatenate[AsyncSession, P], Awaitable[None]]:
        register(name, run, cron)
        return run

    return declare


def outing(
    name: str,
) -> Callable[[Callable[Concatenate[Outing, P], Awaitable[None]]], Callable[Concatenate[Outing, P], Awaitable[None]]]:
    """Declare a job that talks to the outside: an async function of an `Outing` and plain JSON arguments."""

    def declare(
        run: Callable[Concatenate[Outing, P], Awaitable[None]],
    ) -> Callable[Concatenate[Outing, P], Awaitable[None]]:
        register(name, run, goes_out=True)
        return run

    return declare


async def defer(
    session: AsyncSession,
    name: str,
    arguments: dict[str, Any] | None = None,
    *,
    run_at: datetime | None = None,
    lock: str | None = None,
) -> None:
    """Put a job in the queue as part of this transaction. Jobs of one `lock` never run at the same time."""
    await session.execute(
        _DEFER,
        {"name": name, "lock": lock, "once": None, "args": json.dumps(arguments or {}), "run_at": run_at},
    )


async def run_now(database: Database, name: str, arguments: dict[str, Any], settings: Settings | None = None) -> None:
    """Run a job in a transaction of its own; the worker's way, and the tests'.

    One that goes out needs `settings`; without them those of the environment hold.
    """
    known = _JOBS[name]
    if known.goes_out:
        await known.run(Outing(database, settings or Settings()), **arguments)
        return
    async with database.transaction() as session:
        await known.run(session, **arguments)


def registered() -> dict[str, str | None]:
    """Every known job and its clock, if it has one."""
    return {name: known.cron for name, known in _JOBS.items()}


def queue(database: Database, settings: Settings | None = None) -> procrastinate.App:
    """The queue as a procrastinate app that knows every registered job."""
    pool = procrastinate.PsycopgConnector(
        conninfo=database.url, min_size=1, max_size=6, timeout=CONNECTION_SECONDS, kwargs=_CONNECTION
    )
    app = procrastinate.App(connector=pool)
    retry = procrastinate.RetryStrategy(max_attempts=8, exponential_wait=2)
    for name, known in _JOBS.items():
        task = app.task(name=name, queue="default", retry=retry)(_worker_function(database, name, settings))
        if known.cron:
            app.periodic(cron=known.cron)(task)
    stalled = app.task(name="core.retry_stalled", queue="default")(_retry_stalled(app))
    app.periodic(cron="* * * * *")(stalled)
    return app


def _worker_function(database: Database, name: str, settings: Settings | None) -> Callable[..., Awaitable[None]]:
    async def run(timestamp: int | None = None, **arguments: Any) -> None:
        del timestamp  # procrastinate tells periodic jobs when they were due; ours ask the clock
        await run_now(database, name, arguments, settings)

    return run


def _retry_stalled(app: procrastinate.App) -> Callable[..., Awaitable[None]]:
    async def run(timestamp: int | None = None) -> None:
        del timestamp
        await retry_stalled(app)

    return run


async def retry_stalled(app: procrastinate.App) -> int:
    """Start again what a killed worker left in `doing`; answers how many."""
    stalled = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS))
    for found in stalled:
        log.warning("job_retried", job=found.task_name, id=found.id)
        await app.job_manager.retry_job(found)
    return len(stalled)
