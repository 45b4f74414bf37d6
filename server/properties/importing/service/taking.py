"""Taking lines: a part of a file becomes homes, and homes of a run taken back become what they were."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.service import door as auth
from server.cases import service as cases
from server.core import clock
from server.core.events import publish
from server.core.ids import new_id
from server.core.references import pointed_at
from server.properties.drafts import service as drafting
from server.properties.events import PropertiesRemoved, PropertyFactsChanged
from server.properties.importing.repository import Imports
from server.properties.importing.rules.drafts import digest_of as digest_of_draft
from server.properties.importing.rules.drafts import draft_id, overlaid, said_by
from server.properties.importing.rules.lines import Lines
from server.properties.importing.rules.plans import source_key
from server.properties.importing.rules.reading import HomeLine, LineFinding
from server.properties.importing.tables import ImportChangeTable, ImportRunTable
from server.properties.repository.homes import Properties
from server.properties.repository.mapping import facts_of
from server.properties.rules.facts import disagreements
from server.properties.rules.listings import ON_SHOW, digest_of, edit_of, missing_on_show, missing_to_publish, slug_of
from server.properties.service import editing
from server.properties.service.editing import WITHDRAWN
from server.properties.tables import PropertyTable
from shared_models.cases import CaseKind
from shared_models.drafts import DraftField, DraftSaid
from shared_models.imports import Finding, ImportPlan
from shared_models.properties import PropertyStatus

_REVIEW = ("proposed", "review_note", "review_reasons")
_FIELD_OF = {"address": "address_line", "pin": "latitude"}
"""How a file names what a case calls so."""
_CHANGED_SINCE = "stays: it was changed after this import"


def owner_of(run: ImportRunTable) -> str:
    """Whose homes these are, as it stands in their source keys."""
    return "platform" if run.for_platform else str(run.owner_id)


async def take(session: AsyncSession, run: ImportRunTable, plan: ImportPlan, found: Lines, *, write: bool) -> None:
    """Compare lines with the homes there are and count; with `write` also create and change homes and drafts.

    A constant number of statements, however many lines.
    """
    homes, imports = Properties(session), Imports(session)
    if run.for_platform:
        _refuse_incomplete(found)
    keys = {source_key(owner_of(run), plan, home.source_id): home for home in found.homes}
    ids = {key: draft_id(key) for key in keys}
    known = await homes.imported(ids, lock=write)
    drafts = await drafting.said_of(session, run.owner_id, [ids[key] for key in keys if key not in known], lock=write)
    lines = len(found.homes)
    changed = _changed(run, found, [(row, keys[key]) for key, row in known.items()])
    refused = lines - len(found.homes)
    waiting = {
        ids[key]: home for key, home in keys.items() if key not in known and (home.missing or ids[key] in drafts)
    }
    created = {key: home for key, home in keys.items() if key not in known and ids[key] not in waiting}
    words = {id_: overlaid(drafts[id_], home) if id_ in drafts else said_by(home) for id_, home in waiting.items()}
    edited = {id_: said for id_, said in words.items() if id_ in drafts and said != drafts[id_]}
    run.created += len(created) + len(words) - len(drafts)
    run.changed += len(changed) + len(edited)
    run.unchanged += len(known) - len(changed) - refused + len(drafts) - len(edited)
    run.incomplete += len(waiting)
    _say_what_is_missing(found, created.values(), waiting.values())
    if not write:
        return
    moment = clock.now()
    rows = await _new_rows(session, run, plan, created, moment)
    await homes.add_all(rows)
    await imports.add_changes(
        [
            _change(run.id, row["id"], home, digest_of(row, None), None)
            for row, home in zip(rows, created.values(), strict=True)
        ]
    )
    await _change_known(session, run, changed, moment)
    put = {id_: said for id_, said in words.items() if id_ not in drafts or id_ in edited}
    await drafting.put_many(session, run.owner_id, put)
    await imports.add_changes(
        [
            _change(run.id, id_, waiting[id_], digest_of_draft(said), _packed(drafts.get(id_)))
            for id_, said in put.items()
        ]
    )
    ids_of_homes = [row["id"] for row in rows] + list(changed)
    if ids_of_homes:
        await publish(session, PropertyFactsChanged(ids=ids_of_homes))


def _packed(said: DraftSaid | None) -> dict[str, Any] | None:
    return None if said is None else {"said": said.model_dump(mode="json")}


def _refuse_incomplete(found: Lines) -> None:
    """Nobody edits the drafts of a landlord who has not signed up: what a home needs has to stand in the file."""
    for home in list(found.homes):
        if home.missing:
            found.refuse(home, home.missing)


def _say_what_is_missing(found: Lines, created: Iterable[HomeLine], waiting: Iterable[HomeLine]) -> None:
    for home in waiting:
        for name, reason in home.missing.items():
            found.remark(home, name, f"{reason}; the home waits as a draft until it is said")
    for home in created:
        for problem in missing_to_publish(home.columns):
            found.remark(home, "neighbourhood", f"{problem.reason}; without it the home cannot be submitted")


@dataclass(frozen=True)
class _Changed:
    """A home there is, the line that says otherwise, and all the home would say."""

    row: PropertyTable
    home: HomeLine
    facts: Mapping[str, Any]


def _changed(
    run: ImportRunTable, found: Lines, known: Sequence[tuple[PropertyTable, HomeLine]]
) -> dict[UUID, _Changed]:
    """Which homes would say something else, by the rules of an edit; a line that breaks them is refused."""
    changed = {}
    for row, home in known:
        said = dict(facts_of(row)) if run.for_platform else {**facts_of(row), **(row.proposed or {})}
        then = said | {name: home.columns[name] for name in home.decided}
        if then == said:
            continue
        missing = missing_on_show(row.status, then)
        if row.status == PropertyStatus.ARCHIVED:
            found.refuse(home, {"source_id": "is archived here, and stays as it was"})
        elif missing:
            found.refuse(home, {"source_id": f"is shown, so it has to stay complete: {missing[0].reason}"})
        elif apart := [one for one in disagreements(then) if one not in disagreements(said)]:
            reason = f"{apart[0].field} {apart[0].reason}"
            found.refuse(home, {"source_id": f"would not fit what the home says otherwise: {reason}"})
        else:
            changed[row.id] = _Changed(row, home, then)
            found.findings += _to_be_looked_at(run, changed[row.id])
    return changed


def _waits(run: ImportRunTable, row: PropertyTable) -> bool:
    """Whether a person of ours looks at changes of this home first: an admin's own import is looked at already."""
    return row.status in ON_SHOW and not run.for_platform


