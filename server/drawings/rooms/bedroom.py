"""A bedroom: a made bed between two tables."""

from server.drawings.palette import IRON, WHITE, darker, lighter
from server.drawings.rooms.interior import (
    CREAM,
    FLOOR,
    Interior,
    draw_curtains,
    draw_door,
    draw_picture,
    draw_plant,
    draw_shell,
    draw_shelves,
    draw_view,
)
from server.drawings.shapes import Box, trace


def draw_bedroom(room: Interior) -> None:
    """The whole room."""
    draw_shell(room)
    draw_shelves(room, -164)
    window = Box(506, 56, 84, 112)
    draw_view(room, window)
    draw_curtains(room, window)
    draw_door(room, 620)
    _above_the_bed(room)
    room.pen.rect((62, FLOOR + 16, 276, 34), lighter(room.textile, 0.5), radius=17)
    swapped = room.dice.chance(50)
    _table(room, 48, lamp=not swapped)
    _table(room, 316, lamp=swapped)
    _bed(room, Box(104, FLOOR - 118, 192, 118))


def _above_the_bed(room: Interior) -> None:
    match room.dice.below(3):
        case 0:
            draw_picture(room, Box(158, 34, 84, 56))
        case 1:
            draw_picture(room, Box(148, 38, 46, 50))
            draw_picture(room, Box(206, 38, 46, 50))
        case _:
            for place in range(3):
                draw_picture(room, Box(135 + place * 46, 42, 38, 46))


def _bed(room: Interior, bed: Box) -> None:
    pen, wood, cover = room.pen, room.furniture, room.fabric
    if room.dice.chance(50):
        pen.rect((bed.x, bed.y, bed.w, 96), wood, radius=14)
    else:
        pen.rect((bed.x, bed.y + 6, bed.w, 90), wood, radius=4)
        for slat in range(9):
            pen.rect((bed.x + 15 + slat * 20, bed.y + 16, 3, 50), darker(wood, 0.25), radius=1)
    for x in (bed.x + 8, bed.right - 14):
        pen.rect((x, bed.bottom + 10, 6, 18), darker(wood, 0.3), radius=1)
    pen.rect((bed.x + 6, bed.y + 54, bed.w - 12, 50), CREAM, radius=10)
    for x in (bed.x + 20, bed.middle + 8):
        pen.rect((x, bed.y + 36, 68, 32), WHITE, radius=10)
        pen.stroke(trace("M", x + 10, bed.y + 61, "q", 24, 5, 48, 0), darker(CREAM, 0.12), 1.6)
    if room.dice.chance(60):
        pen.rect((bed.middle - 24, bed.y + 50, 48, 24), room.textile, radius=7)
    pen.rect((bed.x - 2, bed.y + 78, bed.w + 4, 52), cover, radius=6)
    pen.rect((bed.x - 2, bed.y + 78, bed.w + 4, 12), lighter(cover, 0.35), radius=4)
    for fold in (0.3, 0.62):
        x = bed.x + bed.w * fold
        pen.stroke(trace("M", x, bed.y + 94, "q", -4, 16, 2, 34), darker(cover, 0.14), 1.6, opacity=0.7)
    if room.dice.chance(50):
        pen.rect((bed.x - 4, bed.y + 104, bed.w + 8, 18), room.textile, radius=3)
        pen.rect((bed.x - 4, bed.y + 110, bed.w + 8, 2), lighter(room.textile, 0.4))


def _table(room: Interior, x: float, *, lamp: bool) -> None:
    pen, wood = room.pen, room.furniture
    top = FLOOR - 44
    for leg in (x + 3, x + 29):
        pen.rect((leg, FLOOR - 4, 4, 16), darker(wood, 0.3))
    pen.rect((x, top, 36, 46), wood, radius=2)
    for drawer in (top + 6, top + 25):
        pen.rect((x + 4, drawer, 28, 15), lighter(wood, 0.12), radius=1)
        pen.circle((x + 18, drawer + 7.5), 1.6, "#F1D08A")
    if not lamp:
        draw_plant(room, x + 18, top, 0.62)
        return
    pen.circle((x + 18, top - 30), 30, WHITE, opacity=0.16)
    pen.rect((x + 17, top - 24, 2, 22), IRON)
    pen.rect((x + 10, top - 3, 16, 3), IRON, radius=1)
    pen.polygon([(x + 10, top - 44), (x + 26, top - 44), (x + 33, top - 22), (x + 3, top - 22)], "#F4DDA0")
