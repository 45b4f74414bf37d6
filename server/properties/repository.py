"""Homes in the database."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from server.properties.tables import PropertyTable
from shared_models.properties import PropertyStatus

_property: Any = PropertyTable


class Properties:
    """Every home."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def lock(self, ids: Iterable[UUID]) -> None:
        """Lock homes by ascending id, in one statement, so that two callers never wait for each other."""
        wanted = sorted(set(ids))
        await self.session.execute(
            select(_property.id).where(_property.id.in_(wanted)).order_by(_property.id).with_for_update(key_share=True)
        )

    async def by_id(self, property_id: UUID) -> PropertyTable | None:
        return await self.session.get(PropertyTable, property_id)

    async def by_ids(self, ids: Iterable[UUID]) -> Sequence[PropertyTable]:
        found = await self.session.scalars(select(PropertyTable).where(_property.id.in_(list(ids))))
        return found.all()

    async def of_landlord(
        self, landlord_id: UUID, after: tuple[str, UUID] | None, limit: int
    ) -> Sequence[PropertyTable]:
        """A landlord's homes by title, archived ones aside; `after` is the title and id of the last one seen."""
        wanted = select(PropertyTable).where(
            _property.landlord_id == landlord_id, _property.status != PropertyStatus.ARCHIVED.value
        )
        if after is not None:
            wanted = wanted.where(tuple_(_property.title, _property.id) > after)
        found = await self.session.scalars(wanted.order_by(_property.title, _property.id).limit(limit))
        return found.all()
