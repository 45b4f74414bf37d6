"""Where things lie on the screen: what a camera sees, how long a scale is, which names have room. No controls."""

import dataclasses
import math
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from shared_models.areas import Corner, unrolled
from shared_models.search_map import (
    HIGHEST_LATITUDE,
    TILE_PIXELS,
    WIDEST_VIEW_PIXELS,
    MapArea,
    MapCell,
    cell_of,
    degrees,
    pixels,
)

KILOMETRES_A_DEGREE: Final = 111.195
"""From north to south, on a sphere."""
EQUATOR_METRES: Final = 40_075_016.7
"""Round the earth (WGS 84), which is the width of the whole map."""
MAX_SCALE_PIXELS: Final = 110
MAX_NAMES: Final = 40
NAME_HEIGHT: Final = 20.0
NAME_LETTER: Final = 7.6
"""About what a letter of a name takes in width: names are placed before they are drawn."""
NAME_CAPITAL: Final = 9.0
NAME_WIDE: Final = 11.5
"""The same, of the widest Latin ones."""
NAME_SQUARE: Final = 13.0
"""The same, of a Chinese, Japanese or Korean one."""
_NICE: Final = (1, 2, 5)


@dataclasses.dataclass(frozen=True)
class Camera:
    """What the middle of the map shows, and how near."""

    latitude: float
    longitude: float
    zoom: float

    @property
    def step(self) -> int:
        """The whole zoom: what the server's grid is asked for."""
        return math.floor(self.zoom)


@dataclasses.dataclass(frozen=True)
class Size:
    """Of the map on the screen, in pixels."""

    width: float
    height: float


@dataclasses.dataclass(frozen=True)
class Box:
    """A stretch of the map in degrees. With `west` above `east` it reaches over the 180th meridian."""

    south: float
    west: float
    north: float
    east: float


@dataclasses.dataclass(frozen=True)
class Circle:
    """All that lies within so many kilometres of a point."""

    latitude: float
    longitude: float
    kilometres: float
    name: str = ""
    """Of what stands in the middle; empty for a point of the map."""


def box_of(spots: Sequence[Corner]) -> Box:
    """The box round some points, at least one of them; sides go the short way round, over the 180th meridian too."""
    rolled = unrolled(spots)
    norths, easts = ([spot[axis] for spot in rolled] for axis in (0, 1))
    return Box(min(norths), turned(min(easts)), max(norths), turned(max(easts)))


def box_round(circle: Circle) -> Box:
    """The box round a circle."""
    up = circle.kilometres / KILOMETRES_A_DEGREE
    aside = min(up / max(math.cos(math.radians(circle.latitude)), 0.01), 179.0)
    west, east = turned(circle.longitude - aside), turned(circle.longitude + aside)
    return Box(max(circle.latitude - up, -90.0), west, min(circle.latitude + up, 90.0), east)


def apart(one: Corner, other: Corner, zoom: float) -> float:
    """How many pixels two points are from each other on a map of this zoom."""
    return math.dist(pixels(*one, zoom), pixels(*other, zoom))


def seen(camera: Camera, size: Size, *, margin: float = 0.0) -> Box:
    """What a camera shows, and `margin` times the width and height more on each side."""
    x, y = pixels(camera.latitude, camera.longitude, camera.zoom)
    side = TILE_PIXELS * 2**camera.zoom
    # What the server answers for is bounded at the whole zoom below this one, which is up to half as wide.
    most = WIDEST_VIEW_PIXELS * 2 ** (camera.zoom - camera.step)
    across, down = (min(length * (0.5 + margin), most / 2) for length in (size.width, size.height))
    north, _ = degrees(x, max(y - down, 0), camera.zoom)
    south, _ = degrees(x, min(y + down, side), camera.zoom)
    if 2 * across >= side:
        return Box(south, -180.0, north, 180.0)
    west, east = ((x + off) / side * 360 - 180 for off in (-across, across))
    return Box(max(south, -90.0), turned(west), min(north, 90.0), turned(east))


