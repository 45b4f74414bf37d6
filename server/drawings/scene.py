"""What is behind a building: sky, skyline and neighbours."""

from itertools import count

from server.drawings.palette import LAMPLIGHT, LEAVES, WALLS, WHITE, darker, mix
from server.drawings.shapes import HEIGHT, PAINTED_LEFT, PAINTED_RIGHT, Box, Colour, trace
from server.drawings.stage import GROUND, Stage

CLOSED = ("V", HEIGHT, "H", PAINTED_LEFT, "z")
"""Ends an outline that ran from left to right: down, back, up."""


def draw_sky(stage: Stage) -> None:
    """The gradient, a sun or a moon with stars, and up to three clouds."""
    pen, dice, sky = stage.pen, stage.dice, stage.colours.sky
    pen.backdrop(sky.top, sky.horizon)
    x, y, radius = dice.between(40, 360), dice.between(38, 86), dice.between(16, 24)
    if sky.evening:
        _stars(stage)
        _moon(stage, (x, y), radius)
    else:
        glow = mix(WHITE, sky.horizon, 0.2)
        pen.circle((x, y), radius + 9, glow, opacity=0.3)
        pen.circle((x, y), radius, glow, opacity=0.9)
    for _ in range(dice.between(0, 3)):
        _cloud(stage)


def _stars(stage: Stage) -> None:
    for _ in range(stage.dice.between(10, 22)):
        place = stage.dice.between(-290, 690), stage.dice.between(6, 120)
        stage.pen.circle(place, stage.dice.pick((0.8, 1.0, 1.3)), "#FFF6E0", opacity=0.5)


def _moon(stage: Stage, centre: tuple[float, float], radius: float) -> None:
    x, y = centre
    stage.pen.circle(centre, radius + 10, "#FFF6E0", opacity=0.08)
    if stage.dice.chance(60):
        stage.pen.circle(centre, radius, "#FFF6E0", opacity=0.9)
        return
    outer, inner = ("A", radius, radius, 0, 1, 1), ("A", radius, radius, 0, 0, 0)
    top, bottom = (x - radius * 0.4, y - radius * 0.8), (x - radius * 0.1, y + radius * 0.9)
    stage.pen.path(trace("M", *top, *outer, *bottom, *inner, *top, "z"), "#FFF6E0", opacity=0.9)


def _cloud(stage: Stage) -> None:
    x, y, s = stage.dice.between(-80, 440), stage.dice.between(24, 96), stage.dice.between(18, 34)
    bumps = ("q", s * 0.3, -s * 0.5, s * 0.8, -s * 0.3, "q", s * 0.5, -s * 0.6, s, 0, "q", s * 0.6, 0, s * 0.5, s * 0.3)
    stage.pen.path(trace("M", x, y, *bumps, "z"), WHITE, opacity=0.14 if stage.colours.evening else 0.45)


def draw_skyline(stage: Stage) -> None:
    """Far hills, a castle rock, spires or roofs, in the colour of haze."""
    sky = stage.colours.sky
    haze = mix(sky.horizon, "#6B6F78", 0.4 if sky.evening else 0.26)
    outline = stage.dice.pick((_hills, _castle_rock, _spires, _roofs))
    stage.pen.path(outline(stage, stage.dice.between(150, 178)), haze)


def _hills(stage: Stage, y: int) -> str:
    peak = y - stage.dice.between(44, 70)
    first = ("C", -100, y + 10, 20, peak, 110, y - 20)
    return trace(
        "M", PAINTED_LEFT, y + 10, *first, "S", 230, y + 16, 300, y - 14, 560, y + 8, PAINTED_RIGHT, y, *CLOSED
    )


def _castle_rock(stage: Stage, y: int) -> str:
    x = stage.dice.between(10, 90) if stage.dice.chance(50) else stage.dice.between(290, 350)
    steps: list[str | float] = ["M", PAINTED_LEFT, y + 14, "H", x - 60, "L", x - 30, y - 26, "H", x - 22]
    for top, until in ((y - 40, x - 6), (y - 32, x + 8), (y - 48, x + 26), (y - 26, x + 36)):
        steps += ["V", top, "H", until]
    return trace(*steps, "L", x + 70, y + 14, "H", PAINTED_RIGHT, *CLOSED)


