"""Wishes for other dates or guests, in the database."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings.repository.standing import OPEN_CHANGES
from server.bookings.tables import BookingChangeTable, BookingTable, QuoteTable
from server.core import clock
from shared_models.bookings import ChangeStatus

_booking: Any = BookingTable
_quote: Any = QuoteTable
_change: Any = BookingChangeTable


class Changes:
    """Wishes for other dates or guests."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def add(self, change: BookingChangeTable) -> None:
        self.session.add(change)
        await self.session.flush()

    async def locked(self, booking_id: UUID, change_id: UUID) -> BookingChangeTable | None:
        """A change of a locked booking as it is now."""
        return await self.session.scalar(
            select(BookingChangeTable)
            .where(_change.id == change_id, _change.booking_id == booking_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )

    async def lapsed_among(self, ids: Iterable[UUID], now: datetime) -> Sequence[BookingChangeTable]:
        """Those of these changes that are open and whose time is over, as they are now; their homes are locked."""
        found = await self.session.scalars(
            select(BookingChangeTable)
            .where(_change.id.in_(list(ids)), _change.status.in_(OPEN_CHANGES), _change.expires_at <= now)
            .execution_options(populate_existing=True)
        )
        return found.all()

    async def place_of(self, change_id: UUID) -> tuple[UUID, UUID] | None:
        """The booking of a change, and the home that is to be locked before either is read."""
        found = await self.session.execute(
            select(_booking.id, _booking.property_id)
            .join(BookingChangeTable, _change.booking_id == _booking.id)
            .where(_change.id == change_id)
        )
        pair = found.one_or_none()
        return None if pair is None else (pair.id, pair.property_id)

    async def by_ids(self, ids: Iterable[UUID]) -> Mapping[UUID, BookingChangeTable]:
        found = await self.session.scalars(select(BookingChangeTable).where(_change.id.in_(list(ids))))
        return {row.id: row for row in found}

    async def of_all(self, booking_ids: Iterable[UUID]) -> Sequence[BookingChangeTable]:
        """Every change of these bookings, the oldest first."""
        found = await self.session.scalars(
            select(BookingChangeTable).where(_change.booking_id.in_(list(booking_ids))).order_by(_change.id)
        )
        return found.all()

    async def of_quote(self, quote_id: UUID) -> BookingChangeTable | None:
        return await self.session.scalar(select(BookingChangeTable).where(_change.quote_id == quote_id))

    async def open_of(self, booking_ids: Iterable[UUID]) -> Mapping[UUID, BookingChangeTable]:
        """The change that still waits (or ran out without anyone noting it), for each booking that has one."""
        found = await self.session.scalars(
            select(BookingChangeTable).where(
                _change.booking_id.in_(list(booking_ids)), _change.status.in_(OPEN_CHANGES)
            )
        )
        return {row.booking_id: row for row in found}

    async def waiting(self, booking_ids: Iterable[UUID], now: datetime) -> Mapping[UUID, tuple[Any, Any]]:
        """Each of these bookings' change that can still be answered or paid, with the quote it is made of."""
        found = await self.session.execute(
            select(BookingChangeTable, QuoteTable)
            .join(QuoteTable, _quote.id == _change.quote_id)
            .where(
                _change.booking_id.in_(list(booking_ids)), _change.status.in_(OPEN_CHANGES), _change.expires_at > now
            )
        )
        return {change.booking_id: (change, quote) for change, quote in found}

    async def holding(self, source_ids: Iterable[UUID]) -> Sequence[BookingChangeTable]:
        """The open changes for which these holds were made."""
        ids = list(source_ids)
        found = await self.session.scalars(
            select(BookingChangeTable).where(
                or_(_change.id.in_(ids), _change.other_hold_id.in_(ids)), _change.status.in_(OPEN_CHANGES)
            )
        )
        return found.all()

    async def lapsed(self, now: datetime, limit: int) -> Sequence[tuple[UUID, UUID]]:
        """Some changes whose time is over, the oldest first: (change, home)."""
        found = await self.session.execute(
            select(_change.id, _booking.property_id)
            .join(BookingTable, _booking.id == _change.booking_id)
            .where(_change.status.in_(OPEN_CHANGES), _change.expires_at <= now)
            .order_by(_change.expires_at, _change.id)
            .limit(limit)
        )
        return [(id_, property_id) for id_, property_id in found]

    async def end(self, ids: Iterable[UUID], then: ChangeStatus) -> Sequence[BookingChangeTable]:
        """End those of these changes that still wait; answers which."""
        moved = await self.session.scalars(
            update(BookingChangeTable)
            .where(_change.id.in_(list(ids)), _change.status.in_(OPEN_CHANGES))
            .values(status=then.value, decided_at=clock.now())
            .returning(BookingChangeTable)
            .execution_options(populate_existing=True)
        )
        return moved.all()
