"""What a hand draws on the map, press by press."""

import pytest

from client.features.search.criteria import Criteria
from client.features.search.map_state import MapState
from client.features.search.sketch import Kind, Sketch
from client.parts.map.sheet import Box, Circle, Size, box_of, box_round, camera_on, seen
from shared_models.areas import MAX_CORNERS, read_area

ZOOM = 13.0
CORNERS = ((55.97, -3.19), (55.98, -3.15), (55.95, -3.16))


def drawn(corners: tuple[tuple[float, float], ...] = CORNERS) -> Sketch:
    """A sketch of an area with these corners pressed."""
    sketch = Sketch()
    sketch.begin(Kind.AREA)
    assert not any(sketch.press(*corner, ZOOM) for corner in corners)
    return sketch


def test_three_corners_and_the_first_again_are_an_area() -> None:
    sketch = drawn()
    assert sketch.corners == CORNERS
    assert sketch.press(55.9701, -3.1901, ZOOM), "near enough for a finger"
    assert sketch.corners == CORNERS, "the press that closes is no corner"
    criteria = sketch.on(Criteria(text="Flat", box=Box(55, -4, 56, -3), circle=Circle(55.9, -3.2, 2)))
    assert (criteria.text, read_area(criteria.area or ""), criteria.box, criteria.circle) == (
        "Flat",
        CORNERS,
        None,
        None,
    )


def test_two_corners_close_nothing_and_the_first_again_is_a_third() -> None:
    sketch = drawn(CORNERS[:2])
    assert not sketch.ready
    assert not sketch.press(*CORNERS[0], ZOOM)
    assert len(sketch.corners) == 3


def test_a_press_beside_the_first_corner_closes_only_as_far_as_a_finger_reaches_on_the_screen() -> None:
    beside = (CORNERS[0][0] - 0.002, CORNERS[0][1])  # 21 pixels at this zoom, 83 two zooms nearer
    assert drawn().press(*beside, ZOOM)
    assert not drawn().press(*beside, ZOOM + 2)


def test_a_double_press_is_one_corner() -> None:
    sketch = drawn()
    sketch.press(*CORNERS[-1], ZOOM)
    assert sketch.corners == CORNERS


def test_corners_are_taken_back_one_by_one_or_all() -> None:
    sketch = drawn()
    sketch.undo()
    assert sketch.corners == CORNERS[:2]
    sketch.clear()
    assert (sketch.corners, sketch.kind) == ((), Kind.AREA), "one goes on drawing"
    sketch.undo()
    sketch.stop()
    assert sketch.kind is None


def test_an_area_takes_no_more_corners_than_its_text_can_hold() -> None:
    sketch = drawn(tuple((55 + number / 100, -3.0) for number in range(MAX_CORNERS)))
    assert sketch.full
    sketch.press(50, -3, ZOOM)
    assert len(sketch.corners) == MAX_CORNERS
    assert len(read_area(sketch.on(Criteria()).area or "")) == MAX_CORNERS


def test_beyond_the_180th_meridian_a_corner_is_where_it_is_on_earth() -> None:
    sketch = drawn(((-18.1, 179.9), (-18.2, 180.1), (-18.3, 179.95)))
    assert sketch.corners[1] == (-18.2, -179.9)
    box = box_of(sketch.corners)
    assert (box.west, box.east) == pytest.approx((179.9, -179.9))


def test_of_a_circle_the_last_press_is_the_middle() -> None:
    sketch = Sketch()
    sketch.begin(Kind.CIRCLE)
    assert not sketch.ready
    sketch.press(55.9, -3.2, ZOOM)
    sketch.press(55.95337, -3.18829, ZOOM)
    sketch.kilometres = 5
    assert sketch.on(Criteria()).circle == Circle(55.9534, -3.1883, 5)
    again = Sketch()
    again.begin(Kind.CIRCLE, sketch.circle)
    assert again.circle == sketch.circle, "it goes on from the one that is searched"


@pytest.mark.parametrize("circle", [Circle(55.95, -3.19, 2), Circle(-18.1, 179.99, 5), Circle(89.9, 0, 10)])
def test_the_box_of_a_circle_holds_it_and_the_map_shows_it_with_room(circle: Circle) -> None:
    box = box_round(circle)
    assert box.south < circle.latitude < box.north
    shown = seen(camera_on(box, Size(600, 600), room=0.1), Size(600, 600))
    assert shown.south < box.south
    assert shown.north > min(box.north, 85)


def test_a_moment_without_room_is_no_size() -> None:
    mapping = MapState(None)  # type: ignore[arg-type]
    mapping.fit(Size(600, 700))
    assert not mapping.fit(Size(0, 0))
    assert mapping.size == Size(600, 700)
