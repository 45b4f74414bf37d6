"""Places in a landlord's list of homes as cursors. Pure."""

from datetime import datetime
from typing import Any

from server.core import cursors
from shared_models.properties import HomeOrder

_KINDS: dict[HomeOrder, tuple[type, ...]] = {
    HomeOrder.CHANGED_LAST: (datetime,),
    HomeOrder.CHANGED_FIRST: (datetime,),
    HomeOrder.TITLE: (str,),
    HomeOrder.TITLE_BACKWARDS: (str,),
    HomeOrder.PRICE_LOW: (str, int),
    HomeOrder.PRICE_HIGH: (str, int),
}
"""What the keys of each order are; `repository.homes` has them in SQL."""


def cursor_of(order: HomeOrder, place: tuple[Any, ...]) -> str:
    """A place as a cursor."""
    return cursors.pack_place(order.value, place)


def place_in(cursor: str, order: HomeOrder) -> tuple[Any, ...]:
    """The place a cursor names. Raises Malformed when it is not ours, or one of another order."""
    return cursors.unpack_place(cursor, order.value, _KINDS[order])
