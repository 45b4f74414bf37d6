"""What someone looks for, as it stands in the address. Values that make no sense are ignored, never an error."""

import dataclasses
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Final, TypeVar

from client.core.language import day_range, money, t
from client.parts.facts import guests_words
from client.parts.listing import type_word
from client.parts.map.query import read_box, write_box
from client.parts.map.sheet import Box
from client.parts.stay_query import read_guests, stay_to_come
from client.paths import Query
from shared_models.base import known
from shared_models.money import Currency, Money
from shared_models.properties import LetType, PropertyType
from shared_models.search import SearchWish, Sort

LONGEST_TEXT: Final = 200
HIGHEST_PRICE_MINOR: Final = 10_000_000_00
SORTS: Final = (Sort.NEWEST, Sort.PRICE_LOW, Sort.PRICE_HIGH)

Word = TypeVar("Word", bound=StrEnum)


@dataclasses.dataclass(frozen=True)
class Wish:
    """A wish that makes sense. Dates are both there or both missing; prices are in minor units of `currency`."""

    text: str = ""
    arrive: date | None = None
    leave: date | None = None
    guests: int | None = None
    let_type: LetType = LetType.NIGHTLY
    types: tuple[PropertyType, ...] = ()
    price_min: int | None = None
    price_max: int | None = None
    currency: Currency = Currency.GBP
    sort: Sort = Sort.NEWEST
    box: Box | None = None
    """Where on the map; None for everywhere."""

    @property
    def nights(self) -> int | None:
        """How long the stay is; None without dates."""
        return (self.leave - self.arrive).days if self.arrive and self.leave else None

    @property
    def has_price(self) -> bool:
        """Whether a price is asked for."""
        return self.price_min is not None or self.price_max is not None

    @property
    def filters(self) -> int:
        """How many filters of the sheet are chosen: each kind of home, the price, the order."""
        return len(self.types) + self.has_price + (self.sort != Sort.NEWEST)

    def without_filters(self) -> "Wish":
        """The same place, dates and guests with nothing else asked for."""
        return dataclasses.replace(self, types=(), price_min=None, price_max=None, sort=Sort.NEWEST)


def read(query: Query) -> Wish:
    """The wish of an address."""
    let_type = _word(LetType, query.get("let_type")) or LetType.NIGHTLY
    currency = _word(Currency, query.get("currency")) or Currency.GBP
    low, high = (read_price(query.get(name), currency) for name in ("price_min", "price_max"))
    if low is not None and high is not None and low > high:
        low = None
    arrive, leave = stay_to_come(query)
    types = (_word(PropertyType, word) for word in query.get("types", "").split(","))
    sort = _word(Sort, query.get("sort"))
    return Wish(
        text=" ".join(query.get("text", "").replace("\x00", "").split())[:LONGEST_TEXT],
        arrive=arrive,
        leave=leave,
        guests=read_guests(query),
        let_type=let_type,
        types=tuple(dict.fromkeys(kind for kind in types if kind is not None)),
        price_min=low,
        price_max=high,
        currency=currency,
        sort=sort if sort in SORTS else Sort.NEWEST,
        box=read_box(query),
    )


def write(wish: Wish) -> dict[str, object]:
    """The values of an address; None takes one away. `read` gives the same wish back."""
    return {
        "text": wish.text or None,
        "arrive": wish.arrive,
        "leave": wish.leave,
        "guests": wish.guests,
        "let_type": None if wish.let_type == LetType.NIGHTLY else wish.let_type,
        "types": ",".join(wish.types) or None,
        "price_min": _major(wish.price_min, wish.currency),
        "price_max": _major(wish.price_max, wish.currency),
        "currency": wish.currency if wish.has_price and wish.currency != Currency.GBP else None,
        "sort": None if wish.sort == Sort.NEWEST else wish.sort,
        **write_box(wish.box),
    }