def _to_be_looked_at(run: ImportRunTable, one: _Changed) -> list[LineFinding]:
    words = edit_of(facts_of(one.row), one.facts).changed if _waits(run, one.row) else ()
    reason = "is looked at first; until then tenants see what was there"
    return [LineFinding(one.home.line, _FIELD_OF.get(word, word), Finding.WARNING, reason) for word in words]


def _change(
    run_id: UUID, property_id: UUID, home: HomeLine, digest: str, before: Mapping[str, Any] | None
) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "property_id": property_id,
        "line": home.line,
        "digest": digest,
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
    changed: Mapping[UUID, _Changed],
    moment: datetime,
) -> None:
    before = {id_: _image(one.row, one.home.decided) for id_, one in changed.items()}
    waiting = [(one.row, one.facts) for one in changed.values() if _waits(run, one.row)]
    wishes = await editing.propose(session, waiting, run.owner_id)
    at_once = {row.id: request.at_once for (row, _), request in zip(waiting, wishes, strict=True)}
    images, changes = [], {}
    for id_, one in changed.items():
        facts = at_once.get(id_, one.facts)
        changes[id_] = {**{name: facts[name] for name in one.home.decided}, "updated_at": moment}
        digest = digest_of(facts, one.row.proposed)
        images.append(_change(run.id, id_, one.home, digest, before[id_]))
    await Imports(session).add_changes(images)
    await Properties(session).change_all(changes)


