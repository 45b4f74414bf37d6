"""The parts buildings share: windows, doors, chimneys, bits of stone."""

from dataclasses import dataclass, replace
from enum import Enum

from server.drawings.palette import BLOSSOM, IRON, LAMPLIGHT, WHITE, darker, lighter, mix
from server.drawings.shapes import Box, Colour, trace
from server.drawings.stage import GROUND, Stage


class Bars(Enum):
    """How a window is divided."""

    SASH = 1
    CROSS = 2
    SIX = 3


@dataclass(frozen=True, slots=True)
class WindowStyle:
    """How the windows of one building look."""

    bars: Bars
    arched: bool = False
    sill: bool = True

    def without_sill(self) -> "WindowStyle":
        """For a narrow place."""
        return replace(self, sill=False)

    def flat_topped(self) -> "WindowStyle":
        """For the storeys below the arches."""
        return replace(self, arched=False)


def draw_window(stage: Stage, box: Box, style: WindowStyle, *, lit: bool) -> None:
    """A window; behind or before it perhaps curtains, a lamp, a cat or flowers."""
    colours = stage.colours
    if style.arched:
        _arch(stage, Box(box.x - 3, box.y - 3, box.w + 6, box.h + 5), colours.trim)
        _arch(stage, box, colours.pane(lit=lit))
    else:
        stage.pen.rect(box.grown(3), colours.trim, radius=1.5)
        stage.pen.rect(box, colours.pane(lit=lit), radius=0.5)
    if lit:
        _perhaps_someone_home(stage, box, style)
    else:
        _reflection(stage, box, below=box.w / 2 if style.arched else 0)
    _bars(stage, box, style.bars)
    if style.sill:
        stage.pen.rect((box.x - 5, box.bottom + 2, box.w + 10, 4), mix(colours.trim, colours.deep, 0.25))
    _perhaps_on_the_sill(stage, box)


def _arch(stage: Stage, box: Box, fill: Colour) -> None:
    half = box.w / 2
    stage.pen.path(
        trace("M", box.x, box.bottom, "V", box.y + half, "a", half, half, 0, 0, 1, box.w, 0, "V", box.bottom, "z"), fill
    )


def _reflection(stage: Stage, box: Box, below: float) -> None:
    top, x, w = box.y + below, box.x, box.w
    corners = [(x + w * 0.55, top), (x + w * 0.85, top), (x + w * 0.35, box.bottom), (x + w * 0.05, box.bottom)]
    stage.pen.polygon(corners, WHITE, opacity=0.16)


def _perhaps_someone_home(stage: Stage, box: Box, style: WindowStyle) -> None:
    if not stage.dice.chance(55):
        return
    if stage.dice.chance(50):
        top = box.y + (box.w * 0.4 if style.arched else 0)
        cloth, fold, drop = mix(LAMPLIGHT, "#B45309", 0.22), box.w * 0.3, box.h * 0.8
        for edge, inward in ((box.x, fold), (box.right, -fold)):
            stage.pen.path(trace("M", edge, top, "h", inward, "q", 0, drop * 0.6, -inward, drop, "z"), cloth)
    else:
        stage.pen.rect((box.middle - 0.6, box.y + 2, 1.2, box.h * 0.3), stage.colours.deep)
        stage.pen.circle((box.middle, box.y + box.h * 0.38), box.w * 0.14, WHITE, opacity=0.9)


def _bars(stage: Stage, box: Box, bars: Bars) -> None:
    trim = stage.colours.trim
    stage.pen.rect((box.x, box.y + box.h / 2 - 1, box.w, 2), trim)
    if bars is not Bars.SASH:
        stage.pen.rect((box.middle - 1, box.y, 2, box.h), trim)
    if bars is Bars.SIX:
        for quarter in (0.25, 0.75):
            stage.pen.rect((box.x, box.y + box.h * quarter - 0.7, box.w, 1.4), trim)


def _perhaps_on_the_sill(stage: Stage, box: Box) -> None:
    match stage.dice.below(12):
        case 0:
            _cat(stage, box)
        case 1 | 2:
            _flower_box(stage, box)


def _cat(stage: Stage, box: Box) -> None:
    """Sitting, seen from behind, looking out; it is always the same cat."""
    back = ("c", -4, -3, -4, -8, -1, -10.5, "l", -0.6, -5, "l", 3, 2.4, "h", 2.2, "l", 3, -2.4, "l", -0.6, 5)
    front = ("c", 3, 2.5, 3, 7.5, -1, 10.5, "z")
    stage.pen.path(trace("M", box.x + box.w * 0.62 - 3, box.bottom, *back, *front), IRON)


