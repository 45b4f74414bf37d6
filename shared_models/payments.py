"""Payments, what goes back of them, what banks dispute: where each stands, and where it may go from there."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared_models.base import Output
from shared_models.money import Money
from shared_models.moves import Moves


class PaymentStatus(StrEnum):
    """Where a payment stands, as far as we know."""

    INTENDED = "intended"
    """Written down; the provider may not have heard of it yet."""
    OPEN = "open"
    """There is a page on which it can be paid."""
    AUTHORISED = "authorised"
    """A card holds the money for us; it has not moved."""
    CAPTURED = "captured"
    """The money is the provider's, for us, and in the books."""
    VOIDED = "voided"
    """What a card held was let go."""
    EXPIRED = "expired"
    """Nobody paid while the page was there."""
    FAILED = "failed"
    """The provider never made a page for it."""
    UNKNOWN = "unknown"


PAYMENT_MOVES: Moves[PaymentStatus] = {
    PaymentStatus.INTENDED: frozenset(
        {
            PaymentStatus.OPEN,
            PaymentStatus.AUTHORISED,
            PaymentStatus.CAPTURED,
            PaymentStatus.VOIDED,
            PaymentStatus.EXPIRED,
            PaymentStatus.FAILED,
        }
    ),
    PaymentStatus.OPEN: frozenset(
        {PaymentStatus.AUTHORISED, PaymentStatus.CAPTURED, PaymentStatus.VOIDED, PaymentStatus.EXPIRED}
    ),
    PaymentStatus.AUTHORISED: frozenset({PaymentStatus.CAPTURED, PaymentStatus.VOIDED}),
    # What we gave up is there after all, and was paid: an event says so.
    PaymentStatus.FAILED: frozenset({PaymentStatus.AUTHORISED, PaymentStatus.CAPTURED}),
}
UNSETTLED = frozenset({PaymentStatus.INTENDED, PaymentStatus.OPEN, PaymentStatus.AUTHORISED})
"""Those of which more is to be heard. A thing has at most one of them."""


class PaymentRead(Output):
    """A payment as the one who pays it sees it."""

    id: UUID
    status: PaymentStatus
    amount: Money
    refunded: Money
    """What goes back of it: asked for, and not failed."""
    is_held: bool
    """It is authorised first, and captured when the landlord accepts."""
    page_url: str | None = None
    """Where to pay, while it is OPEN."""
    expires_at: datetime
    """When the page ends."""
    created_at: datetime
    settled_at: datetime | None = None


class RefundStatus(StrEnum):
    """Where a refund stands (docs.stripe.com/refunds): failed and cancelled both mean that no money arrived."""

    ASKED = "asked"
    """Written down; the provider may not have heard of it yet."""
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    """The provider has sent it. It may still come back."""
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


REFUND_MOVES: Moves[RefundStatus] = {
    RefundStatus.ASKED: frozenset(
        {RefundStatus.PENDING, RefundStatus.SUCCEEDED, RefundStatus.FAILED, RefundStatus.CANCELLED}
    ),
    RefundStatus.PENDING: frozenset({RefundStatus.SUCCEEDED, RefundStatus.FAILED, RefundStatus.CANCELLED}),
    RefundStatus.SUCCEEDED: frozenset({RefundStatus.FAILED}),
}


class DisputeStatus(StrEnum):
    """Where a dispute stands (docs.stripe.com/disputes/how-disputes-work)."""

    INQUIRY = "inquiry"
    """The bank asks what a payment was for. It has taken nothing."""
    INQUIRY_ANSWERED = "inquiry_answered"
    NEEDS_RESPONSE = "needs_response"
    """The bank has taken the money back; until the deadline we may say why it is ours."""
    UNDER_REVIEW = "under_review"
    """We have answered, and the bank decides."""
    WON = "won"
    LOST = "lost"
    CLOSED = "closed"
    """It is over and nobody won: an inquiry nobody went on with, a dispute that was prevented."""
    UNKNOWN = "unknown"


DISPUTE_MOVES: Moves[DisputeStatus] = {
    DisputeStatus.INQUIRY: frozenset(
        {
            DisputeStatus.INQUIRY_ANSWERED,
            DisputeStatus.NEEDS_RESPONSE,
            DisputeStatus.UNDER_REVIEW,
            DisputeStatus.WON,
            DisputeStatus.LOST,
            DisputeStatus.CLOSED,
        }
    ),
    DisputeStatus.INQUIRY_ANSWERED: frozenset(
        {
            DisputeStatus.NEEDS_RESPONSE,
            DisputeStatus.UNDER_REVIEW,
            DisputeStatus.WON,
            DisputeStatus.LOST,
            DisputeStatus.CLOSED,
        }
    ),
    DisputeStatus.NEEDS_RESPONSE: frozenset(
        {DisputeStatus.UNDER_REVIEW, DisputeStatus.WON, DisputeStatus.LOST, DisputeStatus.CLOSED}
    ),
    DisputeStatus.UNDER_REVIEW: frozenset({DisputeStatus.WON, DisputeStatus.LOST, DisputeStatus.CLOSED}),
    # What was closed may be disputed after all; what was decided may be decided anew, by an appeal.
    DisputeStatus.CLOSED: frozenset(
        {DisputeStatus.NEEDS_RESPONSE, DisputeStatus.UNDER_REVIEW, DisputeStatus.WON, DisputeStatus.LOST}
    ),
    DisputeStatus.WON: frozenset({DisputeStatus.LOST}),
    DisputeStatus.LOST: frozenset({DisputeStatus.WON}),
}
DISPUTED = frozenset({DisputeStatus.NEEDS_RESPONSE, DisputeStatus.UNDER_REVIEW})
"""The bank has the money, and has not decided: nothing of the payment can be refunded."""
UNDECIDED = DISPUTED | {DisputeStatus.INQUIRY, DisputeStatus.INQUIRY_ANSWERED}
"""Those of which more is to be heard."""
TO_BE_ANSWERED = frozenset({DisputeStatus.INQUIRY, DisputeStatus.NEEDS_RESPONSE})
"""Those that wait for somebody of ours."""


class DisputeReason(StrEnum):
    """Why somebody disputes a payment, as their bank tells it (docs.stripe.com/disputes/categories)."""

    FRAUDULENT = "fraudulent"
    """The owner of the card says that they did not pay it."""
    NOT_RECEIVED = "not_received"
    NOT_AS_DESCRIBED = "not_as_described"
    NOT_REFUNDED = "not_refunded"
    """A refund that was promised did not come."""
    PAID_TWICE = "paid_twice"
    UNRECOGNISED = "unrecognised"
    """The owner of the card does not know what it was for."""
    OTHER = "other"
    UNKNOWN = "unknown"
