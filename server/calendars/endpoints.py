"""`/calendars`: a landlord's calendars and blocks; what is taken, for anyone."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query

from server.auth.guards import Landlord, Visitor
from server.calendars import service
from server.calendars.service import MOST_CALENDARS
from server.core.errors import DatesTaken, NotFound
from server.core.web import Session, documented, room_router
from shared_models.calendars import BlockChange, BlockCreate, ClaimRead, Period, PropertyCalendar, TakenPeriods
from shared_models.paging import Cursor, Page

router = room_router("calendars")

PropertyIds = Annotated[list[UUID], Query(max_length=MOST_CALENDARS)]


@router.get("")
async def calendars(
    start: date,
    end: date,
    caller: Landlord,
    session: Session,
    property_ids: PropertyIds = [],  # noqa: B006 - FastAPI copies it
    cursor: Cursor | None = None,
) -> Page[PropertyCalendar]:
    """Every claim on the caller's homes between two dates, a page of homes at a time."""
    period = Period(start=start, end=end)
    return await service.calendars(session, caller, period, property_ids=property_ids, cursor=cursor)


@router.get("/{property_id}/taken", responses=documented(NotFound))
async def taken(property_id: UUID, start: date, end: date, caller: Visitor, session: Session) -> TakenPeriods:
    """Which nights of a home are taken; by what stays private."""
    return await service.taken_publicly(session, caller, property_id, Period(start=start, end=end))


@router.post("/blocks", status_code=201, responses=documented(NotFound, DatesTaken))
async def block(wish: BlockCreate, caller: Landlord, session: Session) -> ClaimRead:
    """Keep nights free of guests."""
    return await service.block(session, caller, wish)


@router.patch("/blocks/{block_id}", responses=documented(NotFound))
async def note_block(block_id: UUID, change: BlockChange, caller: Landlord, session: Session) -> ClaimRead:
    """Say anew why nights are blocked."""
    return await service.note_block(session, caller, block_id, change.note)


@router.delete("/blocks/{block_id}", status_code=204, responses=documented(NotFound))
async def unblock(block_id: UUID, caller: Landlord, session: Session) -> None:
    """Take a block away."""
    await service.unblock(session, caller, block_id)
