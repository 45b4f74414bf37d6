"""Finding homes: only those that are published and, with dates, only those that can be booked for them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from server.core import clock
from server.search.repository.homes import MAX_ROOMS_COUNTED, Homes
from server.search.repository.places import Places
from server.search.repository.vocabulary import Vocabulary
from server.search.rules.asked import Asked, asked_of
from server.search.rules.closeness import given_up
from server.search.rules.known_places import other_names
from server.search.rules.pages import cursor_of, read_cursor
from server.search.rules.words import Typed, Word, as_they_are, forgiving, perhaps_missing, without_missing
from shared_models.base import known
from shared_models.money import Currency, Money
from shared_models.prices import QuoteLine, price_stay, terms_of, total_of
from shared_models.properties import Amenity, LetType, PropertyType
from shared_models.search import (
    CloseHomes,
    HomeNamed,
    HouseRule,
    LeftOut,
    Place,
    SearchFacets,
    SearchHit,
    SearchPage,
    SearchRequest,
    Suggestions,
    WordRead,
)
from shared_models.search_map import shown
from shared_models.stay_dates import Stay, local_day

MAX_PLACES = 10
MAX_SUGGESTED = 5
MAX_CLOSE = 12
MAX_COMPARED = 500
"""Homes are suggested by words that no more of them have: comparing more would take over 3 ms at a key press."""


@dataclass(frozen=True)
class Words:
    """The words of a text as a search takes them, and those of them that no home has and that ask for nothing."""

    asked: list[Word]
    missing: list[str]


async def words_of(session: AsyncSession, asked: Asked) -> Words:
    """The words of a wish as a search takes them. Also sets up the transaction for searching."""
    vocabulary = Vocabulary(session)
    typed = await vocabulary.read(asked.words, forgiving=not asked.request.exact)
    if asked.request.exact:
        return Words(as_they_are(typed), [])
    words = forgiving(typed, asked.words)
    missing = await vocabulary.missing(perhaps_missing(words, typed))
    taken = without_missing(words, missing, more_is_asked=asked.understood)
    return Words(taken, [word.typed for word, one in zip(words, taken, strict=True) if one.small and not word.small])


async def _typed_so_far(session: AsyncSession, text: str) -> list[Typed]:
    return await Vocabulary(session).read(text, forgiving=True)


async def search(session: AsyncSession, request: SearchRequest) -> SearchPage:
    """A page of the homes that fit, and how many fit in all. Raises Malformed for a cursor of another search."""
    after, asked = read_cursor(request), asked_of(request)
    read = await words_of(session, asked)
    words, homes = read.asked, Homes(session, clock.now())
    found = await homes.find(asked, words, after)
    rows = found.rows[: request.limit]
    more = len(found.rows) > request.limit
    visit = visit_of(asked, homes.now)
    return SearchPage(
        items=[hit_of(row, visit) for row in rows],
        next_cursor=cursor_of(request, found.order.after(rows[-1])) if more else None,
        total=found.total,
        missing=read.missing,
        read=[WordRead(typed=word.typed, read_as=list(word.near)) for word in words if word.near],
        close=await _close(homes, asked, words) if found.total == 0 else None,
    )


async def _close(homes: Homes, asked: Asked, words: list[Word]) -> CloseHomes | None:
    """Homes that fit all but the fewest parts of the wish."""
    without = given_up(await homes.misses(asked, words))
    if without is None:
        return None
    found = await homes.find(asked, words, without=without)
    left_out = sorted(without, key=lambda part: (part.part, part.word or ""))
    return CloseHomes(
        left_out=[LeftOut(part=part.part, word=part.word) for part in left_out],
        items=[hit_of(row, visit_of(asked, homes.now)) for row in found.rows[:MAX_CLOSE]],
        total=found.total,
    )


@dataclass(frozen=True)
class Visit:
    """What found homes are priced for: the stay, by so many, as a quote would tell it at `now`."""

    stay: Stay
    guests: int
    now: datetime


def visit_of(asked: Asked, now: datetime) -> Visit | None:
    """What a wish is priced for; None without dates. Who does not say how many they are is one."""
    stay = asked.request.stay
    return None if stay is None else Visit(stay, asked.guests or 1, now)


def hit_of(row: Row[Any], visit: Visit | None) -> SearchHit:
    """A found home as its card shows it, with the price of the visit."""
    lines = [] if visit is None else _lines(row, visit)
    return SearchHit(
        id=row.id,
        slug=row.slug,
        title=row.title,
        type=row.type,
        let_type=row.let_type,
        city=row.city,
        neighbourhood=row.neighbourhood,
        latitude=shown(row.latitude),
        longitude=shown(row.longitude),
        sleeps=row.sleeps,
        bedrooms=row.bedrooms,
        beds=row.beds,
        price=Money(amount_minor=row.price_minor, currency=Currency(row.currency)),
        total=total_of(lines) if lines else None,
        lines=lines,
        distance_km=None if row.metres is None else row.metres / 1000,
    )


def _lines(row: Row[Any], visit: Visit) -> list[QuoteLine]:
    return price_stay(terms_of(row), visit.stay, guests=visit.guests, today=local_day(visit.now, row.zone))


async def facets(session: AsyncSession, request: SearchRequest) -> SearchFacets:
    """How many homes each further choice would leave. A word nobody chose and no home has is told as 0."""
    asked = asked_of(request)
    words = await words_of(session, asked)
    counts = await Homes(session, clock.now()).facets(asked, words.asked)
    offers = counts.get("offers", {})
    return SearchFacets(
        total=counts["total"]["total"],
        types=_counted(counts.get("types", {}), known(PropertyType)),
        amenities=_counted(offers, known(Amenity)),
        rules=_counted(offers, known(HouseRule)),
        bedrooms=_rooms(counts.get("bedrooms", {})),
        beds=_rooms(counts.get("beds", {})),
        bathrooms=_rooms(counts.get("bathrooms", {})),
        instant=counts["instant"]["instant"],
    )


def _counted(counts: dict[str, int], words: list[str]) -> dict[Any, int]:
    return {word: counts.get(word, 0) for word in words}


def _rooms(counts: dict[str, int]) -> dict[int, int]:
    return {number: counts.get(str(number), 0) for number in range(1, MAX_ROOMS_COUNTED + 1)}


async def suggestions(session: AsyncSession, text: str, let_type: LetType | None) -> Suggestions:
    """Places and homes that a text may mean; without one the places with most homes. `let_type` counts such homes."""
    typed = await _typed_so_far(session, text)
    places = Places(session)
    if not typed:
        popular = await places.largest(let_type, MAX_SUGGESTED)
        return Suggestions(places=[Place.model_validate(row) for row in popular], homes=[])
    words = forgiving(typed, text)
    named = await places.named(words, let_type, MAX_SUGGESTED)
    # So many homes would have to be compared at each key press, to name five of them.
    homes = [] if min(one.homes for one in typed) > MAX_COMPARED else await places.homes_named(words, MAX_SUGGESTED)
    return Suggestions(
        places=[Place.model_validate(row) for row in named], homes=[HomeNamed.model_validate(row) for row in homes]
    )


async def places(session: AsyncSession, text: str) -> list[Place]:
    """Cities and neighbourhoods with homes whose name has every word of `text`: those that begin so come first."""
    words = forgiving(await _typed_so_far(session, text), text)
    return [Place.model_validate(row) for row in await Places(session).named(words, None, MAX_PLACES)] if words else []


@dataclass(frozen=True)
class City:
    """A city with published homes: how many are let by the night, and the newest of them."""

    name: str
    homes: int
    newest: UUID


async def cities(session: AsyncSession, most: int) -> list[City]:
    """The cities with most homes by the night, those first: what a search for the name finds unless it asks otherwise.

    Cities of one name in two countries are told as one, for the search finds the homes of both.
    """
    found: dict[str, City] = {}
    for row in await Places(session).largest(LetType.NIGHTLY, most):
        also = found.get(row.name, City(row.name, 0, UUID(row.newest)))
        found[row.name] = City(row.name, also.homes + row.homes, max(also.newest, UUID(row.newest)))
    return sorted(found.values(), key=lambda city: -city.homes)


async def learn(session: AsyncSession) -> None:
    """Learn the words and the places of the homes that are published now: to forgive slips, and to suggest."""
    await Vocabulary(session).learn()
    await Places(session).learn(other_names)
