"""What goes back of a payment: asked for under its lock, sent by a job, followed until it has arrived or failed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.cases import service as cases
from server.cases.service import Opening
from server.core import attempts, clock
from server.core.attempts import Attempt
from server.core.errors import InvalidTransition, NotFound
from server.core.events import publish
from server.core.settings import Settings
from server.core.tables import CallStatus
from server.payments import rules
from server.payments.events import RefundFailed, RefundSent
from server.payments.ledger import service as ledger
from server.payments.ledger.rules import postings
from server.payments.ledger.rules.entries import OWN, Entry, Fact, Subject
from server.payments.ledger.rules.postings import Parts, Tax
from server.payments.payouts.service import door as payouts
from server.payments.repository import Payments
from server.payments.rules import STRIPE, Moved, RefundRequest, SeenRefund
from server.payments.service.amounts import parts_of, taxes_of
from server.payments.service.calls import first_sent
from server.payments.tables import PaymentTable, RefundTable
from shared_models.cases import CaseKind
from shared_models.ledger import EntryKind
from shared_models.money import Currency, Money
from shared_models.payments import PaymentStatus, RefundStatus

SEND_REFUND = "payments.send_refund"
_OVER = (CallStatus.DONE.value, CallStatus.DROPPED.value)
NO_MONEY = (RefundStatus.FAILED.value, RefundStatus.CANCELLED.value)


async def ask(session: AsyncSession, payment_id: UUID, parts: Parts) -> UUID:
    """Let a part of a payment go back, as part of this transaction; answers the refund's id.

    While a bank disputes the payment it is written down and not sent: after the dispute it is sent, or the bank has
    given the payer as much.

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
    await ledger.post(session, await asked(session, payment, row))
    return row.id


async def ask_of_credit(session: AsyncSession, payment: PaymentTable, refund: RefundTable) -> None:
    """Send the amount of a refund of a locked payment again, that the payer has with us since it did not arrive.

    Raises InvalidTransition when they have not: it went another way meanwhile.
    """
    await check_credit(session, payment, refund)
    row = RefundTable(
        payment_id=payment.id,
        stay_minor=refund.stay_minor,
        taxes=refund.taxes,
        amount_minor=refund.amount_minor,
        is_of_credit=True,
    )
    await ledger.post(session, await asked(session, payment, row))


async def check_credit(session: AsyncSession, payment: PaymentTable, refund: RefundTable) -> None:
    """Raises InvalidTransition where the payer has less with us, of this payment, than the refund's amount."""
    refunds = await Payments(session).refunds_of([payment.id])
    if credit_of(payment, refunds).amount_minor < refund.amount_minor:
        raise InvalidTransition("The payer has this money already.")


async def give_back_late(session: AsyncSession, payment: PaymentTable) -> Entry:
    """Let all of a payment go back that came too late; what it posts is for the caller to post."""
    payment.is_late = True
    row = RefundTable(
        payment_id=payment.id,
        stay_minor=payment.stay_minor,
        taxes=payment.taxes,
        amount_minor=payment.amount_minor,
        is_of_credit=True,
    )
    return await asked(session, payment, row)


async def asked(
    session: AsyncSession, payment: PaymentTable, row: RefundTable, *, pending: Sequence[Entry] = ()
) -> Entry:
    """Write a refund of a locked payment down and have it sent; what it posts is for the caller to post, after what is
    `pending`."""
    await Payments(session).add(row)
    await attempts.intend(session, SEND_REFUND, row.id)
    return await _asked_entry(session, payment, row, pending)


async def _asked_entry(
    session: AsyncSession, payment: PaymentTable, row: RefundTable, pending: Sequence[Entry]
) -> Entry:
    """What a refund posts when it is asked for; of what was earned meanwhile it is taken back."""
    about, fact = subject_of(payment), Fact(OWN, str(row.id), row.created_at)
    if row.is_of_credit:
        return postings.credit_refund_asked(about, fact, payment.payer_id, amount_of(payment, row))
    parts = parts_of(row, Currency(payment.currency))
    given_back = await payouts.take_back(session, payment, row.id, parts.stay, pending=pending)
    return postings.refund_asked(about, fact, parts, given_back)


