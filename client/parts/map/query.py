"""A box of the map as it stands in an address. What makes no sense is ignored, never an error."""

import dataclasses

from client.parts.map.sheet import Box
from client.paths import Query

DECIMALS = 4
"""About 11 m: a box need be no finer than a finger."""
_SIDES = {"south": 90, "west": 180, "north": 90, "east": 180}


def read_box(query: Query) -> Box | None:
    """The box of an address; None unless all four sides are there and in order."""
    sides = {name: _degrees(query.get(name), most) for name, most in _SIDES.items()}
    if any(side is None for side in sides.values()):
        return None
    box = Box(**{name: side for name, side in sides.items() if side is not None})
    return box if box.south < box.north and box.west != box.east else None


def write_box(box: Box | None) -> dict[str, object]:
    """The values of an address; None takes them away."""
    if box is None:
        return dict.fromkeys(_SIDES)
    return {name: f"{side:.{DECIMALS}f}" for name, side in dataclasses.asdict(box).items()}


def rounded(box: Box) -> Box:
    """The box as it comes back from an address."""
    return Box(**{name: float(f"{side:.{DECIMALS}f}") for name, side in dataclasses.asdict(box).items()})


def _degrees(value: str | None, most: float) -> float | None:
    try:
        degrees = float(value or "")
    except ValueError:
        return None
    return degrees if -most <= degrees <= most else None
