"""What banks dispute, read."""

from collections.abc import Sequence

import stripe

from server.payments.gateway.movements import Json, instant, money, movement
from server.payments.rules import SeenDispute
from shared_models.payments import DisputeReason, DisputeStatus

_DISPUTES = {
    "warning_needs_response": DisputeStatus.INQUIRY,
    "warning_under_review": DisputeStatus.INQUIRY_ANSWERED,
    "warning_closed": DisputeStatus.CLOSED,
    "needs_response": DisputeStatus.NEEDS_RESPONSE,
    "under_review": DisputeStatus.UNDER_REVIEW,
    "won": DisputeStatus.WON,
    "lost": DisputeStatus.LOST,
    # Who appeals has lost so far; an appeal that is won says so.
    "appeal_needs_response": DisputeStatus.LOST,
    "appeal_under_review": DisputeStatus.LOST,
    "prevented": DisputeStatus.CLOSED,
}
_REASONS = {
    "fraudulent": DisputeReason.FRAUDULENT,
    "product_not_received": DisputeReason.NOT_RECEIVED,
    "product_unacceptable": DisputeReason.NOT_AS_DESCRIBED,
    "credit_not_processed": DisputeReason.NOT_REFUNDED,
    "duplicate": DisputeReason.PAID_TWICE,
    "unrecognized": DisputeReason.UNRECOGNISED,
}


async def disputes_of(client: stripe.StripeClient, intent_id: str) -> Sequence[SeenDispute]:
    """The disputes of a payment."""
    found = await client.v1.disputes.list_async({"payment_intent": intent_id, "limit": 100})
    return [seen_dispute(dispute.to_dict()) async for dispute in found.auto_paging_iter()]


def seen_dispute(dispute: Json) -> SeenDispute:
    """A dispute as Stripe has it."""
    ends = dispute["evidence_details"].get("due_by")
    return SeenDispute(
        external_id=dispute["id"],
        status=_DISPUTES[dispute["status"]],
        reason=_REASONS.get(dispute["reason"], DisputeReason.OTHER),
        amount=money(dispute["amount"], dispute["currency"]),
        answer_by=None if ends is None else instant(ends),
        moved=[movement(transaction) for transaction in dispute["balance_transactions"]],
        opened_at=instant(dispute["created"]),
    )
