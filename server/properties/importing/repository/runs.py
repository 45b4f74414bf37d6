"""Import runs in the database."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from server.properties.importing.rules.lines import LineFinding
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
_ADD_LINES = text(
    "INSERT INTO import_line (run_id, line, cells, refused) SELECT :run_id, (item ->> 0)::int, item -> 1, item ->> 2 "
    "FROM jsonb_array_elements(CAST(:packed AS jsonb)) AS item"
)
_FIRST_LINES = text(
    "SELECT wanted, min(line) AS line FROM import_line "
    "JOIN unnest(CAST(:ids AS text[])) AS wanted ON wanted = btrim(cells ->> CAST(:place AS int), E' \\t\\r\\n') "
    "WHERE run_id = :run_id AND line < :before GROUP BY wanted"
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

    async def first_lines(self, run_id: UUID, place: int, ids: Iterable[str], before: int) -> Mapping[str, int]:
        """In which earlier line each of these source ids stood first."""
        found = await self.session.execute(
            _FIRST_LINES, {"run_id": run_id, "place": place, "ids": list(ids), "before": before}
        )
        return dict(found.all())

    async def drop_lines(self, run_id: UUID) -> None:
        await self.session.execute(delete(ImportLineTable).where(_line.run_id == run_id))

    async def add_findings(self, run_id: UUID, findings: Iterable[LineFinding]) -> None:
        rows = [
            {
                "run_id": run_id,
                "line": found.line,
                "field": found.field[:60],
                "finding": found.finding.value,
                "reason": _short(found.reason, 300),
                "value": _short(found.value, 200),
            }
            for found in findings
        ]
        if rows:
            await self.session.execute(insert(_finding.__table__), rows)

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


def _short(words: str, length: int) -> str:
    return words if len(words) <= length else words[: length - 1] + "…"
