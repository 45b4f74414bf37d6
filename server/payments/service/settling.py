"""What the provider says of a payment, written down and into the books: under the locks of the room it is for."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.core import clock
from server.core.events import publish
from server.core.retries import FailedForGood
from server.payments import rules
from server.payments.events import LateMoneyReturned, PaymentAuthorised, PaymentCaptured, PaymentLetGo
from server.payments.ledger import service as ledger
from server.payments.ledger.rules import postings
from server.payments.ledger.rules.entries import Entry
from server.payments.payouts.service import door as payouts
from server.payments.repository import Payments
from server.payments.rules import Moved, SeenPayment
from server.payments.service import cards, disputes, ending, news, refunds, rooms
from server.payments.service.amounts import parts_of
from server.payments.service.rooms import Fulfil, Settle
from server.payments.tables import PaymentTable
from shared_models.money import Currency
from shared_models.payments import UNSETTLED, PaymentStatus


class ContradictsPayment(FailedForGood):
    """The provider says that another amount was paid than was asked for."""


async def tell(session: AsyncSession, payment_id: UUID) -> None:
    """Let the room that a payment is for hear where it stands, when the provider has nothing of it."""
    payment = await Payments(session).by_id(payment_id)
    if payment is None:
        return

    async def as_it_stands(fulfil: Fulfil) -> PaymentStatus:
        del fulfil
        now = await Payments(session).locked(payment_id)
        assert now is not None  # noqa: S101 - nothing removes a payment
        return PaymentStatus(now.status)

    await _let_settle(session, payment, as_it_stands)


async def settle(session: AsyncSession, seen: SeenPayment) -> None:
    """Let the room that a payment is for settle what was seen of it. Raises KeyError for a kind without a room."""
    payment = await Payments(session).by_id(seen.payment_id)
    if payment is None:
        return

    async def under_the_rooms_locks(fulfil: Fulfil) -> PaymentStatus:
        return await _settle(session, seen, fulfil)

    await _let_settle(session, payment, under_the_rooms_locks)


async def _let_settle(session: AsyncSession, payment: PaymentTable, settle: Settle) -> None:
    settled: list[PaymentStatus] = []

    async def once(fulfil: Fulfil) -> PaymentStatus:
        settled.append(await settle(fulfil))
        return settled[-1]

    await rooms.settler_of(payment.subject_kind)(session, payment.subject_id, once)
    if len(settled) != 1:
        raise RuntimeError(f"the settler of {payment.subject_kind} settled {len(settled)} times")


async def _settle(session: AsyncSession, seen: SeenPayment, fulfil: Fulfil) -> PaymentStatus:
    payment = await Payments(session).locked(seen.payment_id)
    assert payment is not None  # noqa: S101 - nothing removes a payment
    then = rules.next_payment_status(PaymentStatus(payment.status), seen)
    payment.session_id = seen.session_id
    payment.intent_id = seen.intent_id or payment.intent_id
    payment.capture_before = seen.capture_before or payment.capture_before
    entries: list[Entry] = []
    if then is not None:
        entries += await _move(session, payment, then, seen, fulfil)
    if payment.status == PaymentStatus.CAPTURED.value:
        entries += await refunds.follow(session, payment, seen.refunds)
        if then is None:
            entries += await disputes.follow(session, payment, seen.disputes)
        elif seen.disputes:  # a loss takes back what stands in the books, and its charge does not yet
            await news.look(session, payment.id)
    await ending.pursue(session, payment)
    if then in (PaymentStatus.AUTHORISED, PaymentStatus.CAPTURED):  # who paid may have had their card saved
        await cards.look(session, payment.payer_id)
    await session.flush()
    await ledger.post(session, *entries)
    return PaymentStatus(payment.status)


async def _move(
    session: AsyncSession, payment: PaymentTable, then: PaymentStatus, seen: SeenPayment, fulfil: Fulfil
) -> list[Entry]:
    payment.status = then.value
    payment.settled_at = None if then in UNSETTLED else clock.now()
    if then is PaymentStatus.AUTHORISED:
        payment.authorised_at = clock.now()
        await publish(session, PaymentAuthorised(payment_id=payment.id))
    if then is PaymentStatus.VOIDED:
        await publish(session, PaymentLetGo(payment_id=payment.id))
    payment.page_url = seen.page_url if then is PaymentStatus.OPEN else None
    if then is not PaymentStatus.CAPTURED or seen.moved is None:
        return []
    parts = parts_of(payment, Currency(payment.currency))
    if seen.captured != parts.total:
        raise ContradictsPayment(str(payment.id))
    payment.balance_transaction_id = seen.moved.id
    return await _paid(session, payment, seen.moved, is_wanted=await fulfil())


async def _paid(session: AsyncSession, payment: PaymentTable, moved: Moved, *, is_wanted: bool) -> list[Entry]:
    about, fact = refunds.subject_of(payment), refunds.fact_of(moved)
    parts = parts_of(payment, Currency(payment.currency))
    entries = [postings.provider_fee(about, fact, moved.fee)] if moved.fee.amount_minor else []
    if is_wanted:
        due = await rooms.due_of(session, about)
        if due is not None:
            await payouts.expect(session, payment, due)
        await publish(session, PaymentCaptured(payment_id=payment.id))
        return [*entries, postings.charge(about, fact, parts, moved.amount)]
    await publish(session, LateMoneyReturned(payment_id=payment.id))
    late = postings.late_charge(about, fact, payment.payer_id, parts.total, moved.amount)
    return [*entries, late, await refunds.give_back_late(session, payment)]
