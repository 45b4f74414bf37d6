"""Cottages: one low floor under a big roof, hills behind, roses at the door."""

from server.drawings.buildings.parts import (
    Bars,
    WindowStyle,
    draw_chimney,
    draw_door,
    draw_gabled_dormer,
    draw_window,
)
from server.drawings.palette import darker, lighter, mix
from server.drawings.shapes import CENTRE, HEIGHT, PAINTED_LEFT, PAINTED_RIGHT, Box, Colour, trace
from server.drawings.stage import GROUND, Footprint, Stage

ROSES = ("#5B8C4A", "#D9669A", "#3F7A4B", "#E7B24A", "#C8506B")


def draw_cottage(stage: Stage) -> Footprint:
    """A cottage."""
    dice, pen, colours = stage.dice, stage.pen, stage.colours
    width = dice.between(190, 226)
    walls = Box(CENTRE - width / 2 + dice.between(-16, 16), GROUND - 64, width, 64)
    _near_hills(stage)
    roof, thatched = walls.y - dice.between(56, 72), dice.chance(35)
    draw_chimney(stage, walls.x + 24, roof - 14, 1)
    draw_chimney(stage, walls.right - 38, roof - 14, 1)
    pen.rect(walls, colours.wall)
    _stones(stage, walls)
    pen.rect((walls.x, GROUND - 6, walls.w, 6), colours.deep)
    (_thatch if thatched else _slates)(stage, walls, roof)
    _dormers(stage, walls)
    for place in (0.17, 0.83):
        opening = Box(walls.x + walls.w * place - 14, walls.y + 17, 28, 26)
        draw_window(stage, opening, WindowStyle(Bars.CROSS), lit=stage.lit(60, 15))
    if dice.chance(50):
        opening = Box(walls.x + walls.w * 0.34 - 7, walls.y + 19, 14, 20)
        draw_window(stage, opening, WindowStyle(Bars.CROSS), lit=colours.evening)
    draw_door(stage, Box(walls.middle - 12, GROUND - 42, 24, 42), fanlight=False, steps=1)
    _roses(stage, walls.middle)
    return Footprint(walls.x, walls.right, walls.middle)


def _near_hills(stage: Stage) -> None:
    colours = stage.colours
    meadow = mix("#8FAE7C", colours.sky.top if colours.evening else colours.sky.horizon, 0.4)
    lift = stage.dice.between(0, 26)
    far = ("C", -60, GROUND - 96 - lift, 60, GROUND - 52, 190, GROUND - 60)
    back = ("S", 430, GROUND - 110 + lift, PAINTED_RIGHT, GROUND - 58, "V", HEIGHT, "H", PAINTED_LEFT, "z")
    stage.pen.path(trace("M", PAINTED_LEFT, GROUND - 54, *far, *back), mix(meadow, colours.sky.horizon, 0.35))
    near = ("C", -60, GROUND - 70, 80, GROUND - 40, 200, GROUND - 44)
    front = ("S", 460, GROUND - 70, PAINTED_RIGHT, GROUND - 34, "V", HEIGHT, "H", PAINTED_LEFT, "z")
    stage.pen.path(trace("M", PAINTED_LEFT, GROUND - 30, *near, *front), meadow)


def _stones(stage: Stage, walls: Box) -> None:
    for _ in range(14):
        x, y = walls.x + stage.dice.between(4, int(walls.w) - 24), walls.y + 8 + stage.dice.below(44)
        stage.pen.rect((x, y, stage.dice.between(10, 18), 5), stage.colours.shade, radius=2, opacity=0.5)


def _thatch(stage: Stage, walls: Box, ridge: float) -> None:
    """Rounded, with a ridge roll and straws."""
    straw: Colour = stage.colours.at_dusk("#B08D57", 0.2)
    eaves, left, right = walls.y + 6, walls.x - 14, walls.right + 14
    up = ("Q", walls.x + 4, ridge + 4, walls.x + 22, ridge)
    down = ("H", walls.right - 22, "Q", walls.right - 4, ridge + 4, right, eaves)
    hem = ("Q", right - 6, eaves + 7, right - 18, eaves + 3, "H", left + 18, "Q", left + 6, eaves + 7, left, eaves, "z")
    stage.pen.path(trace("M", left, eaves, *up, *down, *hem), straw)
    stage.pen.rect((walls.x + 14, ridge - 4, walls.w - 28, 9), darker(straw, 0.22), radius=4)
    for tuft in range(int((walls.w - 36) // 9)):
        x, y = walls.x + 20 + tuft * 9, ridge + 12 + tuft % 3 * 17
        stage.pen.line((x, y), (x - 2, y + 10), darker(straw, 0.2), 1.4, opacity=0.7)
    for scallop in range(int((walls.w - 28) // 16)):
        x = walls.x + 18 + scallop * 16
        stage.pen.stroke(trace("M", x, ridge + 5, "l", 8, 6, "l", 8, -6), darker(straw, 0.3), 1.4)


def _slates(stage: Stage, walls: Box, ridge: float) -> None:
    slate = stage.colours.at_dusk(stage.colours.roof, 0.2)
    eaves = walls.y + 4
    slope = [(walls.x - 12, eaves), (walls.x + 16, ridge), (walls.right - 16, ridge), (walls.right + 12, eaves)]
    stage.pen.polygon(slope, slate)
    lean = 28 / (eaves - ridge)
    for course in (0.25, 0.5, 0.75):
        y = eaves - (eaves - ridge) * course
        inset = -12 + (eaves - y) * lean + 3
        stage.pen.line((walls.x + inset, y), (walls.right - inset, y), darker(slate, 0.18), 1.5, opacity=0.7)
    stage.pen.rect((walls.x + 14, ridge - 2, walls.w - 28, 4), darker(slate, 0.28), radius=1)


def _dormers(stage: Stage, walls: Box) -> None:
    number = stage.dice.between(1, 3)
    for dormer in range(number):
        middle = walls.x + walls.w * (0.16 + 0.68 * (dormer + 0.5) / number)
        draw_gabled_dormer(stage, middle, walls.y - 8, lighter(stage.colours.wall, 0.3), lit=stage.lit(70, 0))


def _roses(stage: Stage, middle: float) -> None:
    """Up both door posts, meeting above the door."""
    leaf = stage.colours.at_dusk("#4F7F4A", 0.25)
    for side in (-1, 1):
        for step in range(6):
            place = middle + side * (20 + stage.dice.between(-2, 2)), GROUND - 6 - step * 8
            stage.pen.circle(place, 6, leaf)
            bloom = stage.colours.at_dusk(stage.dice.pick(ROSES), 0.15)
            stage.pen.circle((place[0] + stage.dice.between(-2, 2), place[1]), 3.2, bloom)
    for step in range(7):
        stage.pen.circle((middle - 18 + step * 6, GROUND - 50 - (3 - abs(step - 3)) * 2), 4.6, leaf)
        if step % 2:
            stage.pen.circle((middle - 18 + step * 6, GROUND - 51 - (3 - abs(step - 3)) * 2), 2.6, "#D9669A")
