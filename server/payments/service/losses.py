"""What a bank keeps of a payment for good: taken out of the refunds that wait, which the payer has from the bank now;
then out of what is left for the thing; then out of what the payer has with us. What is missing is a loss of ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from server.payments import rules
from server.payments.ledger import service as ledger
from server.payments.ledger.rules import postings
from server.payments.ledger.rules.entries import Entry, Fact
from server.payments.ledger.rules.postings import Kept, Parts, Tax
from server.payments.payouts.service import door as payouts
from server.payments.repository import Payments
from server.payments.rules import STRIPE
from server.payments.service import refunds
from server.payments.service.amounts import parts_of, taxes_of
from server.payments.tables import DisputeTable, PaymentTable, RefundTable
from shared_models.ledger import AccountCode, EntryKind
from shared_models.money import Currency, Money
from shared_models.payments import RefundStatus

_LET_FOR = frozenset(
    {
        AccountCode.STAY_LIABILITY,
        AccountCode.LANDLORD_PAYABLE,
        AccountCode.LANDLORD_RECEIVABLE,
        AccountCode.FEE_REVENUE,
        AccountCode.TAX_PAYABLE,
    }
)
"""Where what was let for may be."""


@dataclass
class _Loss:
    """What has been found so far for what a bank keeps."""

    rest: Money
    """What nothing was found for yet."""
    held: Parts
    credit: Money
    entries: list[Entry] = field(default_factory=list)

    def take_held(self, amount: Money, of: Parts) -> None:
        if amount.amount_minor:
            self.held, self.rest = rules.joined(self.held, rules.share(amount, of)), self.rest - amount

    def take_credit(self, amount: Money) -> None:
        self.credit, self.rest = self.credit + amount, self.rest - amount


async def lose(session: AsyncSession, payment: PaymentTable, dispute: DisputeTable, at: datetime) -> list[Entry]:
    """Write down that a bank keeps what it took of a locked payment; what that posts is the caller's to post."""
    currency = Currency(payment.currency)
    nothing = Money(amount_minor=0, currency=currency)
    loss = _Loss(Money(amount_minor=dispute.taken_minor, currency=currency), Parts(nothing), nothing)
    rows = await Payments(session).refunds_of([payment.id])
    for row in rows:
        if refunds.is_waiting(row) and loss.rest.amount_minor:
            await _cover(session, payment, row, dispute, loss, at)
    _take_rest(payment, await Payments(session).refunds_of([payment.id]), loss)
    dispute.lost_as = dispute.movements[-1][0]
    _write(payment, rules.joined(refunds.lost_of(payment), loss.held), loss.credit.amount_minor)
    about, fact = refunds.subject_of(payment), Fact(STRIPE, str(dispute.lost_as), at)
    amount = Money(amount_minor=dispute.taken_minor, currency=currency)
    given_back = await payouts.take_back(session, payment, dispute.id, loss.held.stay, pending=loss.entries)
    kept = Kept(loss.held, loss.credit, given_back)
    return [*loss.entries, postings.dispute_lost(about, fact, payment.payer_id, amount, kept)]


async def _cover(
    session: AsyncSession,
    payment: PaymentTable,
    row: RefundTable,
    dispute: DisputeTable,
    loss: _Loss,
    at: datetime,
) -> None:
    """The payer has a refund that waits from their bank: it is taken back, and asked for anew as far as it is more."""
    covered, parts = rules.lesser(loss.rest, refunds.amount_of(payment, row)), parts_of(row, Currency(payment.currency))
    loss.entries += await refunds.taken_back(session, payment, row, at)
    row.status = RefundStatus.CANCELLED.value
    row.covered_by, row.covered_minor = dispute.id, covered.amount_minor
    rest = rules.less(parts, [rules.share(covered, parts)])
    if rest.total.amount_minor:
        loss.entries.append(await refunds.asked(session, payment, _like(row, rest), pending=loss.entries))
    if row.is_of_credit:
        loss.take_credit(covered)
    else:
        loss.take_held(covered, parts)


def _like(row: RefundTable, parts: Parts) -> RefundTable:
    return RefundTable(
        payment_id=row.payment_id,
        stay_minor=parts.stay.amount_minor,
        taxes=taxes_of(parts),
        amount_minor=parts.total.amount_minor,
        is_of_credit=row.is_of_credit,
    )


def _take_rest(payment: PaymentTable, rows: Sequence[RefundTable], loss: _Loss) -> None:
    left = rules.less(refunds.left_of(payment, rows), [loss.held])
    loss.take_held(rules.lesser(loss.rest, left.total), left)
    loss.take_credit(rules.lesser(loss.rest, refunds.credit_of(payment, rows) - loss.credit))


async def restore(session: AsyncSession, payment: PaymentTable, dispute: DisputeTable, fact: Fact) -> list[Entry]:
    """A loss was decided anew, and the bank gives the money back: all stands as before it, and what was refunded by the
    bank is asked for again. What that posts is the caller's to post."""
    currency = Currency(payment.currency)
    lost = Fact(STRIPE, str(dispute.lost_as), fact.happened_at)
    reversal = await ledger.reversal_of(session, EntryKind.DISPUTE_LOST, lost, fact)
    held, credit = _kept_by(reversal, payment)
    dispute.lost_as = None
    _write(payment, rules.less(refunds.lost_of(payment), [held]), -credit)
    entries = [reversal, *await payouts.undo(session, payment, dispute.id)]
    for row in await Payments(session).refunds_of([payment.id]):
        if row.covered_by == dispute.id:
            parts, covered = parts_of(row, currency), Money(amount_minor=row.covered_minor, currency=currency)
            row.covered_by, row.covered_minor = None, 0
            entries.append(
                await refunds.asked(session, payment, _like(row, rules.share(covered, parts)), pending=entries)
            )
    return entries


def _kept_by(reversal: Entry, payment: PaymentTable) -> tuple[Parts, int]:
    """What a loss was taken from, by what takes it back: the tax on our fee is a part of what was let for."""
    stay, taxes, credit, currency = 0, list[Tax](), 0, Currency(payment.currency)
    of_place = {authority for authority, _ in payment.taxes}
    for posting in reversal.postings:
        minor = -posting.amount.amount_minor
        authority = posting.account.owner.partition(":")[2]
        if posting.account.code is AccountCode.TENANT_CREDIT:
            credit += minor
        elif posting.account.code is AccountCode.TAX_PAYABLE and authority in of_place:
            taxes.append(Tax(authority, Money(amount_minor=minor, currency=currency)))
        elif posting.account.code in _LET_FOR:
            stay += minor
    return Parts(Money(amount_minor=stay, currency=currency), tuple(taxes)), credit


def _write(payment: PaymentTable, lost: Parts, credit_minor: int) -> None:
    payment.lost_stay_minor, payment.lost_taxes = lost.stay.amount_minor, taxes_of(lost)
    payment.lost_credit_minor += credit_minor
