"""A month of an agreed stay is paid: its tenant goes to pay it, looks how it stands, and what comes of it.

Money for a month that is not to be paid any more, or is paid already, goes back by itself.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings import rules
from server.bookings.events import RentPaid
from server.bookings.repository.bookings import Bookings
from server.bookings.repository.rent import Rent
from server.bookings.rules import MonthNotYet
from server.bookings.service import billing, rent
from server.bookings.service.acting import Locked, lock, who
from server.bookings.service.parts import STAY, parts_from
from server.bookings.service.refunding import MONTH
from server.bookings.tables import RentMonthTable
from server.calendars.service import door as calendars
from server.core import clock
from server.core.errors import NotFound
from server.core.events import publish
from server.core.identity import Identity
from server.payments.service import door as payments
from server.payments.service.door import Bill, Settle, Subject
from shared_models.bookings import PAY_PAGE_MINUTES, BookingSide
from shared_models.money import Currency
from shared_models.payments import UNSETTLED, PaymentRead
from shared_models.rent_months import RentMonthStatus
from shared_models.stay_dates import Stay


async def pay(session: AsyncSession, tenant: Identity, booking_id: UUID, number: int) -> PaymentRead:
    """Ask for a page on which a month can be paid; the payment that is under way, or was made, is answered again.

    Raises NotFound, MonthClosed for a month that is not to be paid any more, and MonthNotYet before it can be paid.
    """
    locked = await lock(session, tenant, booking_id, only=BookingSide.TENANT)
    month = await Rent(session).of_number(booking_id, number)
    if month is None:
        raise NotFound
    begun = (await rent.payments_of(session, [month.id]))[month.id]
    is_paid = month.status == RentMonthStatus.PAID.value
    is_under_way = bool(begun) and begun[-1].status in UNSETTLED and month.status == RentMonthStatus.TO_PAY.value
    if is_paid or is_under_way:
        return billing.latest(begun)
    await _check_payable(session, locked, month)
    await payments.bill(session, await _bill(session, locked, month))
    return billing.latest((await rent.payments_of(session, [month.id]))[month.id])


async def read(session: AsyncSession, tenant: Identity, booking_id: UUID, number: int) -> PaymentRead:
    """The latest payment of a month of one's own stay. Raises NotFound, also when there is none."""
    found = await Bookings(session).home_of(tenant.id, booking_id)
    month = await Rent(session).of_number(booking_id, number)
    if found is None or found[1] is not BookingSide.TENANT or month is None:
        raise NotFound
    return billing.latest((await rent.payments_of(session, [month.id]))[month.id])


async def check(session: AsyncSession, tenant: Identity, booking_id: UUID, number: int) -> PaymentRead:
    """Have the provider asked now what has come of it. Raises NotFound, also when there is no payment."""
    seen = await read(session, tenant, booking_id, number)
    await payments.check_now(session, seen.id)
    return seen


async def settle(session: AsyncSession, month_id: UUID, settle_payment: Settle) -> None:
    """Settle what is heard of a payment for a month, under the locks of its home, its booking and itself."""
    place = await Rent(session).place_of(month_id)
    if place is None:
        raise NotFound
    booking_id, home_id = place
    await calendars.lock(session, [home_id])
    booking = await Bookings(session).locked(booking_id)
    month = await Rent(session).locked(month_id)

    async def fulfil() -> bool:
        if month.status != RentMonthStatus.TO_PAY.value:
            return False
        month.status = rules.move_month(RentMonthStatus.TO_PAY, RentMonthStatus.PAID).value
        month.settled_at = clock.now()
        await session.flush()
        await publish(session, RentPaid(**who(booking), number=month.number))
        return True

    await settle_payment(fulfil)


async def _check_payable(session: AsyncSession, locked: Locked, month: RentMonthTable) -> None:
    """Raises MonthNotYet or MonthClosed unless a month is the next of its stay, and not too far ahead."""
    rules.move_month(RentMonthStatus(month.status), RentMonthStatus.PAID)
    if month.payable_from > clock.today_in(locked.home.zone):
        raise MonthNotYet(f"This month can be paid from {month.payable_from.isoformat()} on.")
    earlier = (row for row in await Rent(session).standing(locked.booking.id) if row.number < month.number)
    if any(row.status == RentMonthStatus.TO_PAY.value for row in earlier):
        raise MonthNotYet("Months are paid in order. Pay the one before it first.")


async def _bill(session: AsyncSession, locked: Locked, month: RentMonthTable) -> Bill:
    """No tourist tax is asked of stays by the month: all of it is the stay's."""
    booking, stay = locked.booking, Stay(check_in=month.due, check_out=month.last + timedelta(days=1))
    return Bill(
        subject=Subject(MONTH, month.id),
        payer_id=booking.tenant_id,
        parts=parts_from({STAY: month.amount_minor}, Currency(month.currency)),
        title=await billing.title_of(session, locked.home, stay, booking.tenant_id),
        return_path=f"/app/trips/{booking.id}/payment?month={month.number}",
        expires_at=clock.now() + timedelta(minutes=PAY_PAGE_MINUTES),
    )
