"""`/earnings`: what the caller earns by letting, and where that money is."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from fastapi.responses import StreamingResponse

from server.auth.guards import Db, SignedIn
from server.core.errors import NotFound
from server.core.web.problems import documented
from server.core.web.routers import room_router
from server.core.web.session import Session
from server.payments.payouts.service import reading
from shared_models.earnings import Earning, EarningsPage, month_within
from shared_models.paging import Cursor, PageSize

router = room_router("earnings")
Month = Annotated[str | None, Query(pattern=r"^20\d{2}-(0[1-9]|1[0-2])$")]


@router.get("")
async def earnings(
    caller: SignedIn, session: Session, cursor: Cursor | None = None, limit: PageSize = 20
) -> EarningsPage:
    """What the caller earns with each payment, the latest due first, and how much there is in each currency."""
    return await reading.page(session, caller, cursor=cursor, limit=limit)


@router.get(".csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
async def earnings_file(caller: SignedIn, database: Db, month: Month = None) -> StreamingResponse:
    """What the caller earns, or what of it is due in a `month` such as 2026-11 (UTC), as a file for a spreadsheet."""
    name = "earnings.csv" if month is None else f"earnings-{month}.csv"
    return StreamingResponse(
        reading.csv_lines(database, caller, None if month is None else month_within(month)),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.get("/{earning_id}", responses=documented(NotFound))
async def earning(earning_id: UUID, caller: SignedIn, session: Session) -> Earning:
    """What the caller earns with one payment."""
    return await reading.one(session, caller, earning_id)
