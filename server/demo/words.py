"""What homes of the demo are called and how they are described, from `words.toml`, and the sentences made with it."""

import tomllib
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from shared_models.properties import Amenity, PropertyType

ALWAYS_THERE = (Amenity.KITCHEN, Amenity.WIFI, Amenity.HEATING, Amenity.SMOKE_ALARM, Amenity.BED_LINEN, Amenity.TOWELS)
NOW_AND_THEN = (
    Amenity.TV,
    Amenity.WASHING_MACHINE,
    Amenity.SHOWER,
    Amenity.HAIR_DRYER,
    Amenity.FRIDGE,
    Amenity.CARBON_MONOXIDE_ALARM,
    Amenity.FIRST_AID_KIT,
    Amenity.BICYCLE_STORAGE,
)
_NUMBERS = (*("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),)


class Character(BaseModel):
    """What is special about a home: in its title, in its first sentence, and what it has because of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: PropertyType
    title: str
    opening: str
    has: tuple[Amenity, ...] = ()
    western: bool = False
    """Only where houses are built so: not in Japan."""
    shared: str = "kitchen and bathroom are shared with two of us"
    """What guests of a room share with whom."""


class Said(BaseModel):
    """A sentence, and what a home has of which it speaks."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    has: tuple[Amenity, ...]
    says: str


class Words(BaseModel):
    """All of `words.toml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    character: tuple[Character, ...]
    kitchen: tuple[Said, ...]
    practical: tuple[Said, ...]
    ways: tuple[str, ...]
    """How far it is to a sight; the last one names a street as well."""
    places: tuple[str, ...]
    by_the_month: tuple[str, ...]
    blocks: tuple[str, ...]
    rejected: tuple[str, ...]
    declined: str
    cancelled_by_tenant: str
    cancelled_by_landlord: str
    reported: str
    news: str


@cache
def words() -> Words:
    """Every word, read once."""
    return Words.model_validate(tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8")))


def number_told(number: int) -> str:
    """A number up to twelve, in words."""
    return _NUMBERS[number]


def rooms_told(character: Character, bedrooms: int, beds: int) -> str:
    """How one sleeps there, as a sentence."""
    if character.type == PropertyType.ROOM:
        bed = "two single beds" if beds == 2 else "a double bed"
        return f"The room has {bed}; {character.shared}."
    if bedrooms == 0:
        return "It is one room, with a double bed" + (" and a sofa that makes another." if beds == 2 else ".")
    rooms = f"{_NUMBERS[bedrooms].capitalize()} bedroom{'s' if bedrooms > 1 else ''}"
    each = ", each" if bedrooms > 1 else ""
    spare = ", and a sofa bed besides" if beds > bedrooms else ""
    return f"{rooms}{each} with a double bed{spare}."
