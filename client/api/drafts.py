"""`/properties/drafts`: what a landlord typed and has not saved."""

from uuid import UUID

from client.core.http import Http, Tagged, if_match
from shared_models.drafts import DraftFinish, DraftGiven, DraftRead
from shared_models.paging import Page
from shared_models.properties import PropertyRead


async def begin(http: Http, said: DraftGiven) -> Tagged[DraftRead]:
    """A draft of a home that is not there yet."""
    return await http.tagged("POST", "/properties/drafts", DraftRead, body=said, once=True)


async def mine(http: Http, *, cursor: str | None = None) -> Page[DraftRead]:
    """The caller's drafts, last changed first."""
    return await http.call("GET", "/properties/drafts", Page[DraftRead], query={"cursor": cursor})


async def draft(http: Http, draft_id: UUID) -> Tagged[DraftRead]:
    """One draft."""
    return await http.tagged("GET", f"/properties/drafts/{draft_id}", DraftRead)


async def keep(http: Http, draft_id: UUID, said: DraftGiven, etag: str) -> Tagged[DraftRead]:
    """Keep what is typed now over the version `etag` ("": there was none)."""
    path = f"/properties/drafts/{draft_id}"
    return await http.tagged("PUT", path, DraftRead, body=said, headers=if_match(etag))


async def discard(http: Http, draft_id: UUID) -> None:
    """Throw a draft away."""
    await http.call("DELETE", f"/properties/drafts/{draft_id}")


async def finish(http: Http, draft_id: UUID, request: DraftFinish, etag: str) -> Tagged[PropertyRead]:
    """Make the home of a draft, or save what was changed of it."""
    path = f"/properties/drafts/{draft_id}/finish"
    return await http.tagged("POST", path, PropertyRead, body=request, headers=if_match(etag), once=True)
