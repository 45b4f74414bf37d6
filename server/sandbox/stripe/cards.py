"""Test cards and what they do, as documented at docs.stripe.com/testing."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType


class Authentication(Enum):
    """When a card asks its owner to confirm a payment (3-D Secure)."""

    NEVER = "never"
    UNLESS_SET_UP = "unless set up"
    """Whenever its owner is there; without them only until it has been set up for later payments."""
    ON_SESSION = "on session"
    """Whenever its owner is there; a payment without them is declined."""


class RefundFate(Enum):
    """What becomes of a refund to a card."""

    SUCCEEDS = "succeeds"
    PENDING_FIRST = "pending first"
    FAILS_LATER = "fails later"
    """It is `succeeded` at first and `failed` some time later."""


@dataclass(frozen=True)
class Card:
    """A test card."""

    number: str
    about: str
    brand: str = "visa"
    country: str = "US"
    funding: str = "credit"
    decline: tuple[str, str] | None = None
    """The error's code and the issuer's `decline_code`."""
    declines_later: bool = False
    """It can be kept, and each payment with it is declined."""
    authentication: Authentication = Authentication.NEVER
    refund: RefundFate = RefundFate.SUCCEEDS
    dispute: str | None = None
    """The reason its owner disputes each payment for, soon after it."""
    only_inquires: bool = False
    """Their bank asks about it, and takes nothing."""
    available_at_once: bool = False
    """What it pays does not wait before it counts as available."""

    @property
    def last4(self) -> str:
        return self.number[-4:]


_CARDS = (
    Card("4242424242424242", "pays"),
    Card("5555555555554444", "pays (Mastercard)", brand="mastercard"),
    Card("378282246310005", "pays (American Express)", brand="amex"),
    Card("4000008260000000", "pays (United Kingdom)", country="GB"),
    Card("4000000000000077", "pays, available at once", available_at_once=True),
    Card("4000000000000002", "is declined", decline=("card_declined", "generic_decline")),
    Card("4000000000009995", "has too little money", decline=("card_declined", "insufficient_funds")),
    Card("4000000000009987", "was lost", decline=("card_declined", "lost_card")),
    Card("4000000000000069", "has expired", decline=("expired_card", "expired_card")),
    Card("4000000000000127", "has another CVC", decline=("incorrect_cvc", "incorrect_cvc")),
    Card("4000000000000119", "meets an error", decline=("processing_error", "processing_error")),
    Card(
        "4000000000000341",
        "can be kept, then is declined",
        decline=("card_declined", "generic_decline"),
        declines_later=True,
    ),
    Card("4000002500003155", "asks for 3-D Secure until kept", authentication=Authentication.UNLESS_SET_UP),
    Card("4000000000003220", "asks for 3-D Secure", authentication=Authentication.ON_SESSION),
    Card("4000000000007726", "a refund is pending first", refund=RefundFate.PENDING_FIRST),
    Card("4000000000005126", "a refund fails later", refund=RefundFate.FAILS_LATER),
    Card("4000000000000259", "is disputed as fraudulent", dispute="fraudulent"),
    Card("4000000000002685", "is disputed: not received", dispute="product_not_received"),
    Card("4000000000001976", "is asked about by its bank", dispute="fraudulent", only_inquires=True),
)
CARDS: Mapping[str, Card] = MappingProxyType({card.number: card for card in _CARDS})

TOKENS: Mapping[str, str] = MappingProxyType(
    {
        "pm_card_visa": "4242424242424242",
        "pm_card_mastercard": "5555555555554444",
        "pm_card_amex": "378282246310005",
        "pm_card_gb": "4000008260000000",
        "pm_card_bypassPending": "4000000000000077",
        "pm_card_visa_chargeDeclined": "4000000000000002",
        "pm_card_visa_chargeDeclinedInsufficientFunds": "4000000000009995",
        "pm_card_chargeCustomerFail": "4000000000000341",
        "pm_card_authenticationRequiredOnSetup": "4000002500003155",
        "pm_card_threeDSecure2Required": "4000000000003220",
        "pm_card_pendingRefund": "4000000000007726",
        "pm_card_refundFail": "4000000000005126",
        "pm_card_createDispute": "4000000000000259",
        "pm_card_createDisputeProductNotReceived": "4000000000002685",
        "pm_card_createDisputeInquiry": "4000000000001976",
    }
)
"""Names that stand for a fresh payment method with a test card."""

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "card_declined": "Your card was declined.",
        "insufficient_funds": "Your card has insufficient funds.",
        "expired_card": "Your card has expired.",
        "incorrect_cvc": "Your card's security code is incorrect.",
        "processing_error": "An error occurred while processing your card. Try again in a little bit.",
        "authentication_required": "Your card was declined. This transaction requires authentication.",
    }
)
"""What people read, by the decline code or else the error's code."""


def words_of(code: str, decline_code: str) -> str:
    """The sentence for a declined card."""
    return WORDS.get(decline_code, WORDS.get(code, WORDS["card_declined"]))
