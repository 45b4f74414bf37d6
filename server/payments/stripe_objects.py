"""What Stripe's objects say, in our terms. Pure: JSON in, as its API of the pinned version has it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from server.payments.rules import Moved, Page, SeenDispute, SeenPayment, SeenRefund
from shared_models.money import Currency, Money
from shared_models.payments import DisputeReason, DisputeStatus, RefundStatus

Json = dict[str, Any]
_REFUNDS = {
    "pending": RefundStatus.PENDING,
    "requires_action": RefundStatus.PENDING,
    "succeeded": RefundStatus.SUCCEEDED,
    "failed": RefundStatus.FAILED,
    "canceled": RefundStatus.CANCELLED,
}
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


def seen_payment(
    payment_id: UUID, session: Json, refunds: Sequence[SeenRefund] = (), disputes: Sequence[SeenDispute] = ()
) -> SeenPayment:
    """A Checkout session, with its payment intent where that is expanded."""
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
        capture_before=None if ends is None else _instant(ends),
        captured=_money(charge["amount_captured"], charge["currency"]) if is_captured else None,
        moved=_moved(charge["balance_transaction"]) if is_captured else None,
        refunds=refunds,
        disputes=disputes,
    )


def seen_refund(refund: Json) -> SeenRefund:
    """A refund, with its balance transactions expanded."""
    return SeenRefund(
        external_id=refund["id"],
        refund_id=_uuid((refund.get("metadata") or {}).get("refund_id")),
        status=_REFUNDS[refund["status"]],
        amount=_money(refund["amount"], refund["currency"]),
        left=_moved(refund["balance_transaction"]),
        came_back=_moved(refund.get("failure_balance_transaction")),
        created_at=_instant(refund["created"]),
    )


def seen_dispute(dispute: Json) -> SeenDispute:
    """A dispute."""
    ends = dispute["evidence_details"].get("due_by")
    return SeenDispute(
        external_id=dispute["id"],
        status=_DISPUTES[dispute["status"]],
        reason=_REASONS.get(dispute["reason"], DisputeReason.OTHER),
        amount=_money(dispute["amount"], dispute["currency"]),
        answer_by=None if ends is None else _instant(ends),
        moved=[_movement(transaction) for transaction in dispute["balance_transactions"]],
        opened_at=_instant(dispute["created"]),
    )


def _uuid(given: str | None) -> UUID | None:
    """An id of ours; None for what somebody else has written there."""
    try:
        return UUID(given or "")
    except ValueError:
        return None


def _moved(transaction: Json | None) -> Moved | None:
    return None if transaction is None else _movement(transaction)


def _movement(transaction: Json) -> Moved:
    return Moved(
        transaction["id"],
        _money(transaction["amount"], transaction["currency"]),
        _money(transaction["fee"], transaction["currency"]),
        _instant(transaction["created"]),
    )


def _money(amount: int, currency: str) -> Money:
    return Money(amount_minor=amount, currency=Currency(currency.upper()))


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