async def taken_back(session: AsyncSession, payment: PaymentTable, row: RefundTable, at: datetime) -> list[Entry]:
    """What takes a refund of a locked payment back, as if nobody had asked for it: for the caller to post."""
    kind = EntryKind.CREDIT_REFUND_ASKED if row.is_of_credit else EntryKind.REFUND_ASKED
    was, now = Fact(OWN, str(row.id), row.created_at), Fact(OWN, str(row.id), at)
    reversal = await ledger.reversal_of(session, kind, was, now)
    return [reversal] if row.is_of_credit else [reversal, *await payouts.undo(session, payment, row.id)]


def subject_of(payment: PaymentTable) -> Subject:
    """What a payment is for."""
    return Subject(payment.subject_kind, payment.subject_id)


def left_of(payment: PaymentTable, refunds: Sequence[RefundTable]) -> Parts:
    """What is left of each part of a payment, whether or not its refunds have left yet: what is not the payer's again,
    as a refund, as what they have with us, or from their bank."""
    currency = Currency(payment.currency)
    whole = parts_of(payment, currency)
    if payment.is_late:
        return rules.less(whole, [whole])
    gone = [parts_of(row, currency) for row in refunds if not row.is_of_credit and not is_undone(row)]
    return rules.less(whole, [*gone, lost_of(payment)])


def lost_of(payment: PaymentTable) -> Parts:
    """What banks have given back to the payer, of each part of a payment."""
    currency = Currency(payment.currency)
    taxes = (Tax(authority, Money(amount_minor=minor, currency=currency)) for authority, minor in payment.lost_taxes)
    return Parts(Money(amount_minor=payment.lost_stay_minor, currency=currency), tuple(taxes))


def credit_of(payment: PaymentTable, refunds: Sequence[RefundTable]) -> Money:
    """What the payer has with us of a payment: it came too late, or a refund of it did not arrive, and it has not gone
    another way since."""
    minor = (payment.amount_minor if payment.is_late else 0) - payment.lost_credit_minor
    for row in refunds:
        minor += row.amount_minor if row.is_credited and row.paid_otherwise_at is None else 0
        minor -= row.amount_minor if row.is_of_credit and not is_undone(row) else 0
    return Money(amount_minor=minor, currency=Currency(payment.currency))


def is_undone(row: RefundTable) -> bool:
    """Whether a refund was taken back in the books, as if nobody had asked for it."""
    return row.status in NO_MONEY and not row.is_credited


def is_waiting(row: RefundTable) -> bool:
    """Whether the provider has not heard of a refund yet."""
    return row.status == RefundStatus.ASKED.value and row.external_id is None


async def refund_request(session: AsyncSession, settings: Settings, attempt: Attempt) -> RefundRequest | None:
    """What to ask the provider for; None when it was heard of already, or a bank disputes the payment."""
    del settings
    payments = Payments(session)
    row = await payments.refund(attempt.subject_id)
    payment = None if row is None else await payments.by_id(row.payment_id)
    if row is None or payment is None or payment.intent_id is None or payment.is_disputed or not is_waiting(row):
        return None
    look_up = rules.is_to_be_looked_up(await first_sent(session, SEND_REFUND, row.id), clock.now())
    key = f"{row.id}-{row.refusals}" if row.refusals else str(row.id)
    return RefundRequest(row.id, key, payment.intent_id, amount_of(payment, row), is_to_be_looked_up=look_up)


async def refund_sent(session: AsyncSession, attempt: Attempt, seen: SeenRefund | None) -> None:
    """The provider has taken it on, or (None) a bank disputes the payment."""
    payments = Payments(session)
    row = await payments.refund(attempt.subject_id)
    payment = None if row is None else await payments.locked(row.payment_id)
    if row is None or payment is None:
        return
    if seen is not None:
        await ledger.post(session, *await follow(session, payment, [seen]))
    elif is_waiting(row):
        row.refusals += 1  # the next look hears of the dispute, or of its end