def _flower_box(stage: Stage, box: Box) -> None:
    for place in (0.15, 0.38, 0.62, 0.85):
        bloom = box.x + box.w * place, box.bottom - 1 + stage.dice.between(-3, 0)
        stage.pen.circle(bloom, 3.4, stage.dice.pick(BLOSSOM))
    stage.pen.rect((box.x - 1, box.bottom - 1, box.w + 2, 5), "#7C5A44", radius=1)


def draw_door(stage: Stage, box: Box, *, fanlight: bool, steps: int) -> None:
    """A panelled door standing on the ground line, under a fanlight or a plain frame, with steps before it."""
    pen, colours = stage.pen, stage.colours
    if fanlight:
        _fanlight(stage, box)
    else:
        pen.rect((box.x - 5, box.y - 5, box.w + 10, box.h + 5), colours.trim, radius=1.5)
    pen.rect((box.x, box.y + 1, box.w, box.h - 1), colours.door, radius=1)
    for across in (0.13, 0.57):
        for down in (0.12, 0.54):
            panel = (box.x + box.w * across, box.y + box.h * down, box.w * 0.3, box.h * 0.34)
            pen.rect(panel, lighter(colours.door, 0.14), radius=1)
    pen.circle((box.x + box.w * 0.5, box.y + box.h * 0.51), 1.7, "#F1D08A")
    for step in range(steps):
        stone = mix(colours.trim, colours.deep, 0.2 + 0.12 * step)
        pen.rect((box.x - 8 - step * 5, GROUND - 4 + step * 4, box.w + 16 + step * 10, 4.6), stone)


def _fanlight(stage: Stage, door: Box) -> None:
    colours, half = stage.colours, door.w / 2
    _arch(stage, Box(door.x - 6, door.y - half - 6, door.w + 12, door.h + half + 6), colours.trim)
    light = LAMPLIGHT if colours.evening else lighter(colours.glass, 0.3)
    stage.pen.path(trace("M", door.x, door.y + 1, "a", half, half, 0, 0, 1, door.w, 0, "z"), light)
    for lean in (-0.22, 0, 0.22):
        tip = (door.middle + door.w * lean, door.y - door.w * 0.42)
        stage.pen.line((door.middle, door.y), tip, colours.trim, 1.4)


def draw_chimney(stage: Stage, x: float, y: float, pots: int) -> None:
    """A stack with its upper edge at y, clay pots on it; its foot is 48 lower, where a roof drawn later hides it."""
    pen, colours = stage.pen, stage.colours
    for pot in range(pots):
        pen.rect((x + 3 + pot * 9, y - 9, 6, 11), "#A45F45", radius=1)
        pen.rect((x + 2.4 + pot * 9, y - 9, 7.2, 2.4), "#8A4E39", radius=1)
    pen.rect((x, y, pots * 9 + 4, 48), colours.shade)
    pen.rect((x - 2, y, pots * 9 + 8, 5), colours.deep)


def draw_stones(stage: Stage, wall: Box, number: int) -> None:
    """A few single stones, so that a wall is not a plain sheet."""
    for _ in range(number):
        x = wall.x + stage.dice.between(4, int(wall.w) - 24)
        y = wall.y + stage.dice.below(int(wall.h) - 6)
        stage.pen.rect((x, y, stage.dice.between(9, 17), 4), stage.colours.shade, radius=1, opacity=0.45)


def draw_gabled_dormer(stage: Stage, middle: float, foot: float, face: Colour, *, lit: bool) -> None:
    """A small gable with a window, standing on the roof; 30 wide, 38 high."""
    pen, colours = stage.pen, stage.colours
    cheek = [(middle - 15, foot), (middle - 15, foot - 20), (middle, foot - 33), (middle + 15, foot - 20)]
    pen.polygon([*cheek, (middle + 15, foot)], face)
    pen.stroke(
        trace("M", middle - 18, foot - 18, "L", middle, foot - 34, "L", middle + 18, foot - 18),
        darker(colours.roof, 0.25),
        3,
    )
    glass = Box(middle - 8, foot - 19, 16, 17)
    pen.rect(glass.grown(2), colours.trim, radius=1)
    pen.rect(glass, colours.pane(lit=lit), radius=0.5)
    pen.rect((middle - 0.8, glass.y, 1.6, glass.h), colours.trim)
    pen.rect((glass.x, glass.y + glass.h / 2 - 0.8, glass.w, 1.6), colours.trim)
