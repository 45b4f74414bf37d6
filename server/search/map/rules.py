"""How a map is drawn from nothing but the homes on it. Pure: positions and names in, shapes out.

A city is parted among its neighbourhoods like this: every spot belongs to the home next to it (Voronoi), every home to
its neighbourhood, and the land ends a little way beyond the last home. So neighbours share their border, none covers
another, and each holds the homes that say they stand in it.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import shapely
from shapely import Polygon

from server.search.rules.places import Box, box_between
from shared_models.search_map import (
    TILE_PIXELS,
    View,
    degrees,
    pixels,
    shown,
)

METRES_A_DEGREE = 111_195.0
"""Along a meridian of a sphere of 6371.0088 km."""
MARGIN_PIXELS = 48
"""What a view that shows all homes leaves free round them, so that no pin is cut."""
NEAREST_AT_FIRST = 15
"""A view of all homes goes no nearer, be it a single home."""
_LEAST_PART = 3
"""A part of a neighbourhood with fewer homes, away from the rest of it, belongs to what lies round it."""
_ASIDE = 10.0
"""How far a point is moved at most, in metres."""
_REACH = (220.0, 1500.0)
"""How far the land goes beyond a home, in metres: at least and at most."""


@dataclass(frozen=True)
class Standing:
    """A home: the neighbourhood it says it stands in, if any, and where it stands (degrees, as shown)."""

    neighbourhood: str | None
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Area:
    """A drawn area: rings of (latitude, longitude), the spot with most room for its name, and how many homes."""

    name: str
    homes: int
    shapes: tuple[tuple[tuple[float, float], ...], ...]
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Drawing:
    """A city: its land as a whole, and its neighbourhoods, the largest first so that what lies inside comes on top."""

    land: Area
    areas: tuple[Area, ...]


def box_of(view: View) -> Box:
    """The same stretch of the earth, parted where it crosses the 180th meridian."""
    return box_between(view.south, view.west, view.north, view.east)


def view_of_all(south: float, west: float, north: float, east: float, width: int, height: int) -> View:
    """The nearest view of `width` times `height` pixels with a stretch of the earth in it, and room round it.

    Its zoom is the whole one below that at which the box fills the view exactly.
    """
    room_across, room_down = (max(side - 2 * min(MARGIN_PIXELS, side / 6), 1) for side in (width, height))
    left, top = pixels(north, west, 0)
    right, bottom = pixels(south, east, 0)
    spans = [(right - left, room_across), (bottom - top, room_down)]
    fits = min([NEAREST_AT_FIRST, *(math.log2(room / span) for span, room in spans if span > 0)])
    exact = max(0.0, fits)
    middle_x, middle_y = (left + right) / 2 * 2**exact, (top + bottom) / 2 * 2**exact
    side = TILE_PIXELS * 2**exact
    corners = [
        (min(max(middle_x + x * width / 2, 0), side), min(max(middle_y + y * height / 2, 0), side))
        for x, y in ((-1, 1), (1, -1))
    ]
    (low, left_edge), (high, right_edge) = (degrees(x, y, exact) for x, y in corners)
    # Never less than what was asked for: the poles lie outside of the square and are drawn at its edge.
    return View(
        south=min(low, south),
        west=min(left_edge, west),
        north=max(high, north),
        east=max(right_edge, east),
        zoom=math.floor(exact),
    )


def draw(homes: Sequence[Standing]) -> Drawing:
    """The land and the neighbourhoods of a city from its homes, of which there is at least one."""
    plan = _Plan(homes)
    names = _settled(plan)
    cells = _cells(plan)
    whole = sorted(set(names))
    joined = [
        shapely.union_all([cell for cell, name in zip(cells, names, strict=True) if name == one]) for one in whole
    ]
    # Borders are zigzags between homes; made simple together, two neighbours keep the same border.
    smooth = shapely.coverage_simplify(joined, plan.reach / 2)
    land = _land(plan)
    counts = Counter(home.neighbourhood or "" for home in homes)
    areas = [
        _area(plan, name, counts[name], shapely.intersection(shape, land))
        for name, shape in zip(whole, smooth, strict=True)
    ]
    drawn = [area for area in areas if area.shapes]
    return Drawing(
        _area(plan, "", len(homes), land), tuple(sorted(drawn, key=lambda area: (-_spread(area), area.name)))
    )


class _Plan:
    """The homes on a flat sheet in metres; homes at one spot are one point, of the name most of them have."""

    def __init__(self, homes: Sequence[Standing]) -> None:
        self.latitude = median(home.latitude for home in homes)
        self.longitude = homes[0].longitude
        self.shrink = max(math.cos(math.radians(self.latitude)), 1e-3)
        spots: dict[tuple[float, float], Counter[str]] = {}
        for home in homes:
            spot = self.metres(shown(home.latitude), shown(home.longitude))
            spots.setdefault(spot, Counter())[home.neighbourhood or ""] += 1
        # Shown positions lie on a lattice, where four cells meet in a point: a few metres aside they part cleanly.
        self.points = shapely.points([_aside(spot, number) for number, spot in enumerate(spots)])
        self.names = [max(sorted(names), key=names.__getitem__) for names in spots.values()]
        self.tree = shapely.STRtree(self.points)
        self.reach = self._reach()

    def _reach(self) -> float:
        if len(self.points) < 2:
            return _REACH[0]
        _, apart = self.tree.query_nearest(self.points, exclusive=True, all_matches=False, return_distance=True)
        return float(min(max(4 * median(apart.tolist()), _REACH[0]), _REACH[1]))

    def metres(self, latitude: float, longitude: float) -> tuple[float, float]:
        """East and north of the sheet's middle; over the 180th meridian the short way."""
        off = (longitude - self.longitude + 180) % 360 - 180
        return off * self.shrink * METRES_A_DEGREE, (latitude - self.latitude) * METRES_A_DEGREE

    def degrees(self, east: float, north: float) -> tuple[float, float]:
        """Latitude and longitude, to about 10 m: more would only cost bytes."""
        longitude = self.longitude + east / self.shrink / METRES_A_DEGREE
        latitude = self.latitude + north / METRES_A_DEGREE
        return round(max(-90.0, min(90.0, latitude)), 4), round((longitude + 180) % 360 - 180, 4)


