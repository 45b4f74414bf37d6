"""What banks dispute: followed by what the provider says, in the books by what moved, asked of a person in time."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from server.cases import service as cases
from server.cases.service import Opening
from server.core import clock
from server.payments import rules
from server.payments.ledger.rules import postings
from server.payments.ledger.rules.entries import Entry
from server.payments.repository import Payments
from server.payments.rules import Moved, SeenDispute
from server.payments.service import losses, refunds
from server.payments.tables import DisputeTable, PaymentTable
from shared_models.cases import CaseDecision, CaseKind, CaseOutcome
from shared_models.payments import DISPUTED, TO_BE_ANSWERED, UNDECIDED, DisputeStatus

_ENDS = {
    DisputeStatus.INQUIRY_ANSWERED: CaseOutcome.ANSWERED,
    DisputeStatus.UNDER_REVIEW: CaseOutcome.ANSWERED,
    DisputeStatus.WON: CaseOutcome.WON,
    DisputeStatus.LOST: CaseOutcome.LOST,
    DisputeStatus.CLOSED: CaseOutcome.WITHDRAWN,
}
"""What became of a case when its dispute moves by itself."""


async def follow(session: AsyncSession, payment: PaymentTable, seen: Sequence[SeenDispute]) -> list[Entry]:
    """Move the disputes of a locked payment along by what the provider says, and send what waited for their end. What
    that posts is the caller's to post."""
    payments = Payments(session)
    rows = {row.external_id: row for row in await payments.disputes_of([payment.id])}
    for each in seen:
        if each.external_id not in rows:
            rows[each.external_id] = await _found(session, payment, each)
    payment.is_disputed = any(_status_after(rows[each.external_id], each) in DISPUTED for each in seen)
    entries: list[Entry] = []
    for each in seen:
        entries += await _followed(session, payment, rows[each.external_id], each)
    if not payment.is_disputed:
        is_lost = any(row.lost_as is not None for row in rows.values())
        entries += await refunds.send_waiting(session, payment, is_lost=is_lost)
    return entries


def _status_after(row: DisputeTable, seen: SeenDispute) -> DisputeStatus:
    now = DisputeStatus(row.status)
    return rules.next_dispute_status(now, seen) or now


async def _found(session: AsyncSession, payment: PaymentTable, seen: SeenDispute) -> DisputeTable:
    row = DisputeTable(
        payment_id=payment.id,
        external_id=seen.external_id,
        status=seen.status.value,
        reason=seen.reason.value,
        amount_minor=seen.amount.amount_minor,
        answer_by=seen.answer_by,
        opened_at=seen.opened_at,
    )
    await Payments(session).add(row)
    if seen.status in TO_BE_ANSWERED:
        await open_case(session, row)
    return row


async def _followed(session: AsyncSession, payment: PaymentTable, row: DisputeTable, seen: SeenDispute) -> list[Entry]:
    before = DisputeStatus(row.status)
    status = _status_after(row, seen)
    row.status, row.amount_minor, row.answer_by = status.value, seen.amount.amount_minor, seen.answer_by
    row.closed_at = None if status in UNDECIDED else row.closed_at or clock.now()
    if status is not before:
        await _move_case(session, row, status)
    entries: list[Entry] = []
    known = {id_ for id_, _ in row.movements}
    for moved in sorted(seen.moved, key=lambda moved: (moved.at, moved.amount.amount_minor, moved.id)):
        if moved.id not in known:
            entries += await _moved(session, payment, row, seen, moved)
    if status is DisputeStatus.LOST and row.taken_minor and row.lost_as is None:
        entries += await losses.lose(session, payment, row, row.closed_at or clock.now())
    return entries


async def _moved(
    session: AsyncSession, payment: PaymentTable, row: DisputeTable, seen: SeenDispute, moved: Moved
) -> list[Entry]:
    """One movement of money of a dispute: each is in the books once, by the provider's id of it."""
    about, fact, entries = refunds.subject_of(payment), refunds.fact_of(moved), list[Entry]()
    taken = rules.taken_by(moved, seen)
    row.movements = [*row.movements, [moved.id, taken.amount_minor]]
    row.taken_minor += taken.amount_minor
    if moved.fee.amount_minor:
        entries.append(postings.provider_fee(about, fact, moved.fee))
    if taken.amount_minor > 0:
        return [*entries, postings.dispute_opened(about, fact, taken, moved.amount.times(-1))]
    if row.lost_as is not None:
        entries += await losses.restore(session, payment, row, fact)
    if taken.amount_minor < 0:
        entries.append(postings.dispute_won(about, fact, taken.times(-1), moved.amount))
    return entries


async def open_case(session: AsyncSession, row: DisputeTable) -> None:
    """A bank waits for an answer: somebody of ours gives it in time."""
    opening = Opening(row.id, by=None, words=[row.reason], due_at=row.answer_by)
    await cases.open_cases(session, CaseKind.DISPUTE, [opening])


async def _move_case(session: AsyncSession, row: DisputeTable, status: DisputeStatus) -> None:
    if status in TO_BE_ANSWERED:
        await open_case(session, row)
    else:
        await cases.settle(session, CaseKind.DISPUTE, [row.id], CaseDecision(outcome=_ENDS[status]), None)
