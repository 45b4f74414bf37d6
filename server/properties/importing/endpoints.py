"""`/imports`: landlords import their own homes; an admin imports for landlords who have not signed up yet."""

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response
from fastapi.responses import StreamingResponse

from server.auth.guards import Landlord
from server.core.budgets import CallClass
from server.core.database import Database
from server.core.errors import InvalidTransition, Malformed, NotFound, TooManyTries
from server.core.rates import counted_as
from server.core.spreadsheets import csv_line
from server.core.web.bodies import BodyLimits, takes_body
from server.core.web.problems import documented
from server.core.web.routers import room_router
from server.core.web.session import Session
from server.properties.importing.service import runs
from server.properties.importing.service.runs import ImportRunning, ImportUnreadable
from shared_models.auth import Role
from shared_models.imports import MAX_FILE_BYTES, Finding, ImportFinding, ImportPlan, ImportRead
from shared_models.paging import Cursor, Page, PageSize

router = room_router("imports")

MAX_PLAN_BYTES = 256_000
"""Two hundred columns, each with the longest name a file may give it."""

Filename = Annotated[str, Query(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f/\\]+$")]
_BYTES = {"schema": {"type": "string", "format": "binary"}}
_A_FILE = {"required": True, "content": {"text/csv": _BYTES, "application/octet-stream": _BYTES}}
"""Of what kind a file is its content says, so nobody has to name it."""


@router.post(
    "",
    status_code=201,
    responses=documented(TooManyTries, ImportUnreadable),
    openapi_extra={"requestBody": _A_FILE},
)
@takes_body(BodyLimits(MAX_FILE_BYTES, is_file=True))
@counted_as(CallClass.UPLOAD)
async def upload(
    filename: Filename,
    caller: Landlord,
    session: Session,
    request: Request,
) -> ImportRead:
    """Send a file as the body: CSV, .xlsx, .ods, BLM, Kyero or OpenImmo; the answer guesses what its columns mean."""
    content = await request.body()
    return await runs.upload(session, caller, filename, content, for_platform=caller.has(Role.ADMIN))


@router.get("")
async def own(
    caller: Landlord, session: Session, cursor: Cursor | None = None, limit: PageSize = 20
) -> Page[ImportRead]:
    """One's own imports, the latest first."""
    return await runs.own(session, caller, cursor, limit)


@router.get("/{run_id}", responses=documented(NotFound))
async def read(run_id: UUID, caller: Landlord, session: Session) -> ImportRead:
    """An import and how far it is."""
    return await runs.read(session, caller, run_id)


@router.put("/{run_id}/plan", responses=documented(NotFound, ImportRunning, InvalidTransition, Malformed))
@takes_body(BodyLimits(MAX_PLAN_BYTES))
async def plan_it(run_id: UUID, plan: ImportPlan, caller: Landlord, session: Session) -> ImportRead:
    """Say what the columns mean and what holds for the whole file."""
    return await runs.plan_it(session, caller, run_id, plan)


@router.post("/{run_id}/check", responses=documented(NotFound, InvalidTransition, Malformed))
async def check(run_id: UUID, caller: Landlord, session: Session) -> ImportRead:
    """Begin a dry run: everything is read and counted, nothing is written."""
    return await runs.check(session, caller, run_id)


@router.post("/{run_id}/start", responses=documented(NotFound, InvalidTransition, Malformed))
async def start(run_id: UUID, caller: Landlord, session: Session) -> ImportRead:
    """Begin to import."""
    return await runs.start(session, caller, run_id)


@router.post("/{run_id}/cancel", responses=documented(NotFound, InvalidTransition))
async def cancel(run_id: UUID, caller: Landlord, session: Session) -> ImportRead:
    """Stop an import and take back what it did; a finished one too."""
    return await runs.cancel(session, caller, run_id)


@router.get("/{run_id}/findings", responses=documented(NotFound))
async def findings(
    run_id: UUID,
    caller: Landlord,
    session: Session,
    finding: Finding | None = None,
    cursor: Cursor | None = None,
    limit: PageSize = 50,
) -> Page[ImportFinding]:
    """Lines that were left out or taken with a remark, by line, field and reason."""
    return await runs.findings(session, caller, run_id, finding, cursor, limit)


@router.get(
    "/{run_id}/findings.csv",
    response_class=Response,
    responses=documented(NotFound) | {200: {"content": {"text/csv": {}}}},
)
async def findings_file(run_id: UUID, caller: Landlord, session: Session, request: Request) -> StreamingResponse:
    """The same as a file for a spreadsheet."""
    await runs.read(session, caller, run_id)
    database: Database = request.app.state.database
    return StreamingResponse(
        _as_csv(runs.all_findings(database, run_id)),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="findings-{run_id}.csv"'},
    )


async def _as_csv(found: AsyncIterator[ImportFinding]) -> AsyncIterator[str]:
    yield csv_line(["line", "finding", "field", "reason", "value", "lines"])
    async for item in found:
        yield csv_line([item.line, item.finding.value, item.field, item.reason, item.value, item.lines])
