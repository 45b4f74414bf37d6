"""What the provider says that it holds for us, and what has moved there. As in the room's own gateway, nobody calls
while a transaction is open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import stripe

from server.core.settings import Settings
from server.payments.gateway.calling import MISSING, Refused, calling
from server.payments.reconciliation.rules import Movement
from shared_models.money import Currency, Money

PAGE = 100
"""The most that the provider lists at once (docs.stripe.com/api/pagination)."""


@dataclass(frozen=True)
class Movements:
    """A page of the provider's lines, the latest first; there are more when `is_last` is False."""

    lines: tuple[Movement, ...]
    is_last: bool


async def read_balance(settings: Settings) -> Mapping[Currency, int]:
    """What the provider holds for us, available or pending, in minor units. Raises NotReached, KeyRefused, and
    ValueError for a currency that we do not take."""
    async with calling(settings) as client:
        found = await client.v1.balance.retrieve_async()
    held: dict[Currency, int] = {}
    parts: list[Any] = [*found.available, *found.pending]
    for part in parts:
        currency = Currency(part.currency.upper())
        held[currency] = held.get(currency, 0) + part.amount
    return held


async def read_movements(settings: Settings, since: datetime | None, after: str | None) -> Movements:
    """What has moved since an instant, from after a line on. Raises Refused, NotReached, KeyRefused, and ValueError for
    a currency that we do not take."""
    params: Any = {"limit": PAGE}
    if since is not None:
        params["created"] = {"gte": int(since.timestamp())}
    if after is not None:
        params["starting_after"] = after
    async with calling(settings) as client:
        found = await client.v1.balance_transactions.list_async(params)
    return Movements(tuple(_line(line) for line in found.data), is_last=not found.has_more)


async def read_movement(settings: Settings, id_: str) -> Movement | None:
    """One line; None when the provider has none of this id. Raises Refused, NotReached, KeyRefused."""
    try:
        async with calling(settings) as client:
            return _line(await client.v1.balance_transactions.retrieve_async(id_))
    except Refused as problem:
        if problem.code == MISSING:
            return None
        raise


def _line(line: stripe.BalanceTransaction) -> Movement:
    currency = Currency(line.currency.upper())
    return Movement(
        line.id,
        line.reporting_category,
        Money(amount_minor=line.amount, currency=currency),
        Money(amount_minor=line.fee, currency=currency),
        datetime.fromtimestamp(line.created, UTC),
    )
