"""`/cases`: the admins' queue."""

from uuid import UUID

from client.core.http import Http
from shared_models.cases import CaseDecision, CaseFull, CaseKind, CasePage


async def queue(
    http: Http,
    *,
    kind: CaseKind | None = None,
    mine: bool = False,
    closed: bool = False,
    cursor: str | None = None,
) -> CasePage:
    """Open cases, the most urgent first; or closed ones, the latest first."""
    query = {"kind": kind, "mine": mine or None, "closed": closed or None, "cursor": cursor}
    return await http.call("GET", "/cases", CasePage, query=query)


async def case(http: Http, case_id: UUID) -> CaseFull:
    """A case with its log."""
    return await http.call("GET", f"/cases/{case_id}", CaseFull)


async def take(http: Http, case_id: UUID) -> CaseFull:
    """Work on a case."""
    return await http.call("POST", f"/cases/{case_id}/take", CaseFull, once=True)


async def release(http: Http, case_id: UUID) -> CaseFull:
    """Give a case back to the queue."""
    return await http.call("POST", f"/cases/{case_id}/release", CaseFull, once=True)


async def run_again(http: Http, case_id: UUID) -> CaseFull:
    """Run all again that a case about failed work is about."""
    return await http.call("POST", f"/cases/{case_id}/run-again", CaseFull, once=True)


async def decide(http: Http, case_id: UUID, decision: CaseDecision) -> CaseFull:
    """End a case."""
    return await http.call("POST", f"/cases/{case_id}/decide", CaseFull, body=decision, once=True)
