"""Failed jobs open cases, and close them when they succeed."""

from sqlalchemy.ext.asyncio import AsyncSession

from server.cases import service as cases
from server.cases.failed_jobs import service
from server.cases.service import Subject
from server.core.events import within
from server.core.failure_watch import FailedJobsFollowed
from shared_models.cases import CaseKind

cases.about(CaseKind.FAILED_JOB, Subject(lock=service.lock, summarise=service.summarise, decide=service.decide))


@within(FailedJobsFollowed)
async def follow(session: AsyncSession, event: FailedJobsFollowed) -> None:
    """What fails is seen."""
    await service.follow(session, event.names)
