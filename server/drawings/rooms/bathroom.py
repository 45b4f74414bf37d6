"""A bathroom: tiles, a bath, a basin under a round mirror."""

from server.drawings.palette import WHITE, darker, lighter, mix
from server.drawings.rooms.interior import FLOOR, SPAN, Interior, draw_plant, draw_shell, draw_view
from server.drawings.shapes import PAINTED_LEFT, PAINTED_RIGHT, Box, trace

BRASS = "#C9A24B"
CERAMIC = "#FBFAF6"
TILED_FROM = 120
"""The upper edge of the tiles."""


def draw_bathroom(room: Interior) -> None:
    """The whole room."""
    draw_shell(room)
    _tiles(room)
    draw_view(room, Box(98, 30, 62, 62))
    _towels(room)
    _bath(room, Box(30, FLOOR - 62, 190, 62))
    _basin(room, 300)
    _mirror(room, 300)
    draw_plant(room, 366, FLOOR + 10, 1.0)
    _toilet(room, 486)
    draw_plant(room, -44, FLOOR + 12, 1.3)


def _tiles(room: Interior) -> None:
    pen, tile = room.pen, lighter(mix(room.cabinet, "#DDE6E4", 0.62), 0.25)
    pen.rect((PAINTED_LEFT, TILED_FROM, SPAN, FLOOR - TILED_FROM), lighter(tile, 0.5))
    for row in range(6):
        y, shift = TILED_FROM + 2 + row * 19, row % 2 * 18
        for x in range(PAINTED_LEFT - shift, PAINTED_RIGHT, 36):
            pen.rect((x + 1, y, 34, 17), tile, radius=1)
    pen.rect((PAINTED_LEFT, TILED_FROM - 4, SPAN, 6), darker(tile, 0.22))
    pen.rect((PAINTED_LEFT, FLOOR, SPAN, 90), mix(room.wood, "#D8D3CA", 0.7))
    floor = mix(room.wood, "#D8D3CA", 0.45)
    for row in range(4):
        for x in range(PAINTED_LEFT + row % 2 * 22, PAINTED_RIGHT, 44):
            pen.rect((x, FLOOR + row * 17, 22, 17), floor)


def _bath(room: Interior, bath: Box) -> None:
    pen = room.pen
    if room.dice.chance(60):
        _shower(room, bath.x + 22)
    else:
        pen.stroke(trace("M", bath.x + 24, bath.y, "v", -24, "q", 0, -9, 10, -9, "q", 8, 0, 8, 8), BRASS, 4)
    for x in (bath.x + 28, bath.right - 40):
        pen.path(trace("M", x, bath.bottom - 4, "h", 14, "l", -3, 16, "h", -8, "z"), BRASS)
    shell = ("q", 6, 54, 34, 56, "H", bath.right - 34, "q", 28, -2, 34, -56, "z")
    if room.dice.chance(50):
        pen.path(trace("M", bath.x, bath.y + 4, *shell), room.cabinet)
    else:
        pen.path(trace("M", bath.x, bath.y + 4, *shell), CERAMIC)
        belly = ("q", 4, 30, 26, 32, "H", bath.right - 28, "q", 22, -2, 26, -32)
        pen.stroke(trace("M", bath.x + 10, bath.y + 12, *belly), darker(CERAMIC, 0.08), 2)
    if room.dice.chance(55):
        for dx, radius in ((96, 9), (110, 12), (126, 10), (140, 8), (118, 8), (154, 6)):
            pen.circle((bath.x + dx, bath.y - 1), radius, WHITE)
    pen.rect((bath.x - 6, bath.y - 2, bath.w + 12, 9), CERAMIC, radius=4.5)
    pen.rect((bath.x - 6, bath.y + 5, bath.w + 12, 2), darker(CERAMIC, 0.12), radius=1)
    if room.dice.chance(70):
        pen.rect((bath.right - 62, bath.y - 4, 34, 36), room.textile, radius=2)
        pen.rect((bath.right - 62, bath.y + 24, 34, 3), lighter(room.textile, 0.45))


