"""Amounts of money, and parts of them, in the settings."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from shared_models.money import Currency, Money


def amounts_in(listed: str) -> Mapping[Currency, Money]:
    """`GBP 500, JPY 80000`: an amount of each currency. Raises ValueError, which names what is none."""
    amounts: dict[Currency, Money] = {}
    for entry in filter(None, (part.strip() for part in listed.split(","))):
        code, _, figures = entry.partition(" ")
        try:
            amount = Money.of(Decimal(figures), Currency(code))
        except (InvalidOperation, ValueError):
            raise ValueError(f"{entry} is no amount such as GBP 500") from None
        if amount.amount_minor < 0 or amount.currency is Currency.UNKNOWN or amount.currency in amounts:
            raise ValueError(f"{entry} is no amount above zero of a currency that stands here once")
        amounts[amount.currency] = amount
    return amounts


MAX_PERCENT = 50
"""A fee above this is a slip of the pen; with any tax on it there is something left for the landlord."""


def percent_in(figures: str) -> Fraction:
    """`12` or `12.5`, exact. Raises ValueError for what is no percent from 0 to 50."""
    try:
        percent = Fraction(Decimal(figures.strip()))
    except (InvalidOperation, ValueError, OverflowError):
        raise ValueError(f"{figures} is no percent such as 12.5") from None
    if not 0 <= percent <= MAX_PERCENT:
        raise ValueError(f"{figures} is no percent from 0 to {MAX_PERCENT}")
    return percent
