"""Where things lie on a map, without one."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageFont

from client.parts.map.query import read_box, rounded, write_box
from client.parts.map.sheet import (
    Box,
    Camera,
    Size,
    around,
    beside,
    beyond,
    camera_on,
    corner_of,
    name_width,
    names_with_room,
    others,
    scale_of,
    seen,
    short_name,
    with_room,
)
from server.core.ids import new_id
from shared_models.money import Currency, Money
from shared_models.properties import LetType, PropertyType
from shared_models.search import PlaceKind, SearchHit
from shared_models.search_map import MapArea, MapCell, View, cell_of, pixels, shown

FONTS = Path(__file__).parents[4] / "assets" / "fonts"
EDINBURGH = (55.953, -3.188)
latitudes, longitudes = st.floats(-84, 84), st.floats(-179.9, 179.9)
spots = st.tuples(st.floats(55.9, 56.0).map(shown), st.floats(-3.3, -3.1).map(shown))


def a_hit(latitude: float, longitude: float) -> SearchHit:
    return SearchHit(
        id=new_id(),
        slug="a-home",
        title="A home",
        type=PropertyType.FLAT,
        let_type=LetType.NIGHTLY,
        city="Edinburgh",
        neighbourhood=None,
        latitude=latitude,
        longitude=longitude,
        sleeps=2,
        bedrooms=1,
        beds=1,
        price=Money(amount_minor=8000, currency=Currency.GBP),
    )


def an_area(name: str, homes: int, latitude: float, longitude: float) -> MapArea:
    return MapArea(
        kind=PlaceKind.NEIGHBOURHOOD,
        name=name,
        city="Edinburgh",
        homes=homes,
        latitude=latitude,
        longitude=longitude,
    )


@given(
    st.lists(spots, max_size=40),
    st.data(),
    st.integers(8, 18),
)
def test_pins_of_the_list_and_the_cells_left_add_up_to_every_home(
    homes: list[tuple[float, float]], data: st.DataObject, zoom: int
) -> None:
    listed = data.draw(st.lists(st.sampled_from(homes), unique=True)) if homes else []
    listed = [spot for spot in listed if homes.count(spot) == 1]
    by_cell: dict[tuple[int, int], list[tuple[float, float]]] = {}
    for home in homes:
        by_cell.setdefault(cell_of(*home, zoom), []).append(home)
    cells = [
        MapCell(
            x=x,
            y=y,
            homes=len(inside),
            latitude=sum(spot[0] for spot in inside) / len(inside),
            longitude=sum(spot[1] for spot in inside) / len(inside),
            home=a_hit(*inside[0]) if len(inside) == 1 else None,
        )
        for (x, y), inside in by_cell.items()
    ]
    left = others(cells, listed, zoom)
    assert sum(cell.homes for cell in left) + len(listed) == len(homes)
    for cell in left:
        rest = [home for home in by_cell[cell.x, cell.y] if home not in listed]
        assert len(rest) == cell.homes
        middle = (sum(home[0] for home in rest) / len(rest), sum(home[1] for home in rest) / len(rest))
        assert (cell.latitude, cell.longitude) == pytest.approx(middle, abs=1e-9)
        whole = len(by_cell[cell.x, cell.y]) == cell.homes
        assert (cell.home is not None) == (whole and cell.homes == 1), "of several nobody knows which one is left"


@given(latitudes, longitudes, st.floats(0, 18), st.floats(100, 3000), st.floats(100, 3000), st.floats(0, 1))
def test_what_a_camera_sees_is_a_view_the_server_answers_for(
    latitude: float, longitude: float, zoom: float, width: float, height: float, margin: float
) -> None:
    camera = Camera(latitude, longitude, zoom)
    box = seen(camera, Size(width, height), margin=margin)
    View(south=box.south, west=box.west, north=box.north, east=box.east, zoom=camera.step)
    assert box.south <= latitude <= box.north
    assert box.west <= longitude <= box.east if box.west <= box.east else longitude >= box.west or longitude <= box.east


@given(latitudes, longitudes, st.floats(4, 14.9), st.floats(200, 2000), st.floats(200, 1200))
def test_a_camera_on_what_it_sees_is_the_same_camera(
    latitude: float, longitude: float, zoom: float, width: float, height: float
) -> None:
    size = Size(width, height)
    again = camera_on(seen(Camera(latitude, longitude, zoom), size), size)
    # At the edges of the square less is seen than the window is high.
    if 300 < pixels(latitude, longitude, zoom)[1] < 256 * 2**zoom - 1300:
        assert again.zoom == pytest.approx(zoom, abs=1e-4)
        assert (again.latitude, again.longitude) == pytest.approx((latitude, longitude), abs=1e-3)


@given(st.floats(-90, 90), st.floats(0, 18))
def test_a_scale_is_a_round_length_that_fits_its_place(latitude: float, zoom: float) -> None:
    scale = scale_of(latitude, zoom)
    assert str(scale.metres).rstrip("0") in ("1", "2", "5")
    assert 0 < scale.width <= 110
    assert scale.width > 20 or scale.metres == 1


def test_names_of_most_homes_come_first_and_none_touches_a_pin_or_another() -> None:
    here = an_area("Old Town, Princes Street and Leith Street", 875, *EDINBURGH)
    same_spot = an_area("Canongate", 370, *EDINBURGH)
    third = an_area("Third", 200, *EDINBURGH)
    crowded = an_area("Crowded out", 5, *EDINBURGH)
    nameless = an_area("", 999, 55.97, -3.17)
    names = names_with_room([crowded, nameless, third, same_spot, here], 13, [])
    assert [name.words for name in names] == ["Old Town", "Canongate", "Third"]
    assert (names[0].latitude, names[0].longitude) == pytest.approx(EDINBURGH)
    pin = around(*EDINBURGH, 13, 400, 200)
    assert names_with_room([here], 13, [pin]) == []
    assert short_name("Leith (Hermitage and Prospect Bank)") == "Leith"


def test_a_pin_that_would_cover_one_before_it_is_small_and_a_group_moves_aside() -> None:
    near, far = (55.9531, -3.188), (55.97, -3.188)
    assert with_room([EDINBURGH, near, far], 13, 60, 32) == [True, False, True]
    assert with_room([EDINBURGH, near], 18, 60, 32) == [True, True], "from nearer there is room for both"
    group = MapCell(x=0, y=0, homes=5008, latitude=EDINBURGH[0], longitude=EDINBURGH[1])
    (moved,) = beside([group], 13, [around(*EDINBURGH, 13, 60, 32)])
    apart = pixels(moved.latitude, moved.longitude, 13)[1] - pixels(*EDINBURGH, 13)[1]
    assert apart == pytest.approx(34, abs=0.1)
    assert beside([group], 13, []) == [
        group.model_copy(update={"latitude": pytest.approx(EDINBURGH[0]), "longitude": pytest.approx(EDINBURGH[1])})
    ]


@given(st.floats(-90, 89), st.floats(0.001, 1), st.floats(-180, 180), st.floats(0.001, 10))
def test_a_box_comes_back_from_its_address(south: float, up: float, west: float, across: float) -> None:
    box = rounded(Box(south, west, south + up, (west + across + 180) % 360 - 180))
    query = {name: str(value) for name, value in write_box(box).items()}
    assert read_box(query) == box


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"south": "1", "west": "2", "north": "3"},
        {"south": "1", "west": "2", "north": "1", "east": "3"},
        {"south": "1", "west": "2", "north": "91", "east": "3"},
        {"south": "nan", "west": "2", "north": "3", "east": "3"},
        {"south": "1", "west": "inf", "north": "3", "east": "3"},
        {"south": "a", "west": "2", "north": "3", "east": "3"},
    ],
)
def test_a_box_that_makes_no_sense_is_none(query: dict[str, str]) -> None:
    assert read_box(query) is None


def test_a_name_that_the_edge_of_the_map_would_cut_is_left_out() -> None:
    inside, at_the_edge = an_area("Old Town", 9, *EDINBURGH), an_area("Leith", 5, EDINBURGH[0], EDINBURGH[1] + 0.034)
    edges = beyond(Camera(*EDINBURGH, 13), Size(400, 400))
    assert [name.words for name in names_with_room([inside, at_the_edge], 13, [])] == ["Old Town", "Leith"]
    assert [name.words for name in names_with_room([inside, at_the_edge], 13, edges)] == ["Old Town"]


def test_no_name_lies_under_what_stands_in_the_corner_of_the_map() -> None:
    low = an_area("Portobello", 5, EDINBURGH[0] - 0.008, EDINBURGH[1] + 0.02)
    camera, size = Camera(*EDINBURGH, 13), Size(400, 200)
    assert len(names_with_room([low], 13, beyond(camera, size))) == 1
    assert names_with_room([low], 13, [*beyond(camera, size), corner_of(camera, size, Size(140, 90))]) == []


@pytest.mark.parametrize(
    "name", ["Marchmont", "Old Town", "WESTMINSTER", "Mühlenwegsiedlung", "Hammersmith & Fulham", "Mmmm", "Œuvre %"]
)
def test_a_name_on_the_map_has_the_width_that_its_letters_take(name: str) -> None:
    font = ImageFont.truetype(str(FONTS / "Inter-600.ttf"), 12)
    assert name_width(name) >= font.getlength(name)


def test_letters_that_are_squares_take_more_room_than_others() -> None:
    assert name_width("爱丁堡") >= 3 * 12
