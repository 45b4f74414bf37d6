"""What a wish asks for in all: what was chosen, and what its text says. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from shared_models.base import known
from shared_models.money import Currency, decimals
from shared_models.properties import Amenity, LetType, PropertyType
from shared_models.search import HouseRule, SearchRequest
from shared_models.search_words import Meaning, Price, Said, Understood, understand

MAX_PRICE_MINOR = 10_000_000_00


@dataclass(frozen=True)
class Asked:
    """A wish and its text together. Of two numbers for one thing the stricter holds; kinds of both fit."""

    request: SearchRequest
    words: str
    let_type: LetType
    guests: int | None
    bedrooms: int | None
    bathrooms: int | None
    types: frozenset[PropertyType]
    offers: frozenset[Amenity | HouseRule]
    instant: bool
    said_prices: tuple[Price, ...] = ()
    understood: bool = False
    """Whether the text says something beside its words."""


def asked_of(request: SearchRequest) -> Asked:
    """What a wish asks for."""
    meaning = Meaning(request.text or "") if request.exact else understand(request.text or "")
    parts = meaning.parts
    monthly = any(part.monthly for part in parts)
    return Asked(
        request=request,
        words=meaning.words,
        let_type=LetType.MONTHLY if monthly else request.let_type,
        guests=_most(request.guests, parts, Said.GUESTS),
        bedrooms=_most(request.bedrooms, parts, Said.BEDROOMS),
        bathrooms=_most(request.bathrooms, parts, Said.BATHROOMS),
        types=frozenset([*request.types, *(part.type for part in parts if part.type)]),
        offers=frozenset(
            [
                *request.amenities,
                *request.rules,
                *(part.amenity for part in parts if part.amenity),
                *(part.rule for part in parts if part.rule),
            ]
        ),
        instant=request.instant or any(part.said is Said.INSTANT for part in parts),
        said_prices=tuple(part.price for part in parts if part.price is not None),
        understood=bool(parts),
    )


def _most(chosen: int | None, parts: Iterable[Understood], said: Said) -> int | None:
    numbers = [part.number for part in parts if part.said is said and part.number is not None]
    return max([*numbers, *([] if chosen is None else [chosen])], default=None)


def minor_by_currency(amount: Decimal) -> dict[int, list[Currency]]:
    """An amount of major units in minor ones: the currencies it is so many of. Rounded down, as "under" is meant."""
    minor: dict[int, list[Currency]] = {}
    for currency in map(Currency, known(Currency)):
        whole = min(int(amount.scaleb(decimals(currency))), MAX_PRICE_MINOR)
        minor.setdefault(whole, []).append(currency)
    return minor
