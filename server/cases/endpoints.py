"""`/cases`: the admins' queue."""

from uuid import UUID

from server.auth.guards import Admin
from server.cases import service
from server.cases.failed_jobs import service as failed_jobs
from server.cases.service import CaseTaken
from server.core.errors import InvalidTransition, Malformed, NotFound
from server.core.web.problems import documented
from server.core.web.routers import room_router
from server.core.web.session import Session
from shared_models.cases import CaseDecision, CaseFull, CaseKind, CasePage
from shared_models.paging import Cursor, PageSize

router = room_router("cases")


@router.get("")
async def queue(
    admin: Admin,
    session: Session,
    kind: CaseKind | None = None,
    mine: bool = False,
    closed: bool = False,
    cursor: Cursor | None = None,
    limit: PageSize = 50,
) -> CasePage:
    """Open cases, the most urgent first; or closed ones, the latest first."""
    owner_id = admin.id if mine else None
    return await service.queue(session, cursor, limit, kind=kind, closed=closed, owner_id=owner_id)


@router.get("/{case_id}", responses=documented(NotFound))
async def read(case_id: UUID, _: Admin, session: Session) -> CaseFull:
    """A case with its log."""
    return await service.read(session, case_id)


@router.post("/{case_id}/take", responses=documented(NotFound, CaseTaken, InvalidTransition))
async def take(case_id: UUID, admin: Admin, session: Session) -> CaseFull:
    """Work on a case: others see that it is yours, and leave the decision to you."""
    return await service.take(session, admin, case_id)


@router.post("/{case_id}/release", responses=documented(NotFound, InvalidTransition))
async def release(case_id: UUID, admin: Admin, session: Session) -> CaseFull:
    """Give a case back to the queue."""
    return await service.release(session, admin, case_id)


@router.post("/{case_id}/run-again", responses=documented(NotFound, CaseTaken, InvalidTransition))
async def run_again(case_id: UUID, admin: Admin, session: Session) -> CaseFull:
    """Run all again that failed for good: the case ends by itself when it has worked."""
    return await failed_jobs.run_again(session, admin, case_id)


@router.post("/{case_id}/decide", responses=documented(NotFound, CaseTaken, InvalidTransition, Malformed))
async def decide(case_id: UUID, decision: CaseDecision, admin: Admin, session: Session) -> CaseFull:
    """End a case, with everything that follows from it."""
    return await service.decide(session, admin, case_id, decision)
