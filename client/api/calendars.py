"""`/calendars`: what holds which nights."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from client.core.http import Http
from shared_models.calendars import BlockCreate, ClaimRead, PropertyCalendar, TakenPeriods
from shared_models.paging import Page


async def mine(
    http: Http, start: date, end: date, *, property_ids: Sequence[UUID] = (), cursor: str | None = None
) -> Page[PropertyCalendar]:
    """The caller's homes with every claim that touches the range."""
    query = {"start": start, "end": end, "property_ids": list(property_ids) or None, "cursor": cursor}
    return await http.call("GET", "/calendars", Page[PropertyCalendar], query=query)


async def taken(http: Http, property_id: UUID, start: date, end: date) -> TakenPeriods:
    """Which nights of a home are taken; anyone may know."""
    return await http.call("GET", f"/calendars/{property_id}/taken", TakenPeriods, query={"start": start, "end": end})


async def block(http: Http, wish: BlockCreate) -> ClaimRead:
    """Keep nights free of guests."""
    return await http.call("POST", "/calendars/blocks", ClaimRead, body=wish, once=True)


async def unblock(http: Http, block_id: UUID) -> None:
    """Give blocked nights back."""
    await http.call("DELETE", f"/calendars/blocks/{block_id}")
