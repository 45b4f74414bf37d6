"""Somebody who pays, as the provider knows them: by an id, so that what one person paid stands together there.

Nothing else is said of them. Where an answer is lost and two are made at once, the first that is written down is used.
"""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.service import door as auth
from server.core import attempts
from server.core.attempts import Attempt
from server.core.settings import Settings
from server.payments.repository import Customers, Payments
from server.payments.rules import CustomerRequest
from server.payments.service.calls import OPEN_PAGE
from shared_models.payments import PaymentStatus

MAKE_CUSTOMER = "payments.make_customer"
DELETE_CUSTOMER = "payments.delete_customer"


async def ask_for_page(session: AsyncSession, payment_id: UUID, payer_id: UUID) -> None:
    """Have a page opened, and before that its payer made known to the provider, if they are not."""
    is_known = await Customers(session).of(payer_id) is not None
    await attempts.intend(session, OPEN_PAGE if is_known else MAKE_CUSTOMER, payment_id)


async def customer_request(session: AsyncSession, settings: Settings, attempt: Attempt) -> CustomerRequest | None:
    """Whom to make known; None when the payment is over, or another payment of theirs came first: its page follows."""
    del settings
    payment = await Payments(session).by_id(attempt.subject_id)
    if payment is None or payment.status != PaymentStatus.INTENDED.value:
        return None
    if await Customers(session).of(payment.payer_id) is not None:
        await attempts.intend(session, OPEN_PAGE, payment.id)
        return None
    key = f"{attempt.id}-{attempt.number}"
    return CustomerRequest(payment.payer_id, payment.created_at, key, may_be_there=attempt.number > 1)


async def customer_made(session: AsyncSession, attempt: Attempt, customer_id: str) -> None:
    """The provider knows them: the page follows. Whoever left meanwhile is to be forgotten again."""
    payment = await Payments(session).by_id(attempt.subject_id)
    if payment is None:
        return
    await Customers(session).add(payment.payer_id, customer_id)
    await attempts.intend(session, OPEN_PAGE, payment.id)
    if payment.payer_id not in await auth.lock_accounts(session, [payment.payer_id]):
        await forget(session, payment.payer_id)


async def forget(session: AsyncSession, person_id: UUID) -> None:
    """Have somebody forgotten by the provider, if it knows them."""
    if await Customers(session).of(person_id) is not None:
        await attempts.intend(session, DELETE_CUSTOMER, person_id)


async def delete_request(session: AsyncSession, settings: Settings, attempt: Attempt) -> str | None:
    """Whom to forget."""
    del settings
    return await Customers(session).of(attempt.subject_id)


async def customer_deleted(session: AsyncSession, attempt: Attempt, reply: None) -> None:
    """The provider has forgotten them."""
    del reply
    await Customers(session).remove(attempt.subject_id)
