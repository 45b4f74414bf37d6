"""Which decision each button stands for, and what is said once it is taken. Pure."""

from client.core.language import t
from shared_models.cases import CaseKind, CaseOutcome, CaseRead

WELL = {
    CaseKind.HOME_REVIEW: CaseOutcome.APPROVED,
    CaseKind.HOME_REPORT: CaseOutcome.DISMISSED,
    CaseKind.FAILED_REFUND: CaseOutcome.SENT_AGAIN,
    CaseKind.PAYOUT: CaseOutcome.SENT_AGAIN,
}
"""What is decided without a word."""
EXPLAINED = {
    CaseKind.HOME_REVIEW: CaseOutcome.SENT_BACK,
    CaseKind.HOME_REPORT: CaseOutcome.TAKEN_DOWN,
    CaseKind.DISPUTE: CaseOutcome.ANSWERED,
    CaseKind.FAILED_REFUND: CaseOutcome.PAID_OTHERWISE,
    CaseKind.RECONCILIATION: CaseOutcome.EXPLAINED,
}
"""What is decided with a note, or at least may have one."""


def done_words(outcome: CaseOutcome, case: CaseRead) -> str:
    """What was decided, said once it is."""
    match outcome:
        case CaseOutcome.APPROVED:
            return t("{title} is approved.", title=case.title)
        case CaseOutcome.DISMISSED:
            return t("The report about {title} is closed.", title=case.title)
        case CaseOutcome.SENT_AGAIN:
            return t("It is tried again.") if case.kind is CaseKind.PAYOUT else t("The refund is sent again.")
        case CaseOutcome.PAID_OTHERWISE:
            return t("The refund is settled.")
        case CaseOutcome.EXPLAINED:
            return t("It is explained. Nobody is asked again while it stays the same.")
        case CaseOutcome.ANSWERED:
            return t("The dispute is answered. The bank decides.")
    return t("{title} went back to {name}.", title=case.title, name=case.whose or t("its landlord"))
