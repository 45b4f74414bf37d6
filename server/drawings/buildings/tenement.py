"""Flats: a stone tenement of three or four floors. A room is one framed window of it."""

from dataclasses import dataclass
from enum import Enum

from server.drawings.buildings.parts import (
    Bars,
    WindowStyle,
    draw_chimney,
    draw_door,
    draw_gabled_dormer,
    draw_stones,
    draw_window,
)
from server.drawings.palette import ACCENT, IRON, lighter
from server.drawings.shapes import CENTRE, Box
from server.drawings.stage import GROUND, Footprint, Stage

EDGE = 11
"""Wall left and right of the outermost bays."""


class Roof(Enum):
    """What is above the cornice."""

    HIPPED = 0
    PARAPET = 1
    DORMERS = 2


@dataclass(frozen=True, slots=True)
class Plan:
    """The measures of a tenement, all thrown before the first stroke."""

    roof: Roof
    storeys: int
    bays: int
    bay: int
    left: float

    @property
    def floor(self) -> int:
        """The height of a storey."""
        return 48 if self.storeys == 4 else 60

    @property
    def walls(self) -> Box:
        """The face, from the cornice to the ground."""
        height = self.storeys * self.floor + (4 if self.roof is Roof.DORMERS else 10)
        return Box(self.left, GROUND - height, self.bays * self.bay + 2 * EDGE, height)

    def window(self, row: int, column: int) -> Box:
        """The opening in a row (0 is the top) and column."""
        height = self.floor - 24 - (0 if row or self.storeys == 4 else 4)
        return Box(self.bay_left(column) + self.bay / 2 - 10.5, self.walls.y + 12 + row * self.floor, 21, height)

    def bay_left(self, column: int) -> float:
        """Where a bay begins."""
        return self.left + EDGE + column * self.bay


def throw_plan(stage: Stage) -> Plan:
    """Roof, storeys, bays, their width, and a step aside from the middle."""
    dice = stage.dice
    roof, storeys, bays, bay = dice.pick(list(Roof)), dice.between(3, 4), dice.between(3, 4), dice.between(48, 56)
    return Plan(roof, storeys, bays, bay, CENTRE - (bays * bay) / 2 - EDGE + dice.between(-14, 14))


def draw_flat(stage: Stage) -> Footprint:
    """A tenement, lamps here and there."""
    plan = throw_plan(stage)
    _shell(stage, plan, dark=False)
    style, door_bay, oriel = _style(stage), stage.dice.below(plan.bays), stage.dice.chance(40)
    # A bay window needs a neighbouring bay that is not the door's.
    oriel_bay = (door_bay + 1) % plan.bays if oriel else None
    if oriel_bay is not None:
        _oriel(stage, plan, oriel_bay)
    for row, column in _openings(plan, door_bay):
        box, row_style = plan.window(row, column), style if row == 0 else style.flat_topped()
        if column == oriel_bay:
            for x in (box.x - 7, box.x + 12):
                pane = Box(x, box.y, 15, box.h)
                draw_window(stage, pane, WindowStyle(Bars.SASH, sill=False), lit=stage.lit(52, 10))
        else:
            draw_window(stage, box, row_style, lit=stage.lit(52, 10))
    return _ground_floor(stage, plan, door_bay)


def draw_room(stage: Stage) -> Footprint:
    """A tenement with one lit window, framed in the accent: the room."""
    plan = throw_plan(stage)
    _shell(stage, plan, dark=True)
    style, door_bay = _style(stage), stage.dice.below(plan.bays)
    ours = stage.dice.below(plan.storeys - 1), stage.dice.below(plan.bays)
    for row, column in _openings(plan, door_bay):
        box, row_style = plan.window(row, column), style if row == 0 else style.flat_topped()
        if (row, column) == ours:
            row_style = row_style.flat_topped().without_sill()
            stage.pen.rect((box.x - 8, box.y - 8, box.w + 16, box.h + 16), ACCENT, radius=4)
            stage.pen.rect(box.grown(4.5), lighter(stage.colours.wall, 0.3), radius=2)
        draw_window(stage, box, row_style, lit=(row, column) == ours)
    return _ground_floor(stage, plan, door_bay)


def _style(stage: Stage) -> WindowStyle:
    return WindowStyle(stage.dice.pick(list(Bars)), arched=stage.dice.chance(25))


def _openings(plan: Plan, door_bay: int) -> list[tuple[int, int]]:
    every = ((row, column) for row in range(plan.storeys) for column in range(plan.bays))
    return [place for place in every if place != (plan.storeys - 1, door_bay)]


