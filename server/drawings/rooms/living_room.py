"""A living room: a window, a sofa, pictures, a rug."""

from server.drawings.palette import IRON, darker, lighter
from server.drawings.rooms.interior import (
    CREAM,
    FLOOR,
    Interior,
    draw_curtains,
    draw_door,
    draw_floor_lamp,
    draw_picture,
    draw_plant,
    draw_shell,
    draw_shelves,
    draw_view,
)
from server.drawings.shapes import Box, Colour


def draw_living_room(room: Interior) -> None:
    """The whole room."""
    draw_shell(room)
    draw_door(room, -156)
    draw_shelves(room, 482)
    window = Box(46, 56, 84, 116)
    draw_view(room, window)
    draw_curtains(room, window)
    _pictures(room)
    _rug(room)
    sofa = Box(room.dice.between(168, 184), FLOOR - 70, 158, 70)
    if room.dice.chance(55):
        draw_floor_lamp(room, sofa.right + 28)
    else:
        draw_plant(room, sofa.right + 30, FLOOR + 10, 1.25)
    _sofa(room, sofa)
    _coffee_table(room, sofa.middle)


def _pictures(room: Interior) -> None:
    match room.dice.below(3):
        case 0:
            draw_picture(room, Box(198, 62, 40, 52))
            draw_picture(room, Box(250, 74, 52, 38))
        case 1:
            draw_picture(room, Box(206, 60, 88, 56))
        case _:
            for place in range(3):
                draw_picture(room, Box(186 + place * 46, 68, 36, 46))


def _rug(room: Interior) -> None:
    """Seen at a slant: a rounded strip with a border."""
    x, colour = 150.0, lighter(room.textile, 0.55)
    room.pen.rect((x, FLOOR + 14, 208, 34), colour, radius=17)
    room.pen.rect((x + 8, FLOOR + 19, 192, 24), darker(colour, 0.12), radius=12)
    room.pen.rect((x + 12, FLOOR + 22, 184, 18), colour, radius=9)


def _sofa(room: Interior, sofa: Box) -> None:
    pen, cloth = room.pen, room.fabric
    seam, soft = darker(cloth, 0.2), lighter(cloth, 0.1)
    for x in (sofa.x + 10, sofa.right - 15):
        pen.rect((x, sofa.bottom, 5, 12), IRON, radius=1)
    pen.rect((sofa.x + 10, sofa.y, sofa.w - 20, 56), seam, radius=10)
    for x in (sofa.x + 17, sofa.middle + 2):
        pen.rect((x, sofa.y + 10, sofa.w / 2 - 19, 34), soft, radius=6)
    _cushion(room, sofa.x + room.dice.between(22, 30), sofa.y + 18, room.textile)
    if room.dice.chance(60):
        _cushion(room, sofa.right - 52, sofa.y + 20, CREAM)
    for x in (sofa.x + 16, sofa.middle + 1):
        pen.rect((x, sofa.y + 42, sofa.w / 2 - 17, 16), lighter(cloth, 0.16), radius=5)
    pen.rect((sofa.x + 8, sofa.y + 56, sofa.w - 16, 16), cloth, radius=4)
    for x in (sofa.x - 2, sofa.right - 18):
        pen.rect((x, sofa.y + 26, 20, 48), cloth, radius=9)


def _cushion(room: Interior, x: float, y: float, colour: Colour) -> None:
    room.pen.rect((x, y, 30, 28), colour, radius=6)
    room.pen.line((x + 8, y + 7), (x + 22, y + 7), darker(colour, 0.12), 1.4)
    room.pen.line((x + 8, y + 13), (x + 22, y + 13), darker(colour, 0.12), 1.4)


def _coffee_table(room: Interior, middle: float) -> None:
    pen, wood = room.pen, room.furniture
    for x in (middle - 36, middle + 32):
        pen.rect((x, FLOOR + 12, 4, 24), darker(wood, 0.3), radius=1)
    pen.rect((middle - 46, FLOOR + 7, 92, 6), wood, radius=3)
    for book in range(room.dice.between(1, 3)):
        cover = room.dice.pick(("#6C8AA3", "#C2410C", "#E2B65A", "#5F7C54"))
        pen.rect((middle - 30 + book, FLOOR + 4 - book * 4, 28 - book * 3, 4), cover, radius=0.5)
    if room.dice.chance(60):
        pen.rect((middle + 16, FLOOR - 3, 10, 10), CREAM, radius=2)
        pen.ring((middle + 27, FLOOR + 2), 3, CREAM, 1.6)
