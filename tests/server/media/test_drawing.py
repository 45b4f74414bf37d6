"""Drawings: always the same for one home, never the same for two, valid and full in every crop."""

from hashlib import sha256
from itertools import count
from xml.etree import ElementTree

import pytest
import pyvips  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from server.drawings.cover import cover_svg, room_svg
from server.drawings.dice import Dice
from server.drawings.kinds import CoverKind, RoomKind, describe
from server.drawings.palette import throw_palette
from server.drawings.shapes import CENTRE, HEIGHT

SHAPES = {"rect", "circle", "path", "line", "defs", "linearGradient", "stop", "svg"}
HOMES_IN_EDINBURGH = 12_189
IDS = ("15420", "4c1e2b1a-8d0f-4e57-9a61-0f6f0c6f3b52")

# Renewed together with COVER_VERSION, never without it: a difference here is another picture for every home.
GOLDEN = {
    ("15420", "flat"): "24449b14ea951aaa",
    ("15420", "room"): "368bdc656fbcd6e4",
    ("15420", "apartment"): "bd12cdc24474588c",
    ("15420", "house"): "5ce8818595069469",
    ("15420", "cottage"): "c0b2b1bc30a63faf",
    ("15420", "studio"): "c39474457ca1cd15",
    ("15420", "boat"): "11dbd4fadfb8a6a0",
    ("15420", "living_room"): "4eeaf7d1cf044d7c",
    ("15420", "bedroom"): "835391a0489666ad",
    ("15420", "kitchen"): "6e245faa3de9e327",
    ("15420", "bathroom"): "0590320395e7fab1",
    ("4c1e2b1a-8d0f-4e57-9a61-0f6f0c6f3b52", "flat"): "9f6f9dcfb3113ed5",
    ("4c1e2b1a-8d0f-4e57-9a61-0f6f0c6f3b52", "room"): "47aa039d866e9ebd",
    ("4c1e2b1a-8d0f-4e57-9a61-0f6f0c6f3b52", "apartment"): "ff9761ad5015d61d",
    ("4c1e2b1a-8d0f-4e57-9a61-0f6f0c6f3b52", "house"): "8e0d786b5dd02208",
    ("4c1e2b1a-8d0f-4e57-9a61-0f6f0c6f3b52", "cottage"): "986c3bc4a54b6f1d",
    ("4c1e2b1a-8d0f-4e57-9a61-0f6f0c6f3b52", "studio"): "cc8400b2174ae1f4",
    ("4c1e2b1a-8d0f-4e57-9a61-0f6f0c6f3b52", "boat"): "df9188e9d9e87896",
    ("4c1e2b1a-8d0f-4e57-9a61-0f6f0c6f3b52", "living_room"): "76b980ceadf63824",
    ("4c1e2b1a-8d0f-4e57-9a61-0f6f0c6f3b52", "bedroom"): "f2c86ea31f1250d7",
    ("4c1e2b1a-8d0f-4e57-9a61-0f6f0c6f3b52", "kitchen"): "6e0e28d430bd44d2",
    ("4c1e2b1a-8d0f-4e57-9a61-0f6f0c6f3b52", "bathroom"): "0331a9afd838a6f8",
}


def fingerprint(svg: str) -> str:
    return sha256(svg.encode()).hexdigest()[:16]


def id_with(kind: CoverKind, *, evening: bool) -> str:
    return next(str(n) for n in count() if throw_palette(Dice(f"{n}:{kind}")).evening is evening)


def drawn(home: str, kind: CoverKind | RoomKind, aspect: float = 4 / 3) -> str:
    return cover_svg(home, kind, aspect) if isinstance(kind, CoverKind) else room_svg(home, kind, aspect)


def assert_well_drawn(svg: str) -> None:
    root = ElementTree.fromstring(svg)
    elements = list(root.iter())
    assert {element.tag.partition("}")[2] for element in elements} <= SHAPES
    assert len(elements) > 60
    for element in elements:
        for name, value in element.attrib.items():
            assert "nan" not in value.lower(), (name, value)
            assert "inf" not in value.lower(), (name, value)
            assert "None" not in value, (name, value)
            if name in {"width", "height", "r", "rx"}:
                assert float(value) >= 0, ElementTree.tostring(element)


@pytest.mark.parametrize("home", IDS)
@pytest.mark.parametrize("kind", [*CoverKind, *RoomKind])
def test_the_same_home_has_the_picture_it_always_had(home: str, kind: CoverKind | RoomKind) -> None:
    assert fingerprint(drawn(home, kind)) == GOLDEN[home, kind.value]


