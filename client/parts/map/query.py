"""A box or a circle of the map as it stands in an address. What makes no sense is ignored, never an error."""

import dataclasses

from client.parts.map.sheet import Box, Circle
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


MAX_KILOMETRES = 500.0
MAX_NAME = 200
_CIRCLE = ("latitude", "longitude", "radius_km", "near")


def read_circle(query: Query) -> Circle | None:
    """The circle of an address; None unless its middle and its radius are there."""
    latitude, longitude = _degrees(query.get("latitude"), 90), _degrees(query.get("longitude"), 180)
    kilometres = _degrees(query.get("radius_km"), MAX_KILOMETRES)
    if latitude is None or longitude is None or kilometres is None or kilometres <= 0:
        return None
    name = query.get("near", "").replace("\x00", "")
    return Circle(latitude, longitude, kilometres, " ".join(name.split())[:MAX_NAME])


def write_circle(circle: Circle | None) -> dict[str, object]:
    """The values of an address; None takes them away."""
    if circle is None:
        return dict.fromkeys(_CIRCLE)
    middle = (f"{degrees:.{DECIMALS}f}" for degrees in (circle.latitude, circle.longitude))
    return dict(zip(_CIRCLE, (*middle, f"{circle.kilometres:g}", circle.name or None), strict=True))


def _degrees(value: str | None, most: float) -> float | None:
    try:
        degrees = float(value or "")
    except ValueError:
        return None
    return degrees if -most <= degrees <= most else None
