"""What goes back of a payment: sent, looked up, and read."""

from collections.abc import Sequence
from typing import Any

import stripe

from server.core.settings import Settings
from server.payments.gateway.calling import NotFoundThere, calling, is_replayed
from server.payments.gateway.movements import Json, instant, money, moved, own_id
from server.payments.rules import RefundRequest, SeenRefund
from shared_models.payments import RefundStatus

_EXPANDED = ["data.balance_transaction", "data.failure_balance_transaction"]
_REFUNDS = {
    "pending": RefundStatus.PENDING,
    "requires_action": RefundStatus.PENDING,
    "succeeded": RefundStatus.SUCCEEDED,
    "failed": RefundStatus.FAILED,
    "canceled": RefundStatus.CANCELLED,
}
_DISPUTED = "charge_disputed"
"""The code of what is refused because a bank has taken the payment back (docs.stripe.com/error-codes)."""


async def send_refund(settings: Settings, request: RefundRequest) -> SeenRefund | None:
    """Have an amount sent back, once; None: a bank disputes the payment. Raises Refused, NotFoundThere, NotReached,
    KeyRefused."""
    params: Any = {
        "payment_intent": request.intent_id,
        "amount": request.amount.amount_minor,
        "metadata": {"refund_id": str(request.refund_id)},
        "expand": ["balance_transaction", "failure_balance_transaction"],
    }
    async with calling(settings) as client:
        if request.is_to_be_looked_up:
            return await _find_refund(client, request)
        try:
            refund = await client.v1.refunds.create_async(params, {"idempotency_key": request.key})
        except stripe.InvalidRequestError as problem:
            if problem.code != _DISPUTED:
                raise
            return None
        except stripe.APIError as problem:
            if not is_replayed(problem):
                raise
            return await _find_refund(client, request)
    return _seen_refund(refund.to_dict())


async def _find_refund(client: stripe.StripeClient, request: RefundRequest) -> SeenRefund:
    for seen in await refunds_of(client, request.intent_id):
        if seen.refund_id == request.refund_id:
            return seen
    raise NotFoundThere


async def refunds_of(client: stripe.StripeClient, intent_id: str) -> Sequence[SeenRefund]:
    """The refunds of a payment."""
    found = await client.v1.refunds.list_async({"payment_intent": intent_id, "limit": 100, "expand": _EXPANDED})
    return [_seen_refund(refund.to_dict()) async for refund in found.auto_paging_iter()]


def _seen_refund(refund: Json) -> SeenRefund:
    return SeenRefund(
        external_id=refund["id"],
        refund_id=own_id((refund.get("metadata") or {}).get("refund_id")),
        status=_REFUNDS[refund["status"]],
        amount=money(refund["amount"], refund["currency"]),
        left=moved(refund["balance_transaction"]),
        came_back=moved(refund.get("failure_balance_transaction")),
        created_at=instant(refund["created"]),
    )
