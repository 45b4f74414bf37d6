"""The end of a payment that nobody wants any more: its page is closed, or what a card holds is let go."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.core import attempts, clock
from server.core.attempts import Attempt
from server.core.errors import NotFound
from server.core.settings import Settings
from server.payments.repository import Payments
from server.payments.rules import ActRequest
from server.payments.service import news
from server.payments.service.calls import OPEN_PAGE, first_sent
from server.payments.tables import PaymentTable
from shared_models.payments import PaymentStatus

END_PAGE = "payments.end_page"
VOID = "payments.void"
LET_GO_BEFORE = timedelta(hours=12)
"""So long before a card lets go by itself we do, where nobody wanted what it holds: it is not blocked for nothing."""
MAX_LET_GO = 500
_ENDED_BY = {PaymentStatus.OPEN.value: END_PAGE, PaymentStatus.AUTHORISED.value: VOID}


async def let_go(session: AsyncSession, payment_id: UUID) -> None:
    """Want a payment no longer, as part of this transaction: nobody shall pay on its page, no card hold money for it.

    Twice is once, and what is captured or over stays as it is. What is under way at the provider may come first: who
    was paying pays, what was being captured is captured, and the settler is asked whether it is still wanted. A payment
    of which the provider has not heard yet is over at once. Raises NotFound.
    """
    payment = await Payments(session).locked(payment_id)
    if payment is None:
        raise NotFound
    if payment.settled_at is not None or payment.let_go_at is not None:
        return
    payment.let_go_at = clock.now()
    is_unheard_of = await first_sent(session, OPEN_PAGE, payment.id) is None
    if payment.status == PaymentStatus.INTENDED.value and is_unheard_of:
        payment.status, payment.settled_at = PaymentStatus.EXPIRED.value, payment.let_go_at
        await news.look(session, payment.id)
    await pursue(session, payment)


async def pursue(session: AsyncSession, payment: PaymentTable) -> None:
    """Go on ending a locked payment from where it stands now, if it is to end."""
    end = _ENDED_BY.get(payment.status)
    if payment.let_go_at is not None and end is not None:
        await attempts.intend(session, end, payment.id)


async def let_go_in_time(session: AsyncSession) -> None:
    """Let go what nobody wanted for so long that the card is about to let go of it."""
    for payment_id in await Payments(session).held_until(clock.now() + LET_GO_BEFORE, MAX_LET_GO):
        await let_go(session, payment_id)


async def end_request(session: AsyncSession, settings: Settings, attempt: Attempt) -> ActRequest | None:
    """Which page to end; None when nobody can pay on it any more."""
    del settings
    payment = await Payments(session).locked(attempt.subject_id)
    if payment is None or payment.status != PaymentStatus.OPEN.value:
        return None
    return act_request(payment, payment.session_id, attempt)


async def void_request(session: AsyncSession, settings: Settings, attempt: Attempt) -> ActRequest | None:
    """What to let go; None when no card holds it any more."""
    del settings
    payment = await Payments(session).locked(attempt.subject_id)
    if payment is None or payment.status != PaymentStatus.AUTHORISED.value:
        return None
    return act_request(payment, payment.intent_id, attempt)


def act_request(payment: PaymentTable, external_id: str | None, attempt: Attempt) -> ActRequest | None:
    """What this attempt does to an object of the provider's; None where there is none."""
    return None if external_id is None else ActRequest(payment.id, external_id, f"{attempt.id}-{attempt.number}")


async def acted(session: AsyncSession, attempt: Attempt, reply: None) -> None:
    """The provider has done it: a look writes down what came of it."""
    del reply
    await news.look(session, attempt.subject_id)


async def not_acted(session: AsyncSession, attempt: Attempt, error: str) -> None:
    """The provider would not, or nobody answered: a look tells where the payment stands, and a case asks a person."""
    del error
    await news.look(session, attempt.subject_id)
