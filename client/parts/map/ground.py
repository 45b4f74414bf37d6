"""Which areas a map has to ask for, and how they join those that are drawn already. No controls, no calls."""

import dataclasses
from collections.abc import Iterable
from typing import Final

from client.parts.map.sheet import Box, Camera, Size, seen
from shared_models.search_map import NEAREST_ZOOM, MapArea, View

NEIGHBOURHOODS_FROM: Final = 11
"""The zoom from which the server tells neighbourhoods apart."""
_FAR_BEYOND: Final = 1.0


class Ground:
    """What of the ground a map has asked for, a view and as much again on each side."""

    def __init__(self) -> None:
        self._box: Box | None = None
        self._near = False

    def missing(self, camera: Camera, size: Size) -> View | None:
        """The view to ask for; None when all that the camera sees is drawn already."""
        near = camera.step >= NEIGHBOURHOODS_FROM
        if self._box is not None and self._near == near and _within(seen(camera, size), self._box):
            return None
        round_it = seen(camera, size, margin=_FAR_BEYOND)
        return View(**dataclasses.asdict(round_it), zoom=min(camera.step, NEAREST_ZOOM))

    def joined(self, view: View, before: Iterable[MapArea], found: Iterable[MapArea]) -> tuple[MapArea, ...]:
        """The areas to draw now that those of `view` were found; new ones come last, so that only they are sent."""
        near = view.zoom >= NEIGHBOURHOODS_FROM
        kept = before if self._box is not None and self._near == near else ()
        self._box, self._near = Box(view.south, view.west, view.north, view.east), near
        known = {(area.city, area.name): area for area in kept}
        for area in found:
            known.setdefault((area.city, area.name), area)
        return tuple(known.values())


def _within(inner: Box, outer: Box) -> bool:
    if inner.south < outer.south or inner.north > outer.north:
        return False
    if outer.west > outer.east or inner.west > inner.east:
        return outer == inner
    return outer.west <= inner.west and inner.east <= outer.east
