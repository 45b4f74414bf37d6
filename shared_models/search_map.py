"""What a search finds, on a map: cells of a grid, single homes, and the areas homes stand in.

Positions are those of `shown`: a street is told only to those who booked, and no map gives it away. The grid lies over
the square of the Web Mercator projection, which is `TILE_PIXELS * 2**zoom` pixels wide.
"""

import math
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from shared_models.base import Input, Output
from shared_models.properties import Latitude, Longitude
from shared_models.search import PlaceKind, SearchHit, SearchRequest

TILE_PIXELS: Final = 256
CELL_PIXELS: Final = 96
"""The side of a cell: wide enough that what is drawn for two cells seldom touches."""
WIDEST_VIEW_PIXELS: Final = 4096
NEAREST_ZOOM: Final = 18
SHOWN_PARTS: Final = 1000
"""Of a degree: each is 111 m from north to south, 62 m from west to east in Edinburgh."""
HIGHEST_LATITUDE: Final = 85.05112878
"""Where the square of the projection ends (degrees)."""

Zoom = Annotated[int, Field(ge=0, le=NEAREST_ZOOM)]
Pixels = Annotated[int, Field(ge=1, le=WIDEST_VIEW_PIXELS)]


def shown(degrees: float) -> float:
    """A latitude or longitude as strangers may know it."""
    # Not `round`: the database counts the same way, to the last bit.
    return math.floor(degrees * SHOWN_PARTS + 0.5) / SHOWN_PARTS


def pixels(latitude: float, longitude: float, zoom: float) -> tuple[float, float]:
    """Where a point lies in the square of a zoom, from its north-western corner, in pixels to the east and south."""
    side = TILE_PIXELS * 2**zoom
    held = math.radians(max(-HIGHEST_LATITUDE, min(HIGHEST_LATITUDE, latitude)))
    south = (1 - math.log(math.tan(held) + 1 / math.cos(held)) / math.pi) / 2
    return (longitude + 180) / 360 * side, south * side


def degrees(east: float, south: float, zoom: float) -> tuple[float, float]:
    """Latitude and longitude of a point of the square of a zoom: `pixels` the other way round."""
    side = TILE_PIXELS * 2**zoom
    latitude = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * south / side))))
    return latitude, east / side * 360 - 180


def cell_of(latitude: float, longitude: float, zoom: int) -> tuple[int, int]:
    """The cell of the grid a shown position lies in, counted from the north-western corner: to the east, south."""
    east, south = pixels(latitude, longitude, zoom)
    return math.floor(east / CELL_PIXELS), math.floor(south / CELL_PIXELS)


class View(Input):
    """A stretch of the map in degrees. Where `west` is greater than `east` it crosses the 180th meridian."""

    south: Latitude
    west: Longitude
    north: Latitude
    east: Longitude
    zoom: Zoom

    @model_validator(mode="after")
    def _is_a_view(self) -> Self:
        _check(self.south, self.west, self.north, self.east, self.zoom)
        return self


class MapRequest(SearchRequest):
    """A search whose homes are wanted on a map. `sort`, `cursor` and `limit` do not matter here.

    The box is what the map shows. Without one the map is to show what fits, in a view of `width` times `height` pixels;
    the answer says which box and zoom that makes. Of more than a hundred homes the outermost may lie outside of it.
    """

    zoom: Zoom | None = None
    """Needed with a box."""
    width: Pixels = 640
    height: Pixels = 640

    @property
    def view(self) -> View | None:
        """The box and the zoom; None when the map is to show all."""
        if self.south is None or self.west is None or self.north is None or self.east is None or self.zoom is None:
            return None
        return View(south=self.south, west=self.west, north=self.north, east=self.east, zoom=self.zoom)

    @model_validator(mode="after")
    def _view_is_whole(self) -> Self:
        if (self.south is None) != (self.zoom is None):
            raise ValueError("a box and its zoom belong together")
        if self.south is not None and self.west is not None and self.north is not None and self.east is not None:
            _check(self.south, self.west, self.north, self.east, self.zoom or 0)
        return self


def _check(south: float, west: float, north: float, east: float, zoom: int) -> None:
    if south > north:
        raise ValueError("south lies north of north")
    left, top = pixels(north, west, zoom)
    right, bottom = pixels(south, east, zoom)
    across = right - left if east >= west else right - left + TILE_PIXELS * 2**zoom
    if max(across, bottom - top) > WIDEST_VIEW_PIXELS + 1:
        raise ValueError(f"the box is more than {WIDEST_VIEW_PIXELS} pixels wide or high at this zoom")


class MapCell(Output):
    """The homes of one cell of the grid: how many, and the middle of them."""

    x: int
    y: int
    homes: int
    latitude: float
    longitude: float
    home: SearchHit | None = None
    """The home itself where there is but one."""


class SearchMap(Output):
    """The homes of a view, by cell. The cells' homes add up to `total`."""

    zoom: int
    south: float
    west: float
    north: float
    east: float
    total: int
    cells: list[MapCell] = Field(default_factory=list)


class MapTiles(Output):
    """Where pictures of the map come from, when the server is set up with a source."""

    url: str
    """With `{z}`, `{x}` and `{y}`."""
    attribution: str
    """What the source wants to stand on the map."""


class MapArea(Output):
    """A city or a neighbourhood, as far as the published homes in it tell."""

    kind: PlaceKind
    name: str
    """Empty for homes of a city that stand in no named neighbourhood."""
    city: str
    homes: int
    """Published ones: those with more are named first."""
    latitude: float
    longitude: float
    """Where its name has most room around it."""
    shapes: list[list[tuple[float, float]]] = Field(default_factory=list)
    """Its outlines, each a ring of points (latitude, longitude) whose last is not the first again."""


class MapAreas(Output):
    """The areas of a view, those with most homes first, and where pictures of the map come from, if anywhere."""

    areas: list[MapArea] = Field(default_factory=list)
    tiles: MapTiles | None = None
