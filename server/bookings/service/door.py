"""What the rooms above ask: a booking for a mail, and for start pages what waits, by when, and who comes and goes."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings.repository.bookings import Bookings
from server.bookings.repository.lists import Lists
from server.bookings.service import reading
from server.core import clock
from server.core.errors import NotFound
from server.core.identity import Identity
from shared_models.booking_steps import NextAction, next_step
from shared_models.bookings import BookingRead, BookingSide
from shared_models.calendars import Period

FEW = 4


@dataclass(frozen=True)
class Agenda:
    """What is open at the bookings of one side, the nearest deadlines first; the figures count all of them."""

    waiting: list[BookingRead]
    on_others: list[BookingRead]
    waiting_count: int
    upcoming: int


async def read(session: AsyncSession, booking_id: UUID) -> BookingRead:
    """A booking with its history, for the rooms above, which have asked who may see it. Raises NotFound."""
    booking = await Bookings(session).by_id(booking_id)
    if booking is None:
        raise NotFound
    return await reading.to_read(session, booking)


async def parties(session: AsyncSession, booking_id: UUID) -> Mapping[BookingSide, UUID]:
    """Who is on which side of a booking. Raises NotFound."""
    booking = await Bookings(session).by_id(booking_id)
    if booking is None:
        raise NotFound
    return {BookingSide.TENANT: booking.tenant_id, BookingSide.LANDLORD: booking.landlord_id}


async def agenda(session: AsyncSession, caller: Identity, side: BookingSide, *, limit: int) -> Agenda:
    """What waits for the caller on one side, and for the other side: seven statements."""
    lists = Lists(session)
    waiting = await lists.by_deadline(side, caller.id, side, limit)
    on_others = await lists.by_deadline(side, caller.id, side.other, limit)
    counts = await lists.counts(side, caller.id)
    by_id = {booking.id: booking for booking in await reading.to_read_all(session, [*waiting, *on_others])}
    return Agenda(
        waiting=[by_id[row.id] for row in waiting],
        on_others=[by_id[row.id] for row in on_others],
        waiting_count=counts.waiting,
        upcoming=counts.live,
    )


async def waiting_by_side(session: AsyncSession, caller: Identity) -> Mapping[BookingSide, int]:
    """How many bookings wait for the caller on either side of them: one statement."""
    return await Lists(session).waiting_by_side(caller.id)


async def coming_or_going(session: AsyncSession, caller: Identity, days: Period, *, limit: int) -> list[BookingRead]:
    """Agreed stays at the caller's homes that begin or end on one of these days, by that day: five statements."""
    return await reading.to_read_all(session, await Lists(session).visits(caller.id, days, limit))


async def next_trip(session: AsyncSession, caller: Identity) -> BookingRead | None:
    """The caller's nearest agreed stay that is not over; one that ended today may not have been completed yet."""
    to_read = await reading.to_read_all(session, await Lists(session).agreed_of(caller.id, limit=FEW))
    return next((stay for stay in to_read if next_step(stay, clock.now()).action is not NextAction.NOTHING), None)