def _spires(stage: Stage, y: int) -> str:
    steps: list[str | float] = ["M", PAINTED_LEFT, y + 10]
    for x in range(PAINTED_LEFT + 20, PAINTED_RIGHT, stage.dice.between(52, 74)):
        roof = y - stage.dice.between(0, 22)
        steps += ["H", x, "V", roof]
        if stage.dice.chance(45):
            steps += ["L", x + 7, roof - 30, "L", x + 14, roof]
    return trace(*steps, "H", PAINTED_RIGHT, *CLOSED)


def _roofs(stage: Stage, y: int) -> str:
    steps: list[str | float] = ["M", PAINTED_LEFT, y]
    for x in range(PAINTED_LEFT + 10, PAINTED_RIGHT + 36, 36):
        steps += ["V", y - stage.dice.between(-8, 34), "H", x]
    return trace(*steps, *CLOSED)


def draw_neighbours(stage: Stage, gap: tuple[int, int], heights: tuple[int, int]) -> None:
    """Two rows of pale houses, left and right of `gap` (x from, x to), each house `heights` (from, to) high."""
    colours = stage.colours
    pale = mix(stage.dice.pick(WALLS), colours.sky.top if colours.evening else colours.sky.horizon, 0.5)
    left, right = gap
    for side, start in ((-1, left - stage.dice.between(0, 26)), (1, right + stage.dice.between(0, 26))):
        edge = float(start)
        # Four reach past the edge of the common crops; a low wall goes on from there.
        for _ in range(4):
            width = stage.dice.between(82, 132)
            height = stage.dice.between(*heights)
            tint = mix(pale, stage.dice.pick(WALLS), 0.28)
            _neighbour(stage, Box(edge if side > 0 else edge - width, GROUND - height, width, height), tint)
            edge += side * width
        _horizon_filler(stage, edge, side, pale)


def _horizon_filler(stage: Stage, edge: float, side: int, colour: Colour) -> None:
    """A low wall from the last house to the end of the painted ground."""
    left, right = (edge, PAINTED_RIGHT) if side > 0 else (PAINTED_LEFT, edge)
    if right > left:
        stage.pen.rect((left, GROUND - 40, right - left, 40), darker(colour, 0.08))


def _neighbour(stage: Stage, house: Box, colour: Colour) -> None:
    pen, dark = stage.pen, darker(colour, 0.14)
    if stage.dice.chance(45):
        slate = mix(stage.colours.roof, colour, 0.62)
        pen.polygon(
            [(house.x, house.y), (house.x + 9, house.y - 17), (house.right - 9, house.y - 17), (house.right, house.y)],
            slate,
        )
        pen.rect((house.x + 16, house.y - 29, 15, 22), dark)
        pen.rect((house.x + 14, house.y - 31, 19, 4), darker(colour, 0.22))
    pen.rect(house, colour)
    pen.rect((house.x, house.y, house.w, 5), dark)
    pen.rect((house.x, GROUND - 7, house.w, 7), dark)
    columns = int((house.w - 16) // 31)
    step = house.w / columns
    for row in count():
        y = house.y + 18 + row * 42
        if y + 32 > GROUND:
            break
        for column in range(columns):
            lit = stage.lit(35, 0)
            x = house.x + (column + 0.5) * step - 7.5
            pen.rect((x, y, 15, 23), LAMPLIGHT if lit else darker(colour, 0.16), radius=1, opacity=0.9)


def draw_far_hedge(stage: Stage) -> None:
    """A soft row of bushes at the foot of the skyline, for houses that stand alone."""
    leaf = mix(LEAVES[0], stage.colours.sky.horizon, 0.5)
    leaf = stage.colours.at_dusk(leaf, 0.4)
    x = PAINTED_LEFT - 10
    while x < PAINTED_RIGHT + 10:
        radius = stage.dice.between(13, 24)
        stage.pen.circle((x, GROUND - 6), radius, leaf)
        x += radius + 4
    stage.pen.rect((PAINTED_LEFT, GROUND - 8, PAINTED_RIGHT - PAINTED_LEFT, 20), leaf)
