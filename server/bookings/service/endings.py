"""How bookings end: cancelled, not shown up for, run out, or stayed."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings import rules
from server.bookings.events import BookingCancelled, BookingCompleted, BookingExpired, BookingNoShow
from server.bookings.repository.bookings import Bookings
from server.bookings.service import billing, change_endings, refunding, rent
from server.bookings.service.acting import HistoryEvent, Locked, lock, record, record_all, set_status, who
from server.bookings.service.reading import packed, to_read, unpacked
from server.bookings.service.terms import no_show_refund_due, refund_due
from server.calendars.service import door as calendars
from server.core import clock
from server.core.events import publish
from server.core.identity import Identity
from server.properties.service import door as properties
from shared_models.booking_steps import Act, ends_at
from shared_models.bookings import Actor, BookingRead, BookingSide, BookingStatus, HistoryEventKind
from shared_models.calendars import ClaimKind, Period

COMPLETED_AT_A_TIME = 500


async def cancel(session: AsyncSession, caller: Identity, booking_id: UUID, reason: str) -> BookingRead:
    """Give an agreed stay back: until the day of arrival is over or, where it is paid through us, the last
    night.

    What was slept stays slept; what goes back of the price is decided and asked for here. Twice is once. Raises
    NotFound, InvalidTransition.
    """
    locked = await lock(session, caller, booking_id)
    if locked.status != BookingStatus.CANCELLED:
        was, now = locked.status, clock.now()
        await locked.check(session, Act.CANCEL)
        set_status(locked.booking, rules.move(was, BookingStatus.CANCELLED))
        locked.booking.ended_by, locked.booking.reason = locked.side.value, reason
        paid = await rent.paid_of(session, locked.booking)
        refunding.decide(locked.booking, refund_due(locked.booking, locked.home, locked.side, now, paid))
        await _give_nights_back(session, locked)
        event = HistoryEvent(HistoryEventKind.CANCELLED, Actor(locked.side), reason)
        await _end(session, locked, event)
        await publish(session, BookingCancelled(**who(locked.booking), by=locked.side, was=was))
    return await to_read(session, locked.booking, locked.home)


async def report_no_show(session: AsyncSession, landlord: Identity, booking_id: UUID) -> BookingRead:
    """Say that nobody came, from the day after arrival on; the nights are given back, and of the price what the instant
    of check-in left.

    Raises NotFound, InvalidTransition.
    """
    locked = await lock(session, landlord, booking_id, only=BookingSide.LANDLORD)
    if locked.status != BookingStatus.NO_SHOW:
        await locked.check(session, Act.REPORT_NO_SHOW)
        set_status(locked.booking, rules.move(locked.status, BookingStatus.NO_SHOW))
        paid = await rent.paid_of(session, locked.booking)
        refunding.decide(locked.booking, no_show_refund_due(locked.booking, locked.home, paid))
        await calendars.release(session, ClaimKind.BOOKING, locked.booking.id)
        await _end(session, locked, HistoryEvent(HistoryEventKind.NO_SHOW, Actor.LANDLORD))
        await publish(session, BookingNoShow(**who(locked.booking)))
    return await to_read(session, locked.booking, locked.home)


async def _give_nights_back(session: AsyncSession, locked: Locked) -> None:
    """The nights from now on are free again. Those slept stay taken: the home is made ready after them."""
    today = clock.today_in(locked.home.zone)
    if today <= locked.stay.check_in:
        await calendars.release(session, ClaimKind.BOOKING, locked.booking.id)
        return
    slept = Period(start=locked.stay.check_in, end=today)
    await calendars.move(session, locked.home.id, ClaimKind.BOOKING, locked.booking.id, slept)


async def _end(session: AsyncSession, locked: Locked, event: HistoryEvent) -> None:
    """What ends with an agreed stay: its open change, its months that are not paid, its story; what is not kept of what
    was paid goes back."""
    await session.flush()
    await change_endings.close(session, [locked.booking.id])
    await rent.close(session, locked.booking)
    await record(session, locked.booking, event)
    await refunding.refund_due_of(session, locked.booking)


async def expire(session: AsyncSession, source_ids: Iterable[UUID]) -> None:
    """Write down that the holds of these bookings and changes are gone; their homes are locked."""
    ids = list(source_ids)
    for was in (BookingStatus.HELD, BookingStatus.REQUESTED):
        gone = await Bookings(session).expire(ids, was)
        await record_all(session, gone, HistoryEvent(HistoryEventKind.EXPIRED, Actor.CLOCK))
        await billing.let_go(session, gone)
        for booking in gone:
            await publish(session, BookingExpired(**who(booking), was=was))
    await change_endings.expire_holding(session, ids)


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
    await change_endings.close(session, [booking.id for booking in completed])
    await record_all(session, completed, HistoryEvent(HistoryEventKind.COMPLETED, Actor.CLOCK))
    for booking in completed:
        await publish(session, BookingCompleted(**who(booking)))
