"""From the columns of the table to the models on the wire."""

from collections.abc import Mapping
from typing import Any

from server.properties.rules.listings import FACTS
from server.properties.tables import PropertyTable
from shared_models.cancellation_terms import CancellationTerms
from shared_models.money import Currency, Money
from shared_models.prices import terms_of
from shared_models.properties import (
    Address,
    HouseRules,
    Pin,
    PropertyRead,
    PropertyRow,
    PropertyType,
    ReviewedFacts,
)
from shared_models.search_map import shown
from shared_models.users import Profile

_SHARED_BY_ROW_AND_PAGE = ("id", "slug", "title", "type", "let_type", "status", "review_note", "updated_at")
_ONLY_ON_PAGE = (
    "landlord_id",
    "description",
    "zone",
    "bedrooms",
    "beds",
    "bathrooms",
    "sleeps",
    "amenities",
    "check_in_from",
    "check_out_by",
    "min_nights",
    "max_nights",
    "advance_notice_days",
    "booking_window_days",
    "preparation_days",
    "check_in_weekdays",
    "instant_book",
    "created_at",
)


def facts_of(row: PropertyTable) -> Mapping[str, Any]:
    """The fact columns of a home."""
    return {name: getattr(row, name) for name in FACTS}


def row_of(row: PropertyTable, landlord: Profile | None) -> PropertyRow:
    """A home as a line of a list."""
    return PropertyRow(
        **_picked(row, _SHARED_BY_ROW_AND_PAGE),
        city=row.city,
        neighbourhood=row.neighbourhood,
        price=price_of(row),
        review_reasons=row.review_reasons or (),
        landlord_name=landlord.name if landlord else "",
    )


def page_of(row: PropertyTable, landlord: Profile | None, homes: int, *, private: bool) -> PropertyRead:
    """A home as its page; with street, postcode, pin, what is proposed and what an admin said only when `private`.

    Others see the pin as far as a street away. `homes` are those of its landlord that are on show.
    """
    shared = _picked(row, _SHARED_BY_ROW_AND_PAGE)
    review = {"review_reasons": row.review_reasons or [], "proposed": _proposed(row)}
    return PropertyRead(
        **(shared | review if private else shared | {"review_note": None}),
        **_picked(row, _ONLY_ON_PAGE),
        address=_address(row, private=private),
        pin=_pin(row, private=private),
        rules=HouseRules.model_validate(row.rules),
        **terms_of(row).model_dump(exclude={"let_type"}),
        cancellation=cancellation_of(row),
        landlord_name=landlord.name if landlord else "",
        landlord_claimed=landlord.claimed if landlord else True,
        landlord_since=landlord.since if landlord and landlord.claimed else None,
        landlord_homes=homes,
    )


def _proposed(row: PropertyTable) -> ReviewedFacts | None:
    wished = row.proposed
    if wished is None:
        return None
    return ReviewedFacts(
        title=wished["title"],
        description=wished["description"],
        type=PropertyType(wished["type"]),
        address=Address(
            line=wished["address_line"],
            **{name: wished[name] for name in ("neighbourhood", "city", "postcode", "country")},
        ),
        pin=Pin(latitude=wished["latitude"], longitude=wished["longitude"]),
    )


def price_of(row: PropertyTable) -> Money:
    """For a night or a month."""
    return Money(amount_minor=row.price_minor, currency=Currency(row.currency))


def cancellation_of(row: PropertyTable) -> CancellationTerms:
    """What is given back to tenants who cancel."""
    return CancellationTerms.model_validate({"policy": row.cancellation_policy, "tiers": row.cancellation_tiers})


def _picked(row: PropertyTable, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _pin(row: PropertyTable, *, private: bool) -> Pin:
    latitude, longitude = row.latitude, row.longitude
    if not private:
        latitude, longitude = shown(latitude), shown(longitude)
    return Pin(latitude=latitude, longitude=longitude)


def _address(row: PropertyTable, *, private: bool) -> Address:
    return Address(
        line=row.address_line if private else None,
        neighbourhood=row.neighbourhood,
        city=row.city,
        postcode=row.postcode if private else None,
        country=row.country,
    )
