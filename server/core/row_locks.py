"""Locks on rows, for requests without waiting while they hold a connection (see `lock_queue`)."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Result, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database import LOCK_NOT_AVAILABLE, sqlstate
from server.core.lock_queue import MustWait, Place

PLACE = "place"
"""Under this name a session of a request carries its place in the queue."""


async def lock_rows(session: AsyncSession, ids: Collection[UUID], rows: Select[Any], *, key_share: bool = True) -> None:
    """Lock `rows`, which have these ids, until the end of the transaction: against changes, and (without `key_share`)
    also against new rows that point at them.

    A request does so before it writes anything: it begins anew when another has them. Jobs and commands, which have
    connections of their own, wait in the database.
    """
    place: Place | None = session.info.get(PLACE)
    if place is not None:
        place.take(ids)
    await _locked(session, ids, rows.with_for_update(key_share=key_share, nowait=place is not None))


async def keep_rows(session: AsyncSession, ids: Collection[UUID], rows: Select[Any]) -> Result[Any]:
    """Read `rows`, which have these ids, and keep them from being removed: new rows will point at them.

    PostgreSQL does so by itself, but waits; a request does not, as with `lock_rows`. Any number may keep the same row.
    """
    wanted = rows.with_for_update(read=True, key_share=True, nowait=session.info.get(PLACE) is not None)
    return await _locked(session, ids, wanted)


async def _locked(session: AsyncSession, ids: Collection[UUID], rows: Select[Any]) -> Result[Any]:
    try:
        found: Result[Any] = await session.execute(rows)
    except DBAPIError as problem:
        if session.info.get(PLACE) is None or sqlstate(problem) != LOCK_NOT_AVAILABLE:
            raise
        raise MustWait(ids) from problem
    return found
