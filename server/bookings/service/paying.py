"""A hold that is paid by card: its tenant goes to pay, looks how it stands, and has it looked at."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings.repository.bookings import Bookings
from server.bookings.service import billing
from server.bookings.service.acting import Locked, lock
from server.calendars.service import door as calendars
from server.core import clock
from server.core.errors import InvalidTransition, NotFound
from server.core.identity import Identity
from server.payments.service import door as payments
from shared_models.booking_steps import Act, status_at
from shared_models.bookings import LIVE, PAY_HOLD_MINUTES, PAY_PAGE_MINUTES, BookingSide, BookingStatus
from shared_models.payments import UNSETTLED, PaymentRead, PaymentStatus

STANDS = UNSETTLED | {PaymentStatus.CAPTURED}
"""A payment that is under way, or was made: there is to be no other beside it."""


async def pay(session: AsyncSession, tenant: Identity, booking_id: UUID) -> PaymentRead:
    """Ask for a page on which a held stay can be paid; the payment that is under way, or was made, is answered again.

    The first time the nights are held for longer than the page is there. Raises NotFound, HoldLapsed,
    InvalidTransition, also when they cannot be held for as long as another page.
    """
    locked = await lock(session, tenant, booking_id, only=BookingSide.TENANT)
    begun = await billing.payments_of(session, booking_id)
    status = status_at(locked.status, locked.booking.hold_expires_at, clock.now())
    if status in LIVE and begun and begun[-1].status in STANDS:
        return billing.latest(begun)
    if status is BookingStatus.EXPIRED:
        raise calendars.HoldLapsed("The dates may still be free. Ask for the price again.")
    await locked.check(session, Act.PAY)
    await _hold_on(session, locked, is_first=not begun)
    await billing.bill(session, locked.booking, locked.home, clock.now())
    return billing.latest(await billing.payments_of(session, booking_id))


async def payment(session: AsyncSession, tenant: Identity, booking_id: UUID) -> PaymentRead:
    """The latest payment of one's own booking. Raises NotFound, also when there is none."""
    found = await Bookings(session).home_of(tenant.id, booking_id)
    if found is None or found[1] is not BookingSide.TENANT:
        raise NotFound
    return billing.latest(await billing.payments_of(session, booking_id))


async def check(session: AsyncSession, tenant: Identity, booking_id: UUID) -> PaymentRead:
    """Have the provider asked now what has come of it. Raises NotFound, also when there is no payment."""
    seen = await payment(session, tenant, booking_id)
    await payments.check_now(session, seen.id)
    return seen


async def _hold_on(session: AsyncSession, locked: Locked, *, is_first: bool) -> None:
    """Hold the nights for as long as they are paid for, once. Raises InvalidTransition when that was and is over."""
    booking, now = locked.booking, clock.now()
    if is_first:
        until = now + timedelta(minutes=PAY_HOLD_MINUTES)
        await calendars.extend(session, booking.id, until)
        booking.hold_expires_at, booking.updated_at = until, now
        await session.flush()
    elif not leaves_time_to_pay(locked):
        raise InvalidTransition("These nights cannot be held for longer. Let them go, and hold them again.")


def leaves_time_to_pay(locked: Locked) -> bool:
    """Whether a hold is long enough for another page."""
    until = locked.booking.hold_expires_at
    return until is not None and until >= clock.now() + timedelta(minutes=PAY_PAGE_MINUTES)
