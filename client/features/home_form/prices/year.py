"""The year to come as the simulator shows it: its months, what a night and a week cost in them. Pure."""

import dataclasses
from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby
from typing import Final

from client.core.language import money, t
from shared_models.money import Currency, Money
from shared_models.price_simulation import PriceSimulation, SimulatedDay

LEVELS: Final = 5
"""How many shades tell cheap nights from dear ones."""
_SATURDAY: Final = 5


@dataclasses.dataclass(frozen=True)
class Run:
    """So many nights on end in one shade: 0 is the cheapest."""

    nights: int
    level: int


@dataclasses.dataclass(frozen=True)
class MonthPrices:
    """One month: the cheapest and the dearest night, a week that begins in it, and the shades of its nights."""

    days: tuple[SimulatedDay, ...]
    runs: tuple[Run, ...]
    low: int
    high: int

    @property
    def sample(self) -> SimulatedDay:
        """The day on which the sample week begins: the month's first Saturday, else its first day."""
        return next((day for day in self.days if day.day.weekday() == _SATURDAY), self.days[0])

    @property
    def changed(self) -> bool:
        """Whether a night or a week would cost something else than now."""
        return any(
            (day.night_minor, day.week_minor) != (day.saved_night_minor, day.saved_week_minor) for day in self.days
        )


def months_of(found: PriceSimulation) -> list[MonthPrices]:
    """The months of the answer, in their order; of the first and the last only the days that are in it."""
    prices = [day.night_minor for day in found.days]
    months = groupby(found.days, key=lambda day: (day.day.year, day.day.month))
    return [_month(tuple(days), min(prices), max(prices)) for _, days in months]


def _month(days: Sequence[SimulatedDay], lowest: int, highest: int) -> MonthPrices:
    levels = [(day.night_minor - lowest) * LEVELS // (highest - lowest + 1) for day in days]
    runs = tuple(Run(len(list(alike)), level) for level, alike in groupby(levels))
    nights = [day.night_minor for day in days]
    return MonthPrices(tuple(days), runs, min(nights), max(nights))


def range_words(low: int, high: int, currency: Currency) -> str:
    """`£94.00 – £141.00`, or one amount where both are the same."""
    first, last = (money(Money(amount_minor=minor, currency=currency)) for minor in (low, high))
    return first if low == high else f"{first} – {last}"


def year_words(found: PriceSimulation) -> str:
    """What a night costs on average, and how that differs from now."""
    number = len(found.days)
    average = _average(sum(day.night_minor for day in found.days), number, found.currency)
    saved = _average(sum(day.saved_night_minor for day in found.days), number, found.saved_currency)
    if found.currency != found.saved_currency:
        return t("A night costs {amount} on average.", amount=money(average))
    apart = average - saved
    if not apart.amount_minor:
        return t("A night costs {amount} on average, as now.", amount=money(average))
    amounts = {"amount": money(average), "apart": money(apart.times(1 if apart.amount_minor > 0 else -1))}
    if apart.amount_minor > 0:
        return t("A night costs {amount} on average, {apart} more than now.", **amounts)
    return t("A night costs {amount} on average, {apart} less than now.", **amounts)


def _average(total: int, number: int, currency: Currency) -> Money:
    return Money(amount_minor=total, currency=currency).times(Fraction(1, number))


def apart_words(before: Money, after: Money) -> str:
    """`+ £12.00`, `− £12.00`, or that nothing changes."""
    apart = (after - before).amount_minor
    if not apart:
        return t("the same")
    size = money(Money(amount_minor=abs(apart), currency=before.currency))
    return f"+ {size}" if apart > 0 else f"\N{MINUS SIGN} {size}"
