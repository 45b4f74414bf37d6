"""What has become of a payment, and what is done with what a card holds."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import stripe

from server.core.settings import Settings
from server.payments.gateway.calling import calling
from server.payments.gateway.disputes import disputes_of
from server.payments.gateway.movements import Json, instant, money, moved
from server.payments.gateway.refunds import refunds_of
from server.payments.rules import ActRequest, Page, SeenPayment, SeenRefund

_EXPANDED = ["payment_intent.latest_charge.balance_transaction"]


async def read_payment(settings: Settings, payment_id: UUID, session_id: str) -> SeenPayment:
    """What has become of a payment, its refunds and its disputes. Raises Refused, NotReached, KeyRefused.

    Disputes are read before refunds: of a refund that was there before a dispute we never hear later than of that.
    """
    async with calling(settings) as client:
        session = await client.v1.checkout.sessions.retrieve_async(session_id, {"expand": _EXPANDED})
        intent: Any = session.payment_intent
        known = intent is not None and not isinstance(intent, str)
        disputes = await disputes_of(client, intent.id) if known else []
        refunds = await refunds_of(client, intent.id) if known else []
    return replace(seen_payment(payment_id, session.to_dict(), refunds), disputes=disputes)


async def capture(settings: Settings, request: ActRequest) -> None:
    """Have captured what a card holds: all of it, once. Raises Refused when it is not held any more, NotReached,
    KeyRefused."""
    async with calling(settings) as client:
        intents = client.v1.payment_intents
        try:
            await intents.capture_async(request.external_id, {}, {"idempotency_key": request.key})
        except stripe.InvalidRequestError:
            if (await intents.retrieve_async(request.external_id)).status != "succeeded":
                raise


async def void(settings: Settings, request: ActRequest) -> None:
    """Have a card let go of what it holds; what was captured or let go meanwhile is left as it is. Raises Refused,
    NotReached, KeyRefused."""
    async with calling(settings) as client:
        intents = client.v1.payment_intents
        try:
            await intents.cancel_async(request.external_id, {}, {"idempotency_key": request.key})
        except stripe.InvalidRequestError:
            if (await intents.retrieve_async(request.external_id)).status not in ("canceled", "succeeded"):
                raise


def seen_payment(payment_id: UUID, session: Json, refunds: Sequence[SeenRefund]) -> SeenPayment:
    """A payment by its page."""
    intent: Json = session.get("payment_intent") or {}
    charge: Json = intent.get("latest_charge") or {}
    ends = ((charge.get("payment_method_details") or {}).get("card") or {}).get("capture_before")
    is_captured = charge.get("captured", False)
    return SeenPayment(
        payment_id,
        session["id"],
        Page(session["status"]),
        page_url=session["url"],
        intent_id=intent.get("id"),
        is_held_by_card=intent.get("status") == "requires_capture",
        is_let_go=intent.get("status") == "canceled",
        capture_before=None if ends is None else instant(ends),
        captured=money(charge["amount_captured"], charge["currency"]) if is_captured else None,
        moved=moved(charge["balance_transaction"]) if is_captured else None,
        refunds=refunds,
    )
