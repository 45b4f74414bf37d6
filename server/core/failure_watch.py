"""Every minute everyone who wants to know hears which jobs have failed for good."""

from typing import ClassVar

from sqlalchemy.ext.asyncio import AsyncSession

from server.core import failed_jobs
from server.core.events import Event, publish
from server.core.jobs import Queue, job


class FailedJobsFollowed(Event):
    """These jobs, by name, have failed for good or need a person; all others do not, or do not any more."""

    names: list[str]

    must_be_heard: ClassVar[bool] = True


@job("core.follow_failed_jobs", queue=Queue.DEFAULT, cron="* * * * *")
async def follow_failed_jobs(session: AsyncSession) -> None:
    """Look at the queue for what has failed. Running twice finds the same."""
    await publish(session, FailedJobsFollowed(names=list(await failed_jobs.follow(session))))
