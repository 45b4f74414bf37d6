"""Cases: what a person of ours must decide, by when, and what came of it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from shared_models.base import Input, Output
from shared_models.money import Money
from shared_models.paging import Page
from shared_models.payments import DisputeReason, DisputeStatus
from shared_models.visible_text import is_visible


class CaseKind(StrEnum):
    """What a case is about; its subject is the id of such a thing."""

    HOME_REVIEW = "home_review"
    HOME_REPORT = "home_report"
    FAILED_JOB = "failed_job"
    """Work in the background that failed for good, or needs a person to go on; all of one kind of work is one case."""
    DISPUTE = "dispute"
    """A bank asks about a payment, or has taken it back."""
    FAILED_REFUND = "failed_refund"
    """A refund did not arrive; the tenant has the money with us."""
    RECONCILIATION = "reconciliation"
    """The books and the payment provider differ; all differences are one case."""
    PAYOUT = "payout"
    """What a landlord earned cannot be paid out, for a reason that they or we have to put right."""
    UNKNOWN = "unknown"


ABOUT_HOMES = frozenset({CaseKind.HOME_REVIEW, CaseKind.HOME_REPORT})
"""Kinds of cases whose subject is a home."""


class CaseStatus(StrEnum):
    """Where a case stands: nobody has it, somebody has it, or it is decided."""

    WAITING = "waiting"
    TAKEN = "taken"
    CLOSED = "closed"
    UNKNOWN = "unknown"


MOVES: dict[CaseStatus, frozenset[CaseStatus]] = {
    CaseStatus.WAITING: frozenset({CaseStatus.TAKEN, CaseStatus.CLOSED}),
    CaseStatus.TAKEN: frozenset({CaseStatus.WAITING, CaseStatus.CLOSED}),
    CaseStatus.CLOSED: frozenset(),
}
"""Every allowed move of a case."""


class CaseOutcome(StrEnum):
    """What came of a case."""

    APPROVED = "approved"
    SENT_BACK = "sent_back"
    DISMISSED = "dismissed"
    TAKEN_DOWN = "taken_down"
    WITHDRAWN = "withdrawn"
    """Nobody decided: what it was about went away by itself."""
    SUCCEEDED = "succeeded"
    """What had failed has worked after all."""
    LEFT_UNDONE = "left_undone"
    """What had failed will not be done any more."""
    ANSWERED = "answered"
    """The bank has our answer, or shall have none."""
    WON = "won"
    LOST = "lost"
    SENT_AGAIN = "sent_again"
    PAID_OTHERWISE = "paid_otherwise"
    """The tenant has the money another way; the note says how."""
    EXPLAINED = "explained"
    """It is known why it is so, and it stays."""
    UNKNOWN = "unknown"


DECISIONS: dict[CaseKind, frozenset[CaseOutcome]] = {
    CaseKind.HOME_REVIEW: frozenset({CaseOutcome.APPROVED, CaseOutcome.SENT_BACK}),
    CaseKind.HOME_REPORT: frozenset({CaseOutcome.DISMISSED, CaseOutcome.TAKEN_DOWN}),
    CaseKind.FAILED_JOB: frozenset({CaseOutcome.LEFT_UNDONE}),
    CaseKind.DISPUTE: frozenset({CaseOutcome.ANSWERED}),
    CaseKind.FAILED_REFUND: frozenset({CaseOutcome.SENT_AGAIN, CaseOutcome.PAID_OTHERWISE}),
    CaseKind.RECONCILIATION: frozenset({CaseOutcome.EXPLAINED}),
    CaseKind.PAYOUT: frozenset({CaseOutcome.SENT_AGAIN}),
}
"""What an admin may decide in a case of each kind."""

SAY_WHY = frozenset({CaseOutcome.SENT_BACK, CaseOutcome.TAKEN_DOWN, CaseOutcome.PAID_OTHERWISE, CaseOutcome.EXPLAINED})
"""Outcomes that need a reason or a note, because someone has to put something right, or to find it again."""


class SendBackReason(StrEnum):
    """Why a home is sent back to its landlord."""

    PLACE_UNCLEAR = "place_unclear"
    PRICE_WRONG = "price_wrong"
    DESCRIPTION_MISSING = "description_missing"
    TITLE_MISLEADING = "title_misleading"
    LISTED_TWICE = "listed_twice"
    CONTACT_IN_TEXT = "contact_in_text"
    OTHER = "other"
    UNKNOWN = "unknown"


class ReportReason(StrEnum):
    """What someone finds wrong with a home on show."""

    NOT_AS_DESCRIBED = "not_as_described"
    NOT_REAL = "not_real"
    ASKS_TO_PAY_ELSEWHERE = "asks_to_pay_elsewhere"
    UNSAFE = "unsafe"
    OFFENSIVE = "offensive"
    OTHER = "other"
    UNKNOWN = "unknown"


Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)]
Reasons = Annotated[tuple[SendBackReason, ...], Field(max_length=10)]


class CaseDecision(Input):
    """How an admin decides a case. Sending back and taking down say why: by reasons, a note, or both. That a tenant was
    paid another way says how, in a note."""

    outcome: CaseOutcome
    reasons: Reasons = ()
    note: Note | None = None

    @model_validator(mode="after")
    def _says_why(self) -> "CaseDecision":
        if self.outcome in SAY_WHY and not (self.reasons or is_visible(self.note or "")):
            raise ValueError("say why, so that it can be put right")
        if self.outcome is CaseOutcome.PAID_OTHERWISE and not is_visible(self.note or ""):
            raise ValueError("say in a note how it was paid")
        return self


class Report(Input):
    """What someone says of a home that is on show."""

    reason: ReportReason
    note: Note | None = None


class CaseAct(StrEnum):
    """What a line of the log tells."""

    OPENED = "opened"
    ADDED = "added"
    TAKEN = "taken"
    RELEASED = "released"
    CLOSED = "closed"
    RUN_AGAIN = "run_again"
    UNKNOWN = "unknown"


class CaseEntry(Output):
    """One line of a case's log. `words` are reasons or, for a review, the facts that changed."""

    at: datetime
    by_name: str
    act: CaseAct
    words: tuple[str, ...] = ()
    note: str | None = None
    outcome: CaseOutcome | None = None


