"""A kitchen: a worktop with a sink, an oven and a hob, a shelf, perhaps a table lamp above."""

from server.drawings.palette import ACCENT, IRON, WHITE, darker, lighter
from server.drawings.rooms.interior import CREAM, FLOOR, Interior, draw_plant, draw_shell, draw_view
from server.drawings.shapes import PAINTED_LEFT, Box, Colour, trace

WORKTOP = 158
CUPBOARD = 64
OVEN = 3
"""The place of the oven in the row of cupboards that starts at x = 8."""

FIRST = 8
STEEL = "#8F989B"


def draw_kitchen(room: Interior) -> None:
    """The whole room."""
    draw_shell(room)
    _tiles(room)
    draw_view(room, Box(42, 44, 76, 78))
    _shelf(room)
    _cupboards(room)
    _tap(room)
    _oven(room, Box(FIRST + OVEN * CUPBOARD, WORKTOP + 10, CUPBOARD, FLOOR - WORKTOP + 2))
    _on_the_worktop(room)
    _fridge(room, 482)
    draw_plant(room, -46, WORKTOP - 4, 0.8)


def _tiles(room: Interior) -> None:
    pen, grout = room.pen, darker(room.wall, 0.07)
    for x in range(PAINTED_LEFT, 700, 26):
        pen.rect((x, WORKTOP - 26, 24, 24), lighter(room.wall, 0.4), radius=1)
    pen.rect((PAINTED_LEFT, WORKTOP - 30, 1000, 2), grout)


def _shelf(room: Interior) -> None:
    """Crockery on a board; every place throws what stands on it."""
    pen, board = room.pen, 84.0
    pen.rect((190, board, 168, 6), room.furniture, radius=1)
    for x in (206, 338):
        pen.line((x, board + 6), (x, board + 16), darker(room.furniture, 0.3), 3)
    for place in range(5):
        _crockery(room, 196 + place * 32, board)


def _crockery(room: Interior, x: float, board: float) -> None:
    pen, glaze = room.pen, room.dice.pick(("#B5694A", "#6C8AA3", "#E2B65A", CREAM, "#5F7C54"))
    match room.dice.below(5):
        case 0:
            pen.rect((x + 4, board - 26, 16, 26), glaze, radius=3)
            pen.rect((x + 3, board - 30, 18, 5), darker(glaze, 0.3), radius=1)
        case 1:
            pen.circle((x + 13, board - 13), 13, glaze)
            pen.circle((x + 13, board - 13), 8, lighter(glaze, 0.25))
        case 2:
            for bowl in range(3):
                pen.rect((x + 2 + bowl, board - 7 - bowl * 6, 22 - bowl * 2, 6), lighter(glaze, 0.12 * bowl), radius=2)
        case 3:
            draw_plant(room, x + 12, board, 0.48)
        case _:
            for mug in (0, 14):
                pen.rect((x + mug, board - 13, 10, 13), glaze, radius=2)
                pen.ring((x + mug + 11, board - 7), 3, glaze, 1.6)


def _cupboards(room: Interior) -> None:
    pen, front = room.pen, room.cabinet
    pen.rect((PAINTED_LEFT, WORKTOP + 8, 1000, FLOOR - WORKTOP + 6), front)
    for number in range(-5, 11):
        x = FIRST + number * CUPBOARD
        if number == OVEN:
            continue
        pen.rect((x + 2.5, WORKTOP + 14, CUPBOARD - 5, 68), lighter(front, 0.08), radius=2)
        pen.rect((x + CUPBOARD / 2 - 9, WORKTOP + 20, 18, 3), "#E8C58F", radius=1.5)
    pen.rect((PAINTED_LEFT, FLOOR + 4, 1000, 12), darker(front, 0.4))
    pen.rect((PAINTED_LEFT, WORKTOP, 1000, 9), darker(CREAM, 0.04))
    pen.rect((PAINTED_LEFT, WORKTOP + 9, 1000, 3), darker(front, 0.35), opacity=0.5)


