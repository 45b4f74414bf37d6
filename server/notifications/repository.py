"""Notifications in the database."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.core import clock
from server.notifications.tables import NotificationTable

_notification: Any = NotificationTable


class Notifications:
    """What each person was told."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def add(self, row: NotificationTable) -> bool:
        """Add it, unless this person was told of this event; answers whether it was added."""
        added = await self.session.scalar(
            insert(NotificationTable)
            .values(row.model_dump())
            .on_conflict_do_nothing(index_elements=["event_id", "person_id"])
            .returning(_notification.id)
        )
        return added is not None

    async def page(
        self, person_id: UUID, after: UUID | None, limit: int, *, unread: bool = False
    ) -> Sequence[NotificationTable]:
        """What a person reads in the app, or of it only what they have not read, the newest first."""
        wanted = select(NotificationTable).where(_notification.person_id == person_id, _notification.in_app)
        if unread:
            wanted = wanted.where(_notification.read_at.is_(None))
        if after is not None:
            wanted = wanted.where(_notification.id < after)
        return (await self.session.scalars(wanted.order_by(_notification.id.desc()).limit(limit))).all()

    async def all_of(self, person_id: UUID) -> Sequence[NotificationTable]:
        """All that a person was told, in the app or not, the oldest first."""
        found = await self.session.scalars(
            select(NotificationTable).where(_notification.person_id == person_id).order_by(_notification.id)
        )
        return found.all()

    async def unread(self, person_id: UUID) -> int:
        count = await self.session.scalar(
            select(func.count()).where(
                _notification.person_id == person_id, _notification.in_app, _notification.read_at.is_(None)
            )
        )
        return count or 0

    async def mark_read(self, person_id: UUID, notification_id: UUID | None = None) -> None:
        """Mark one, or all, of a person's as read."""
        one = [] if notification_id is None else [_notification.id == notification_id]
        await self.session.execute(
            update(NotificationTable)
            .where(_notification.person_id == person_id, _notification.in_app, _notification.read_at.is_(None), *one)
            .values(read_at=clock.now())
        )

    async def is_of(self, person_id: UUID, notification_id: UUID) -> bool:
        found = await self.session.scalar(
            select(_notification.id).where(
                _notification.id == notification_id, _notification.person_id == person_id, _notification.in_app
            )
        )
        return found is not None

    async def one(self, notification_id: UUID) -> NotificationTable | None:
        return await self.session.get(NotificationTable, notification_id)

    async def later_about_the_same(self, row: NotificationTable) -> Sequence[UUID]:
        """What the same person was told in the app of the same thing that happened later."""
        # Events are numbered in the order in which they happened, whenever their listeners came to run.
        found = await self.session.scalars(
            select(_notification.id).where(
                _notification.person_id == row.person_id,
                _notification.in_app,
                _notification.about_kind == row.about_kind,
                _notification.about_id == row.about_id,
                _notification.event_id > row.event_id,
            )
        )
        return found.all()

    async def erase(self, person_id: UUID, name: str) -> Sequence[UUID]:
        """Remove what a person was told, and their name from what others were told; answers what was removed.

        All of it is locked in one order first: of two who had a stay with each other and leave at once, each removes
        what the other changes.
        """
        await self.session.execute(
            select(_notification.id)
            .where(or_(_notification.person_id == person_id, _notification.other_id == person_id))
            .order_by(_notification.id)
            .with_for_update()
        )
        removed = await self.session.scalars(
            delete(NotificationTable).where(_notification.person_id == person_id).returning(_notification.id)
        )
        await self.session.execute(
            update(NotificationTable)
            .where(_notification.other_id == person_id)
            .values(stay=func.jsonb_set(_notification.stay, ["other_name"], func.to_jsonb(name)), other_id=None)
            .execution_options(synchronize_session=False)
        )
        return removed.all()
