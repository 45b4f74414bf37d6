"""Houseboats: a hull, a cabin, flower boxes and a funnel, on the water."""

from server.drawings.palette import ACCENT, BLOSSOM, DOORS, IRON, WHITE, darker, lighter, mix
from server.drawings.shapes import HEIGHT, PAINTED_LEFT, PAINTED_RIGHT, Box, Colour, trace
from server.drawings.stage import Footprint, Stage

WATERLINE = 212
LENGTH = 304


def draw_water(stage: Stage) -> None:
    """A quay wall and the water before it."""
    colours, span = stage.colours, PAINTED_RIGHT - PAINTED_LEFT
    quay = mix(colours.deep, colours.sky.horizon, 0.3)
    stage.pen.rect((PAINTED_LEFT, WATERLINE - 16, span, 20), quay)
    stage.pen.rect((PAINTED_LEFT, WATERLINE - 16, span, 4), lighter(quay, 0.25))
    water = mix(colours.sky.top, "#3D6470", 0.35 if colours.evening else 0.5)
    stage.pen.rect((PAINTED_LEFT, WATERLINE, span, HEIGHT - WATERLINE + 10), water)
    stage.pen.rect((PAINTED_LEFT, WATERLINE, span, 5), darker(water, 0.2), opacity=0.6)
    for _ in range(34):
        x, y = stage.dice.between(PAINTED_LEFT, PAINTED_RIGHT - 70), stage.dice.between(WATERLINE + 12, HEIGHT - 6)
        stage.pen.line((x, y), (x + stage.dice.between(18, 64), y), WHITE, 2, opacity=0.22)


def draw_boat(stage: Stage) -> Footprint:
    """The houseboat itself; the water is there already."""
    left = 48 + stage.dice.between(-6, 6)
    hull, cabin = stage.dice.pick(DOORS), lighter(stage.colours.wall, 0.25)
    _reflection(stage, left, hull)
    _cabin(stage, left, cabin)
    _hull(stage, left, hull)
    _windows(stage, left)
    _funnel(stage, left + 74)
    for place in range(stage.dice.between(1, 4)):
        _flower_box(stage, left + 124 + place * 28)
    _pennant(stage, left + LENGTH - 4)
    return Footprint(left, left + LENGTH, left + 60)


def _reflection(stage: Stage, left: float, hull: Colour) -> None:
    right = left + LENGTH
    shadow = [(left + 32, WATERLINE + 34), (right - 34, WATERLINE + 34), (right - 50, WATERLINE + 52)]
    stage.pen.polygon([*shadow, (left + 46, WATERLINE + 52)], darker(hull, 0.5), opacity=0.28)
    for row, (indent, width) in enumerate(((64, 120), (150, 96))):
        y = WATERLINE + 58 + row * 7
        stage.pen.line((left + indent, y), (left + indent + width, y), darker(hull, 0.5), 2.4, opacity=0.16)


def _cabin(stage: Stage, left: float, colour: Colour) -> None:
    pen, roof = stage.pen, stage.colours.at_dusk(stage.colours.roof, 0.1)
    pen.rect((left + 44, WATERLINE - 42, 206, 48), colour, radius=5)
    pen.rect((left + 44, WATERLINE - 40, 206, 4), darker(colour, 0.14))
    pen.rect((left + 36, WATERLINE - 48, 222, 8), roof, radius=4)
    pen.rect((left + 228, WATERLINE - 34, 15, 30), stage.colours.door, radius=1.5)
    pen.circle((left + 240, WATERLINE - 19), 1.3, "#F1D08A")


def _hull(stage: Stage, left: float, colour: Colour) -> None:
    right, top = left + LENGTH, WATERLINE - 6
    bow = ("Q", right - 6, WATERLINE + 34, right - 36, WATERLINE + 36)
    stern = ("H", left + 34, "Q", left + 6, WATERLINE + 32, left, top, "z")
    stage.pen.path(trace("M", left, top, "H", right, *bow, *stern), colour)
    stage.pen.rect((left - 2, WATERLINE - 9, LENGTH + 4, 6), stage.colours.trim, radius=2)
    stage.pen.rect((left + 20, WATERLINE + 10, LENGTH - 42, 3), lighter(colour, 0.4))
    for fender in (70, 150, 230):
        stage.pen.line((left + fender, WATERLINE - 5), (left + fender, WATERLINE + 8), lighter(colour, 0.5), 1.2)
        stage.pen.rect((left + fender - 4, WATERLINE + 6, 8, 18), "#EFE5D3", radius=4)


def _windows(stage: Stage, left: float) -> None:
    number, portholes = stage.dice.between(4, 6), stage.dice.chance(50)
    trim = stage.colours.trim if not stage.colours.evening else lighter(stage.colours.trim, 0.2)
    for window in range(number):
        lit = stage.lit(55, 15)
        pane, middle = stage.colours.pane(lit=lit), left + 66 + window * 144 / (number - 1)
        if portholes:
            stage.pen.circle((middle, WATERLINE - 22), 11, trim)
            stage.pen.circle((middle, WATERLINE - 22), 8.4, pane)
            stage.pen.stroke(trace("M", middle - 5, WATERLINE - 23, "a", 6, 6, 0, 0, 1, 5, -4), WHITE, 1.6, opacity=0.4)
            continue
        box = Box(middle - 9.5, WATERLINE - 31, 19, 18)
        stage.pen.rect(box.grown(2.5), trim, radius=2)
        stage.pen.rect(box, pane, radius=1)
        stage.pen.rect((middle - 0.8, box.y, 1.6, box.h), trim)


def _funnel(stage: Stage, x: float) -> None:
    stage.pen.rect((x, WATERLINE - 68, 10, 21), IRON, radius=1)
    stage.pen.rect((x - 2, WATERLINE - 70, 14, 4), IRON, radius=1)
    stage.pen.rect((x, WATERLINE - 61, 10, 3), "#F1D08A")
    for puff, (dx, up, radius) in enumerate(((7, 77, 4), (12, 86, 5.5), (20, 96, 7))):
        stage.pen.circle((x + dx, WATERLINE - up), radius, WHITE, opacity=round(0.5 - puff * 0.12, 2))


def _flower_box(stage: Stage, x: float) -> None:
    for bloom in range(4):
        stage.pen.circle((x + 2.5 + bloom * 5.5, WATERLINE - 57 - bloom % 2 * 2), 4.6, stage.dice.pick(BLOSSOM))
    stage.pen.rect((x, WATERLINE - 56, 22, 8), "#8A5A44", radius=1)


def _pennant(stage: Stage, x: float) -> None:
    stage.pen.line((x, WATERLINE - 8), (x + 6, WATERLINE - 52), stage.colours.trim, 2)
    stage.pen.polygon([(x + 6, WATERLINE - 52), (x + 24, WATERLINE - 44), (x + 5, WATERLINE - 38)], ACCENT)
