"""A line that does not say all a home needs, as the words of a draft in its landlord's editor. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from server.properties.importing.rules.reading import HomeLine
from shared_models.drafts import DraftField, DraftSaid
from shared_models.money import Currency, decimals
from shared_models.properties import Amenity

_NAMESPACE = UUID("6f0c1f0a-4e0e-5c3b-9d5b-2f6a6a1f7c11")
_WORDS: Mapping[str, DraftField] = {
    "address_line": DraftField.LINE,
    "price_minor": DraftField.PRICE,
    "cleaning_fee_minor": DraftField.CLEANING_FEE,
} | {
    field.value: field
    for field in (
        DraftField.TITLE,
        DraftField.DESCRIPTION,
        DraftField.TYPE,
        DraftField.LET_TYPE,
        DraftField.NEIGHBOURHOOD,
        DraftField.CITY,
        DraftField.POSTCODE,
        DraftField.COUNTRY,
        DraftField.LATITUDE,
        DraftField.LONGITUDE,
        DraftField.BEDROOMS,
        DraftField.BEDS,
        DraftField.BATHROOMS,
        DraftField.SLEEPS,
        DraftField.CURRENCY,
        DraftField.MIN_NIGHTS,
        DraftField.MAX_NIGHTS,
    )
}
"""The columns of a home that a draft has as words."""

_FILLED_IN = (DraftField.TYPE, DraftField.COUNTRY)


def draft_id(source_key: str) -> UUID:
    """The id of the draft of a home at its source, and of the home it becomes: the same at every import."""
    return uuid5(_NAMESPACE, source_key)


def said_by(home: HomeLine) -> DraftSaid:
    """What a line says, as the editor keeps it; what the editor fills in by itself stays empty where it is missing."""
    lacking = DraftSaid(words={word: "" for word in _FILLED_IN if word.value in home.missing})
    return _with(lacking, home.columns, home.columns)


def overlaid(said: DraftSaid, home: HomeLine) -> DraftSaid:
    """A draft with what the line decides of it; all else stays as its landlord left it."""
    return _with(said, home.columns, home.decided & set(home.columns))


def _with(said: DraftSaid, columns: Mapping[str, Any], names: Iterable[str]) -> DraftSaid:
    taken = {name: columns[name] for name in names if columns[name] is not None}
    words = {_WORDS[name]: _word(name, value, columns) for name, value in taken.items() if name in _WORDS}
    amenities = [Amenity(word) for word in taken["amenities"]] if "amenities" in taken else said.amenities
    return DraftSaid(
        words={**said.words, **{field: word for field, word in words.items() if word}},
        amenities=amenities,
        instant_book=taken.get("instant_book", said.instant_book),
    )


def _word(name: str, value: Any, columns: Mapping[str, Any]) -> str:
    if name.endswith("_minor"):
        return f"{Decimal(value).scaleb(-decimals(Currency(columns['currency']))):f}"
    return f"{Decimal(repr(value)):f}" if isinstance(value, float) else str(value)


def digest_of(said: DraftSaid) -> str:
    """A short name for exactly these words."""
    return hashlib.sha256(json.dumps(said.model_dump(mode="json"), sort_keys=True).encode()).hexdigest()
