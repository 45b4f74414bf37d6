"""How bookings end: cancelled, not shown up for, run out, or stayed."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings import rules
from server.bookings.events import BookingCancelled, BookingCompleted, BookingExpired, BookingNoShow
from server.bookings.repository.bookings import Bookings
from server.bookings.service import changes
from server.bookings.service.acting import Happening, locked, set_status, who, write_down, write_down_all
from server.bookings.service.reading import packed, shown, unpacked
from server.calendars import service as calendars
from server.core import clock
from server.core.events import publish
from server.core.identity import Identity
from server.properties import service as properties
from shared_models.booking_steps import Act, ends_at
from shared_models.bookings import Actor, BookingRead, BookingSide, BookingStatus, Deed
from shared_models.calendars import ClaimKind

COMPLETED_AT_A_TIME = 500


async def cancel(session: AsyncSession, caller: Identity, booking_id: UUID, reason: str) -> BookingRead:
    """Give an agreed stay back, as either side may until the day of arrival is over. Raises NotFound, WrongMove."""
    now = await locked(session, caller, booking_id)
    if now.status != BookingStatus.CANCELLED:
        was = now.status
        await now.check(session, Act.CANCEL)
        set_status(now.booking, rules.move(was, BookingStatus.CANCELLED))
        now.booking.ended_by, now.booking.reason = now.side.value, reason
        await calendars.release(session, ClaimKind.BOOKING, now.booking.id)
        await session.flush()
        await changes.close(session, [now.booking.id])
        await write_down(session, now.booking, Happening(Deed.CANCELLED, Actor(now.side), reason))
        await publish(session, BookingCancelled(**who(now.booking), by=now.side, was=was))
    return await shown(session, now.booking, now.home)


async def report_no_show(session: AsyncSession, landlord: Identity, booking_id: UUID) -> BookingRead:
    """Say that nobody came, from the day after arrival on; the nights are given back. Raises NotFound, WrongMove."""
    now = await locked(session, landlord, booking_id, only=BookingSide.LANDLORD)
    if now.status != BookingStatus.NO_SHOW:
        await now.check(session, Act.REPORT_NO_SHOW)
        set_status(now.booking, rules.move(now.status, BookingStatus.NO_SHOW))
        await calendars.release(session, ClaimKind.BOOKING, now.booking.id)
        await session.flush()
        await changes.close(session, [now.booking.id])
        await write_down(session, now.booking, Happening(Deed.NO_SHOW, Actor.LANDLORD))
        await publish(session, BookingNoShow(**who(now.booking)))
    return await shown(session, now.booking, now.home)


async def expire(session: AsyncSession, source_ids: Iterable[UUID]) -> None:
    """Write down that the holds of these bookings and changes are gone; their homes are locked."""
    ids = list(source_ids)
    for was in (BookingStatus.HELD, BookingStatus.REQUESTED):
        gone = await Bookings(session).expire(ids, was)
        await write_down_all(session, gone, Happening(Deed.EXPIRED, Actor.CLOCK))
        for booking in gone:
            await publish(session, BookingExpired(**who(booking), was=was))
    await changes.expire_holding(session, ids)


async def complete_stays(session: AsyncSession, after: str | None) -> str | None:
    """Complete the stays that are over, among the next `COMPLETED_AT_A_TIME` that may be; answers where it stopped.

    Which day it is differs by up to a day from UTC's, so those leaving tomorrow are looked at too.
    """
    now = clock.now()
    place = None if after is None else unpacked(after)
    found = await Bookings(session).leaving(now.date() + timedelta(days=1), place, COMPLETED_AT_A_TIME)
    homes = await properties.homes(session, {home_id for _, home_id, _ in found})
    over = {
        booking_id: home_id
        for booking_id, home_id, check_out in found
        if ends_at(check_out, homes[home_id].check_out_by, homes[home_id].zone) <= now
    }
    if over:
        await _complete(session, over)
    return packed(found[-1][2], found[-1][0]) if len(found) == COMPLETED_AT_A_TIME else None


async def _complete(session: AsyncSession, over: dict[UUID, UUID]) -> None:
    await calendars.lock(session, over.values())
    completed = await Bookings(session).complete(over)
    await changes.close(session, [booking.id for booking in completed])
    await write_down_all(session, completed, Happening(Deed.COMPLETED, Actor.CLOCK))
    for booking in completed:
        await publish(session, BookingCompleted(**who(booking)))
