"""Amounts of money in the settings."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

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