def _tap(room: Interior) -> None:
    pen = room.pen
    pen.rect((52, WORKTOP, 58, 5), STEEL, radius=1)
    pen.stroke(trace("M", 92, WORKTOP - 1, "v", -26, "q", 0, -12, -12, -12, "q", -9, 0, -9, 10), STEEL, 4.5)
    pen.rect((96, WORKTOP - 8, 8, 3), STEEL, radius=1)


def _oven(room: Interior, oven: Box) -> None:
    pen = room.pen
    pen.rect(oven, "#3B4145", radius=2)
    pen.rect((oven.x + 8, oven.y + 20, oven.w - 16, 40), "#23282B", radius=2)
    warm = room.dice.chance(40)
    pen.rect((oven.x + 13, oven.y + 26, oven.w - 26, 28), "#E0A458" if warm else "#4A5257", radius=1)
    pen.rect((oven.x + 13, oven.y + 42, oven.w - 26, 1.6), "#23282B")
    pen.rect((oven.x + 10, oven.y + 15, oven.w - 20, 2.6), STEEL, radius=1)
    for knob in range(4):
        pen.circle((oven.x + 14 + knob * 12, oven.y + 8), 2.6, STEEL)
    pen.rect((oven.x + 4, WORKTOP - 2, oven.w - 8, 3), "#23282B", radius=1)


def _on_the_worktop(room: Interior) -> None:
    pen, oven = room.pen, FIRST + OVEN * CUPBOARD
    if room.dice.chance(50):
        _pot(room, oven + 12, room.dice.pick((IRON, ACCENT, "#6C8AA3")))
    else:
        _kettle(room, oven + 16)
    pen.rect((146, WORKTOP - 4, 46, 4), room.wood, radius=1)
    if room.dice.chance(50):
        pen.rect((152, WORKTOP - 17, 34, 14), "#D9A45B", radius=7)
        for cut in (160, 168, 176):
            pen.line((cut, WORKTOP - 14), (cut - 3, WORKTOP - 8), "#A97439", 1.6)
    else:
        for fruit, x in zip(("#C2410C", "#E2B65A", "#7FA34E"), (158, 168, 178), strict=True):
            pen.circle((x, WORKTOP - 10), 6, fruit)
        pen.path(
            trace("M", 150, WORKTOP - 10, "h", 37, "q", -4, 10, -12, 10, "h", -13, "q", -8, 0, -12, -10, "z"), CREAM
        )
    pen.rect((306, WORKTOP - 24, 26, 24), room.textile, radius=3)
    for handle, colour in ((311, "#A97C58"), (318, STEEL), (325, "#A97C58")):
        pen.line((handle, WORKTOP - 24), (handle + (handle - 318) * 0.5, WORKTOP - 44), colour, 2.4)


def _pot(room: Interior, x: float, colour: Colour) -> None:
    room.pen.rect((x, WORKTOP - 22, 34, 20), colour, radius=3)
    room.pen.rect((x - 3, WORKTOP - 24, 40, 4), darker(colour, 0.3), radius=2)
    room.pen.circle((x + 17, WORKTOP - 27), 2.6, darker(colour, 0.3))


def _kettle(room: Interior, x: float) -> None:
    pen, body = room.pen, room.dice.pick((STEEL, "#C8506B", "#4A7A6E"))
    pen.stroke(trace("M", x + 5, WORKTOP - 22, "q", 9, -16, 18, 0), IRON, 2.4)
    pen.path(trace("M", x, WORKTOP - 2, "q", -2, -24, 14, -24, "q", 16, 0, 14, 24, "z"), body)
    pen.stroke(trace("M", x + 27, WORKTOP - 12, "l", 9, -9), body, 4)
    pen.line((x + 6, WORKTOP - 10), (x + 7, WORKTOP - 16), WHITE, 2, opacity=0.5)


def _fridge(room: Interior, x: float) -> None:
    """It stands where only wide crops look."""
    pen, body = room.pen, "#E6E8E6"
    pen.rect((x, 44, 82, FLOOR - 30), body, radius=4)
    pen.rect((x, 122, 82, 2), darker(body, 0.2))
    for y, tall in ((84, 30), (132, 44)):
        pen.rect((x + 8, y, 4, tall), STEEL, radius=2)
    pen.rect((x + 30, 64, 18, 22), CREAM)
    pen.circle((x + 39, 66), 2.4, ACCENT)
