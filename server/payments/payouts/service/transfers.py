"""What a landlord has earned is moved to their account: once, as a part of the charge that paid for it.

What our balance does not cover is tried again every hour, and a person is asked when that goes on; nothing is netted
meanwhile. While a bank disputes the payment nothing is moved.
"""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.core import attempts, clock
from server.core.attempts import Attempt
from server.core.events import publish
from server.core.settings import Settings
from server.core.tables import CallStatus
from server.payments.ledger import service as ledger
from server.payments.ledger.service import Fact, Subject, postings
from server.payments.payouts import rules
from server.payments.payouts.events import PaidOut
from server.payments.payouts.repository import Payouts
from server.payments.payouts.rules import SeenTransfer, TransferRequest
from server.payments.payouts.service.earning import SEND_TRANSFER, close_case, open_case
from server.payments.payouts.tables import EarningTable, TransferTable
from server.payments.repository import Payments
from server.payments.rules import REFUSED, STRIPE, is_to_be_looked_up
from server.payments.tables import PaymentTable
from shared_models.earnings import TransferStatus, WaitReason

MAX_AT_ONCE = 500
_UNDER_WAY = (CallStatus.WAITING.value, CallStatus.CALLING.value, CallStatus.FAILED.value)


async def transfer_request(session: AsyncSession, settings: Settings, attempt: Attempt) -> TransferRequest | None:
    """What to ask the provider for; None when it has left already, or a bank disputes the payment."""
    del settings
    row = await Payouts(session).transfer(attempt.subject_id)
    if row is None or row.status != TransferStatus.ASKED.value:
        return None
    earning, payment = await _of(session, row)
    if payment.intent_id is None or payment.is_disputed:
        return None
    (call,) = await attempts.of_subjects(session, SEND_TRANSFER, [row.id])
    return TransferRequest(
        row.id,
        f"{row.id}-{row.refusals}",
        payment.intent_id,
        row.is_of_charge,
        Subject(payment.subject_kind, payment.subject_id).owner,
        row.account_id,
        rules.money(row.amount_minor, earning.currency),
        rules.money(payment.amount_minor, payment.currency),
        asked_at=row.created_at,
        is_to_be_looked_up=is_to_be_looked_up(call.first_tried_at, clock.now()),
    )


async def _of(session: AsyncSession, row: TransferTable) -> tuple[EarningTable, PaymentTable]:
    """What a transfer is of, as it is known and not locked."""
    return (await Payouts(session).with_payments([row.earning_id]))[row.earning_id]


async def transfer_sent(session: AsyncSession, attempt: Attempt, seen: SeenTransfer | None) -> None:
    """It has left for the landlord's account, or (None) our balance does not cover it now."""
    locked = await _locked(session, attempt.subject_id)
    if locked is None:
        return
    row, earning, payment = locked
    if seen is None:
        await _refused_for_now(session, row, earning)
        return
    row.status, row.done_at = TransferStatus.DONE.value, seen.moved.at
    row.external_id, row.balance_transaction_id = seen.external_id, seen.moved.id
    earning.waits_for, row.refused_since = None, None
    await close_case(session, earning.id)
    await publish(session, PaidOut(earning_id=earning.id, transfer_id=row.id, landlord_id=earning.landlord_id))
    await session.flush()
    about, fact = Subject(payment.subject_kind, payment.subject_id), Fact(STRIPE, seen.moved.id, seen.moved.at)
    amount = rules.money(row.amount_minor, earning.currency)
    settled = seen.moved.amount.times(-1)
    await ledger.post(session, postings.transferred(about, fact, earning.landlord_id, amount, settled))


async def _locked(session: AsyncSession, transfer_id: UUID) -> tuple[TransferTable, EarningTable, PaymentTable] | None:
    """A transfer that was asked for, under the locks of its payment and its earning; None for one that is not any
    more."""
    payouts = Payouts(session)
    row = await payouts.transfer(transfer_id)
    if row is None:
        return None
    earning, payment = await _of(session, row)
    locked = await Payments(session).locked(payment.id)
    earning = await payouts.locked(earning.id)
    row = await payouts.transfer(transfer_id)
    if row is None or locked is None or row.status != TransferStatus.ASKED.value:
        return None
    return row, earning, locked


async def _refused_for_now(session: AsyncSession, row: TransferTable, earning: EarningTable) -> None:
    row.refusals += 1
    row.refused_since = row.refused_since or clock.now()
    earning.waits_for = WaitReason.PROVIDER.value
    if clock.now() - row.refused_since >= rules.CASE_AFTER:
        await open_case(session, earning.id, WaitReason.PROVIDER)


async def transfer_refused(session: AsyncSession, attempt: Attempt, error: str) -> None:
    """The provider will not move it: it is the landlord's with us, and somebody of ours looks into it. Of one that may
    have left nothing is said: a case asks a person."""
    locked = await _locked(session, attempt.subject_id)
    if locked is None or error != REFUSED:
        return
    row, earning, _ = locked
    row.status = TransferStatus.FAILED.value
    earning.paid_minor -= row.amount_minor
    earning.waits_for = WaitReason.REFUSED.value
    await open_case(session, earning.id, WaitReason.REFUSED)


async def send_waiting(session: AsyncSession) -> None:
    """Send again what our balance did not cover, or a dispute kept back that is over."""
    waiting = await Payouts(session).asked_transfers(MAX_AT_ONCE)
    calls = await attempts.of_subjects(session, SEND_TRANSFER, waiting)
    under_way = {call.subject_id for call in calls if call.status in _UNDER_WAY}
    idle = [transfer_id for transfer_id in waiting if transfer_id not in under_way]
    await attempts.forget(session, SEND_TRANSFER, idle)
    for transfer_id in idle:
        await attempts.intend(session, SEND_TRANSFER, transfer_id)
