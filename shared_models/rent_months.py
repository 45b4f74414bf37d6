"""The months of a stay that is paid month by month: when each may be paid, which is next, and of whom a month is asked.

Written down when the stay is agreed (the agreement is the contract; nothing is paid before it). Pure, and the same on
both sides. Days are those of the home's own calendar.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import reduce
from operator import add

from shared_models.base import Output
from shared_models.money import Money
from shared_models.moves import Moves
from shared_models.payments import PaymentStatus
from shared_models.prices import QuoteLine
from shared_models.stay_dates import add_months, local_instant

MAX_MONTHS = 26
"""A stay has no more of them: `stay_dates.MAX_STAY_NIGHTS` are less."""
MONTHS_AHEAD = 1
"""How many months before its first day a month can be paid, where the law does not say less."""
COMING_DAYS = 3
"""So many days before a month begins its tenant is reminded, and it waits for them."""
OVERDUE_DAYS = 3
"""So many days after a month began that is not paid both sides are told."""
REMINDED_AT = time(9)
"""On the clock of the home: nobody is reminded at night."""


class RentMonthStatus(StrEnum):
    """Where a month stands."""

    TO_PAY = "to_pay"
    PAID = "paid"
    CLOSED = "closed"
    """It is not to be paid any more: the stay ended early, or has other dates."""
    UNKNOWN = "unknown"


RENT_MONTH_MOVES: Moves[RentMonthStatus] = {
    RentMonthStatus.TO_PAY: frozenset({RentMonthStatus.PAID, RentMonthStatus.CLOSED}),
}


class Reminder(StrEnum):
    """Of what a tenant is reminded, in the order in which it happens."""

    COMING = "coming"
    DUE = "due"
    OVERDUE = "overdue"
    UNKNOWN = "unknown"


class RentMonth(Output):
    """One month of a stay, or the part of one at its end."""

    number: int
    """1 for the first."""
    due: date
    """The day it begins, on which it is to be paid."""
    last: date
    """Its last night."""
    lines: list[QuoteLine]
    """What it consists of; they add up to `amount`."""
    amount: Money
    payable_from: date
    """From this day on it can be paid, once those before it are."""
    waits_from: datetime
    """From then on it waits for its tenant, once those before it are paid."""
    pay_by: datetime
    """The end of the day on which it begins."""
    status: RentMonthStatus
    payment_status: PaymentStatus | None = None
    """Where its latest payment stands; None where none was begun."""


def payable_from(due: date, *, is_first: bool, agreed_on: date, ahead: int | None) -> date:
    """From which day on a month can be paid; `ahead`: how many months ahead the law lets rent be asked, if it says so.

    The first as soon as the stay is agreed, unless the law says later; every other a month before it begins.
    """
    if is_first and ahead is None:
        return agreed_on
    months = MONTHS_AHEAD if ahead is None else min(MONTHS_AHEAD, ahead)
    return max(agreed_on, add_months(due, -months))


def waits_from(due: date, payable_from: date, zone: str) -> datetime:
    """From when on a month waits for its tenant: some days before it begins, and not before it can be paid."""
    return local_instant(max(due - timedelta(days=COMING_DAYS), payable_from), time(0), zone)


def pay_by(due: date, zone: str) -> datetime:
    """The end of the day on which a month is to be paid."""
    return local_instant(due + timedelta(days=1), time(0), zone)


def next_to_pay(months: Iterable[RentMonth]) -> RentMonth | None:
    """The month that is paid next: the first that is not paid, for they are paid in order."""
    return next((month for month in months if month.status is RentMonthStatus.TO_PAY), None)


def is_payable(month: RentMonth, today: date) -> bool:
    """Whether a month, the next of its stay, can be paid on this day."""
    return month.status is RentMonthStatus.TO_PAY and month.payable_from <= today


def is_overdue(month: RentMonth, today: date) -> bool:
    """Whether the day on which a month was to be paid is over, and it was not."""
    return month.status is RentMonthStatus.TO_PAY and month.due < today


def reminder_at(due: date, zone: str, moment: datetime) -> Reminder | None:
    """What the tenant of an unpaid month is to have been reminded of by now, the latest of it alone."""
    days = {Reminder.COMING: -COMING_DAYS, Reminder.DUE: 0, Reminder.OVERDUE: OVERDUE_DAYS}
    reached = [
        reminder
        for reminder, after in days.items()
        if local_instant(due + timedelta(days=after), REMINDED_AT, zone) <= moment
    ]
    return reached[-1] if reached else None


def paid_of_lines(lines: Sequence[QuoteLine], paid: Iterable[QuoteLine]) -> list[Money]:
    """How much of each line of a stay's price is paid, given the lines of the months that are.

    Each line of a month is a part of the one line of the stay of its kind and nights.
    """
    found, parts = [], list(paid)
    for line in lines:
        own = [part.amount for part in parts if _is_part(part, line)]
        found.append(reduce(add, own, Money(amount_minor=0, currency=line.amount.currency)))
    return found


def _is_part(part: QuoteLine, line: QuoteLine) -> bool:
    if part.kind is not line.kind:
        return False
    if part.first is None or line.first is None or line.last is None:
        return part.first == line.first
    return line.first <= part.first <= line.last
