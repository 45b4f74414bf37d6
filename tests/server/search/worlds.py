"""Random homes, claims and wishes, drawn so that ties, edges and unknowns are common."""

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.tables import IdentityTable
from server.calendars.tables import OccupancyTable
from server.core.database import Database
from server.core.ids import new_id
from server.properties.tables import PropertyTable
from server.search import service
from shared_models.areas import write_area
from shared_models.base import known
from shared_models.properties import Amenity, PropertyStatus, PropertyType
from shared_models.search import HouseRule, SearchRequest, Sort

ZONES = ("Europe/London", "Pacific/Auckland", "Pacific/Honolulu", "Pacific/Kiritimati", "Etc/GMT+12")
PLACES = (
    ("Edinburgh", "Old Town, Royal Mile", 55.9500, -3.1900),
    ("Édimbourg", "Leith", 55.9710, -3.1720),
    ("Suva", None, -18.1248, 179.9990),
    ("Suva", "Walu Bay", -18.1250, -179.9990),
    ("Longyearbyen", "Nybyen", 89.9990, 15.6000),
    ("København", "Nørrebro", 55.6990, 12.5490),
    ("爱丁堡", "新城", 55.9533, -3.1883),
    ("Null Island", "Nowhere", 0.0, 0.0),
)
TITLES = [
    "café",
    "Café",
    "CRÈME",
    "flat",
    "Flat-share",
    "Straße",
    "Øresund",
    "爱丁堡公寓",
    "❤️",
    "🏡",
    "Arthur's",
    "2-bed",
    "Leith",
    "l'Œuvre",
    "free parking",
    "pet friendly",
    "½ price",
    "old",
]
TEXTS = (
    *TITLES,
    "cafe",
    "creme",
    "strasse",
    "oresund",
    "爱丁",
    "❤",
    "leith flat",
    "EDIN",
    "town royal",
    "flats",
    "the leith",
    "apartments 2",
    "a",
    "zzz",
    " ,!",
    "edinburgh",
    "Kopenhagen",
    "flat in Kobenhavn",
    "leith, Great Britain",
    "cafe, DK",
    "suva 89077",
    "zzz leith",
)
PRICES = (4_000, 4_000, 7_550, 12_000, 300_000)
SEASONS = (
    [{"first": "03-01", "last": "03-11", "min_nights": 5}],
    [{"first": "12-01", "last": "03-10", "min_nights": 1}, {"first": "03-10", "last": "04-30", "min_nights": 28}],
    [{"first": "03-01", "last": "03-11", "price_minor": 5_000}],
    [
        {"first": "01-01", "last": "12-31", "price_minor": 5_000},
        {"first": "03-05", "last": "03-15", "price_minor": None, "min_nights": 5},
    ],
)
CURRENCIES = ("GBP", "GBP", "EUR", "JPY")


@dataclass(frozen=True)
class World:
    """Rows of `property` and of `occupancy`."""

    homes: list[dict[str, Any]]
    claims: list[dict[str, Any]]


def random_world(random: Random, homes: int, now: datetime) -> World:
    """Homes all over the world with their calendars."""
    rows = [_home(random, number, now) for number in range(homes)]
    return World(rows, [claim for row in rows for claim in _claims(random, row["id"], now)])


def imported_world(random: Random, file: Path, now: datetime) -> World:
    """The real listings, with calendars, limits and sizes they do not tell."""
    kinds = {"Private room": "room", "Shared room": "room", "Hotel room": "room"}
    rows = []
    with file.open(encoding="utf-8", newline="") as lines:
        for number, line in enumerate(csv.DictReader(lines)):
            row = _home(random, number, now)
            # All told: what titles say of it has a test of its own.
            row |= {
                "bedrooms": row["bedrooms"] or 0,
                "amenities": row["amenities"] or [],
                "rules": {rule: row["rules"].get(rule) or False for rule in known(HouseRule)},
                "title": line["name"].strip()[:200] or "A home without a title",
                "neighbourhood": line["neighbourhood"],
                "city": "Edinburgh",
                "country": "GB",
                "latitude": float(line["latitude"]),
                "longitude": float(line["longitude"]),
                "zone": "Europe/London",
                "type": kinds.get(line["room_type"], "flat"),
                "price_minor": max(int(line["price"]), 1) * 100,
                "currency": "GBP",
                "min_nights": int(line["minimum_nights"]),
                "max_nights": None,
                "instant_book": random.random() < 0.9,
                "let_type": "nightly",
            }
            rows.append(row)
    return World(rows, [claim for row in rows for claim in _claims(random, row["id"], now)])


