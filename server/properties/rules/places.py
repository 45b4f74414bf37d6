"""Places in a landlord's list of homes as cursors: the order they belong to, its keys, and the home. Pure."""

from datetime import datetime
from typing import Any
from uuid import UUID

from server.core import cursors
from server.core.errors import Malformed
from shared_models.properties import HomeOrder

_KINDS: dict[HomeOrder, list[type]] = {
    HomeOrder.CHANGED_LAST: [str],
    HomeOrder.CHANGED_FIRST: [str],
    HomeOrder.TITLE: [str],
    HomeOrder.TITLE_BACKWARDS: [str],
    HomeOrder.PRICE_LOW: [str, int],
    HomeOrder.PRICE_HIGH: [str, int],
}
_MOMENTS = (HomeOrder.CHANGED_LAST, HomeOrder.CHANGED_FIRST)


def cursor_of(order: HomeOrder, place: tuple[Any, ...]) -> str:
    """A place as a cursor."""
    plain = [key.isoformat() if isinstance(key, datetime) else key for key in place[:-1]]
    return cursors.pack([order.value, *plain, str(place[-1])])


def place_in(cursor: str, order: HomeOrder) -> tuple[Any, ...]:
    """The place a cursor names. Raises Malformed when it is not ours, or one of another order."""
    named, *keys, id_ = cursors.unpack(cursor, [str, *_KINDS[order], str])
    try:
        if order in _MOMENTS:
            keys = [datetime.fromisoformat(keys[0])]
        place = (*keys, UUID(id_))
    except ValueError as problem:
        raise _not_ours() from problem
    if named != order.value or (order in _MOMENTS and keys[0].tzinfo is None):
        raise _not_ours()
    return place


def _not_ours() -> Malformed:
    return Malformed.field("cursor", "is not one of this order; start from the first page")
