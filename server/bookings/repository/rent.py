"""The months of stays that are paid month by month, in the database."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings.tables import BookingTable, RentMonthTable
from server.core import clock
from shared_models.rent_months import Reminder, RentMonthStatus

_booking: Any = BookingTable
_month: Any = RentMonthTable
_TO_PAY, _CLOSED = RentMonthStatus.TO_PAY.value, RentMonthStatus.CLOSED.value


class Rent:
    """Months that are, were, or would have been paid."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def add_all(self, months: Iterable[RentMonthTable]) -> None:
        self.session.add_all(months)
        await self.session.flush()

    async def of_all(self, booking_ids: Iterable[UUID]) -> Sequence[RentMonthTable]:
        """Every month of these stays, also those that are closed, by when they are due."""
        found = await self.session.scalars(
            select(RentMonthTable)
            .where(_month.booking_id.in_(list(booking_ids)))
            .order_by(_month.booking_id, _month.due, _month.id)
        )
        return found.all()

    async def standing(self, booking_id: UUID) -> Sequence[RentMonthTable]:
        """The months of a stay that count, as they are now: paid, or to be paid; in order."""
        found = await self.session.scalars(
            select(RentMonthTable)
            .where(_month.booking_id == booking_id, _month.status != _CLOSED)
            .order_by(_month.number)
            .execution_options(populate_existing=True)
        )
        return found.all()

    async def of_number(self, booking_id: UUID, number: int) -> RentMonthTable | None:
        """The month of a stay that goes by a number now; of those that are closed the newest."""
        return await self.session.scalar(
            select(RentMonthTable)
            .where(_month.booking_id == booking_id, _month.number == number)
            .order_by(_month.status == _CLOSED, _month.id.desc())
            .limit(1)
            .execution_options(populate_existing=True)
        )

    async def by_ids(self, ids: Iterable[UUID]) -> Mapping[UUID, RentMonthTable]:
        found = await self.session.scalars(select(RentMonthTable).where(_month.id.in_(list(ids))))
        return {row.id: row for row in found}

    async def place_of(self, month_id: UUID) -> tuple[UUID, UUID] | None:
        """The stay of a month, and the home that is to be locked before either is read."""
        found = await self.session.execute(
            select(_booking.id, _booking.property_id)
            .join(RentMonthTable, _month.booking_id == _booking.id)
            .where(_month.id == month_id)
        )
        pair = found.one_or_none()
        return None if pair is None else (pair.id, pair.property_id)

    async def locked(self, month_id: UUID) -> RentMonthTable:
        """A month as it is now, locked; its home and its booking are locked already."""
        found = await self.session.scalars(
            select(RentMonthTable)
            .where(_month.id == month_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        return found.one()

    async def close(self, booking_id: UUID) -> Sequence[UUID]:
        """End the months of a locked stay that are not paid; answers which."""
        closed = await self.session.scalars(
            update(RentMonthTable)
            .where(_month.booking_id == booking_id, _month.status == _TO_PAY)
            .values(status=_CLOSED, settled_at=clock.now())
            .returning(_month.id)
        )
        return closed.all()

    async def to_remind_of(
        self, until: date, after: tuple[date, UUID] | None, limit: int
    ) -> Sequence[tuple[UUID, UUID, date]]:
        """Months that are not paid and due by `until`, by that day, of which something may be to say: (month, home,
        due)."""
        wanted = (
            select(_month.id, _booking.property_id, _month.due)
            .join(BookingTable, _booking.id == _month.booking_id)
            .where(
                _month.status == _TO_PAY,
                _month.due <= until,
                or_(_month.reminded.is_(None), _month.reminded != Reminder.OVERDUE.value),
            )
        )
        if after is not None:
            wanted = wanted.where(tuple_(_month.due, _month.id) > after)
        found = await self.session.execute(wanted.order_by(_month.due, _month.id).limit(limit))
        return [(id_, home_id, due) for id_, home_id, due in found]

    async def unpaid_among(self, ids: Collection[UUID]) -> Sequence[tuple[RentMonthTable, BookingTable]]:
        """Those of these months that are still to be paid, locked in one order, each with its stay."""
        found = await self.session.execute(
            select(RentMonthTable, BookingTable)
            .join(BookingTable, _booking.id == _month.booking_id)
            .where(_month.id.in_(list(ids)), _month.status == _TO_PAY)
            .order_by(_month.id)
            .with_for_update(of=RentMonthTable)
            .execution_options(populate_existing=True)
        )
        return [(month, booking) for month, booking in found]
