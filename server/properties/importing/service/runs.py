"""An import from its file over a plan, a check and the start to its undo: what its owner asks and is told.

`steps` does the work.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.core import clock, cursors, jobs
from server.core.database import Database
from server.core.errors import AppError, InvalidTransition, Malformed, NotFound, TooLarge
from server.core.identity import Identity
from server.properties.importing.repository import Imports
from server.properties.importing.rules import columns, plans
from server.properties.importing.rules.file_lines import FileLines, Unreadable
from server.properties.importing.rules.files import read_file
from server.properties.importing.tables import ImportRunTable
from server.properties.listing import service as listing
from shared_models.imports import (
    MANY_COLUMNS,
    MAX_FILE_BYTES,
    MOVES,
    FileWide,
    Finding,
    ImportColumn,
    ImportField,
    ImportFinding,
    ImportPlan,
    ImportPlanRead,
    ImportRead,
    ImportReading,
    ImportStatus,
)
from shared_models.moves import may_move
from shared_models.paging import Page
from shared_models.problems import FieldProblem, ProblemCode
from shared_models.properties import BulkMove, BulkMoved, PropertyStatus, PropertyType

STEP_JOB = "importing.step"
WORKING = frozenset({ImportStatus.CHECKING, ImportStatus.RUNNING, ImportStatus.CANCELLING})
_NOT_STARTED = frozenset({ImportStatus.UPLOADED, ImportStatus.CHECKED})


class ImportUnreadable(AppError):
    status, code, title = 422, ProblemCode.IMPORT_UNREADABLE, "This file cannot be read"


class ImportRunning(AppError):
    status, code, title = 409, ProblemCode.IMPORT_RUNNING, "This import is under way"


async def upload(
    session: AsyncSession, owner: Identity, filename: str, content: bytes, *, for_platform: bool
) -> ImportRead:
    """Keep a file's lines and propose what its columns mean: as their landlord last said of the same, else a guess.

    Raises TooLarge, ImportUnreadable.
    """
    return to_read(await _upload(session, owner, filename, content, for_platform=for_platform))


async def read(session: AsyncSession, owner: Identity, run_id: UUID) -> ImportRead:
    """One of the caller's runs. Raises NotFound."""
    return to_read(await _own(await Imports(session).by_id(run_id), owner))


async def own(session: AsyncSession, owner: Identity, cursor: str | None, limit: int) -> Page[ImportRead]:
    """The caller's runs, the latest first."""
    runs = await Imports(session).latest(owner.id, cursors.unpack_moment(cursor), limit + 1)
    last = runs[limit - 1] if len(runs) > limit else None
    next_cursor = None if last is None else cursors.pack_moment(last.created_at, last.id)
    return Page(items=[to_read(run) for run in runs[:limit]], next_cursor=next_cursor)


async def plan_it(session: AsyncSession, owner: Identity, run_id: UUID, plan: ImportPlan) -> ImportRead:
    """Say what the columns mean.

    Raises NotFound, ImportRunning, InvalidTransition, Malformed (names what is missing).
    """
    run = await _own_locked(session, owner, run_id)
    if run.status in WORKING:
        raise ImportRunning("Cancel it first.")
    if run.status not in _NOT_STARTED:
        raise InvalidTransition("This import is over. Upload the file again.")
    await _set_plan(session, run, plan)
    return to_read(run)


async def check(session: AsyncSession, owner: Identity, run_id: UUID) -> ImportRead:
    """Begin a dry run: everything is read and counted, nothing is written.

    Raises NotFound, InvalidTransition, Malformed.
    """
    return await _begin(session, owner, run_id, ImportStatus.CHECKING)


async def start(session: AsyncSession, owner: Identity, run_id: UUID) -> ImportRead:
    """Begin to import. Raises NotFound, InvalidTransition, Malformed."""
    return await _begin(session, owner, run_id, ImportStatus.RUNNING)


async def cancel(session: AsyncSession, owner: Identity, run_id: UUID) -> ImportRead:
    """Stop a run and take back what it did; a finished one too. Raises NotFound, InvalidTransition."""
    run = await _own_locked(session, owner, run_id)
    if await stop(session, run):
        await defer_step(session, run_id)
    return to_read(run)


async def stop(session: AsyncSession, run: ImportRunTable) -> bool:
    """Let a run go no further; answers whether it did something that is to be taken back."""
    began = run.status in (ImportStatus.RUNNING, ImportStatus.DONE)
    move(run, ImportStatus.CANCELLING if began else ImportStatus.CANCELLED)
    run.finished_at = None if began else clock.now()
    await Imports(session).drop_lines(run.id)
    await session.flush()
    return began


