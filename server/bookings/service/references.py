"""What a tenant knows their booking by, for those who only know its id: whatever is paid for a booking or for a change
of it goes by the booking's reference."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings.repository.bookings import Bookings
from server.bookings.repository.changes import Changes


async def of_bookings(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """The references of bookings."""
    return {id_: booking.reference for id_, booking in (await Bookings(session).by_ids(ids)).items()}


async def of_changes(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """The references of the bookings that changes are of."""
    changes = await Changes(session).by_ids(ids)
    references = await of_bookings(session, [change.booking_id for change in changes.values()])
    return {change.id: references[change.booking_id] for change in changes.values()}


async def find(session: AsyncSession, reference: str) -> Sequence[UUID]:
    """The booking that is known by exactly this, in letters of either case."""
    booking = await Bookings(session).of_reference(reference.strip().upper())
    return [] if booking is None else [booking.id]


async def find_changes(session: AsyncSession, reference: str) -> Sequence[UUID]:
    """The changes of the booking that is known by exactly this."""
    changes = await Changes(session).of_all(await find(session, reference))
    return [change.id for change in changes]
