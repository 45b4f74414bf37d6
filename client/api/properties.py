"""`/properties`: homes and their listings."""

from collections.abc import Callable
from uuid import UUID

from client.core.http import Http, Tagged
from shared_models.bulk_edits import BulkEdit, BulkEdited
from shared_models.cases import Report
from shared_models.paging import Page
from shared_models.properties import (
    BulkMove,
    BulkMoved,
    BulkRefusal,
    HomeOrder,
    PropertyCounts,
    PropertyRead,
    PropertyRow,
    PropertyStatus,
    StatusMove,
)


async def property_(http: Http, id_or_slug: UUID | str) -> PropertyRead:
    """One home."""
    return await http.call("GET", f"/properties/{id_or_slug}", PropertyRead)


async def tagged(http: Http, property_id: UUID) -> Tagged[PropertyRead]:
    """One home with the tag of its version, to change it."""
    return await http.tagged("GET", f"/properties/{property_id}", PropertyRead)


async def mine(
    http: Http,
    *,
    status: PropertyStatus | None = None,
    text: str | None = None,
    order: HomeOrder = HomeOrder.CHANGED_LAST,
    cursor: str | None = None,
) -> Page[PropertyRow]:
    """The caller's own homes in an order."""
    query = {"status": status, "text": text or None, "order": order, "cursor": cursor}
    return await http.call("GET", "/properties", Page[PropertyRow], query=query)


async def my_counts(http: Http, *, text: str | None = None) -> PropertyCounts:
    """How many of the caller's homes (those with `text` in them) stand in each status."""
    return await http.call("GET", "/properties/counts", PropertyCounts, query={"text": text or None})


async def duplicate(http: Http, property_id: UUID) -> PropertyRead:
    """A new draft with everything a home says."""
    return await http.call("POST", f"/properties/{property_id}/duplicate", PropertyRead, once=True)


async def report(http: Http, property_id: UUID, told: Report) -> None:
    """Tell what is wrong with a home on show."""
    await http.call("POST", f"/properties/{property_id}/reports", body=told, once=True)


async def edit_many(http: Http, request: BulkEdit) -> BulkEdited:
    """Change price, shortest stay or instant booking of up to 500 homes."""
    return await http.call("POST", "/properties/bulk-edits", BulkEdited, body=request, once=True)


async def undo_edit(http: Http, edit_id: UUID) -> BulkEdited:
    """Give the homes of such a change back what they had."""
    return await http.call("POST", f"/properties/bulk-edits/{edit_id}/undo", BulkEdited, once=True)


async def move(http: Http, property_id: UUID, move: StatusMove) -> PropertyRead:
    """Submit, publish, pause, resume, reject or archive a home."""
    return await http.call("POST", f"/properties/{property_id}/status", PropertyRead, body=move, once=True)


async def bulk_move(http: Http, move: BulkMove) -> BulkMoved:
    """Move many homes; at most 500 a call, the next one goes on from `next_cursor`."""
    return await http.call("POST", "/properties/bulk-status", BulkMoved, body=move, once=True)


async def move_all(http: Http, move: BulkMove, told: Callable[[BulkMoved], None]) -> BulkMoved:
    """Call `bulk_move` until nothing remains; `told` hears the sum so far after each call.

    A refused home may be named by several calls; in the sum it stands once.
    """
    refused: dict[UUID, BulkRefusal] = {}
    moved = stays = 0
    while True:
        step = await bulk_move(http, move)
        moved, stays = moved + step.moved, stays + step.stays_remaining
        refused.update({refusal.id: refusal for refusal in step.refused})
        so_far = BulkMoved(moved=moved, refused=list(refused.values()), remaining=step.remaining, stays_remaining=stays)
        told(so_far)
        if step.next_cursor is None:
            return so_far
        move = move.model_copy(update={"cursor": step.next_cursor})
