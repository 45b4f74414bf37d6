"""Houses: two floors, a roof of three kinds, a garden."""

from dataclasses import dataclass
from enum import Enum

from server.drawings.buildings.parts import (
    Bars,
    WindowStyle,
    draw_chimney,
    draw_door,
    draw_gabled_dormer,
    draw_window,
)
from server.drawings.palette import GREENERY, lighter
from server.drawings.shapes import CENTRE, Box, trace
from server.drawings.stage import GROUND, Footprint, Stage


class Roof(Enum):
    """What is above the walls."""

    GABLE = 0
    MANSARD = 1
    CROSS_GABLE = 2


@dataclass(frozen=True, slots=True)
class Plan:
    """The measures of a house."""

    roof: Roof
    walls: Box
    bars: Bars
    columns: tuple[float, ...]
    """Where the windows stand, as shares of the width."""
    door: int
    """The column of the door."""

    def across(self, column: int) -> float:
        """The middle of a column."""
        return self.walls.x + self.walls.w * self.columns[column]


def _throw_plan(stage: Stage) -> Plan:
    dice = stage.dice
    width = dice.between(172, 212)
    walls = Box(CENTRE - width / 2 + dice.between(-18, 18), GROUND - 122, width, 122)
    roof, bars, side, central = dice.pick(list(Roof)), dice.pick(list(Bars)), dice.chance(50), dice.chance(50)
    if roof is Roof.CROSS_GABLE:
        return Plan(roof, walls, bars, (0.25, 0.62, 0.86), 1)
    return Plan(roof, walls, bars, (0.2, 0.5, 0.8), 1 if central else (0 if side else 2))


def draw_house(stage: Stage) -> Footprint:
    """A house for one family."""
    plan = _throw_plan(stage)
    walls, pen, colours = plan.walls, stage.pen, stage.colours
    stack = walls.x + 14 if plan.roof is not Roof.CROSS_GABLE and stage.dice.chance(50) else walls.right - 46
    draw_chimney(stage, stack, walls.y - (50 if plan.roof is Roof.MANSARD else 60), 2)
    {Roof.GABLE: _gable, Roof.MANSARD: _mansard, Roof.CROSS_GABLE: _long_roof}[plan.roof](stage, walls)
    pen.rect(walls, colours.wall)
    pen.rect((walls.x, walls.y + 58, walls.w, 3), colours.shade)
    pen.rect((walls.x, GROUND - 8, walls.w, 8), colours.deep)
    if plan.roof is Roof.GABLE:
        _attic(stage, walls.middle, walls.y - 28)
    if plan.roof is Roof.CROSS_GABLE:
        _front_gable(stage, walls)
    if stage.dice.chance(35):
        _ivy(stage, walls)
    _windows(stage, plan)
    _porch(stage, plan.across(plan.door))
    return Footprint(walls.x, walls.right, plan.across(plan.door))


def _gable(stage: Stage, walls: Box) -> None:
    pen, eaves = stage.pen, walls.y + 2
    pen.polygon([(walls.x - 12, eaves), (walls.middle, walls.y - 72), (walls.right + 12, eaves)], stage.colours.roof)
    pen.polygon([(walls.x + 6, eaves), (walls.middle, walls.y - 60), (walls.right - 6, eaves)], stage.colours.wall)


def _mansard(stage: Stage, walls: Box) -> None:
    eaves, ridge = walls.y + 2, walls.y - 48
    slope = [(walls.x - 12, eaves), (walls.x + 22, ridge), (walls.right - 22, ridge), (walls.right + 12, eaves)]
    stage.pen.polygon(slope, stage.colours.roof)
    for place in (0.3, 0.7) if stage.dice.chance(60) else (0.5,):
        draw_gabled_dormer(stage, walls.x + walls.w * place, walls.y - 6, stage.colours.trim, lit=stage.lit(70, 0))


def _long_roof(stage: Stage, walls: Box) -> None:
    eaves, ridge = walls.y + 2, walls.y - 52
    slope = [(walls.x + walls.w * 0.2, eaves), (walls.x + walls.w * 0.32, ridge)]
    stage.pen.polygon([*slope, (walls.right - 16, ridge), (walls.right + 12, eaves)], stage.colours.roof)


def _front_gable(stage: Stage, walls: Box) -> None:
    pen, face, middle = stage.pen, lighter(stage.colours.wall, 0.18), walls.x + walls.w * 0.25
    pen.polygon(
        [(walls.x - 9, walls.y + 4), (middle, walls.y - 68), (walls.x + walls.w * 0.5 + 9, walls.y + 4)],
        stage.colours.roof,
    )
    gable = [(walls.x, walls.y + 6), (middle, walls.y - 54), (walls.x + walls.w * 0.5, walls.y + 6)]
    pen.polygon(gable, face)
    pen.rect((walls.x, walls.y + 4, walls.w * 0.5, walls.h - 4), face)
    pen.rect((walls.x, walls.y + 58, walls.w * 0.5, 3), stage.colours.shade)
    pen.rect((walls.x, GROUND - 8, walls.w * 0.5, 8), stage.colours.deep)
    _attic(stage, middle, walls.y - 26)


def _attic(stage: Stage, middle: float, top: float) -> None:
    draw_window(stage, Box(middle - 9, top, 18, 21), WindowStyle(Bars.CROSS), lit=stage.lit(60, 0))


def _windows(stage: Stage, plan: Plan) -> None:
    style = WindowStyle(plan.bars)
    for column in range(len(plan.columns)):
        width = 38 if plan.roof is Roof.CROSS_GABLE and column == 0 else 26
        x = plan.across(column) - width / 2
        draw_window(stage, Box(x, plan.walls.y + 16, width, 32), style, lit=stage.lit(60, 12))
        if column != plan.door:
            draw_window(stage, Box(x, plan.walls.y + 70, width, 34), style, lit=stage.lit(60, 12))


def _porch(stage: Stage, middle: float) -> None:
    draw_door(stage, Box(middle - 12, GROUND - 46, 24, 46), fanlight=False, steps=2)
    if stage.dice.chance(60):
        roof = [(middle - 26, GROUND - 51), (middle, GROUND - 66), (middle + 26, GROUND - 51)]
        stage.pen.polygon(roof, stage.colours.roof)
        stage.pen.rect((middle - 24, GROUND - 52, 48, 3), stage.colours.trim)


def _ivy(stage: Stage, walls: Box) -> None:
    """Climbs one corner, leaf by leaf, and thins out."""
    stem = stage.colours.at_dusk("#4C6B3F", 0.25)
    stage.pen.stroke(trace("M", walls.x + 8, GROUND, "c", -6, -30, 8, -50, -1, -96), stem, 2)
    for step in range(14):
        place = walls.x + stage.dice.between(1, 18 - step // 2), GROUND - 6 - step * 7
        leaf = stage.colours.at_dusk(stage.dice.pick(GREENERY), 0.25)
        stage.pen.circle(place, stage.dice.between(5, 8) - step * 0.2, leaf)