async def findings(
    session: AsyncSession, owner: Identity, run_id: UUID, finding: Finding | None, cursor: str | None, limit: int
) -> Page[ImportFinding]:
    """What a run found, in the order of the lines. Raises NotFound."""
    imports = Imports(session)
    await _own(await imports.by_id(run_id), owner)
    after: int = 0 if cursor is None else cursors.unpack(cursor, [int])[0]
    if not 0 <= after < 2**63:
        raise Malformed.field("cursor", "is not one of ours; start from the first page")
    found = await imports.findings(run_id, finding, after, limit + 1)
    next_cursor = cursors.pack([found[limit - 1].id]) if len(found) > limit else None
    return Page(items=[ImportFinding.model_validate(item) for item in found[:limit]], next_cursor=next_cursor)


async def all_findings(database: Database, run_id: UUID) -> AsyncIterator[ImportFinding]:
    """Everything a run found, without holding it in memory or a connection while the reader is slow."""
    after = 0
    while True:
        async with database.transaction() as session:
            found = await Imports(session).findings(run_id, None, after, 2000)
        if not found:
            return
        for item in found:
            yield ImportFinding.model_validate(item)
        after = found[-1].id or 0


def require_plan(content: bytes, file_wide: FileWide, named: Mapping[str, ImportField]) -> None:
    """Look whether a file could be planned so, before anything is stored. Raises ImportUnreadable, Malformed."""
    file = _read(content)
    described = columns.described(file.header, [cells for _, cells in file.lines], {})
    _refuse(plans.problems_of(_whole(file_wide, described, named), file.header))


async def start_file(
    session: AsyncSession,
    owner: Identity,
    filename: str,
    content: bytes,
    plan: ImportPlan | FileWide,
    *,
    for_platform: bool,
    named: Mapping[str, ImportField] | None = None,
) -> ImportRead:
    """Begin to import a file, or go on with a run of the same file, owner and plan that did not end.

    With `FileWide` alone the columns mean what their names suggest, but for those that are `named`. Follow with
    `run_to_end`.
    Raises TooLarge, ImportUnreadable, Malformed.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    for run in await Imports(session).unfinished(owner.id, sha256, for_platform=for_platform):
        whole = _whole(plan, columns_of(run), named or {})
        if run.status == ImportStatus.RUNNING and run.plan == _packed(whole):
            return to_read(run)
    run = await _upload(session, owner, filename, content, for_platform=for_platform)
    await _set_plan(session, run, _whole(plan, columns_of(run), named or {}))
    move(run, ImportStatus.RUNNING)
    await session.flush()
    return to_read(run)


async def publish_some(session: AsyncSession, admin: Identity, run_id: UUID) -> BulkMoved:
    """Submit and approve up to 500 homes a run created; `remaining` more wait for the next call."""
    wanted = {"from_status": PropertyStatus.DRAFT, "import_id": run_id}
    submitted = await listing.move_many(session, admin, BulkMove(status=PropertyStatus.PENDING_REVIEW, **wanted))
    wanted["from_status"] = PropertyStatus.PENDING_REVIEW
    published = await listing.move_many(session, admin, BulkMove(status=PropertyStatus.PUBLISHED, **wanted))
    return published.model_copy(
        update={
            "refused": submitted.refused,
            "remaining": submitted.remaining + published.remaining,
            "next_cursor": None,  # the next call finds the rest by itself: what is published is not in its way
        }
    )


async def publish_all(database: Database, admin: Identity, run_id: UUID) -> int:
    """Submit and approve every complete home a run created, a transaction for each 500; answers how many."""
    published = 0
    while True:
        async with database.transaction() as session:
            done = await publish_some(session, admin, run_id)
        published += done.moved
        if done.remaining == 0 or done.moved == 0:
            return published


async def erase(session: AsyncSession, owner_id: UUID) -> None:
    """Forget the files of someone who leaves, what was found in them, and where their homes stand.

    Runs that work come to their end by themselves (`step`), and with them the homes that they made.
    """
    imports = Imports(session)
    await listing.erase(session, owner_id, exclude_imports=await imports.working(owner_id))
    await imports.remove_over(owner_id)


async def data_export(session: AsyncSession, owner_id: UUID) -> list[dict[str, Any]]:
    """The files a person brought in, what they meant and how they ended; what a file said is in the homes."""
    return [row.model_dump(mode="json", exclude={"owner_id"}) for row in await Imports(session).all_of(owner_id)]


async def _upload(
    session: AsyncSession, owner: Identity, filename: str, content: bytes, *, for_platform: bool
) -> ImportRunTable:
    if len(content) > MAX_FILE_BYTES:
        raise TooLarge(f"A file may have {MAX_FILE_BYTES // 1_000_000} MB.")
    file = await asyncio.to_thread(_read, content)
    imports = Imports(session)
    chosen = {word: PropertyType(kind) for word, kind in (await imports.kinds_chosen(owner.id)).items()}
    meant = None if for_platform else await _meant(imports, owner, file.header)
    described = await asyncio.to_thread(
        columns.described, file.header, [cells for _, cells in file.lines], chosen, meant
    )
    run = ImportRunTable(
        owner_id=owner.id,
        for_platform=for_platform,
        filename=filename,
        sha256=hashlib.sha256(content).hexdigest(),
        columns=[column.model_dump(mode="json") for column in described],
        reading=file.reading.model_dump(mode="json"),
        lines=len(file.lines) + len(file.refused),
    )
    await imports.add(run)
    await imports.add_lines(run.id, [(line, found_cells, None) for line, found_cells in file.lines])
    await imports.add_lines(run.id, [(line, [], reason) for line, reason in file.refused])
    return run


async def _meant(imports: Imports, owner: Identity, header: Sequence[str]) -> Mapping[str, ImportField] | None:
    """What a landlord took the same columns for before. Not for an admin: their files are of many hands."""
    meant = await imports.columns_meant(owner.id, header)
    return None if meant is None else {name: ImportField(word) for name, word in meant.items()}


def _read(content: bytes) -> FileLines:
    try:
        return read_file(content)
    except Unreadable as problem:
        raise ImportUnreadable(str(problem)) from problem


async def _begin(session: AsyncSession, owner: Identity, run_id: UUID, status: ImportStatus) -> ImportRead:
    run = await _own_locked(session, owner, run_id)
    if run.plan is None:
        raise Malformed.field("plan", "say first what the columns mean")
    move(run, status)
    await _from_the_start(session, run)
    await defer_step(session, run_id)
    return to_read(run)


async def _set_plan(session: AsyncSession, run: ImportRunTable, plan: ImportPlan) -> None:
    header = [column["name"] for column in run.columns]
    problems = plans.problems_of(plan, header)
    if not problems:
        amounts = await Imports(session).amounts_with_marks(run.id, plans.amount_columns(plan, header))
        marks = await asyncio.to_thread(plans.marks_in, plan, amounts)
        run.decimal_mark = marks.decimal
        problems = plans.question_of(marks)
    _refuse(problems)
    if run.status == ImportStatus.CHECKED:
        move(run, ImportStatus.UPLOADED)  # what the check said was about the plan before
    run.plan = _packed(plan)
    await _from_the_start(session, run)


def _refuse(problems: Sequence[FieldProblem]) -> None:
    if problems:
        raise Malformed("; ".join(f"{known.field}: {known.reason}" for known in problems[:3]), errors=problems)


async def _from_the_start(session: AsyncSession, run: ImportRunTable) -> None:
    run.lines_done = run.last_line = run.created = run.changed = run.unchanged = run.refused = run.warnings = 0
    run.incomplete = 0
    await Imports(session).drop_findings(run.id)
    await session.flush()


async def defer_step(session: AsyncSession, run_id: UUID) -> None:
    """Put the next step of a run in the queue; its steps come one after the other."""
    await jobs.defer(session, STEP_JOB, {"run_id": str(run_id)}, lock=f"import:{run_id}")


def _packed(plan: ImportPlan) -> dict[str, object]:
    # Values that were not given stay out: they are no wish to change homes that were imported before.
    return plan.model_dump(mode="json", exclude_unset=True)


def _whole(
    plan: ImportPlan | FileWide, described: Sequence[ImportColumn], named: Mapping[str, ImportField]
) -> ImportPlan:
    if isinstance(plan, ImportPlan):
        return plan
    taken = set(named.values()) - MANY_COLUMNS
    guessed = {
        column.name: column.guess for column in described if column.guess is not None and column.guess not in taken
    }
    return ImportPlan(columns={**guessed, **named}, file_wide=plan)


def columns_of(run: ImportRunTable) -> list[ImportColumn]:
    """The columns of a run's file, and what each was guessed to mean."""
    return [ImportColumn.model_validate(column) for column in run.columns]


