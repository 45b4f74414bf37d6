"""What goes back of a stay that is paid through us: asked for in the transaction in which it is decided.

The locks of the home and the booking are held; those of the payments and the books come after them.
"""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings.repository.changes import Changes
from server.bookings.repository.rent import Rent
from server.bookings.service.parts import (
    STAY,
    as_held,
    excess,
    held_of,
    parts_from,
    parts_of_lines,
    parts_of_refund,
    taxes_of,
)
from server.bookings.tables import BookingTable, QuoteTable, RentMonthTable
from server.payments.service import door as payments
from server.payments.service.door import Parts, Payment, Subject
from shared_models.bookings import PaymentWay
from shared_models.cancellation import Refund
from shared_models.money import Currency
from shared_models.payments import PaymentStatus
from shared_models.prices import QuoteLine
from shared_models.rent_months import RentMonthStatus

BOOKING, CHANGE, MONTH = "booking", "booking_change", "rent_month"
"""The kinds of things that are paid for here: a stay, what other dates cost more, and a month of a stay."""


def decide(booking: BookingTable, refund: Refund | None) -> None:
    """Write down what goes back of a stay that ends early; None where nothing was paid to us."""
    if refund is not None:
        booking.refund_minor = refund.total.amount_minor
        booking.refund_taxes = taxes_of(parts_of_refund(refund.lines))


async def refund_due_of(session: AsyncSession, booking: BookingTable) -> None:
    """Ask for what is to go back of a stay that ended early: all that is held for it, but what is kept.

    Called when it ends, and when money for it comes later. Twice is once, and what was given back before counts.
    """
    if booking.refund_minor is None:
        return
    paid = await payments_of(session, booking)
    kept = await _kept(session, booking)
    await _give_back(session, paid, excess(held_of(paid, Currency(booking.currency)), kept))


async def refund_difference(session: AsyncSession, booking: BookingTable, wished: QuoteTable) -> None:
    """Ask for what a stay costs less with other dates or guests, before it gets them; nothing where it costs more."""
    if booking.payment != PaymentWay.CARD.value:
        return
    paid = await payments_of(session, booking)
    less = excess(parts_of_lines(lines_of(booking)), parts_of_lines(lines_of(wished)))
    await _give_back(session, paid, as_held(less, held_of(paid, Currency(booking.currency))))


def more_to_pay(booking: BookingTable, wished: QuoteTable) -> Parts:
    """What a stay costs more with other dates or guests; nothing where it does not, or is not paid to us."""
    if booking.payment != PaymentWay.CARD.value:
        return parts_from({}, Currency(booking.currency))
    return excess(parts_of_lines(lines_of(wished)), parts_of_lines(lines_of(booking)))


async def payments_of(session: AsyncSession, booking: BookingTable) -> Sequence[Payment]:
    """All that was, or is to be, paid for a stay: at once, for its changes, for its months."""
    changes, months = await Changes(session).of_all([booking.id]), await _months_of(session, booking)
    subjects = [
        Subject(BOOKING, booking.id),
        *(Subject(CHANGE, change.id) for change in changes),
        *(Subject(MONTH, month.id) for month in months),
    ]
    found = await payments.payments_of(session, subjects)
    return [payment for subject in subjects for payment in found[subject]]


def lines_of(row: BookingTable | QuoteTable) -> list[QuoteLine]:
    """The price of a stay, line by line."""
    return [QuoteLine.model_validate(line) for line in row.lines]


async def _months_of(session: AsyncSession, booking: BookingTable) -> Sequence[RentMonthTable]:
    return await Rent(session).of_all([booking.id]) if booking.payment == PaymentWay.MONTHLY.value else ()


async def _kept(session: AsyncSession, booking: BookingTable) -> Parts:
    """What is not given back of what a stay that ended early was to be paid with: its price, or its paid months."""
    currency = Currency(booking.currency)
    taxes = dict(booking.refund_taxes or ())
    stay = (booking.refund_minor or 0) - sum(taxes.values())
    whole = parts_of_lines(lines_of(booking))
    if booking.payment == PaymentWay.MONTHLY.value:
        paid = [row for row in await _months_of(session, booking) if row.status == RentMonthStatus.PAID.value]
        whole = parts_from({STAY: sum(row.amount_minor for row in paid)}, currency)
    return excess(whole, parts_from({STAY: stay, **taxes}, currency))


async def _give_back(session: AsyncSession, paid: Sequence[Payment], parts: Parts) -> None:
    captured = [payment.id for payment in paid if payment.status is PaymentStatus.CAPTURED]
    if parts.total.amount_minor:
        await payments.refund(session, captured, parts)
