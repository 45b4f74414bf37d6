"""What people are told of a booking, of other dates of one, or of a month, that was paid for: its home, and the
reference it goes by."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings.repository.bookings import Bookings
from server.bookings.repository.changes import Changes
from server.bookings.repository.rent import Rent
from server.payments.service.door import Thing
from server.properties.service import door as properties


async def of_bookings(session: AsyncSession, ids: Collection[UUID]) -> Mapping[UUID, Thing]:
    """These bookings: two statements for any number."""
    return await _things(session, {id_: id_ for id_ in ids})


async def of_changes(session: AsyncSession, ids: Collection[UUID]) -> Mapping[UUID, Thing]:
    """These changes, each found by its booking: three statements for any number."""
    return await _things(session, {row.id: row.booking_id for row in (await Changes(session).by_ids(ids)).values()})


async def of_months(session: AsyncSession, ids: Collection[UUID]) -> Mapping[UUID, Thing]:
    """These months, each found by its stay, and called as the page of its payment was, which names the days."""
    found = await _things(session, {row.id: row.booking_id for row in (await Rent(session).by_ids(ids)).values()})
    return {id_: replace(thing, title=None) for id_, thing in found.items()}


async def find(session: AsyncSession, reference: str) -> Sequence[UUID]:
    """The booking that is known by exactly this, in letters of either case."""
    booking = await Bookings(session).of_reference(reference.strip().upper())
    return [] if booking is None else [booking.id]


async def find_changes(session: AsyncSession, reference: str) -> Sequence[UUID]:
    """The changes of the booking that is known by exactly this."""
    changes = await Changes(session).of_all(await find(session, reference))
    return [change.id for change in changes]


async def find_months(session: AsyncSession, reference: str) -> Sequence[UUID]:
    """The months of the booking that is known by exactly this."""
    return [month.id for month in await Rent(session).of_all(await find(session, reference))]


async def _things(session: AsyncSession, booking_of: Mapping[UUID, UUID]) -> dict[UUID, Thing]:
    rows = await Bookings(session).by_ids(set(booking_of.values()))
    homes = await properties.homes(session, {row.property_id for row in rows.values()})
    return {
        id_: Thing(homes[row.property_id].title, part_of=row.id, reference=row.reference)
        for id_, row in ((id_, rows.get(booking_id)) for id_, booking_id in booking_of.items())
        if row is not None
    }
