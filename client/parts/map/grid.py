"""The faint grid on the ground: on a map without streets it shows how far one moves. No controls."""

import dataclasses
import math
from typing import Final, Self

from client.parts.map.sheet import Camera, Size
from shared_models.areas import Corner
from shared_models.search_map import TILE_PIXELS, degrees, pixels

SPACING_PIXELS: Final = 128
"""Between two lines at a whole zoom; between the whole zooms they move apart with the ground."""
_BEYOND: Final = 1.0
"""How much more than the view is drawn on each side, in views."""


@dataclasses.dataclass(frozen=True)
class Grid:
    """The lines for a whole zoom, counted from the north-western corner of the map: from the first to the last."""

    zoom: int
    west: int
    north: int
    east: int
    south: int

    @classmethod
    def under(cls, camera: Camera, size: Size, before: Self | None = None) -> Self:
        """The grid of what a camera sees and of as much again on each side; `before`, while nothing else is seen."""
        needed = cls._of(camera, size, 0.0)
        return before if before is not None and before.holds(needed) else cls._of(camera, size, _BEYOND)

    def holds(self, other: Self) -> bool:
        """Whether another grid is a part of this one."""
        within = self.west <= other.west and other.east <= self.east
        return self.zoom == other.zoom and within and self.north <= other.north and other.south <= self.south

    @classmethod
    def _of(cls, camera: Camera, size: Size, beyond: float) -> Self:
        x, y = pixels(camera.latitude, camera.longitude, camera.step)
        across, down = (length * (0.5 + beyond) for length in (size.width, size.height))
        last = TILE_PIXELS * 2**camera.step // SPACING_PIXELS
        first = (max(math.floor(low / SPACING_PIXELS), 0) for low in (x - across, y - down))
        ends = (min(math.ceil(high / SPACING_PIXELS), last) for high in (x + across, y + down))
        return cls(camera.step, *first, *ends)

    def ways(self) -> tuple[list[Corner], list[Corner]]:
        """Two lines to draw: down one column and up the next, and along the rows in the same manner.

        What joins two columns or rows lies at the edge of the grid, which the camera does not see.
        """
        columns, rows = range(self.west, self.east + 1), range(self.north, self.south + 1)
        ends = ((self.north, self.south), (self.west, self.east))
        down = [(column, row) for turn, column in enumerate(columns) for row in _there(ends[0], turn)]
        along = [(column, row) for turn, row in enumerate(rows) for column in _there(ends[1], turn)]
        return self._corners(down), self._corners(along)

    def _corners(self, crossings: list[tuple[int, int]]) -> list[Corner]:
        return [degrees(column * SPACING_PIXELS, row * SPACING_PIXELS, self.zoom) for column, row in crossings]


def _there(ends: tuple[int, int], turn: int) -> tuple[int, int]:
    """From one end to the other, and every second time back."""
    return ends if turn % 2 == 0 else (ends[1], ends[0])
