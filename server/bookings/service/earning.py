"""Who earns what is paid for a stay, and when: its landlord, a day after check-in; a month, a day after it begins."""

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings.repository.bookings import Bookings
from server.bookings.repository.changes import Changes
from server.bookings.repository.rent import Rent
from server.bookings.service.acting import Locked
from server.bookings.service.refunding import payments_of
from server.payments.service import door as payments
from server.payments.service.door import Due
from server.properties.service import door as properties
from shared_models.bookings import PaymentWay
from shared_models.earnings import due_at


async def of_bookings(session: AsyncSession, ids: Collection[UUID]) -> Mapping[UUID, Due]:
    """These bookings: two statements for any number."""
    return await _dues(session, {id_: (id_, None) for id_ in ids})


async def of_changes(session: AsyncSession, ids: Collection[UUID]) -> Mapping[UUID, Due]:
    """What other dates cost more is earned with the stay: three statements for any number."""
    changes = await Changes(session).by_ids(ids)
    return await _dues(session, {row.id: (row.booking_id, None) for row in changes.values()})


async def of_months(session: AsyncSession, ids: Collection[UUID]) -> Mapping[UUID, Due]:
    """Each month when it has begun: three statements for any number."""
    months = await Rent(session).by_ids(ids)
    return await _dues(session, {row.id: (row.booking_id, row.due) for row in months.values()})


async def _dues(session: AsyncSession, wanted: Mapping[UUID, tuple[UUID, date | None]]) -> dict[UUID, Due]:
    rows = await Bookings(session).by_ids({booking_id for booking_id, _ in wanted.values()})
    homes = await properties.homes(session, {row.property_id for row in rows.values()})
    dues: dict[UUID, Due] = {}
    for id_, (booking_id, day) in wanted.items():
        if booking_id in rows:
            row = rows[booking_id]
            at = due_at(day or row.check_in, row.check_in_hour, homes[row.property_id].zone)
            dues[id_] = Due(row.landlord_id, at)
    return dues


async def put_off(session: AsyncSession, locked: Locked) -> None:
    """A locked stay has other dates: what was paid for it is earned by them. Months that are paid stay as they are."""
    booking = locked.booking
    if booking.payment == PaymentWay.CARD.value:
        at = due_at(booking.check_in, booking.check_in_hour, locked.home.zone)
        await payments.put_off(session, [payment.id for payment in await payments_of(session, booking)], at)
