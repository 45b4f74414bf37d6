"""Making up homes: the same dice, the same homes. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import time
from itertools import count, cycle
from random import Random

from server.demo.cities import City, Quarter
from server.demo.price_rules import with_price_rules
from server.demo.words import ALWAYS_THERE, NOW_AND_THEN, Character, number_told, rooms_told, words
from shared_models.money import decimals
from shared_models.properties import (
    AddressGiven,
    Amenity,
    HouseRulesGiven,
    LetType,
    PinGiven,
    PropertyFacts,
    PropertyType,
)

_NUMBER_FIRST = ("GB", "IE", "CA", "FR")
"""Countries where the house number stands before the street."""
_TYPES = (
    *(PropertyType.FLAT,) * 8,
    *(PropertyType.APARTMENT,) * 4,
    *(PropertyType.STUDIO,) * 3,
    *(PropertyType.ROOM,) * 2,
    PropertyType.HOUSE,
    PropertyType.COTTAGE,
    PropertyType.BOAT,
)
HOMES_PER_CITY = len(_TYPES)
_WORTH = {
    PropertyType.FLAT: 1.0,
    PropertyType.APARTMENT: 1.15,
    PropertyType.STUDIO: 0.75,
    PropertyType.ROOM: 0.5,
    PropertyType.HOUSE: 1.3,
    PropertyType.COTTAGE: 1.1,
    PropertyType.BOAT: 1.2,
}
_BEDROOMS = {
    PropertyType.FLAT: (1, 1, 2, 2, 3),
    PropertyType.APARTMENT: (1, 2, 2, 3),
    PropertyType.STUDIO: (0,),
    PropertyType.ROOM: (1,),
    PropertyType.HOUSE: (3, 4),
    PropertyType.COTTAGE: (1, 2),
    PropertyType.BOAT: (1, 2),
}


@dataclass(frozen=True)
class Size:
    """How many can sleep where."""

    bedrooms: int
    beds: int
    sleeps: int
    bathrooms: int


@dataclass(frozen=True)
class Place:
    """Where in a quarter: the words of the title, a street and a sight nearby. A boat has no street."""

    quarter: Quarter
    where: str
    street: str
    sight: str
    afloat: bool = False


def make_up(random: Random, city: City) -> list[PropertyFacts]:
    """The homes of a city. No two share a title, and what is special about one is not special about another."""
    drawn = {type_: iter(_characters(random, city, type_)) for type_ in _WORTH}
    named = {quarter.name: _places(random, quarter) for quarter in city.quarters}
    anywhere = cycle(random.sample(city.quarters, len(city.quarters)))
    made = []
    for wanted in _TYPES:
        type_ = PropertyType.FLAT if wanted == PropertyType.BOAT and city.mooring is None else wanted
        place = next(named[_quarter_of(city, type_) or next(anywhere).name])
        if type_ == PropertyType.BOAT and city.mooring is not None:
            place = replace(place, where=f"on {city.mooring.water}", afloat=True)
        made.append(with_price_rules(_home(random, city, place, type_, next(drawn[type_])), city))
    return made


def _characters(random: Random, city: City, type_: PropertyType) -> list[Character]:
    fitting = (each for each in words().character if each.type == type_)
    likely = [each for each in fitting if city.country != "JP" or not each.western]
    return random.sample(likely, len(likely))


def _quarter_of(city: City, type_: PropertyType) -> str | None:
    """Where such a home stands, if not anywhere."""
    if type_ == PropertyType.BOAT and city.mooring is not None:
        return city.mooring.quarter
    return {PropertyType.HOUSE: city.houses[0], PropertyType.COTTAGE: city.houses[1]}.get(type_)


def _places(random: Random, quarter: Quarter) -> Iterator[Place]:
    """Places in a quarter; no street and no sight comes again before all were named."""
    streets, sights = (random.sample(said, len(said)) for said in (quarter.streets, quarter.sights))
    for number in count(random.randrange(len(words().places))):
        street, sight = streets[number % len(streets)], sights[number % len(sights)]
        where = words().places[number % len(words().places)].format(street=street, sight=sight)
        yield Place(quarter, where, street, sight)


def _home(random: Random, city: City, place: Place, type_: PropertyType, character: Character) -> PropertyFacts:
    size = _size(random, type_)
    let_type = LetType.MONTHLY if random.random() < 0.3 else LetType.NIGHTLY
    kitchen, practical = random.choice(words().kitchen), random.choice(words().practical)
    sentences = [
        character.opening,
        rooms_told(character, size.bedrooms, size.beds),
        kitchen.says,
        practical.says,
        *([random.choice(words().by_the_month)] if let_type == LetType.MONTHLY else []),
        _way(random, place),
        place.quarter.says,
    ]
    has = {*ALWAYS_THERE, *random.sample(NOW_AND_THEN, 4), *character.has, *kitchen.has, *practical.has}
    return PropertyFacts(
        title=_title(character, city, place),
        description=" ".join(sentences),
        type=type_,
        let_type=let_type,
        address=_address(random, city, place),
        pin=PinGiven(
            latitude=round(random.gauss(place.quarter.at[0], 0.0012), 6),
            longitude=round(random.gauss(place.quarter.at[1], 0.0018), 6),
        ),
        bedrooms=size.bedrooms,
        beds=size.beds,
        bathrooms=size.bathrooms,
        sleeps=size.sleeps if random.random() < 0.93 else None,
        amenities=[amenity for amenity in Amenity if amenity in has] if random.random() < 0.95 else None,
        rules=_rules(random),
        currency=city.currency,
        instant_book=random.random() < 0.85,
        **_times(random),
        **_limits(random, let_type),
        **_prices(random, city, type_, let_type, size),
    )


def _title(character: Character, city: City, place: Place) -> str:
    boat = city.mooring.boat if city.mooring is not None else ""
    if not character.title.startswith("{boat}"):
        boat = boat.lower()
    return f"{character.title.format(boat=boat)} {place.where}"


def _size(random: Random, type_: PropertyType) -> Size:
    bedrooms = random.choice(_BEDROOMS[type_])
    if type_ == PropertyType.ROOM:
        beds = random.choice((1, 1, 2))
        return Size(bedrooms, beds, 2, 1)
    beds = max(1, bedrooms) + random.choice((0, 0, 1))
    return Size(bedrooms, beds, 2 * max(1, bedrooms) + (beds > max(1, bedrooms)), 1 + bedrooms // 3)


def _way(random: Random, place: Place) -> str:
    said = random.choice(words().ways[:-1] if place.afloat else words().ways)
    minutes = number_told(random.randint(2, 12))
    return said.format(minutes=minutes, Minutes=minutes.capitalize(), sight=place.sight, street=place.street)


def _address(random: Random, city: City, place: Place) -> AddressGiven:
    number = random.randint(3, 96)
    street = f"{number} {place.street}" if city.country in _NUMBER_FIRST else f"{place.street} {number}"
    return AddressGiven(
        line=None if place.afloat else street,
        neighbourhood=place.quarter.name,
        city=city.name,
        postcode=place.quarter.postcode,
        country=city.country,
    )


def _rules(random: Random) -> HouseRulesGiven:
    """What is allowed; a landlord who has not said leaves it open."""

    def said(likely: float) -> bool | None:
        return None if random.random() < 0.25 else random.random() < likely

    return HouseRulesGiven(pets=said(0.35), smoking=said(0.04), parties=said(0.05), children=said(0.9))


def _times(random: Random) -> dict[str, time | None]:
    if random.random() < 0.1:
        return {"check_in_from": None, "check_out_by": None}
    return {"check_in_from": time(random.choice((14, 15, 15, 16))), "check_out_by": time(random.choice((10, 11, 11)))}


def _limits(random: Random, let_type: LetType) -> dict[str, int | None]:
    if let_type == LetType.MONTHLY:
        return {"min_nights": random.choice((28, 28, 30, 60, None)), "max_nights": random.choice((None, 180, 365))}
    return {"min_nights": random.choice((None, 1, 2, 2, 3, 4)), "max_nights": random.choice((None, None, 21, 28, 90))}


def _prices(random: Random, city: City, type_: PropertyType, let_type: LetType, size: Size) -> dict[str, int | None]:
    """Around what a home with one bedroom costs in the city, more with each bedroom, in amounts people ask for."""
    by_the_month = let_type == LetType.MONTHLY
    usual = city.monthly if by_the_month else city.nightly
    exact = usual * _WORTH[type_] * (1 + 0.35 * max(0, size.bedrooms - 1)) * random.uniform(0.88, 1.18)
    unit = 10 ** decimals(city.currency)
    cleans = not by_the_month and type_ != PropertyType.ROOM and random.random() < 0.7
    fee = _asked_for(0.35 * city.nightly * (1 + 0.2 * size.bedrooms)) * unit if cleans else None
    return {"price_minor": _asked_for(exact) * unit, "cleaning_fee_minor": fee}


def _asked_for(amount: float) -> int:
    """Rounded as people round: 87, 115, 1,150, 14,500."""
    step = 1 if amount < 100 else 5 if amount < 500 else 10 if amount < 1_000 else 50 if amount < 10_000 else 500
    return max(step, round(amount / step) * step)
