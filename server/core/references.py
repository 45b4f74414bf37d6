"""Who points at a row: asked of the database, which knows every room's tables."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_POINTERS = text(
    """
    SELECT format('SELECT %I AS id FROM %I.%I WHERE %I = ANY(\\:ids)', attname, nspname, relname, attname)
    FROM pg_constraint
    JOIN pg_class ON pg_class.oid = conrelid
    JOIN pg_namespace ON pg_namespace.oid = relnamespace
    JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
    WHERE contype = 'f' AND confrelid = to_regclass(:target) AND confdeltype <> 'c'
    ORDER BY 1
    """
)


async def pointed_at(session: AsyncSession, table: str, ids: Sequence[UUID]) -> set[UUID]:
    """Those rows of `table` that other rows point at by a foreign key, and that can therefore not be deleted.

    Pointers that are deleted with the row (ON DELETE CASCADE) do not count.
    """
    pointers = (await session.scalars(_POINTERS, {"target": f'"{table}"'})).all()
    if not pointers or not ids:
        return set()
    # The names come from the catalogue, quoted by format(%I).
    found = await session.scalars(text(" UNION ".join(pointers)), {"ids": list(ids)})
    return set(found)
