"""A page on which somebody can pay: wanted by a room above, written down, then asked for by a job."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.core import clock
from server.core.attempts import Attempt
from server.core.settings import Settings
from server.payments import rules
from server.payments.gateway.calling import CustomerMissing
from server.payments.ledger.rules.entries import Subject
from server.payments.repository import Customers, Payments
from server.payments.rules import Bill, PageRequest, SeenPayment
from server.payments.service import customers, ending, news, rooms
from server.payments.service.amounts import parts_of, taxes_of
from server.payments.service.calls import OPEN_PAGE, first_sent
from server.payments.tables import PaymentTable
from shared_models.money import Currency
from shared_models.payments import PaymentStatus


async def bill(session: AsyncSession, wanted: Bill) -> UUID:
    """Ask for a payment, as part of this transaction; its page comes by a job. Answers the payment's id.

    Raises KeyError for a kind of thing that no room has declared, InvalidTransition while another payment of the thing
    is under way.
    """
    rooms.settler_of(wanted.subject.kind)
    total = wanted.parts.total
    row = PaymentTable(
        subject_kind=wanted.subject.kind,
        subject_id=wanted.subject.id,
        payer_id=wanted.payer_id,
        stay_minor=wanted.parts.stay.amount_minor,
        taxes=taxes_of(wanted.parts),
        amount_minor=total.amount_minor,
        currency=total.currency.value,
        title=wanted.title,
        return_path=wanted.return_path,
        expires_at=wanted.expires_at,
        is_held=wanted.is_held,
    )
    await Payments(session).add(row)
    await customers.ask_for_page(session, row.id, row.payer_id)
    return row.id


async def page_request(session: AsyncSession, settings: Settings, attempt: Attempt) -> PageRequest | None:
    """What to ask the provider for; None when the payment was heard of already, or let go before we asked.

    Under the payment's lock: who lets it go sees whether we were first.
    """
    del settings
    payment = await Payments(session).locked(attempt.subject_id)
    if payment is None or payment.status != PaymentStatus.INTENDED.value or payment.session_id is not None:
        return None
    customer_id = await Customers(session).of(payment.payer_id)
    if customer_id is None:  # they have left
        await _fail(session, payment)
        return None
    first_sent_at = await first_sent(session, OPEN_PAGE, payment.id)
    wanted = Bill(
        subject=Subject(payment.subject_kind, payment.subject_id),
        payer_id=payment.payer_id,
        parts=parts_of(payment, Currency(payment.currency)),
        title=payment.title,
        return_path=payment.return_path,
        expires_at=payment.expires_at,
        is_held=payment.is_held,
    )
    look_up = rules.is_to_be_looked_up(first_sent_at, clock.now())
    return PageRequest(payment.id, customer_id, wanted, is_to_be_looked_up=look_up, made_at=payment.created_at)


async def page_opened(session: AsyncSession, attempt: Attempt, seen: SeenPayment) -> None:
    """The provider has made a page. One that was looked up may be over: what came of it is for a look to find out."""
    payment = await Payments(session).locked(attempt.subject_id)
    if payment is None:
        return
    then = rules.next_payment_status(PaymentStatus(payment.status), seen)
    payment.session_id = seen.session_id
    if then is PaymentStatus.OPEN:
        payment.status, payment.page_url = then.value, seen.page_url
        await ending.pursue(session, payment)
    else:
        await news.look(session, payment.id)


async def page_refused(session: AsyncSession, attempt: Attempt, error: str) -> None:
    """There is no page; the room that wanted it hears of that.

    A payer who was deleted at the provider by hand is made known anew for their next payment.
    """
    payment = await Payments(session).locked(attempt.subject_id)
    if payment is None:
        return
    if error == CustomerMissing.__name__:
        await Customers(session).remove(payment.payer_id)
    if payment.status == PaymentStatus.INTENDED.value:
        await _fail(session, payment)


async def _fail(session: AsyncSession, payment: PaymentTable) -> None:
    payment.status, payment.settled_at = PaymentStatus.FAILED.value, clock.now()
    await news.look(session, payment.id)