def move(run: ImportRunTable, then: ImportStatus) -> None:
    """Put a run into another state. Raises InvalidTransition."""
    now = ImportStatus(run.status)
    if not may_move(MOVES, now, then):
        raise InvalidTransition(f"This import is {now.value} and cannot become {then.value}.")
    run.status = then.value


async def _own(run: ImportRunTable | None, owner: Identity) -> ImportRunTable:
    if run is None or run.owner_id != owner.id:
        raise NotFound
    return run


async def _own_locked(session: AsyncSession, owner: Identity, run_id: UUID) -> ImportRunTable:
    return await _own(await Imports(session).locked(run_id), owner)


def to_read(run: ImportRunTable) -> ImportRead:
    """A run as its owner sees it."""
    return ImportRead(
        id=run.id,
        filename=run.filename,
        status=ImportStatus(run.status),
        lines=run.lines,
        lines_done=run.lines_done,
        created=run.created,
        changed=run.changed,
        unchanged=run.unchanged,
        refused=run.refused,
        warnings=run.warnings,
        incomplete=run.incomplete,
        columns=columns_of(run),
        plan=None if run.plan is None else ImportPlanRead.model_validate(run.plan),
        reading=None if run.reading is None else ImportReading.model_validate(run.reading),
        created_at=run.created_at,
        finished_at=run.finished_at,
    )
