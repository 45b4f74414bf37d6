"""The same search by looking at every home: slow, plain, and written without looking at the SQL."""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.search.rules.asked import Asked
from server.search.rules.words import Word
from shared_models.areas import Corner, read_area
from shared_models.search import SearchRequest, Sort
from shared_models.search_map import shown
from shared_models.stay_dates import Stay, local_day
from shared_models.stay_limits import StayLimits, refusals
from tests.server.search.worlds import World

KINDS = {
    "flat": ["flat", "apartment", "apt"],
    "apartment": ["apartment", "flat", "apt"],
    "studio": ["studio", "flat"],
    "cottage": ["cottage", "house"],
}


class BruteForce:
    """A world, looked at home by home."""

    def __init__(self, world: World, folds: Mapping[str, str], now: datetime) -> None:
        self.homes, self.folds, self.now = world.homes, folds, now
        self.claims: dict[UUID, list[dict[str, Any]]] = {}
        for claim in world.claims:
            self.claims.setdefault(claim["property_id"], []).append(claim)

    @classmethod
    async def over(cls, session: AsyncSession, world: World, now: datetime) -> "BruteForce":
        """Only what accents and case are worth is asked of the database: Python has no table of it."""
        parts = {part or "" for home in world.homes for part in (home["title"], home["neighbourhood"], home["city"])}
        folded = await session.execute(
            text("SELECT part, search_words(part) AS fold FROM unnest(CAST(:parts AS text[])) AS part"),
            {"parts": list(parts)},
        )
        return cls(world, {row.part: row.fold for row in folded}, now)

    def search(self, asked: Asked, words: list[Word]) -> list[UUID]:
        """The ids of all that fit, in order. `words` are the folded words of the wish."""
        fitting = [home for home in self.homes if self._fits(home, asked, words)]
        return [home["id"] for home in sorted(fitting, key=lambda home: self._key(home, asked.request, words))]

    def _lines(self, home: dict[str, Any]) -> list[list[str]]:
        """The words of the title, the neighbourhood, the city and the kind."""
        told = [self.folds[home[part] or ""].split() for part in ("title", "neighbourhood", "city")]
        return [*told, KINDS.get(home["type"], [home["type"]])]

    def bedrooms(self, home: dict[str, Any]) -> int | None:
        """Those of the home, or of its title."""
        said = re.search("2-bed", home["title"])
        return 2 if home["bedrooms"] is None and said and home["type"] != "room" else home["bedrooms"]

    def offers(self, home: dict[str, Any]) -> set[str]:
        """What the home has and allows, or its title says."""
        offers = set(home["amenities"] or ())
        if home["amenities"] is None and "parking" in home["title"]:
            offers.add("parking")
        if home["rules"].get("pets") is None and "pet friendly" in home["title"]:
            offers.add("pets")
        return offers | {rule for rule, allowed in home["rules"].items() if allowed}

    def _fits(self, home: dict[str, Any], asked: Asked, words: list[Word]) -> bool:
        request, stay, told = asked.request, asked.request.stay, self._lines(home)
        return (
            home["status"] == "published"
            and home["let_type"] == asked.let_type
            and all(word.small or self._has(word, home, told) for word in words)
            and (not asked.types or home["type"] in asked.types)
            and (request.currency is None or home["currency"] == request.currency)
            and (request.price_min is None or home["price_minor"] >= request.price_min)
            and (request.price_max is None or home["price_minor"] <= request.price_max)
            and (asked.guests is None or home["sleeps"] is None or home["sleeps"] >= asked.guests)
            and asked.offers <= self.offers(home)
            and (asked.bedrooms is None or (self.bedrooms(home) or 0) >= asked.bedrooms)
            and (home["beds"] or 0) >= (request.beds or 0)
            and (home["bathrooms"] or 0) >= (asked.bathrooms or 0)
            and (not asked.instant or home["instant_book"])
            and _in_box(home, request)
            and (request.area is None or _in_area(home, read_area(request.area)))
            and (request.radius_km is None or kilometres(home, request) <= request.radius_km)
            and (stay is None or (self._bookable(home, stay, asked.guests or 1) and not self._taken(home, stay)))
        )

    def _has(self, word: Word, home: dict[str, Any], told: list[list[str]]) -> bool:
        if word.country is not None:
            return home["country"] == word.country or any(_level(word, line) == 3 for line in told)
        in_city = any(_holds(name, told[2]) for name in word.names)
        area = re.match("[0-9]{3,6}", home["postcode"] or "")
        in_area = area is not None and re.fullmatch("[0-9]{3,6}", word.typed) is not None and area[0] == word.typed
        own = Word(word.typed, word.forms, word.near, word.inside)
        return in_city or in_area or any(_level(own, line) for line in told)

    def _bookable(self, home: dict[str, Any], stay: Stay, guests: int) -> bool:
        limits = StayLimits.model_validate(home)
        return not refusals(limits, stay, guests, local_day(self.now, home["zone"]))

    def _taken(self, home: dict[str, Any], stay: Stay) -> bool:
        for claim in self.claims.get(home["id"], []):
            period, lapses = claim["period"], claim["expires_at"]
            live = lapses is None or lapses > self.now
            # Guests keep away from guests; a landlord's block may touch a stay.
            apart = timedelta(days=0 if claim["kind"] == "block" else home["preparation_days"] or 0)
            if (
                live
                and period.lower < stay.check_out + apart
                and (period.upper is None or stay.check_in - apart < period.upper)
            ):
                return True
        return False

    def _score(self, home: dict[str, Any], words: list[Word]) -> int:
        told = self._lines(home)
        score = 0
        for word in words:
            # The level first, then the place: 3 as it is, 2 as a beginning.
            level, line = max((_level(word, line), -place) for place, line in enumerate(told))
            worth = {3: (30, 28, 26, 22), 2: (20, 18, 16, 14), 0: (0, 0, 0, 0)}[level]
            score += (3, 2, 1, 0)[-line] * (level == 3) if word.small else worth[-line]
        asked = [word.typed for word in words if not word.small and not word.inside]
        for one, other in pairwise(asked):
            score += 6 * any(f" {one} {other}" in f" {' '.join(line)}" for line in told)
        return score

    def _key(self, home: dict[str, Any], request: SearchRequest, words: list[Word]) -> tuple[Any, ...]:
        if request.order == Sort.RELEVANCE and words:
            return (-self._score(home, words), -home["id"].int)
        if request.order in (Sort.NEWEST, Sort.RELEVANCE):
            since = home["published_at"] or home["created_at"]
            return (-since.timestamp(), -home["id"].int)
        if request.sort == Sort.DISTANCE:
            return (round(kilometres(home, request) * 1000), home["id"].int)
        upwards = 1 if request.sort == Sort.PRICE_LOW else -1
        return (home["currency"], upwards * home["price_minor"], home["id"].int)


