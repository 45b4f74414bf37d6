"""Price, shortest stay and instant booking of many homes at once, and the undo of it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.core import clock
from server.core.errors import NotFound
from server.core.events import publish
from server.core.identity import Identity
from server.core.ids import new_id
from server.properties.bulk_edits import rules
from server.properties.bulk_edits.repository import BulkEdits
from server.properties.bulk_edits.tables import PropertyBulkEditTable
from server.properties.events import PropertyFactsChanged
from server.properties.repository.homes import Properties
from server.properties.repository.mapping import facts_of
from server.properties.service import reading
from server.properties.tables import PropertyTable
from shared_models.bulk_edits import BulkEdit, BulkEdited
from shared_models.properties import BulkRefusal

Columns = Mapping[str, Any]


async def edit(session: AsyncSession, caller: Identity, request: BulkEdit) -> BulkEdited:
    """Change each home that can take it; the others are named with the reason. What is as wished already stays."""
    ids = sorted(set(request.ids))
    rows = {row.id: row for row in await _locked(session, ids)}
    refused: list[BulkRefusal] = []
    homes: dict[str, Any] = {}
    for id_ in ids:
        row = rows.get(id_)
        if row is None or not reading.may_manage(caller, row):
            refused.append(BulkRefusal(id=id_, title="", reason=NotFound.title))
            continue
        before, after = _columns(row), rules.after(facts_of(row), request)
        if reason := rules.why_not(facts_of(row), row.status, after):
            refused.append(BulkRefusal(id=id_, title=row.title, reason=reason))
        elif before != after:
            homes[str(id_)] = {"before": before, "after": after}
    done = PropertyBulkEditTable(id=new_id(), person_id=caller.id, homes=homes)
    await BulkEdits(session, caller.id).add(done)
    await _write(session, {UUID(id_): home["after"] for id_, home in homes.items()})
    return BulkEdited(id=done.id, changed=len(homes), refused=refused)


async def undo(session: AsyncSession, caller: Identity, edit_id: UUID) -> BulkEdited:
    """Give every home back what it had, unless someone changed it since; twice is once. Raises NotFound."""
    edits = BulkEdits(session, caller.id)
    found = await edits.by_id(edit_id)
    if found is None:
        raise NotFound
    rows = await _locked(session, sorted(UUID(id_) for id_ in found.homes))
    done = await edits.by_id(edit_id, lock=True)
    if done is None or done.undone_at is not None:
        return BulkEdited(id=edit_id, changed=0, refused=[])
    back, refused = {}, []
    for row in rows:
        before, after = (done.homes[str(row.id)][name] for name in ("before", "after"))
        changed = _columns(row) != after or not reading.may_manage(caller, row)
        reason = "It was changed since." if changed else rules.why_not(facts_of(row), row.status, before)
        if reason:
            refused.append(BulkRefusal(id=row.id, title=row.title, reason=reason))
        else:
            back[row.id] = before
    await _write(session, back)
    done.undone_at = clock.now()
    await session.flush()
    return BulkEdited(id=edit_id, changed=len(back), refused=refused)


async def _locked(session: AsyncSession, ids: Sequence[UUID]) -> Sequence[PropertyTable]:
    homes = Properties(session)
    await homes.lock(ids)
    return await homes.fresh(ids)


def _columns(row: PropertyTable) -> dict[str, Any]:
    return {name: getattr(row, name) for name in rules.COLUMNS}


async def _write(session: AsyncSession, changes: Mapping[UUID, Columns]) -> None:
    if not changes:
        return
    moment = clock.now()
    await Properties(session).change_all({id_: {**columns, "updated_at": moment} for id_, columns in changes.items()})
    await publish(session, PropertyFactsChanged(ids=list(changes)))


async def data_export(session: AsyncSession, person_id: UUID) -> list[dict[str, Any]]:
    """What a person changed of many homes at once."""
    return [row.model_dump(mode="json", exclude={"person_id"}) for row in await BulkEdits(session, person_id).all()]


async def erase(session: AsyncSession, person_id: UUID) -> None:
    """Remove the changes of someone who leaves, and so their undo."""
    await BulkEdits(session, person_id).remove_all()
