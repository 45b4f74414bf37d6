"""Where what a landlord earns is, in words: the same in the app and in files.

Whoever asks hands over how texts are said in the reader's language (`t`).
"""

from collections.abc import Callable

from shared_models.earnings import EarningStatus, WaitReason
from shared_models.fee_tax import FeeTaxRule


def status_words(status: EarningStatus, t: Callable[..., str]) -> str:
    """Where it is now, in two or three words."""
    words = {
        EarningStatus.ON_THE_WAY: t("On the way"),
        EarningStatus.WAITS: t("Waits"),
        EarningStatus.PAYING: t("Being paid out"),
        EarningStatus.PAID: t("Paid out"),
        EarningStatus.GIVEN_BACK: t("Given back"),
    }
    return words.get(status, t("Not known to this app"))


def waits_words(reason: WaitReason, t: Callable[..., str]) -> str:
    """Why it is not paid out yet, and what happens next: whole sentences."""
    words = {
        WaitReason.NO_ACCOUNT: t("There is no account yet that it can be paid to. It is paid out as soon as there is."),
        WaitReason.DISPUTE: t("Your guest's bank has taken the payment back and decides. Until then it waits."),
        WaitReason.TAX: t("We have to find out how our fee is taxed for you. Somebody here is looking into it."),
        WaitReason.PROVIDER: t("The payment provider could not move it yet. We try again every hour."),
        WaitReason.REFUSED: t("The payment provider would not move it. Somebody here is looking into it."),
    }
    return words.get(reason, t("An update of the app tells why."))


def tax_words(rule: FeeTaxRule, t: Callable[..., str]) -> str:
    """Why the fee is taxed as it is."""
    words = {
        FeeTaxRule.DOMESTIC: t("VAT at the rate of your country, which is ours too."),
        FeeTaxRule.REVERSE_CHARGE: t("Reverse charge: a business with a VAT number accounts for the VAT itself."),
        FeeTaxRule.COUNTRY_OF_LANDLORD: t("VAT at the standard rate of your country."),
        FeeTaxRule.OUTSIDE_SCOPE: t("No VAT: the service is outside of its scope where your business is."),
    }
    return words.get(rule, t("An update of the app tells why."))
