"""The words of the books: accounts, their sides, and what an entry tells of. `docs/ledger.md` draws what each posts."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Side(StrEnum):
    """The side on which an account grows. A posting of the books is positive on the debit side."""

    DEBIT = "debit"
    CREDIT = "credit"


class AccountCode(StrEnum):
    """What an account is for. An account is one of these for one owner and one currency."""

    PROVIDER_CLEARING = "provider_clearing"
    """What the payment provider holds for us, available or pending."""
    STAY_LIABILITY = "stay_liability"
    """What was paid for something that is not earned yet: owed to its landlord or back to its tenant."""
    REFUNDS_PAYABLE = "refunds_payable"
    """Refunds that were asked for and have not left yet."""
    TENANT_CREDIT = "tenant_credit"
    """What we owe a tenant without a stay: money that came too late, a refund that came back."""
    TAX_PAYABLE = "tax_payable"
    """Taxes that were taken in for an authority."""
    LANDLORD_PAYABLE = "landlord_payable"
    """What a landlord has earned and we have not paid out yet."""
    LANDLORD_RECEIVABLE = "landlord_receivable"
    """What a landlord was paid and has to give back: taken from what they are paid next."""
    PROVIDER_COST = "provider_cost"
    """What the payment provider keeps for its service."""
    FEE_REVENUE = "fee_revenue"
    """What the platform has earned."""
    DISPUTE_IN_PROGRESS = "dispute_in_progress"
    """What a bank has taken back until it decides."""
    DISPUTE_LOSS = "dispute_loss"
    """What a bank has kept beyond anything we held for it."""
    FX_CLEARING = "fx_clearing"
    """The other side of an exchange, in each of its two currencies."""
    BANK = "bank"
    """What lies in the platform's own account at its bank."""


class EntryKind(StrEnum):
    """What happened. A fact of a source is told at most once for each of these."""

    CHARGE = "charge"
    LATE_CHARGE = "late_charge"
    PROVIDER_FEE = "provider_fee"
    REFUND_ASKED = "refund_asked"
    CREDIT_REFUND_ASKED = "credit_refund_asked"
    REFUND_PAID = "refund_paid"
    REFUND_RETURNED = "refund_returned"
    REFUND_GIVEN_UP = "refund_given_up"
    CREDIT_PAID_OUT = "credit_paid_out"
    DISPUTE_OPENED = "dispute_opened"
    DISPUTE_WON = "dispute_won"
    DISPUTE_LOST = "dispute_lost"
    EARNED = "earned"
    RECOVERED = "recovered"
    OWED_AGAIN = "owed_again"
    TRANSFERRED = "transferred"
    TRANSFER_REVERSED = "transfer_reversed"
    REVERSAL = "reversal"


@dataclass(frozen=True)
class Nature:
    """What holds for every account of a code."""

    normal: Side
    may_go_below_zero: bool
    """Where it may not, the database keeps its balance and refuses what would take it below zero."""


NATURES: Mapping[AccountCode, Nature] = {
    AccountCode.PROVIDER_CLEARING: Nature(Side.DEBIT, True),
    AccountCode.STAY_LIABILITY: Nature(Side.CREDIT, False),
    AccountCode.REFUNDS_PAYABLE: Nature(Side.CREDIT, False),
    AccountCode.TENANT_CREDIT: Nature(Side.CREDIT, False),
    AccountCode.TAX_PAYABLE: Nature(Side.CREDIT, True),
    AccountCode.LANDLORD_PAYABLE: Nature(Side.CREDIT, False),
    AccountCode.LANDLORD_RECEIVABLE: Nature(Side.DEBIT, False),
    AccountCode.PROVIDER_COST: Nature(Side.DEBIT, True),
    AccountCode.FEE_REVENUE: Nature(Side.CREDIT, True),
    AccountCode.DISPUTE_IN_PROGRESS: Nature(Side.DEBIT, False),
    AccountCode.DISPUTE_LOSS: Nature(Side.DEBIT, True),
    AccountCode.FX_CLEARING: Nature(Side.DEBIT, True),
    AccountCode.BANK: Nature(Side.DEBIT, True),
}
"""Below zero go those that everybody's money passes: a stored balance would be one row that every posting waits for."""
