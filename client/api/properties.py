"""`/properties`: homes and their listings."""

from uuid import UUID

from client.core.http import Http
from shared_models.paging import Page
from shared_models.properties import (
    BulkMove,
    BulkMoved,
    PropertyFacts,
    PropertyRead,
    PropertyRow,
    PropertyStatus,
    StatusMove,
)


async def property_(http: Http, id_or_slug: UUID | str) -> PropertyRead:
    """One home."""
    return await http.call("GET", f"/properties/{id_or_slug}", PropertyRead)


async def mine(
    http: Http, *, status: PropertyStatus | None = None, text: str | None = None, cursor: str | None = None
) -> Page[PropertyRow]:
    """The caller's own homes, last changed first."""
    query = {"status": status, "text": text or None, "cursor": cursor}
    return await http.call("GET", "/properties", Page[PropertyRow], query=query)


async def my_counts(http: Http) -> dict[str, int]:
    """How many of the caller's homes stand in each status."""
    return await http.call("GET", "/properties/counts", dict[str, int])


async def to_review(http: Http, *, cursor: str | None = None) -> Page[PropertyRow]:
    """Homes that wait for an admin, oldest first."""
    return await http.call("GET", "/properties/review", Page[PropertyRow], query={"cursor": cursor})


async def create(http: Http, facts: PropertyFacts) -> PropertyRead:
    """A new draft."""
    return await http.call("POST", "/properties", PropertyRead, body=facts, once=True)


async def change(http: Http, property_id: UUID, facts: PropertyFacts) -> PropertyRead:
    """All facts of a home anew."""
    return await http.call("PUT", f"/properties/{property_id}", PropertyRead, body=facts)


async def move(http: Http, property_id: UUID, move: StatusMove) -> PropertyRead:
    """Submit, publish, pause, resume, reject or archive a home."""
    return await http.call("POST", f"/properties/{property_id}/status", PropertyRead, body=move, once=True)


async def bulk_move(http: Http, move: BulkMove) -> BulkMoved:
    """Move many homes; at most 500 a call, `remaining` says how many are left."""
    return await http.call("POST", "/properties/bulk-status", BulkMoved, body=move, once=True)
