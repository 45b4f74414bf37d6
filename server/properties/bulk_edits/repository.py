"""Bulk edits in the database."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.properties.bulk_edits.tables import PropertyBulkEditTable

_edit: Any = PropertyBulkEditTable


class BulkEdits:
    """The bulk edits of one person."""

    def __init__(self, session: AsyncSession, person_id: UUID) -> None:
        self.session, self.person_id = session, person_id

    async def add(self, row: PropertyBulkEditTable) -> None:
        self.session.add(row)
        await self.session.flush()

    async def by_id(self, edit_id: UUID, *, lock: bool = False) -> PropertyBulkEditTable | None:
        """An edit; with `lock` as it is now, after its homes were locked."""
        wanted = select(PropertyBulkEditTable).where(_edit.id == edit_id, _edit.person_id == self.person_id)
        if lock:
            wanted = wanted.with_for_update().execution_options(populate_existing=True)
        return await self.session.scalar(wanted)

    async def all(self) -> Sequence[PropertyBulkEditTable]:
        """Every edit, the oldest first."""
        wanted = select(PropertyBulkEditTable).where(_edit.person_id == self.person_id).order_by(_edit.created_at)
        return (await self.session.scalars(wanted)).all()

    async def remove_all(self) -> None:
        """Remove every edit."""
        await self.session.execute(delete(PropertyBulkEditTable).where(_edit.person_id == self.person_id))
