"""How long a case may wait, and what may be done with it. Pure."""

from datetime import datetime, timedelta
from uuid import UUID

from server.core.errors import InvalidTransition
from shared_models.cases import DECISIONS, MOVES, CaseKind, CaseOutcome, CaseStatus
from shared_models.moves import may_move

_HOURS = {
    CaseKind.HOME_REVIEW: 48,
    CaseKind.HOME_REPORT: 24,
    CaseKind.FAILED_JOB: 24,
    CaseKind.DISPUTE: 24,
    CaseKind.FAILED_REFUND: 24,
    CaseKind.RECONCILIATION: 24,
    CaseKind.PAYOUT: 24,
}
"""What we promise: a new home is looked at within two days, all else within one. A dispute whose bank sets a deadline
has that."""


def due(kind: CaseKind, opened: datetime) -> datetime:
    """By when it must be decided."""
    return opened + timedelta(hours=_HOURS[kind])


def move(now: CaseStatus, then: CaseStatus) -> CaseStatus:
    """`then`, when a case may go there from `now`. Raises InvalidTransition."""
    if not may_move(MOVES, now, then):
        raise InvalidTransition(f"A case that is {now.value} cannot become {then.value}.")
    return then


def before(then: CaseStatus) -> list[CaseStatus]:
    """The states from which a case may go to `then`."""
    return [now for now in MOVES if may_move(MOVES, now, then)]


def may_decide(kind: CaseKind, outcome: CaseOutcome) -> bool:
    """Whether a case of this kind can end so."""
    return outcome in DECISIONS.get(kind, frozenset())


def is_anothers(status: CaseStatus, owner_id: UUID | None, admin_id: UUID) -> bool:
    """Whether someone else works on it."""
    return status == CaseStatus.TAKEN and owner_id != admin_id
