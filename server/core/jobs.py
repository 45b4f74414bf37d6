"""Work for later: procrastinate's queue in our own database, filled in our own transaction.

A job may run twice (a killed worker's job is started again), so it first moves a status or inserts a unique key. How
jobs are tried again stands in `retries.py`, the ways of queues in `docs/decisions/0018-jobs-that-fail.md`.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Concatenate, ParamSpec

import procrastinate
import structlog
from procrastinate import App, JobContext
from procrastinate.jobs import Job as QueuedJob
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.core import clock, failed_jobs
from server.core.database import AWAY, Database
from server.core.errors import TryAgain
from server.core.retries import INTERNAL, FailedForGood, NeedsAttention, RetryAt, RetryPolicy
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
    "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(:queue, :name, :priority, :lock, :once, CAST(:args AS jsonb), "
    "CAST(:run_at AS timestamptz))::procrastinate_job_to_defer_v1])"
)
_TRIED_FOR = text(
    "SELECT now() - min(at) FROM procrastinate_events WHERE job_id = :id AND type = 'started' AND id > COALESCE("
    "(SELECT max(id) FROM procrastinate_events WHERE job_id = :id AND type = 'retried'), 0)"
)
"""Since its first start, or since it was run again by hand after it had failed for good."""
_RUN_AGAIN = text(
    "UPDATE procrastinate_jobs SET status = 'todo', scheduled_at = :now WHERE id IN (SELECT id FROM procrastinate_jobs "
    "WHERE task_name = :name AND (status = 'failed' OR status = 'todo' AND scheduled_at > :now "
    "AND EXISTS (SELECT FROM failed_job WHERE job_id = procrastinate_jobs.id)) ORDER BY id FOR UPDATE) RETURNING id"
)
"""Not by procrastinate's own function, which would count it as a try."""
_DROP_WAITING = text(
    "DELETE FROM procrastinate_jobs WHERE id IN (SELECT id FROM procrastinate_jobs WHERE task_name = :name "
    "AND status = 'todo' AND args = '{}' AND attempts = 0 FOR UPDATE SKIP LOCKED)"
)
_WAITS = text(
    "SELECT EXISTS (SELECT FROM procrastinate_jobs WHERE task_name = :name AND status = 'todo' "
    "AND coalesce(scheduled_at <= :now, true) AND args @> CAST(:args AS jsonb))"
)
_LEAVE = text("DELETE FROM procrastinate_jobs WHERE task_name = :name AND status = 'failed'")


class Queue(StrEnum):
    """Where a job waits. Each queue has places of its own in a worker, so none waits for what is slow in another."""

    MAIL = "mail"
    """What leaves the house for people who wait for it."""
    DEFAULT = "default"
    """What follows from events and what runs by the clock: short, and people see it."""
    PROVIDERS = "providers"
    """Calls to other services, and what those tell us."""
    BULK = "bulk"
    """Imports, backfills, clearing up: long, and nobody minds when."""

    @property
    def priority(self) -> int:
        """The higher one goes first where a worker takes jobs of several queues with the same places."""
        return _PRIORITIES[self]


_PRIORITIES = {Queue.MAIL: 30, Queue.DEFAULT: 20, Queue.PROVIDERS: 10, Queue.BULK: 0}


@dataclass(frozen=True, kw_only=True)
class Job:
    """What is known of a job: see `job` and `external_job`, which declare one."""

    run: JobFunction
    queue: Queue
    retry: RetryPolicy = INTERNAL
    cron: str | None = None
    external: bool = False
    """It is given an `ExternalJob` in place of a session."""


@dataclass(frozen=True)
class ExternalJob:
    """What a job gets that talks to the outside, instead of a transaction: it opens short ones before and after."""

    database: Database
    settings: Settings


_JOBS: dict[str, Job] = {}