def _shell(stage: Stage, plan: Plan, *, dark: bool) -> None:
    pen, colours, walls = stage.pen, stage.colours, plan.walls
    stack = walls.y - (42 if plan.roof is Roof.PARAPET else 44)
    draw_chimney(stage, walls.x + stage.dice.between(12, 28), stack, 3)
    draw_chimney(stage, walls.right - stage.dice.between(52, 64), stack, stage.dice.between(2, 4))
    match plan.roof:
        case Roof.HIPPED:
            _hipped(stage, walls)
        case Roof.PARAPET:
            _parapet(stage, walls)
        case Roof.DORMERS:
            _dormers(stage, walls, dark=dark)
    pen.rect(walls, colours.wall)
    pen.rect((walls.x - 4, walls.y - 2, walls.w + 8, 6), colours.trim)
    pen.rect((walls.x, GROUND - plan.floor - 10, walls.w, 4), colours.shade)
    pen.rect((walls.x, GROUND - 10, walls.w, 10), colours.deep)
    draw_stones(stage, Box(walls.x, walls.y + 12, walls.w, walls.h - 30), stage.dice.between(10, 18))


def _hipped(stage: Stage, walls: Box) -> None:
    ridge = walls.y - 26
    eaves = (walls.x - 4, walls.y), (walls.right + 4, walls.y)
    top = [(walls.x + 14, ridge), (walls.right - 14, ridge)]
    stage.pen.polygon([eaves[0], *top, eaves[1]], stage.colours.roof)


def _parapet(stage: Stage, walls: Box) -> None:
    pen, colours = stage.pen, stage.colours
    pen.rect((walls.x, walls.y - 12, walls.w, 14), colours.shade)
    number = int((walls.w - 8) // 9.6)
    step = walls.w / number
    for baluster in range(number):
        pen.rect((walls.x + (baluster + 0.5) * step - 2, walls.y - 10, 4, 9), colours.trim, radius=1)
    pen.rect((walls.x - 4, walls.y - 15, walls.w + 8, 4), colours.deep)


def _dormers(stage: Stage, walls: Box, *, dark: bool) -> None:
    ridge = walls.y - 26
    eaves = (walls.x - 4, walls.y), (walls.right + 4, walls.y)
    top = [(walls.x + 10, ridge), (walls.right - 10, ridge)]
    stage.pen.polygon([eaves[0], *top, eaves[1]], stage.colours.roof)
    for place in (0.28, 0.72):
        lit = stage.lit(60, 0) and not dark
        draw_gabled_dormer(stage, walls.x + walls.w * place, walls.y, stage.colours.wall, lit=lit)


def _oriel(stage: Stage, plan: Plan, column: int) -> None:
    """A bay window from the ground to the top."""
    pen, colours, walls = stage.pen, stage.colours, plan.walls
    x, top, width = plan.bay_left(column) + 1, walls.y + 8, plan.bay - 2
    pen.rect((x, top, width, GROUND - top), lighter(colours.wall, 0.16))
    pen.rect((x + width - 4, top, 4, GROUND - top), colours.shade, opacity=0.6)
    pen.rect((x - 3, top - 4, width + 6, 6), colours.trim)
    for row in range(1, plan.storeys):
        pen.rect((x, walls.y + row * plan.floor + 1, width, 3), colours.shade, opacity=0.7)
    pen.rect((x - 2, GROUND - 10, width + 4, 10), colours.deep)


def _ground_floor(stage: Stage, plan: Plan, door_bay: int) -> Footprint:
    walls, middle = plan.walls, plan.bay_left(door_bay) + plan.bay / 2
    height = plan.floor - (22 if plan.storeys == 3 else 17)
    fanlight = plan.roof is not Roof.PARAPET or stage.dice.chance(50)
    draw_door(stage, Box(middle - 11, GROUND - height, 22, height), fanlight=fanlight, steps=2)
    if stage.dice.chance(45):
        _railings(stage, walls.x + 4, middle - 21)
        _railings(stage, middle + 21, walls.right - 4)
    return Footprint(walls.x, walls.right, middle)


def _railings(stage: Stage, left: float, right: float) -> None:
    if right - left < 20:
        return
    stage.pen.rect((left, GROUND - 18, right - left, 2), IRON)
    for bar in range(int((right - left) // 6) + 1):
        stage.pen.rect((left + bar * 6, GROUND - 21, 1.6, 21), IRON)
