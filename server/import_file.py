"""`estospaces import FILE`: homes from a file, worked on here, with progress, findings and an undo."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from pydantic import BaseModel
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from server.auth.service import accounts
from server.auth.service import door as auth
from server.core.database import Database
from server.core.errors import Malformed, StartupError
from server.core.identity import Identity
from server.properties.importing.service import runs, steps
from server.search import service as search
from shared_models.addresses import known_address
from shared_models.auth import Role
from shared_models.base import known
from shared_models.imports import (
    MAX_FILE_BYTES,
    FileKind,
    FileWide,
    Finding,
    ImportField,
    ImportRead,
    ImportStatus,
)

REFUSALS_SHOWN = 100
_PLATFORM_KEY, _PLATFORM_NAME = "estospaces/platform", "EstoSpaces"
_NIL = UUID(int=0)
_KINDS = {
    FileKind.CSV: "CSV",
    FileKind.XLSX: "Excel",
    FileKind.ODS: "OpenDocument",
    FileKind.BLM: "BLM",
    FileKind.KYERO: "Kyero",
    FileKind.OPENIMMO: "OpenImmo",
    FileKind.UNKNOWN: "a file",
}


class ImportRequest(BaseModel):
    """What was asked for on the command line."""

    file: Path | None
    file_wide: FileWide | None
    as_email: str | None
    publish: bool
    undo: UUID | None
    named: dict[str, ImportField] = {}
    """What columns mean whose names do not say it."""


def columns_named(options: Iterable[str]) -> dict[str, ImportField]:
    """What `column=field` says. Raises StartupError."""
    named: dict[str, ImportField] = {}
    for option in options:
        column, is_said, field = option.rpartition("=")
        if not is_said or not column or field not in known(ImportField):
            fields = ", ".join(known(ImportField))
            raise StartupError(f"--map {option}: write column=field; the fields are {fields}.")
        named[column] = ImportField(field)
    return named


def require_options(request: ImportRequest) -> None:
    """Look whether the file says all that the options do not, before anything is started. Raises StartupError."""
    if request.file is None or request.file_wide is None or request.undo is not None:
        return
    try:
        runs.require_plan(_read(request.file), request.file_wide, request.named)
    except Malformed as problem:
        raise StartupError(_with_flags(problem)) from problem


async def import_file(database: Database, request: ImportRequest, out: Console) -> None:
    """Do what was asked for. Raises StartupError or AppError, which say what to correct."""
    owner, for_platform = await _owner(database, request.as_email)
    if request.undo is not None:
        async with database.transaction() as session:
            run = await runs.cancel(session, owner, request.undo)
        run = await _work(database, run, "Taking back", out)
        out.print(f"Taken back: {run.filename}.")
        return
    if request.file is None or request.file_wide is None:
        raise StartupError("Name a file to import, or a run to --undo.")
    content = await asyncio.to_thread(_read, request.file)
    try:
        async with database.transaction() as session:
            run = await runs.start_file(
                session,
                owner,
                request.file.name,
                content,
                request.file_wide,
                for_platform=for_platform,
                named=request.named,
            )
    except Malformed as problem:
        raise StartupError(_with_flags(problem)) from problem
    _print(out, _read_as(run))
    if run.lines_done:
        out.print(f"Going on after {run.lines_done:,} lines of an import that was interrupted.")
    run = await _work(database, run, "Importing", out)
    await _report(database, run, out)
    if request.publish:
        published = await runs.publish_all(database, owner, run.id)
        async with database.transaction() as session:
            await search.learn(session)  # so many new places are offered at once, not at the next turn of the clock
        out.print(f"Published: {published:,} homes.")
    _print(out, f"To take all of it back: estospaces import --undo {run.id}")


async def _owner(database: Database, email: str | None) -> tuple[Identity, bool]:
    """Whose homes they become: a landlord's, or (nobody named, or an admin) each source host's own."""
    async with database.transaction() as session:
        if email is None:
            found = await auth.unclaimed_landlords(session, {_PLATFORM_KEY: _PLATFORM_NAME})
            return Identity(found.by_key[_PLATFORM_KEY], _NIL, frozenset({Role.ADMIN})), True
        id_ = await accounts.id_of_email(session, known_address(email))
        if id_ is None:
            raise StartupError(f"Nobody has the e-mail {email}.")
        roles = await auth.roles_of(session, id_)
    if roles.isdisjoint({Role.LANDLORD, Role.ADMIN}):
        raise StartupError(f"{email} is neither landlord nor admin.")
    return Identity(id_, _NIL, roles), Role.ADMIN in roles


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_FILE_BYTES + 1)
    except OSError as problem:
        raise StartupError(f"{file} cannot be read: {problem.strerror or problem}.") from problem


def _read_as(run: ImportRead) -> str:
    """What the file turned out to be, and what of it was read."""
    if run.reading is None:
        return f"{run.filename}: {run.lines:,} lines."
    words = f"{run.filename}: {_KINDS[run.reading.kind]}, {run.lines:,} lines"
    if run.reading.sheet:
        words += f" of the sheet “{run.reading.sheet}”"
    if run.reading.lines_above:
        words += f"; {run.reading.lines_above} above the names of the columns left out"
    return f"{words}."


def _with_flags(problem: Malformed) -> str:
    """What is missing, with the option that gives it."""
    flags = {"city", "country", "currency", "type", "let_type", "source", "decimal_mark"}
    words = []
    for error in problem.errors:
        name = error.field.rpartition(".")[2]
        hint = f" (--{name.replace('_', '-')})" if name in flags else ""
        words.append(f"{error.field}: {error.reason}{hint}")
    return "; ".join(words) or str(problem)


@contextmanager
def _bar(out: Console, words: str, total: int) -> Iterator[Progress]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=out, transient=not out.is_terminal) as progress:
        progress.add_task(words, total=total)
        yield progress


async def _work(database: Database, run: ImportRead, words: str, out: Console) -> ImportRead:
    with _bar(out, words, run.lines) as progress:

        def show(so_far: ImportRead) -> None:
            progress.update(progress.task_ids[0], completed=so_far.lines_done)

        return await steps.run_to_end(database, run.id, show)


async def _report(database: Database, run: ImportRead, out: Console) -> None:
    if run.status != ImportStatus.DONE:
        raise StartupError(f"The import stands at {run.status.value}.")
    _print(
        out,
        f"{run.lines:,} lines: {run.taken:,} taken ({run.created:,} created, {run.changed:,} changed, "
        f"{run.unchanged:,} unchanged), {run.refused:,} refused, {run.warnings:,} warnings.",
    )
    if run.incomplete:
        _print(out, f"{run.incomplete:,} of them wait among the landlord's begun homes until the rest is said.")
    listed = 0
    warnings: Counter[str] = Counter()
    async for found in runs.all_findings(database, run.id):
        if found.finding != Finding.REFUSED:
            warnings[f"{found.field}: {found.reason}"] += found.lines
        elif (listed := listed + 1) <= REFUSALS_SHOWN:
            value = f" ({found.value})" if found.value else ""
            _print(out, f"  line {found.line}, {found.field}: refused, {found.reason}{value}")
    if listed > REFUSALS_SHOWN:
        _print(out, f"  … and {listed - REFUSALS_SHOWN:,} more refused lines; the app lists them all under Import.")
    for reason, number in warnings.most_common():
        _print(out, f"  warning on {number:,} lines, {reason}")


def _print(out: Console, line: str) -> None:
    out.print(line, highlight=False, markup=False, soft_wrap=True)
