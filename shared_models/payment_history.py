"""Where somebody's money is: what happened to a payment, and where each part of it is now.

One set of pure functions for the screen, the mails, the file for spreadsheets and the receipt, so that all of them say
the same. `payment_words` puts them into words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from shared_models.base import Output
from shared_models.money import Money
from shared_models.payments import DisputeStatus, PaymentStatus, RefundStatus

USUALLY_WORKING_DAYS = (5, 10)
"""How long a card's bank takes to show a refund once it was sent
(support.stripe.com/questions/how-long-refunds-take-to-process); after the longer one the bank is to be asked."""
_SATURDAY = 5


class MovementKind(StrEnum):
    """What happened to the money of a payment."""

    AUTHORISED = "authorised"
    """A card holds it for us; nothing moved."""
    LET_GO = "let_go"
    """What a card held was released."""
    PAID = "paid"
    NOT_PAID = "not_paid"
    """The page ended, and nobody had paid."""
    REFUND_ASKED = "refund_asked"
    REFUND_SENT = "refund_sent"
    """It has left for the card."""
    REFUND_FAILED = "refund_failed"
    """It did not reach the card, and is with us."""
    PAID_OTHERWISE = "paid_otherwise"
    """What did not reach the card was paid to its owner another way."""
    DISPUTED = "disputed"
    """The payer's bank took it back until it has decided."""
    DISPUTE_WON = "dispute_won"
    """The bank has given it back to us: it decided for the payment, or does not ask any more."""
    DISPUTE_LOST = "dispute_lost"
    """The bank decided for the payer, and has given it back."""
    UNKNOWN = "unknown"


class Whereabouts(StrEnum):
    """Where money is now. Payouts to landlords are not made yet, so nothing is beyond us."""

    NOT_TAKEN = "not_taken"
    """Nothing was paid, and it can no longer be."""
    TO_BE_PAID = "to_be_paid"
    HELD_ON_CARD = "held_on_card"
    RELEASED = "released"
    WITH_US = "with_us"
    REFUND_BEGUN = "refund_begun"
    """It goes back, and has not left yet."""
    ON_ITS_WAY = "on_its_way"
    """It has left for the card, and may not show there yet."""
    AT_THE_BANK = "at_the_bank"
    """It left long enough ago to be on the card."""
    CREDIT = "credit"
    """It is the payer's, and with us, because it did not reach the card."""
    PAID_OTHERWISE = "paid_otherwise"
    DISPUTED = "disputed"
    GIVEN_BACK_BY_BANK = "given_back_by_bank"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class RefundFacts:
    """What is known of an amount that goes back."""

    id: UUID
    amount: Money
    status: RefundStatus
    asked_at: datetime
    is_of_credit: bool = False
    """It goes back of what the payer has with us, and not of what was paid for the thing."""
    is_credited: bool = False
    """It did not arrive, and the payer has it with us. One that failed and is not credited was taken back."""
    sent_at: datetime | None = None
    failed_at: datetime | None = None
    paid_otherwise_at: datetime | None = None


@dataclass(frozen=True)
class DisputeFacts:
    """What is known of an amount that the payer's bank took back."""

    status: DisputeStatus
    amount: Money
    opened_at: datetime
    closed_at: datetime | None = None
    taken: Money | None = None
    """What the bank has of it now; None: nothing."""
    was_taken: bool = True
    """The bank has had money of it. One that was only asked about moved none."""


@dataclass(frozen=True)
class PaymentFacts:
    """What is known of a payment, its refunds in the order in which they were asked for."""

    status: PaymentStatus
    amount: Money
    created_at: datetime
    authorised_at: datetime | None = None
    settled_at: datetime | None = None
    is_late: bool = False
    """It came when what it was for could no longer be had, so that all of it is the payer's."""
    lost: Money | None = None
    """What banks have given back to the payer for good, of what was paid for the thing; None: nothing."""
    lost_credit: Money | None = None
    """The same of what the payer has with us."""
    refunds: Sequence[RefundFacts] = ()
    disputes: Sequence[DisputeFacts] = ()


