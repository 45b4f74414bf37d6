"""Cities and neighbourhoods with published homes, and homes by their names."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    String,
    and_,
    case,
    cast,
    collate,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from server.properties.tables import PropertyTable
from server.search.repository.fitting import PUBLISHED, has_word
from server.search.repository.ranking import score_of
from server.search.rules.words import Word
from shared_models.search import PlaceKind

_home: Any = PropertyTable
_PLACE = ("kind", "name", "city", "country")
_NAMED: list[Any] = [_home.id, _home.slug, _home.title, _home.type, _home.city, _home.neighbourhood]


class Places:
    """What a text that is being typed may name."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def named(self, words: Sequence[Word], most: int) -> Sequence[Row[Any]]:
        """Cities and neighbourhoods that have every word in their name, the likeliest first."""
        every = union_all(_places(PlaceKind.CITY), _places(PlaceKind.NEIGHBOURHOOD)).subquery("every")
        # " old town princes street ": folded and parted as the typed words are, so that " str" finds the last word.
        spaced = select(every, func.search_words(every.c.name).label("spaced")).subquery("spaced")
        has = [or_(*(spaced.c.spaced.like(pattern) for pattern in _anywhere(word))) for word in words]
        begins = spaced.c.spaced.like(f"% {_typed(words)}%")
        slip = case((and_(*(spaced.c.spaced.like(f"%{word.typed}%") for word in words)), 0), else_=1)
        found = await self.session.execute(
            select(*(spaced.c[column.name] for column in every.c))
            .where(*has)
            .order_by(slip, begins.desc(), spaced.c.homes.desc(), *(collate(spaced.c[part], "C") for part in _PLACE))
            .limit(most)
        )
        return found.all()

    async def largest(self, most: int) -> Sequence[Row[Any]]:
        """The cities with most published homes, those first, and the newest home of each."""
        newest = func.max(cast(_home.id, String)).label("newest")
        cities = _places(PlaceKind.CITY).add_columns(newest).subquery("cities")
        order = (cities.c.homes.desc(), collate(cities.c.city, "C"), collate(cities.c.country, "C"))
        return (await self.session.execute(select(cities).order_by(*order).limit(most))).all()

    async def homes_named(self, words: Sequence[Word], most: int) -> Sequence[Row[Any]]:
        """Homes, however they are let, that the words fit best."""
        fits: list[ColumnElement[bool]] = [has_word(word) for word in words if not word.small]
        order = (score_of(words).desc(), _home.id.desc())
        return (await self.session.execute(select(*_NAMED).where(PUBLISHED, *fits).order_by(*order).limit(most))).all()


def _anywhere(word: Word) -> list[str]:
    """A name is short: a word may stand inside another."""
    return [f"%{word.typed}%", *(f"% {other}%" for other in (*word.forms, *word.near))]


def _typed(words: Sequence[Word]) -> str:
    return " ".join(word.typed for word in words)


def _places(kind: PlaceKind) -> Select[Any]:
    """Every city, or every neighbourhood, with published homes: how many, and the middle of them.

    Longitudes are averaged as directions, so that a place on both sides of the 180th meridian keeps its middle.
    """
    name = _home.city if kind == PlaceKind.CITY else _home.neighbourhood
    east, north = func.avg(func.sind(_home.longitude)), func.avg(func.cosd(_home.longitude))
    return (
        select(
            literal(kind.value).label("kind"),
            name.label("name"),
            _home.city,
            _home.country,
            func.avg(_home.latitude).label("latitude"),
            func.degrees(func.atan2(east, north)).label("longitude"),
            func.count().label("homes"),
        )
        .where(PUBLISHED, name.is_not(None))
        .group_by(*dict.fromkeys((name, _home.city, _home.country)))
    )
