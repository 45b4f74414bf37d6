"""Drawing a city from its homes, without a database."""

import math
from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, Polygon

from server.search.map import rules
from server.search.map.rules import Area, Standing
from shared_models.search_map import WIDEST_VIEW_PIXELS, degrees, pixels, shown

MIDDLES = ((55.95, -3.19), (-18.1248, 179.9990), (0.0, 0.0), (69.65, 18.95), (-89.5, 0.0))


def eastwards(longitude: float) -> float:
    """Longitudes that do not jump near the places of this test."""
    return longitude % 360 if abs(longitude) > 90 else longitude


def polygons(area: Area) -> list[Polygon]:
    """The shapes on a sheet that knows no 180th meridian."""
    return [Polygon([(eastwards(east), north) for north, east in ring]) for ring in area.shapes]


def holds(area: Area, home: Standing, slack: float = 0.0) -> bool:
    """Whether a home stands in an area, or within `slack` degrees of it."""
    spot = Point(eastwards(shown(home.longitude)), shown(home.latitude))
    return any(shape.distance(spot) <= slack for shape in polygons(area))


@given(
    random=st.randoms(use_true_random=False),
    number=st.integers(1, 60),
    middle=st.sampled_from(MIDDLES[:-1]),
    spread=st.sampled_from((0.0, 0.002, 0.05, 0.4)),
)
@settings(max_examples=60, deadline=None)
def test_whatever_the_homes_the_land_holds_them_all(
    random: Random, number: int, middle: tuple[float, float], spread: float
) -> None:
    homes = [
        Standing(
            random.choice((None, "A", "B", "C", "D")),
            middle[0] + random.uniform(-spread, spread),
            (middle[1] + random.uniform(-spread, spread) + 180) % 360 - 180,
        )
        for _ in range(number)
    ]
    drawing = rules.draw(homes)
    assert all(holds(drawing.land, home, 1e-3) for home in homes)
    counts = Counter(home.neighbourhood or "" for home in homes)
    assert drawing.land.homes == number
    for area in drawing.areas:
        assert area.homes == counts[area.name]
        assert all(-90 <= north <= 90 and -180 <= east <= 180 for ring in area.shapes for north, east in ring)
    assert len({area.name for area in drawing.areas}) == len(drawing.areas) >= 1


@given(random=st.randoms(use_true_random=False), middle=st.sampled_from(MIDDLES[2:4]), places=st.integers(2, 6))
@settings(max_examples=40, deadline=None)
def test_neighbourhoods_that_lie_apart_hold_their_own_homes_and_no_others(
    random: Random, middle: tuple[float, float], places: int
) -> None:
    shrink = math.cos(math.radians(middle[0]))
    homes = [
        Standing(
            f"Quarter {place}",
            middle[0] + random.uniform(-0.004, 0.004),
            middle[1] + (place * 0.02 + random.uniform(-0.004, 0.004)) / shrink,
        )
        for place in range(places)
        for _ in range(random.randrange(4, 25))
    ]
    drawing = rules.draw(homes)
    assert len(drawing.areas) == places
    for area in drawing.areas:
        for home in homes:
            own = home.neighbourhood == area.name
            assert holds(area, home, 1e-3) if own else not holds(area, home), (area.name, home)
        label = Standing(None, area.latitude, area.longitude)
        assert holds(area, label, 1e-3), "the name stands in its area"


def test_a_home_that_strayed_takes_no_land_from_those_round_it() -> None:
    random = Random(4)
    leith = [Standing("Leith", 55.97 + random.uniform(0, 0.01), -3.18 + random.uniform(0, 0.02)) for _ in range(60)]
    dalry = [Standing("Dalry", 55.94 + random.uniform(0, 0.01), -3.22 + random.uniform(0, 0.02)) for _ in range(60)]
    drawing = rules.draw([*leith, *dalry, Standing("Dalry", 55.975, -3.17)])
    areas = {area.name: area for area in drawing.areas}
    assert areas["Dalry"].homes == 61
    assert not holds(areas["Dalry"], Standing(None, 55.975, -3.17))
    assert holds(areas["Leith"], Standing(None, 55.975, -3.17))


@given(
    st.floats(-90, 90),
    st.floats(-180, 180),
    st.floats(0, 1),
    st.floats(0, 1),
    st.integers(1, 4096),
    st.integers(1, 4096),
)
def test_a_view_of_all_is_a_view_that_may_be_asked_for(
    south: float, west: float, up: float, across: float, width: int, height: int
) -> None:
    north, east = south + (90 - south) * up, west + (180 - west) * across
    view = rules.view_of_all(south, west, north, east, width, height)
    assert view.west <= west <= east <= view.east
    assert view.south <= south <= north <= view.north
    left, _ = pixels(0, view.west, view.zoom)
    right, _ = pixels(0, view.east, view.zoom)
    assert right - left <= WIDEST_VIEW_PIXELS + 1


@given(st.floats(-85, 85), st.floats(-180, 180), st.floats(0, 18))
def test_pixels_and_degrees_are_each_other_the_other_way_round(latitude: float, longitude: float, zoom: float) -> None:
    assert degrees(*pixels(latitude, longitude, zoom), zoom) == pytest.approx((latitude, longitude), abs=1e-7)
