"""`/calendars`: a landlord's calendars and blocks; what is taken, for anyone; feeds for other calendars."""

from datetime import date, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Annotated
from uuid import UUID

from fastapi import Header, Query, Response

from server.auth.guards import AppSettings, Landlord, Visitor
from server.calendars.service import blocks, claims, feeds
from server.calendars.service.door import MAX_CALENDARS
from server.calendars.service.feeds import Link
from server.core.errors import DatesTaken, NotFound
from server.core.etags import etag_matches
from server.core.keys import Use
from server.core.settings import Settings
from server.core.web.problems import documented
from server.core.web.routers import room_router
from server.core.web.session import Session
from shared_models.calendars import (
    BlockChange,
    BlockCreate,
    CalendarLink,
    ClaimRead,
    Period,
    PropertyCalendar,
    TakenPeriods,
)
from shared_models.paging import Cursor, Page

router = room_router("calendars")

Text = Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$")]
Asked = Annotated[str | None, Header(max_length=1000)]
PropertyIds = Annotated[list[UUID], Query(max_length=MAX_CALENDARS)]


@router.get("")
async def calendars(
    start: date,
    end: date,
    caller: Landlord,
    session: Session,
    property_ids: PropertyIds = [],  # noqa: B006 - FastAPI copies it
    text: Text = None,
    cursor: Cursor | None = None,
) -> Page[PropertyCalendar]:
    """Every claim on the caller's homes between two dates, a page of homes at a time."""
    period = Period(start=start, end=end)
    return await claims.calendars(session, caller, period, property_ids=property_ids, text=text, cursor=cursor)


@router.get("/{property_id}/taken", responses=documented(NotFound))
async def taken(property_id: UUID, start: date, end: date, caller: Visitor, session: Session) -> TakenPeriods:
    """Which nights of a home are taken; by what stays private."""
    return await claims.taken_publicly(session, caller, property_id, Period(start=start, end=end))


@router.post("/blocks", status_code=201, responses=documented(NotFound, DatesTaken))
async def block(request: BlockCreate, caller: Landlord, session: Session) -> ClaimRead:
    """Keep nights free of guests."""
    return await blocks.block(session, caller, request)


@router.patch("/blocks/{block_id}", responses=documented(NotFound, DatesTaken))
async def change_block(block_id: UUID, change: BlockChange, caller: Landlord, session: Session) -> ClaimRead:
    """Block other nights, or say anew why they are blocked."""
    return await blocks.change_block(session, caller, block_id, change)


@router.delete("/blocks/{block_id}", status_code=204, responses=documented(NotFound))
async def unblock(block_id: UUID, caller: Landlord, session: Session) -> None:
    """Take a block away."""
    await blocks.unblock(session, caller, block_id)


@router.get("/{property_id}/link", responses=documented(NotFound))
async def link(property_id: UUID, caller: Landlord, session: Session, settings: AppSettings) -> CalendarLink:
    """Where other calendars read this home, if anywhere."""
    return _to_read(settings, await feeds.link(session, caller, _key(settings), property_id))


@router.post("/{property_id}/link", status_code=201, responses=documented(NotFound))
async def renew_link(property_id: UUID, caller: Landlord, session: Session, settings: AppSettings) -> CalendarLink:
    """A new secret address; the one before leads nowhere any more."""
    return _to_read(settings, await feeds.renew_link(session, caller, _key(settings), property_id))


@router.delete("/{property_id}/link", status_code=204, responses=documented(NotFound))
async def remove_link(property_id: UUID, caller: Landlord, session: Session) -> None:
    """No address any more."""
    await feeds.remove_link(session, caller, property_id)


@router.get(
    "/{property_id}/{secret}.ics",
    response_class=Response,
    responses=documented(NotFound) | {200: {"content": {"text/calendar": {}}}, 304: {"description": "As it was."}},
)
async def feed(
    property_id: UUID,
    secret: str,
    session: Session,
    settings: AppSettings,
    if_none_match: Asked = None,
    if_modified_since: Asked = None,
) -> Response:
    """A home's calendar as iCalendar, for whoever has its secret address: when it is not free, never why or by whom."""
    found = await feeds.feed(session, _key(settings), property_id, secret)
    headers = {
        "ETag": f'"{found.digest[:32]}"',
        "Last-Modified": format_datetime(found.changed_at, usegmt=True),
        "Cache-Control": "private, no-cache",
    }
    if _has_it(found.changed_at, headers["ETag"], if_none_match, if_modified_since):
        return Response(status_code=304, headers=headers)
    return Response(found.content, media_type="text/calendar; charset=utf-8", headers=headers)


def _has_it(changed_at: datetime, etag: str, if_none_match: str | None, if_modified_since: str | None) -> bool:
    """Whether the reader has this very text. A tag says more than a time, which is not looked at then (RFC 9110)."""
    if if_none_match is not None:
        return etag_matches(if_none_match, etag)
    since = _moment_in(if_modified_since or "")
    return since is not None and changed_at <= since


def _moment_in(text: str) -> datetime | None:
    """The moment that `If-Modified-Since` names; None when it names none, and is to be passed over (RFC 9110)."""
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # the latter for figures that no clock has
        return None
    return found if found.tzinfo is not None else None


def _key(settings: Settings) -> bytes:
    return settings.key(Use.CALENDAR_LINKS)


def _to_read(settings: Settings, found: Link) -> CalendarLink:
    path = f"/api/v1{router.prefix}/{found.property_id}/{found.secret}.ics"
    url = None if found.secret is None else settings.public_origin + path
    return CalendarLink(property_id=found.property_id, url=url, made_at=found.made_at)
