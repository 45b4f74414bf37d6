"""What a map shows, in the database: homes gathered by the cells of a grid, the cities of a view, where homes stand."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Float,
    Integer,
    Row,
    Select,
    and_,
    cast,
    func,
    literal,
    null,
    select,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncSession

from server.properties.tables import PropertyTable
from server.search.map.rules import box_of
from server.search.repository.fitting import PUBLISHED, SHOWN_LATITUDE, SHOWN_LONGITUDE, conditions, inside
from server.search.repository.homes import CARD
from server.search.rules.asked import Asked
from server.search.rules.places import Box
from server.search.rules.words import Word
from shared_models.search_map import CELL_PIXELS, HIGHEST_LATITUDE, TILE_PIXELS, View

_home: Any = PropertyTable


@dataclass(frozen=True)
class City:
    """A city by its name and country, and how many published homes of it stand in a view."""

    name: str
    country: str
    homes: int = 0


class Maps:
    """Published homes as a map shows them."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def extent(self, asked: Asked, words: list[Word], now: datetime) -> tuple[float, float, float, float] | None:
        """The box round the homes that fit: south, west, north, east; None when none does.

        The outermost hundredth on each side is left out: one home far away would make specks of all the others.
        """
        spots = _spots(asked, words, now).subquery("spots")
        across, down = spots.c.longitude, spots.c.latitude
        sides = ((down, 0.01), (across, 0.01), (down, 0.99), (across, 0.99))
        ends = select(*(func.percentile_disc(share).within_group(column.asc()) for column, share in sides))
        south, west, north, east = (await self.session.execute(ends)).one()
        return None if south is None else (south, west, north, east)

    async def cells(self, asked: Asked, words: list[Word], view: View, now: datetime) -> Sequence[Row[Any]]:
        """The homes of a view that fit, by the cells of the grid at its zoom; the home itself where it is alone.

        Such a row has the columns of a hit.
        """
        spots = _spots(asked, words, now).where(inside(box_of(view))).subquery("spots")
        x, y = _cell(spots.c.latitude, spots.c.longitude, view.zoom)
        cells = (
            select(
                x.label("x"),
                y.label("y"),
                func.count().label("homes"),
                func.avg(spots.c.latitude).label("middle_latitude"),
                func.avg(spots.c.longitude).label("middle_longitude"),
                # The least of one: read again below, so that nothing of a home is gathered for groups in vain.
                func.min(spots.c.slug).label("slug"),
            )
            .group_by(x, y)
            .cte("cells")
        )
        alone = and_(cells.c.homes == 1, _home.slug == cells.c.slug)
        columns = [cells.c[name] for name in ("x", "y", "homes", "middle_latitude", "middle_longitude")]
        found = await self.session.execute(
            select(*columns, *CARD, cast(null(), BigInteger).label("metres"))
            .select_from(cells.outerjoin(PropertyTable, alone))
            .order_by(cells.c.x, cells.c.y)
        )
        rows: list[Any] = list(found.all())
        return rows

    async def cities(self, box: Box, most: int) -> list[City]:
        """The cities with most published homes in a box, those first."""
        homes = func.count().label("homes")
        found = await self.session.execute(
            select(_home.city, _home.country, homes)
            .where(PUBLISHED, inside(box))
            .group_by(_home.city, _home.country)
            .order_by(homes.desc(), _home.city, _home.country)
            .limit(most)
        )
        return [City(row.city, row.country, row.homes) for row in found.all()]

    async def standing(self, cities: Sequence[City], most: int) -> Sequence[Row[Any]]:
        """Where the published homes of some cities stand, the first `most` of each city by id."""
        place = func.row_number().over(partition_by=(_home.city, _home.country), order_by=_home.id).label("place")
        homes = (
            select(_home.city, _home.country, _home.neighbourhood, _home.latitude, _home.longitude, place)
            .where(PUBLISHED, tuple_(_home.city, _home.country).in_([(city.name, city.country) for city in cities]))
            .subquery("homes")
        )
        return (await self.session.execute(select(homes).where(homes.c.place <= most))).all()


def _spots(asked: Asked, words: list[Word], now: datetime) -> Select[Any]:
    """The homes that fit, each where strangers may know that it stands."""
    spot = (SHOWN_LATITUDE.label("latitude"), SHOWN_LONGITUDE.label("longitude"))
    return select(*spot, _home.slug).where(*conditions(asked, words, now))


def _cell(latitude: Any, longitude: Any, zoom: int) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """`shared_models.search_map.cell_of`."""
    side = literal(float(TILE_PIXELS * 2**zoom), Float)
    held = func.radians(func.greatest(-HIGHEST_LATITUDE, func.least(HIGHEST_LATITUDE, latitude)))
    south = (1.0 - func.ln(func.tan(held) + 1.0 / func.cos(held)) / math.pi) / 2.0 * side
    east = (longitude + 180.0) / 360.0 * side
    return tuple(cast(func.floor(pixels / float(CELL_PIXELS)), Integer) for pixels in (east, south))  # type: ignore[return-value]
