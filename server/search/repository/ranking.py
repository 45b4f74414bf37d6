"""In which order homes are found. Every order ends with the id, so it is total; none depends on a collation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Row, case, cast, collate, func, literal, null, tuple_

from server.properties.tables import PropertyTable
from server.search.repository.fitting import kilometres
from server.search.rules.pages import After
from server.search.rules.words import Word
from server.search.tables import CITY_TOLD, TOLD
from shared_models.search import SearchRequest, Sort

_home: Any = PropertyTable
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

SHOWN_SINCE = func.coalesce(_home.published_at, _home.created_at)
_TITLE, _NEIGHBOURHOOD = (func.split_part(TOLD, "\n", line) for line in (1, 2))

# What a word is worth, by where it stands: title, neighbourhood, city, the kind of the home. As it is, it is worth more
# anywhere than as a beginning, and that more than what it may be a slip of.
_WHOLE = (30, 28, 26, 22)
_BEGUN = (20, 18, 16, 14)
_NEAR = (10, 9, 8, 7)
_SMALL = (3, 2, 1, 0)
_SIDE_BY_SIDE = 6
"""For two words that stand together as they were typed."""


def score_of(words: Sequence[Word]) -> ColumnElement[int]:
    """How well a home fits the words; whole, so that pages can go on from it exactly."""
    score: ColumnElement[int] = literal(0)
    for word in words:
        score = score + _worth(word)
    asked = [word.near[0] if word.near else word.typed for word in words if not word.small and not word.inside]
    for one, next_one in pairwise(asked):
        score = score + case((TOLD.like(f"% {one} {next_one}%"), _SIDE_BY_SIDE), else_=0)
    return score


def _worth(word: Word) -> ColumnElement[int]:
    if word.inside:
        return _by_place([f"%{word.typed}%"], _WHOLE)
    whole = [f"% {form} %" for form in (word.typed, *word.forms, *word.names)]
    if word.small:
        return case((_any(TOLD, whole), _by_place(whole, _SMALL)), else_=0)
    begun, near = [f"% {word.typed}%"], [f"% {near}%" for near in word.near]
    last = _by_place(near, _NEAR) if near else literal(0)
    return case(
        (_any(TOLD, whole), _by_place(whole, _WHOLE)), (TOLD.like(begun[0]), _by_place(begun, _BEGUN)), else_=last
    )


def _by_place(patterns: Sequence[str], worths: Sequence[int]) -> ColumnElement[int]:
    places = zip((_TITLE, _NEIGHBOURHOOD, CITY_TOLD), worths, strict=False)
    return case(*((_any(place, patterns), worth) for place, worth in places), else_=worths[-1])


def _any(column: Any, patterns: Sequence[str]) -> ColumnElement[bool]:
    first, *others = (column.like(pattern) for pattern in patterns)
    for other in others:
        first = first | other
    found: ColumnElement[bool] = first
    return found


@dataclass(frozen=True)
class Order:
    """A sort: its parts, then the id, all upwards or all downwards, so that one comparison of rows finds the rest."""

    sort: Sort
    parts: tuple[ColumnElement[Any], ...]
    downwards: bool = False

    @classmethod
    def of(cls, sort: Sort, words: Sequence[Word], metres: ColumnElement[Any]) -> "Order":
        """The order of a sort; without words nothing is more relevant than another, and the newest come first."""
        # Amounts of two currencies are not compared: each currency has its own stretch of the list.
        currency = collate(_home.currency, "C")
        if sort == Sort.RELEVANCE and not words:
            sort = Sort.NEWEST
        if sort == Sort.RELEVANCE:
            return cls(sort, (score_of(words),), downwards=True)
        if sort == Sort.NEWEST:
            return cls(sort, (SHOWN_SINCE,), downwards=True)
        if sort == Sort.DISTANCE:
            return cls(sort, (metres,))
        return cls(sort, (currency, _home.price_minor if sort == Sort.PRICE_LOW else -_home.price_minor))

    def named(self) -> list[ColumnElement[Any]]:
        """The parts, named."""
        return [part.label(f"key_{place}") for place, part in enumerate(self.parts)]

    def _columns(self, columns: Any) -> list[ColumnElement[Any]]:
        return [*(columns[f"key_{place}"] for place in range(len(self.parts))), columns.id]

    def by(self, columns: Any) -> list[ColumnElement[Any]]:
        """What to order by, of a selectable with the `named` parts and an id."""
        return [column.desc() if self.downwards else column.asc() for column in self._columns(columns)]

    def beyond(self, columns: Any, after: After) -> ColumnElement[bool]:
        """What comes after a home in this order."""
        here = tuple_(*self._columns(columns))
        first: Any = _EPOCH + after.number * _MICROSECOND if self.sort == Sort.NEWEST else after.number
        there = tuple_(*([after.currency] if len(self.parts) > 1 else []), first, after.id)
        return here < there if self.downwards else here > there

    def after(self, row: Row[Any]) -> After:
        """The sort key of a found home, which has the `named` parts."""
        if self.sort == Sort.NEWEST:
            return After("", (row.key_0 - _EPOCH) // _MICROSECOND, row.id)
        if len(self.parts) > 1:
            return After(row.key_0, row.key_1, row.id)
        return After("", row.key_0, row.id)


def metres_from(request: SearchRequest) -> ColumnElement[Any]:
    """How far a home is from the point of a wish; null without one."""
    if request.latitude is None or request.longitude is None:
        return cast(null(), BigInteger)
    return cast(func.round(kilometres(request.latitude, request.longitude) * 1000), BigInteger)
