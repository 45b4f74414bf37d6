"""Cursors of keyset pages: the sort key of the last item, packed so that clients take it as it is."""

import base64
import binascii
import json
import math
from typing import Any

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
        raise Malformed.field("cursor", "is not one of ours; start from the first page") from problem
    fits = isinstance(values, list) and len(values) == len(kinds)
    if not fits or not all(_is_sound(value, kind) for value, kind in zip(values, kinds, strict=True)):
        raise Malformed.field("cursor", "is not one of ours; start from the first page")
    return list(values)
