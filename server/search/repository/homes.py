"""Finding homes in the database: a page of them, how many each further choice leaves, and those that come close."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Row,
    Select,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    select,
    true,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from server.properties.tables import PropertyTable
from server.search.repository.fitting import (
    always,
    conditions,
    has_word,
    part_conditions,
    rooms_at_least,
)
from server.search.repository.ranking import Order, metres_from
from server.search.rules.asked import Asked
from server.search.rules.closeness import Misses, Part
from server.search.rules.pages import After
from server.search.rules.words import Word
from server.search.tables import BEDROOMS, OFFERS
from shared_models.search import SearchPart

_home: Any = PropertyTable
MAX_ROOMS_COUNTED = 6
CARD: list[Any] = [
    _home.id,
    _home.slug,
    _home.title,
    _home.type,
    _home.let_type,
    _home.city,
    _home.neighbourhood,
    _home.latitude,
    _home.longitude,
    _home.sleeps,
    _home.bedrooms,
    _home.beds,
    _home.price_minor,
    _home.cleaning_fee_minor,
    _home.currency,
    _home.zone,
    _home.seasons,
    _home.weekend_percent,
    _home.length_discounts,
    _home.early_bird_days,
    _home.early_bird_percent,
    _home.last_minute_days,
    _home.last_minute_percent,
    _home.min_price_minor,
    _home.guests_included,
    _home.extra_guest_fee_minor,
    _home.non_refundable_percent,
    _home.tourist_tax,
]
"""What a card shows of a home, and what decides the price of a stay there."""


@dataclass(frozen=True)
class Found:
    """A page of homes (one more than asked for when there is a next page) and how many there are in all."""

    rows: Sequence[Row[Any]]
    total: int
    order: Order


class Homes:
    """Published homes, as they fit at `now`."""

    def __init__(self, session: AsyncSession, now: datetime) -> None:
        self.session, self.now = session, now

    async def find(
        self, asked: Asked, words: list[Word], after: After | None = None, *, without: frozenset[Part] = frozenset()
    ) -> Found:
        """The homes that fit, in the order of the wish, from `after` on; `without` names parts they need not fit.

        One statement, so that page and total agree.
        """
        request = asked.request
        metres = metres_from(request)
        order = Order.of(request.order, words, metres)
        if without:
            fit = [*always(asked), *(c for part, c in self._parts(asked, words).items() if part not in without)]
        else:
            fit = list(conditions(asked, words, self.now))
        found = select(_home.id, metres.label("metres"), *order.named()).where(*fit).cte("found")
        page = select(found).order_by(*order.by(found.c)).limit(request.limit + 1)
        if after is not None:
            page = page.where(order.beyond(found.c, after))
        on_page = page.subquery("page")
        counted = select(func.count().label("total")).select_from(found).subquery("counted")
        keys = [on_page.c[key.name] for key in order.named()]
        # Joined to the one row of the count, so that a page without homes still says how many there are.
        rows = await self.session.execute(
            select(counted.c.total, on_page.c.metres, *keys, *CARD)
            .select_from(counted.outerjoin(on_page, true()).outerjoin(PropertyTable, _home.id == on_page.c.id))
            .order_by(*order.by(on_page.c))
        )
        lines: list[Any] = list(rows.all())
        return Found([line for line in lines if line.id is not None], lines[0].total, order)

    def _parts(self, asked: Asked, words: list[Word]) -> dict[Part, ColumnElement[bool]]:
        """Every part that could be given up, and what it asks."""
        parts = {Part(part): and_(*conditions) for part, conditions in part_conditions(asked, self.now).items()}
        return parts | {Part(SearchPart.WORD, word.typed): has_word(word) for word in words if not word.small}

    async def misses(self, asked: Asked, words: list[Word]) -> Misses:
        """How many homes miss exactly which parts of the wish."""
        parts = self._parts(asked, words)
        if not parts:
            return Misses(frozenset(), {})
        # Null, where a home has not said, is a miss.
        fits = [func.coalesce(condition, False) for condition in parts.values()]
        flags = func.concat(*(case((fit, "1"), else_="0") for fit in fits)).label("flags")
        flagged = select(flags).where(*always(asked)).subquery("flagged")
        rows = await self.session.execute(select(flagged.c.flags, func.count()).group_by(flagged.c.flags))
        homes = {
            frozenset(part for part, flag in zip(parts, flags, strict=True) if flag == "0"): number
            for flags, number in rows
        }
        return Misses(frozenset(parts), homes)

    async def facets(self, asked: Asked, words: list[Word]) -> dict[str, dict[str, int]]:
        """How many homes each further choice leaves, by facet and word; under `total` those that fit."""
        found = self._faceted(asked, words)
        counts = [*_counts(found)]
        rows = await self.session.execute(union_all(*counts))
        facets: dict[str, dict[str, int]] = {}
        for facet, word, homes in rows:
            facets.setdefault(facet, {})[word] = homes
        return facets

    def _faceted(self, asked: Asked, words: list[Word]) -> CTE:
        """The homes that fit all but the facets, and which of those they fit."""
        parts = part_conditions(asked, self.now)
        types = and_(true(), *parts.pop(SearchPart.TYPES, []))
        offers = and_(true(), *parts.pop(SearchPart.OFFERS, []))
        instant = and_(true(), *parts.pop(SearchPart.INSTANT, []))
        parts.pop(SearchPart.ROOMS, None)
        rooms = {
            "bedrooms": (BEDROOMS, asked.bedrooms),
            "beds": (_home.beds, asked.request.beds),
            "bathrooms": (_home.bathrooms, asked.bathrooms),
        }
        fit = [*always(asked), *(has_word(word) for word in words if not word.small)]
        return (
            select(
                _home.type.label("type"),
                OFFERS.label("offers"),
                _home.instant_book.label("instant"),
                *(column.label(name) for name, (column, _) in rooms.items()),
                types.label("fits_types"),
                offers.label("fits_offers"),
                instant.label("fits_instant"),
                *(and_(true(), *rooms_at_least(*asks)).label(f"fits_{name}") for name, asks in rooms.items()),
            )
            .where(*fit, *(condition for others in parts.values() for condition in others))
            .cte("found")
            .prefix_with("MATERIALIZED", dialect="postgresql")
        )


_FACETS = ("types", "offers", "instant", "bedrooms", "beds", "bathrooms")


def _all_but(found: CTE, facet: str) -> ColumnElement[bool]:
    """Whether a home fits every facet, that one aside."""
    return and_(*(found.c[f"fits_{other}"] for other in _FACETS if other != facet))


def _counts(found: CTE) -> Iterator[Select[Any]]:
    def row(facet: str, word: Any) -> list[Any]:
        return [literal(facet).label("facet"), cast(word, Text).label("word"), func.count().label("homes")]

    yield select(*row("total", literal("total"))).select_from(found).where(_all_but(found, ""))
    yield select(*row("types", found.c.type)).where(_all_but(found, "types")).group_by(found.c.type)
    # Of what a house offers all must be there: each further one is added to those that are chosen.
    offered = select(func.unnest(found.c.offers).label("offer")).where(_all_but(found, "")).subquery("offered")
    yield select(*row("offers", offered.c.offer)).group_by(offered.c.offer)
    yield select(*row("instant", literal("instant"))).where(_all_but(found, "instant"), found.c.instant)
    for rooms in ("bedrooms", "beds", "bathrooms"):
        least = func.generate_series(1, func.least(func.coalesce(found.c[rooms], 0), MAX_ROOMS_COUNTED)).label("number")
        enough = select(least).where(_all_but(found, rooms)).subquery("enough")
        yield select(*row(rooms, enough.c.number)).group_by(enough.c.number)
