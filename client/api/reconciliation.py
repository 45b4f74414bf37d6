"""`/admin/reconciliation`: the books compared with what the payment provider says."""

from client.core.http import Http
from shared_models.reconciliation import ReconciliationRun, RunPage


async def runs(http: Http, *, cursor: str | None = None) -> RunPage:
    """Looks, the latest first; with the first page what differs now."""
    return await http.call("GET", "/admin/reconciliation", RunPage, query={"cursor": cursor})


async def run(http: Http) -> ReconciliationRun:
    """Look now."""
    return await http.call("POST", "/admin/reconciliation/run", ReconciliationRun, once=True)
