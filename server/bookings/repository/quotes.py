"""Prices people were shown, in the database."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings.tables import QuoteTable

_quote: Any = QuoteTable


class Quotes:
    """Prices people were shown."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def add(self, quote: QuoteTable) -> None:
        self.session.add(quote)
        await self.session.flush()

    async def add_all(self, quotes: Iterable[QuoteTable]) -> None:
        """Add many in one go."""
        self.session.add_all(quotes)
        await self.session.flush()

    async def for_tenant(self, tenant_id: UUID, quote_id: UUID, booking_id: UUID | None = None) -> QuoteTable | None:
        """Someone's own quote, for a new stay or for the change of a booking."""
        return await self.session.scalar(
            select(QuoteTable).where(
                _quote.id == quote_id,
                _quote.tenant_id == tenant_id,
                _quote.booking_id.is_not_distinct_from(booking_id),
            )
        )

    async def all_of(self, tenant_id: UUID) -> Sequence[QuoteTable]:
        """Every price someone was shown, the oldest first."""
        found = await self.session.scalars(
            select(QuoteTable).where(_quote.tenant_id == tenant_id).order_by(_quote.created_at, _quote.id)
        )
        return found.all()

    async def by_ids(self, ids: Iterable[UUID]) -> Mapping[UUID, QuoteTable]:
        found = await self.session.scalars(select(QuoteTable).where(_quote.id.in_(list(ids))))
        return {row.id: row for row in found}