class Movement(Output):
    """One thing that happened to an amount."""

    kind: MovementKind
    at: datetime
    amount: Money
    refund_id: UUID | None = None
    """Of what goes back: which refund it is a step of."""


class MoneyAt(Output):
    """An amount, and where it is now."""

    where: Whereabouts
    amount: Money
    usually_by: date | None = None
    """Of a refund that left: by when it usually shows on the card."""


class PaymentHistory(Output):
    """A payment as the one who paid sees it: what it was for, what happened, and where its money is now."""

    id: UUID
    title: str
    """What it was for."""
    subject_kind: str
    subject_id: UUID
    part_of: UUID | None = None
    """What the subject belongs to: the booking of a change, and a booking's own id. None: that is not known."""
    status: PaymentStatus
    amount: Money
    created_at: datetime
    movements: list[Movement]
    """The oldest first."""
    money: list[MoneyAt]
    """The parts of the amount by where they are; they add up to it."""
    has_receipt: bool
    """Whether it was paid, so that a receipt can be had."""


def usually_by(sent_at: datetime) -> date:
    """By when a refund usually shows on the card: ten working days (Monday to Friday) after it left."""
    day, left = sent_at.date(), USUALLY_WORKING_DAYS[1]
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < _SATURDAY
    return day


def movements(payment: PaymentFacts) -> list[Movement]:
    """What happened to a payment, the oldest first."""
    happened = _of_payment(payment)
    for refund in payment.refunds:
        happened += _of_refund(refund)
    for dispute in payment.disputes:
        happened += _of_dispute(dispute)
    return sorted(happened, key=lambda movement: movement.at)  # stable: what is told of one instant keeps its order


def _of_payment(payment: PaymentFacts) -> list[Movement]:
    happened, amount = list[Movement](), payment.amount
    if payment.authorised_at is not None:
        happened.append(Movement(kind=MovementKind.AUTHORISED, at=payment.authorised_at, amount=amount))
    ends = {
        PaymentStatus.CAPTURED: MovementKind.PAID,
        PaymentStatus.VOIDED: MovementKind.LET_GO,
        PaymentStatus.EXPIRED: MovementKind.NOT_PAID,
        PaymentStatus.FAILED: MovementKind.NOT_PAID,
    }
    if payment.status in ends and payment.settled_at is not None:
        happened.append(Movement(kind=ends[payment.status], at=payment.settled_at, amount=amount))
    return happened


def _of_refund(refund: RefundFacts) -> list[Movement]:
    steps = {
        MovementKind.REFUND_ASKED: refund.asked_at,
        MovementKind.REFUND_SENT: refund.sent_at,
        MovementKind.REFUND_FAILED: refund.failed_at,
        MovementKind.PAID_OTHERWISE: refund.paid_otherwise_at,
    }
    happened, latest = list[Movement](), refund.asked_at
    for kind, at in steps.items():
        if at is not None:
            latest = max(latest, at)  # the provider's clock may be behind ours
            happened.append(Movement(kind=kind, at=latest, amount=refund.amount, refund_id=refund.id))
    return happened


def _of_dispute(dispute: DisputeFacts) -> list[Movement]:
    if not dispute.was_taken:
        return []
    happened = [Movement(kind=MovementKind.DISPUTED, at=dispute.opened_at, amount=dispute.amount)]
    kinds = {
        DisputeStatus.WON: MovementKind.DISPUTE_WON,
        DisputeStatus.CLOSED: MovementKind.DISPUTE_WON,
        DisputeStatus.LOST: MovementKind.DISPUTE_LOST,
    }
    if dispute.status in kinds and dispute.closed_at is not None:
        happened.append(Movement(kind=kinds[dispute.status], at=dispute.closed_at, amount=dispute.amount))
    return happened


