"""What a card holds for us, captured when a room above says so."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.core import attempts, clock
from server.core.attempts import Attempt
from server.core.errors import InvalidTransition, NotFound
from server.core.settings import Settings
from server.payments.repository import Payments
from server.payments.rules import ActRequest
from server.payments.service.ending import act_request
from shared_models.payments import PaymentStatus

CAPTURE = "payments.capture"


async def capture(session: AsyncSession, payment_id: UUID) -> None:
    """Have captured what a card holds, as part of this transaction: a job does it, and a look tells what came of it.

    Twice is once. Raises NotFound, and InvalidTransition when no card holds it, or it was let go.
    """
    payment = await Payments(session).locked(payment_id)
    if payment is None:
        raise NotFound
    if payment.status == PaymentStatus.CAPTURED.value:
        return
    if payment.status != PaymentStatus.AUTHORISED.value or payment.let_go_at is not None:
        raise InvalidTransition("The card does not hold this money.")
    payment.capture_asked_at = payment.capture_asked_at or clock.now()
    await attempts.intend(session, CAPTURE, payment.id)


async def capture_request(session: AsyncSession, settings: Settings, attempt: Attempt) -> ActRequest | None:
    """What to capture; None when it was heard of, or let go, in the meantime."""
    del settings
    payment = await Payments(session).locked(attempt.subject_id)
    if payment is None or payment.status != PaymentStatus.AUTHORISED.value or payment.let_go_at is not None:
        return None
    return act_request(payment, payment.intent_id, attempt)