@pytest.mark.parametrize("homes", [500, pytest.param(HOMES_IN_EDINBURGH, marks=pytest.mark.prove)])
def test_as_many_flats_as_there_are_have_as_many_different_pictures(homes: int) -> None:
    pictures = {sha256(cover_svg(str(n), CoverKind.FLAT).encode()).digest() for n in range(homes)}
    assert len(pictures) == homes


@pytest.mark.parametrize("homes", [120, pytest.param(500, marks=pytest.mark.prove)])
@pytest.mark.parametrize("kind", [kind for kind in CoverKind if kind is not CoverKind.FLAT])
def test_homes_of_every_other_kind_have_different_pictures(kind: CoverKind, homes: int) -> None:
    assert len({cover_svg(str(n), kind) for n in range(homes)}) == homes


@pytest.mark.parametrize("evening", [True, False], ids=["evening", "day"])
@pytest.mark.parametrize("kind", CoverKind)
def test_every_kind_draws_valid_shapes_by_day_and_in_the_evening(kind: CoverKind, evening: bool) -> None:
    assert_well_drawn(cover_svg(id_with(kind, evening=evening), kind))


@settings(max_examples=120, deadline=None)
@given(home=st.text(max_size=40), kind=st.sampled_from([*CoverKind, *RoomKind]), aspect=st.floats(0.5, 3))
def test_any_id_and_any_aspect_draw_valid_shapes(home: str, kind: CoverKind | RoomKind, aspect: float) -> None:
    svg = drawn(home, kind, aspect)
    assert_well_drawn(svg)
    assert svg == drawn(home, kind, aspect)


@pytest.mark.parametrize("aspect", [0.5, 0.75, 4 / 3, 1.85, 3])
@pytest.mark.parametrize("kind", [*CoverKind, *RoomKind])
def test_no_crop_has_a_bare_pixel(kind: CoverKind | RoomKind, aspect: float) -> None:
    for home in map(str, range(4)):
        image = pyvips.Image.svgload_buffer(drawn(home, kind, aspect).encode())
        assert (image.width, image.height) == (round(300 * aspect), 300)
        assert image.bands == 4
        assert image[3].min() == 255


def test_a_crop_is_the_same_picture_cut_round_the_middle() -> None:
    wide, narrow = (ElementTree.fromstring(cover_svg("1", CoverKind.FLAT, aspect)) for aspect in (3.0, 0.5))
    assert [ElementTree.tostring(shape) for shape in wide] == [ElementTree.tostring(shape) for shape in narrow]
    for root in (wide, narrow):
        left, top, width, height = map(float, root.attrib["viewBox"].split())
        assert left + width / 2 == CENTRE
        assert (top, height) == (0, HEIGHT)


@pytest.mark.parametrize("aspect", [0.49, 3.01, -1, 0, float("nan"), float("inf")])
def test_a_crop_beyond_what_is_painted_is_refused(aspect: float) -> None:
    with pytest.raises(ValueError, match=r"0\.5 to 3"):
        cover_svg("1", CoverKind.FLAT, aspect)


def test_only_the_cover_of_a_room_has_a_window_framed_in_the_accent() -> None:
    frame = 'fill="#C2410C" rx="4"'
    for home in map(str, range(200)):
        assert cover_svg(home, CoverKind.ROOM).count(frame) == 1
        assert frame not in cover_svg(home, CoverKind.FLAT)


def test_the_rooms_of_one_home_share_their_walls() -> None:
    for home in map(str, range(20)):
        walls = {ElementTree.fromstring(room_svg(home, room))[0].attrib["fill"] for room in RoomKind}
        assert len(walls) == 1


def test_dice_follow_the_written_recipe() -> None:
    block = sha256(b"key" + (0).to_bytes(4, "big")).digest() + sha256(b"key" + (1).to_bytes(4, "big")).digest()
    dice = Dice("key")
    throws = [dice.below(1000) for _ in range(32)]
    assert throws == [(block[i] * 256 + block[i + 1]) % 1000 for i in range(0, 64, 2)]


@settings(max_examples=50)
@given(st.text(), st.integers(-500, 500), st.integers(0, 500))
def test_dice_stay_within_their_bounds(key: str, low: int, width: int) -> None:
    dice = Dice(key)
    assert all(low <= dice.between(low, low + width) <= low + width for _ in range(20))
    assert not any(dice.chance(0) for _ in range(20))
    assert all(dice.chance(100) for _ in range(20))


def test_a_drawing_is_named_as_what_it_is() -> None:
    assert describe(CoverKind.FLAT) == "Drawing of a flat, no photo yet"
    assert describe(RoomKind.LIVING_ROOM) == "Drawing of a living room, no photo yet"
    labels = {describe(kind) for kind in [*CoverKind, *RoomKind]}
    assert len(labels) == len(CoverKind) + len(RoomKind)
