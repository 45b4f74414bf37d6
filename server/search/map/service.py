"""The map of a search: its homes by the cells of a grid, and the areas they stand in, drawn from the homes alone."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from server.core import clock
from server.core.database import Pool
from server.search.map import rules
from server.search.map.repository import City, Maps
from server.search.map.rules import Drawing, Standing
from server.search.rules.asked import asked_of
from server.search.service import Visit, hit_of, visit_of, words_of
from shared_models.search import PlaceKind
from shared_models.search_map import MapArea, MapAreas, MapCell, MapRequest, MapTiles, SearchMap, View

NEIGHBOURHOODS_FROM = 11
"""The zoom from which neighbourhoods are told apart; before that a city is one area."""
MAX_CITIES = 24
"""Cities drawn for one view."""
MAX_HOMES_OF_A_CITY = 20_000
KEPT = timedelta(minutes=10)
"""How long a city's drawing is shown before its homes are looked at again."""
MAX_KEPT = 200
AT_ONCE = 1
"""Cities drawn side by side: the work is CPU bound and the API needs a core for itself."""
log = structlog.get_logger(__name__)

EARTH = View(south=-90, west=-180, north=90, east=180, zoom=0)


async def search_map(session: AsyncSession, request: MapRequest) -> SearchMap:
    """The homes that fit in the wish's view, by cell; without a view in one that shows them."""
    # The box is the map's here, and looked at as strangers may know the positions.
    asked = asked_of(request.model_copy(update=dict.fromkeys(("south", "west", "north", "east"))))
    words = (await words_of(session, asked)).asked
    maps, now, view = Maps(session), clock.now(), request.view
    if view is None:
        extent = await maps.extent(asked, words, now)
        view = EARTH if extent is None else rules.view_of_all(*extent, width=request.width, height=request.height)
    rows = await maps.cells(asked, words, view, now)
    visit = visit_of(asked, now)
    return SearchMap(
        **view.model_dump(), total=sum(row.homes for row in rows), cells=[_cell(row, visit) for row in rows]
    )


def _cell(row: Row[Any], visit: Visit | None) -> MapCell:
    return MapCell(
        x=row.x,
        y=row.y,
        homes=row.homes,
        latitude=round(row.middle_latitude, 5),
        longitude=round(row.middle_longitude, 5),
        home=hit_of(row, visit) if row.homes == 1 else None,
    )


@dataclass(frozen=True)
class _Kept:
    drawn_at: datetime
    drawing: "asyncio.Task[Drawing]"


class Atlas:
    """The drawn areas of cities. One per process: a city is drawn once for all who look at it at the same time."""

    def __init__(self, tiles: MapTiles | None = None) -> None:
        self.tiles = tiles
        self._kept: dict[tuple[str, str], _Kept] = {}
        self._drawers = asyncio.Semaphore(AT_ONCE)

    async def areas(self, database: Pool, view: View) -> MapAreas:
        """What lies in a view: the neighbourhoods of its cities, or from farther away the cities themselves."""
        box = rules.box_of(view)
        async with database.transaction() as session:
            cities = await Maps(session).cities(box, MAX_CITIES)
            missing = [city for city in cities if not self._is_fresh(city)]
            homes = await Maps(session).standing(missing, MAX_HOMES_OF_A_CITY) if missing else []
        # Drawn while no connection is held: a large city takes a third of a second.
        self._begin(missing, homes)
        kept = [self._kept[city.name, city.country].drawing for city in cities]
        # A reader who leaves must not take the drawing from the others; a city that cannot be drawn is left out.
        answers = await asyncio.gather(*(asyncio.shield(task) for task in kept), return_exceptions=True)
        drawn = [(city, one) for city, one in zip(cities, answers, strict=True) if isinstance(one, Drawing)]
        near = view.zoom >= NEIGHBOURHOODS_FROM
        return MapAreas(
            areas=[
                _area(area, city, near)
                for city, drawing in drawn
                for area in (drawing.areas if near else (drawing.land,))
                if rules.touches(area, box)
            ],
            tiles=self.tiles,
        )

    def _is_fresh(self, city: City) -> bool:
        kept = self._kept.get((city.name, city.country))
        return kept is not None and clock.now() - kept.drawn_at < KEPT

    def _begin(self, cities: Sequence[City], homes: Sequence[Row[Any]]) -> None:
        by_city: dict[tuple[str, str], list[Standing]] = {}
        for row in homes:
            stands = Standing(row.neighbourhood, row.latitude, row.longitude)
            by_city.setdefault((row.city, row.country), []).append(stands)
        for city in cities:
            key = (city.name, city.country)
            if not self._is_fresh(city):  # else someone else began while we asked
                self._kept.pop(key, None)
                self._kept[key] = _Kept(clock.now(), asyncio.create_task(self._draw(city, by_city[key])))
        while len(self._kept) > MAX_KEPT:
            self._kept.pop(next(iter(self._kept)))

    async def _draw(self, city: City, homes: Sequence[Standing]) -> Drawing:
        try:
            async with self._drawers:
                return await asyncio.to_thread(rules.draw, homes)
        except Exception as error:
            log.error("city_not_drawn", city=city.name, exc_info=error)
            raise


def _area(area: rules.Area, city: City, near: bool) -> MapArea:
    return MapArea(
        kind=PlaceKind.NEIGHBOURHOOD if near else PlaceKind.CITY,
        name=area.name if near else city.name,
        city=city.name,
        homes=area.homes,
        latitude=area.latitude,
        longitude=area.longitude,
        shapes=[list(ring) for ring in area.shapes],
    )
