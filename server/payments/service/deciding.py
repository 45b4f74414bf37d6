"""What admins decide about money: how a dispute is answered, and how a refund that did not arrive gets to its payer."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.cases.service import SubjectSummary
from server.core import clock
from server.core.errors import NotFound
from server.core.identity import Identity
from server.payments.ledger import service as ledger
from server.payments.ledger.rules import postings
from server.payments.ledger.rules.entries import OWN, Fact
from server.payments.repository import Payments
from server.payments.service import refunds
from server.payments.tables import PaymentTable
from server.users import service as users
from shared_models.cases import CaseDecision, CaseMoney, CaseOutcome
from shared_models.money import Currency, Money
from shared_models.payments import DisputeReason, DisputeStatus


async def lock_dispute(session: AsyncSession, dispute_id: UUID) -> None:
    """Lock the payment that is disputed."""
    row = await Payments(session).dispute(dispute_id)
    if row is not None:
        await Payments(session).locked(row.payment_id)


async def lock_refund(session: AsyncSession, refund_id: UUID) -> None:
    """Lock the payment that is refunded."""
    row = await Payments(session).refund(refund_id)
    if row is not None:
        await Payments(session).locked(row.payment_id)


async def decide_dispute(session: AsyncSession, admin: Identity, dispute_id: UUID, decision: CaseDecision) -> None:
    """The bank has our answer, given at the provider. What it decides is heard of there, and opens no case."""
    del session, admin, dispute_id, decision


async def decide_refund(session: AsyncSession, admin: Identity, refund_id: UUID, decision: CaseDecision) -> None:
    """Send a refund that did not arrive again, or write down that its payer has it another way.

    Raises NotFound, InvalidTransition when the payer does not have it with us any more.
    """
    del admin
    payments = Payments(session)
    row = await payments.refund(refund_id)
    payment = None if row is None else await payments.locked(row.payment_id)
    if row is None or payment is None:
        raise NotFound
    if decision.outcome is CaseOutcome.SENT_AGAIN:
        await refunds.ask_of_credit(session, payment, row)
        return
    await refunds.check_credit(session, payment, row)
    row.paid_otherwise_at = clock.now()
    fact, amount = Fact(OWN, str(row.id), row.paid_otherwise_at), refunds.amount_of(payment, row)
    await ledger.post(session, postings.credit_paid_out(refunds.subject_of(payment), fact, payment.payer_id, amount))


async def summarise_disputes(session: AsyncSession, ids: Iterable[UUID]) -> Mapping[UUID, SubjectSummary]:
    """What the queue says of these disputes."""
    payments = Payments(session)
    rows = await payments.disputes(ids)
    paid, names = await _payments(session, {row.payment_id for row in rows})
    return {
        row.id: _summary(
            paid[row.payment_id],
            names,
            row.amount_minor,
            dispute=DisputeStatus(row.status),
            reason=DisputeReason(row.reason),
            answer_by=row.answer_by,
        )
        for row in rows
    }


async def summarise_refunds(session: AsyncSession, ids: Iterable[UUID]) -> Mapping[UUID, SubjectSummary]:
    """What the queue says of these refunds."""
    rows = await Payments(session).refunds(ids)
    paid, names = await _payments(session, {row.payment_id for row in rows})
    return {row.id: _summary(paid[row.payment_id], names, row.amount_minor, asked_at=row.created_at) for row in rows}


async def _payments(
    session: AsyncSession, ids: Iterable[UUID]
) -> tuple[Mapping[UUID, PaymentTable], Mapping[UUID, str]]:
    rows = await Payments(session).by_ids(ids)
    return {row.id: row for row in rows}, await users.names(session, {row.payer_id for row in rows})


def _summary(payment: PaymentTable, names: Mapping[UUID, str], amount_minor: int, **more: object) -> SubjectSummary:
    currency = Currency(payment.currency)
    money = CaseMoney(
        payment_id=payment.id,
        amount=Money(amount_minor=amount_minor, currency=currency),
        paid=Money(amount_minor=payment.amount_minor, currency=currency),
        paid_at=payment.settled_at,
        **more,
    )
    return SubjectSummary(payment.title, whose=names.get(payment.payer_id, ""), money=money)