class FailedJobs(Output):
    """Work in the background that did not get done. `error` is the class of the last error, "" when it is not known."""

    failed: int
    """How many jobs are not tried any more."""
    trying: int
    """How many are tried again."""
    since: datetime
    tries: int
    """How often the one was tried that was tried most often."""
    error: str


class CaseMoney(Output):
    """The money that a case is about: what is disputed, or a refund that did not arrive."""

    payment_id: UUID
    amount: Money
    paid: Money
    """The payment that it is of."""
    paid_at: datetime | None = None
    dispute: DisputeStatus | None = None
    reason: DisputeReason | None = None
    answer_by: datetime | None = None
    """Until when the bank takes an answer."""
    asked_at: datetime | None = None
    """When the refund was asked for."""


class CaseRead(Output):
    """A case as a line of the queue. `title`, `place` and `whose` name what it is about, as it is now.

    That of a failed job is called by the name of the job; `failed` says how it stands, as long as the case is open. One
    about money is called by what was paid for, and is its payer's.
    """

    id: UUID
    kind: CaseKind
    subject_id: UUID
    status: CaseStatus
    title: str = ""
    place: str = ""
    whose: str = ""
    opened_by_name: str = ""
    opened_at: datetime
    due_at: datetime
    owner_id: UUID | None = None
    owner_name: str = ""
    outcome: CaseOutcome | None = None
    closed_at: datetime | None = None
    words: tuple[str, ...] = ()
    """Why it was opened."""
    failed: FailedJobs | None = None
    money: CaseMoney | None = None


class CaseFull(CaseRead):
    """A case with its log, oldest line first."""

    log: tuple[CaseEntry, ...] = ()


class CasePage(Page[CaseRead]):
    """Open cases, the most urgent first, or closed ones, the latest first. `counts`: open cases of each kind."""

    total: int
    counts: dict[str, int] = Field(default_factory=dict)
