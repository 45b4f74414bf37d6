"""Why nights are blocked, in the database."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.calendars.tables import BlockTable

_block: Any = BlockTable


class Blocks:
    """Why nights are blocked."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    def add(self, property_id: UUID, note: str, created_by: UUID) -> BlockTable:
        block = BlockTable(property_id=property_id, note=note, created_by=created_by)
        self.session.add(block)
        return block

    async def by_id(self, block_id: UUID) -> BlockTable | None:
        return await self.session.get(BlockTable, block_id)

    async def by(self, person_id: UUID) -> Sequence[BlockTable]:
        """Every block someone made, the oldest first."""
        found = await self.session.scalars(
            select(BlockTable).where(_block.created_by == person_id).order_by(_block.created_at, _block.id)
        )
        return found.all()

    async def forget_notes(self, person_id: UUID) -> None:
        """Take away what a person wrote beside blocks."""
        await self.session.execute(update(BlockTable).where(_block.created_by == person_id).values(note=""))

    async def remove(self, block_id: UUID) -> bool:
        """Whether this call removed it: of two at once only one did."""
        removed = await self.session.scalar(delete(BlockTable).where(_block.id == block_id).returning(_block.id))
        return removed is not None