def turned(longitude: float) -> float:
    """The same longitude from -180 up to 180 degrees."""
    return (longitude + 180) % 360 - 180


def camera_on(box: Box, size: Size, *, nearest: float = 15.0, room: float = 0.0) -> Camera:
    """The camera that shows a box as near as it fits, with `room` times the width and height left round it."""
    left, top = pixels(box.north, box.west, 0)
    right, bottom = pixels(box.south, box.east, 0)
    if box.west > box.east:
        right += TILE_PIXELS
    spans = ((right - left, size.width), (bottom - top, size.height))
    zoom = min([nearest, *(math.log2(side * (1 - 2 * room) / span) for span, side in spans if span > 0)])
    latitude, longitude = degrees((left + right) / 2, (top + bottom) / 2, 0)
    held = max(-HIGHEST_LATITUDE, min(HIGHEST_LATITUDE, latitude))
    return Camera(held, turned(longitude), max(zoom, 0.0))


@dataclasses.dataclass(frozen=True)
class Scale:
    """A length on the ground that is round, and how long it is drawn."""

    metres: int
    width: float


def scale_of(latitude: float, zoom: float) -> Scale:
    """The longest round length that fits the scale's place."""
    shrunk = math.cos(math.radians(max(-HIGHEST_LATITUDE, min(HIGHEST_LATITUDE, latitude))))
    metres_a_pixel = EQUATOR_METRES * shrunk / (TILE_PIXELS * 2**zoom)
    most = MAX_SCALE_PIXELS * metres_a_pixel
    power = 10 ** math.floor(math.log10(most)) if most >= 1 else 1
    metres = max((factor * power for factor in _NICE if factor * power <= most), default=1)
    return Scale(metres, metres / metres_a_pixel)


def others(cells: Iterable[MapCell], listed: Sequence[Corner], zoom: int) -> list[MapCell]:
    """The cells without the homes that have a pin of their own (`listed`), whose cells are found as the server's are.

    Of a cell that keeps one home of several nobody knows which it is: it tells no home then.
    """
    here: dict[tuple[int, int], list[Corner]] = {}
    for spot in listed:
        here.setdefault(cell_of(*spot, zoom), []).append(spot)
    left = []
    for cell in cells:
        gone = here.get((cell.x, cell.y), [])
        rest = cell.homes - len(gone)
        if not gone:
            left.append(cell)
        elif rest > 0:
            latitude = (cell.latitude * cell.homes - sum(spot[0] for spot in gone)) / rest
            longitude = (cell.longitude * cell.homes - sum(spot[1] for spot in gone)) / rest
            moved = {"homes": rest, "latitude": latitude, "longitude": longitude, "home": None}
            left.append(cell.model_copy(update=moved))
    return left


@dataclasses.dataclass(frozen=True)
class Name:
    """A name that has found room on the map."""

    words: str
    latitude: float
    longitude: float
    width: float


