"""Drafts of the listing editor: kept as they are typed, checked only when they become a home.

A draft belongs to one person, on however many devices; who changes one names the version they saw.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.core import clock, cursors
from server.core.errors import NotFound
from server.core.etags import etag_matches
from server.core.identity import Identity
from server.core.ids import new_id
from server.properties.drafts.repository import Drafts
from server.properties.drafts.tables import PropertyDraftTable
from server.properties.service import door as properties
from server.properties.service import editing
from server.properties.service.editing import ChangedMeanwhile
from server.properties.service.reading import TaggedProperty
from shared_models.drafts import DraftFinish, DraftGiven, DraftRead, DraftSaid
from shared_models.paging import Page


@dataclass(frozen=True)
class Kept:
    """A draft as its owner sees it, and the entity tag of that version."""

    draft: DraftRead
    etag: str


async def begin(session: AsyncSession, caller: Identity, said: DraftGiven) -> Kept:
    """A draft of a home that is not there yet."""
    row = PropertyDraftTable(id=new_id(), person_id=caller.id, said=_packed(said))
    await Drafts(session, caller.id).add(row)
    return _kept(row, new=True)


async def own(session: AsyncSession, caller: Identity, cursor: str | None, limit: int) -> Page[DraftRead]:
    """The caller's drafts, the last changed first."""
    rows = await Drafts(session, caller.id).latest(cursors.unpack_moment(cursor), limit + 1)
    homes = await properties.homes(session, [row.id for row in rows])
    drafts, more = rows[:limit], len(rows) > limit
    return Page(
        items=[_kept(row, new=row.id not in homes).draft for row in drafts],
        next_cursor=cursors.pack_moment(drafts[-1].updated_at, drafts[-1].id) if more else None,
    )


async def read(session: AsyncSession, caller: Identity, draft_id: UUID) -> Kept:
    """A draft of the caller's. Raises NotFound."""
    row = await Drafts(session, caller.id).by_id(draft_id)
    if row is None:
        raise NotFound
    return _kept(row, new=not await properties.homes(session, [draft_id]))


async def keep(session: AsyncSession, caller: Identity, draft_id: UUID, said: DraftGiven, if_match: str | None) -> Kept:
    """Keep what is typed now. Raises NotFound, ChangedMeanwhile (another device kept something else).

    The first draft of a home that is there names no version.
    """
    await properties.lock(session, [draft_id])
    drafts = Drafts(session, caller.id)
    row = await drafts.by_id(draft_id, lock=True)
    new = not await properties.homes(session, [draft_id])
    if row is None:
        if new or if_match is not None:
            raise NotFound if new else ChangedMeanwhile("It was saved or thrown away elsewhere.")
        await editing.to_manage(session, caller, draft_id)
        row = PropertyDraftTable(id=draft_id, person_id=caller.id, said=_packed(said))
        await drafts.add(row)
    elif row.said != _packed(said):  # the same again is an answer that was lost on its way
        _check_version(row, if_match)
        row.said, row.version, row.updated_at = _packed(said), new_id(), clock.now()
        await session.flush()
    return _kept(row, new=new)


async def discard(session: AsyncSession, caller: Identity, draft_id: UUID) -> None:
    """Throw a draft away; one that is not there is no error."""
    drafts = Drafts(session, caller.id)
    row = await drafts.by_id(draft_id, lock=True)
    if row is not None:
        await drafts.remove(row)


async def finish(
    session: AsyncSession, caller: Identity, draft_id: UUID, request: DraftFinish, if_match: str | None
) -> TaggedProperty:
    """Make the home of a draft, or save what was changed of it; the draft is gone then.

    Raises NotFound, ChangedMeanwhile (the draft or the home is another than the caller saw), and what `create` and
    `replace` of a home raise.
    """
    await properties.lock(session, [draft_id])
    drafts = Drafts(session, caller.id)
    row = await drafts.by_id(draft_id, lock=True)
    there = bool(await properties.homes(session, [draft_id]))
    if row is None and not there:
        raise NotFound
    if row is not None:
        _check_version(row, if_match)
    if there:
        home = await editing.replace(session, caller, draft_id, request.facts, request.home_etag)
    else:
        home = await editing.create(session, caller, request.facts, property_id=draft_id)
    if row is not None:
        await drafts.remove(row)
    return home


async def said_of(
    session: AsyncSession, person_id: UUID, ids: Collection[UUID], *, lock: bool = False
) -> Mapping[UUID, DraftSaid]:
    """What these drafts of a person say; those that are not there are left out. Homes are locked before drafts."""
    rows = await Drafts(session, person_id).by_ids(ids, lock=lock) if ids else []
    return {row.id: DraftSaid.model_validate(row.said) for row in rows}


async def put_many(session: AsyncSession, person_id: UUID, said: Mapping[UUID, DraftSaid]) -> None:
    """Keep many drafts of homes that are not there yet, under these ids; one statement."""
    moment = clock.now()
    rows = [
        {"id": id_, "said": _packed(words), "version": new_id(), "created_at": moment, "updated_at": moment}
        for id_, words in said.items()
    ]
    await Drafts(session, person_id).put_all(rows)


async def discard_many(session: AsyncSession, person_id: UUID, ids: Collection[UUID]) -> None:
    """Throw many drafts away."""
    if ids:
        await Drafts(session, person_id).remove_some(ids)


def _check_version(row: PropertyDraftTable, if_match: str | None) -> None:
    if if_match is None or not etag_matches(if_match, _etag(row)):
        raise ChangedMeanwhile("Another device kept other words. Look at both, then choose.")


def _etag(row: PropertyDraftTable) -> str:
    return f'"{row.version}"'


def _packed(said: DraftSaid) -> dict[str, object]:
    return said.model_dump(mode="json")


def _kept(row: PropertyDraftTable, *, new: bool) -> Kept:
    said = DraftSaid.model_validate(row.said)
    return Kept(DraftRead(id=row.id, said=said, new=new, updated_at=row.updated_at), _etag(row))


async def data_export(session: AsyncSession, person_id: UUID) -> list[dict[str, Any]]:
    """What stands in a person's editor."""
    rows = await Drafts(session, person_id).all()
    return [row.model_dump(mode="json", exclude={"person_id", "version"}) for row in rows]


async def erase(session: AsyncSession, person_id: UUID) -> None:
    """Remove what stands in the editor of someone who leaves."""
    await Drafts(session, person_id).remove_all()
