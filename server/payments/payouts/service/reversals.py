"""What a landlord was paid and owes is taken back from their account, as far as that has it. The rest is taken from
what they earn next."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.core import attempts, clock
from server.core.attempts import Attempt
from server.core.settings import Settings
from server.payments.ledger import service as ledger
from server.payments.ledger.service import Fact, Subject, postings
from server.payments.payouts import rules
from server.payments.payouts.repository import Payouts
from server.payments.payouts.rules import ReversalRequest, SeenTransfer
from server.payments.payouts.service.giving_back import owed_again
from server.payments.payouts.tables import (
    ClawbackTable,
    EarningTable,
    TransferReversalTable,
    TransferTable,
)
from server.payments.repository import Payments
from server.payments.rules import REFUSED, STRIPE, is_to_be_looked_up
from server.payments.tables import PaymentTable
from shared_models.earnings import TransferStatus
from shared_models.money import Currency

REVERSE_TRANSFER = "payouts.reverse_transfer"


async def account_to_ask(session: AsyncSession, clawback_id: UUID) -> tuple[str, Currency] | None:
    """Which account may have what is owed still, and in which currency; None where there is nothing to take back."""
    clawback = await Payouts(session).clawback(clawback_id)
    reversible = await _reversible(session, clawback)
    if not _outstanding(clawback) or not reversible:
        return None
    return reversible[-1].account_id, Currency(clawback.currency)


async def _reversible(session: AsyncSession, clawback: ClawbackTable) -> list[TransferTable]:
    """The transfers of what was taken back that something can come back of, the oldest first."""
    found = await Payouts(session).transfers_of([clawback.earning_id])
    return [row for row in found if row.status == TransferStatus.DONE.value and row.reversed_minor < row.amount_minor]


def _outstanding(clawback: ClawbackTable) -> int:
    if clawback.undone_at is not None:
        return 0
    return clawback.owed_minor - clawback.recovered_minor - clawback.reversed_minor


async def ask_back(session: AsyncSession, clawback_id: UUID, account_id: str, there: int) -> None:
    """Ask for as much of what is owed as an account has, of the transfers to it, the newest first. Twice is once."""
    payouts = Payouts(session)
    await payouts.locked(await payouts.earning_of(clawback_id))  # whose transfers come back is asked by one at a time
    clawback = await payouts.clawback(clawback_id)
    transfers = {row.id: row for row in reversed(await _reversible(session, clawback)) if row.account_id == account_id}
    left = [(row.id, row.amount_minor - row.reversed_minor) for row in transfers.values()]
    for transfer_id, minor in rules.reversals(min(there, _outstanding(clawback)), left):
        row = TransferReversalTable(transfer_id=transfer_id, clawback_id=clawback.id, amount_minor=minor)
        await payouts.add(row)
        transfers[transfer_id].reversed_minor += minor
        clawback.reversed_minor += minor
        await attempts.intend(session, REVERSE_TRANSFER, row.id)


async def reversal_request(session: AsyncSession, settings: Settings, attempt: Attempt) -> ReversalRequest | None:
    """What to ask the provider for; None when it came back already."""
    del settings
    payouts = Payouts(session)
    row = await payouts.reversal(attempt.subject_id)
    transfer = None if row is None else await payouts.transfer(row.transfer_id)
    if row is None or transfer is None or row.status != TransferStatus.ASKED.value or transfer.external_id is None:
        return None
    (call,) = await attempts.of_subjects(session, REVERSE_TRANSFER, [row.id])
    earning = await payouts.by_id(transfer.earning_id)
    assert earning is not None  # noqa: S101 - a foreign key says so
    amount = rules.money(row.amount_minor, earning.currency)
    whole = rules.money(transfer.amount_minor, earning.currency)
    look_up = is_to_be_looked_up(call.first_tried_at, clock.now())
    return ReversalRequest(row.id, transfer.external_id, amount, whole, is_to_be_looked_up=look_up)


async def reversal_done(session: AsyncSession, attempt: Attempt, seen: SeenTransfer | None) -> None:
    """It came back, or (None) the account had it no more: then it is owed still."""
    locked = await _locked(session, attempt.subject_id)
    if locked is None:
        return
    row, clawback, earning, payment = locked
    if seen is None:
        await _not_reversed(session, row, clawback)
        return
    row.status, row.done_at = TransferStatus.DONE.value, seen.moved.at
    row.external_id, row.balance_transaction_id = seen.external_id, seen.moved.id
    about, fact = Subject(payment.subject_kind, payment.subject_id), Fact(STRIPE, seen.moved.id, seen.moved.at)
    amount = rules.money(row.amount_minor, earning.currency)
    entries = [postings.transfer_reversed(about, fact, earning.landlord_id, amount, seen.moved.amount)]
    if clawback.undone_at is not None:  # it was on its way when it turned out not to be owed
        entries.append(owed_again(earning, payment, row.id, row.amount_minor))
    await session.flush()
    await ledger.post(session, *entries)


async def _locked(
    session: AsyncSession, reversal_id: UUID
) -> tuple[TransferReversalTable, ClawbackTable, EarningTable, PaymentTable] | None:
    """A reversal that was asked for, under all its locks; None for one that is not any more."""
    payouts = Payouts(session)
    row = await payouts.reversal(reversal_id)
    transfer = None if row is None else await payouts.transfer(row.transfer_id)
    if row is None or transfer is None:
        return None
    known = (await payouts.with_payments([transfer.earning_id]))[transfer.earning_id]
    payment = await Payments(session).locked(known[1].id)
    earning, clawback = await payouts.locked(transfer.earning_id), await payouts.clawback(row.clawback_id)
    row = await payouts.reversal(reversal_id)
    if row is None or payment is None or row.status != TransferStatus.ASKED.value:
        return None
    return row, clawback, earning, payment


async def _not_reversed(session: AsyncSession, row: TransferReversalTable, clawback: ClawbackTable) -> None:
    row.status = TransferStatus.FAILED.value
    clawback.reversed_minor -= row.amount_minor
    transfer = await Payouts(session).transfer(row.transfer_id)
    assert transfer is not None  # noqa: S101 - a foreign key says so
    transfer.reversed_minor -= row.amount_minor


async def reversal_refused(session: AsyncSession, attempt: Attempt, error: str) -> None:
    """The provider will not take it back: it is owed still. Of one that may have come back nothing is said."""
    locked = await _locked(session, attempt.subject_id)
    if locked is not None and error == REFUSED:
        await _not_reversed(session, *locked[:2])
