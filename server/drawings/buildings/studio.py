"""Studios and lofts: a brick works with a saw-tooth roof and gridded windows."""

from server.drawings.palette import WHITE, Palette, darker, lighter, mix
from server.drawings.shapes import CENTRE, Box
from server.drawings.stage import GROUND, Footprint, Stage

STEEL = "#33302D"
BAY_WIDTHS = {2: (66, 76), 3: (54, 64)}


def draw_studio(stage: Stage) -> Footprint:
    """A works of three or four floors."""
    dice = stage.dice
    storeys, bays = dice.between(3, 4), dice.between(2, 3)
    bay = dice.between(*BAY_WIDTHS[bays])
    left = CENTRE - bays * bay / 2 - 10 + dice.between(-16, 16)
    walls, floor = Box(left, GROUND - 200, bays * bay + 20, 200), 192 / storeys
    _saw_tooth(stage, walls, dice.between(2, 4))
    _brickwork(stage, walls)
    door_bay = dice.below(bays)
    for row in range(storeys):
        for column in range(bays):
            if (row, column) != (storeys - 1, door_bay):
                opening = Box(left + 16 + column * bay, walls.y + 11 + row * floor, bay - 12, floor - 18)
                _window(stage, opening)
    middle = left + 10 + (door_bay + 0.5) * bay
    _gate(stage, middle)
    return Footprint(walls.x, walls.right, middle)


def brick(colours: Palette) -> str:
    """Whatever colour was thrown, burnt a little."""
    return mix(colours.wall, colours.at_dusk("#B9705A", 0.22), 0.42)


def _saw_tooth(stage: Stage, walls: Box, teeth: int) -> None:
    pen, colours, width = stage.pen, stage.colours, walls.w / teeth
    light = colours.pane(lit=True) if colours.evening else lighter(colours.glass, 0.4)
    for tooth in range(teeth):
        x = walls.x + tooth * width
        pen.polygon([(x, walls.y), (x, walls.y - 30), (x + width, walls.y - 4), (x + width, walls.y)], colours.roof)
        slope = 22 / width
        panes = [(x + 4, walls.y - 5), (x + 4, walls.y - 22), (x + width * 0.5, walls.y - 22 + slope * width * 0.5)]
        pen.polygon([*panes, (x + width * 0.5, walls.y - 5)], light)
        for mullion in (0.2, 0.35):
            pen.rect((x + width * mullion, walls.y - 22 + slope * width * mullion, 1.4, 17), colours.roof)


def _brickwork(stage: Stage, walls: Box) -> None:
    pen, face = stage.pen, brick(stage.colours)
    pen.rect(walls, face)
    course = darker(face, 0.16)
    for row in range(int((walls.h - 12) // 12)):
        indent = row % 2 * 8
        for stone in range(int((walls.w - 14 - indent) // 16)):
            pen.rect((walls.x + 4 + indent + stone * 16, walls.y + 8 + row * 12, 11, 3), course, radius=1, opacity=0.3)
    pen.rect((walls.x - 3, walls.y - 4, walls.w + 6, 7), darker(face, 0.34))
    pen.rect((walls.x, GROUND - 8, walls.w, 8), darker(face, 0.28))


def _window(stage: Stage, box: Box) -> None:
    pen, lit = stage.pen, stage.lit(50, 12)
    pen.rect(box.grown(2), STEEL, radius=1)
    pen.rect(box, stage.colours.pane(lit=lit))
    if lit and stage.dice.chance(50):
        _pendants(stage, box)
    if not lit:
        corners = [(0.6, box.y), (0.85, box.y), (0.4, box.bottom), (0.15, box.bottom)]
        pen.polygon([(box.x + box.w * across, y) for across, y in corners], WHITE, opacity=0.14)
    for column in (1, 2, 3):
        pen.rect((box.x + box.w * column / 4 - 0.8, box.y, 1.6, box.h), STEEL)
    for row in (1, 2):
        pen.rect((box.x, box.y + box.h * row / 3 - 0.8, box.w, 1.6), STEEL)
    pen.rect((box.x - 4, box.bottom + 2, box.w + 8, 3), lighter(brick(stage.colours), 0.4))
    if stage.dice.chance(14):
        _pot_plant(stage, box)


def _pendants(stage: Stage, box: Box) -> None:
    for place in (0.375, 0.625):
        x = box.x + box.w * place
        stage.pen.rect((x - 0.5, box.y, 1, box.h * 0.3), STEEL)
        stage.pen.circle((x, box.y + box.h * 0.36), 3.4, WHITE)


def _pot_plant(stage: Stage, box: Box) -> None:
    x = box.x + box.w * 0.8
    leaf = stage.colours.at_dusk("#5B8C4A", 0.25)
    for dx, up in ((-4, 9), (4, 9), (0, 13)):
        stage.pen.circle((x + dx, box.bottom - up), 4, leaf)
    stage.pen.rect((x - 4, box.bottom - 7, 8, 7), "#A45F45", radius=1)


def _gate(stage: Stage, middle: float) -> None:
    pen, door = stage.pen, stage.colours.door
    pen.rect((middle - 23, GROUND - 42, 46, 42), STEEL, radius=1)
    for x in (middle - 20, middle + 0.7):
        pen.rect((x, GROUND - 39, 19.3, 39), door)
        pen.rect((x + 4, GROUND - 34, 11.3, 13), lighter(door, 0.16) if not stage.colours.evening else "#FFD890")
    for x in (middle - 4, middle + 2.4):
        pen.rect((x, GROUND - 18, 1.6, 8), "#F1D08A")
    pen.rect((middle - 28, GROUND - 48, 56, 5), darker(brick(stage.colours), 0.4), radius=1)
