"""Why a home is sent back, and what people report, in words."""

from client.core.language import t
from shared_models.cases import ReportReason, SendBackReason


def send_back_word(reason: SendBackReason) -> str:
    """The name of a reason, on a chip."""
    return {
        SendBackReason.PLACE_UNCLEAR: t("Place unclear"),
        SendBackReason.PRICE_WRONG: t("Price looks wrong"),
        SendBackReason.DESCRIPTION_MISSING: t("Description missing"),
        SendBackReason.TITLE_MISLEADING: t("Title misleading"),
        SendBackReason.LISTED_TWICE: t("Listed twice"),
        SendBackReason.CONTACT_IN_TEXT: t("Contact in the text"),
        SendBackReason.OTHER: t("Something else"),
    }.get(reason, t("Something else"))


def send_back_words(reason: SendBackReason) -> str:
    """What a landlord reads and can do about it."""
    return {
        SendBackReason.PLACE_UNCLEAR: t(
            "We cannot find the place. Give the street or the neighbourhood, and check the pin."
        ),
        SendBackReason.PRICE_WRONG: t("The price looks like a typing error. Check it."),
        SendBackReason.DESCRIPTION_MISSING: t(
            "Say what the home is like: rooms, light, noise, stairs. Two or three sentences are enough."
        ),
        SendBackReason.TITLE_MISLEADING: t("The title promises what the listing does not say. Write what is there."),
        SendBackReason.LISTED_TWICE: t("This home seems to be listed already. Archive the one that should go."),
        SendBackReason.CONTACT_IN_TEXT: t("Take telephone numbers, addresses and links out of the text."),
    }.get(reason, t("Something else has to be put right."))


def report_word(reason: ReportReason) -> str:
    """What is wrong, as someone who reports it chooses it."""
    return {
        ReportReason.NOT_AS_DESCRIBED: t("It is not as described"),
        ReportReason.NOT_REAL: t("I think it does not exist"),
        ReportReason.ASKS_TO_PAY_ELSEWHERE: t("I was asked to pay elsewhere"),
        ReportReason.UNSAFE: t("It is not safe"),
        ReportReason.OFFENSIVE: t("Its words or pictures offend"),
        ReportReason.OTHER: t("Something else"),
    }.get(reason, t("Something else"))