_BEFORE_PAID = {
    PaymentStatus.INTENDED: Whereabouts.TO_BE_PAID,
    PaymentStatus.OPEN: Whereabouts.TO_BE_PAID,
    PaymentStatus.AUTHORISED: Whereabouts.HELD_ON_CARD,
    PaymentStatus.VOIDED: Whereabouts.RELEASED,
    PaymentStatus.EXPIRED: Whereabouts.NOT_TAKEN,
    PaymentStatus.FAILED: Whereabouts.NOT_TAKEN,
    PaymentStatus.UNKNOWN: Whereabouts.UNKNOWN,
}


def whereabouts(payment: PaymentFacts, now: datetime) -> list[MoneyAt]:
    """Where the money of a payment is: parts that add up to its amount, none of them nothing.

    Raises ValueError where more went back than was paid.
    """
    if payment.status is not PaymentStatus.CAPTURED:
        return [MoneyAt(where=_BEFORE_PAID[payment.status], amount=payment.amount)]
    nothing = payment.amount.times(0)
    ours, credit = _with_us(payment), _credit(payment)
    if min(ours.amount_minor, credit.amount_minor) < 0:
        raise ValueError("more went back than was paid")
    # What a bank has of a dispute that was won is still to come back; of one that was lost it stands in `lost`.
    taken = _sum(nothing, [each.taken for each in payment.disputes if each.status is not DisputeStatus.LOST])
    of_ours = min(ours, taken, key=_minor)  # a bank may take more than there is
    of_credit = min(credit, taken - of_ours, key=_minor)
    otherwise = [each.amount for each in payment.refunds if each.paid_otherwise_at is not None]
    parts = [
        MoneyAt(where=Whereabouts.WITH_US, amount=ours - of_ours),
        MoneyAt(where=Whereabouts.CREDIT, amount=credit - of_credit),
        MoneyAt(where=Whereabouts.DISPUTED, amount=of_ours + of_credit),
        MoneyAt(where=Whereabouts.GIVEN_BACK_BY_BANK, amount=_sum(nothing, [payment.lost, payment.lost_credit])),
        MoneyAt(where=Whereabouts.PAID_OTHERWISE, amount=_sum(nothing, otherwise)),
        *(_of_gone(refund, now) for refund in payment.refunds if refund.status not in _NO_MONEY),
    ]
    return [part for part in parts if part.amount.amount_minor]


_NO_MONEY = frozenset({RefundStatus.FAILED, RefundStatus.CANCELLED})


def _is_undone(refund: RefundFacts) -> bool:
    return refund.status in _NO_MONEY and not refund.is_credited


def _with_us(payment: PaymentFacts) -> Money:
    """What of a payment is still for what it was paid for."""
    if payment.is_late:
        return payment.amount.times(0)
    gone = [each.amount for each in payment.refunds if not each.is_of_credit and not _is_undone(each)]
    return payment.amount - _sum(payment.amount.times(0), [*gone, payment.lost])


def _credit(payment: PaymentFacts) -> Money:
    """What of a payment is the payer's and with us: all of one that came too late, and refunds that did not arrive;
    less what of that has gone back since."""
    nothing, refunds = payment.amount.times(0), payment.refunds
    back = [each.amount for each in refunds if each.is_credited and each.paid_otherwise_at is None]
    gone = [each.amount for each in refunds if each.is_of_credit and not _is_undone(each)]
    credit = payment.amount if payment.is_late else nothing
    return _sum(credit, back) - _sum(nothing, [*gone, payment.lost_credit])


def _of_gone(refund: RefundFacts, now: datetime) -> MoneyAt:
    if refund.sent_at is None:
        return MoneyAt(where=Whereabouts.REFUND_BEGUN, amount=refund.amount)
    by = usually_by(refund.sent_at)
    where = Whereabouts.ON_ITS_WAY if now.date() <= by else Whereabouts.AT_THE_BANK
    return MoneyAt(where=where, amount=refund.amount, usually_by=by)


def _sum(first: Money, more: Iterable[Money | None]) -> Money:
    for amount in more:
        first = first if amount is None else first + amount
    return first


def _minor(amount: Money) -> int:
    return amount.amount_minor
