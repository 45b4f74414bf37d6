"""Taking lines: a part of a file becomes homes, and homes of a run taken back become what they were."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.auth import service as auth
from server.core import clock
from server.core.events import publish
from server.core.ids import new_id
from server.core.references import pointed_at
from server.properties.events import PropertiesRemoved, PropertyFactsChanged
from server.properties.importing.repository.runs import Imports
from server.properties.importing.rules.lines import HomeLine, LineFinding, Lines, decided_columns, source_key
from server.properties.importing.tables import ImportChangeTable, ImportRunTable
from server.properties.repository.homes import Properties
from server.properties.repository.mapping import facts_of
from server.properties.rules.listings import FACTS, digest_of, slug_of
from server.properties.tables import PropertyTable
from shared_models.imports import Finding, ImportPlan
from shared_models.properties import PropertyStatus


def owner_of(run: ImportRunTable) -> str:
    """Whose homes these are, as it stands in their source keys."""
    return "platform" if run.for_platform else str(run.owner_id)


async def take(session: AsyncSession, run: ImportRunTable, plan: ImportPlan, found: Lines, *, write: bool) -> None:
    """Compare lines with the homes there are and count; with `write` also create and change homes.

    A constant number of statements, however many lines.
    """
    properties, imports = Properties(session), Imports(session)
    keys = {source_key(owner_of(run), plan, home.source_id): home for home in found.homes}
    known = await properties.by_source_keys(keys, lock=write)
    decided = decided_columns(plan)
    changed = {row.id: (row, home) for key, row in known.items() if _differs(row, home := keys[key], decided)}
    created = {key: home for key, home in keys.items() if key not in known}
    run.created += len(created)
    run.changed += len(changed)
    run.unchanged += len(known) - len(changed)
    if not write:
        return
    moment = clock.now()
    rows = await _new_rows(session, run, plan, created, moment)
    await properties.add_all(rows)
    await imports.add_changes(
        [_change(run.id, row["id"], home, row, None) for row, home in zip(rows, created.values(), strict=True)]
    )
    await _change_known(session, run, changed, decided, moment)
    ids = [row["id"] for row in rows] + list(changed)
    if ids:
        await publish(session, PropertyFactsChanged(ids=ids))


def _differs(row: PropertyTable, home: HomeLine, decided: Sequence[str]) -> bool:
    return any(getattr(row, name) != home.columns[name] for name in decided)


def _change(
    run_id: UUID, property_id: UUID, home: HomeLine, facts: Mapping[str, Any], before: Mapping[str, Any] | None
) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "property_id": property_id,
        "line": home.line,
        "digest": digest_of(facts),
        "before": before,
    }


async def _new_rows(
    session: AsyncSession, run: ImportRunTable, plan: ImportPlan, created: Mapping[str, HomeLine], moment: datetime
) -> list[dict[str, Any]]:
    landlords = await _landlords(session, run, plan, created.values()) if created else {}
    rows = []
    for key, home in created.items():
        id_ = new_id()
        rows.append(
            dict(home.columns)
            | {
                "id": id_,
                "slug": slug_of(home.columns["title"], id_),
                "landlord_id": landlords.get(_host_key(plan, home), run.owner_id),
                "source_key": key,
                "import_id": run.id,
                "status": PropertyStatus.DRAFT.value,
                "created_at": moment,
                "updated_at": moment,
            }
        )
    return rows


async def _landlords(session: AsyncSession, run: ImportRunTable, plan: ImportPlan, homes: Any) -> Mapping[str, UUID]:
    """For the platform: one unclaimed landlord per host of the source (or one for all, where no host is named)."""
    if not run.for_platform:
        return {}
    names = {_host_key(plan, home): f"Host {home.host_id or plan.file_wide.source}" for home in homes}
    landlords = await auth.unclaimed_landlords(session, names)
    await Imports(session).add_landlords(run.id, landlords.added)
    return landlords.by_key


def _host_key(plan: ImportPlan, home: HomeLine) -> str:
    source = plan.file_wide.source
    return f"{source}/{home.host_id}" if home.host_id else source


async def _change_known(
    session: AsyncSession,
    run: ImportRunTable,
    changed: Mapping[UUID, tuple[PropertyTable, HomeLine]],
    decided: Sequence[str],
    moment: datetime,
) -> None:
    images, changes = [], {}
    for id_, (row, home) in changed.items():
        values = {name: home.columns[name] for name in decided}
        before = {name: getattr(row, name) for name in decided} | {"updated_at": row.updated_at.isoformat()}
        images.append(_change(run.id, id_, home, dict(facts_of(row)) | values, before))
        changes[id_] = values | {"updated_at": moment}
    await Imports(session).add_changes(images)
    await Properties(session).change_all(changes)


async def take_back(session: AsyncSession, run: ImportRunTable, changes: Sequence[ImportChangeTable]) -> None:
    """Delete the homes this run created and restore those it changed; what people built on since stays, and is told."""
    properties, imports = Properties(session), Imports(session)
    ids = [change.property_id for change in changes]
    await properties.lock(ids, to_remove=True)
    rows = {row.id: row for row in await properties.fresh(ids)}
    in_use = await pointed_at(session, "property", [change.property_id for change in changes if change.before is None])
    kept, gone, restored = [], [], {}
    for change in changes:
        row = rows.get(change.property_id)
        if row is None:
            continue
        reason = _why_kept(change, row, in_use)
        if reason:
            kept.append(LineFinding(change.line, "source_id", Finding.WARNING, reason, row.title))
        elif change.before is None:
            gone.append(row.id)
        else:
            moment = datetime.fromisoformat(change.before["updated_at"])
            restored[row.id] = change.before | {"updated_at": moment}
    await properties.remove(gone)
    await properties.change_all(restored)
    await imports.add_findings(run.id, kept)
    await imports.drop_changes(run.id, ids)
    run.created, run.changed, run.warnings = (
        run.created - len(gone),
        run.changed - len(restored),
        run.warnings + len(kept),
    )
    if gone:
        await publish(session, PropertiesRemoved(ids=gone))
    if restored:
        await publish(session, PropertyFactsChanged(ids=list(restored)))


def _why_kept(change: ImportChangeTable, row: PropertyTable, in_use: set[UUID]) -> str:
    if row.id in in_use:
        return "stays: someone asked for its price, booked it or blocked nights in it"
    if digest_of({name: getattr(row, name) for name in FACTS}) != change.digest:
        return "stays: it was changed after this import"
    return ""


async def take_landlords_back(session: AsyncSession, run: ImportRunTable, ids: Sequence[UUID]) -> None:
    """Remove the landlords this run added, but for those that have signed up or to whom something still belongs."""
    used = await Properties(session).landlords_with_homes(ids) | await pointed_at(session, "identity", ids)
    await auth.remove_unclaimed(session, [id_ for id_ in ids if id_ not in used])
    await Imports(session).drop_landlords(run.id, ids)
