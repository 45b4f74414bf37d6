"""The work on a run, a part at a time: its check, its import or its undo.

`step` is the one way a run gets on: a chain of jobs calls it on a server, `run_to_end` calls it in a loop.
"""

import asyncio
from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.service import door as auth
from server.core import clock
from server.core.database import Database
from server.core.errors import NotFound
from server.properties.importing.repository import Imports
from server.properties.importing.rules.lines import Lines, read_lines
from server.properties.importing.rules.reading import LineFinding
from server.properties.importing.service import taking
from server.properties.importing.service.runs import WORKING, columns_of, defer_step, erase, move, stop, to_read
from server.properties.importing.tables import ImportRunTable
from shared_models.imports import Finding, ImportColumn, ImportField, ImportPlan, ImportRead, ImportStatus
from shared_models.properties import PropertyType

LINES_A_STEP = 500


async def run_to_end(database: Database, run_id: UUID, on_progress: Callable[[ImportRead], None]) -> ImportRead:
    """Work on a run (its check, its import or its undo) until it is over, a transaction a step. Raises NotFound.

    A worker may do the same at the same time: each chunk is done once, by one of them.
    """
    more = True
    while more:
        async with database.transaction() as session:
            run = await Imports(session).by_id(run_id)
            if run is None:
                raise NotFound
            more = await step(session, run_id)
            progress = to_read(run)
        on_progress(progress)
    return progress


async def step(session: AsyncSession, run_id: UUID) -> bool:
    """Do the next at most 500 lines of a run; answers whether there is more. Repeating a step does nothing twice.

    The run of someone who has left is stopped, what it did is taken back, and then the run is gone too.
    """
    imports = Imports(session)
    run = await imports.locked(run_id)
    if run is None or run.status not in WORKING:
        return False
    left = run.owner_id not in await auth.lock_accounts(session, [run.owner_id])
    if left and run.status != ImportStatus.CANCELLING:
        more = await stop(session, run)
    else:
        more = await _go_a_step(session, run)
    if left and not more:
        await erase(session, run.owner_id)
    return more


async def work_on(session: AsyncSession, run_id: UUID) -> None:
    """One step of the chain of jobs: it puts the next one in the queue itself."""
    if await step(session, run_id):
        await defer_step(session, run_id)


async def _go_a_step(session: AsyncSession, run: ImportRunTable) -> bool:
    imports = Imports(session)
    plan = ImportPlan.model_validate(run.plan)
    await imports.one_import_at_a_time(f"{taking.owner_of(run)}/{plan.file_wide.source}")
    if run.status == ImportStatus.CANCELLING:
        return await _take_back_some(session, run)
    return await _take_some(session, run, plan)


async def _take_some(session: AsyncSession, run: ImportRunTable, plan: ImportPlan) -> bool:
    imports = Imports(session)
    write = run.status == ImportStatus.RUNNING
    lines = await imports.lines_after(run.id, run.last_line, LINES_A_STEP)
    if not lines:
        move(run, ImportStatus.DONE if write else ImportStatus.CHECKED)
        if write:
            run.finished_at = clock.now()
            await imports.drop_lines(run.id)
        return False
    header = [column["name"] for column in run.columns]
    readable = [(line, found_cells) for line, found_cells, refused in lines if not refused]
    whole = _with_kinds(plan, columns_of(run))
    found = await asyncio.to_thread(read_lines, whole, header, readable, run.decimal_mark)
    found.findings += [LineFinding(line, "line", Finding.REFUSED, refused) for line, _, refused in lines if refused]
    await _refuse_repeated(imports, run, found)
    await taking.take(session, run, plan, found, write=write)
    taken = {home.line: home.source_id for home in found.homes}
    await imports.name_lines(run.id, {line: taken.get(line) for line, *_ in lines})
    run.refused += found.refused
    run.warnings += await imports.add_findings(run.id, sorted(found.findings, key=lambda known: known.line))
    run.lines_done += len(lines)
    run.last_line = lines[-1][0]
    return True


def _with_kinds(plan: ImportPlan, described: Sequence[ImportColumn]) -> ImportPlan:
    """A plan with what its landlord said in earlier files of the words in this one."""
    before: dict[str, PropertyType] = {}
    for column in described:
        if plan.columns.get(column.name) is ImportField.TYPE:
            before = {word: kind for word, kind in column.kinds.items() if kind is not None}
    return plan.model_copy(update={"kinds": {**before, **plan.kinds}})


async def _refuse_repeated(imports: Imports, run: ImportRunTable, found: Lines) -> None:
    """A source id names one home: of two lines with the same one the first that can be taken counts."""
    if not found.homes:
        return
    ids = {home.source_id for home in found.homes}
    first = dict(await imports.first_lines(run.id, ids, before=found.homes[0].line))
    for home in list(found.homes):
        line = first.setdefault(home.source_id, home.line)
        if line < home.line:
            found.refuse(home, {"source_id": f"stands in line {line} already"})


async def _take_back_some(session: AsyncSession, run: ImportRunTable) -> bool:
    imports = Imports(session)
    changes = await imports.changes(run.id, LINES_A_STEP)
    if changes:
        await taking.take_back(session, run, changes)
        return True
    landlords = await imports.landlords(run.id, LINES_A_STEP)
    if landlords:
        await taking.take_landlords_back(session, run, landlords)
        return True
    move(run, ImportStatus.CANCELLED)
    run.finished_at = clock.now()
    return False
