"""The books compared with what the payment provider says: each look, and what it found to differ."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared_models.base import Output
from shared_models.money import Money
from shared_models.paging import Page


class FindingKind(StrEnum):
    """How the provider and our books differ."""

    NOT_IN_BOOKS = "not_in_books"
    """Money moved at the provider, and the books say nothing of it."""
    NOT_AT_PROVIDER = "not_at_provider"
    """The books say that money moved at the provider, which knows nothing of it."""
    OTHER_AMOUNT = "other_amount"
    OTHER_FEE = "other_fee"
    OTHER_CURRENCY = "other_currency"
    OTHER_KIND = "other_kind"
    """The same money, as something else: a refund there, a payment here."""
    OTHER_BALANCE = "other_balance"
    """The provider holds another amount than all its movements, and what else the books say of it, add up to."""
    UNKNOWN = "unknown"


class FindingStatus(StrEnum):
    """Where a difference stands."""

    OPEN = "open"
    EXPLAINED = "explained"
    """An admin has said why it is so. It stays, and nobody is asked again while it stays the same."""
    GONE = "gone"
    """A later look did not find it any more."""
    UNKNOWN = "unknown"


class RunStatus(StrEnum):
    """Whether a look has come to its end."""

    RUNNING = "running"
    DONE = "done"
    UNKNOWN = "unknown"


class Finding(Output):
    """One difference: what, how much, since when."""

    id: UUID
    kind: FindingKind
    status: FindingStatus
    external_id: str
    """Of the provider's balance transaction (`txn_…`); of a balance its currency."""
    what: str
    """What the provider calls the movement (`charge`, `refund`, `payout` …), or the books if it does not know it."""
    theirs: Money | None = None
    ours: Money | None = None
    happened_at: datetime | None = None
    """When the money moved; None of a balance."""
    found_at: datetime
    settled_at: datetime | None = None
    """Since when it is gone or explained."""
    explained_by_name: str = ""
    note: str | None = None


class ClearingBalance(Output):
    """What the provider holds for us in a currency, and what the books say that it holds."""

    theirs: Money
    ours: Money


class ReconciliationRun(Output):
    """One look at everything that moved up to an instant."""

    id: UUID
    status: RunStatus
    until: datetime
    """What moved after this may still be on its way into the books, and is left to the next look."""
    started_at: datetime
    finished_at: datetime | None = None
    asked_by_name: str = ""
    """Which admin wanted it; "" when it was the clock."""
    movements: int = 0
    """How many lines of the provider's it has read that were not read before."""
    found: int = 0
    """How many differences were open at its end."""
    balances: tuple[ClearingBalance, ...] | None = None
    """None while it runs, and when money moved all the time that it looked."""


class RunPage(Page[ReconciliationRun]):
    """Looks, the latest first; and the differences that are open or explained, the oldest first, on the first page."""

    findings: tuple[Finding, ...] = ()