def _shower(room: Interior, x: float) -> None:
    top = 64.0
    room.pen.stroke(
        trace("M", x, FLOOR - 62, "V", top + 14, "q", 0, -14, 14, -14, "h", 12, "q", 8, 0, 8, 8), BRASS, 3.4
    )
    room.pen.path(trace("M", x + 20, top + 14, "q", 2, -9, 14, -9, "q", 12, 0, 14, 9, "z"), BRASS)


def _towels(room: Interior) -> None:
    pen = room.pen
    pen.line((166, 136), (228, 136), BRASS, 3)
    for x, cloth, drop in ((172, room.fabric, 46), (200, lighter(room.textile, 0.25), 38)):
        pen.rect((x, 134, 24, drop), cloth, radius=2)
        pen.rect((x, 134 + drop - 9, 24, 3), lighter(cloth, 0.45))


def _basin(room: Interior, middle: float) -> None:
    pen, top = room.pen, FLOOR - 78
    if room.dice.chance(55):
        pen.rect((middle - 44, top + 8, 88, 66), room.furniture, radius=3)
        for x in (middle - 39, middle + 2):
            pen.rect((x, top + 20, 37, 48), lighter(room.furniture, 0.1), radius=2)
        for x in (middle - 7, middle + 5):
            pen.rect((x, top + 38, 2.4, 14), BRASS, radius=1)
        for x in (middle - 40, middle + 34):
            pen.rect((x, FLOOR - 6, 6, 14), darker(room.furniture, 0.3))
    else:
        pen.polygon(
            [(middle - 12, top + 20), (middle + 12, top + 20), (middle + 16, FLOOR + 6), (middle - 16, FLOOR + 6)],
            darker(CERAMIC, 0.06),
        )
    pen.path(trace("M", middle - 48, top, "h", 96, "q", -2, 24, -24, 24, "h", -48, "q", -22, 0, -24, -24, "z"), CERAMIC)
    pen.rect((middle - 50, top - 3, 100, 6), darker(CERAMIC, 0.05), radius=3)
    pen.stroke(trace("M", middle, top - 3, "v", -14, "q", 0, -6, -7, -6, "q", -5, 0, -5, 6), BRASS, 3.4)
    _on_the_basin(room, middle, top - 3)


def _on_the_basin(room: Interior, middle: float, top: float) -> None:
    pen = room.pen
    pen.rect((middle - 40, top - 16, 10, 16), lighter(room.fabric, 0.4), radius=2)
    pen.line((middle - 37, top - 16), (middle - 40, top - 28), "#6C8AA3", 2)
    pen.line((middle - 34, top - 16), (middle - 31, top - 27), "#C2410C", 2)
    pen.rect((middle + 26, top - 18, 11, 18), "#E2B65A", radius=2.5)
    pen.rect((middle + 29, top - 24, 4, 6), darker("#E2B65A", 0.5))


def _mirror(room: Interior, middle: float) -> None:
    pen, glass = room.pen, "#D5E3E8"
    if room.dice.chance(60):
        pen.circle((middle, 84), 41, room.furniture)
        pen.circle((middle, 84), 37, glass)
    else:
        pen.rect((middle - 33, 40, 66, 88), room.furniture, radius=33)
        pen.rect((middle - 29, 44, 58, 80), glass, radius=29)
    pen.line((middle - 14, 92), (middle + 4, 70), WHITE, 5, opacity=0.6)
    pen.line((middle + 2, 94), (middle + 12, 82), WHITE, 4, opacity=0.5)


def _toilet(room: Interior, x: float) -> None:
    """It stands where only wide crops look."""
    pen = room.pen
    pen.rect((x, FLOOR - 86, 60, 40), CERAMIC, radius=4)
    pen.rect((x - 3, FLOOR - 90, 66, 6), darker(CERAMIC, 0.06), radius=3)
    pen.rect((x + 22, FLOOR - 94, 16, 4), BRASS, radius=2)
    right = ("q", 0, 26, -14, 32, "l", 2, 20)
    left = ("l", 2, -20, "q", -14, -6, -14, -32, "z")
    pen.path(trace("M", x + 4, FLOOR - 46, "h", 52, *right, "h", -28, *left), CERAMIC)
    pen.rect((x, FLOOR - 50, 60, 7), darker(CERAMIC, 0.08), radius=3)