Rect = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels of a whole zoom."""


_NAME_STEPS: Final = ((0.0, 0.0), (0.0, 28.0), (0.0, -28.0))
_GROUP_STEPS: Final = (
    *((0.0, 0.0), (0.0, 34.0), (0.0, -34.0), (50.0, 0.0), (-50.0, 0.0)),
    *((46.0, 34.0), (-46.0, 34.0), (46.0, -34.0), (-46.0, -34.0), (0.0, 66.0), (0.0, -66.0)),
)
"""Where a thing may stand beside its point, in pixels to the right and down, the best place first."""


def names_with_room(areas: Sequence[MapArea], zoom: float, taken: Sequence[Rect]) -> list[Name]:
    """The names that touch nothing that is `taken` and none before them, those of most homes first."""
    rects = list(taken)
    found: list[Name] = []
    for area in sorted(areas, key=lambda area: -area.homes):
        words = short_name(area.name)
        if not words or len(found) == MAX_NAMES:
            continue
        width = name_width(words)
        rect = _free((area.latitude, area.longitude), zoom, (width, NAME_HEIGHT), _NAME_STEPS, rects)
        if rect is not None:
            rects.append(rect)
            found.append(Name(words, *_middle(rect, zoom), width))
    return found


def beyond(camera: Camera, size: Size) -> list[Rect]:
    """The four sides round what a camera shows: what touches one of them would be cut."""
    x, y = pixels(camera.latitude, camera.longitude, camera.zoom)
    far = TILE_PIXELS * 2**camera.zoom
    left, right, top, bottom = x - size.width / 2, x + size.width / 2, y - size.height / 2, y + size.height / 2
    return [
        (x - far, y - far, left, y + far),
        (right, y - far, x + far, y + far),
        (x - far, y - far, x + far, top),
        (x - far, bottom, x + far, y + far),
    ]


def corner_of(camera: Camera, size: Size, taken: Size) -> Rect:
    """The place that something of a size takes in the lower right corner of what a camera shows."""
    x, y = pixels(camera.latitude, camera.longitude, camera.zoom)
    right, bottom = x + size.width / 2, y + size.height / 2
    return right - taken.width, bottom - taken.height, right, bottom


def beside(cells: Sequence[MapCell], zoom: float, taken: Sequence[Rect]) -> list[MapCell]:
    """Groups moved a little where they would lie under what is `taken`; those that find no room stay."""
    rects, moved = list(taken), []
    for cell in cells:
        size = (group_width(cell.homes) + 4, GROUP_HEIGHT + 4)
        spot = (cell.latitude, cell.longitude)
        rect = _free(spot, zoom, size, _GROUP_STEPS, rects) if cell.homes > 1 else None
        if rect is None:
            moved.append(cell)
            continue
        rects.append(rect)
        latitude, longitude = _middle(rect, zoom)
        moved.append(cell.model_copy(update={"latitude": latitude, "longitude": longitude}))
    return moved


GROUP_HEIGHT: Final = 32.0


def group_width(homes: int) -> float:
    """How wide the mark of a group is: a circle for few homes, a pill for many."""
    return max(GROUP_HEIGHT, 16 + 8.5 * len(f"{homes:,}"))


def _free(
    spot: Corner, zoom: float, size: tuple[float, float], steps: Iterable[tuple[float, float]], rects: Sequence["Rect"]
) -> "Rect | None":
    """The first place beside a point that touches none of `rects`."""
    x, y = pixels(*spot, zoom)
    for right, down in steps:
        rect = _rect(x + right, y + down, *size)
        if not any(_touch(rect, other) for other in rects):
            return rect
    return None


def _middle(rect: "Rect", zoom: float) -> Corner:
    return degrees((rect[0] + rect[2]) / 2, (rect[1] + rect[3]) / 2, zoom)


def with_room(spots: Sequence[Corner], zoom: float, width: float, height: float) -> list[bool]:
    """Of pins of a size, which have room beside those before them; the others are to be smaller."""
    rects: list[Rect] = []
    free = []
    for spot in spots:
        rect = around(*spot, zoom, width, height)
        free.append(not any(_touch(rect, other) for other in rects))
        if free[-1]:
            rects.append(rect)
    return free


def name_width(words: str) -> float:
    """The width of the place of a name."""
    return sum(map(_letter_width, words)) + 8


def _letter_width(letter: str) -> float:
    """How wide a letter of a name is at most: a Chinese one is a square, capitals and a few others are wide."""
    if unicodedata.east_asian_width(letter) in "WF":
        return NAME_SQUARE
    if letter in "mwMWæœÆŒ@%":
        return NAME_WIDE
    return NAME_CAPITAL if letter.isupper() else NAME_LETTER


def short_name(name: str) -> str:
    """What stands on the map of `Old Town, Princes Street and Leith Street`: the name before what else it takes in."""
    return name.partition(",")[0].partition(" (")[0].strip()


def around(latitude: float, longitude: float, zoom: float, width: float, height: float) -> Rect:
    """The place that something of this size takes round a point."""
    return _rect(*pixels(latitude, longitude, zoom), width, height)


def _rect(x: float, y: float, width: float, height: float) -> Rect:
    return (x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def _touch(one: Rect, other: Rect) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
