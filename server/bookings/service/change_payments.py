"""What other dates cost more, of a stay that was paid by card: its tenant pays the difference, and then they count.

The nights are held until then. Money that comes when they are no longer there, or when the stay is not what it was any
more, goes back by itself.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings import rules
from server.bookings.repository.bookings import Bookings
from server.bookings.repository.changes import Changes
from server.bookings.service import billing, refunding
from server.bookings.service.acting import Locked, lock
from server.bookings.service.change_answers import hold_until, quote_of, take_effect
from server.bookings.service.changes import clearance
from server.bookings.service.refunding import CHANGE
from server.bookings.tables import BookingChangeTable, QuoteTable
from server.calendars.service import door as calendars
from server.core import clock
from server.core.errors import InvalidTransition, NotFound
from server.core.identity import Identity
from server.payments.service import door as payments
from server.payments.service.door import Bill, Payment, Settle, Subject
from server.properties.service import door as properties
from shared_models.booking_steps import Act, ends_at
from shared_models.bookings import (
    PAY_HOLD_MINUTES,
    PAY_PAGE_MINUTES,
    BookingSide,
    BookingStatus,
    ChangeStatus,
)
from shared_models.payments import UNSETTLED, PaymentRead
from shared_models.stay_dates import Stay
from shared_models.stay_limits import StayLimits, change_refusals


async def pay(session: AsyncSession, tenant: Identity, booking_id: UUID, change_id: UUID) -> PaymentRead:
    """Ask for a page on which the difference can be paid; one that is under way already is answered again.

    The first time the nights are held for as long as that page is there. Raises NotFound, InvalidTransition.
    """
    locked, change = await _locked(session, tenant, booking_id, change_id)
    earlier = await _payments(session, change_id)
    if not earlier or earlier[-1].status not in UNSETTLED:
        await locked.check(session, Act.PAY_CHANGE)
        if change.status != ChangeStatus.AWAITING_PAYMENT.value:
            raise InvalidTransition(rules.why_not_now(Act.PAY_CHANGE, locked.status))
        kept = await quote_of(session, change)
        await _hold_for_page(session, locked, change, kept, is_first=not earlier)
        await payments.bill(session, await _bill(session, locked, change, kept))
    return billing.latest(await _payments(session, change_id))


async def read(session: AsyncSession, tenant: Identity, booking_id: UUID, change_id: UUID) -> PaymentRead:
    """The latest payment of the difference. Raises NotFound, also when there is none."""
    found = await Bookings(session).home_of(tenant.id, booking_id)
    of_booking = await Changes(session).of_all([booking_id])
    if found is None or found[1] is not BookingSide.TENANT or change_id not in {row.id for row in of_booking}:
        raise NotFound
    return billing.latest(await _payments(session, change_id))


async def check(session: AsyncSession, tenant: Identity, booking_id: UUID, change_id: UUID) -> PaymentRead:
    """Have the provider asked now what has come of it. Raises NotFound, also when there is no payment."""
    seen = await read(session, tenant, booking_id, change_id)
    await payments.check_now(session, seen.id)
    return seen


async def settle(session: AsyncSession, change_id: UUID, settle_payment: Settle) -> None:
    """Settle what has come of the payment of a difference, under the locks of its home, its booking and itself."""
    place = await Changes(session).place_of(change_id)
    if place is None:
        raise NotFound
    booking_id, home_id = place
    await calendars.lock(session, [home_id])
    booking = await Bookings(session).locked(booking_id)
    locked = Locked(booking, BookingSide.TENANT, await properties.home(session, home_id))
    change = await Changes(session).locked(booking_id, change_id)
    assert change is not None  # noqa: S101 - nothing removes a change

    async def fulfil() -> bool:
        kept = await quote_of(session, change)
        if not await _can_still_be_had(session, locked, change, kept):
            return False
        await take_effect(session, locked, change, kept)
        return True

    await settle_payment(fulfil)


async def _can_still_be_had(
    session: AsyncSession, locked: Locked, change: BookingChangeTable, kept: QuoteTable
) -> bool:
    """Whether a change that is paid may take effect; one that is paid late as long as nothing stands against it."""
    home, now = locked.home, clock.now()
    is_over = now >= ends_at(locked.stay.check_out, home.check_out_by, home.zone)
    if locked.status is not BookingStatus.CONFIRMED or is_over:
        return False
    if change.status == ChangeStatus.AWAITING_PAYMENT.value and change.expires_at > now:
        return True
    if change.status not in (ChangeStatus.AWAITING_PAYMENT.value, ChangeStatus.EXPIRED.value):
        return False
    return await _is_as_it_was(session, locked, change, kept)


async def _is_as_it_was(session: AsyncSession, locked: Locked, change: BookingChangeTable, kept: QuoteTable) -> bool:
    """Whether the dates of a change whose time is over are still free, and its price still that of the difference."""
    is_alone = all(each.id == change.id for each in (await Changes(session).open_of([locked.booking.id])).values())
    paid = (await _payments(session, change.id))[-1]
    if not is_alone or paid.parts != refunding.more_to_pay(locked.booking, kept):
        return False
    wished, home = Stay(check_in=kept.check_in, check_out=kept.check_out), locked.home
    guests, today = (locked.booking.guests, kept.guests), clock.today_in(home.zone)
    if change_refusals(StayLimits(), locked.stay, wished, guests, today):
        return False
    own = [source for source in (locked.booking.id, change.id, change.other_hold_id) if source is not None]
    clear = clearance(BookingSide(change.asked_by), home, *own)
    return all(
        [await calendars.is_free(session, home.id, nights, clear) for nights in rules.extra_nights(locked.stay, wished)]
    )


async def _hold_for_page(
    session: AsyncSession, locked: Locked, change: BookingChangeTable, kept: QuoteTable, *, is_first: bool
) -> None:
    """Keep the nights at least for as long as a page is there, once. Raises InvalidTransition when that has been."""
    now = clock.now()
    if is_first:
        until = max(change.expires_at, now + timedelta(minutes=PAY_HOLD_MINUTES))
        await hold_until(session, locked, change, Stay(check_in=kept.check_in, check_out=kept.check_out), until)
    elif change.expires_at < now + timedelta(minutes=PAY_PAGE_MINUTES):
        raise InvalidTransition("Too little time is left to pay for this. Ask for the change again.")


async def _bill(session: AsyncSession, locked: Locked, change: BookingChangeTable, kept: QuoteTable) -> Bill:
    booking = locked.booking
    return Bill(
        subject=Subject(CHANGE, change.id),
        payer_id=booking.tenant_id,
        parts=refunding.more_to_pay(booking, kept),
        title=await billing.title_of(session, locked.home, kept, booking.tenant_id),
        return_path=f"/app/trips/{booking.id}/payment?change={change.id}",
        expires_at=clock.now() + timedelta(minutes=PAY_PAGE_MINUTES),
    )


async def _locked(
    session: AsyncSession, tenant: Identity, booking_id: UUID, change_id: UUID
) -> tuple[Locked, BookingChangeTable]:
    locked = await lock(session, tenant, booking_id, only=BookingSide.TENANT)
    change = await Changes(session).locked(booking_id, change_id)
    if change is None:
        raise NotFound
    return locked, change


async def _payments(session: AsyncSession, change_id: UUID) -> Sequence[Payment]:
    subject = Subject(CHANGE, change_id)
    return (await payments.payments_of(session, [subject]))[subject]
