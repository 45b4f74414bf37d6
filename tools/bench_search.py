"""How long a search takes: a mixed set of wishes over generated homes, through the whole API in process.

    python -m tools.bench_search --homes 12189 --searches 500

Uses an embedded PostgreSQL in a temporary folder, or `--database postgresql://…` (an empty one of your own: it is
filled and left so). Prints p50, p95 and the slowest, for each kind of wish and for all, and of these milliseconds
those in which the database was waited for.
"""

import argparse
import asyncio
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from statistics import quantiles
from typing import Any

import httpx
import structlog
from sqlalchemy import event, insert, text
from sqlalchemy.dialects.postgresql import Range

from server import schema
from server.app import create_app
from server.auth.tables import IdentityTable
from server.calendars.tables import OccupancyTable
from server.core import clock
from server.core.database import Database
from server.core.embedded_postgres.server import EmbeddedPostgres
from server.core.ids import new_id
from server.core.settings import Environment, Settings
from server.properties.tables import PropertyTable
from server.search import service as search
from shared_models.base import known
from shared_models.properties import PropertyType

SEED = 2027
PATHS = {"facets": "/api/v1/search/facets", "suggestion": "/api/v1/search/suggestions"}
"""Where a kind of wish is sent that is no search of its own."""
MIDDLE = (55.9533, -3.1883)
BATCH = 1000
QUARTERS = ("Old Town", "New Town", "Leith", "Stockbridge", "Marchmont", "Dalry", "Portobello", "Murrayfield")
KINDS = ("Flat", "Studio", "Room", "Apartment", "Cottage", "House", "Loft", "Mews")
TRAITS = ("bright", "quiet", "central", "spacious", "cosy", "modern", "Georgian", "top-floor", "garden", "sea-view")


def homes(random: Random, count: int) -> list[dict[str, Any]]:
    """Homes in and around one city."""
    now = clock.now()
    return [
        {
            "id": new_id(),
            "slug": f"bench-{number}",
            "status": "published" if random.random() < 0.97 else "paused",
            "published_at": now - timedelta(minutes=number),
            "title": f"{random.choice(TRAITS).capitalize()} {random.choice(TRAITS)} {random.choice(KINDS)} {number}",
            "description": "A description of usual length. " * 20,
            "type": random.choice(known(PropertyType)),
            "let_type": "nightly" if random.random() < 0.8 else "monthly",
            "city": "Edinburgh",
            "neighbourhood": random.choice(QUARTERS),
            "country": "GB",
            "latitude": random.gauss(MIDDLE[0], 0.03),
            "longitude": random.gauss(MIDDLE[1], 0.05),
            "zone": "Europe/London",
            "sleeps": random.choice((None, 2, 2, 4, 6)),
            "min_nights": random.choice((None, 1, 2, 3, 7)),
            "price_minor": random.randrange(3_000, 40_000),
            "currency": "GBP",
            "instant_book": random.random() < 0.9,
            "bedrooms": random.choice((None, 1, 2, 3)),
            "amenities": random.choice((None, ["wifi", "kitchen", "tv", "heating", "parking"])),
            "rules": {},
        }
        for number in range(count)
    ]


def claims(random: Random, home: dict[str, Any]) -> list[dict[str, Any]]:
    """About ten stays in the coming half year."""
    day, made = clock.now().date(), []
    for _ in range(random.randrange(20)):
        start = day + timedelta(days=random.randrange(1, 15))
        day = start + timedelta(days=random.randrange(1, 8))
        made.append(
            {
                "id": new_id(),
                "property_id": home["id"],
                "period": Range(start, day),
                "kind": "booking",
                "source_id": new_id(),
                "created_at": clock.now(),
            }
        )
    return made


async def settle(database: Database, count: int) -> None:
    """Fill an empty database."""
    random, landlord = Random(SEED), new_id()
    rows = homes(random, count)
    async with database.transaction() as session:
        await session.execute(insert(IdentityTable).values(id=landlord, source_key="bench", created_at=clock.now()))
    for first in range(0, count, BATCH):
        batch = [{"landlord_id": landlord, **row} for row in rows[first : first + BATCH]]
        taken = [claim for row in batch for claim in claims(random, row)]
        async with database.transaction() as session:
            await session.execute(insert(PropertyTable), batch)
            await session.execute(insert(OccupancyTable), taken)
    async with database.transaction() as session:
        await search.learn(session)
    async with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        await connection.execute(text("VACUUM ANALYZE"))


