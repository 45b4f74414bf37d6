"""Which money a message is about, and where that was when it happened. Pure, so it knows events by their names."""

from collections.abc import Mapping
from uuid import UUID

from shared_models.payment_history import MoneyAt, MovementKind, PaymentHistory, Whereabouts, usually_by

WHERE: Mapping[str, Whereabouts] = {
    "PaymentCaptured": Whereabouts.WITH_US,
    "PaymentLetGo": Whereabouts.RELEASED,
    "LateMoneyReturned": Whereabouts.REFUND_BEGUN,
    "RefundSent": Whereabouts.ON_ITS_WAY,
    "RefundFailed": Whereabouts.CREDIT,
}


def money_of(event: str, payment: PaymentHistory, refund_id: UUID | None) -> MoneyAt:
    """The amount an event is about: all of the payment or, of a refund, its own. Raises LookupError for another's."""
    if refund_id is None:
        return MoneyAt(where=WHERE[event], amount=payment.amount)
    steps = {each.kind: each for each in payment.movements if each.refund_id == refund_id}
    if not steps:
        raise LookupError(f"no refund {refund_id}")
    sent, amount = steps.get(MovementKind.REFUND_SENT), steps[MovementKind.REFUND_ASKED].amount
    by = usually_by(sent.at) if sent is not None and WHERE[event] is Whereabouts.ON_ITS_WAY else None
    return MoneyAt(where=WHERE[event], amount=amount, usually_by=by)
