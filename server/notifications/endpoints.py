"""`/notifications`: what the caller was told."""

from uuid import UUID

from server.auth.guards import SignedIn
from server.core.errors import NotFound
from server.core.web.problems import documented
from server.core.web.routers import room_router
from server.core.web.session import Session
from server.notifications import service
from shared_models.notifications import NotificationRead, Unread
from shared_models.paging import Cursor, Page, PageSize

router = room_router("notifications")


@router.get("")
async def notifications(
    caller: SignedIn, session: Session, cursor: Cursor | None = None, limit: PageSize = 20
) -> Page[NotificationRead]:
    """What the caller was told, the newest first."""
    return await service.page(session, caller, cursor=cursor, limit=limit)


@router.get("/unread")
async def unread(caller: SignedIn, session: Session) -> Unread:
    """How much the caller has not read."""
    return await service.unread(session, caller)


@router.post("/read", status_code=204)
async def mark_all_read(caller: SignedIn, session: Session) -> None:
    """Mark everything as read."""
    await service.mark_all_read(session, caller)


@router.post("/{notification_id}/read", status_code=204, responses=documented(NotFound))
async def mark_read(notification_id: UUID, caller: SignedIn, session: Session) -> None:
    """Mark one as read."""
    await service.mark_read(session, caller, notification_id)