def _image(row: PropertyTable, decided: Iterable[str]) -> dict[str, Any]:
    """All that a run may change of a home, as it is."""
    return {name: getattr(row, name) for name in (*decided, *_REVIEW)} | {"updated_at": row.updated_at.isoformat()}


async def take_back(session: AsyncSession, run: ImportRunTable, changes: Sequence[ImportChangeTable]) -> None:
    """Delete the homes this run created and restore those it changed; what people built on since stays, and is told."""
    homes, imports = Properties(session), Imports(session)
    ids = [change.property_id for change in changes]
    await homes.lock(ids, to_remove=True)
    rows = {row.id: row for row in await homes.fresh(ids)}
    in_use = await pointed_at(session, "property", [change.property_id for change in changes if change.before is None])
    drafts = await drafting.said_of(session, run.owner_id, [id_ for id_ in ids if id_ not in rows], lock=True)
    thrown, given_back = [], {}
    kept, gone, restored = [], [], {}
    for change in changes:
        row = rows.get(change.property_id)
        if row is None:
            said = drafts.get(change.property_id)
            if said is not None and digest_of_draft(said) != change.digest:
                title = said.words.get(DraftField.TITLE, "")
                kept.append(LineFinding(change.line, "source_id", Finding.WARNING, _CHANGED_SINCE, title))
            elif said is not None and change.before is None:
                thrown.append(change.property_id)
            elif said is not None and change.before is not None:
                given_back[change.property_id] = DraftSaid.model_validate(change.before["said"])
            continue
        reason = _why_kept(change, row, in_use)
        if reason:
            kept.append(LineFinding(change.line, "source_id", Finding.WARNING, reason, row.title))
        elif change.before is None:
            gone.append(row.id)
        else:
            restored[row.id] = _before(change.before, row)
    await homes.remove(gone)
    await drafting.discard_many(session, run.owner_id, thrown)
    await drafting.put_many(session, run.owner_id, given_back)
    await homes.change_all(restored)
    await _end_reviews(session, run, restored)
    await imports.add_kept(run.id, kept)
    await imports.drop_changes(run.id, ids)
    run.created -= len(gone) + len(thrown)
    run.changed -= len(restored) + len(given_back)
    run.incomplete -= len(thrown)
    run.warnings += len(kept)
    if gone:
        await publish(session, PropertiesRemoved(ids=gone))
    if restored:
        await publish(session, PropertyFactsChanged(ids=list(restored)))


def _before(image: Mapping[str, Any], row: PropertyTable) -> dict[str, Any]:
    """The values to give back; runs from before proposals were kept changed none."""
    now = {name: getattr(row, name) for name in _REVIEW}
    return {**now, **image, "updated_at": datetime.fromisoformat(image["updated_at"])}


async def _end_reviews(session: AsyncSession, run: ImportRunTable, restored: Mapping[UUID, Mapping[str, Any]]) -> None:
    """Nobody has to look at what this run proposed. What its landlord had proposed before still waits."""
    ended = [id_ for id_, home in restored.items() if home["proposed"] is None or home["review_note"] is not None]
    await cases.settle(session, CaseKind.HOME_REVIEW, ended, WITHDRAWN, run.owner_id)


def _why_kept(change: ImportChangeTable, row: PropertyTable, in_use: set[UUID]) -> str:
    if row.id in in_use:
        return "stays: someone asked for its price, booked it or blocked nights in it"
    if digest_of(facts_of(row), row.proposed) != change.digest:
        return _CHANGED_SINCE
    return ""


async def take_landlords_back(session: AsyncSession, run: ImportRunTable, ids: Sequence[UUID]) -> None:
    """Remove the landlords this run added, but for those that have signed up or to whom something still belongs."""
    used = await Properties(session).landlords_with_homes(ids) | await pointed_at(session, "identity", ids)
    await auth.remove_unclaimed(session, [id_ for id_ in ids if id_ not in used])
    await Imports(session).drop_landlords(run.id, ids)
