"""What landlords earn: where the money of each stay is, what was kept of it, and when it was paid out."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from shared_models.base import Output
from shared_models.fee_tax import FeeTaxRule
from shared_models.money import Currency, Money
from shared_models.paging import Page
from shared_models.stay_dates import local_instant

EARNED_AFTER = timedelta(hours=24)
"""How long after check-in what was paid for a stay is its landlord's."""


def due_at(check_in: date, hour: time, zone: str) -> datetime:
    """When what was paid for a stay is earned: a day after its check-in there; `hour` as it was agreed."""
    return local_instant(check_in, hour, zone).astimezone(UTC) + EARNED_AFTER


def month_within(month: str) -> tuple[datetime, datetime]:
    """From when to when a month such as `2026-11` is, in UTC. Raises ValueError for what is none."""
    begin = datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC)
    return begin, (begin + timedelta(days=32)).replace(day=1)


class WaitReason(StrEnum):
    """Why money that is due is not paid out yet."""

    NO_ACCOUNT = "no_account"
    """There is no account that can be paid to."""
    DISPUTE = "dispute"
    """A bank has taken the payment back, and decides."""
    TAX = "tax"
    """It is not known how our fee is taxed."""
    PROVIDER = "provider"
    """The provider cannot move it yet; it is tried again."""
    REFUSED = "refused"
    """The provider will not move it; a person of ours looks into it."""
    UNKNOWN = "unknown"


class TransferStatus(StrEnum):
    """Where a transfer to a landlord's account, or its reversal, stands."""

    ASKED = "asked"
    """Written down; the provider may not have heard of it yet."""
    DONE = "done"
    """It has left our balance, or come back to it."""
    FAILED = "failed"
    """The provider said no: nothing has moved."""
    UNKNOWN = "unknown"


class EarningStatus(StrEnum):
    """Where what a landlord earns with a payment is now."""

    ON_THE_WAY = "on_the_way"
    """Not earned yet: it is a day after check-in."""
    WAITS = "waits"
    """It is due, and something has to happen first."""
    PAYING = "paying"
    """It is being paid out."""
    PAID = "paid"
    """It was paid out, or taken for what was owed."""
    GIVEN_BACK = "given_back"
    """All of it went back to the tenant."""
    UNKNOWN = "unknown"


class Earning(Output):
    """What a landlord earns with one payment. Amounts are in its currency, and none is below zero.

    `let_for` − `given_back` − `fee` − `fee_tax` is the landlord's, and so is `recovered` + `paid_out` + `waiting` −
    `taken_later` − `owed`. Before it is earned there is no fee yet, and `waiting` is what there is without one.
    """

    id: UUID
    title: str
    reference: str
    subject_kind: str
    part_of: UUID | None
    """The stay it belongs to."""
    status: EarningStatus
    waits_for: WaitReason | None
    due_at: datetime
    earned_at: datetime | None
    paid_at: datetime | None
    let_for: Money
    """What was paid for the stay, without taxes of the place."""
    given_back: Money
    """What of that went back to the tenant, or was lost to their bank."""
    fee: Money
    fee_tax: Money
    fee_tax_rule: FeeTaxRule | None
    recovered: Money
    """What was taken of it for an older stay that was given back after it was paid out."""
    paid_out: Money
    """What was moved to the landlord's account for it, less what came back from there."""
    taken_later: Money
    """What of that was taken of later stays, since it had gone back to the tenant."""
    waiting: Money
    """What is still to be paid out of it."""
    owed: Money
    """What the landlord still owes of it, to be taken from what they are paid next."""


class EarningsTotal(Output):
    """What a landlord's earnings in one currency are, by where the money is."""

    currency: Currency
    on_the_way: Money
    """Of stays that have not begun, or have only just: before our fee."""
    waits: Money
    """Due, and not paid out yet; before our fee where it is not earned."""
    paid: Money
    """Paid out, less what came back."""
    owed: Money
    """To be taken from what is paid out next."""


class EarningsPage(Page[Earning]):
    """A landlord's earnings, the latest due first; `totals`, one for each currency, come with the first page."""

    totals: tuple[EarningsTotal, ...] = ()