def register(name: str, declared: Job) -> None:
    """Make a job known by its name.

    Raises ValueError when another function has that name: one of the two would never run.
    """
    known, run = _JOBS.get(name), declared.run
    if known is not None and (known.run.__module__, known.run.__qualname__) != (run.__module__, run.__qualname__):
        raise ValueError(f"two jobs are called {name}")
    _JOBS[name] = declared


def job(
    name: str, *, queue: Queue, retry: RetryPolicy = INTERNAL, cron: str | None = None
) -> Callable[
    [Callable[Concatenate[AsyncSession, P], Awaitable[None]]], Callable[Concatenate[AsyncSession, P], Awaitable[None]]
]:
    """Declare a job: an async function of a session (its transaction) and plain JSON arguments.

    With `cron` it also starts by the clock (UTC), without arguments.
    """

    def declare(
        run: Callable[Concatenate[AsyncSession, P], Awaitable[None]],
    ) -> Callable[Concatenate[AsyncSession, P], Awaitable[None]]:
        register(name, Job(run=run, queue=queue, retry=retry, cron=cron))
        return run

    return declare


def external_job(
    name: str, *, queue: Queue, retry: RetryPolicy, cron: str | None = None
) -> Callable[
    [Callable[Concatenate[ExternalJob, P], Awaitable[None]]], Callable[Concatenate[ExternalJob, P], Awaitable[None]]
]:
    """Declare a job that talks to the outside: an async function of an `ExternalJob` and plain JSON arguments.

    With `cron` it also starts by the clock (UTC), without arguments.
    """

    def declare(
        run: Callable[Concatenate[ExternalJob, P], Awaitable[None]],
    ) -> Callable[Concatenate[ExternalJob, P], Awaitable[None]]:
        register(name, Job(run=run, queue=queue, retry=retry, cron=cron, external=True))
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
    """Put a job in its queue as part of this transaction.

    Jobs of one `lock` run one after another in the order in which they were put there, also while one of them waits
    to be tried again. Raises KeyError for a name that no job has.
    """
    queue = _JOBS[name].queue
    values = {"queue": queue.value, "priority": queue.priority, "name": name, "lock": lock, "once": None}
    await session.execute(_DEFER, {**values, "args": json.dumps(arguments or {}), "run_at": run_at})


async def run_again(session: AsyncSession, name: str) -> int:
    """Put the jobs of a name back into their queue that failed for good, their time counted anew; those that needed a
    person and wait to be tried again go on at once. Answers how many it were.

    See `attempts.run_again` for jobs that may be calls.
    """
    return len((await session.execute(_RUN_AGAIN, {"name": name, "now": clock.now()})).all())


async def drop_waiting(session: AsyncSession, name: str) -> None:
    """Take the jobs of a name out of their queue that wait there without arguments: a job that begins now and sees
    all that is committed does what they were put there for. Those that another worker is about to take stay.

    Not by a lock of the queue's that lets only one wait: whoever comes second would wait for the first one's commit,
    and fail; and a job that is there already may have run before the second one's commit.
    """
    await session.execute(_DROP_WAITING, {"name": name})


async def waits(session: AsyncSession, name: str, arguments: dict[str, Any]) -> bool:
    """Whether a job of a name with these arguments, or with more, waits for a worker and is due: it has yet to begin,
    so it will see all that is committed now."""
    asked = {"name": name, "args": json.dumps(arguments), "now": clock.now()}
    return bool(await session.scalar(_WAITS, asked))


async def leave_undone(session: AsyncSession, name: str) -> None:
    """Forget the jobs of a name that failed for good: nobody will run them any more."""
    await session.execute(_LEAVE, {"name": name})


async def run_now(database: Database, name: str, arguments: dict[str, Any], settings: Settings | None = None) -> None:
    """Run a job in a transaction of its own; the worker's way, and the tests'.

    An external one needs `settings`; without them those of the environment hold.
    """
    known = _JOBS[name]
    if known.external:
        await known.run(ExternalJob(database, settings or Settings()), **arguments)
        return
    async with database.transaction() as session:
        await known.run(session, **arguments)


