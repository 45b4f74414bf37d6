"""`/imports`: homes from a file."""

from uuid import UUID

from client.core.http import Http
from shared_models.imports import Finding, ImportFinding, ImportPlan, ImportRead
from shared_models.paging import Page

UPLOAD_PATIENCE_SECONDS = 120.0


async def upload(http: Http, filename: str, content: bytes) -> ImportRead:
    """Hand over a file; nothing is imported yet."""
    return await http.call(
        "POST",
        "/imports",
        ImportRead,
        query={"filename": filename},
        content=content,
        content_type="application/octet-stream",
        patience=UPLOAD_PATIENCE_SECONDS,
    )


async def mine(http: Http, *, cursor: str | None = None) -> Page[ImportRead]:
    """The caller's runs, newest first."""
    return await http.call("GET", "/imports", Page[ImportRead], query={"cursor": cursor})


async def run(http: Http, run_id: UUID) -> ImportRead:
    """One run and how far it is."""
    return await http.call("GET", f"/imports/{run_id}", ImportRead)


async def plan(http: Http, run_id: UUID, plan: ImportPlan) -> ImportRead:
    """Say what the columns mean. Only what the person said is sent: the rest is no wish to change homes."""
    content = plan.model_dump_json(exclude_unset=True).encode()
    return await http.call("PUT", f"/imports/{run_id}/plan", ImportRead, content=content)


async def check(http: Http, run_id: UUID) -> ImportRead:
    """Try every line without taking it."""
    return await http.call("POST", f"/imports/{run_id}/check", ImportRead, once=True)


async def start(http: Http, run_id: UUID) -> ImportRead:
    """Take the homes in."""
    return await http.call("POST", f"/imports/{run_id}/start", ImportRead, once=True)


async def cancel(http: Http, run_id: UUID) -> ImportRead:
    """Stop, and undo what this run did."""
    return await http.call("POST", f"/imports/{run_id}/cancel", ImportRead, once=True)


async def findings(
    http: Http, run_id: UUID, *, finding: Finding | None = None, cursor: str | None = None
) -> Page[ImportFinding]:
    """Refusals and warnings, by line."""
    query = {"finding": finding, "cursor": cursor}
    return await http.call("GET", f"/imports/{run_id}/findings", Page[ImportFinding], query=query)


async def findings_file(http: Http, run_id: UUID) -> bytes:
    """All refusals and warnings as a CSV file for a spreadsheet."""
    return await http.download(f"/imports/{run_id}/findings.csv")
