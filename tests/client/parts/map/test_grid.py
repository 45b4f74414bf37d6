"""The grid under a map: all that is seen lies on it, it stays while nothing else is seen, and it does not jump."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from client.parts.map.grid import SPACING_PIXELS, Grid
from client.parts.map.sheet import Camera, Size
from shared_models.search_map import pixels

cameras = st.builds(Camera, st.floats(-80, 80), st.floats(-179, 179), st.floats(1, 18))
sizes = st.builds(Size, st.floats(100, 1600), st.floats(100, 1200))


@given(cameras, sizes)
def test_all_that_is_seen_of_the_earth_lies_between_its_lines(camera: Camera, size: Size) -> None:
    lines = [pixels(*spot, camera.zoom) for way in Grid.under(camera, size).ways() for spot in way]
    middle, world, slack = pixels(camera.latitude, camera.longitude, camera.zoom), 256 * 2**camera.zoom, 0.01
    for axis, length in enumerate((size.width, size.height)):
        found = [line[axis] for line in lines]
        assert min(found) <= max(middle[axis] - length / 2, 0) + slack
        assert max(found) >= min(middle[axis] + length / 2, world) - slack


@given(cameras, sizes)
def test_each_way_goes_along_every_line_once(camera: Camera, size: Size) -> None:
    grid = Grid.under(camera, size)
    down, along = grid.ways()
    assert len(down) == 2 * (grid.east - grid.west + 1)
    assert len(along) == 2 * (grid.south - grid.north + 1)
    # Of two corners that follow each other, one number stays: no line goes askew.
    assert all(round(a[0], 9) == round(b[0], 9) or round(a[1], 9) == round(b[1], 9) for a, b in pairwise(down))


def test_it_stays_while_one_moves_a_little_and_is_another_at_the_next_zoom() -> None:
    size, camera = Size(800, 600), Camera(55.95, -3.19, 13.0)
    grid = Grid.under(camera, size)
    assert Grid.under(Camera(55.955, -3.2, 13.9), size, grid) is grid
    assert Grid.under(Camera(55.95, -3.19, 14.0), size, grid).zoom == 14
    far = Grid.under(Camera(56.5, -3.19, 13.0), size, grid)
    assert far != grid
    # Its lines are parts of the same net wherever one is.
    assert all(round(pixels(*spot, 13)[0], 3) % SPACING_PIXELS == 0 for spot in far.ways()[0])