async def send_waiting(session: AsyncSession, payment: PaymentTable, *, is_lost: bool) -> list[Entry]:
    """Send what waits of a locked payment that nobody disputes any more. What is being sent, or was given up and stands
    in a case, is left as it is. What the provider refuses for ever, after a dispute that `is_lost`, is the payer's with
    us; what that posts is the caller's to post."""
    waiting = [row for row in await Payments(session).refunds_of([payment.id]) if is_waiting(row)]
    calls = await attempts.of_subjects(session, SEND_REFUND, [row.id for row in waiting])
    under_way = {call.subject_id for call in calls if call.status not in _OVER}
    entries: list[Entry] = []
    for row in waiting:
        if is_lost and row.refusals:
            row.status = RefundStatus.FAILED.value
            entries.append(_given_up(payment, row, clock.now()))
            await _fail(session, row)
        elif row.id not in under_way:
            await attempts.forget(session, SEND_REFUND, [row.id])
            await attempts.intend(session, SEND_REFUND, row.id)
    return entries


def _given_up(payment: PaymentTable, row: RefundTable, at: datetime) -> Entry:
    row.is_credited = True
    fact, amount = Fact(OWN, str(row.id), at), amount_of(payment, row)
    return postings.refund_given_up(subject_of(payment), fact, payment.payer_id, amount)


async def refund_refused(session: AsyncSession, attempt: Attempt, error: str) -> None:
    """The provider will not send it, so it should not have been asked for. Of one that may have been sent nothing is
    said: a case asks a person."""
    payments = Payments(session)
    row = await payments.refund(attempt.subject_id)
    payment = None if row is None else await payments.locked(row.payment_id)
    if row is None or payment is None or error != rules.REFUSED or row.status != RefundStatus.ASKED.value:
        return
    row.status, row.failed_at = RefundStatus.FAILED.value, clock.now()
    entries = await taken_back(session, payment, row, clock.now())
    await session.flush()
    await ledger.post(session, *entries)


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
            entries.append(await _asked_entry(session, payment, row, entries))
        was = row.status
        followed = _followed(payment, row, each)
        entries += followed
        if row.status == RefundStatus.SUCCEEDED.value != was:
            await publish(session, RefundSent(payment_id=payment.id, refund_id=row.id))
        if followed and row.status in NO_MONEY:
            await _fail(session, row)
    return entries


async def _fail(session: AsyncSession, row: RefundTable) -> None:
    """A refund did not arrive: its payer is told, and somebody of ours decides how they get it."""
    row.failed_at = clock.now()
    await publish(session, RefundFailed(payment_id=row.payment_id, refund_id=row.id))
    await open_case(session, row.id)


async def open_case(session: AsyncSession, refund_id: UUID) -> None:
    """A refund did not arrive: somebody of ours decides how its payer gets it."""
    await cases.open_cases(session, CaseKind.FAILED_REFUND, [Opening(refund_id, by=None)])


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
    about, amount, entries = subject_of(payment), amount_of(payment, row), list[Entry]()
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
    if then.value in NO_MONEY and seen.came_back is not None:
        back, row.is_credited = seen.came_back, True
        entries.append(postings.refund_returned(about, fact_of(back), payment.payer_id, amount, back.amount))
    elif then.value in NO_MONEY:
        entries.append(_given_up(payment, row, seen.created_at))
    return entries


def fact_of(moved: Moved) -> Fact:
    """Money that moved at the provider is told by its balance transaction."""
    return Fact(STRIPE, moved.id, moved.at)


def amount_of(payment: PaymentTable, row: RefundTable) -> Money:
    """The amount of a refund."""
    return Money(amount_minor=row.amount_minor, currency=Currency(payment.currency))