def _cells(plan: _Plan) -> list[Polygon]:
    """The spots that are nearer to a point than to any other, in the order of the points."""
    if len(plan.points) == 1:
        return [plan.points[0].buffer(2 * plan.reach)]
    around = shapely.buffer(shapely.envelope(shapely.multipoints(plan.points)), 2 * plan.reach)
    parted = shapely.voronoi_polygons(shapely.multipoints(plan.points), extend_to=around, ordered=True)
    return list(shapely.get_parts(parted))


def _aside(spot: tuple[float, float], number: int) -> tuple[float, float]:
    # Multiples of irrational numbers: always the same, and no two in line.
    return spot[0] + _ASIDE * (number * 0.7548776662 % 1), spot[1] + _ASIDE * (number * 0.5698402910 % 1)


def _land(plan: _Plan) -> Polygon:
    discs = shapely.union_all(shapely.buffer(plan.points, plan.reach, quad_segs=6))
    # Narrow gaps are closed, so that a park between two streets does not look like a lake.
    closed = discs.buffer(2 * plan.reach, quad_segs=6).buffer(-2 * plan.reach, quad_segs=6)
    return closed.union(discs).simplify(plan.reach / 10)


def _settled(plan: _Plan) -> list[str]:
    """The name of each point; one of a few that stray far from their own takes the name of those round it."""
    cells = _cells(plan)
    names = list(plan.names)
    kept = [False] * len(names)
    for name in set(names):
        mine = [number for number, one in enumerate(names) if one == name]
        parts = shapely.get_parts(shapely.union_all([cells[number] for number in mine]))
        held = shapely.STRtree(parts).query(plan.points[mine], predicate="within")
        by_part: dict[int, list[int]] = {}
        for point, part in zip(*held, strict=True):
            by_part.setdefault(int(part), []).append(mine[int(point)])
        largest = max((len(members) for members in by_part.values()), default=0)
        for members in by_part.values():
            for number in members:
                kept[number] = len(members) >= min(_LEAST_PART, largest)
    staying = [number for number, stays in enumerate(kept) if stays]
    if not staying:
        return names
    tree = shapely.STRtree(plan.points[staying])
    for number, stays in enumerate(kept):
        if not stays:
            names[number] = plan.names[staying[int(tree.nearest(plan.points[number]))]]
    return names


def _area(plan: _Plan, name: str, homes: int, shape: shapely.Geometry) -> Area:
    parts = [part for part in shapely.get_parts(shape) if isinstance(part, Polygon) and part.area > plan.reach**2 / 50]
    parts.sort(key=lambda part: -part.area)
    rings = [tuple(plan.degrees(*spot) for spot in part.exterior.coords[:-1]) for part in parts]
    if not parts:
        return Area(name, homes, (), 0.0, 0.0)
    middle = shapely.get_coordinates(shapely.maximum_inscribed_circle(parts[0], tolerance=plan.reach / 10))[0]
    return Area(name, homes, tuple(rings), *plan.degrees(*middle))


def _spread(area: Area) -> float:
    """How large an area is, for the order of drawing (square degrees)."""
    return float(sum(Polygon(ring).area for ring in area.shapes))


def touches(area: Area, box: Box) -> bool:
    """Whether any of an area may lie in a box: by its own box, which is enough to leave out what lies elsewhere."""
    points = [point for ring in area.shapes for point in ring] or [(area.latitude, area.longitude)]
    latitudes, longitudes = [point[0] for point in points], [point[1] for point in points]
    if max(latitudes) < box.south or min(latitudes) > box.north:
        return False
    if max(longitudes) - min(longitudes) > 180:  # over the 180th meridian: its own box would go round the earth
        return True
    return any(max(longitudes) >= west and min(longitudes) <= east for west, east in box.spans)
