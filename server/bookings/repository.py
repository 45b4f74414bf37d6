"""Quotes, bookings, changes and what happened, in the database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, or_, select, true, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings.tables import BookingChangeTable, BookingHistoryTable, BookingTable, QuoteTable
from server.core import clock
from shared_models.bookings import LIVE, BookingOrder, BookingSide, BookingStatus, BookingTime, ChangeStatus
from shared_models.calendars import Period

_booking: Any = BookingTable
_quote: Any = QuoteTable
_change: Any = BookingChangeTable
_entry: Any = BookingHistoryTable

_HOLDS_OF_A_PERSON = 1_114_139_203
"""The first half of the advisory lock on a person's holds; the second is a hash of the person."""
_ASKED = ChangeStatus.ASKED.value
_WAITING = [BookingStatus.HELD.value, BookingStatus.REQUESTED.value]
_OPEN = [status.value for status in LIVE]
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
    order: BookingOrder = BookingOrder.ARRIVE_FIRST


@dataclass(frozen=True)
class _Order:
    """By which columns bookings are ordered before their id, and whether all of it goes backwards."""

    columns: tuple[Any, ...]
    backwards: bool = False


_ORDERS = {
    BookingOrder.ARRIVE_FIRST: _Order((_booking.arrive,)),
    BookingOrder.ARRIVE_LAST: _Order((_booking.arrive,), backwards=True),
    BookingOrder.BOOKED_LAST: _Order((_booking.created_at,), backwards=True),
    BookingOrder.BOOKED_FIRST: _Order((_booking.created_at,)),
    BookingOrder.PRICE_LOW: _Order((_booking.currency, _booking.total_minor)),
    BookingOrder.PRICE_HIGH: _Order((_booking.currency, -_booking.total_minor)),
}
Place = tuple[Any, ...]
"""Where a booking stands in an order: what the columns of the order say of it, and its id."""


class Quotes:
    """Prices people were shown."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def add(self, quote: QuoteTable) -> None:
        self.session.add(quote)
        await self.session.flush()

    async def add_all(self, quotes: Iterable[QuoteTable]) -> None:
        """Add many in one go."""
        self.session.add_all(quotes)
        await self.session.flush()

    async def for_tenant(self, tenant_id: UUID, quote_id: UUID, booking_id: UUID | None = None) -> QuoteTable | None:
        """Someone's own quote, for a new stay or for the change of a booking."""
        return await self.session.scalar(
            select(QuoteTable).where(
                _quote.id == quote_id,
                _quote.tenant_id == tenant_id,
                _quote.booking_id.is_not_distinct_from(booking_id),
            )
        )

    async def all_of(self, tenant_id: UUID) -> Sequence[QuoteTable]:
        """Every price someone was shown, the oldest first."""
        found = await self.session.scalars(
            select(QuoteTable).where(_quote.tenant_id == tenant_id).order_by(_quote.created_at, _quote.id)
        )
        return found.all()

    async def by_ids(self, ids: Iterable[UUID]) -> Mapping[UUID, QuoteTable]:
        found = await self.session.scalars(select(QuoteTable).where(_quote.id.in_(list(ids))))
        return {row.id: row for row in found}


