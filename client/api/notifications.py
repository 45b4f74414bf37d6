"""`/notifications`: what one was told."""

from uuid import UUID

from client.core.http import Http
from shared_models.notifications import NotificationRead, Unread
from shared_models.paging import Page


async def notifications(http: Http, *, cursor: str | None = None) -> Page[NotificationRead]:
    """What one was told, the newest first."""
    return await http.call("GET", "/notifications", Page[NotificationRead], query={"cursor": cursor})


async def unread(http: Http) -> Unread:
    """How much is not read."""
    return await http.call("GET", "/notifications/unread", Unread)


async def mark_read(http: Http, notification_id: UUID) -> None:
    """Mark one as read."""
    await http.call("POST", f"/notifications/{notification_id}/read")


async def mark_all_read(http: Http) -> None:
    """Mark everything as read."""
    await http.call("POST", "/notifications/read")
