"""What a column probably means, by its name. Pure."""

import re
from collections.abc import Iterable, Sequence

from shared_models.imports import ImportColumn, ImportField

NAMES: dict[ImportField, tuple[str, ...]] = {
    ImportField.SOURCE_ID: ("source_id", "id", "listing_id", "property_id", "reference", "ref", "external_id"),
    ImportField.TITLE: ("title", "name", "listing_name", "headline", "property_name"),
    ImportField.DESCRIPTION: ("description", "summary", "details", "about"),
    ImportField.HOST_ID: ("host_id", "landlord_id", "owner_id", "agent_id"),
    # room_type is filled in every line and has four words; property_type has more than we have a drawing for.
    ImportField.TYPE: ("type", "home_type", "room_type", "property_type", "kind"),
    ImportField.LET_TYPE: ("let_type", "letting", "rent_period", "price_period"),
    ImportField.ADDRESS_LINE: ("address_line", "address", "street", "street_address", "address_1"),
    ImportField.NEIGHBOURHOOD: (
        "neighbourhood_cleansed",
        "neighbourhood",
        "neighborhood_cleansed",
        "neighborhood",
        "district",
        "area",
        "suburb",
    ),
    ImportField.CITY: ("city", "town", "place"),
    ImportField.POSTCODE: ("postcode", "post_code", "postal_code", "zip", "zip_code", "zipcode"),
    ImportField.COUNTRY: ("country_code", "country"),
    ImportField.LATITUDE: ("latitude", "lat"),
    ImportField.LONGITUDE: ("longitude", "lon", "lng", "long"),
    ImportField.PRICE: ("price", "nightly_price", "price_per_night", "rent", "monthly_rent", "price_per_month", "rate"),
    ImportField.CLEANING_FEE: ("cleaning_fee", "cleaning"),
    ImportField.CURRENCY: ("currency", "currency_code"),
    ImportField.MIN_NIGHTS: ("minimum_nights", "min_nights", "minimum_stay", "min_stay"),
    ImportField.MAX_NIGHTS: ("maximum_nights", "max_nights", "maximum_stay", "max_stay"),
    ImportField.SLEEPS: ("accommodates", "sleeps", "guests", "max_guests", "capacity"),
    ImportField.BEDROOMS: ("bedrooms", "bedroom_count"),
    ImportField.BEDS: ("beds", "bed_count"),
    ImportField.BATHROOMS: ("bathrooms", "bathroom_count", "baths"),
    ImportField.INSTANT_BOOK: ("instant_bookable", "instant_book"),
}
"""Names people and programs give to columns, the best first. Inside Airbnb's are among them (its data dictionary)."""

_SAMPLES = 3
_SAMPLE_LENGTH = 80


def guess(header: Iterable[str]) -> dict[str, ImportField]:
    """A meaning for each column whose name we know; no meaning twice."""
    by_name: dict[str, str] = {}
    for column in header:
        by_name.setdefault(_plain(column), column)
    guessed: dict[str, ImportField] = {}
    for field, names in NAMES.items():
        known = next((by_name[name] for name in names if name in by_name), None)
        if known is not None:
            guessed[known] = field
    return guessed


def described(header: Sequence[str], lines: Iterable[Sequence[str]]) -> list[ImportColumn]:
    """Every column with its guess and the first few values in it."""
    samples: list[list[str]] = [[] for _ in header]
    for cells in lines:
        for found, cell in zip(samples, cells, strict=False):
            if len(found) < _SAMPLES and cell.strip() and cell[:_SAMPLE_LENGTH] not in found:
                found.append(cell[:_SAMPLE_LENGTH])
    guessed = guess(header)
    return [
        ImportColumn(name=name, guess=guessed.get(name), samples=found)
        for name, found in zip(header, samples, strict=True)
    ]


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
