"""The cards that people had saved on Stripe's page."""

from collections.abc import Sequence
from typing import Any

import stripe

from server.core.settings import Settings
from server.payments.gateway.calling import MISSING, calling
from server.payments.gateway.movements import Json, instant
from server.payments.rules import CardRequest, SeenCard


async def read_cards(settings: Settings, customer_id: str) -> Sequence[SeenCard]:
    """The cards that somebody had saved on the provider's page; whoever is forgotten there has none. Raises Refused,
    NotReached, KeyRefused.

    Only those that may be shown to them again: that is what ticking the box says.
    """
    saved: Any = {"allow_redisplay": "always", "type": "card", "limit": 100}
    async with calling(settings) as client:
        try:
            found = await client.v1.customers.payment_methods.list_async(customer_id, saved)
        except stripe.InvalidRequestError as problem:
            if problem.code != MISSING:
                raise
            return []
        return [_seen_card(method.to_dict()) async for method in found.auto_paging_iter()]


async def detach_card(settings: Settings, request: CardRequest) -> None:
    """Have a card kept no longer; one that is not kept any more is left. Raises Refused, NotReached, KeyRefused."""
    async with calling(settings) as client:
        methods = client.v1.payment_methods
        try:
            await methods.detach_async(request.external_id, {}, {"idempotency_key": request.key})
        except stripe.InvalidRequestError as problem:
            if problem.code == MISSING:
                return
            if (await methods.retrieve_async(request.external_id)).customer is not None:
                raise


def _seen_card(method: Json) -> SeenCard:
    card: Json = method["card"]
    return SeenCard(
        external_id=method["id"],
        brand=card["brand"],
        last4=card["last4"],
        exp_month=card["exp_month"],
        exp_year=card["exp_year"],
        saved_at=instant(method["created"]),
    )
