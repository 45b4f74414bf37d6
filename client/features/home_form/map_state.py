"""The map on which a landlord puts the pin: where it looks, and what is drawn there."""

import asyncio
import dataclasses
from typing import Final

import flet as ft

from client.api import search, search_map
from client.core.http import Http
from client.features.home_form.facts import pin_of
from client.features.home_form.typed import Typed
from client.parts.map.grid import Grid
from client.parts.map.ground import Ground
from client.parts.map.sheet import Camera, Size
from shared_models.search import Place, PlaceKind
from shared_models.search_map import MapArea, MapTiles

EVERYWHERE: Final = Camera(30.0, 0.0, 1.0)
CITY_ZOOM: Final = 12.0
NEIGHBOURHOOD_ZOOM: Final = 14.0
PIN_ZOOM: Final = 16.0
MOVING_PAUSE_SECONDS: Final = 0.25
SIZE: Final = Size(700, 280)
"""About as large as the map is on a desktop."""


@ft.observable
@dataclasses.dataclass
class PinMap:
    """The ground round the pin, or round the place that is named while there is none."""

    http: Http
    frame: Camera | None = None
    """Where the map is to stand; None until that is known."""
    areas: tuple[MapArea, ...] = ()
    grid: Grid | None = None
    tiles: MapTiles | None = None
    pause: float = MOVING_PAUSE_SECONDS
    _ground: Ground = dataclasses.field(default_factory=Ground, repr=False, compare=False)

    async def find(self, typed: Typed) -> None:
        """Look at the pin, or else at the place that is named. Raises ApiError."""
        pin = pin_of(typed)
        if pin is not None:
            frame = Camera(*pin, PIN_ZOOM)
        elif self.frame is None or typed.get("city").strip():
            frame = await self._named(typed) or self.frame or EVERYWHERE
        else:
            frame = self.frame
        await self._draw(frame)
        self.frame = frame

    async def look(self, camera: Camera) -> None:
        """Draw what lies where the map was moved to, once it rests; a later call cancels this one. Raises ApiError."""
        await asyncio.sleep(self.pause)
        await self._draw(camera)

    async def _named(self, typed: Typed) -> Camera | None:
        """The middle of the neighbourhood, or of the city, if we have homes there."""
        city, quarter = (typed.get(name).strip() for name in ("city", "neighbourhood"))
        for words in filter(None, (quarter, city)):
            found = await search.suggestions(self.http, words[:100])
            for place in found.places:
                if _is_meant(place, words, city):
                    zoom = CITY_ZOOM if place.kind is PlaceKind.CITY else NEIGHBOURHOOD_ZOOM
                    return Camera(place.latitude, place.longitude, zoom)
        return None

    async def _draw(self, camera: Camera) -> None:
        self.grid = Grid.under(camera, SIZE, self.grid)
        view = self._ground.missing(camera, SIZE)
        if view is not None:
            found = await search_map.areas(self.http, view)
            self.areas, self.tiles = self._ground.joined(view, self.areas, found.areas), found.tiles


def _is_meant(place: Place, words: str, city: str) -> bool:
    """Whether a place is the one in the fields. Many name a part of a city where they are asked for the city."""
    if place.name.casefold() != words.casefold():
        return False
    return words == city or place.city.casefold() == city.casefold()
