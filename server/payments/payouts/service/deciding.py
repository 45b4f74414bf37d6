"""What admins decide about money that cannot be paid out: that it is tried again."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.cases.service import SubjectSummary
from server.core.errors import NotFound
from server.core.identity import Identity
from server.payments.payouts import rules
from server.payments.payouts.repository import Payouts
from server.payments.payouts.service.earning import open_again
from server.payments.repository import Payments
from server.users import service as users
from shared_models.cases import CaseDecision, CaseMoney


async def lock(session: AsyncSession, earning_id: UUID) -> None:
    """Lock the payment that it is earned with, and then the earning."""
    row = await Payouts(session).by_id(earning_id)
    if row is not None:
        await Payments(session).locked(row.payment_id)
        await Payouts(session).locked(earning_id)


async def summarise(session: AsyncSession, ids: Iterable[UUID]) -> Mapping[UUID, SubjectSummary]:
    """What the queue says of these earnings: whose they are, of what payment, and how much waits."""
    found = await Payouts(session).with_payments(list(ids))
    names = await users.names(session, {row.landlord_id for row, _ in found.values()})
    return {
        id_: SubjectSummary(
            payment.title,
            whose=names.get(row.landlord_id, ""),
            money=CaseMoney(
                payment_id=payment.id,
                amount=rules.money(payment.stay_minor, payment.currency),
                paid=rules.money(payment.amount_minor, payment.currency),
                paid_at=payment.settled_at,
            ),
        )
        for id_, (row, payment) in found.items()
    }


async def decide(session: AsyncSession, admin: Identity, earning_id: UUID, decision: CaseDecision) -> None:
    """Have it tried again with the clock's next stroke. Raises NotFound."""
    del admin, decision
    row = await Payouts(session).by_id(earning_id)
    if row is None:
        raise NotFound
    open_again(row)
