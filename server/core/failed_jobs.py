"""What is known of jobs that failed for good, from then on until they succeed after all or a person leaves them undone.

Whoever gives a job up writes down why. That note may be missing, for its writer can die: so `follow` looks at the queue
itself for what has failed, and is the one way in which anybody hears of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.core import clock
from server.core.tables import FailedJob

_failed: Any = FailedJob
_MAX_OF_A_CLASS = 80
_TAKE_IN = text(
    "INSERT INTO failed_job (job_id, name, error, tries, since, failed_at) "
    "SELECT id, task_name, '', attempts, :now, :now FROM procrastinate_jobs WHERE status = 'failed' ORDER BY id "
    "ON CONFLICT (job_id) DO NOTHING"
)
_LET_GO = text(
    "DELETE FROM failed_job WHERE job_id IN (SELECT job_id FROM failed_job WHERE NOT EXISTS (SELECT "
    "FROM procrastinate_jobs WHERE id = job_id AND status IN ('todo', 'doing', 'failed')) ORDER BY job_id FOR UPDATE)"
)
_STANDING = text(
    "SELECT name, count(*) FILTER (WHERE status = 'failed'), count(*) FILTER (WHERE status <> 'failed'), min(since), "
    "max(tries), (array_agg(error ORDER BY failed_at DESC, job_id DESC))[1] "
    "FROM failed_job JOIN procrastinate_jobs ON id = job_id WHERE name = ANY(:names) GROUP BY name"
)


@dataclass(frozen=True)
class Standing:
    """How the failed jobs of a name stand: `error` is the class of what the last of them failed with, "" if unknown."""

    failed: int
    trying: int
    """Those that are tried again."""
    since: datetime
    tries: int
    """Of the one that was tried most often."""
    error: str


async def record(session: AsyncSession, job_id: int, name: str, *, error: str, tries: int) -> None:
    """Note why a job is given up, or why it needs a person; the first time it is known since now."""
    now = clock.now()
    last: dict[str, Any] = {"error": error[:_MAX_OF_A_CLASS], "tries": tries, "failed_at": now}
    row = insert(FailedJob).values(job_id=job_id, name=name, since=now, **last)
    await session.execute(row.on_conflict_do_update(index_elements=["job_id"], set_=last))


async def follow(session: AsyncSession) -> Sequence[str]:
    """Take in what has failed, let go of what has succeeded; answers the names of the jobs that have failed ones."""
    await session.execute(_TAKE_IN, {"now": clock.now()})
    await session.execute(_LET_GO)
    return await names(session)


async def names(session: AsyncSession) -> Sequence[str]:
    """The names of the jobs that have failed ones."""
    return (await session.scalars(select(_failed.name).distinct().order_by(_failed.name))).all()


async def how_many(session: AsyncSession) -> int:
    """How many jobs have failed for good or need a person."""
    return await session.scalar(select(func.count()).select_from(FailedJob)) or 0


async def lock(session: AsyncSession, name: str) -> None:
    """Let nobody else change what is known of the failed jobs of a name, until the end of the transaction."""
    rows = select(_failed.job_id).where(_failed.name == name).order_by(_failed.job_id).with_for_update()
    await session.execute(rows)


async def standing(session: AsyncSession, of: Iterable[str]) -> Mapping[str, Standing]:
    """How the failed jobs of these names stand; names without any are left out."""
    found = await session.execute(_STANDING, {"names": list(of)})
    return {name: Standing(*rest) for name, *rest in found}
