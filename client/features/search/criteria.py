"""What someone looks for, as it stands in the address. Values that make no sense are ignored, never an error."""

import dataclasses
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final, TypeVar

from client.core.language import day_range, inside, t
from client.parts.facts import guests_words
from client.parts.map.query import read_box, read_circle, write_box, write_circle
from client.parts.map.sheet import Box, Circle
from client.parts.stay_query import read_guests, stay_to_come
from client.paths import Query
from shared_models.areas import MAX_AREA, read_area
from shared_models.base import known
from shared_models.money import Currency, Money
from shared_models.properties import Amenity, LetType, PropertyType
from shared_models.search import HouseRule, SearchRequest, Sort

MAX_TEXT: Final = 200
HIGHEST_PRICE_MINOR: Final = 10_000_000_00
SORTS: Final = (Sort.RELEVANCE, Sort.NEWEST, Sort.PRICE_LOW, Sort.PRICE_HIGH)
"""The orders that need nothing else; by distance one can sort when there is a circle."""
RADII: Final = (0.5, 1.0, 2.0, 5.0, 10.0)
"""Kilometres one can choose; an address may ask for others."""
USUAL_RADIUS: Final = 2.0
YES: Final = "yes"
MAX_ROOMS: Final = 6
"""The most rooms one can ask for in the sheet; an address may ask for up to 100."""

Word = TypeVar("Word", bound=StrEnum)


@dataclasses.dataclass(frozen=True)
class Criteria:
    """A wish that makes sense. Dates are both there or both missing; prices are in minor units of `currency`.

    Of `area`, `box` and `circle` a person chooses one; an address may have them all, and then all hold.
    """

    text: str = ""
    check_in: date | None = None
    check_out: date | None = None
    guests: int | None = None
    let_type: LetType = LetType.NIGHTLY
    types: tuple[PropertyType, ...] = ()
    price_min: int | None = None
    price_max: int | None = None
    currency: Currency = Currency.GBP
    sort: Sort | None = None
    """None: what fits the words best, or without words the newest."""
    exact: bool = False
    """Whether every word is taken as it is."""
    amenities: tuple[Amenity, ...] = ()
    rules: tuple[HouseRule, ...] = ()
    bedrooms: int | None = None
    beds: int | None = None
    bathrooms: int | None = None
    instant: bool = False
    area: str | None = None
    """What was drawn on a map, as `shared_models.areas` writes it."""
    box: Box | None = None
    """Where on the map; None for everywhere."""
    circle: Circle | None = None
    """How far from what."""

    def __post_init__(self) -> None:
        if self.sort is Sort.DISTANCE and self.circle is None:
            object.__setattr__(self, "sort", None)

    @property
    def sorts(self) -> tuple[Sort, ...]:
        """The orders one can choose."""
        return SORTS if self.circle is None else (*SORTS, Sort.DISTANCE)

    def placed(self, *, area: str | None = None, box: Box | None = None, circle: Circle | None = None) -> "Criteria":
        """The same wish at this place of the map instead of the one before."""
        return dataclasses.replace(self, area=area, box=box, circle=circle)

    @property
    def nights(self) -> int | None:
        """How long the stay is; None without dates."""
        return (self.check_out - self.check_in).days if self.check_in and self.check_out else None

    @property
    def has_price(self) -> bool:
        """Whether a price is asked for."""
        return self.price_min is not None or self.price_max is not None

    @property
    def filters(self) -> int:
        """How many filters of the sheet are chosen: each kind, amenity and rule, each number of rooms, the price, …"""
        rooms = [number for number in (self.bedrooms, self.beds, self.bathrooms) if number is not None]
        several = len(self.types) + len(self.amenities) + len(self.rules) + len(rooms)
        return several + self.has_price + self.instant + (self.sort is not None) + (self.circle is not None)

    def without_filters(self) -> "Criteria":
        """The same place, dates and guests with nothing else asked for."""
        return Criteria(
            text=self.text,
            check_in=self.check_in,
            check_out=self.check_out,
            guests=self.guests,
            let_type=self.let_type,
            currency=self.currency,
            exact=self.exact,
            area=self.area,
            box=self.box,
        )


def read(query: Query) -> Criteria:
    """The wish of an address."""
    let_type = _word(LetType, query.get("let_type")) or LetType.NIGHTLY
    currency = _word(Currency, query.get("currency")) or Currency.GBP
    low, high = (read_price(query.get(name), currency) for name in ("price_min", "price_max"))
    if low is not None and high is not None and low > high:
        low = None
    check_in, check_out = stay_to_come(query)
    sort = _word(Sort, query.get("sort"))
    return Criteria(
        text=" ".join(query.get("text", "").replace("\x00", "").split())[:MAX_TEXT],
        check_in=check_in,
        check_out=check_out,
        guests=read_guests(query),
        let_type=let_type,
        types=_words(PropertyType, query.get("types")),
        price_min=low,
        price_max=high,
        currency=currency,
        sort=sort,
        exact=query.get("exact") == YES,
        amenities=_words(Amenity, query.get("amenities")),
        rules=_words(HouseRule, query.get("rules")),
        bedrooms=_rooms(query.get("bedrooms")),
        beds=_rooms(query.get("beds")),
        bathrooms=_rooms(query.get("bathrooms")),
        instant=query.get("instant") == YES,
        area=_area(query.get("area")),
        box=read_box(query),
        circle=read_circle(query),
    )