def registered() -> Mapping[str, Job]:
    """Every known job."""
    return dict(_JOBS)


def queue(database: Database, settings: Settings | None = None) -> App:
    """The queue as a procrastinate app that knows every registered job."""
    connection = _CONNECTION | {"options": database.limits.options()}
    pool = procrastinate.PsycopgConnector(
        conninfo=database.url, min_size=1, max_size=6, timeout=CONNECTION_SECONDS, kwargs=connection
    )
    app = App(connector=pool)
    for name, known in _JOBS.items():
        run = _worker_function(database, name, settings)
        task = app.task(
            name=name, queue=known.queue.value, priority=known.queue.priority, retry=_AsRaised(), pass_context=True
        )(run)
        if known.cron:
            app.periodic(cron=known.cron)(task)
    stalled = app.task(name="core.retry_stalled", queue=Queue.DEFAULT.value)(_retry_stalled(app))
    app.periodic(cron="* * * * *")(stalled)
    return app


class _AsRaised(procrastinate.BaseRetryStrategy):
    """Does what `_worker_function` decided; a job that was cut off because its worker stops goes on at once."""

    def get_retry_decision(self, *, exception: BaseException, job: QueuedJob) -> procrastinate.RetryDecision | None:
        del job
        if isinstance(exception, RetryAt):
            return procrastinate.RetryDecision(retry_at=exception.moment)
        return None if isinstance(exception, Exception) else procrastinate.RetryDecision(retry_at=clock.now())


def _worker_function(database: Database, name: str, settings: Settings | None) -> Callable[..., Awaitable[None]]:
    async def run(context: JobContext, timestamp: int | None = None, **arguments: Any) -> None:
        del timestamp  # procrastinate tells periodic jobs when they were due; ours ask the clock
        try:
            await run_now(database, name, arguments, settings)
        except FailedForGood as error:
            await _write_down(database, context.job, error.error)
            raise
        except RetryAt as later:
            if isinstance(later.__cause__, NeedsAttention):
                await _write_down(database, context.job, type(later.__cause__).__name__)
            raise
        except Exception as error:
            moment = await _next_try(database, name, context.job)
            if moment is None or isinstance(error, NeedsAttention):
                await _write_down(database, context.job, type(error).__name__)
            if moment is None:
                raise
            log.warning("job_will_be_retried", job=name, id=context.job.id, error=type(error).__name__)
            raise RetryAt(moment) from error

    return run


async def _next_try(database: Database, name: str, failed: QueuedJob) -> datetime | None:
    try:
        async with database.transaction() as session:
            tried_for = await session.scalar(_TRIED_FOR, {"id": failed.id})
    except (*AWAY, TryAgain):
        tried_for = None  # the database is away: that is no reason to give anything up
    wait = _JOBS[name].retry.wait(failed.attempts + 1, tried_for or timedelta(0))
    return None if wait is None else clock.now() + wait


async def _write_down(database: Database, job: QueuedJob, error: str) -> None:
    """Let an admin read why. Without this note they still hear that it failed."""
    log.warning("job_needs_a_person", job=job.task_name, id=job.id, error=error)
    if job.id is None:
        return
    try:
        async with database.transaction() as session:
            await failed_jobs.record(session, job.id, job.task_name, error=error, tries=job.attempts + 1)
    except (*AWAY, TryAgain):
        log.warning("failed_job_not_written_down", job=job.task_name, id=job.id)


def _retry_stalled(app: App) -> Callable[..., Awaitable[None]]:
    async def run(timestamp: int | None = None) -> None:
        del timestamp
        await retry_stalled(app)

    return run


async def retry_stalled(app: App) -> int:
    """Start again what a killed worker left in `doing`; answers how many."""
    stalled = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS))
    for found in stalled:
        log.warning("job_retried", job=found.task_name, id=found.id)
        await app.job_manager.retry_job(found)
    return len(stalled)
