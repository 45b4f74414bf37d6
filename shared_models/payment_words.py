"""Where money is and what happened to it, in words: the same in the app, in mails, in files and on receipts.

Whoever asks hands over how texts (`t`), amounts and days are said in the reader's language.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from shared_models.money import Money
from shared_models.payment_history import USUALLY_WORKING_DAYS, MoneyAt, MovementKind, Whereabouts


@dataclass(frozen=True)
class Speech:
    """How a reader's language says things."""

    t: Callable[..., str]
    money: Callable[[Money], str]
    day: Callable[[date], str]


def whereabouts_words(at: MoneyAt, speech: Speech) -> str:
    """Where an amount is now, and what to expect: whole sentences."""
    t, amount = speech.t, speech.money(at.amount)
    by = "" if at.usually_by is None else speech.day(at.usually_by)
    least, most = USUALLY_WORKING_DAYS
    words = {
        Whereabouts.NOT_TAKEN: t("Nothing was taken: {amount} was not paid in time.", amount=amount),
        Whereabouts.TO_BE_PAID: t("{amount} is not paid yet. Nothing was taken.", amount=amount),
        Whereabouts.HELD_ON_CARD: t("{amount} is held on your card. Nothing was taken.", amount=amount),
        Whereabouts.RELEASED: t(
            "Nothing was taken: your card no longer holds {amount} for us. Your bank may show it for some days more.",
            amount=amount,
        ),
        Whereabouts.WITH_US: t("{amount} is with EstoSpaces.", amount=amount),
        Whereabouts.REFUND_BEGUN: t("{amount} goes back to your card. It has not left yet.", amount=amount),
        Whereabouts.ON_ITS_WAY: t(
            "{amount} is on its way to your card. That usually takes {least} to {most} working days, until {day}.",
            amount=amount,
            least=least,
            most=most,
            day=by,
        ),
        Whereabouts.AT_THE_BANK: t(
            "{amount} was sent to your bank and is usually on the card by now. If you do not see it, ask your bank.",
            amount=amount,
        ),
        Whereabouts.CREDIT: t(
            "{amount} is yours and with EstoSpaces: it did not reach your card. Somebody here is looking into it.",
            amount=amount,
        ),
        Whereabouts.PAID_OTHERWISE: t(
            "{amount} was paid to you another way, because it did not reach your card.", amount=amount
        ),
        Whereabouts.DISPUTED: t("{amount} is with your bank until it has decided about the payment.", amount=amount),
        Whereabouts.GIVEN_BACK_BY_BANK: t("Your bank has decided that {amount} is yours.", amount=amount),
    }
    return words.get(at.where) or t("An update of the app tells where {amount} is.", amount=amount)


def whereabouts_label(where: Whereabouts, speech: Speech) -> str:
    """The same in two or three words, for a mark beside an amount."""
    t = speech.t
    words = {
        Whereabouts.NOT_TAKEN: t("Not paid"),
        Whereabouts.TO_BE_PAID: t("To be paid"),
        Whereabouts.HELD_ON_CARD: t("Held on your card"),
        Whereabouts.RELEASED: t("Released"),
        Whereabouts.WITH_US: t("With EstoSpaces"),
        Whereabouts.REFUND_BEGUN: t("Goes back to you"),
        Whereabouts.ON_ITS_WAY: t("On its way to your card"),
        Whereabouts.AT_THE_BANK: t("Sent to your bank"),
        Whereabouts.CREDIT: t("Yours, with EstoSpaces"),
        Whereabouts.PAID_OTHERWISE: t("Paid to you another way"),
        Whereabouts.DISPUTED: t("Your bank decides"),
        Whereabouts.GIVEN_BACK_BY_BANK: t("Given back by your bank"),
    }
    return words.get(where) or t("Not known")


def movement_words(kind: MovementKind, speech: Speech) -> str:
    """What happened to an amount, in a few words."""
    t = speech.t
    words = {
        MovementKind.AUTHORISED: t("Held on your card"),
        MovementKind.LET_GO: t("Your card let it go"),
        MovementKind.PAID: t("Paid by card"),
        MovementKind.NOT_PAID: t("Not paid in time"),
        MovementKind.REFUND_ASKED: t("Refund begun"),
        MovementKind.REFUND_SENT: t("Refund sent to your card"),
        MovementKind.REFUND_FAILED: t("The refund did not reach your card"),
        MovementKind.PAID_OTHERWISE: t("Paid to you another way"),
        MovementKind.DISPUTED: t("Your bank took it back to decide"),
        MovementKind.DISPUTE_WON: t("Your bank gave it back to EstoSpaces"),
        MovementKind.DISPUTE_LOST: t("Your bank decided for you"),
    }
    return words.get(kind) or t("Something that this version of the app cannot tell")
