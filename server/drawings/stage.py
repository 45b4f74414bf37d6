"""What every drawing function is handed: a pen, the dice and the colours."""

from dataclasses import dataclass

from server.drawings.dice import Dice
from server.drawings.palette import Palette
from server.drawings.shapes import Pen

GROUND = 264
"""Where buildings stand: the street begins below."""


@dataclass(frozen=True, slots=True)
class Stage:
    """The pen, the dice and the colours of one cover."""

    pen: Pen
    dice: Dice
    colours: Palette

    def lit(self, evening: int, day: int) -> bool:
        """Throw for a lamp behind a window: so many in a hundred in the evening, so many by day."""
        return self.dice.chance(evening if self.colours.evening else day)


@dataclass(frozen=True, slots=True)
class Footprint:
    """Where a building stands, so that trees, lamps and bicycles find their place beside it."""

    left: float
    right: float
    door: float
    """The middle of its door."""
