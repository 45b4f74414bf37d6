"""A picture for every home without photos: the same home, the same picture, on every machine."""

from collections.abc import Callable

from server.drawings.buildings.block import draw_apartment
from server.drawings.buildings.boat import draw_boat, draw_water
from server.drawings.buildings.cottage import draw_cottage
from server.drawings.buildings.house import draw_house
from server.drawings.buildings.studio import draw_studio
from server.drawings.buildings.tenement import draw_flat, draw_room
from server.drawings.dice import Dice
from server.drawings.kinds import CoverKind, RoomKind
from server.drawings.palette import throw_palette
from server.drawings.rooms.bathroom import draw_bathroom
from server.drawings.rooms.bedroom import draw_bedroom
from server.drawings.rooms.interior import Interior, throw_interior
from server.drawings.rooms.kitchen import draw_kitchen
from server.drawings.rooms.living_room import draw_living_room
from server.drawings.scene import draw_far_hedge, draw_neighbours, draw_sky, draw_skyline
from server.drawings.shapes import Pen
from server.drawings.stage import Footprint, Stage
from server.drawings.street import draw_garden, draw_street

COVER_VERSION = 1
"""Goes up whenever the same home would get another picture: stored covers of older versions are stale."""

LANDSCAPE = 4 / 3


def cover_svg(property_id: str, kind: CoverKind, aspect: float = LANDSCAPE) -> str:
    """The cover of a home as an SVG document, 300 high and `300 * aspect` wide.

    Pure: nothing but the id, the kind and `COVER_VERSION` decides the picture; the aspect only crops it.
    Raises ValueError when the aspect is not within 0.5 to 3.
    """
    dice = Dice(f"{property_id}:{kind}")
    stage = Stage(Pen(), dice, throw_palette(dice))
    draw_sky(stage)
    draw_skyline(stage)
    _SCENES[kind](stage)
    return stage.pen.svg(aspect)


def _town(building: Callable[[Stage], Footprint]) -> Callable[[Stage], None]:
    """A scene with a building between neighbours, on a street."""

    def scene(stage: Stage) -> None:
        draw_neighbours(stage, gap=(90, 310), heights=(112, 180))
        draw_street(stage, building(stage))

    return scene


def _suburb(stage: Stage) -> None:
    draw_neighbours(stage, gap=(44, 356), heights=(60, 96))
    draw_far_hedge(stage)
    draw_garden(stage, draw_house(stage), path_width=28, bicycle=True)


def _country(stage: Stage) -> None:
    draw_garden(stage, draw_cottage(stage), path_width=28, bicycle=False)


def _canal(stage: Stage) -> None:
    draw_neighbours(stage, gap=(150, 250), heights=(136, 196))
    draw_water(stage)
    draw_boat(stage)


_SCENES: dict[CoverKind, Callable[[Stage], None]] = {
    CoverKind.FLAT: _town(draw_flat),
    CoverKind.ROOM: _town(draw_room),
    CoverKind.APARTMENT: _town(draw_apartment),
    CoverKind.STUDIO: _town(draw_studio),
    CoverKind.HOUSE: _suburb,
    CoverKind.COTTAGE: _country,
    CoverKind.BOAT: _canal,
}


def room_svg(property_id: str, room: RoomKind, aspect: float = LANDSCAPE) -> str:
    """A room of a home as an SVG document, measured like a cover. The rooms of one home share their colours.

    Raises ValueError when the aspect is not within 0.5 to 3.
    """
    interior = throw_interior(Dice(f"{property_id}:rooms"), Dice(f"{property_id}:{room}"))
    _ROOMS[room](interior)
    return interior.pen.svg(aspect)


_ROOMS: dict[RoomKind, Callable[[Interior], None]] = {
    RoomKind.LIVING_ROOM: draw_living_room,
    RoomKind.BEDROOM: draw_bedroom,
    RoomKind.KITCHEN: draw_kitchen,
    RoomKind.BATHROOM: draw_bathroom,
}