def _home(random: Random, number: int, now: datetime) -> dict[str, Any]:
    city, neighbourhood, latitude, longitude = random.choice(PLACES)
    shortest = random.choice((None, 1, 2, 5, 28))
    return {
        "id": new_id(),
        "slug": f"home-{new_id()}",
        "status": "published" if random.random() < 0.85 else random.choice(known(PropertyStatus)),
        "published_at": None if random.random() < 0.05 else now - timedelta(days=random.randrange(20)),
        "created_at": now - timedelta(days=random.randrange(20)),
        "updated_at": now,
        "title": " ".join(random.choices(TITLES, k=random.randrange(1, 4))) + f" {number}",
        "description": "",
        "type": random.choice(known(PropertyType)),
        "let_type": random.choice(("nightly", "nightly", "monthly")),
        "city": city,
        "neighbourhood": neighbourhood,
        "country": {"København": "DK", "Suva": "FJ"}.get(city, "GB"),
        "postcode": random.choice((None, "89077", "EH6 6QW")),
        # Some homes stand exactly together: the order between them is by id.
        "latitude": max(-90.0, min(90.0, latitude + random.choice((0, random.uniform(-0.05, 0.05))))),
        "longitude": max(-180.0, min(180.0, longitude + random.choice((0, random.uniform(-0.05, 0.05))))),
        "zone": random.choice(ZONES),
        "sleeps": random.choice((None, 1, 2, 4, 8)),
        "min_nights": shortest,
        "max_nights": random.choice((None, 28, 90)),
        "advance_notice_days": random.choice((None, None, None, 0, 1, 3, 20)),
        "booking_window_days": random.choice((None, None, None, 3, 60, 729)),
        "check_in_weekdays": random.choice((None, None, None, ["wednesday", "thursday"], ["saturday"])),
        "seasons": random.choice((None, None, None, *SEASONS)),
        "preparation_days": random.choice((None, None, 0, 1, 3)),
        "price_minor": random.choice(PRICES),
        "cleaning_fee_minor": random.choice((None, 0, 2_500)),
        "currency": random.choice(CURRENCIES),
        "instant_book": random.random() < 0.8,
        "bedrooms": random.choice((None, None, 0, 1, 2, 4)),
        "beds": random.choice((None, 1, 2, 4)),
        "bathrooms": random.choice((None, 0, 1, 2)),
        "amenities": random.choice((None, None, [], random.sample(known(Amenity), k=random.randrange(1, 15)))),
        "rules": {rule: random.choice((None, True, False)) for rule in known(HouseRule) if random.random() < 0.7},
    }


def _claims(random: Random, home: UUID, now: datetime) -> list[dict[str, Any]]:
    day = now.date() + timedelta(days=random.randrange(-10, 5))
    claims: list[dict[str, Any]] = []
    for _ in range(random.randrange(6)):
        start = day + timedelta(days=random.choice((0, 1, 4, 15)))
        day = start + timedelta(days=random.choice((1, 2, 7, 20)))
        kind = random.choice(("booking", "booking", "block", "hold", "hold", "external", "tenancy"))
        lapses = now + timedelta(minutes=random.choice((-600, -1, 0, 1, 14))) if kind == "hold" else None
        for_ever = kind == "tenancy" and random.random() < 0.3
        claims.append(
            {
                "id": new_id(),
                "property_id": home,
                "period": Range(start, None if for_ever else day),
                "kind": kind,
                "source_id": new_id(),
                "expires_at": lapses,
                "created_at": now,
            }
        )
        if for_ever:
            break
    return claims


