"""What the rooms above ask of payments.

All of it is part of the caller's transaction, comes after the caller's own locks, and takes the payment's lock itself.
None of it calls the provider: jobs do, and what came of it a settler hears.
"""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.core.errors import InvalidTransition
from server.payments import rules
from server.payments.ledger.rules.entries import Subject
from server.payments.ledger.rules.postings import Parts, Tax
from server.payments.payouts.service.door import Due, put_off
from server.payments.receipts.rules import Line, Sold
from server.payments.repository import Payments
from server.payments.rules import Bill, Payment
from server.payments.service import refunds
from server.payments.service.amounts import parts_of
from server.payments.service.ending import let_go
from server.payments.service.history import by_id as history_of
from server.payments.service.holds import capture
from server.payments.service.news import check_now
from server.payments.service.pages import bill
from server.payments.service.rooms import (
    Fulfil,
    Settle,
    Settler,
    Thing,
    Things,
    register_dues,
    register_settler,
    register_things,
)
from server.payments.tables import PaymentTable, RefundTable
from shared_models.money import Currency
from shared_models.payments import PaymentStatus

__all__ = [
    "Bill",
    "Due",
    "Fulfil",
    "Line",
    "Parts",
    "Payment",
    "Settle",
    "Settler",
    "Sold",
    "Subject",
    "Tax",
    "Thing",
    "Things",
    "bill",
    "capture",
    "check_now",
    "history_of",
    "let_go",
    "payments_of",
    "put_off",
    "refund",
    "register_dues",
    "register_settler",
    "register_things",
]


async def payments_of(session: AsyncSession, subjects: Iterable[Subject]) -> Mapping[Subject, Sequence[Payment]]:
    """The payments for each of these things, the newest last; one statement for all of them."""
    wanted = list(subjects)
    found: dict[UUID, tuple[PaymentTable, list[RefundTable]]] = {}
    for row, back in await Payments(session).of_subjects(wanted):
        _, gone = found.setdefault(row.id, (row, []))
        gone += [] if back is None else [back]
    payments: dict[Subject, list[Payment]] = {subject: [] for subject in wanted}
    for row, gone in found.values():
        payments[refunds.subject_of(row)].append(_read(row, gone))
    return payments


def _read(row: PaymentTable, gone: Sequence[RefundTable]) -> Payment:
    parts = parts_of(row, Currency(row.currency))
    return Payment(
        id=row.id,
        subject=refunds.subject_of(row),
        payer_id=row.payer_id,
        status=PaymentStatus(row.status),
        parts=parts,
        refunded=rules.less(parts, [refunds.left_of(row, gone)]),
        is_held=row.is_held,
        page_url=None if row.let_go_at else row.page_url,
        expires_at=row.expires_at,
        created_at=row.created_at,
        settled_at=row.settled_at,
        is_disputed=row.is_disputed,
    )


async def refund(session: AsyncSession, payment_ids: Sequence[UUID], parts: Parts) -> None:
    """Let an amount go back of these payments, of each as much as is left of it, the newest first.

    Nothing is nothing to do. Raises NotFound, and InvalidTransition for more than is left of any part of all of them,
    or for another currency.
    """
    payments = Payments(session)
    rows = [row for row in await payments.all_locked(payment_ids) if row.status == PaymentStatus.CAPTURED.value]
    for row in reversed(rows):
        left = refunds.left_of(row, await payments.refunds_of([row.id]))
        if left.stay.currency is not parts.stay.currency:
            raise InvalidTransition("That was paid in another currency.")
        piece = rules.as_far_as(parts, left)
        if piece.total.amount_minor:
            await refunds.ask(session, row.id, piece)
            parts = rules.less(parts, [piece])
    if parts.total.amount_minor:
        raise InvalidTransition("There is less left than that.")
