"""Homes like another, in one statement."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Float, Integer, Row, and_, cast, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from server.properties.tables import PropertyTable
from server.search.repository.fitting import PUBLISHED, SHOWN_LATITUDE, SHOWN_LONGITUDE, bookable, shown
from server.search.repository.homes import CARD
from shared_models.properties import PropertyStatus
from shared_models.search_similar import SimilarRequest

_home: Any = PropertyTable
_like: Any = aliased(PropertyTable, name="alike")

KILOMETRES_A_DEGREE = 111.195
FARTHEST_DEGREES = 0.3
"""About 33 km from north to south: nobody takes a home in another town for the one they looked at."""
# What a kilometre, a price e times as high or low, and a guest more or less weigh against each other.
_PER_KILOMETRE, _PER_E_FOLD, _PER_GUEST = 0.25, 2.0, 0.3
_OF_ANOTHER_KIND = 0.5


class SimilarHomes:
    """Published homes like one that is published too."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def find(self, request: SimilarRequest, now: datetime) -> Sequence[Row[Any]]:
        """The likest first; none for a home that is not on show."""
        kilometres = _apart()
        conditions = [
            PUBLISHED,
            _home.id != _like.id,
            _home.let_type == _like.let_type,
            _home.currency == _like.currency,
            _home.latitude.between(_like.latitude - FARTHEST_DEGREES, _like.latitude + FARTHEST_DEGREES),
            kilometres <= FARTHEST_DEGREES * KILOMETRES_A_DEGREE,
        ]
        if request.guests is not None:
            conditions.append(or_(_home.sleeps.is_(None), _home.sleeps >= request.guests))
        if request.stay is not None:
            conditions += bookable(request.stay, now)
        on_show = and_(_like.id == request.home, _like.status == PropertyStatus.PUBLISHED.value)
        found = await self.session.execute(
            select(*CARD, cast(func.round(kilometres * 1000), BigInteger).label("metres"))
            .select_from(PropertyTable)
            .join(_like, on_show)
            .where(*conditions)
            .order_by(_unlikeness(kilometres), _home.id)
            .limit(request.limit)
        )
        lines: list[Any] = list(found.all())
        return lines


def _apart() -> ColumnElement[float]:
    """Kilometres between two homes that are near each other, over the 180th meridian too.

    Between where strangers may know that they stand: the distance is told.
    """
    there = shown(_like.latitude)
    north = SHOWN_LATITUDE - there
    # As a distance of angles: 359 degrees apart is one.
    east = func.degrees(func.acos(func.least(1.0, func.cosd(SHOWN_LONGITUDE - shown(_like.longitude)))))
    shrunk = east * func.cosd(there)
    return func.sqrt(north * north + shrunk * shrunk, type_=Float) * literal(KILOMETRES_A_DEGREE, Float)


def _unlikeness(kilometres: ColumnElement[float]) -> ColumnElement[float]:
    price = func.abs(func.ln(cast(_home.price_minor, Float) / _like.price_minor))
    guests = func.abs(func.coalesce(_home.sleeps - _like.sleeps, 0))
    kind = cast(_home.type != _like.type, Integer)
    return kilometres * _PER_KILOMETRE + price * _PER_E_FOLD + guests * _PER_GUEST + kind * _OF_ANOTHER_KIND
