"""What happens to money. Each is told in the transaction in which it is written down, once."""

from uuid import UUID

from server.core.events import Event


class PaymentEvent(Event):
    """Something happened to a payment."""

    payment_id: UUID

    @property
    def lane(self) -> str:
        return f"payment:{self.payment_id}"


class PaymentAuthorised(PaymentEvent):
    """A card holds the money."""


class PaymentCaptured(PaymentEvent):
    """The money is here, and what it was for is the payer's."""


class LateMoneyReturned(PaymentEvent):
    """The money is here, but what it was for can no longer be had: all of it goes back."""


class PaymentLetGo(PaymentEvent):
    """A card no longer holds the money."""


class RefundEvent(PaymentEvent):
    """Something happened to what goes back of a payment."""

    refund_id: UUID


class RefundSent(RefundEvent):
    """It has left for the card."""


class RefundFailed(RefundEvent):
    """It did not reach the card, and is with us."""