def kilometres(home: dict[str, Any], request: SearchRequest) -> float:
    """From where strangers may know that a home stands, along the great circle.

    By Vincenty's formula for a sphere of 6371.0088 km: another one than the database's.
    """
    assert request.latitude is not None
    assert request.longitude is not None
    here, there = math.radians(request.latitude), math.radians(shown(home["latitude"]))
    turn = math.radians(shown(home["longitude"]) - request.longitude)
    across = math.cos(there) * math.sin(turn)
    along = math.cos(here) * math.sin(there) - math.sin(here) * math.cos(there) * math.cos(turn)
    onward = math.sin(here) * math.sin(there) + math.cos(here) * math.cos(there) * math.cos(turn)
    return 6371.0088 * math.atan2(math.hypot(across, along), onward)


def _level(word: Word, line: list[str]) -> int:
    """How well a word stands in a line: 3 as it is, 2 as a beginning, 0 not at all."""
    if word.inside:
        return 3 * any(word.typed in part for part in line)
    if any(_holds(name, line) for name in (word.typed, *word.forms, *word.names)):
        return 3
    return 2 * (f" {word.typed}" in f" {' '.join(line)}")


def _holds(name: str, line: list[str]) -> bool:
    return f" {name} " in f" {' '.join(line)} "


def _in_box(home: dict[str, Any], request: SearchRequest) -> bool:
    if request.south is None or request.north is None or request.west is None or request.east is None:
        return True
    if not request.south <= shown(home["latitude"]) <= request.north:
        return False
    # How far east of the western side, going round.
    return bool((shown(home["longitude"]) - request.west) % 360 <= (request.east - request.west) % 360)


def _in_area(home: dict[str, Any], corners: Sequence[Corner]) -> bool:
    """By the angle under which the sides are seen from the home's shown position: a whole turn from inside."""
    north, east = shown(home["latitude"]), shown(home["longitude"])
    seen = [(math.remainder(longitude - east, 360), latitude - north) for latitude, longitude in corners]
    turn = 0.0
    for (x1, y1), (x2, y2) in zip(seen, [*seen[1:], seen[0]], strict=True):
        turn += math.atan2(x1 * y2 - x2 * y1, x1 * x2 + y1 * y2)
    return abs(turn) > math.pi
