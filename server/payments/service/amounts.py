"""Amounts of rows with their taxes."""

from typing import Any, Protocol

from server.payments.ledger.rules.postings import Parts, Tax
from shared_models.money import Currency, Money
from shared_models.payments_admin import AmountParts, TaxPart


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


def to_read(parts: Parts) -> AmountParts:
    """Parts, as people are allowed to see them."""
    taxes = [TaxPart(authority=tax.authority, amount=tax.amount) for tax in parts.taxes]
    return AmountParts(total=parts.total, stay=parts.stay, taxes=taxes)


def parts_from(read: AmountParts) -> Parts:
    """Parts that were read, as the books want them. Raises ValueError for one below zero."""
    return Parts(read.stay, tuple(Tax(tax.authority, tax.amount) for tax in read.taxes))
