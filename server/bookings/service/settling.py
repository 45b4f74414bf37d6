"""What comes of a payment: a stay that is agreed, a landlord who is asked, or nights that are free again.

News comes from payments, under locks from the home down: home → claim → booking → payment → ledger.
"""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings import rules
from server.bookings.events import BookingConfirmed, BookingRequested
from server.bookings.repository.bookings import Bookings
from server.bookings.service import billing, refunding
from server.bookings.service.acting import HistoryEvent, Locked, period_of, record, set_agreed, who
from server.bookings.service.holds import run_out
from server.bookings.service.paying import leaves_time_to_pay
from server.bookings.service.prices import clearance_of
from server.calendars.service import door as calendars
from server.core import clock
from server.core.events import publish
from server.payments.service.door import Settle
from server.properties.service import door as properties
from shared_models.booking_steps import answer_by, status_at
from shared_models.bookings import Actor, BookingSide, BookingStatus, HistoryEventKind
from shared_models.calendars import ClaimKind
from shared_models.payments import UNSETTLED, PaymentStatus
from shared_models.properties import PropertyStatus


async def settle(session: AsyncSession, booking_id: UUID, settle_payment: Settle) -> None:
    """Settle what is heard of a payment for a booking, under the locks of its home and itself."""
    locked = await _locked(session, booking_id)

    async def fulfil() -> bool:
        return await _fulfil(session, locked)

    status = await settle_payment(fulfil)
    if status is PaymentStatus.AUTHORISED:
        await _ask_landlord(session, locked)
    elif status is PaymentStatus.CAPTURED:
        # It may have been cancelled before its money was here.
        await refunding.refund_due_of(session, locked.booking)
    if status not in UNSETTLED:
        await _end_if_unpaid(session, locked, status)


async def _locked(session: AsyncSession, booking_id: UUID) -> Locked:
    home_id = await Bookings(session).property_of(booking_id)
    await calendars.lock(session, [home_id])
    booking = await Bookings(session).locked(booking_id)
    return Locked(booking, BookingSide.TENANT, await properties.home(session, home_id))


async def _fulfil(session: AsyncSession, locked: Locked) -> bool:
    """Whether what was paid for can be had; then it is agreed. Otherwise all of the money goes back."""
    booking = locked.booking
    if booking.confirmed_at is not None:
        return await _is_paid_once(session, booking.id)
    if not booking.instant_book or not await _take_nights(session, locked):
        return False
    set_agreed(booking)
    await session.flush()
    await record(session, booking, HistoryEvent(HistoryEventKind.CONFIRMED, Actor.TENANT))
    await publish(session, BookingConfirmed(**who(booking)))
    return True


async def _is_paid_once(session: AsyncSession, booking_id: UUID) -> bool:
    """Whether no other payment for a booking is here of which anything is left."""
    found = await billing.payments_of(session, booking_id)
    here = [one for one in found if one.status is PaymentStatus.CAPTURED and one.refunded.total != one.parts.total]
    return len(here) <= 1


async def _take_nights(session: AsyncSession, locked: Locked) -> bool:
    """Take the nights that are held; when the money comes too late, those that can still be had."""
    booking, home = locked.booking, locked.home
    if _is_held(locked):
        await calendars.confirm(session, booking.id)
        return True
    if locked.status not in (BookingStatus.HELD, BookingStatus.EXPIRED) or not await _can_be_had(session, locked):
        return False
    # Nobody may have taken away yet what is left of a hold that is over.
    await calendars.release(session, ClaimKind.HOLD, booking.id)
    await calendars.claim(
        session, home.id, period_of(locked.stay), ClaimKind.BOOKING, booking.id, clearance=clearance_of(home)
    )
    return True


def _is_held(locked: Locked) -> bool:
    return status_at(locked.status, locked.booking.hold_expires_at, clock.now()) is BookingStatus.HELD


async def _can_be_had(session: AsyncSession, locked: Locked) -> bool:
    """Whether a stay can be had although its hold is over: its home is on show, its nights are free and to come."""
    booking, home = locked.booking, locked.home
    if home.status != PropertyStatus.PUBLISHED or booking.check_in < clock.today_in(home.zone):
        return False
    return await calendars.is_free(session, home.id, period_of(locked.stay), clearance_of(home))


async def _ask_landlord(session: AsyncSession, locked: Locked) -> None:
    """A card holds the money: now the landlord answers. Where there is nothing to answer any more it is let go."""
    booking, now = locked.booking, clock.now()
    stands = status_at(locked.status, booking.hold_expires_at, now)
    until = answer_by(now, booking.check_in, locked.home.zone)
    if stands is BookingStatus.HELD and until > now:
        await calendars.extend(session, booking.id, until)
        booking.status = rules.move(locked.status, BookingStatus.REQUESTED).value
        booking.hold_expires_at, booking.updated_at = until, now
        await session.flush()
        await record(session, booking, HistoryEvent(HistoryEventKind.REQUESTED, Actor.TENANT))
        await publish(session, BookingRequested(**who(booking)))
    elif stands is not BookingStatus.REQUESTED and booking.confirmed_at is None:
        await billing.let_go(session, [booking])


async def _end_if_unpaid(session: AsyncSession, locked: Locked, status: PaymentStatus) -> None:
    """Give up the nights that nobody pays for any more: at once, where there is no time for another page."""
    if locked.status not in (BookingStatus.HELD, BookingStatus.REQUESTED):
        return
    found = await billing.payments_of(session, locked.booking.id)
    if any(one.status in UNSETTLED for one in found):
        return
    is_to_be_tried_again = locked.status is BookingStatus.HELD and status is not PaymentStatus.CAPTURED
    if not is_to_be_tried_again or not leaves_time_to_pay(locked):
        await run_out(session, locked)