def write(criteria: Criteria) -> dict[str, object]:
    """The values of an address; None takes one away. `read` gives the same wish back."""
    return {
        "text": criteria.text or None,
        "check_in": criteria.check_in,
        "check_out": criteria.check_out,
        "guests": criteria.guests,
        "let_type": None if criteria.let_type == LetType.NIGHTLY else criteria.let_type,
        "types": ",".join(criteria.types) or None,
        "price_min": _major(criteria.price_min, criteria.currency),
        "price_max": _major(criteria.price_max, criteria.currency),
        "currency": criteria.currency if criteria.has_price and criteria.currency != Currency.GBP else None,
        "sort": criteria.sort,
        "exact": YES if criteria.exact and criteria.text else None,
        "amenities": ",".join(criteria.amenities) or None,
        "rules": ",".join(criteria.rules) or None,
        "bedrooms": criteria.bedrooms,
        "beds": criteria.beds,
        "bathrooms": criteria.bathrooms,
        "instant": YES if criteria.instant else None,
        "area": criteria.area,
        **write_box(criteria.box),
        **write_circle(criteria.circle),
    }


def to_search(criteria: Criteria, *, cursor: str | None = None, limit: int = 24) -> SearchRequest:
    """The wish as the server takes it."""
    return SearchRequest(
        text=criteria.text or None,
        check_in=criteria.check_in,
        check_out=criteria.check_out,
        guests=criteria.guests,
        let_type=criteria.let_type,
        types=list(criteria.types),
        amenities=list(criteria.amenities),
        rules=list(criteria.rules),
        bedrooms=criteria.bedrooms,
        beds=criteria.beds,
        bathrooms=criteria.bathrooms,
        instant=criteria.instant,
        area=criteria.area,
        exact=criteria.exact,
        price_min=criteria.price_min,
        price_max=criteria.price_max,
        currency=criteria.currency if criteria.has_price else None,
        sort=criteria.sort,
        cursor=cursor,
        limit=limit,
        **({} if criteria.box is None else dataclasses.asdict(criteria.box)),
        **({} if criteria.circle is None else _round(criteria.circle)),
    )


def _round(circle: Circle) -> dict[str, Any]:
    return {"latitude": circle.latitude, "longitude": circle.longitude, "radius_km": circle.kilometres}


def when_words(criteria: Criteria) -> str:
    """The dates, or that there are none yet."""
    return (
        day_range(criteria.check_in, criteria.check_out) if criteria.check_in and criteria.check_out else t("Any dates")
    )


def stay_words(criteria: Criteria) -> str:
    """By the night or by the month."""
    return t("By the month") if criteria.let_type == LetType.MONTHLY else t("By the night")


def who_words(criteria: Criteria) -> str:
    """How many guests, or that it does not matter yet."""
    return guests_words(criteria.guests) if criteria.guests else t("Any number")


def summary(criteria: Criteria) -> str:
    """The second line of the field on a phone: dates, guests, kind of stay."""
    parts = [when_words(criteria), *([guests_words(criteria.guests)] if criteria.guests else [])]
    if criteria.let_type == LetType.MONTHLY:
        parts.append(inside(stay_words(criteria)))
    return " · ".join(parts)


def known_words(enum: type[Word]) -> list[Word]:
    """Every value one may choose."""
    return [enum(value) for value in known(enum)]


def _major(amount_minor: int | None, currency: Currency) -> str | None:
    if amount_minor is None:
        return None
    major = Money(amount_minor=amount_minor, currency=currency).major
    return str(major.to_integral_value() if major == major.to_integral_value() else major)


def _words(enum: type[Word], value: str | None) -> tuple[Word, ...]:
    """The words of a list, each once; what is none of the enum is left out."""
    words = (_word(enum, word) for word in (value or "").split(","))
    return tuple(dict.fromkeys(word for word in words if word is not None))


def _rooms(value: str | None) -> int | None:
    if value is None or not value.isascii() or not value.isdecimal() or len(value) > 3:
        return None
    return int(value) if 1 <= int(value) <= 100 else None


def _area(value: str | None) -> str | None:
    try:
        read_area(value or "")
    except ValueError:
        return None
    return value if value and len(value) <= MAX_AREA else None


def _word(enum: type[Word], value: str | None) -> Word | None:
    return enum(value) if value is not None and value in known(enum) else None


def read_price(value: str | None, currency: Currency) -> int | None:
    """An amount in major units as minor ones; None when it is not one that can be asked for."""
    try:
        major = Decimal((value or "").strip().replace(",", ""))
        if not major.is_finite() or abs(major) > HIGHEST_PRICE_MINOR:
            return None
        minor = Money.of(major, currency).amount_minor
    except (InvalidOperation, ValueError):
        return None
    return minor if 0 <= minor <= HIGHEST_PRICE_MINOR else None
