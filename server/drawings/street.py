"""What is before a building: pavement or lawn, trees, a lamp, a bicycle."""

from server.drawings.palette import DOORS, IRON, LEAVES, WHITE, darker, lighter, mix
from server.drawings.shapes import PAINTED_LEFT, PAINTED_RIGHT, Colour, trace
from server.drawings.stage import GROUND, Footprint, Stage

SPAN = PAINTED_RIGHT - PAINTED_LEFT


def paving(stage: Stage) -> Colour:
    """The colour of flagstones under this sky."""
    return mix(stage.colours.sky.horizon, "#8A8178", 0.5 if stage.colours.evening else 0.35)


def draw_street(stage: Stage, footprint: Footprint) -> None:
    """A pavement and a road; perhaps trees, a lamp and a bicycle."""
    stone = paving(stage)
    stage.pen.rect((PAINTED_LEFT, GROUND, SPAN, 60), darker(stone, 0.18))
    stage.pen.rect((PAINTED_LEFT, GROUND, SPAN, 12), stone)
    stage.pen.rect((PAINTED_LEFT, GROUND + 11, SPAN, 1.5), darker(stone, 0.3), opacity=0.5)
    for x in range(PAINTED_LEFT + 10, PAINTED_RIGHT, 62):
        stage.pen.rect((x, GROUND + 22, 26, 3), WHITE, radius=1, opacity=0.35)
    _trees(stage, footprint)
    if stage.dice.chance(60):
        _lamp(stage, stage.dice.pick((footprint.left - 8, footprint.right + 8)))
    _perhaps_bicycle(stage, footprint)


def draw_garden(stage: Stage, footprint: Footprint, path_width: float, *, bicycle: bool) -> None:
    """A lawn with a path to the door; perhaps trees, and a bicycle where one is wanted."""
    lawn = mix("#7F9F6B", stage.colours.sky.top, 0.3 if stage.colours.evening else 0.08)
    stage.pen.rect((PAINTED_LEFT, GROUND, SPAN, 60), lawn)
    x, half = footprint.door, path_width / 2
    ends = [(x + half + 20, GROUND + 40), (x - half - 20, GROUND + 40)]
    stage.pen.polygon([(x - half, GROUND), (x + half, GROUND), *ends], paving(stage))
    for _ in range(16):
        blade = stage.dice.between(-290, 690), stage.dice.between(GROUND + 6, GROUND + 34)
        if abs(blade[0] - x) > half + 24:
            stage.pen.stroke(trace("M", *blade, "l", -2, -4, "M", *blade, "l", 2, -4), darker(lawn, 0.16), 1.2)
    _trees(stage, footprint)
    if bicycle:
        _perhaps_bicycle(stage, footprint)


def _trees(stage: Stage, footprint: Footprint) -> None:
    if stage.dice.chance(72):
        _tree(stage, max(18, footprint.left - stage.dice.between(14, 34)))
    if stage.dice.chance(60):
        _tree(stage, min(384, footprint.right + stage.dice.between(14, 34)))


def _tree(stage: Stage, x: float) -> None:
    size = stage.dice.between(80, 125) / 100
    leaf = stage.colours.at_dusk(stage.dice.pick(LEAVES), 0.3)
    crown = stage.dice.pick((_round_crown, _poplar_crown, _fir_crown))
    stage.pen.rect((x - 2.5, GROUND - 40 * size, 5, 40 * size + 4), "#6B5141", radius=1)
    crown(stage, x, size, leaf)


def _round_crown(stage: Stage, x: float, size: float, leaf: Colour) -> None:
    def ball(dx: float, up: float, radius: float, colour: Colour) -> None:
        stage.pen.circle((x + dx * size, GROUND - up * size), radius * size, colour)

    ball(0, 62, 26, leaf)
    ball(-14, 48, 17, leaf)
    ball(15, 50, 18, darker(leaf, 0.08))
    ball(-6, 68, 12, lighter(leaf, 0.14))


def _poplar_crown(stage: Stage, x: float, size: float, leaf: Colour) -> None:
    top, foot, high, low = (GROUND - up * size for up in (112, 28, 84, 34))
    right = ("C", x + 26 * size, high, x + 24 * size, low, x, foot)
    left = ("C", x - 24 * size, low, x - 26 * size, high, x, top)
    stage.pen.path(trace("M", x, top, *right, *left, "z"), leaf)
    stage.pen.path(trace("M", x, top, *right, "z"), darker(leaf, 0.1))


def _fir_crown(stage: Stage, x: float, size: float, leaf: Colour) -> None:
    for tier in (2, 1, 0):
        half, foot = (15 + tier * 5) * size, GROUND - (66 - tier * 18) * size
        tip = (x, GROUND - (104 - tier * 22) * size)
        stage.pen.polygon([tip, (x + half, foot), (x - half, foot)], darker(leaf, 0.06 * tier))


def _lamp(stage: Stage, x: float) -> None:
    pen = stage.pen
    pen.rect((x - 1.5, GROUND - 78, 3, 80), IRON)
    pen.rect((x - 5, GROUND - 3, 10, 5), IRON, radius=1)
    pen.rect((x - 6, GROUND - 92, 12, 15), "#FFE3A3" if stage.colours.evening else "#F3EBD8", radius=3)
    pen.rect((x - 8, GROUND - 94, 16, 3), IRON, radius=1)
    if stage.colours.evening:
        pen.circle((x, GROUND - 84), 26, "#FFE3A3", opacity=0.12)
        pen.circle((x, GROUND - 84), 16, "#FFE3A3", opacity=0.16)


def _perhaps_bicycle(stage: Stage, footprint: Footprint) -> None:
    if stage.dice.chance(45):
        _bicycle(stage, stage.dice.between(int(footprint.left) + 24, int(footprint.right) - 50))


def _bicycle(stage: Stage, x: float) -> None:
    y, paint = GROUND + 2, stage.dice.pick(DOORS)
    for hub in (x, x + 25):
        stage.pen.ring((hub, y), 8.5, IRON, 2)
    frame = ("M", x, y, "L", x + 8, y - 11, "H", x + 20, "L", x + 11, y, "z")
    saddle = ("M", x + 11, y, "L", x + 7, y - 14, "M", x + 4, y - 14, "h", 6)
    handlebar = ("M", x + 25, y, "L", x + 19, y - 16, "h", 5)
    stage.pen.stroke(trace(*frame, *saddle, *handlebar), paint, 2)
