"""Areas as texts of an address."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared_models.areas import MAX_AREA, read_area, unrolled, write_area

LEITH = ((55.97, -3.18), (55.98, -3.16), (55.965, -3.15))
CORNERS = st.lists(
    st.tuples(st.integers(-9_000_000, 9_000_000), st.integers(-18_000_000, 18_000_000)), min_size=3, max_size=60
)


@given(CORNERS)
def test_an_area_comes_back_from_its_text_to_five_decimals(corners: list[tuple[int, int]]) -> None:
    degrees = tuple((north / 100_000, east / 100_000) for north, east in corners)
    text = write_area(degrees)
    assert read_area(text) == degrees
    assert len(text) <= MAX_AREA
    assert text.replace("-", "").replace("_", "").isalnum()


def test_a_drawn_area_takes_few_letters() -> None:
    assert write_area(LEITH) == "w0z1K_itTw-Bg9D39Cw-B"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A",
        "AAAA",
        "!!!!!!",
        "é" * 6,
        write_area(LEITH)[:-1] + "g",
        write_area(LEITH * 21),
        "_" * 600,
        "______A" * 6,
    ],
)
def test_what_is_no_area_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"area|corner"):
        read_area(text)


def test_a_corner_off_the_earth_is_refused() -> None:
    with pytest.raises(ValueError, match="off the earth"):
        read_area(write_area(((90.00001, 0), (0, 0), (0, 1))))


def test_sides_go_the_short_way_round() -> None:
    assert unrolled(((0, 179), (1, -179), (0, -178))) == ((0, 179), (1, 181), (0, 182))
    assert unrolled(((0, -179), (1, 179), (0, 178))) == ((0, -179), (1, -181), (0, -182))


@given(CORNERS)
def test_no_side_is_longer_than_half_the_earth(corners: list[tuple[int, int]]) -> None:
    rolled = unrolled(tuple((north / 100_000, east / 100_000) for north, east in corners))
    for (_, one), (_, other) in pairwise(rolled):
        assert abs(one - other) <= 180.00001
    for (_, was), (_, now) in zip([(n / 1e5, e / 1e5) for n, e in corners], rolled, strict=True):
        assert math.isclose(math.remainder(was - now, 360), 0, abs_tol=1e-4)
