"""Drafts in the database."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.properties.drafts.tables import PropertyDraftTable

_draft: Any = PropertyDraftTable
_table: Any = PropertyDraftTable.__table__  # type: ignore[attr-defined]


class Drafts:
    """The drafts of one person."""

    def __init__(self, session: AsyncSession, person_id: UUID) -> None:
        self.session, self.person_id = session, person_id

    async def add(self, row: PropertyDraftTable) -> None:
        self.session.add(row)
        await self.session.flush()

    async def by_id(self, draft_id: UUID, *, lock: bool = False) -> PropertyDraftTable | None:
        """A draft; with `lock` as it is now, after its home was locked."""
        wanted = select(PropertyDraftTable).where(_draft.id == draft_id, _draft.person_id == self.person_id)
        if lock:
            wanted = wanted.with_for_update().execution_options(populate_existing=True)
        return await self.session.scalar(wanted)

    async def by_ids(self, ids: Collection[UUID], *, lock: bool = False) -> Sequence[PropertyDraftTable]:
        """Many drafts by ascending id; with `lock` as they are now, after their homes were locked."""
        wanted = select(PropertyDraftTable).where(_draft.id.in_(ids), _draft.person_id == self.person_id)
        if lock:
            wanted = wanted.with_for_update().execution_options(populate_existing=True)
        return (await self.session.scalars(wanted.order_by(_draft.id))).all()

    async def put_all(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add many drafts, or give those that are there other words and another version."""
        if not rows:
            return
        adding = insert(_table).values([{"person_id": self.person_id, **row} for row in rows])
        new = adding.excluded
        await self.session.execute(
            adding.on_conflict_do_update(
                index_elements=["id", "person_id"],
                set_={"said": new.said, "version": new.version, "updated_at": new.updated_at},
            )
        )

    async def remove_some(self, ids: Collection[UUID]) -> None:
        """Remove many drafts."""
        chosen = delete(PropertyDraftTable).where(_draft.person_id == self.person_id, _draft.id.in_(ids))
        await self.session.execute(chosen.execution_options(synchronize_session=False))

    async def latest(self, after: tuple[datetime, UUID] | None, limit: int) -> Sequence[PropertyDraftTable]:
        """A page by the time of the last change; `after` is the key of the last draft seen."""
        key = tuple_(_draft.updated_at, _draft.id)
        wanted = select(PropertyDraftTable).where(_draft.person_id == self.person_id)
        if after is not None:
            wanted = wanted.where(key < after)
        wanted = wanted.order_by(_draft.updated_at.desc(), _draft.id.desc()).limit(limit)
        return (await self.session.scalars(wanted)).all()

    async def all(self) -> Sequence[PropertyDraftTable]:
        """Every draft, the oldest first."""
        wanted = select(PropertyDraftTable).where(_draft.person_id == self.person_id).order_by(_draft.created_at)
        return (await self.session.scalars(wanted)).all()

    async def remove(self, row: PropertyDraftTable) -> None:
        await self.session.delete(row)
        await self.session.flush()

    async def remove_all(self) -> None:
        """Remove every draft."""
        await self.session.execute(delete(PropertyDraftTable).where(_draft.person_id == self.person_id))
