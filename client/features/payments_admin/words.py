"""What payments, refunds, entries of the books and differences are called for admins. Pure."""

from client.core.language import money, t, tn
from client.design.tokens import Status
from shared_models.money import Money
from shared_models.payments import DisputeStatus, PaymentStatus, RefundStatus
from shared_models.payments_admin import BookEntry, RefundRequestStatus
from shared_models.reconciliation import Finding, FindingKind, FindingStatus


def payment_status(status: PaymentStatus) -> tuple[str, Status]:
    """Where a payment stands, and its look."""
    return {
        PaymentStatus.INTENDED: (t("Being prepared"), Status.NEUTRAL),
        PaymentStatus.OPEN: (t("Waits to be paid"), Status.WAITING),
        PaymentStatus.AUTHORISED: (t("Held by the card"), Status.WAITING),
        PaymentStatus.CAPTURED: (t("Paid"), Status.SUCCESS),
        PaymentStatus.VOIDED: (t("Let go"), Status.NEUTRAL),
        PaymentStatus.EXPIRED: (t("Not paid in time"), Status.NEUTRAL),
        PaymentStatus.FAILED: (t("Failed"), Status.DANGER),
    }.get(status, (t("Somewhere else"), Status.NEUTRAL))


def refund_status(status: RefundStatus) -> tuple[str, Status]:
    """Where a refund stands, and its look."""
    return {
        RefundStatus.ASKED: (t("Asked for"), Status.WAITING),
        RefundStatus.PENDING: (t("On its way"), Status.WAITING),
        RefundStatus.SUCCEEDED: (t("Sent back"), Status.SUCCESS),
        RefundStatus.FAILED: (t("Did not arrive"), Status.DANGER),
        RefundStatus.CANCELLED: (t("Cancelled"), Status.DANGER),
    }.get(status, (t("Somewhere else"), Status.NEUTRAL))


def request_status(status: RefundRequestStatus) -> tuple[str, Status]:
    """Where a refund stands that an admin wants, and its look."""
    return {
        RefundRequestStatus.WAITING: (t("Waits for a second admin"), Status.WAITING),
        RefundRequestStatus.APPROVED: (t("Agreed"), Status.SUCCESS),
        RefundRequestStatus.REJECTED: (t("Not agreed"), Status.DANGER),
    }.get(status, (t("Somewhere else"), Status.NEUTRAL))


def dispute_status(status: DisputeStatus) -> tuple[str, Status]:
    """Where a dispute stands, and its look."""
    return {
        DisputeStatus.INQUIRY: (t("The bank asks"), Status.WAITING),
        DisputeStatus.INQUIRY_ANSWERED: (t("Answered"), Status.NEUTRAL),
        DisputeStatus.NEEDS_RESPONSE: (t("Taken back, to be answered"), Status.DANGER),
        DisputeStatus.UNDER_REVIEW: (t("The bank decides"), Status.WAITING),
        DisputeStatus.WON: (t("Won"), Status.SUCCESS),
        DisputeStatus.LOST: (t("Lost"), Status.DANGER),
        DisputeStatus.CLOSED: (t("Over, nobody won"), Status.NEUTRAL),
    }.get(status, (t("Somewhere else"), Status.NEUTRAL))


def entry_words(entry: BookEntry) -> str:
    """What an entry of the books tells of."""
    words = {
        "charge": t("The money came"),
        "late_charge": t("The money came too late"),
        "provider_fee": t("The provider took its fee"),
        "refund_asked": t("A refund was asked for"),
        "credit_refund_asked": t("A refund of the payer’s credit was asked for"),
        "refund_paid": t("A refund left"),
        "refund_returned": t("A refund came back"),
        "refund_given_up": t("A refund was given up before it left"),
        "credit_paid_out": t("The payer’s credit was paid from our bank"),
        "dispute_opened": t("A bank took the money back until it decides"),
        "dispute_won": t("The bank decided for us"),
        "dispute_lost": t("The bank decided against us"),
        "reversal": t("A mistake of ours was taken back"),
    }
    return words.get(entry.kind, entry.kind)


def account_word(account: str, owner: str) -> str:
    """What an account of the books is called; `owner` tells a tax from another."""
    words = {
        "provider_clearing": t("With the provider"),
        "stay_liability": t("Held for the stay"),
        "refunds_payable": t("Refunds that have not left"),
        "tenant_credit": t("The payer’s credit"),
        "provider_cost": t("Fees of the provider"),
        "fee_revenue": t("Our fee"),
        "dispute_in_progress": t("Disputed"),
        "dispute_loss": t("Lost in disputes"),
        "fx_clearing": t("Exchange"),
        "bank": t("Our bank"),
    }
    if account == "tax_payable":
        return t("Tax for {authority}", authority=owner.partition(":")[2])
    return words.get(account, account)


def finding_words(finding: Finding) -> str:
    """One difference in a sentence: what, and how much."""
    theirs, ours = _or_nothing(finding.theirs), _or_nothing(finding.ours)
    what = movement_word(finding.what)
    return {
        FindingKind.NOT_IN_BOOKS: t("{what} of {amount} is missing in the books", what=what, amount=theirs),
        FindingKind.NOT_AT_PROVIDER: t("{amount} in the books is unknown to the provider", amount=ours),
        FindingKind.OTHER_AMOUNT: t(
            "{what}: {theirs} at the provider, {ours} in the books", what=what, theirs=theirs, ours=ours
        ),
        FindingKind.OTHER_CURRENCY: t(
            "{what}: {theirs} at the provider, {ours} in the books", what=what, theirs=theirs, ours=ours
        ),
        FindingKind.OTHER_FEE: t("Fee: {theirs} at the provider, {ours} in the books", theirs=theirs, ours=ours),
        FindingKind.OTHER_KIND: t(
            "{amount} is a {what} at the provider, and something else in the books", amount=theirs, what=what
        ),
        FindingKind.OTHER_BALANCE: t(
            "The provider holds {theirs}; what moved there adds up to {ours}", theirs=theirs, ours=ours
        ),
    }.get(finding.kind, what)


def _or_nothing(amount: Money | None) -> str:
    return money(amount) if amount is not None else ""


def movement_word(kind: str) -> str:
    """What the provider calls a movement, in plain words where we know it."""
    words = {
        "charge": t("Payment"),
        "refund": t("Refund"),
        "refund_failure": t("Refund that came back"),
        "dispute": t("Dispute"),
        "dispute_reversal": t("Won dispute"),
        "payout": t("Payout"),
        "topup": t("Top-up"),
        "other_adjustment": t("Adjustment"),
        "balance": t("Balance"),
    }
    return words.get(kind, kind)


def finding_status(finding: Finding) -> tuple[str, Status]:
    """Where a difference stands, and its look."""
    return {
        FindingStatus.OPEN: (t("Open"), Status.DANGER),
        FindingStatus.EXPLAINED: (t("Explained"), Status.NEUTRAL),
        FindingStatus.GONE: (t("Gone"), Status.SUCCESS),
    }.get(finding.status, (t("Somewhere else"), Status.NEUTRAL))


def found_words(number: int) -> str:
    """How many differences a look found."""
    return tn("{n} difference", "{n} differences", number) if number else t("Nothing differs")