async def settle(session: AsyncSession, world: World) -> None:
    """Write a world into the tables, with one landlord for all."""
    landlord = new_id()
    await session.execute(insert(IdentityTable).values(id=landlord, source_key=str(landlord), created_at=_made(world)))
    await session.execute(insert(PropertyTable), [home | {"landlord_id": landlord} for home in world.homes])
    if world.claims:
        await session.execute(insert(OccupancyTable), world.claims)


async def learn(database: Database) -> None:
    """Learn the words and the places of all homes, as a job does every few minutes."""
    async with database.transaction() as session:
        await service.learn(session)


def _made(world: World) -> datetime:
    made: datetime = world.homes[0]["created_at"]
    return made


def random_search(
    random: Random, now: datetime, homes: Sequence[dict[str, Any]], texts: Sequence[str]
) -> SearchRequest:
    """Something to look for: each part is asked for now and then."""

    def asked(chance: float) -> bool:
        return random.random() < chance

    request: dict[str, Any] = {"let_type": "monthly" if asked(0.15) else "nightly"}
    if asked(0.35):
        request["text"] = random.choice(texts)
    if asked(0.45):
        home = random.choice(homes)
        request |= {"latitude": home["latitude"], "longitude": home["longitude"]}
        if asked(0.3):
            request["longitude"] = random.choice((180.0, -180.0, home["longitude"]))
        if asked(0.7):
            request["radius_km"] = random.choice((0.001, 0.3, 1.0, 2.5, 10.0, 500.0))
    if asked(0.4):
        check_in = now.date() + timedelta(days=random.choice((-1, 0, 1, 3, 8, 20, 60, 729, 730, 731)))
        request |= {"check_in": check_in, "check_out": check_in + timedelta(days=random.choice((1, 2, 5, 28, 90)))}
    if asked(0.3):
        request["guests"] = random.choice((1, 2, 3, 5, 9))
    if asked(0.12):
        request["amenities"] = random.sample((*known(Amenity)[:3], "parking"), k=random.randrange(1, 3))
    if asked(0.12):
        request["rules"] = random.sample(known(HouseRule), k=random.randrange(1, 3))
    for rooms in ("bedrooms", "beds", "bathrooms"):
        if asked(0.06):
            request[rooms] = random.choice((1, 2, 3))
    if asked(0.1):
        request["instant"] = True
    if asked(0.1):
        request |= _a_box(random, random.choice(homes))
    if asked(0.1):
        request["area"] = _an_area(random, random.choice(homes))
    request["exact"] = asked(0.5)
    if asked(0.3):
        request["types"] = random.sample(known(PropertyType), k=random.randrange(1, 4))
    if asked(0.3):
        request["currency"] = random.choice(CURRENCIES)
        request |= {"price_min": random.choice((0, 4_000, 4_001))} if asked(0.5) else {}
        request |= {"price_max": random.choice((7_550, 12_000, 11_999))} if asked(0.5) else {}
    sorts = [sort for sort in Sort if sort != Sort.DISTANCE or "latitude" in request]
    return SearchRequest.model_validate(request | {"sort": random.choice(sorts)})


def _a_box(random: Random, home: dict[str, Any]) -> dict[str, float]:
    """A box with a home in it, over the 180th meridian when the home stands near it."""
    south, north = (max(-90.0, min(90.0, home["latitude"] + random.uniform(0, 0.03) * sign)) for sign in (-1, 1))
    west, east = (_turned(home["longitude"] + random.uniform(0, 0.03) * sign) for sign in (-1, 1))
    return {"south": south, "west": west, "north": north, "east": east}


def _an_area(random: Random, home: dict[str, Any]) -> str:
    """A star of some corners round a home."""
    corners = []
    for number in range(random.randrange(3, 9)):
        angle, far = 2 * math.pi * (number + random.random() / 2) / 8, random.uniform(0.005, 0.05)
        north = max(-90.0, min(90.0, home["latitude"] + far * math.sin(angle)))
        corners.append((north, _turned(home["longitude"] + far * math.cos(angle))))
    return write_area(corners)


def _turned(longitude: float) -> float:
    return (longitude + 180) % 360 - 180
