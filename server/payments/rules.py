"""What a payment and its refunds have come to, by what the provider says of them. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from server.payments.ledger.rules.entries import Subject
from server.payments.ledger.rules.postings import Parts, Tax
from shared_models.money import Money
from shared_models.moves import may_move
from shared_models.payments import (
    DISPUTE_MOVES,
    PAYMENT_MOVES,
    REFUND_MOVES,
    DisputeReason,
    DisputeStatus,
    PaymentStatus,
    RefundStatus,
)

STRIPE = "stripe"
"""The source of what Stripe tells: of its events, and of money that moved there."""
REFUSED = "Refused"
"""The class of the error when the provider said no, and so nothing happened there."""
NEVER_AGAIN_AFTER = timedelta(hours=23)
"""The provider forgets idempotency keys after 24 hours (docs.stripe.com/api/idempotent_requests): what was first sent
longer ago than this is looked up."""


class Page(StrEnum):
    """Where the provider's page stands (docs.stripe.com/api/checkout/sessions/object, `status`)."""

    OPEN = "open"
    COMPLETE = "complete"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Bill:
    """What somebody is asked to pay."""

    subject: Subject
    payer_id: UUID
    parts: Parts
    title: str
    """What the provider's page says is paid for."""
    return_path: str
    expires_at: datetime
    is_held: bool = False
    """Authorise first, capture later."""


@dataclass(frozen=True)
class CustomerRequest:
    """Ask the provider to know somebody who is to pay."""

    person_id: UUID
    since: datetime
    """When we first meant to ask."""
    key: str
    may_be_there: bool
    """An earlier attempt may have made it: it is looked for."""


@dataclass(frozen=True)
class CardRequest:
    """Ask the provider to keep a card no longer. Another key for each attempt, as with ActRequest."""

    external_id: str
    key: str


@dataclass(frozen=True)
class SeenCard:
    """A card that the provider keeps because its owner wanted it to."""

    external_id: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int
    saved_at: datetime


@dataclass(frozen=True)
class PageRequest:
    """Ask the provider for a page on which a payment can be paid."""

    payment_id: UUID
    customer_id: str
    bill: Bill
    made_at: datetime
    is_to_be_looked_up: bool = False


@dataclass(frozen=True)
class RefundRequest:
    """Ask the provider for a refund."""

    refund_id: UUID
    key: str
    intent_id: str
    amount: Money
    is_to_be_looked_up: bool = False


@dataclass(frozen=True)
class ActRequest:
    """Ask the provider to do something with what it has of a payment: with its page, or with what a card holds.

    The key is another one for each attempt: what became of an earlier one is told by where the object stands, and an
    error that the provider keeps for a key stands in nobody's way.
    """

    payment_id: UUID
    external_id: str
    key: str


@dataclass(frozen=True)
class Payment:
    """A payment, as the rooms above see it."""

    id: UUID
    subject: Subject
    payer_id: UUID
    status: PaymentStatus
    parts: Parts
    refunded: Parts
    """What is the payer's again: asked for as a refund, with us since one did not arrive, or had from their bank."""
    is_held: bool
    page_url: str | None
    """Where it can be paid, while it is open."""
    expires_at: datetime
    """When the page ends."""
    created_at: datetime
    settled_at: datetime | None
    is_disputed: bool = False
    """A bank has taken it back and has not decided: a refund waits for that."""


@dataclass(frozen=True)
class Moved:
    """Money that moved at the provider: one balance transaction. Amounts in the currency it keeps for us."""

    id: str
    amount: Money
    """+ came, − went; before the fee."""
    fee: Money
    at: datetime


@dataclass(frozen=True)
class SeenRefund:
    """A refund as the provider has it."""

    external_id: str
    refund_id: UUID | None
    """Ours, if we asked for it."""
    status: RefundStatus
    amount: Money
    left: Moved | None
    came_back: Moved | None
    created_at: datetime


@dataclass(frozen=True)
class SeenDispute:
    """A dispute as the provider has it."""

    external_id: str
    status: DisputeStatus
    reason: DisputeReason
    amount: Money
    """In the currency the payer paid in; it may be more than they paid."""
    answer_by: datetime | None
    moved: Sequence[Moved]
    """− the bank took it, + it gave it back. Empty for an inquiry."""
    opened_at: datetime


@dataclass(frozen=True)
class SeenPayment:
    """A payment as the provider has it."""

    payment_id: UUID
    session_id: str
    page: Page
    page_url: str | None = None
    intent_id: str | None = None
    is_held_by_card: bool = False
    is_let_go: bool = False
    """Its payment intent was cancelled."""
    capture_before: datetime | None = None
    captured: Money | None = None
    """In the currency the payer pays in."""
    moved: Moved | None = None
    """None while the provider has not said where the money went."""
    refunds: Sequence[SeenRefund] = ()
    disputes: Sequence[SeenDispute] = ()


