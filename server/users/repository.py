"""Profiles in the database."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.core import clock
from server.users.tables import ProfileTable
from shared_models.languages import Language

_profile: Any = ProfileTable


class Profiles:
    """One row a person."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def add(self, people: Iterable[tuple[UUID, str, Language | None]]) -> None:
        rows = [
            {"identity_id": id_, "name": name, "language": language, "created_at": clock.now()}
            for id_, name, language in people
        ]
        await self.session.execute(insert(_profile.__table__).on_conflict_do_nothing(), rows)

    async def of(self, identity_id: UUID) -> ProfileTable | None:
        return await self.session.get(ProfileTable, identity_id)

    async def called(self, text: str, limit: int) -> Sequence[UUID]:
        found = await self.session.scalars(
            select(_profile.identity_id).where(_profile.name.icontains(text, autoescape=True)).limit(limit)
        )
        return found.all()

    async def of_all(self, ids: Iterable[UUID]) -> Sequence[ProfileTable]:
        found = await self.session.scalars(select(ProfileTable).where(_profile.identity_id.in_(list(ids))))
        return found.all()
