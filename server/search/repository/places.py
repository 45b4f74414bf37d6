"""Cities and neighbourhoods with published homes, and homes by their names."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    Row,
    Select,
    String,
    Uuid,
    and_,
    case,
    cast,
    column,
    delete,
    func,
    literal,
    or_,
    select,
    text,
    tuple_,
    union_all,
    values,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.properties.tables import PropertyTable
from server.search.repository.fitting import PUBLISHED, SHOWN_LATITUDE, SHOWN_LONGITUDE, has_word
from server.search.repository.ranking import score_of
from server.search.rules.words import Word
from server.search.tables import PlaceTable
from shared_models.properties import LetType
from shared_models.search import PlaceKind

_home: Any = PropertyTable
_place: Any = PlaceTable
_KEY = (_place.kind, _place.name, _place.city, _place.country, _place.let_type)
_NAMED: list[Any] = [_home.id, _home.slug, _home.title, _home.type, _home.city, _home.neighbourhood]
OtherNames = Callable[[str, str], Sequence[str]]
"""The other names of a city, folded, by its own and its country."""


class Places:
    """What a text that is being typed may name."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def named(self, words: Sequence[Word], let_type: LetType | None, most: int) -> Sequence[Row[Any]]:
        """Cities and neighbourhoods that have every word in one of their names, the likeliest first."""
        has = [or_(*(_place.words.like(pattern) for pattern in _anywhere(word))) for word in words]
        # " old town princes street ": folded and parted as the typed words are, so that " str" finds the last word.
        begins = func.bool_or(_place.words.like(f"% {_typed(words)}%"))
        exactly = func.bool_and(and_(*(_place.words.like(f"%{word.typed}%") for word in words)))
        order = (case((exactly, 0), else_=1), begins.desc(), func.sum(_place.homes).desc(), *_KEY[:4])
        return await self._first(_let(let_type).where(*has).order_by(*order).limit(most))

    async def largest(self, let_type: LetType | None, most: int) -> Sequence[Row[Any]]:
        """The cities with most published homes, those first, and the newest home of each."""
        cities = _let(let_type).where(_place.kind == PlaceKind.CITY.value)
        return await self._first(cities.order_by(func.sum(_place.homes).desc(), *_KEY[:4]).limit(most))

    async def _first(self, places: Select[Any]) -> Sequence[Row[Any]]:
        rows: Sequence[Row[Any]] = (await self.session.execute(places)).all()
        return rows

    async def homes_named(self, words: Sequence[Word], most: int) -> Sequence[Row[Any]]:
        """Homes, however they are let, that the words fit best."""
        fits: list[ColumnElement[bool]] = [has_word(word) for word in words if not word.small]
        order = (score_of(words).desc(), _home.id.desc())
        return (await self.session.execute(select(*_NAMED).where(PUBLISHED, *fits).order_by(*order).limit(most))).all()

    async def learn(self, other_names: OtherNames) -> None:
        """Count the homes of every place that has some now. Two that learn at once take turns."""
        await self.session.execute(text("LOCK TABLE search_place IN SHARE ROW EXCLUSIVE MODE"))
        counted = union_all(_counted(PlaceKind.CITY), _counted(PlaceKind.NEIGHBOURHOOD)).subquery("counted")
        cities = await self.session.execute(
            select(counted.c.city, counted.c.country).where(counted.c.kind == PlaceKind.CITY.value).distinct()
        )
        also = [
            (city, country, "\n".join(f" {name} " for name in names))
            for city, country in cities
            if (names := other_names(city, country))
        ]
        await self._replace(counted, also)

    async def _replace(self, counted: Any, also: Sequence[tuple[str, str, str]]) -> None:
        known = values(column("city", String), column("country", String), column("names", String), name="known").data(
            also or [("", "", "")]
        )
        is_city = and_(
            counted.c.kind == PlaceKind.CITY.value, counted.c.city == known.c.city, counted.c.country == known.c.country
        )
        words = func.concat_ws("\n", func.search_words(counted.c.name), known.c.names)
        now = select(*(counted.c[part.name] for part in _MEASURED), words.label("words")).select_from(
            counted.outerjoin(known, is_city)
        )
        names = [part.name for part in _MEASURED] + ["words"]
        here = select(*(counted.c[part.key] for part in _KEY))
        await self.session.execute(delete(PlaceTable).where(tuple_(*_KEY).not_in(here)))
        learned = insert(PlaceTable).from_select(names, now)
        fresh = {name: learned.excluded[name] for name in ("latitude", "longitude", "homes", "newest", "words")}
        is_other = tuple_(*(_place.__table__.c[name] for name in fresh)).is_distinct_from(tuple_(*fresh.values()))
        await self.session.execute(
            learned.on_conflict_do_update(index_elements=[part.key for part in _KEY], set_=fresh, where=is_other)
        )


_MEASURED = (*_KEY, _place.latitude, _place.longitude, _place.homes, _place.newest)


def _let(let_type: LetType | None) -> Select[Any]:
    """Places with homes that are let one way, or any way."""
    middle = func.sum(_place.homes * func.sind(_place.longitude)), func.sum(_place.homes * func.cosd(_place.longitude))
    places = select(
        *_KEY[:4],
        (func.sum(_place.homes * _place.latitude) / func.sum(_place.homes)).label("latitude"),
        func.degrees(func.atan2(*middle)).label("longitude"),
        func.sum(_place.homes).label("homes"),
        func.max(cast(_place.newest, String)).label("newest"),
    ).group_by(*_KEY[:4])
    return places if let_type is None else places.where(_place.let_type == let_type.value)


def _anywhere(word: Word) -> list[str]:
    """A name is short: a word may stand inside another."""
    return [f"%{word.typed}%", *(f"% {other}%" for other in (*word.forms, *word.near))]


def _typed(words: Sequence[Word]) -> str:
    return " ".join(word.typed for word in words)


def _counted(kind: PlaceKind) -> Select[Any]:
    """Every city, or every neighbourhood, with published homes: how many, and the middle of them.

    Longitudes are averaged as directions, so that a place on both sides of the 180th meridian keeps its middle.
    """
    name = _home.city if kind == PlaceKind.CITY else _home.neighbourhood
    # As strangers may know them: some places have one home.
    east, north = func.avg(func.sind(SHOWN_LONGITUDE)), func.avg(func.cosd(SHOWN_LONGITUDE))
    return (
        select(
            literal(kind.value).label("kind"),
            name.label("name"),
            _home.city,
            _home.country,
            _home.let_type,
            cast(func.avg(SHOWN_LATITUDE), Float).label("latitude"),
            func.degrees(func.atan2(east, north)).label("longitude"),
            func.count().label("homes"),
            cast(func.max(cast(_home.id, String)), Uuid).label("newest"),
        )
        .where(PUBLISHED, name.is_not(None))
        .group_by(*dict.fromkeys((name, _home.city, _home.country, _home.let_type)))
    )