def to_search(wish: Wish, *, cursor: str | None = None, limit: int = 24) -> SearchWish:
    """The wish as the server takes it."""
    return SearchWish(
        text=wish.text or None,
        arrive=wish.arrive,
        leave=wish.leave,
        guests=wish.guests,
        let_type=wish.let_type,
        types=list(wish.types),
        amenities=[],
        rules=[],
        price_min=wish.price_min,
        price_max=wish.price_max,
        currency=wish.currency if wish.has_price else None,
        sort=wish.sort,
        cursor=cursor,
        limit=limit,
        **({} if wish.box is None else dataclasses.asdict(wish.box)),
    )


@dataclasses.dataclass(frozen=True)
class Part:
    """One thing that is asked for, and the wish that does without it."""

    label: str
    without: Wish


def price_words(wish: Wish) -> str:
    """`Under £400.00`, `£50.00 to £90.00`."""
    low, high = (None if amount is None else _money(amount, wish) for amount in (wish.price_min, wish.price_max))
    if low and high:
        return t("{low} to {high}", low=low, high=high)
    return t("Under {price}", price=high) if high else t("From {price}", price=low)


def chosen_filters(wish: Wish) -> list[Part]:
    """Every filter of the sheet that narrows the results."""
    parts = [
        Part(
            type_word(kind), dataclasses.replace(wish, types=tuple(other for other in wish.types if other is not kind))
        )
        for kind in wish.types
    ]
    if wish.has_price:
        parts.append(Part(price_words(wish), dataclasses.replace(wish, price_min=None, price_max=None)))
    if wish.box is not None:
        parts.append(Part(t("In this area"), dataclasses.replace(wish, box=None)))
    return parts


def droppable(wish: Wish) -> list[Part]:
    """What could be given up when nothing fits: kinds and price, guests, dates, then the words."""
    parts = []
    if wish.types:
        names = ", ".join(type_word(kind) for kind in wish.types)
        parts.append(Part(names, dataclasses.replace(wish, types=())))
    if wish.has_price:
        parts.append(Part(price_words(wish), dataclasses.replace(wish, price_min=None, price_max=None)))
    if wish.guests is not None:
        parts.append(Part(guests_words(wish.guests), dataclasses.replace(wish, guests=None)))
    if wish.arrive and wish.leave:
        label = day_range(wish.arrive, wish.leave)
        parts.append(Part(label, dataclasses.replace(wish, arrive=None, leave=None)))
    if wish.box is not None:
        parts.append(Part(t("In this area"), dataclasses.replace(wish, box=None)))
    if wish.text:
        parts.append(Part(wish.text, dataclasses.replace(wish, text="")))
    return parts


def when_words(wish: Wish) -> str:
    """The dates, or that there are none yet."""
    return day_range(wish.arrive, wish.leave) if wish.arrive and wish.leave else t("Any dates")


def stay_words(wish: Wish) -> str:
    """By the night or by the month."""
    return t("By the month") if wish.let_type == LetType.MONTHLY else t("By the night")


def who_words(wish: Wish) -> str:
    """How many guests, or that it does not matter yet."""
    return guests_words(wish.guests) if wish.guests else t("Any number")


def summary(wish: Wish) -> str:
    """The second line of the field on a phone: dates, guests, kind of stay."""
    parts = [when_words(wish), *([guests_words(wish.guests)] if wish.guests else [])]
    if wish.let_type == LetType.MONTHLY:
        parts.append(stay_words(wish).lower())
    return " · ".join(parts)


def known_words(enum: type[Word]) -> list[Word]:
    """Every value one may choose."""
    return [enum(value) for value in known(enum)]


def _money(amount_minor: int, wish: Wish) -> str:
    return money(Money(amount_minor=amount_minor, currency=wish.currency))


def _major(amount_minor: int | None, currency: Currency) -> str | None:
    if amount_minor is None:
        return None
    major = Money(amount_minor=amount_minor, currency=currency).major
    return str(major.to_integral_value() if major == major.to_integral_value() else major)


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
