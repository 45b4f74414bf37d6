"""What I was told, and how much of it I have not read."""

import dataclasses
from uuid import UUID

import flet as ft

from client.api import notifications as api
from client.core import clock
from client.core.http import ApiError
from client.core.rows import joined
from client.core.session import Session
from shared_models.notifications import NotificationRead


async def count(session: Session) -> None:
    """Ask how much there is to read, for the badge. Without an answer it stays as it was."""
    if session.me is None:
        return
    try:
        session.inbox.unread = (await api.unread(session.http)).count
    except ApiError:
        return


@ft.observable
@dataclasses.dataclass
class NotificationsState:
    """What I was told, as far as its pages have been read; the newest first."""

    session: Session
    items: tuple[NotificationRead, ...] | None = None
    next_cursor: str | None = None

    async def load(self) -> None:
        """The first page. Raises ApiError."""
        page = await api.notifications(self.session.http)
        self.items, self.next_cursor = tuple(page.items), page.next_cursor
        await count(self.session)

    async def load_more(self) -> None:
        """The next page. Raises ApiError."""
        cursor = self.next_cursor
        if cursor is None:
            return
        page = await api.notifications(self.session.http, cursor=cursor)
        if self.next_cursor == cursor:
            self.items, self.next_cursor = joined(self.items or (), page.items), page.next_cursor

    async def read(self, notification_id: UUID) -> None:
        """Mark one as read. It opens all the same when the server cannot be told."""
        try:
            await api.mark_read(self.session.http, notification_id)
        except ApiError:
            return
        await count(self.session)

    async def read_all(self) -> None:
        """Mark everything as read: it is at once, and as it was when the server cannot be told. Raises ApiError."""
        before, unread, now = self.items, self.session.inbox.unread, clock.now()
        read = (item.model_copy(update={"read_at": item.read_at or now}) for item in before or ())
        self.items, self.session.inbox.unread = tuple(read), 0
        try:
            await api.mark_all_read(self.session.http)
        except ApiError:
            self.items, self.session.inbox.unread = before, unread
            raise
        await count(self.session)  # one that was under way may have come in between
