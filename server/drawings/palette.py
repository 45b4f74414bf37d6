"""The colours of a cover: a sky, a wall, a door and a roof are thrown, the others follow from them."""

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from server.drawings.dice import Dice
from server.drawings.shapes import Colour

WHITE, INK, IRON, ACCENT = "#FFFFFF", "#2A2320", "#2B2725", "#C2410C"
LAMPLIGHT = "#FFD890"
WALLS = (
    "#D8C09A",
    "#E3CB9C",
    "#C3BBAF",
    "#B9705A",
    "#DDB3A2",
    "#AEBB9E",
    "#A3B8BA",
    "#EFE5D3",
    "#A9AFBC",
    "#F3EEE6",
    "#CDA77E",
    "#C98F6B",
)
DOORS = ("#9A3412", "#1F4D4A", "#2B3F63", "#6B2737", "#3C5A34", "#D19A2A", "#2B2725", "#7A5C86")
ROOFS = ("#4E5560", "#5D5551", "#7A4A3B", "#49585A", "#6B6470")
LEAVES = ("#5B8C4A", "#6F9A55", "#4F7F5A", "#C98A3B", "#B65F3A", "#86A35E")
GREENERY = ("#5B8C4A", "#3F7A4B", "#7A9C57")
BLOSSOM = ("#3F7A4B", "#5B8C4A", "#C2410C", "#D9669A", "#E7B24A")


class Sky(NamedTuple):
    """The colours above and at the horizon, and whether lamps are lit."""

    top: Colour
    horizon: Colour
    evening: bool


SKIES = (
    Sky("#BCD8E6", "#EEF4EF", False),
    Sky("#EAD8C2", "#FAF3E8", False),
    Sky("#F2C4A0", "#FCEBDA", False),
    Sky("#C8CFD4", "#EDEEEC", False),
    Sky("#AACFC9", "#EAF3EC", False),
    Sky("#CBC4DF", "#F4E9EB", False),
    Sky("#59638A", "#EDB08C", True),
    Sky("#2F3B57", "#8A87A5", True),
    Sky("#47597A", "#E6C3A6", True),
)


@cache
def mix(one: Colour, other: Colour, share: float) -> Colour:
    """`one` with `share` (0 to 1) of `other` in it; both are `#RRGGBB`."""
    pairs = zip(bytes.fromhex(one[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def lighter(colour: Colour, share: float) -> Colour:
    """Towards white."""
    return mix(colour, WHITE, share)


def darker(colour: Colour, share: float) -> Colour:
    """Towards ink."""
    return mix(colour, INK, share)


@dataclass(frozen=True, slots=True)
class Palette:
    """What a cover is painted with."""

    sky: Sky
    wall: Colour
    door: Colour
    roof: Colour
    trim: Colour
    shade: Colour
    deep: Colour
    glass: Colour

    @property
    def evening(self) -> bool:
        """Lamps are lit."""
        return self.sky.evening

    def at_dusk(self, colour: Colour, share: float) -> Colour:
        """The colour by day; with `share` of the sky in it in the evening."""
        return mix(colour, self.sky.top, share) if self.evening else colour

    def pane(self, *, lit: bool) -> Colour:
        """A window pane."""
        return LAMPLIGHT if lit else self.glass


def throw_palette(dice: Dice) -> Palette:
    """The first four throws of a cover: sky, wall, door, roof."""
    sky, wall, door, roof = dice.pick(SKIES), dice.pick(WALLS), dice.pick(DOORS), dice.pick(ROOFS)
    if sky.evening:
        wall = mix(wall, sky.top, 0.22)
    glass = mix("#2E3E4C", sky.top, 0.25) if sky.evening else mix("#5E7C8C", sky.top, 0.28)
    return Palette(sky, wall, door, roof, lighter(wall, 0.62), darker(wall, 0.16), darker(wall, 0.34), glass)
