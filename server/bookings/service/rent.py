"""The months of a stay that is paid month by month: written down when it is agreed, and what becomes of them.

The locks of the home and the booking are held; those of the payments come after them.
"""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings.repository.rent import Rent
from server.bookings.service.refunding import MONTH, lines_of
from server.bookings.tables import BookingTable, QuoteTable, RentMonthTable
from server.core import clock
from server.core.errors import InvalidTransition
from server.payments.service import door as payments
from server.payments.service.door import Payment, Subject
from server.properties.service.door import Home
from shared_models.bookings import PaymentWay
from shared_models.letting_law import LettingRuleKind, letting_rule
from shared_models.money import Currency, Money
from shared_models.payments import UNSETTLED, PaymentStatus
from shared_models.prices import QuoteLine, monthly_payments
from shared_models.rent_months import RentMonth, RentMonthStatus, paid_of_lines, pay_by, payable_from, waits_from


def is_monthly(row: BookingTable | QuoteTable) -> bool:
    """Whether a stay is paid month by month."""
    return row.payment == PaymentWay.MONTHLY.value


async def write_down(session: AsyncSession, booking: BookingTable, home: Home) -> None:
    """Write down the months of a stay that is being agreed, or that gets other dates: those that are paid stay."""
    if not is_monthly(booking):
        return
    await _close(session, booking.id)
    paid = len(await Rent(session).standing(booking.id))
    await Rent(session).add_all(month for month in _months(booking, home) if month.number > paid)


async def close(session: AsyncSession, booking: BookingTable) -> None:
    """Nobody owes what is not paid of a stay that ended early: no page is left to pay it on."""
    if is_monthly(booking):
        await _close(session, booking.id)


async def check_change(session: AsyncSession, booking: BookingTable, wished: QuoteTable) -> None:
    """Raises InvalidTransition for other dates or guests by which a month that is paid would be another, or another
    price, and for those that are not priced by the month any more."""
    if not is_monthly(booking):
        return
    due = monthly_payments(lines_of(wished))
    if sum(each.amount.amount_minor for each in due) != wished.total_minor:
        raise InvalidTransition("This home is not let by the month any more, so this stay keeps its dates.")
    paid = [row for row in await Rent(session).standing(booking.id) if row.status == RentMonthStatus.PAID.value]
    would_be = [(each.due, each.last, each.amount.amount_minor) for each in due if each.amount.amount_minor]
    if [(row.due, row.last, row.amount_minor) for row in paid] != would_be[: len(paid)]:
        raise InvalidTransition("What is paid stays as it is: only months after those that are paid can be changed.")


async def check_settled(session: AsyncSession, booking: BookingTable) -> None:
    """Raises InvalidTransition while a month is being paid: other dates may be of another price."""
    found = await payments_of(session, [row.id for row in await Rent(session).standing(booking.id)])
    if any(payment.status in UNSETTLED for each in found.values() for payment in each):
        raise InvalidTransition("A month of the stay is still being paid. Try again in a moment.")


async def paid_of(session: AsyncSession, booking: BookingTable) -> Sequence[Money] | None:
    """How much is paid of each line of a stay that is paid month by month; None of one that is paid at once."""
    if not is_monthly(booking):
        return None
    return paid_of_lines(lines_of(booking), _lines(await Rent(session).standing(booking.id)))


def to_read(row: RentMonthTable, found: Sequence[Payment]) -> RentMonth:
    """A month as both sides see it."""
    return RentMonth(
        number=row.number,
        due=row.due,
        last=row.last,
        lines=[QuoteLine.model_validate(line) for line in row.lines],
        amount=Money(amount_minor=row.amount_minor, currency=Currency(row.currency)),
        payable_from=row.payable_from,
        waits_from=row.waits_from,
        pay_by=row.pay_by,
        status=RentMonthStatus(row.status),
        payment_status=_status_of(found),
    )


async def payments_of(session: AsyncSession, month_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[Payment]]:
    """The payments for each of these months, the newest last; one statement for all of them."""
    found = await payments.payments_of(session, [Subject(MONTH, id_) for id_ in month_ids])
    return {subject.id: each for subject, each in found.items()}


def _status_of(found: Sequence[Payment]) -> PaymentStatus | None:
    return found[-1].status if found else None


def _lines(months: Sequence[RentMonthTable]) -> Iterator[QuoteLine]:
    for row in months:
        if row.status == RentMonthStatus.PAID.value:
            yield from (QuoteLine.model_validate(line) for line in row.lines)


def _months(booking: BookingTable, home: Home) -> Iterator[RentMonthTable]:
    """The months of a stay. What rounds to nothing, a day of a very cheap month, is nothing to pay."""
    rule = letting_rule(LettingRuleKind.RENT_AHEAD, home.country, home.postcode, home.city)
    ahead, today = None if rule is None else rule.months, clock.today_in(home.zone)
    due = [each for each in monthly_payments(lines_of(booking)) if each.amount.amount_minor]
    for number, each in enumerate(due, start=1):
        first = payable_from(each.due, is_first=number == 1, agreed_on=today, ahead=ahead)
        yield RentMonthTable(
            booking_id=booking.id,
            number=number,
            due=each.due,
            last=each.last,
            lines=[line.model_dump(mode="json") for line in each.lines],
            amount_minor=each.amount.amount_minor,
            currency=each.amount.currency.value,
            payable_from=first,
            waits_from=waits_from(each.due, first, home.zone),
            pay_by=pay_by(each.due, home.zone),
        )


async def _close(session: AsyncSession, booking_id: UUID) -> None:
    found = await payments_of(session, await Rent(session).close(booking_id))
    under_way = [payment.id for each in found.values() for payment in each if payment.status in UNSETTLED]
    for payment_id in sorted(under_way):  # always in one order, so that no two wait for each other
        await payments.let_go(session, payment_id)
