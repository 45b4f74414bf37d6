"""`/calendars`: what holds which nights."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from client.core.http import Http
from shared_models.calendars import (
    BlockChange,
    BlockCreate,
    CalendarLink,
    ClaimRead,
    PropertyCalendar,
    TakenPeriods,
)
from shared_models.paging import Page


async def mine(
    http: Http,
    start: date,
    end: date,
    *,
    property_ids: Sequence[UUID] = (),
    text: str = "",
    cursor: str | None = None,
) -> Page[PropertyCalendar]:
    """The caller's homes with every claim that touches the range; `text` leaves those with its words."""
    query = {
        "start": start,
        "end": end,
        "property_ids": list(property_ids) or None,
        "text": text or None,
        "cursor": cursor,
    }
    return await http.call("GET", "/calendars", Page[PropertyCalendar], query=query)


async def taken(http: Http, property_id: UUID, start: date, end: date) -> TakenPeriods:
    """Which nights of a home are taken; anyone may know."""
    return await http.call("GET", f"/calendars/{property_id}/taken", TakenPeriods, query={"start": start, "end": end})


async def block(http: Http, request: BlockCreate) -> ClaimRead:
    """Keep nights free of guests."""
    return await http.call("POST", "/calendars/blocks", ClaimRead, body=request, once=True)


async def change_block(http: Http, block_id: UUID, change: BlockChange) -> ClaimRead:
    """Block other nights, or say anew why."""
    return await http.call("PATCH", f"/calendars/blocks/{block_id}", ClaimRead, body=change)


async def unblock(http: Http, block_id: UUID) -> None:
    """Give blocked nights back."""
    await http.call("DELETE", f"/calendars/blocks/{block_id}")


async def link(http: Http, property_id: UUID) -> CalendarLink:
    """Where other calendars read a home, if anywhere."""
    return await http.call("GET", f"/calendars/{property_id}/link", CalendarLink)


async def renew_link(http: Http, property_id: UUID) -> CalendarLink:
    """A new secret address; the one before leads nowhere any more."""
    return await http.call("POST", f"/calendars/{property_id}/link", CalendarLink, once=True)


async def remove_link(http: Http, property_id: UUID) -> None:
    """No address any more."""
    await http.call("DELETE", f"/calendars/{property_id}/link")
