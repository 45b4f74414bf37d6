"""Payments and what goes back of them: where each stands, and where it may go from there."""

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
