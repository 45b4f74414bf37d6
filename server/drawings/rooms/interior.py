"""What the rooms of one home share: colours, floor, and the things that stand in more than one of them."""

from dataclasses import dataclass

from server.drawings.dice import Dice
from server.drawings.palette import ACCENT, IRON, WHITE, darker, lighter, mix
from server.drawings.shapes import PAINTED_LEFT, PAINTED_RIGHT, Box, Colour, Pen, trace

FLOOR = 236
"""Where the floor begins."""

SPAN = PAINTED_RIGHT - PAINTED_LEFT
CREAM = "#FBF6EA"
WALLS = ("#E9DAC6", "#DCDDD0", "#EFE3CC", "#D6DEE2", "#E7D3CB", "#E2DDE6")
FABRICS = ("#4A7A6E", "#6C8AA3", "#A8664B", "#7D6B91", "#5F7C54", "#B98A3E")
TEXTILES = ("#D99C86", "#E2B65A", "#8FA9B8", "#9DB38C", "#C9A7B5")
WOODS = ("#C79D74", "#B58861", "#D3AF84", "#A97C58")
LEAVES = ("#4F7F5A", "#5B8C4A", "#6A9A6A")


@dataclass(frozen=True, slots=True)
class Interior:
    """The pen, the dice of one room, and the colours of the whole home."""

    pen: Pen
    dice: Dice
    wall: Colour
    fabric: Colour
    textile: Colour
    wood: Colour
    cabinet: Colour

    @property
    def furniture(self) -> Colour:
        """Darker than the floor, so that legs and tables stand out."""
        return darker(self.wood, 0.38)


def throw_interior(home: Dice, room: Dice) -> Interior:
    """Colours from the home's dice, so that its rooms belong together; all else from the room's own."""
    wall, fabric, textile, wood = home.pick(WALLS), home.pick(FABRICS), home.pick(TEXTILES), home.pick(WOODS)
    return Interior(Pen(), room, wall, fabric, textile, wood, home.pick(FABRICS))


def draw_shell(room: Interior) -> None:
    """Wall, skirting and a boarded floor."""
    pen = room.pen
    pen.rect((PAINTED_LEFT, -20, SPAN, FLOOR + 20), room.wall)
    pen.rect((PAINTED_LEFT, FLOOR, SPAN, 90), room.wood)
    for row, y in enumerate((FLOOR + 12, FLOOR + 30, FLOOR + 52)):
        pen.rect((PAINTED_LEFT, y, SPAN, 1.2), darker(room.wood, 0.14), opacity=0.6)
        for x in range(PAINTED_LEFT + row * 37, PAINTED_RIGHT, 118):
            pen.rect((x, y - 18 if row else FLOOR, 1.2, 18 if row else 12), darker(room.wood, 0.14), opacity=0.5)
    pen.rect((PAINTED_LEFT, FLOOR - 8, SPAN, 8), lighter(room.wall, 0.65))


def draw_view(room: Interior, box: Box) -> None:
    """A window: sky, hills, a frame with a cross and a sill. `box` is the glass."""
    pen, dice = room.pen, room.dice
    sky = dice.pick(("#BFDCEB", "#CFE3EA", "#F3D9BE", "#D7D3E8"))
    pen.rect(box.grown(6), CREAM, radius=2)
    pen.rect(box, sky)
    if dice.chance(50):
        pen.circle((box.x + box.w * dice.between(25, 75) / 100, box.y + box.h * 0.28), 8, lighter(sky, 0.6))
    for lift, leaf in ((dice.between(44, 58), mix("#9BB58A", sky, 0.35)), (dice.between(26, 38), "#9BB58A")):
        top, w = box.bottom - box.h * lift / 100, box.w
        crest = ("q", w * 0.28, -w * 0.2, w * 0.52, 0, "t", w * 0.48, -w * 0.06)
        pen.path(trace("M", box.x, top, *crest, "V", box.bottom, "H", box.x, "z"), leaf)
    pen.rect((box.middle - 2, box.y, 4, box.h), CREAM)
    pen.rect((box.x, box.y + box.h * 0.46, box.w, 4), CREAM)
    pen.rect((box.x - 10, box.bottom + 5, box.w + 20, 5), darker(CREAM, 0.08), radius=1)


def draw_curtains(room: Interior, window: Box) -> None:
    """A rail and two curtains that fall below the sill."""
    pen, cloth = room.pen, room.textile
    top, drop, wide = window.y - 16, window.h + 46, window.w * 0.3
    for edge, side in ((window.x - 16, 1), (window.right + 16, -1)):
        inner = edge + side * wide
        hem = ("C", inner, top + drop * 0.5, edge + side * wide * 0.45, top + drop * 0.6)
        fall = (edge + side * wide * 0.5, top + drop, "H", edge, "z")
        pen.path(trace("M", edge, top, "H", inner, *hem, *fall), cloth)
        for fold in (0.2, 0.36):
            x = edge + side * wide * fold
            pen.line((x, top + 4), (x, top + drop - 4), darker(cloth, 0.12), 1.4, opacity=0.7)
    pen.line((window.x - 24, top), (window.right + 24, top), IRON, 2.6)


