"""What banks dispute, in words. Pure."""

from client.core.language import t
from shared_models.payments import DisputeReason, DisputeStatus


def dispute_reason_word(reason: DisputeReason) -> str:
    """Why somebody disputes a payment, as their bank tells it."""
    return {
        DisputeReason.FRAUDULENT: t("The owner of the card says they did not pay it"),
        DisputeReason.NOT_RECEIVED: t("They did not get what they paid for"),
        DisputeReason.NOT_AS_DESCRIBED: t("It was not as described"),
        DisputeReason.NOT_REFUNDED: t("A refund they were promised did not come"),
        DisputeReason.PAID_TWICE: t("They paid twice"),
        DisputeReason.UNRECOGNISED: t("They do not know the payment"),
    }.get(reason, t("Another reason"))


def dispute_status_words(status: DisputeStatus) -> str:
    """Where a dispute stands, and whose turn it is."""
    return {
        DisputeStatus.INQUIRY: t("The bank asks. It has taken nothing, and waits for our answer."),
        DisputeStatus.INQUIRY_ANSWERED: t("The bank has our answer to what it asked. It has taken nothing."),
        DisputeStatus.NEEDS_RESPONSE: t("The bank has taken the money back, and waits for our answer."),
        DisputeStatus.UNDER_REVIEW: t("The bank has the money and our answer, and decides."),
        DisputeStatus.WON: t("The bank decided for us, and gives the money back."),
        DisputeStatus.LOST: t("The bank decided for the tenant, who has the money."),
        DisputeStatus.CLOSED: t("The bank did not go on with it."),
    }.get(status, t("We do not know"))
