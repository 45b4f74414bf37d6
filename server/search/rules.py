"""What a search means, apart from the database: its words, its circle, where its dates can still be booked. Pure."""

import hashlib
import math
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from server.core import cursors
from server.core.errors import Malformed
from shared_models.base import known
from shared_models.money import Currency
from shared_models.search import SearchWish
from shared_models.stay_dates import Stay, local_day
from shared_models.stay_limits import StayLimits, refusals

EARTH_RADIUS_KM = 6371.0088
"""The mean radius (IUGG)."""
_WIDER_DEGREES = 1e-6
"""A box is this much wider than its circle (11 cm), so that no rounding loses a home; the circle decides."""
_LARGEST_KEY = 2**53
_CURRENCIES = frozenset(["", *known(Currency)])


def words(text: str | None) -> list[str]:
    """The words of a search text, each once. Letters, figures, marks and pictures make words; all else parts them."""
    parted = "".join(letter if _makes_words(letter) else " " for letter in text or "")
    return list(dict.fromkeys(parted.split()))


def _makes_words(letter: str) -> bool:
    kind = unicodedata.category(letter)
    if kind in ("Mn", "Mc"):
        # The selector of a picture's coloured form is in some titles and not in others, and nobody sees which.
        return not unicodedata.name(letter, "").startswith("VARIATION SELECTOR")
    # Emoji are "other symbols", their skin tones "modifiers"; those of ASCII (^ and `) are punctuation to people.
    return kind[0] in "LN" or kind == "So" or (kind == "Sk" and not letter.isascii())


@dataclass(frozen=True)
class Box:
    """A stretch of latitudes and one or two of longitudes (two where it crosses the 180th meridian), in degrees."""

    south: float
    north: float
    spans: tuple[tuple[float, float], ...]


def box_around(latitude: float, longitude: float, radius_km: float) -> Box:
    """A box that holds every point within `radius_km` of a point, and few others."""
    angle = radius_km / EARTH_RADIUS_KM
    reach = math.degrees(angle) + _WIDER_DEGREES
    south, north = max(latitude - reach, -90.0), min(latitude + reach, 90.0)
    if south == -90 or north == 90:  # a circle over a pole crosses every meridian
        return Box(south, north, ((-180.0, 180.0),))
    # Where a circle touches its outermost meridian: sin(Δλ) = sin(r) / cos(φ).
    sideways = math.degrees(math.asin(min(1.0, math.sin(angle) / math.cos(math.radians(latitude))))) + _WIDER_DEGREES
    west, east = longitude - sideways, longitude + sideways
    if west < -180:
        return Box(south, north, ((-180.0, east), (west + 360, 180.0)))
    if east > 180:
        return Box(south, north, ((west, 180.0), (-180.0, east - 360)))
    return Box(south, north, ((west, east),))


def zones_open_for(stay: Stay, now: datetime) -> list[str] | None:
    """The time zones in which `stay` is neither past nor too far ahead; None when it is so everywhere.

    Answered here rather than by the database, so that search and booking read the same time zone data.
    """
    # Local clocks are between 12 hours behind and 14 hours ahead of UTC.
    todays = {(now + timedelta(hours=ahead)).date() for ahead in (-12, 0, 14)}
    open_on = {today for today in todays if not refusals(StayLimits(), stay, 1, today)}
    if open_on == todays:
        return None
    return sorted(zone for zone in _zones() if local_day(now, zone) in open_on) if open_on else []


def days_ahead(arrive: date, now: datetime) -> tuple[int, dict[int, list[str]]]:
    """How many days ahead an arrival lies where most zones are, and the zones where it is another number of days.

    A day begins at different instants, so at any moment there are two or three dates on earth.
    """
    dates = _dates_on_earth(now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0))
    usual = max(dates, key=lambda today: len(dates[today]))
    others = {(arrive - today).days: zones for today, zones in dates.items() if today != usual}
    return (arrive - usual).days, others


@lru_cache(maxsize=4)
def _dates_on_earth(quarter: datetime) -> dict[date, list[str]]:
    # Clocks are whole quarters of an hour from UTC everywhere, so a date lasts for the whole quarter.
    dates: dict[date, list[str]] = {}
    for zone in sorted(_zones()):
        dates.setdefault(local_day(quarter, zone), []).append(zone)
    return dates


@cache
def _zones() -> dict[str, ZoneInfo]:
    # Kept, because `zoneinfo` itself keeps only a few and would read 600 files for each search.
    return {zone: ZoneInfo(zone) for zone in available_timezones()}


@dataclass(frozen=True)
class After:
    """Where a page ended: the last home's sort key. `currency` is empty where the order does not begin with it."""

    currency: str
    number: int
    id: UUID


def cursor_of(wish: SearchWish, after: After) -> str:
    """The cursor of the page after `after`."""
    return cursors.pack([_fingerprint(wish), after.currency, after.number, str(after.id)])


def read_cursor(wish: SearchWish) -> After | None:
    """Where the asked page begins; None for the first. Raises Malformed for a cursor of another search."""
    if wish.cursor is None:
        return None
    fingerprint, currency, number, id_ = cursors.unpack(wish.cursor, [str, str, int, str])
    # A wish of ours with a key of somebody's making would reach the database: its parts are checked one by one.
    if fingerprint != _fingerprint(wish):
        raise Malformed.field("cursor", "belongs to another search; start from the first page")
    if currency not in _CURRENCIES or abs(number) > _LARGEST_KEY:
        raise Malformed.field("cursor", "is not one of ours; start from the first page")
    try:
        return After(currency, number, UUID(id_))
    except ValueError as problem:
        raise Malformed.field("cursor", "is not one of ours; start from the first page") from problem


def _fingerprint(wish: SearchWish) -> str:
    asked = wish.model_copy(update={"cursor": None, "limit": 0, "types": sorted(set(wish.types))})
    return hashlib.sha256(asked.model_dump_json().encode()).hexdigest()[:16]