def draw_picture(room: Interior, box: Box) -> None:
    """A framed picture: a sun, mountains, or a landscape."""
    pen, ground = room.pen, room.dice.pick(("#D9B29B", "#E8E4D4", "#C9D6D5", "#F2E6D0"))
    pen.rect(box, CREAM, radius=1)
    inner = box.grown(-4)
    pen.rect(inner, ground)
    short = min(inner.w, inner.h)
    match room.dice.below(3):
        case 0:
            pen.circle((inner.middle, inner.y + inner.h / 2), short * 0.28, ACCENT)
        case 1:
            peaks = [(0.08, 0.92), (0.36, 0.36), (0.54, 0.66), (0.68, 0.48), (0.94, 0.92)]
            pen.polygon([(inner.x + inner.w * x, inner.y + inner.h * y) for x, y in peaks], "#7E9CA0")
        case _:
            y = inner.y + inner.h * 0.62
            wave = ("q", inner.w * 0.3, -short * 0.3, inner.w * 0.55, 0, "t", inner.w * 0.45, 0)
            pen.path(trace("M", inner.x, y, *wave, "V", inner.bottom, "H", inner.x, "z"), "#8DAE7F")
            pen.circle((inner.x + inner.w * 0.72, inner.y + inner.h * 0.3), short * 0.13, ACCENT)


def draw_plant(room: Interior, x: float, foot: float, size: float) -> None:
    """A pot with leaves; about 60 high at size 1."""
    pen, leaf = room.pen, room.dice.pick(LEAVES)
    rim = foot - 20 * size
    for lean, tall in ((-17, 34), (17, 36), (-8, 47), (9, 50), (0, 58)):
        tip, belly = x + lean * size, rim - tall * size * 0.55
        sides = ("Q", tip - 9 * size, belly, tip, rim - tall * size, "Q", tip + 9 * size, belly, x, rim + 2, "z")
        pen.path(trace("M", x, rim + 2, *sides), darker(leaf, 0.1) if lean < 0 else leaf)
    half = 11 * size
    pot = [(x - half, rim), (x + half, rim), (x + half * 0.72, foot), (x - half * 0.72, foot)]
    pen.polygon(pot, room.dice.pick(("#B5694A", "#D3A64A", "#6E7F86")))


def draw_shelves(room: Interior, x: float) -> None:
    """A tall bookcase, 84 wide, its left side at x; it stands where only wide crops look."""
    pen, wood, top = room.pen, room.furniture, FLOOR - 168
    pen.rect((x, top, 84, 172), wood, radius=2)
    for shelf in range(4):
        y = top + 6 + shelf * 41
        pen.rect((x + 5, y, 74, 36), darker(wood, 0.35))
        place = x + 9.0
        for _ in range(room.dice.between(4, 7)):
            wide, tall = room.dice.between(5, 9), room.dice.between(20, 31)
            pen.rect((place, y + 36 - tall, wide, tall), room.dice.pick((*TEXTILES, *FABRICS, CREAM)), radius=0.5)
            place += wide + 1


def draw_door(room: Interior, x: float) -> None:
    """A panelled door in its frame, 76 wide, its left side at x; it stands where only wide crops look."""
    pen, leaf = room.pen, lighter(room.wall, 0.5)
    pen.rect((x, FLOOR - 178, 76, 178), lighter(room.wall, 0.75))
    pen.rect((x + 6, FLOOR - 172, 64, 172), leaf)
    for y, tall in ((FLOOR - 162, 66), (FLOOR - 84, 70)):
        pen.rect((x + 15, y, 46, tall), darker(leaf, 0.06), radius=1)
    pen.circle((x + 63, FLOOR - 88), 2.6, "#C9A24B")


def draw_floor_lamp(room: Interior, x: float) -> None:
    """As tall as a person; it throws a soft circle on the wall."""
    pen = room.pen
    pen.circle((x, FLOOR - 116), 40, WHITE, opacity=0.16)
    pen.rect((x - 1.5, FLOOR - 116, 3, 130), IRON)
    pen.rect((x - 14, FLOOR + 12, 28, 4), IRON, radius=2)
    shade = [(x - 11, FLOOR - 138), (x + 11, FLOOR - 138), (x + 20, FLOOR - 110), (x - 20, FLOOR - 110)]
    pen.polygon(shade, "#F4DDA0")
