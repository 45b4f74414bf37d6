"""What is kept of someone who pays, for that person."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.payments.repository import Customers, Payments

_HIDDEN = {"payer_id", "page_url", "looked_at"}


async def data_export(session: AsyncSession, person_id: UUID) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """A person's payments, what went back of them, what their bank disputed, and by which id the provider knows them.
    Cards are the provider's alone: nothing of them is here."""
    payments = Payments(session)
    paid = await payments.of_payer(person_id)
    ids = [row.id for row in paid]
    back = await payments.refunds_of(ids)
    disputed = await payments.disputes_of(ids)
    known = await Customers(session).of(person_id)
    return {
        "payments": [row.model_dump(mode="json", exclude=_HIDDEN) for row in paid],
        "payment_customers": [] if known is None else [{"customer_id": known}],
        "refunds": [row.model_dump(mode="json", exclude=_HIDDEN) for row in back],
        "disputes": [row.model_dump(mode="json", exclude=_HIDDEN) for row in disputed],
    }
