"""`/properties/drafts`: what a landlord typed and has not saved."""

from typing import Annotated
from uuid import UUID

from fastapi import Header, Response

from server.auth.guards import Landlord
from server.core.budgets import CallClass
from server.core.errors import InvalidTransition, Malformed, NotFound
from server.core.rates import counted_as
from server.core.web.bodies import BodyLimits, takes_body
from server.core.web.problems import documented
from server.core.web.routers import room_router
from server.core.web.session import Session
from server.properties.drafts import service
from server.properties.drafts.service import Kept
from server.properties.service.editing import ChangedMeanwhile, ListingIncomplete
from shared_models.drafts import DraftFinish, DraftGiven, DraftRead
from shared_models.paging import Cursor, Page, PageSize
from shared_models.properties import PropertyRead

router = room_router("properties/drafts")

_A_DRAFT = BodyLimits(max_bytes=600_000)
"""Every field as full as it may be: a draft keeps whatever was typed, it refuses nothing."""

IfMatch = Annotated[str | None, Header(max_length=1000)]


def _tagged(kept: Kept, response: Response) -> DraftRead:
    response.headers["ETag"] = kept.etag
    return kept.draft


@router.post("", status_code=201)
@takes_body(_A_DRAFT)
@counted_as(CallClass.DRAFT)
async def begin(said: DraftGiven, caller: Landlord, session: Session, response: Response) -> DraftRead:
    """Begin a home: anything may be missing yet."""
    return _tagged(await service.begin(session, caller, said), response)


@router.get("")
async def own(
    caller: Landlord, session: Session, cursor: Cursor | None = None, limit: PageSize = 50
) -> Page[DraftRead]:
    """One's own drafts, the last changed first."""
    return await service.own(session, caller, cursor, limit)


@router.get("/{draft_id}", responses=documented(NotFound))
async def read(draft_id: UUID, caller: Landlord, session: Session, response: Response) -> DraftRead:
    """A draft of one's own."""
    return _tagged(await service.read(session, caller, draft_id), response)


@router.put("/{draft_id}", responses=documented(NotFound, ChangedMeanwhile))
@takes_body(_A_DRAFT)
@counted_as(CallClass.DRAFT)
async def keep(
    draft_id: UUID,
    said: DraftGiven,
    caller: Landlord,
    session: Session,
    response: Response,
    if_match: IfMatch = None,
) -> DraftRead:
    """Keep what is typed now, word for word; `If-Match` names the version it was typed over."""
    return _tagged(await service.keep(session, caller, draft_id, said, if_match), response)


@router.delete("/{draft_id}", status_code=204)
@counted_as(CallClass.DRAFT)
async def discard(draft_id: UUID, caller: Landlord, session: Session) -> None:
    """Throw a draft away. The home, if it is there, stays as it is."""
    await service.discard(session, caller, draft_id)


@router.post(
    "/{draft_id}/finish",
    responses=documented(NotFound, ChangedMeanwhile, ListingIncomplete, InvalidTransition, Malformed),
)
@counted_as(CallClass.DRAFT)
async def finish(
    draft_id: UUID,
    request: DraftFinish,
    caller: Landlord,
    session: Session,
    response: Response,
    if_match: IfMatch = None,
) -> PropertyRead:
    """Make the home of a draft, or save what was changed of it. `If-Match` names the version of the draft."""
    home = await service.finish(session, caller, draft_id, request, if_match)
    response.headers["ETag"] = home.etag
    return home.page