@dataclass(frozen=True)
class MovedInBooks:
    """What the books say of one movement of money at the provider: what was posted to `provider_clearing` for it."""

    external_id: str
    """The provider's id of it; "" for what no line of the provider's was the reason for."""
    kinds: frozenset[str]
    """Of the entries."""
    amount: Money
    """+ came, − went; before the fee."""
    fee: Money
    at: datetime


def status_of(seen: SeenPayment) -> PaymentStatus | None:
    """Where a payment stands by what the provider says; None: it was paid, and the money is still on its way."""
    if seen.moved is not None:
        return PaymentStatus.CAPTURED
    if seen.is_held_by_card:
        return PaymentStatus.AUTHORISED
    match seen.page:
        case Page.OPEN:
            return PaymentStatus.OPEN
        case Page.EXPIRED:
            return PaymentStatus.EXPIRED
    return PaymentStatus.VOIDED if seen.is_let_go else None


def next_payment_status(now: PaymentStatus, seen: SeenPayment) -> PaymentStatus | None:
    """Where a payment moves to; None: nowhere. What no move leads to is an older look than the one we had."""
    then = status_of(seen)
    return then if then is not None and may_move(PAYMENT_MOVES, now, then) else None


def next_refund_status(now: RefundStatus, seen: SeenRefund) -> RefundStatus | None:
    """Where a refund moves to; None: nowhere. One that failed after it had left waits until the money is back."""
    failed = seen.status in (RefundStatus.FAILED, RefundStatus.CANCELLED)
    if failed and seen.left is not None and seen.came_back is None:
        return None
    return seen.status if may_move(REFUND_MOVES, now, seen.status) else None


def next_dispute_status(now: DisputeStatus, seen: SeenDispute) -> DisputeStatus | None:
    """Where a dispute moves to; None: nowhere."""
    return seen.status if may_move(DISPUTE_MOVES, now, seen.status) else None


def taken_by(moved: Moved, dispute: SeenDispute) -> Money:
    """What a bank took by a movement, in the currency the payer paid in; below zero what it gave back.

    Where the provider has exchanged it, the dispute alone says how much that was, and it was all of it.
    """
    if moved.amount.currency == dispute.amount.currency:
        return moved.amount.times(-1)
    return dispute.amount.times(1 if moved.amount.amount_minor < 0 else -1)


def lesser(one: Money, other: Money) -> Money:
    """The smaller of two amounts in one currency."""
    return min(one, other, key=lambda amount: amount.amount_minor)


def is_to_be_looked_up(first_sent_at: datetime | None, now: datetime) -> bool:
    """Whether a call was first made so long ago that the provider may have forgotten its key."""
    return first_sent_at is not None and now - first_sent_at > NEVER_AGAIN_AFTER


def endings_of(hour: int) -> list[str]:
    """By which pairs of figures the ids of those end whose hour of the day this is: each pair has one hour of 24."""
    return [f"{byte:02x}" for byte in range(hour, 256, 24)]


def less(parts: Parts, gone: Iterable[Parts]) -> Parts:
    """What is left of each part. Raises ValueError where less than nothing would be left, KeyError for a tax that is
    none of it."""
    stay, taxes = parts.stay, {tax.authority: tax.amount for tax in parts.taxes}
    for each in gone:
        stay -= each.stay
        for tax in each.taxes:
            taxes[tax.authority] -= tax.amount
    return Parts(stay, tuple(Tax(authority, amount) for authority, amount in taxes.items()))


def joined(one: Parts, other: Parts) -> Parts:
    """Both together, part by part."""
    taxes = {tax.authority: tax.amount for tax in one.taxes}
    for tax in other.taxes:
        taxes[tax.authority] = taxes[tax.authority] + tax.amount if tax.authority in taxes else tax.amount
    return Parts(one.stay + other.stay, tuple(Tax(authority, amount) for authority, amount in taxes.items()))


def as_far_as(wanted: Parts, left: Parts) -> Parts:
    """What of each wanted part there is left."""
    there = {tax.authority: tax.amount for tax in left.taxes}
    taxes = (
        Tax(tax.authority, lesser(tax.amount, there[tax.authority])) for tax in wanted.taxes if tax.authority in there
    )
    return Parts(lesser(wanted.stay, left.stay), tuple(tax for tax in taxes if tax.amount.amount_minor))


def is_within(parts: Parts, left: Parts) -> bool:
    """Whether there is that much left of each part."""
    try:
        less(left, [parts])
    except (KeyError, ValueError):  # a tax that is none of it; less than nothing; another currency
        return False
    return True


def share(amount: Money, of: Parts) -> Parts:
    """An amount that goes back, taken from each part in proportion. Raises ValueError for more than there is."""
    if amount.amount_minor > of.total.amount_minor:
        raise ValueError("more than there is")
    weights = [of.stay.amount_minor, *(tax.amount.amount_minor for tax in of.taxes)]
    stay, *taxes = amount.split(weights)
    return Parts(stay, tuple(Tax(tax.authority, part) for tax, part in zip(of.taxes, taxes, strict=True)))
