"""The receipt of a payment: what is known of it, in the language of the one who paid, on paper."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from server.core.database import Database
from server.core.errors import NotFound
from server.core.identity import Identity
from server.core.words import translator
from server.payments.receipts import rules
from server.payments.receipts import service as printer
from server.payments.repository import Payments
from server.payments.service import history, rooms
from server.payments.service.refunds import subject_of
from server.users import service as users
from shared_models.payments import PaymentStatus


@dataclass(frozen=True)
class Paper:
    """A receipt as a file."""

    name: str
    content: bytes


async def receipt(database: Database, caller: Identity, payment_id: UUID) -> Paper:
    """The receipt of a payment of the caller's. Raises NotFound also for one that was not paid, and TryAgain."""
    content, at = await _content(database, caller, payment_id)
    return Paper(f"receipt-{str(payment_id)[-8:]}.pdf", await printer.paper(content, at))


async def _content(database: Database, caller: Identity, payment_id: UUID) -> tuple[dict[str, Any], datetime]:
    async with database.transaction() as session:
        payment = await Payments(session).one_of_payer(caller.id, payment_id)
        if payment is None or payment.status != PaymentStatus.CAPTURED.value or payment.settled_at is None:
            raise NotFound
        spoken = translator(await users.language_of(session, caller.id))
        (told,) = await history.to_read(session, [payment])
        paid = rules.Receipt(
            payment_id=payment.id,
            payer=(await users.names(session, [caller.id])).get(caller.id, ""),
            title=told.title,
            amount=told.amount,
            paid_at=payment.settled_at,
            movements=told.movements,
            sold=await rooms.sold_of(session, subject_of(payment), spoken),
        )
        return rules.content(paid, spoken), payment.settled_at
