"""What was paid for a stay becomes its landlord's: expected when it is paid, earned a day after check-in, once.

Under the locks of the payment, the earning, and what the landlord owes, in this order; the books come last. What a
landlord owes is taken first, the oldest first; what is left is asked to be moved to their account.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.cases import service as cases
from server.cases.service import Opening
from server.core import attempts, clock, jobs
from server.core.settings import Settings
from server.payments.ledger import service as ledger
from server.payments.ledger.service import OWN, Account, Cut, Entry, Fact, Subject, Tax, postings
from server.payments.payouts import rules
from server.payments.payouts.repository import Payouts
from server.payments.payouts.rules import Debt, PayoutAccount, Shares
from server.payments.payouts.service import accounts
from server.payments.payouts.tables import EarningTable, RecoveryTable, TransferTable
from server.payments.repository import Payments
from server.payments.tables import PaymentTable
from shared_models.cases import CaseDecision, CaseKind, CaseOutcome
from shared_models.earnings import TransferStatus, WaitReason
from shared_models.fee_tax import FeeTax, fee_tax
from shared_models.ledger import AccountCode

EARN = "payouts.earn"
SEND_TRANSFER = "payouts.send_transfer"
MAX_AT_ONCE = 500


@dataclass(frozen=True)
class Due:
    """Whose what was paid for a thing is, and from when on."""

    landlord_id: UUID
    at: datetime


async def expect(session: AsyncSession, payment: PaymentTable, due: Due) -> None:
    """A locked payment was captured for a thing: it is earned when it is due."""
    row = EarningTable(
        payment_id=payment.id,
        landlord_id=due.landlord_id,
        currency=payment.currency,
        due_at=due.at,
        ask_at=due.at,
    )
    await Payouts(session).add(row)


async def put_off(session: AsyncSession, payment_ids: Sequence[UUID], due_at: datetime) -> None:
    """The day has moved from which on what was paid is earned; what is earned already stays so."""
    await Payments(session).all_locked(payment_ids)
    await Payouts(session).put_off(payment_ids, due_at)


async def find_due(session: AsyncSession) -> None:
    """Have everything looked at that is due, each by a job of its own."""
    now, payouts = clock.now(), Payouts(session)
    found = await payouts.due(now, MAX_AT_ONCE)
    await payouts.ask_again(found, now + rules.ASKED_AGAIN_AFTER)
    for earning_id in found:
        await jobs.defer(session, EARN, {"earning_id": str(earning_id)})


@dataclass
class _Earning:
    """An earning with its payment, both locked, and what is to be posted of them."""

    row: EarningTable
    payment: PaymentTable
    entries: list[Entry] = field(default_factory=list)

    @property
    def about(self) -> Subject:
        return Subject(self.payment.subject_kind, self.payment.subject_id)


async def earn(session: AsyncSession, settings: Settings, earning_id: UUID) -> None:
    """Earn what is due, take what its landlord owes of it, and ask for the rest to be moved to them; or note why it
    waits. Twice is once."""
    known = await Payouts(session).by_id(earning_id)
    payment = None if known is None else await Payments(session).locked(known.payment_id)
    if payment is None:
        return
    one = _Earning(await Payouts(session).locked(earning_id), payment)
    if not one.row.is_open or clock.now() < one.row.due_at:
        return
    held = await held_for(session, one.about, one.row.currency)
    if not held and not available(one.row):
        one.row.is_open, one.row.waits_for = False, None
        await close_case(session, one.row.id)
        return
    account = await accounts.ready_account(session, one.row.landlord_id)
    if payment.is_disputed or account is None:
        await _wait(session, one.row, WaitReason.DISPUTE if payment.is_disputed else WaitReason.NO_ACCOUNT)
        return
    tax = fee_tax(settings.platform_country, account.country, account.kind, account.vat_number)
    if held and tax is None:
        await _wait(session, one.row, WaitReason.TAX)
        return
    if held and tax is not None:
        _earn(one, held, settings.fee_percent, tax)
    await _recover(session, one)
    await _pay_out(session, one, account)
    await session.flush()
    await ledger.post(session, *one.entries)


async def _wait(session: AsyncSession, row: EarningTable, reason: WaitReason) -> None:
    row.waits_for = reason.value
    row.ask_at = clock.now() + rules.ASKED_AGAIN_AFTER
    if reason is WaitReason.TAX:
        await open_case(session, row.id, reason)


async def open_case(session: AsyncSession, earning_id: UUID, reason: WaitReason) -> None:
    """What a landlord earned cannot be paid out: somebody of ours looks into it. Once for as long as it is open."""
    if earning_id not in await cases.open_subjects(session, CaseKind.PAYOUT):
        await cases.open_cases(session, CaseKind.PAYOUT, [Opening(earning_id, by=None, words=[reason.value])])


async def close_case(session: AsyncSession, earning_id: UUID) -> None:
    """It went after all."""
    await cases.settle(session, CaseKind.PAYOUT, [earning_id], CaseDecision(outcome=CaseOutcome.SUCCEEDED), None)


async def held_for(session: AsyncSession, about: Subject, currency: str, pending: Sequence[Entry] = ()) -> int:
    """What is held for a thing and nobody's yet, in minor units, once what is `pending` is posted as well. Its payment
    is locked, so nobody else posts to it."""
    found = await ledger.balances(session, about.owner)
    posted = sum(
        each.amount_minor
        for each in found
        if each.account.code is AccountCode.STAY_LIABILITY and each.currency.value == currency
    )
    return posted - sum(
        posting.amount.amount_minor
        for entry in pending
        for posting in entry.postings
        if posting.account == Account(AccountCode.STAY_LIABILITY, about.owner)
    )


def _earn(one: _Earning, gross: int, percent: Fraction, tax: FeeTax) -> None:
    row, now = one.row, clock.now()
    part = rules.shares(gross, percent, tax)
    row.times += 1
    row.net_minor, row.fee_minor, row.tax_minor = (
        row.net_minor + part.net,
        row.fee_minor + part.fee,
        row.tax_minor + part.tax,
    )
    row.tax_rule, row.tax_authority, row.earned_at = tax.rule.value, tax.authority, row.earned_at or now
    fact = Fact(OWN, f"{row.id}-{row.times}", now)
    one.entries.append(postings.earned(one.about, fact, _cut(row, part)))


def _cut(row: EarningTable, part: Shares) -> Cut:
    net, fee, taxed = (rules.money(minor, row.currency) for minor in (part.net, part.fee, part.tax))
    return Cut(row.landlord_id, net, fee, None if row.tax_authority is None else Tax(row.tax_authority, taxed))


async def _recover(session: AsyncSession, one: _Earning) -> None:
    payouts, row = Payouts(session), one.row
    owing = {debt.id: debt for debt in await payouts.debts_of(row.landlord_id, row.currency)}
    debts = [Debt(debt.id, debt.owed_minor - debt.recovered_minor - debt.reversed_minor) for debt in owing.values()]
    for clawback_id, minor in rules.recoveries(available(row), debts):
        taken = RecoveryTable(earning_id=row.id, clawback_id=clawback_id, amount_minor=minor)
        await payouts.add(taken)
        owing[clawback_id].recovered_minor += minor
        row.recovered_minor += minor
        fact, amount = Fact(OWN, str(taken.id), taken.created_at), rules.money(minor, row.currency)
        one.entries.append(postings.recovered(one.about, fact, row.landlord_id, amount))


async def _pay_out(session: AsyncSession, one: _Earning, account: PayoutAccount) -> None:
    row, rest = one.row, available(one.row)
    row.is_open, row.waits_for = False, None
    if not rest:
        await close_case(session, row.id)
        return
    earlier = await Payouts(session).transfers_of([row.id])
    went = [each for each in earlier if each.status != TransferStatus.FAILED.value]
    moved = sum(each.amount_minor - each.reversed_minor for each in went)
    transfer = TransferTable(
        earning_id=row.id,
        account_id=account.external_id,
        amount_minor=rest,
        is_of_charge=moved + rest <= one.payment.amount_minor,
    )
    await Payouts(session).add(transfer)
    row.paid_minor += rest
    await attempts.intend(session, SEND_TRANSFER, transfer.id)


def available(row: EarningTable) -> int:
    """What is the landlord's of an earning and has gone nowhere yet."""
    return row.net_minor - row.returned_minor - row.recovered_minor - row.paid_minor


def open_again(row: EarningTable) -> None:
    """Something of it is to be earned or paid out again."""
    row.is_open, row.ask_at = True, max(clock.now(), row.due_at)
