"""`/properties`: a published home is for everyone; the rest is for its landlord and for admins."""

import hashlib
from typing import Annotated, cast
from uuid import UUID

from fastapi import Header, Path, Query, Request, Response

from server.auth.guards import Landlord, SignedIn, Visitor
from server.cases.service import CaseTaken
from server.core.budgets import CallClass
from server.core.database import Database
from server.core.errors import InvalidTransition, Malformed, NotAllowed, NotFound
from server.core.etags import etag_matches
from server.core.rates import counted_as
from server.core.web.problems import documented
from server.core.web.routers import room_router
from server.core.web.session import Session
from server.media.service import CoverKind, CoverWidth, Crop, Drawings, RoomKind
from server.properties.guards import AllowedBulkMove, AllowedMove
from server.properties.listing import service as listing
from server.properties.listing.service import StaysOpen
from server.properties.service import door, editing, reading
from server.properties.service.editing import ChangedMeanwhile, ListingIncomplete
from server.properties.service.reading import Mine, TaggedProperty
from shared_models.cases import Report
from shared_models.paging import Cursor, Page, PageSize
from shared_models.properties import (
    COVER_WIDTHS,
    BulkMoved,
    HomeOrder,
    PropertyCounts,
    PropertyFacts,
    PropertyRead,
    PropertyRow,
    PropertyStatus,
)

router = room_router("properties")

FRONT, CARD = "front", "card"
"""The house itself: in the shape of a photo, and in the wider shape of the cards in a list."""
_COVER_CACHING = "public, max-age=604800, immutable"
"""A week: a cover only changes when a landlord says that the flat is a house."""

IfMatch = Annotated[str | None, Header(max_length=1000)]
Text = Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$")]
Slug = Annotated[str, Path(max_length=120, pattern=r"^[^\x00]*$")]


def _tagged(home: TaggedProperty, response: Response) -> PropertyRead:
    response.headers["ETag"] = home.etag
    return home.page


@router.post("", status_code=201, responses=documented(Malformed))
async def create(facts: PropertyFacts, caller: Landlord, session: Session, response: Response) -> PropertyRead:
    """Start a listing, as a draft."""
    return _tagged(await editing.create(session, caller, facts), response)


@router.get("")
async def own(
    caller: Landlord,
    session: Session,
    status: PropertyStatus | None = None,
    text: Text = None,
    order: HomeOrder = HomeOrder.CHANGED_LAST,
    cursor: Cursor | None = None,
    limit: PageSize = 50,
) -> Page[PropertyRow]:
    """One's own homes, the last changed first or in another order."""
    return await reading.own(session, caller, Mine(status, text, order), cursor, limit)


@router.get("/counts")
async def own_counts(caller: Landlord, session: Session, text: Text = None) -> PropertyCounts:
    """How many of one's own homes stand in each state."""
    return await door.own_counts(session, caller, text)


@router.post("/bulk-status", responses=documented(InvalidTransition, NotAllowed, Malformed))
async def move_many(request: AllowedBulkMove, caller: Landlord, session: Session) -> BulkMoved:
    """Move up to 500 listings at once; call again from `next_cursor` while some remain."""
    return await listing.move_many(session, caller, request)


@router.get("/{id_or_slug}", responses=documented(NotFound))
async def read(id_or_slug: Slug, caller: Visitor, session: Session, response: Response) -> PropertyRead:
    """A home, by its id or its slug."""
    return _tagged(await reading.read(session, caller, id_or_slug), response)


@router.put(
    "/{property_id}", responses=documented(NotFound, ChangedMeanwhile, ListingIncomplete, InvalidTransition, Malformed)
)
async def replace(
    property_id: UUID,
    facts: PropertyFacts,
    caller: SignedIn,
    session: Session,
    response: Response,
    if_match: IfMatch = None,
) -> PropertyRead:
    """Say everything of a home anew; with `If-Match` only if nobody changed it meanwhile.

    Of a home on show, what a person of ours has to look at first stands in `proposed` until then.
    """
    return _tagged(await editing.replace(session, caller, property_id, facts, if_match), response)


@router.post(
    "/{property_id}/status",
    responses=documented(NotFound, InvalidTransition, NotAllowed, ListingIncomplete, StaysOpen, CaseTaken, Malformed),
)
async def move(
    property_id: UUID, request: AllowedMove, caller: SignedIn, session: Session, response: Response
) -> PropertyRead:
    """Submit, withdraw, publish, reject, pause, resume or archive a listing."""
    return _tagged(await listing.move(session, caller, property_id, request), response)


@router.post("/{property_id}/reports", status_code=204, responses=documented(NotFound, NotAllowed))
@counted_as(CallClass.REPORT)
@counted_as(CallClass.REPORT_OF_SAME_HOME, each="property_id")
async def report(property_id: UUID, request: Report, caller: SignedIn, session: Session) -> None:
    """Tell us what is wrong with a home on show; a person looks at it within a day."""
    await listing.report(session, caller, property_id, request)


@router.post("/{property_id}/duplicate", status_code=201, responses=documented(NotFound))
async def duplicate(property_id: UUID, caller: Landlord, session: Session, response: Response) -> PropertyRead:
    """Begin another home of one's own with everything this one says, as a draft."""
    return _tagged(await editing.duplicate(session, caller, property_id), response)


@router.get(
    "/{property_id}/covers/{room}/{width}.webp",
    response_class=Response,
    responses=documented(NotFound) | {200: {"content": {"image/webp": {}}}},
)
@counted_as(CallClass.PICTURE)
async def cover(property_id: UUID, room: str, width: int, request: Request, if_none_match: IfMatch = None) -> Response:
    """A drawing of the home (`front`, or `card` in a wider shape) or of a room in it: 320, 800 or 1600 pixels wide."""
    if width not in COVER_WIDTHS or room not in (FRONT, CARD, *RoomKind):
        raise NotFound
    pixels = cast(CoverWidth, width)
    database: Database = request.app.state.database
    async with database.transaction() as session:
        kind = CoverKind(await reading.type_of(session, property_id))
    # Drawn while no connection is held: it can take a tenth of a second.
    drawings: Drawings = request.app.state.drawings
    if room in (FRONT, CARD):
        crop = Crop.CARD if room == CARD else Crop.PHOTO
        image = await drawings.cover_webp(property_id, kind, pixels, crop)
    else:
        image = await drawings.room_webp(property_id, RoomKind(room), pixels)
    headers = {"ETag": f'"{hashlib.sha256(image).hexdigest()[:32]}"', "Cache-Control": _COVER_CACHING}
    if if_none_match is not None and etag_matches(if_none_match, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(image, media_type="image/webp", headers=headers)
