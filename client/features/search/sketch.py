"""What is being drawn on the map: the corners of an area, or the middle of a circle and how far it reaches."""

import dataclasses
from enum import StrEnum
from typing import Final

import flet as ft

from client.features.search.criteria import USUAL_RADIUS, Criteria
from client.parts.map.query import DECIMALS
from client.parts.map.sheet import Circle, apart, turned
from shared_models.areas import FEWEST_CORNERS, MAX_CORNERS, Corner, write_area

FINGER_PIXELS: Final = 22
"""A press so near the first corner closes the area: half of what a finger needs."""
SAME_PIXELS: Final = 4
"""A press so near the last corner is the second of a double one."""


class Kind(StrEnum):
    """What one can draw."""

    AREA = "area"
    CIRCLE = "circle"


@ft.observable
@dataclasses.dataclass
class Sketch:
    """A drawing that is not searched yet. Its window keeps it: a resize or a reload loses no corner."""

    kind: Kind | None = None
    """None: nothing is being drawn, and the map is for looking."""
    corners: tuple[Corner, ...] = ()
    """Of the area; of a circle the one in its middle."""
    kilometres: float = USUAL_RADIUS

    def begin(self, kind: Kind, before: Circle | None = None) -> None:
        """Draw one of these from now on; a circle as the one that is searched."""
        self.kind, self.corners, self.kilometres = kind, (), USUAL_RADIUS
        if kind is Kind.CIRCLE and before is not None:
            self.corners, self.kilometres = ((before.latitude, before.longitude),), before.kilometres

    def stop(self) -> None:
        """Nothing is drawn any more."""
        self.kind, self.corners = None, ()

    def press(self, latitude: float, longitude: float, zoom: float) -> bool:
        """The map was pressed here. Whether that closed an area: the press is on its first corner then."""
        here = (round(latitude, 5), round(turned(longitude), 5))
        if self.kind is Kind.CIRCLE:
            self.corners = (here,)
            return False
        if self.ready and apart(here, self.corners[0], zoom) <= FINGER_PIXELS:
            return True
        twice = bool(self.corners) and apart(here, self.corners[-1], zoom) <= SAME_PIXELS
        if not self.full and not twice:
            self.corners = (*self.corners, here)
        return False

    def undo(self) -> None:
        """Without the last corner."""
        self.corners = self.corners[:-1]

    def clear(self) -> None:
        """Without any corner."""
        self.corners = ()

    @property
    def ready(self) -> bool:
        """Whether it can be searched."""
        return len(self.corners) >= (FEWEST_CORNERS if self.kind is Kind.AREA else 1)

    @property
    def full(self) -> bool:
        """Whether an area has as many corners as it may."""
        return len(self.corners) >= MAX_CORNERS

    @property
    def circle(self) -> Circle | None:
        """The circle, once its middle is chosen."""
        if self.kind is not Kind.CIRCLE or not self.corners:
            return None
        latitude, longitude = (round(degrees, DECIMALS) for degrees in self.corners[0])
        return Circle(latitude, longitude, self.kilometres)

    def on(self, criteria: Criteria) -> Criteria:
        """The wish with what is drawn, which is `ready`, as its place."""
        if self.kind is Kind.CIRCLE:
            return criteria.placed(circle=self.circle)
        return criteria.placed(area=write_area(self.corners))
