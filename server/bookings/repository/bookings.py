"""Single bookings, and those that a job moves on, in the database."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, or_, select, true, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings.repository.standing import is_live
from server.bookings.tables import BookingTable, QuoteTable
from server.core import clock
from shared_models.bookings import BookingSide, BookingStatus

_booking: Any = BookingTable
_quote: Any = QuoteTable
_HOLDS_OF_A_PERSON = 1_114_139_203
"""The first half of the advisory lock on a person's holds; the second is a hash of the person."""
_AGREED = [BookingStatus.CONFIRMED.value, BookingStatus.COMPLETED.value, BookingStatus.NO_SHOW.value]
_WAITING = [BookingStatus.HELD.value, BookingStatus.REQUESTED.value]


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

    async def of_reference(self, reference: str) -> BookingTable | None:
        return await self.session.scalar(select(BookingTable).where(_booking.reference == reference))

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

    async def property_of(self, booking_id: UUID) -> UUID:
        """The home of a booking that is known to be there, which is to be locked before the booking is read."""
        found = await self.session.execute(select(_booking.property_id).where(_booking.id == booking_id))
        home_id: UUID = found.scalar_one()
        return home_id

    async def by_id(self, booking_id: UUID) -> BookingTable | None:
        return await self.session.get(BookingTable, booking_id)

    async def by_ids(self, ids: Iterable[UUID]) -> Mapping[UUID, BookingTable]:
        found = await self.session.scalars(select(BookingTable).where(_booking.id.in_(list(ids))))
        return {row.id: row for row in found}

    async def all_of(self, person_id: UUID) -> Sequence[BookingTable]:
        """Every booking of someone on either side, by arrival."""
        mine = or_(_booking.tenant_id == person_id, _booking.landlord_id == person_id)
        found = await self.session.scalars(select(BookingTable).where(mine).order_by(_booking.check_in, _booking.id))
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

    async def open_at(self, property_ids: Iterable[UUID], now: datetime) -> Sequence[BookingTable]:
        """The bookings that claim nights of these homes now, by arrival."""
        wanted = select(BookingTable).where(_booking.property_id.in_(list(property_ids)), is_live(now))
        return (await self.session.scalars(wanted.order_by(_booking.check_in, _booking.id))).all()

    async def begun_at(
        self, property_id: UUID, first: date, until: date, limit: int
    ) -> list[tuple[BookingTable, bool]]:
        """Agreed stays at a home that began from `first` to before `until`, by arrival, the latest `limit` of them.

        Each with whether it was booked without a refund.
        """
        wanted = (
            select(BookingTable, _quote.non_refundable)
            .join(QuoteTable, _quote.id == _booking.quote_id)
            .where(
                _booking.property_id == property_id,
                _booking.check_in >= first,
                _booking.check_in < until,
                _booking.status.in_(_AGREED),
            )
            .order_by(_booking.check_in.desc(), _booking.id.desc())
            .limit(limit)
        )
        found = (await self.session.execute(wanted)).all()
        return [(booking, given_up) for booking, given_up in reversed(found)]

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
        wanted = select(_booking.id, _booking.property_id, _booking.check_out).where(
            _booking.status == BookingStatus.CONFIRMED.value, _booking.check_out <= until
        )
        if after is not None:
            wanted = wanted.where(tuple_(_booking.check_out, _booking.id) > after)
        found = await self.session.execute(wanted.order_by(_booking.check_out, _booking.id).limit(limit))
        return [(id_, property_id, check_out) for id_, property_id, check_out in found]

    async def _move(self, ids: Iterable[UUID], now: list[str], then: BookingStatus) -> Sequence[BookingTable]:
        moved = await self.session.scalars(
            update(BookingTable)
            .where(_booking.id.in_(list(ids)), _booking.status.in_(now))
            .values(status=then.value, hold_expires_at=None, updated_at=clock.now())
            .returning(BookingTable)
            .execution_options(populate_existing=True)
        )
        return moved.all()
