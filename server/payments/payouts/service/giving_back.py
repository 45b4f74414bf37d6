"""What was earned and goes back: for a refund, or for what a bank keeps. Under the lock of the payment.

Of the landlord's part first goes what they have not been paid; the rest they owe. Our fee and the tax on it go back in
proportion. What turns out not to go back after all is theirs again, and so is what was recovered of it meanwhile.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.core import clock, jobs
from server.payments.ledger.service import OWN, Entry, Fact, GivenBack, Subject, Tax, postings
from server.payments.payouts import rules
from server.payments.payouts.repository import Payouts
from server.payments.payouts.rules import Shares
from server.payments.payouts.service.earning import available, held_for, open_again
from server.payments.payouts.tables import ClawbackTable, EarningTable
from server.payments.tables import PaymentTable
from shared_models.money import Money

CLAW_BACK = "payouts.claw_back"


async def take_back(
    session: AsyncSession, payment: PaymentTable, cause_id: UUID, amount: Money, *, pending: Sequence[Entry] = ()
) -> GivenBack | None:
    """Take `amount` of what was let for back, for the refund or dispute `cause_id`: what is still held first, which is
    nobody's yet; answers what comes of what was earned, None where nothing does.

    `pending`: what the caller posts before. Raises ValueError for more than is left.
    """
    row = await Payouts(session).of_payment(payment.id)
    if row is None or not row.times or not amount.amount_minor:
        return None
    held = await held_for(session, _about(payment), row.currency, pending)
    gross = amount.amount_minor - min(held, amount.amount_minor)
    if not gross:
        return None
    part = rules.taken_back(gross, _left(row))
    payable = min(part.net, available(row))
    row.back_net_minor, row.back_fee_minor, row.back_tax_minor = (
        row.back_net_minor + part.net,
        row.back_fee_minor + part.fee,
        row.back_tax_minor + part.tax,
    )
    row.returned_minor += payable
    clawback = _clawback(row, cause_id, part, payable)
    await Payouts(session).add(clawback)
    if clawback.owed_minor:
        await jobs.defer(session, CLAW_BACK, {"clawback_id": str(clawback.id)})
    return _given_back(row, clawback)


def _left(row: EarningTable) -> Shares:
    earned = Shares(row.net_minor, row.fee_minor, row.tax_minor)
    return earned - Shares(row.back_net_minor, row.back_fee_minor, row.back_tax_minor)


def _clawback(row: EarningTable, cause_id: UUID, part: Shares, payable: int) -> ClawbackTable:
    return ClawbackTable(
        earning_id=row.id,
        cause_id=cause_id,
        landlord_id=row.landlord_id,
        currency=row.currency,
        payable_minor=payable,
        owed_minor=part.net - payable,
        fee_minor=part.fee,
        tax_minor=part.tax,
    )


def _given_back(row: EarningTable, clawback: ClawbackTable) -> GivenBack:
    payable, owed, fee, taxed = (
        rules.money(minor, row.currency)
        for minor in (clawback.payable_minor, clawback.owed_minor, clawback.fee_minor, clawback.tax_minor)
    )
    tax = None if row.tax_authority is None else Tax(row.tax_authority, taxed)
    return GivenBack(row.landlord_id, payable, owed, fee, tax)


async def undo(session: AsyncSession, payment: PaymentTable, cause_id: UUID) -> list[Entry]:
    """What was to go back for a cause does not: what was taken of earnings is the landlord's again, and what was held
    is earned anew. What that posts, beside the reversal of the cause's own entry, is the caller's to post."""
    row = await Payouts(session).of_payment(payment.id)
    if row is None:
        return []
    open_again(row)
    clawback = await Payouts(session).taken_for(cause_id)
    if clawback is None:
        return []
    clawback.undone_at = clock.now()
    row.back_net_minor -= clawback.payable_minor + clawback.owed_minor
    row.back_fee_minor -= clawback.fee_minor
    row.back_tax_minor -= clawback.tax_minor
    row.returned_minor -= clawback.payable_minor
    came_back = clawback.recovered_minor + await Payouts(session).came_back_for(clawback.id)
    return [owed_again(row, payment, clawback.id, came_back)] if came_back else []


def owed_again(row: EarningTable, payment: PaymentTable, id_: UUID, minor: int) -> Entry:
    """What was recovered of a debt that was none is to be paid out again; `id_` tells it from all others."""
    row.paid_minor -= minor
    open_again(row)
    amount = rules.money(minor, row.currency)
    return postings.owed_again(_about(payment), Fact(OWN, str(id_), clock.now()), row.landlord_id, amount)


def _about(payment: PaymentTable) -> Subject:
    return Subject(payment.subject_kind, payment.subject_id)
