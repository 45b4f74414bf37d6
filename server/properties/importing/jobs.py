"""The chain that works on a run: each job does one step and puts the next in the queue."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.core.jobs import Queue, job
from server.properties.importing.service import runs, steps


@job(runs.STEP_JOB, queue=Queue.BULK)
async def step(session: AsyncSession, run_id: str) -> None:
    """The next at most 500 lines of a run."""
    await steps.work_on(session, UUID(run_id))
