"""The same search by looking at every home: slow, plain, and written without looking at the SQL."""

import math
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared_models.search import SearchWish, Sort
from shared_models.stay_dates import Stay, local_day
from shared_models.stay_limits import StayLimits, refusals
from tests.server.search.worlds import World

PARTED = re.compile(r"[\s,.!&'\ufe0f-]+")


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
            text("SELECT part, search_fold(part) AS fold FROM unnest(CAST(:parts AS text[])) AS part"),
            {"parts": list(parts)},
        )
        return cls(world, {row.part: row.fold for row in folded}, now)

    def search(self, wish: SearchWish, words: list[str]) -> list[UUID]:
        """The ids of all that fit, in order. `words` are the folded words of the wish."""
        fitting = [home for home in self.homes if self._fits(home, wish, words)]
        return [home["id"] for home in sorted(fitting, key=lambda home: self._key(home, wish))]

    def _fits(self, home: dict[str, Any], wish: SearchWish, words: list[str]) -> bool:
        stay = wish.stay
        told = [self.folds[home[part] or ""] for part in ("title", "neighbourhood", "city")]
        return (
            home["status"] == "published"
            and home["let_type"] == wish.let_type
            and all(any(word in part for part in told) for word in words)
            and (not wish.types or home["type"] in wish.types)
            and (wish.currency is None or home["currency"] == wish.currency)
            and (wish.price_min is None or home["price_minor"] >= wish.price_min)
            and (wish.price_max is None or home["price_minor"] <= wish.price_max)
            and (wish.guests is None or home["sleeps"] is None or home["sleeps"] >= wish.guests)
            and (wish.radius_km is None or kilometres(home, wish) <= wish.radius_km)
            and (stay is None or (self._bookable(home, stay, wish.guests or 1) and not self._taken(home, stay)))
        )

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
                and period.lower < stay.leave + apart
                and (period.upper is None or stay.arrive - apart < period.upper)
            ):
                return True
        return False

    def _key(self, home: dict[str, Any], wish: SearchWish) -> tuple[Any, ...]:
        if wish.sort == Sort.NEWEST:
            since = home["published_at"] or home["created_at"]
            return (-since.timestamp(), -home["id"].int)
        if wish.sort == Sort.DISTANCE:
            return (round(kilometres(home, wish) * 1000), home["id"].int)
        upwards = 1 if wish.sort == Sort.PRICE_LOW else -1
        return (home["currency"], upwards * home["price_minor"], home["id"].int)


def kilometres(home: dict[str, Any], wish: SearchWish) -> float:
    """Along the great circle, by Vincenty's formula for a sphere of 6371.0088 km: another one than the database's."""
    assert wish.latitude is not None
    assert wish.longitude is not None
    here, there = math.radians(wish.latitude), math.radians(home["latitude"])
    turn = math.radians(home["longitude"] - wish.longitude)
    across = math.cos(there) * math.sin(turn)
    along = math.cos(here) * math.sin(there) - math.sin(here) * math.cos(there) * math.cos(turn)
    onward = math.sin(here) * math.sin(there) + math.cos(here) * math.cos(there) * math.cos(turn)
    return 6371.0088 * math.atan2(math.hypot(across, along), onward)


async def folded_words(session: AsyncSession, wish: SearchWish) -> list[str]:
    """The words of a wish, as the database folds them."""
    parts = [part for part in PARTED.split(wish.text or "") if part]
    return [str(await session.scalar(text("SELECT search_fold(:part)"), {"part": part})) for part in parts]
