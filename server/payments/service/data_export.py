"""What is kept of someone who pays, for that person."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.payments.repository import Customers, Payments, SavedCards
from server.payments.service import history

_HIDDEN = {"payer_id", "page_url", "looked_at"}
_SHOWN = {"movements", "money", "part_of"}
"""What a payer reads of a payment beside its row."""


async def data_export(session: AsyncSession, person_id: UUID) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """A person's payments with where their money is, what went back of them, what their bank disputed, by which id the
    provider knows them, and what is known of the cards they had saved there. The numbers are the provider's alone."""
    payments = Payments(session)
    paid = await payments.of_payer(person_id)
    ids = [row.id for row in paid]
    back = await payments.refunds_of(ids)
    disputed = await payments.disputes_of(ids)
    saved = await SavedCards(session).of(person_id)
    known = await Customers(session).of(person_id)
    seen = {each.id: each.model_dump(mode="json", include=_SHOWN) for each in await history.to_read(session, paid)}
    return {
        "payments": [row.model_dump(mode="json", exclude=_HIDDEN) | seen[row.id] for row in paid],
        "payment_customers": [] if known is None else [{"customer_id": known}],
        "saved_cards": [row.model_dump(mode="json", exclude={"person_id"}) for row in saved],
        "refunds": [row.model_dump(mode="json", exclude=_HIDDEN) for row in back],
        "disputes": [row.model_dump(mode="json", exclude=_HIDDEN) for row in disputed],
    }
