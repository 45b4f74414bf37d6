"""Whose bookings a list shows, which of them, in which order, and how many there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings.repository.standing import (
    OPEN,
    OPEN_CHANGES,
    is_live,
    waiting_changes,
    waiting_months,
    waits_for,
)
from server.bookings.tables import BookingChangeTable, BookingTable, QuoteTable, RentMonthTable
from server.core import clock
from shared_models.bookings import BookingOrder, BookingSide, BookingStatus, BookingTime
from shared_models.calendars import Period

_booking: Any = BookingTable
_quote: Any = QuoteTable
_change: Any = BookingChangeTable
_month: Any = RentMonthTable
_AGREED = [BookingStatus.CONFIRMED.value, BookingStatus.COMPLETED.value]


class Counts(NamedTuple):
    """How many bookings are to come, and how many of them wait for an answer."""

    live: int
    waiting: int


@dataclass(frozen=True)
class Which:
    """Which bookings of a person are meant: those with nights in `period`, those at these homes; None and (): any.

    And in which order they come.
    """

    period: Period | None = None
    property_ids: Sequence[UUID] = ()
    order: BookingOrder = BookingOrder.EARLIEST_CHECK_IN


@dataclass(frozen=True)
class _Order:
    """By which columns bookings are ordered before their id, and whether all of it goes backwards."""

    columns: tuple[Any, ...]
    backwards: bool = False


_ORDERS = {
    BookingOrder.EARLIEST_CHECK_IN: _Order((_booking.check_in,)),
    BookingOrder.LATEST_CHECK_IN: _Order((_booking.check_in,), backwards=True),
    BookingOrder.BOOKED_LAST: _Order((_booking.created_at,), backwards=True),
    BookingOrder.BOOKED_FIRST: _Order((_booking.created_at,)),
    BookingOrder.PRICE_LOW: _Order((_booking.currency, _booking.total_minor)),
    BookingOrder.PRICE_HIGH: _Order((_booking.currency, -_booking.total_minor)),
}
Place = tuple[Any, ...]
"""Where a booking stands in an order: what the columns of the order say of it, and its id."""


class Lists:
    """Bookings of a person, on either side of them."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def page(
        self, side: BookingSide, person_id: UUID, when: BookingTime, which: Which, after: Place | None, limit: int
    ) -> Sequence[tuple[BookingTable, Place]]:
        """A person's bookings on one side, each with its place; `after` is the place of the last one seen."""
        keys, backwards = (*_ORDERS[which.order].columns, _booking.id), _ORDERS[which.order].backwards
        # Named, for a column that stands in the booking as well would have the same name twice.
        named = [key.label(f"key_{number}") for number, key in enumerate(keys)]
        wanted = select(BookingTable, *named).where(_owner(side) == person_id, *_meant(which, clock.now()))
        if when == BookingTime.WAITING:
            wanted = wanted.where(waits_for(side, clock.now()))
        elif when != BookingTime.ALL:
            wanted = wanted.where(is_live(clock.now()) if when == BookingTime.UPCOMING else ~is_live(clock.now()))
        if after is not None:
            place = tuple_(*(literal(value, key.type) for value, key in zip(after, keys, strict=True)))
            wanted = wanted.where(tuple_(*keys) < place if backwards else tuple_(*keys) > place)
        wanted = wanted.order_by(*(key.desc() if backwards else key.asc() for key in keys)).limit(limit)
        return [(row, tuple(place)) for row, *place in await self.session.execute(wanted)]

    async def by_deadline(
        self, side: BookingSide, person_id: UUID, whose: BookingSide, limit: int
    ) -> Sequence[BookingTable]:
        """A person's bookings on one side that wait for `whose` next step, the nearest deadline first."""
        now = clock.now()
        change = select(_change.expires_at).where(*waiting_changes(now)).scalar_subquery()
        month = select(func.min(_month.pay_by)).where(*waiting_months(now)).scalar_subquery()
        deadline = func.coalesce(_booking.hold_expires_at, change, month)
        wanted = select(BookingTable).where(_owner(side) == person_id, waits_for(whose, now))
        return (await self.session.scalars(wanted.order_by(deadline, _booking.id).limit(limit))).all()

    async def counts(self, side: BookingSide, person_id: UUID) -> Counts:
        """How many bookings of a person on one side are to come, and how many wait for that side."""
        now = clock.now()
        found = await self.session.execute(
            select(
                func.count().filter(is_live(now)).label("live"),
                func.count().filter(waits_for(side, now)).label("waiting"),
            ).where(_owner(side) == person_id)
        )
        return Counts(*found.one())

    async def waiting_by_side(self, person_id: UUID) -> Mapping[BookingSide, int]:
        """How many bookings wait for a person on either side of them."""
        counted = [func.count().filter(_owner(side) == person_id, waits_for(side, clock.now())) for side in BookingSide]
        mine = or_(_booking.tenant_id == person_id, _booking.landlord_id == person_id)
        found = await self.session.execute(select(*counted).where(mine, _booking.status.in_(OPEN)))
        return dict(zip(BookingSide, found.one(), strict=True))

    async def visits(self, landlord_id: UUID, days: Period, limit: int) -> Sequence[BookingTable]:
        """Stays agreed at a landlord's homes that begin or end on one of these days, by that day."""
        comes = and_(_booking.check_in >= days.start, _booking.check_in < days.end)
        goes = and_(_booking.check_out >= days.start, _booking.check_out < days.end)
        wanted = select(BookingTable).where(
            _booking.landlord_id == landlord_id, _booking.status.in_(_AGREED), or_(comes, goes)
        )
        day = case((comes, _booking.check_in), else_=_booking.check_out)
        return (await self.session.scalars(wanted.order_by(day, _booking.id).limit(limit))).all()

    async def agreed_of(self, tenant_id: UUID, limit: int) -> Sequence[BookingTable]:
        """The next agreed stays of a tenant, by arrival."""
        wanted = select(BookingTable).where(
            _booking.tenant_id == tenant_id, _booking.status == BookingStatus.CONFIRMED.value
        )
        return (await self.session.scalars(wanted.order_by(_booking.check_in, _booking.id).limit(limit))).all()


def _owner(side: BookingSide) -> Any:
    return _booking.tenant_id if side == BookingSide.TENANT else _booking.landlord_id


def _meant(which: Which, now: datetime) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if which.property_ids:
        found.append(_booking.property_id.in_(list(which.property_ids)))
    if which.period is not None:
        # Few changes wait at a time, so they are listed once rather than looked up for each booking.
        changing = (
            select(_change.booking_id)
            .join(QuoteTable, _quote.id == _change.quote_id)
            .where(_change.status.in_(OPEN_CHANGES), _change.expires_at > now, _touches(_quote, which.period))
        )
        found.append(or_(_touches(_booking, which.period), _booking.id.in_(changing)))
    return found


def _touches(stay: Any, period: Period) -> ColumnElement[bool]:
    """Whether a row's nights, the day of leaving not counted, are some of these."""
    touches: ColumnElement[bool] = and_(stay.check_in < period.end, stay.check_out > period.start)
    return touches
