"""Counts of tries in the database."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.throttling.tables import AttemptTable

_attempt: Any = AttemptTable


class Attempts:
    """One row for each limit and subject."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def locked(self, keys: Sequence[str], now: datetime) -> Mapping[str, AttemptTable]:
        """The rows of these keys, made where there is none, locked in one order for all."""
        rows = [{"key": key, "count": 0, "last_at": now} for key in sorted(set(keys))]
        adding = insert(AttemptTable).values(rows)
        found = await self.session.scalars(
            adding.on_conflict_do_update(index_elements=["key"], set_={"count": _attempt.count}).returning(AttemptTable)
        )
        return {row.key: row for row in found}

    async def remove(self, keys: Sequence[str]) -> None:
        await self.session.execute(delete(AttemptTable).where(_attempt.key.in_(keys)))

    async def take_back(self, keys: Sequence[str]) -> None:
        """One try fewer each."""
        await self.session.execute(
            update(AttemptTable)
            .where(_attempt.key.in_(keys), _attempt.count > 0)
            .values(count=_attempt.count - 1)
            .execution_options(synchronize_session=False)
        )

    async def remove_old(self, before: datetime) -> None:
        await self.session.execute(delete(AttemptTable).where(_attempt.last_at < before))
