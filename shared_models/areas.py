"""An area drawn on a map, as a short text for an address: its corners in degrees, five decimals each (about a metre).

Corners are written as the differences between one and the next, zigzag, in groups of five bits, lowest first; each
group is one of the 64 letters of base64 for addresses, its sixth bit saying that more follow. (Google describes the
method as the "encoded polyline"; its own letters would have to be escaped in an address.)
"""

import math
from collections.abc import Sequence
from typing import Final

FEWEST_CORNERS: Final = 3
MAX_CORNERS: Final = 60
MAX_AREA: Final = 700
"""Characters; 60 corners anywhere on earth take fewer."""

_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_VALUES: Final = {letter: value for value, letter in enumerate(_LETTERS)}
_STEPS: Final = 100_000
"""In a degree."""
_MAX_GROUPS: Final = 6

Corner = tuple[float, float]
"""Latitude and longitude in degrees."""


def write_area(corners: Sequence[Corner]) -> str:
    """The text of an area. `read_area` gives its corners back, to five decimals."""
    letters: list[str] = []
    before = (0, 0)
    for corner in corners:
        here = (round(corner[0] * _STEPS), round(corner[1] * _STEPS))
        for now, then in zip(here, before, strict=True):
            step = now - then
            rest = step << 1 if step >= 0 else ~(step << 1)
            while rest >= 32:
                letters.append(_LETTERS[rest & 31 | 32])
                rest >>= 5
            letters.append(_LETTERS[rest])
        before = here
    return "".join(letters)


def read_area(text: str) -> tuple[Corner, ...]:
    """The corners of an area. Raises ValueError for a text that is none, or has too few or too many corners."""
    steps, rest, groups = [], 0, 0
    for letter in text:
        value = _VALUES.get(letter)
        if value is None or groups == _MAX_GROUPS:
            raise ValueError("is not an area")
        rest |= (value & 31) << 5 * groups
        groups += 1
        if value < 32:
            steps.append(rest >> 1 if rest & 1 == 0 else ~(rest >> 1))
            rest = groups = 0
    if groups or len(steps) % 2:
        raise ValueError("is not an area")
    return _corners(steps)


def _corners(steps: Sequence[int]) -> tuple[Corner, ...]:
    if not FEWEST_CORNERS <= len(steps) // 2 <= MAX_CORNERS:
        raise ValueError(f"an area has {FEWEST_CORNERS} to {MAX_CORNERS} corners")
    latitude = longitude = 0
    corners = []
    for north, east in zip(steps[::2], steps[1::2], strict=True):
        latitude, longitude = latitude + north, longitude + east
        if abs(latitude) > 90 * _STEPS or abs(longitude) > 180 * _STEPS:
            raise ValueError("a corner lies off the earth")
        corners.append((latitude / _STEPS, longitude / _STEPS))
    return tuple(corners)


def unrolled(corners: Sequence[Corner]) -> tuple[Corner, ...]:
    """The corners with longitudes that never jump: one side is taken the short way round, over the 180th meridian too.

    A longitude may then be below -180 or above 180.
    """
    rolled = [corners[0]]
    for latitude, longitude in corners[1:]:
        turn = math.remainder(longitude - rolled[-1][1], 360)
        rolled.append((latitude, round(rolled[-1][1] + turn, 5)))
    return tuple(rolled)