class Bookings:
    """Every booking."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def add(self, booking: BookingTable) -> bool:
        """Add a booking, unless its reference is taken; answers whether it was added."""
        added = await self.session.scalar(
            insert(BookingTable)
            .values(booking.model_dump())
            .on_conflict_do_nothing(index_elements=["reference"])
            .returning(_booking.id)
        )
        return added is not None

    async def add_all(self, bookings: Iterable[BookingTable]) -> None:
        """Add many in one go; their references are known to be free."""
        self.session.add_all(bookings)
        await self.session.flush()

    async def references_among(self, references: Iterable[str]) -> set[str]:
        """Which of these references are taken."""
        found = await self.session.scalars(select(_booking.reference).where(_booking.reference.in_(list(references))))
        return set(found)

    async def of_quote(self, quote_id: UUID) -> BookingTable | None:
        return await self.session.scalar(select(BookingTable).where(_booking.quote_id == quote_id))

    async def is_used(self, quote_id: UUID) -> bool:
        """Whether a booking was made of this quote; nothing is loaded that the lock would make old."""
        return bool(await self.session.scalar(select(exists().where(_booking.quote_id == quote_id))))

    async def home_of(self, person_id: UUID, booking_id: UUID) -> tuple[UUID, BookingSide] | None:
        """The home of someone's booking, which is to be locked before the booking is read, and their side of it."""
        found = await self.session.execute(
            select(_booking.property_id, _booking.tenant_id).where(
                _booking.id == booking_id, or_(_booking.tenant_id == person_id, _booking.landlord_id == person_id)
            )
        )
        pair = found.one_or_none()
        if pair is None:
            return None
        return pair.property_id, BookingSide.TENANT if pair.tenant_id == person_id else BookingSide.LANDLORD

    async def by_id(self, booking_id: UUID) -> BookingTable | None:
        return await self.session.get(BookingTable, booking_id)

    async def by_ids(self, ids: Iterable[UUID]) -> Mapping[UUID, BookingTable]:
        found = await self.session.scalars(select(BookingTable).where(_booking.id.in_(list(ids))))
        return {row.id: row for row in found}

    async def all_of(self, person_id: UUID) -> Sequence[BookingTable]:
        """Every booking of someone on either side, by arrival."""
        mine = or_(_booking.tenant_id == person_id, _booking.landlord_id == person_id)
        found = await self.session.scalars(select(BookingTable).where(mine).order_by(_booking.arrive, _booking.id))
        return found.all()

    async def locked(self, booking_id: UUID) -> BookingTable:
        """A booking as it is now, locked; its home is locked already."""
        found = await self.session.scalars(
            select(BookingTable)
            .where(_booking.id == booking_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        return found.one()

    async def for_party(self, person_id: UUID, booking_id: UUID, *, anyone: bool = False) -> BookingTable | None:
        """A booking as its tenant or its landlord may see it (`anyone`: an admin)."""
        mine = true() if anyone else or_(_booking.tenant_id == person_id, _booking.landlord_id == person_id)
        return await self.session.scalar(select(BookingTable).where(_booking.id == booking_id, mine))

    async def page(
        self, side: BookingSide, person_id: UUID, when: BookingTime, which: Which, after: Place | None, limit: int
    ) -> Sequence[tuple[BookingTable, Place]]:
        """A person's bookings on one side, each with its place; `after` is the place of the last one seen."""
        keys, backwards = (*_ORDERS[which.order].columns, _booking.id), _ORDERS[which.order].backwards
        # Named, for a column that stands in the booking as well would have the same name twice.
        named = [key.label(f"key_{number}") for number, key in enumerate(keys)]
        wanted = select(BookingTable, *named).where(_owner(side) == person_id, *_meant(which, clock.now()))
        if when == BookingTime.WAITING:
            wanted = wanted.where(_waits_for(side, clock.now()))
        elif when != BookingTime.ALL:
            wanted = wanted.where(_live(clock.now()) if when == BookingTime.UPCOMING else ~_live(clock.now()))
        if after is not None:
            place = tuple_(*(literal(value, key.type) for value, key in zip(after, keys, strict=True)))
            wanted = wanted.where(tuple_(*keys) < place if backwards else tuple_(*keys) > place)
        wanted = wanted.order_by(*(key.desc() if backwards else key.asc() for key in keys)).limit(limit)
        return [(row, tuple(place)) for row, *place in await self.session.execute(wanted)]

    async def by_deadline(
        self, side: BookingSide, person_id: UUID, whose: BookingSide, limit: int
    ) -> Sequence[BookingTable]:
        """A person's bookings on one side that wait for `whose` next step, the nearest deadline first."""
        open_change = select(_change.expires_at).where(_change.booking_id == _booking.id, _change.status == _ASKED)
        deadline = func.coalesce(_booking.hold_expires_at, open_change.scalar_subquery())
        wanted = select(BookingTable).where(_owner(side) == person_id, _waits_for(whose, clock.now()))
        return (await self.session.scalars(wanted.order_by(deadline, _booking.id).limit(limit))).all()

    async def counts(self, side: BookingSide, person_id: UUID) -> Counts:
        """How many bookings of a person on one side are to come, and how many wait for that side."""
        now = clock.now()
        found = await self.session.execute(
            select(
                func.count().filter(_live(now)).label("live"),
                func.count().filter(_waits_for(side, now)).label("waiting"),
            ).where(_owner(side) == person_id)
        )
        return Counts(*found.one())

    async def waiting_by_side(self, person_id: UUID) -> Mapping[BookingSide, int]:
        """How many bookings wait for a person on either side of them."""
        counted = [
            func.count().filter(_owner(side) == person_id, _waits_for(side, clock.now())) for side in BookingSide
        ]
        mine = or_(_booking.tenant_id == person_id, _booking.landlord_id == person_id)
        found = await self.session.execute(select(*counted).where(mine, _booking.status.in_(_OPEN)))
        return dict(zip(BookingSide, found.one(), strict=True))

    async def visits(self, landlord_id: UUID, days: Period, limit: int) -> Sequence[BookingTable]:
        """Stays agreed at a landlord's homes that begin or end on one of these days, by that day."""
        comes = and_(_booking.arrive >= days.start, _booking.arrive < days.end)
        goes = and_(_booking.leave >= days.start, _booking.leave < days.end)
        wanted = select(BookingTable).where(
            _booking.landlord_id == landlord_id, _booking.status.in_(_AGREED), or_(comes, goes)
        )
        day = case((comes, _booking.arrive), else_=_booking.leave)
        return (await self.session.scalars(wanted.order_by(day, _booking.id).limit(limit))).all()

    async def agreed_of(self, tenant_id: UUID, limit: int) -> Sequence[BookingTable]:
        """The next agreed stays of a tenant, by arrival."""
        wanted = select(BookingTable).where(
            _booking.tenant_id == tenant_id, _booking.status == BookingStatus.CONFIRMED.value
        )
        return (await self.session.scalars(wanted.order_by(_booking.arrive, _booking.id).limit(limit))).all()

    async def open_at(self, property_ids: Iterable[UUID], now: datetime) -> Sequence[BookingTable]:
        """The bookings that claim nights of these homes now, by arrival."""
        wanted = select(BookingTable).where(_booking.property_id.in_(list(property_ids)), _live(now))
        return (await self.session.scalars(wanted.order_by(_booking.arrive, _booking.id))).all()

    async def lock_holds_of(self, tenant_id: UUID) -> None:
        """Wait until no other transaction counts this person's holds. After the home's lock, never before it."""
        await self.session.execute(
            select(func.pg_advisory_xact_lock(_HOLDS_OF_A_PERSON, func.hashtext(str(tenant_id))))
        )

    async def live_holds_of(self, tenant_id: UUID, now: datetime) -> int:
        """How many holds of this person are live, requests included."""
        count = await self.session.scalar(
            select(func.count()).where(
                _booking.tenant_id == tenant_id,
                _booking.status.in_(_WAITING),
                _booking.hold_expires_at > now,
            )
        )
        return count or 0

    async def expire(self, ids: Iterable[UUID], was: BookingStatus) -> Sequence[BookingTable]:
        """End those of these holds, or requests, that still wait; answers which."""
        return await self._move(ids, [was.value], BookingStatus.EXPIRED)

    async def complete(self, ids: Iterable[UUID]) -> Sequence[BookingTable]:
        """End the stays of those of these bookings that are confirmed (still); answers which."""
        return await self._move(ids, [BookingStatus.CONFIRMED.value], BookingStatus.COMPLETED)

    async def leaving(
        self, until: date, after: tuple[date, UUID] | None, limit: int
    ) -> Sequence[tuple[UUID, UUID, date]]:
        """Confirmed stays whose last day is `until` or earlier, by that day: (booking, home, last day)."""
        wanted = select(_booking.id, _booking.property_id, _booking.leave).where(
            _booking.status == BookingStatus.CONFIRMED.value, _booking.leave <= until
        )
        if after is not None:
            wanted = wanted.where(tuple_(_booking.leave, _booking.id) > after)
        found = await self.session.execute(wanted.order_by(_booking.leave, _booking.id).limit(limit))
        return [(id_, property_id, leave) for id_, property_id, leave in found]

    async def _move(self, ids: Iterable[UUID], now: list[str], then: BookingStatus) -> Sequence[BookingTable]:
        moved = await self.session.scalars(
            update(BookingTable)
            .where(_booking.id.in_(list(ids)), _booking.status.in_(now))
            .values(status=then.value, hold_expires_at=None, updated_at=clock.now())
            .returning(BookingTable)
            .execution_options(populate_existing=True)
        )
        return moved.all()


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

    async def by_ids(self, ids: Iterable[UUID]) -> Sequence[BookingChangeTable]:
        return (await self.session.scalars(select(BookingChangeTable).where(_change.id.in_(list(ids))))).all()

    async def of_all(self, booking_ids: Iterable[UUID]) -> Sequence[BookingChangeTable]:
        """Every change of these bookings, the oldest first."""
        found = await self.session.scalars(
            select(BookingChangeTable).where(_change.booking_id.in_(list(booking_ids))).order_by(_change.id)
        )
        return found.all()

    async def of_quote(self, quote_id: UUID) -> BookingChangeTable | None:
        return await self.session.scalar(select(BookingChangeTable).where(_change.quote_id == quote_id))

    async def asked(self, booking_ids: Iterable[UUID]) -> Mapping[UUID, BookingChangeTable]:
        """The change that waits for an answer (or ran out without anyone noting it), for each booking that has one."""
        found = await self.session.scalars(
            select(BookingChangeTable).where(_change.booking_id.in_(list(booking_ids)), _change.status == _ASKED)
        )
        return {row.booking_id: row for row in found}

    async def waiting(self, booking_ids: Iterable[UUID], now: datetime) -> Mapping[UUID, tuple[Any, Any]]:
        """Each of these bookings' change that can still be answered, with the quote it is made of."""
        found = await self.session.execute(
            select(BookingChangeTable, QuoteTable)
            .join(QuoteTable, _quote.id == _change.quote_id)
            .where(_change.booking_id.in_(list(booking_ids)), _change.status == _ASKED, _change.expires_at > now)
        )
        return {change.booking_id: (change, quote) for change, quote in found}

    async def holding(self, source_ids: Iterable[UUID]) -> Sequence[BookingChangeTable]:
        """The open changes for which these holds were made."""
        ids = list(source_ids)
        found = await self.session.scalars(
            select(BookingChangeTable).where(
                or_(_change.id.in_(ids), _change.other_hold_id.in_(ids)), _change.status == _ASKED
            )
        )
        return found.all()

    async def lapsed(self, now: datetime, limit: int) -> Sequence[tuple[UUID, UUID]]:
        """Some changes whose time is over, the oldest first: (change, home)."""
        found = await self.session.execute(
            select(_change.id, _booking.property_id)
            .join(BookingTable, _booking.id == _change.booking_id)
            .where(_change.status == _ASKED, _change.expires_at <= now)
            .order_by(_change.expires_at, _change.id)
            .limit(limit)
        )
        return [(id_, property_id) for id_, property_id in found]

    async def end(self, ids: Iterable[UUID], then: ChangeStatus) -> Sequence[BookingChangeTable]:
        """End those of these changes that still wait; answers which."""
        moved = await self.session.scalars(
            update(BookingChangeTable)
            .where(_change.id.in_(list(ids)), _change.status == _ASKED)
            .values(status=then.value, decided_at=clock.now())
            .returning(BookingChangeTable)
            .execution_options(populate_existing=True)
        )
        return moved.all()


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
            .where(_change.status == _ASKED, _change.expires_at > now, _touches(_quote, which.period))
        )
        found.append(or_(_touches(_booking, which.period), _booking.id.in_(changing)))
    return found


def _touches(stay: Any, period: Period) -> ColumnElement[bool]:
    """Whether a row's nights, the day of leaving not counted, are some of these."""
    touches: ColumnElement[bool] = and_(stay.arrive < period.end, stay.leave > period.start)
    return touches


def _waits_for(side: BookingSide, now: datetime) -> ColumnElement[bool]:
    """Whether a booking waits for this side: a hold to confirm, a request or the other side's change to answer."""
    status = BookingStatus.HELD if side == BookingSide.TENANT else BookingStatus.REQUESTED
    change = exists().where(
        _change.booking_id == _booking.id,
        _change.status == _ASKED,
        _change.asked_by == side.other.value,
        _change.expires_at > now,
    )
    mine = and_(_booking.status == status.value, _booking.hold_expires_at > now)
    return or_(mine, and_(_booking.status == BookingStatus.CONFIRMED.value, change))


def _live(now: datetime) -> ColumnElement[bool]:
    """Whether a booking claims its nights: its status says so, and its hold, if it is one, is not over."""
    kept = or_(_booking.hold_expires_at.is_(None), _booking.hold_expires_at > now)
    live: ColumnElement[bool] = and_(_booking.status.in_(_OPEN), kept)
    return live
