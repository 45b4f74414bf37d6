"""`/properties`: a published home is for everyone; the rest is for its landlord and for admins."""

from typing import Annotated
from uuid import UUID

from fastapi import Header, Path, Query, Response

from server.auth.guards import Admin, Landlord, SignedIn, Visitor
from server.core.errors import Malformed, NotAllowed, NotFound, WrongMove
from server.core.web import Session, documented, room_router
from server.properties import service
from server.properties.service import ChangedMeanwhile, ListingIncomplete, Shown
from shared_models.paging import Cursor, Page, PageSize
from shared_models.properties import (
    BulkMove,
    BulkMoved,
    PropertyCounts,
    PropertyFacts,
    PropertyRead,
    PropertyRow,
    PropertyStatus,
    ReviewPage,
    StatusMove,
)

router = room_router("properties")

IfMatch = Annotated[str | None, Header(max_length=1000)]
Text = Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$")]
Slug = Annotated[str, Path(max_length=120, pattern=r"^[^\x00]*$")]


def _tagged(shown: Shown, response: Response) -> PropertyRead:
    response.headers["ETag"] = shown.etag
    return shown.page


@router.post("", status_code=201, responses=documented(Malformed))
async def create(facts: PropertyFacts, caller: Landlord, session: Session, response: Response) -> PropertyRead:
    """Start a listing, as a draft."""
    return _tagged(await service.create(session, caller, facts), response)


@router.get("")
async def own(
    caller: Landlord,
    session: Session,
    status: PropertyStatus | None = None,
    text: Text = None,
    cursor: Cursor | None = None,
    limit: PageSize = 50,
) -> Page[PropertyRow]:
    """One's own homes, the last changed first."""
    return await service.own(session, caller, status, text, cursor, limit)


@router.get("/counts")
async def own_counts(caller: Landlord, session: Session, text: Text = None) -> PropertyCounts:
    """How many of one's own homes stand in each state."""
    return await service.own_counts(session, caller, text)


@router.get("/review")
async def review_queue(_: Admin, session: Session, cursor: Cursor | None = None, limit: PageSize = 50) -> ReviewPage:
    """Listings that wait for a decision, the longest waiting first."""
    return await service.review_queue(session, cursor, limit)


@router.post("/bulk-status", responses=documented(WrongMove, NotAllowed, Malformed))
async def move_many(wish: BulkMove, caller: Landlord, session: Session) -> BulkMoved:
    """Move up to 500 listings at once; call again while some remain."""
    return await service.move_many(session, caller, wish)


@router.get("/{id_or_slug}", responses=documented(NotFound))
async def read(id_or_slug: Slug, caller: Visitor, session: Session, response: Response) -> PropertyRead:
    """A home, by its id or its slug."""
    return _tagged(await service.read(session, caller, id_or_slug), response)


@router.put("/{property_id}", responses=documented(NotFound, ChangedMeanwhile, ListingIncomplete, WrongMove, Malformed))
async def replace(
    property_id: UUID,
    facts: PropertyFacts,
    caller: SignedIn,
    session: Session,
    response: Response,
    if_match: IfMatch = None,
) -> PropertyRead:
    """Say everything of a home anew; with `If-Match` only if nobody changed it meanwhile."""
    return _tagged(await service.replace(session, caller, property_id, facts, if_match), response)


@router.post(
    "/{property_id}/status", responses=documented(NotFound, WrongMove, NotAllowed, ListingIncomplete, Malformed)
)
async def move(
    property_id: UUID, wish: StatusMove, caller: SignedIn, session: Session, response: Response
) -> PropertyRead:
    """Submit, withdraw, publish, reject, pause, resume or archive a listing."""
    return _tagged(await service.move(session, caller, property_id, wish), response)
