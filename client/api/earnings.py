"""`/earnings`: what one earns by letting, and where that money is."""

from uuid import UUID

from client.core.http import Http
from shared_models.earnings import Earning, EarningsPage


async def mine(http: Http, *, cursor: str | None = None) -> EarningsPage:
    """What one earns with each payment, the latest due first; totals with the first page."""
    return await http.call("GET", "/earnings", EarningsPage, query={"cursor": cursor})


async def one(http: Http, earning_id: UUID) -> Earning:
    """What one earns with one payment."""
    return await http.call("GET", f"/earnings/{earning_id}", Earning)


async def as_file(http: Http, month: str | None = None) -> bytes:
    """What one earns, or what of it is due in a month such as `2026-11`, as a CSV file for a spreadsheet."""
    return await http.download("/earnings.csv", query={"month": month})
