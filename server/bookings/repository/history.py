"""What happened to bookings, in the database."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings.tables import BookingHistoryTable

_entry: Any = BookingHistoryTable


class History:
    """What happened to bookings. Only added to."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def add_all(self, entries: Iterable[BookingHistoryTable]) -> None:
        rows = [entry.model_dump(exclude={"id"}) for entry in entries]
        if rows:
            await self.session.execute(insert(BookingHistoryTable), rows)

    async def of_all(self, booking_ids: Iterable[UUID]) -> Sequence[BookingHistoryTable]:
        """All that happened to these bookings, the oldest first."""
        found = await self.session.scalars(
            select(BookingHistoryTable).where(_entry.booking_id.in_(list(booking_ids))).order_by(_entry.id)
        )
        return found.all()

    async def of(self, booking_id: UUID) -> Sequence[BookingHistoryTable]:
        """All that happened to a booking, the oldest first."""
        found = await self.session.scalars(
            select(BookingHistoryTable).where(_entry.booking_id == booking_id).order_by(_entry.id)
        )
        return found.all()