def request(random: Random) -> tuple[str, dict[str, Any]]:
    """A kind of wish and one of that kind, as people ask: mostly a place and dates."""
    check_in = clock.now().date() + timedelta(days=random.choice((0, 1, 10, 30, 60, 150)))
    dates = {"check_in": check_in, "check_out": check_in + timedelta(days=random.choice((2, 3, 7)))}
    near = {
        "latitude": random.gauss(MIDDLE[0], 0.02),
        "longitude": random.gauss(MIDDLE[1], 0.03),
        "radius_km": random.choice((0.5, 1, 2, 5)),
    }
    word = random.choice([*QUARTERS, *KINDS, *TRAITS])
    wishes: dict[str, dict[str, Any]] = {
        "newest": {},
        "price": {"price_max": random.randrange(5_000, 20_000), "currency": "GBP", "sort": "price_low"},
        "word": {"text": word},
        "two words": {"text": f"{word} {random.choice(QUARTERS)}"},
        "sentence": {"text": f"2 bed {word.lower()} flats near {random.choice(QUARTERS)} under 200"},
        "suggestion": {"text": random.choice((word, "Edinburgh"))[: random.choice((2, 3, 4))]},
        "slip": {"text": f"edinbrugh {word[:-2]}{word[-1]}{word[-2]}"},
        "radius": near | {"sort": "distance"},
        "dates": dates | {"guests": 2},
        "city and dates": dates | {"guests": 2, "text": "edinburgh"},
        "facets": random.choice(({}, {"text": "edinburgh"}, dates | {"guests": 2})),
        "everything": near | dates | {"guests": 2, "text": word, "types": ["flat", "house"], "sort": "price_low"},
    }
    kind = random.choice(sorted(wishes))
    return kind, wishes[kind]


def view(random: Random) -> dict[str, Any]:
    """What the map of a desktop asks for: all that fits at first, then wherever it is moved."""
    if random.random() < 0.25:
        return {"width": 656, "height": 816}
    zoom = random.choice((11, 12, 13, 14, 16))
    across, down = (pixels * 360 / 256 / 2**zoom / 2 for pixels in (656, 816 * 0.56))
    north, east = random.gauss(MIDDLE[0], 0.02), random.gauss(MIDDLE[1], 0.03)
    return {"south": north - down, "north": north + down, "west": east - across, "east": east + across, "zoom": zoom}


class Waits:
    """How long the statements of a database took, in milliseconds, since it was last asked."""

    def __init__(self, database: Database) -> None:
        self.began, self.total = 0.0, 0.0
        for pool in (database, database.reads):
            event.listen(pool.engine.sync_engine, "before_cursor_execute", self._begin)
            event.listen(pool.engine.sync_engine, "after_cursor_execute", self._end)

    def _begin(self, *_: Any) -> None:
        self.began = time.perf_counter()

    def _end(self, *_: Any) -> None:
        self.total += (time.perf_counter() - self.began) * 1000

    def taken(self) -> float:
        total, self.total = self.total, 0.0
        return total


@dataclass(frozen=True)
class Answer:
    """How long one answer took in all, and its statements in the database, in milliseconds."""

    whole: float
    database: float


async def measure(
    database: Database, settings: Settings, searches: int, *, on_map: bool = False
) -> dict[str, list[Answer]]:
    """What each search took, by kind. Each kind runs a few times before, unmeasured."""
    random, taken, waits = Random(SEED), defaultdict[str, list[Answer]](list), Waits(database)
    transport = httpx.ASGITransport(create_app(settings, database))
    async with httpx.AsyncClient(transport=transport, base_url="http://bench") as client:
        for number in range(-60, searches):
            kind, query = request(random)
            path = PATHS.get(kind, "/api/v1/search")
            if on_map:
                path, query = "/api/v1/search/map", query | view(random)
            waits.taken()
            began = time.perf_counter()
            reply = await client.get(path, params=query)
            milliseconds = (time.perf_counter() - began) * 1000
            if reply.status_code != 200:
                raise SystemExit(reply.text)
            if number >= 0:
                taken[kind].append(Answer(milliseconds, waits.taken()))
    return taken


def report(taken: dict[str, list[Answer]]) -> None:
    """A line for each kind and one for all."""
    every = [answer for answers in taken.values() for answer in answers]
    for kind, answers in [*sorted(taken.items()), ("all", every)]:
        cuts = quantiles([answer.whole for answer in answers], n=20, method="inclusive")
        inside = quantiles([answer.database for answer in answers], n=20, method="inclusive")
        slowest = max(answer.whole for answer in answers)
        print(
            f"{kind:>15}: p50 {cuts[9]:7.1f} ms   p95 {cuts[18]:7.1f} ms   max {slowest:7.1f} ms   "
            f"in the database: p50 {inside[9]:6.1f} ms   p95 {inside[18]:6.1f} ms   n {len(answers)}"
        )


async def run(url: str, count: int, searches: int, *, on_map: bool) -> None:
    database = Database(url)
    await schema.migrate(database)
    async with database.transaction() as session:
        filled = await session.scalar(text("SELECT EXISTS (SELECT FROM property)"))
    if not filled:
        await settle(database, count)
    report(await measure(database, Settings(environment=Environment.TEST), searches, on_map=on_map))
    await database.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--homes", type=int, default=12_189)
    parser.add_argument("--searches", type=int, default=500)
    parser.add_argument("--map", action="store_true", help="the same wishes on a map instead of in a list")
    parser.add_argument("--database", help="postgresql://… of a database that may be filled")
    asked = parser.parse_args()
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    if asked.database:
        asyncio.run(run(asked.database, asked.homes, asked.searches, on_map=asked.map))
        return
    with tempfile.TemporaryDirectory(prefix="estospaces-bench-") as folder:
        server = EmbeddedPostgres(Path(folder) / "server", fast=True)
        asyncio.run(run(server.start(), asked.homes, asked.searches, on_map=asked.map))
        server.remove()


if __name__ == "__main__":
    main()
