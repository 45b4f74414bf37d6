"""Homes in the admins' queue: what the cases are about, and what ends them by itself."""

from sqlalchemy.ext.asyncio import AsyncSession

from server.cases import service as cases
from server.cases.service import Subject
from server.core.events import within
from server.properties.events import PropertiesRemoved
from server.properties.listing import service
from server.properties.service.editing import WITHDRAWN
from shared_models.cases import CaseKind

cases.about(
    CaseKind.HOME_REVIEW,
    Subject(lock=service.lock_home, summarise=service.summarise_homes, decide=service.decide_review),
)
cases.about(
    CaseKind.HOME_REPORT,
    Subject(lock=service.lock_home, summarise=service.summarise_homes, decide=service.decide_report),
)


@within(PropertiesRemoved)
async def withdraw_cases(session: AsyncSession, event: PropertiesRemoved) -> None:
    """Nobody has to decide about homes that are gone."""
    for kind in (CaseKind.HOME_REVIEW, CaseKind.HOME_REPORT):
        await cases.settle(session, kind, event.ids, WITHDRAWN, None)
