"""`/admin/reconciliation`: the books compared with what the provider says."""

from server.auth.guards import Admin
from server.core.web.routers import room_router
from server.core.web.session import Session
from server.payments.reconciliation import service
from shared_models.paging import Cursor, PageSize
from shared_models.reconciliation import ReconciliationRun, RunPage

router = room_router("admin/reconciliation")


@router.get("")
async def read(_: Admin, session: Session, cursor: Cursor | None = None, limit: PageSize = 20) -> RunPage:
    """Looks, the latest first; with the first page what differs now."""
    return await service.read(session, cursor, limit)


@router.post("/run", status_code=202)
async def run(admin: Admin, session: Session) -> ReconciliationRun:
    """Look now; while a look is running, that one is answered."""
    return await service.ask(session, admin)
