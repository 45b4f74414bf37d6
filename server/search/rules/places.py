"""Where a search looks: circles, boxes and areas as stretches of latitude and longitude. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from shared_models.areas import Corner, unrolled
from shared_models.search_map import SHOWN_PARTS

EARTH_RADIUS_KM = 6371.0088
"""The mean radius (IUGG)."""
_WIDER_DEGREES = 1e-6
"""A box is this much wider than its circle (11 cm), so that no rounding loses a home; the circle decides."""


@dataclass(frozen=True)
class Box:
    """A stretch of latitudes and one or two of longitudes (two where it crosses the 180th meridian), in degrees."""

    south: float
    north: float
    spans: tuple[tuple[float, float], ...]


def box_between(south: float, west: float, north: float, east: float) -> Box:
    """A box by its sides; it reaches over the 180th meridian when `west` is above `east`."""
    spans = ((west, east),) if west <= east else ((west, 180.0), (-180.0, east))
    return Box(south, north, spans)


def wider(box: Box) -> Box:
    """A box with all homes whose shown position lies in `box`."""
    by = 1 / SHOWN_PARTS
    return Box(box.south - by, box.north + by, tuple((west - by, east + by) for west, east in box.spans))


def box_around(latitude: float, longitude: float, radius_km: float) -> Box:
    """A box that holds every point within `radius_km` of a point, and few others."""
    angle = radius_km / EARTH_RADIUS_KM
    reach = math.degrees(angle) + _WIDER_DEGREES
    south, north = max(latitude - reach, -90.0), min(latitude + reach, 90.0)
    if south == -90 or north == 90:  # a circle over a pole crosses every meridian
        return Box(south, north, ((-180.0, 180.0),))
    # Where a circle touches its outermost meridian: sin(Δλ) = sin(r) / cos(φ).
    sideways = math.degrees(math.asin(min(1.0, math.sin(angle) / math.cos(math.radians(latitude))))) + _WIDER_DEGREES
    west, east = longitude - sideways, longitude + sideways
    if west < -180:
        return box_between(south, west + 360, north, east)
    if east > 180:
        return box_between(south, west, north, east - 360)
    return box_between(south, west, north, east)


@dataclass(frozen=True)
class Outline:
    """An area: corners whose longitudes never jump, and by how many degrees a home's longitude may have to be moved to
    lie among them (one number unless the area crosses the 180th meridian)."""

    corners: tuple[Corner, ...]
    turns: tuple[int, ...]


def outline(corners: Sequence[Corner]) -> Outline:
    """The outline through `corners`; its sides go the short way round."""
    rolled = unrolled(corners)
    west, east = min(longitude for _, longitude in rolled), max(longitude for _, longitude in rolled)
    turns = tuple(turn for turn in (-360, 0, 360) if west <= 180 + turn and east >= -180 + turn)
    return Outline(rolled, turns)
