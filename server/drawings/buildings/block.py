"""Apartments: a modern block of four to six floors with balconies."""

from dataclasses import dataclass

from server.drawings.palette import DOORS, GREENERY, WHITE, darker, lighter, mix
from server.drawings.shapes import CENTRE, Box, Colour
from server.drawings.stage import GROUND, Footprint, Stage

BAY_WIDTHS = {3: (56, 66), 4: (50, 58)}
"""More bays, narrower ones: the block stays within the narrow crops."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The measures of a block."""

    storeys: int
    bays: int
    bay: int
    left: float
    door_bay: int
    balconies: bool
    accent: Colour

    @property
    def floor(self) -> float:
        """The height of a storey."""
        return 204 / self.storeys

    @property
    def walls(self) -> Box:
        """The face."""
        return Box(self.left, GROUND - 212, self.bays * self.bay + 20, 212)

    def window(self, row: int, column: int) -> Box:
        """The opening in a row (0 is the top) and column."""
        return Box(
            self.left + 16 + column * self.bay,
            self.walls.y + 10 + row * self.floor,
            self.bay - 12,
            self.floor - 14,
        )


def _throw_plan(stage: Stage) -> Plan:
    dice = stage.dice
    storeys, bays = dice.between(4, 6), dice.between(3, 4)
    bay = dice.between(*BAY_WIDTHS[bays])
    left = CENTRE - bays * bay / 2 - 10 + dice.between(-16, 16)
    accent = mix(dice.pick(DOORS), stage.colours.wall, 0.25)
    return Plan(storeys, bays, bay, left, dice.below(bays), dice.chance(75), accent)


def draw_apartment(stage: Stage) -> Footprint:
    """A block of flats."""
    plan = _throw_plan(stage)
    _rooftop(stage, plan.walls)
    stage.pen.rect(plan.walls, stage.colours.wall)
    for row in range(1, plan.storeys):
        y = plan.walls.y + row * plan.floor
        stage.pen.rect((plan.walls.x, y, plan.walls.w, 2), stage.colours.shade)
    for row in range(plan.storeys):
        for column in range(plan.bays):
            if (row, column) != (plan.storeys - 1, plan.door_bay):
                _window(stage, plan, row, column)
    stage.pen.rect((plan.walls.x - 3, plan.walls.y - 4, plan.walls.w + 6, 7), stage.colours.deep)
    stage.pen.rect((plan.walls.x, GROUND - 5, plan.walls.w, 5), stage.colours.deep)
    middle = plan.left + 10 + (plan.door_bay + 0.5) * plan.bay
    _entrance(stage, middle, plan.accent)
    return Footprint(plan.walls.x, plan.walls.right, middle)


def _rooftop(stage: Stage, walls: Box) -> None:
    pen, colours = stage.pen, stage.colours
    if stage.dice.chance(60):
        house = Box(walls.x + walls.w * 0.18, walls.y - 22, walls.w * 0.5, 22)
        pen.rect(house, darker(colours.wall, 0.24))
        pen.rect((house.x - 3, house.y - 3, house.w + 6, 4), colours.deep)
        number = int((house.w - 8) // 18)
        for pane in range(number):
            x = house.x + (house.w - number * 18) / 2 + 3 + pane * 18
            pen.rect((x, house.y + 6, 12, 11), colours.pane(lit=colours.evening), radius=1)
    if stage.dice.chance(50):
        for bush in range(4):
            leaf = colours.at_dusk(GREENERY[bush % 3], 0.25)
            pen.circle((walls.x + walls.w * 0.76 + bush * 9, walls.y - 5 - bush % 2 * 3), 8, leaf)


def _window(stage: Stage, plan: Plan, row: int, column: int) -> None:
    pen, dice, colours = stage.pen, stage.dice, stage.colours
    box, lit = plan.window(row, column), stage.lit(48, 10)
    split = box.w * (0.62 if dice.chance(50) else 0.36)
    both_lit = dice.chance(60) and lit
    pen.rect(box, colours.trim, radius=1)
    wide = Box(box.x + 2, box.y + 2, split - 3, box.h - 4)
    pen.rect(wide, colours.pane(lit=lit))
    narrow = (box.x + split + 1, box.y + 2, box.w - split - 3, box.h - 4)
    pen.rect(narrow, colours.pane(lit=True) if both_lit else lighter(colours.glass, 0.12))
    if not lit:
        slant = wide.w * 0.3
        x = wide.x + wide.w * 0.5
        glint = [(x, wide.y), (x + slant, wide.y), (x - slant * 0.4, wide.bottom), (x - slant * 1.4, wide.bottom)]
        pen.polygon(glint, WHITE, opacity=0.16)
    # Balconies stand in a checker, so that none is above another.
    if plan.balconies and (row + column) % 2 == 0:
        _balcony(stage, box, plan.accent)


def _balcony(stage: Stage, window: Box, paint: Colour) -> None:
    pen, left, width, top = stage.pen, window.x - 5, window.w + 10, window.bottom - 12
    if stage.dice.chance(40):
        pen.circle((window.x + 4, top - 3), 5, stage.colours.at_dusk("#4F8350", 0.25))
        pen.circle((window.x + 10, top - 4), 6, stage.colours.at_dusk("#6A9A55", 0.25))
    pen.rect((left, top, width, 15), paint, radius=1)
    number = int(width // 5)
    for bar in range(number):
        pen.rect((left + (bar + 0.5) * width / number - 0.7, top + 3, 1.4, 11), lighter(paint, 0.35))
    pen.rect((left - 1, top + 14, width + 2, 3), stage.colours.deep)


def _entrance(stage: Stage, middle: float, canopy: Colour) -> None:
    pen, colours = stage.pen, stage.colours
    glass = mix("#FFD890", colours.glass, 0.25) if colours.evening else lighter(colours.glass, 0.2)
    height = 32
    pen.rect((middle - 20, GROUND - height, 40, height), "#33302D", radius=1)
    for x in (middle - 17.5, middle + 0.8):
        pen.rect((x, GROUND - height + 3, 16.7, height - 3), glass)
    for x in (middle - 3, middle + 1.8):
        pen.rect((x, GROUND - 18, 1.4, 8), "#33302D")
    pen.rect((middle - 26, GROUND - height - 5, 52, 5), canopy, radius=1)
