"""Homes as people see them, and lists of one's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.core.errors import NotFound
from server.core.identity import Identity
from server.properties.repository.homes import Properties, Wanted
from server.properties.repository.mapping import facts_of, page_of, row_of
from server.properties.rules import listings as rules
from server.properties.rules import places
from server.properties.tables import PropertyTable
from server.users import service as users
from shared_models.auth import Obstacle, ObstacleKind, Role
from shared_models.paging import Page
from shared_models.properties import HomeOrder, PropertyRead, PropertyRow, PropertyStatus, PropertyType

MAX_OBSTACLES = 50


@dataclass(frozen=True)
class Mine:
    """Which of one's own homes, and in which order."""

    status: PropertyStatus | None = None
    text: str | None = None
    order: HomeOrder = HomeOrder.CHANGED_LAST


@dataclass(frozen=True)
class TaggedProperty:
    """A home as someone sees it, and the entity tag of that state."""

    page: PropertyRead
    etag: str


async def read(session: AsyncSession, caller: Identity | None, id_or_slug: str) -> TaggedProperty:
    """A home's page. Raises NotFound unless it is published or the caller's (admins see all)."""
    row = await _found(session, id_or_slug)
    private = row is not None and may_manage(caller, row)
    if row is None or not (private or row.status == PropertyStatus.PUBLISHED):
        raise NotFound
    return await to_read(session, row, private=private)


async def type_of(session: AsyncSession, property_id: UUID) -> PropertyType:
    """What kind of home it is, whatever its state. Raises NotFound."""
    row = await Properties(session).by_id(property_id)
    if row is None:
        raise NotFound
    return PropertyType(row.type)


async def own(
    session: AsyncSession,
    caller: Identity,
    wanted: Mine,
    cursor: str | None,
    limit: int,
) -> Page[PropertyRow]:
    """The caller's homes. Raises Malformed for a cursor that is none of this order."""
    which = Wanted(landlord_id=caller.id, status=wanted.status, text=wanted.text)
    after = None if cursor is None else places.place_in(cursor, wanted.order)
    found = await Properties(session).page(which, wanted.order, after, limit + 1)
    rows = found[:limit]
    more = places.cursor_of(wanted.order, rows[-1][1]) if len(found) > limit else None
    return Page(items=await _rows(session, [row for row, _ in rows]), next_cursor=more)


async def data_export(session: AsyncSession, landlord_id: UUID) -> list[dict[str, Any]]:
    """All that a landlord's homes say and where their listings stand."""
    rows = await Properties(session).all_of(landlord_id)
    return [row.model_dump(mode="json", exclude={"landlord_id"}) for row in rows]


async def seen_homes(session: AsyncSession, landlord_id: UUID) -> list[Obstacle]:
    """Homes that others see and that keep their landlord's account from being deleted."""
    rows = await Properties(session).seen_of(landlord_id, MAX_OBSTACLES)
    return [Obstacle(kind=ObstacleKind.HOME, id=row.id, title=row.title, as_landlord=True) for row in rows]


def may_manage(caller: Identity | None, row: PropertyTable) -> bool:
    """Whether a home is the caller's to see whole and to change: its landlord's, and admins'."""
    return caller is not None and (row.landlord_id == caller.id or caller.has(Role.ADMIN))


async def to_read(session: AsyncSession, row: PropertyTable, *, private: bool) -> TaggedProperty:
    """A home's page; `private` tells what only its landlord and admins may know."""
    landlord = (await users.profiles(session, [row.landlord_id])).get(row.landlord_id)
    homes = await Properties(session).published_by(row.landlord_id)
    return TaggedProperty(
        page_of(row, landlord, homes, private=private), rules.etag_of(facts_of(row), row.status, row.proposed)
    )


async def _found(session: AsyncSession, id_or_slug: str) -> PropertyTable | None:
    properties = Properties(session)
    try:
        # UUID() also reads 32 digits with hyphens anywhere, which may be a slug.
        return (
            await properties.by_id(UUID(id_or_slug)) if len(id_or_slug) == 36 else await properties.by_slug(id_or_slug)
        )
    except ValueError:
        return await properties.by_slug(id_or_slug)


async def _rows(session: AsyncSession, rows: Sequence[PropertyTable]) -> list[PropertyRow]:
    landlords = await users.profiles(session, {row.landlord_id for row in rows})
    return [row_of(row, landlords.get(row.landlord_id)) for row in rows]
