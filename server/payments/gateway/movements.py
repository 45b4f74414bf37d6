"""Amounts, instants and ids, and money that moved, as the provider writes them."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from server.payments.rules import Moved
from shared_models.money import Currency, Money

Json = dict[str, Any]


def own_id(given: str | None) -> UUID | None:
    """An id of ours; None for what somebody else has written there."""
    try:
        return UUID(given or "")
    except ValueError:
        return None


def moved(transaction: Json | None) -> Moved | None:
    """Money that moved, if any did."""
    return None if transaction is None else movement(transaction)


def movement(transaction: Json) -> Moved:
    """Money that moved."""
    return Moved(
        transaction["id"],
        money(transaction["amount"], transaction["currency"]),
        money(transaction["fee"], transaction["currency"]),
        instant(transaction["created"]),
    )


def money(amount: int, currency: str) -> Money:
    """An amount in minor units. Raises ValueError for a currency that we do not take."""
    return Money(amount_minor=amount, currency=Currency(currency.upper()))


def instant(seconds: int) -> datetime:
    """A moment, told in seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)
