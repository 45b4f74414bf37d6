"""Amounts of rows with their taxes."""

from typing import Any, Protocol

from server.payments.ledger.rules.postings import Parts, Tax
from shared_models.money import Currency, Money


class HasParts(Protocol):
    """A payment or a refund."""

    stay_minor: int
    taxes: list[Any]


def parts_of(row: HasParts, currency: Currency) -> Parts:
    """What the amount of a row consists of."""
    taxes = (Tax(authority, Money(amount_minor=minor, currency=currency)) for authority, minor in row.taxes)
    return Parts(Money(amount_minor=row.stay_minor, currency=currency), tuple(taxes))


def taxes_of(parts: Parts) -> list[Any]:
    """The taxes of an amount as a row keeps them."""
    return [[tax.authority, tax.amount.amount_minor] for tax in parts.taxes]
