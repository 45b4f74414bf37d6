"""Cursors of keyset pages: the sort key of the last item, packed so that clients take it as it is."""

import base64
import binascii
import json
import math
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from server.core.errors import Malformed


def pack(key: list[Any]) -> str:
    """A cursor from plain JSON values."""
    return base64.urlsafe_b64encode(json.dumps(key, separators=(",", ":")).encode()).decode().rstrip("=")


def _is_sound(value: Any, kind: type) -> bool:
    """Whether a value is of its kind and one that a column can be compared with."""
    if type(value) is not kind:
        return False
    if isinstance(value, str):
        return "\x00" not in value and not any("\ud800" <= character <= "\udfff" for character in value)
    if isinstance(value, float):
        return math.isfinite(value)
    return not isinstance(value, int) or -(2**63) <= value < 2**63


def unpack(cursor: str, kinds: list[type]) -> list[Any]:
    """The values in a cursor. Raises Malformed for `cursor` unless they are of `kinds`, in that order."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError) as problem:
        raise _not_ours() from problem
    fits = isinstance(values, list) and len(values) == len(kinds)
    if not fits or not all(_is_sound(value, kind) for value, kind in zip(values, kinds, strict=True)):
        raise _not_ours()
    return list(values)


def pack_moment(moment: datetime, id_: UUID) -> str:
    """A cursor into a list that is sorted by an instant, then by id."""
    return pack([moment.isoformat(), str(id_)])


def unpack_moment(cursor: str | None) -> tuple[datetime, UUID] | None:
    """What `pack_moment` packed; None without a cursor. Raises Malformed for `cursor`."""
    if cursor is None:
        return None
    moment, id_ = unpack(cursor, [str, str])
    try:
        return _moment(moment), UUID(id_)
    except ValueError as problem:
        raise _not_ours() from problem


def pack_place(order: str, place: Sequence[Any]) -> str:
    """A place in a list that has several orders: what the keys of this one say there, and the id."""
    *keys, id_ = (key.isoformat() if isinstance(key, date) else key for key in place)
    return pack([order, *keys, str(id_)])


def unpack_place(cursor: str, order: str, kinds: Sequence[type]) -> tuple[Any, ...]:
    """The keys, each of its kind (str, int, date or an instant), and the id. Raises Malformed for another order's."""
    named, *keys, id_ = unpack(cursor, [str, *(int if kind is int else str for kind in kinds), str])
    try:
        place = (*(_key(key, kind) for key, kind in zip(keys, kinds, strict=True)), UUID(id_))
    except ValueError as problem:
        raise _not_ours() from problem
    if named != order:
        raise _not_ours()
    return place


def _key(key: Any, kind: type) -> Any:
    if kind is date:
        return date.fromisoformat(key)
    return _moment(key) if kind is datetime else key


def _moment(text: str) -> datetime:
    """An instant in UTC, as the driver will want it: offsets lead out of the calendar at both its ends."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("an instant has an offset")
    try:
        return moment.astimezone(UTC)
    except OverflowError as problem:
        raise ValueError("no clock shows this instant in UTC") from problem


def _not_ours() -> Malformed:
    return Malformed.field("cursor", "is not one of ours; start from the first page")
