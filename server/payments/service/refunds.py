"""What goes back of a payment: asked for under its lock, sent by a job, followed until it has arrived or failed."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.core import attempts, clock
from server.core.attempts import Attempt
from server.core.errors import InvalidTransition, NotFound
from server.core.events import publish
from server.core.settings import Settings
from server.payments import rules
from server.payments.events import RefundFailed, RefundSent
from server.payments.ledger import service as ledger
from server.payments.ledger.rules import postings
from server.payments.ledger.rules.entries import OWN, Entry, Fact, Subject
from server.payments.ledger.rules.postings import Parts
from server.payments.repository import Payments
from server.payments.rules import STRIPE, Moved, RefundRequest, SeenRefund
from server.payments.service.amounts import parts_of, taxes_of
from server.payments.service.calls import first_sent
from server.payments.tables import PaymentTable, RefundTable
from shared_models.money import Currency, Money
from shared_models.payments import PaymentStatus, RefundStatus

SEND_REFUND = "payments.send_refund"
_NO_MONEY = (RefundStatus.FAILED.value, RefundStatus.CANCELLED.value)


async def ask(session: AsyncSession, payment_id: UUID, parts: Parts) -> UUID:
    """Let a part of a payment go back, as part of this transaction; answers the refund's id.

    Raises NotFound, and InvalidTransition for more than is left of any of its parts or for money that has not come.
    """
    payments = Payments(session)
    payment = await payments.locked(payment_id)
    if payment is None:
        raise NotFound
    if payment.status != PaymentStatus.CAPTURED.value:
        raise InvalidTransition("Nothing was paid that could go back.")
    left = left_of(payment, await payments.refunds_of([payment.id]))
    if not rules.is_within(parts, left):
        raise InvalidTransition("There is less left than that.")
    row = RefundTable(
        payment_id=payment.id,
        stay_minor=parts.stay.amount_minor,
        taxes=taxes_of(parts),
        amount_minor=parts.total.amount_minor,
    )
    await ledger.post(session, await _asked(session, payment, row))
    return row.id


async def give_back_late(session: AsyncSession, payment: PaymentTable) -> Entry:
    """Let all of a payment go back that came too late; what it posts is for the caller to post."""
    row = RefundTable(
        payment_id=payment.id,
        stay_minor=payment.stay_minor,
        taxes=payment.taxes,
        amount_minor=payment.amount_minor,
        is_of_credit=True,
    )
    return await _asked(session, payment, row)


async def _asked(session: AsyncSession, payment: PaymentTable, row: RefundTable) -> Entry:
    await Payments(session).add(row)
    await attempts.intend(session, SEND_REFUND, row.id)
    return _asked_entry(payment, row)


def _asked_entry(payment: PaymentTable, row: RefundTable) -> Entry:
    about, fact = subject_of(payment), Fact(OWN, str(row.id), row.created_at)
    if row.is_of_credit:
        return postings.credit_refund_asked(about, fact, payment.payer_id, _amount(payment, row))
    return postings.refund_asked(about, fact, parts_of(row, Currency(payment.currency)))


def subject_of(payment: PaymentTable) -> Subject:
    """What a payment is for."""
    return Subject(payment.subject_kind, payment.subject_id)


def left_of(payment: PaymentTable, refunds: Sequence[RefundTable]) -> Parts:
    """What is left of each part of a payment, whether or not its refunds have left yet."""
    currency = Currency(payment.currency)
    gone = [parts_of(row, currency) for row in refunds if row.status not in _NO_MONEY]
    return rules.less(parts_of(payment, currency), gone)


async def refund_request(session: AsyncSession, settings: Settings, attempt: Attempt) -> RefundRequest | None:
    """What to ask the provider for; None when it was heard of already."""
    del settings
    payments = Payments(session)
    row = await payments.refund(attempt.subject_id)
    payment = None if row is None else await payments.by_id(row.payment_id)
    if row is None or payment is None or payment.intent_id is None or row.external_id is not None:
        return None
    look_up = rules.is_to_be_looked_up(await first_sent(session, SEND_REFUND, row.id), clock.now())
    return RefundRequest(row.id, payment.intent_id, _amount(payment, row), is_to_be_looked_up=look_up)


async def refund_sent(session: AsyncSession, attempt: Attempt, seen: SeenRefund) -> None:
    """The provider has taken it on."""
    payments = Payments(session)
    row = await payments.refund(attempt.subject_id)
    payment = None if row is None else await payments.locked(row.payment_id)
    if payment is not None:
        await ledger.post(session, *await follow(session, payment, [seen]))


async def refund_refused(session: AsyncSession, attempt: Attempt, error: str) -> None:
    """The provider will not send it, so it should not have been asked for. Of one that may have been sent nothing is
    said: a case asks a person."""
    payments = Payments(session)
    row = await payments.refund(attempt.subject_id)
    payment = None if row is None else await payments.locked(row.payment_id)
    if row is None or payment is None or error != rules.REFUSED or row.status != RefundStatus.ASKED.value:
        return
    row.status, row.failed_at = RefundStatus.FAILED.value, clock.now()
    asked = _asked_entry(payment, row)
    await ledger.reverse(session, asked.kind, asked.fact, Fact(OWN, str(row.id), clock.now()))


async def follow(session: AsyncSession, payment: PaymentTable, seen: Sequence[SeenRefund]) -> list[Entry]:
    """Move the refunds of a locked payment along by what the provider says; what that posts is the caller's to post.

    One that we did not ask for was made by hand at the provider, and is written down like one that we did.
    """
    payments = Payments(session)
    rows = await payments.refunds_of([payment.id])
    by_ours = {row.id: row for row in rows}
    by_theirs = {row.external_id: row for row in rows}
    entries: list[Entry] = []
    for each in seen:
        row = by_theirs.get(each.external_id) or (by_ours.get(each.refund_id) if each.refund_id else None)
        if row is None:
            row = await _made_by_hand(session, payment, each)
            entries.append(_asked_entry(payment, row))
        was = row.status
        entries += _followed(payment, row, each)
        if row.status != was:
            await _publish(session, row)
    return entries


async def _publish(session: AsyncSession, row: RefundTable) -> None:
    """Say where a refund has come to, where that is news: it left, or it did not arrive."""
    if row.status == RefundStatus.SUCCEEDED.value:
        await publish(session, RefundSent(payment_id=row.payment_id, refund_id=row.id))
    elif row.status in _NO_MONEY:
        await publish(session, RefundFailed(payment_id=row.payment_id, refund_id=row.id))


async def _made_by_hand(session: AsyncSession, payment: PaymentTable, seen: SeenRefund) -> RefundTable:
    payments = Payments(session)
    parts = rules.share(seen.amount, left_of(payment, await payments.refunds_of([payment.id])))
    row = RefundTable(
        payment_id=payment.id,
        stay_minor=parts.stay.amount_minor,
        taxes=taxes_of(parts),
        amount_minor=seen.amount.amount_minor,
        external_id=seen.external_id,
        created_at=seen.created_at,
    )
    await payments.add(row)
    return row


def _followed(payment: PaymentTable, row: RefundTable, seen: SeenRefund) -> list[Entry]:
    about, amount, entries = subject_of(payment), _amount(payment, row), list[Entry]()
    row.external_id = seen.external_id
    if seen.left is not None and row.balance_transaction_id is None:
        row.balance_transaction_id = seen.left.id
        entries.append(postings.refund_paid(about, fact_of(seen.left), amount, seen.left.amount.times(-1)))
    then = rules.next_refund_status(RefundStatus(row.status), seen)
    if then is None:
        return entries
    row.status = then.value
    if then is RefundStatus.SUCCEEDED:
        row.sent_at = clock.now() if seen.left is None else seen.left.at
    if then.value in _NO_MONEY:
        row.failed_at = clock.now()
    if then.value in _NO_MONEY and seen.came_back is not None:
        back = seen.came_back
        entries.append(postings.refund_returned(about, fact_of(back), payment.payer_id, amount, back.amount))
    elif then.value in _NO_MONEY:
        fact = Fact(OWN, str(row.id), seen.created_at)
        entries.append(postings.refund_given_up(about, fact, payment.payer_id, amount))
    return entries


def fact_of(moved: Moved) -> Fact:
    """Money that moved at the provider is told by its balance transaction."""
    return Fact(STRIPE, moved.id, moved.at)


def _amount(payment: PaymentTable, row: RefundTable) -> Money:
    return Money(amount_minor=row.amount_minor, currency=Currency(payment.currency))
