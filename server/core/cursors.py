"""Cursors of keyset pages: the sort key of the last item, packed so that clients take it as it is."""

import base64
import binascii
import json
import math
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from server.core.errors import Malformed


def pack(key: Sequence[Any]) -> str:
    """A cursor from plain values: texts, numbers, ids, days, instants."""
    written = json.dumps(list(key), separators=(",", ":"), default=_write)
    return base64.urlsafe_b64encode(written.encode()).decode().rstrip("=")


def unpack(cursor: str, kinds: Sequence[type]) -> list[Any]:
    """The values in a cursor, each of its kind (str, int, float, bool, UUID, date, datetime).

    Raises Malformed for `cursor` unless it holds exactly those, in that order.
    """
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list):
            raise _not_ours()
        return [_read(value, kind) for value, kind in zip(values, kinds, strict=True)]
    except (ValueError, binascii.Error, RecursionError) as problem:
        raise _not_ours() from problem


def pack_moment(moment: datetime, id_: UUID) -> str:
    """A cursor into a list that is sorted by an instant, then by id."""
    return pack([moment, id_])


def unpack_moment(cursor: str | None) -> tuple[datetime, UUID] | None:
    """What `pack_moment` packed; None without a cursor. Raises Malformed for `cursor`."""
    if cursor is None:
        return None
    moment, id_ = unpack(cursor, [datetime, UUID])
    return moment, id_


def pack_place(order: str, place: Sequence[Any]) -> str:
    """A place in a list that has several orders: what the keys of this one say there, and the id."""
    return pack([order, *place])


def unpack_place(cursor: str, order: str, kinds: Sequence[type]) -> tuple[Any, ...]:
    """The keys, each of its kind, and the id. Raises Malformed for another order's."""
    named, *place = unpack(cursor, [str, *kinds, UUID])
    if named != order:
        raise _not_ours()
    return tuple(place)


def _read(value: Any, kind: type) -> Any:
    """A value of a kind. Raises ValueError unless it is one that a column can be compared with."""
    if type(value) is not (str if kind in _READERS else kind):
        raise ValueError(f"no {kind.__name__}")
    if isinstance(value, str) and ("\x00" in value or any("\ud800" <= character <= "\udfff" for character in value)):
        raise ValueError("a text that no column holds")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("no number")
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise ValueError("a number that no column holds")
    reader = _READERS.get(kind)
    return value if reader is None else reader(value)


def _write(value: Any) -> str:
    """What JSON has no word for; any other kind is a fault of ours."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"no cursor holds a {type(value).__name__}")


def _moment(text: str) -> datetime:
    """An instant in UTC, as the driver will want it: offsets lead out of the calendar at both its ends."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("an instant has an offset")
    try:
        return moment.astimezone(UTC)
    except OverflowError as problem:
        raise ValueError("no clock shows this instant in UTC") from problem


_READERS: dict[Any, Callable[[Any], Any]] = {UUID: UUID, date: date.fromisoformat, datetime: _moment}
"""Kinds that JSON has no word for: each is a text in a cursor."""


def _not_ours() -> Malformed:
    return Malformed.field("cursor", "is not one of ours; start from the first page")
