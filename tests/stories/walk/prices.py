"""What a stay costs, counted as one would with a calendar and a pencil; nothing of the product is used."""

import calendar
from datetime import date, timedelta
from typing import Any, NamedTuple

DAY = timedelta(days=1)
Facts = dict[str, Any]


class Line(NamedTuple):
    """A line of a price, amounts in minor units; `of_days` is the length of a month that is paid in part."""

    kind: str
    quantity: int
    of_days: int | None
    unit: int
    amount: int
    first: date | None
    last: date | None


def lines_of(facts: Facts, check_in: date, check_out: date) -> list[Line]:
    """The lines of a stay's price at what the landlord says now."""
    price, fee = facts["price_minor"], facts.get("cleaning_fee_minor")
    if facts["let_type"] == "monthly":
        lines = _by_the_month(price, check_in, check_out)
    else:
        nights = (check_out - check_in).days
        lines = [Line("nights", nights, None, price, nights * price, check_in, check_out - DAY)]
    return [*lines, Line("cleaning", 1, None, fee, fee, None, None)] if fee else lines


def month_later(day: date, months: int) -> date:
    """The day of the month on which a stay has lasted so many months: the month's last where it has no such day."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _by_the_month(price: int, check_in: date, check_out: date) -> list[Line]:
    whole = 0
    while month_later(check_in, whole + 1) <= check_out:
        whole += 1
    paid_until, next_end = month_later(check_in, whole), month_later(check_in, whole + 1)
    lines = []
    if whole:
        lines.append(Line("months", whole, None, price, whole * price, check_in, paid_until - DAY))
    if days := (check_out - paid_until).days:
        of_days = (next_end - paid_until).days
        amount = (2 * price * days + of_days) // (2 * of_days)  # a half goes up
        lines.append(Line("days", days, of_days, price, amount, paid_until, check_out - DAY))
    return lines
