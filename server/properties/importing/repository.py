"""Import runs in the database."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, delete, func, insert, select, text, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.properties.importing.rules.reading import LineFinding
from server.properties.importing.tables import (
    ImportChangeTable,
    ImportFindingTable,
    ImportLandlordTable,
    ImportLineTable,
    ImportRunTable,
)
from shared_models.imports import Finding, ImportStatus

_run: Any = ImportRunTable
_line: Any = ImportLineTable
_finding: Any = ImportFindingTable
_change: Any = ImportChangeTable
_landlord: Any = ImportLandlordTable

_LINES_A_STATEMENT = 2000
_PLANS_REMEMBERED = 20
_ADD_LINES = text(
    "INSERT INTO import_line (run_id, line, cells, refused) SELECT :run_id, (item ->> 0)::int, item -> 1, item ->> 2 "
    "FROM jsonb_array_elements(CAST(:packed AS jsonb)) AS item"
)
_NAME_LINES = text(
    "UPDATE import_line SET source_id = named.source_id "
    "FROM unnest(CAST(:lines AS int[]), CAST(:ids AS text[])) AS named(line, source_id) "
    "WHERE run_id = :run_id AND import_line.line = named.line"
)
_CELLS = text(
    "SELECT cells ->> place FROM import_line, unnest(CAST(:places AS int[])) AS place "
    "WHERE run_id = :run_id AND cells ->> place ~ '[.,]'"
)
_KINDS_CHOSEN = text(
    "SELECT plan -> 'kinds' FROM import_run WHERE owner_id = :owner_id AND plan ? 'kinds' "
    "ORDER BY created_at DESC, id DESC LIMIT :limit"
)
_LAST_PLAN = text(
    "SELECT plan -> 'columns' FROM import_run WHERE owner_id = :owner_id AND plan ? 'columns' "
    "AND (SELECT jsonb_agg(item -> 'name' ORDER BY item ->> 'name' COLLATE \"C\") "
    "FROM jsonb_array_elements(columns) AS item) = CAST(:names AS jsonb) "
    "ORDER BY created_at DESC, id DESC LIMIT 1"
)
_WORKING = (ImportStatus.CHECKING.value, ImportStatus.RUNNING.value, ImportStatus.CANCELLING.value)
_UNFINISHED = (ImportStatus.UPLOADED.value, ImportStatus.CHECKED.value, ImportStatus.RUNNING.value)


class Imports:
    """Every run, the lines it still has, what it found and what it changed."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def add(self, run: ImportRunTable) -> None:
        self.session.add(run)
        await self.session.flush()

    async def by_id(self, run_id: UUID) -> ImportRunTable | None:
        return await self.session.get(ImportRunTable, run_id)

    async def locked(self, run_id: UUID) -> ImportRunTable | None:
        """A run as it is now, for us alone until the end of the transaction."""
        return await self.session.get(ImportRunTable, run_id, with_for_update=True, populate_existing=True)

    async def unfinished(self, owner_id: UUID, sha256: str, *, for_platform: bool) -> Sequence[ImportRunTable]:
        """Runs of the same file by the same person that are not over, the latest first."""
        found = await self.session.scalars(
            select(ImportRunTable)
            .where(
                _run.owner_id == owner_id,
                _run.sha256 == sha256,
                _run.for_platform == for_platform,
                _run.status.in_(_UNFINISHED),
            )
            .order_by(_run.created_at.desc(), _run.id.desc())
        )
        return found.all()

    async def all_of(self, owner_id: UUID) -> Sequence[ImportRunTable]:
        """Every run of someone, the oldest first."""
        chosen = select(ImportRunTable).where(_run.owner_id == owner_id).order_by(_run.created_at, _run.id)
        return (await self.session.scalars(chosen)).all()

    async def remove_over(self, owner_id: UUID) -> None:
        """Remove the runs of someone that do nothing now, and with each all that is kept of it."""
        await self.session.flush()
        await self.session.execute(
            delete(ImportRunTable)
            .where(_run.owner_id == owner_id, _run.status.not_in(_WORKING))
            .execution_options(synchronize_session=False)
        )

    async def working(self, owner_id: UUID) -> Sequence[UUID]:
        """The runs of someone that a job works on."""
        found = await self.session.scalars(select(_run.id).where(_run.owner_id == owner_id, _run.status.in_(_WORKING)))
        return found.all()

    async def latest(self, owner_id: UUID, after: tuple[datetime, UUID] | None, limit: int) -> Sequence[ImportRunTable]:
        chosen = select(ImportRunTable).where(_run.owner_id == owner_id)
        if after is not None:
            chosen = chosen.where(tuple_(_run.created_at, _run.id) < after)
        return (await self.session.scalars(chosen.order_by(_run.created_at.desc(), _run.id.desc()).limit(limit))).all()

    async def one_import_at_a_time(self, name: str) -> None:
        """Wait for other imports of `name` (an owner's source) to end their step, so that no home is added twice."""
        await self.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"import:{name}", 0))))

    async def add_lines(self, run_id: UUID, lines: Sequence[tuple[int, list[str], str | None]]) -> None:
        """Keep lines: their numbers, their cells, and why they cannot be read, if so."""
        for start in range(0, len(lines), _LINES_A_STATEMENT):
            packed = json.dumps(lines[start : start + _LINES_A_STATEMENT])
            await self.session.execute(_ADD_LINES, {"run_id": run_id, "packed": packed})

    async def lines_after(self, run_id: UUID, line: int, limit: int) -> Sequence[tuple[int, list[str], str | None]]:
        found = await self.session.execute(
            select(_line.line, _line.cells, _line.refused)
            .where(_line.run_id == run_id, _line.line > line)
            .order_by(_line.line)
            .limit(limit)
        )
        return found.all()

    async def amounts_with_marks(self, run_id: UUID, places: Sequence[int]) -> Sequence[str]:
        """The cells in these places that have a point or a comma."""
        found = await self.session.scalars(_CELLS, {"run_id": run_id, "places": list(places)})
        return found.all()

    async def first_lines(self, run_id: UUID, ids: Iterable[str], before: int) -> Mapping[str, int]:
        """In which earlier line that was taken each of these source ids stood first."""
        found = await self.session.execute(
            select(_line.source_id, func.min(_line.line))
            .where(_line.run_id == run_id, _line.source_id.in_(ids), _line.line < before)
            .group_by(_line.source_id)
        )
        rows: Sequence[Any] = found.all()
        return dict(rows)

    async def name_lines(self, run_id: UUID, named: Mapping[int, str | None]) -> None:
        """Note which home each line was taken as; None: it was left out."""
        await self.session.execute(_NAME_LINES, {"run_id": run_id, "lines": list(named), "ids": list(named.values())})

    async def columns_meant(self, owner_id: UUID, header: Sequence[str]) -> Mapping[str, str] | None:
        """What someone last took the columns of a file for that has the same, in any order; None: there was none."""
        # Both sides order by the numbers of the characters, whatever the database's language.
        wanted = {"owner_id": owner_id, "names": json.dumps(sorted(header))}
        meant: Mapping[str, str] | None = await self.session.scalar(_LAST_PLAN, wanted)
        return meant

    async def kinds_chosen(self, owner_id: UUID) -> Mapping[str, str]:
        """What someone said in their last files that words mean as kinds of home; the latest counts."""
        chosen: dict[str, str] = {}
        for kinds in await self.session.scalars(_KINDS_CHOSEN, {"owner_id": owner_id, "limit": _PLANS_REMEMBERED}):
            chosen = {**kinds, **chosen}
        return chosen

    async def drop_lines(self, run_id: UUID) -> None:
        await self.session.execute(delete(ImportLineTable).where(_line.run_id == run_id))

    async def add_findings(self, run_id: UUID, findings: Sequence[LineFinding]) -> int:
        """Add what lines showed; answers how many remarks are new.

        A remark is told once for the run, with its first line and how many lines it is about.
        """
        counts = Counter(_remark(found) for found in findings if found.finding == Finding.WARNING)
        repeated = await self._count_again(run_id, counts) if counts else set()
        new = len(counts.keys() - repeated)
        rows = []
        for found in findings:
            about = 1
            if found.finding == Finding.WARNING:
                if _remark(found) in repeated:
                    continue
                repeated.add(_remark(found))
                about = counts[_remark(found)]
            rows.append(_row(run_id, found, about))
        if rows:
            await self.session.execute(insert(_finding.__table__), rows)
        return new

    async def _count_again(self, run_id: UUID, counts: Mapping[tuple[str, str], int]) -> set[tuple[str, str]]:
        """Count more lines to the remarks that were told before; answers which those are."""
        more = case(
            *((and_(_finding.field == field, _finding.reason == reason), n) for (field, reason), n in counts.items())
        )
        found = await self.session.execute(
            update(_finding)
            .where(
                _finding.run_id == run_id,
                _finding.finding == Finding.WARNING.value,
                tuple_(_finding.field, _finding.reason).in_(list(counts)),
            )
            .values(lines=_finding.lines + more)
            .returning(_finding.field, _finding.reason)
            .execution_options(synchronize_session=False)
        )
        return {(field, reason) for field, reason in found}

    async def add_kept(self, run_id: UUID, kept: Sequence[LineFinding]) -> None:
        """Say of each home by itself why an undo left it."""
        if kept:
            await self.session.execute(insert(_finding.__table__), [_row(run_id, found, 1) for found in kept])

    async def drop_findings(self, run_id: UUID) -> None:
        await self.session.execute(delete(ImportFindingTable).where(_finding.run_id == run_id))

    async def findings(
        self, run_id: UUID, finding: Finding | None, after: int, limit: int
    ) -> Sequence[ImportFindingTable]:
        chosen = select(ImportFindingTable).where(_finding.run_id == run_id, _finding.id > after)
        if finding is not None:
            chosen = chosen.where(_finding.finding == finding.value)
        return (await self.session.scalars(chosen.order_by(_finding.id).limit(limit))).all()

    async def add_changes(self, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            await self.session.execute(insert(_change.__table__), [dict(row) for row in rows])

    async def changes(self, run_id: UUID, limit: int) -> Sequence[ImportChangeTable]:
        """What the run did and has not taken back yet, by home."""
        chosen = select(ImportChangeTable).where(_change.run_id == run_id).order_by(_change.property_id)
        return (await self.session.scalars(chosen.limit(limit))).all()

    async def drop_changes(self, run_id: UUID, property_ids: Sequence[UUID]) -> None:
        await self.session.execute(
            delete(ImportChangeTable)
            .where(_change.run_id == run_id, _change.property_id.in_(property_ids))
            .execution_options(synchronize_session=False)
        )

    async def add_landlords(self, run_id: UUID, ids: Iterable[UUID]) -> None:
        rows = [{"run_id": run_id, "identity_id": id_} for id_ in ids]
        if rows:
            await self.session.execute(insert(_landlord.__table__), rows)

    async def landlords(self, run_id: UUID, limit: int) -> Sequence[UUID]:
        """Landlords the run added and has not taken back yet."""
        chosen = select(_landlord.identity_id).where(_landlord.run_id == run_id).order_by(_landlord.identity_id)
        return (await self.session.scalars(chosen.limit(limit))).all()

    async def drop_landlords(self, run_id: UUID, ids: Sequence[UUID]) -> None:
        await self.session.execute(
            delete(ImportLandlordTable)
            .where(_landlord.run_id == run_id, _landlord.identity_id.in_(ids))
            .execution_options(synchronize_session=False)
        )


def _remark(found: LineFinding) -> tuple[str, str]:
    """What makes two remarks the same."""
    return found.field[:60], _short(found.reason, 300)


def _row(run_id: UUID, found: LineFinding, lines: int) -> dict[str, Any]:
    field, reason = _remark(found)
    return {
        "run_id": run_id,
        "line": found.line,
        "field": field,
        "finding": found.finding.value,
        "reason": reason,
        "value": _short(found.value, 200),
        "lines": lines,
    }


def _short(words: str, length: int) -> str:
    return words if len(words) <= length else words[: length - 1] + "…"
