"""What a landlord says, as the columns that remember it. Pure."""

from typing import Any

from shared_models.properties import PropertyFacts
from shared_models.stay_limits import Weekday

_AS_THEY_ARE = (
    "title",
    "description",
    "bedrooms",
    "beds",
    "bathrooms",
    "sleeps",
    "check_in_from",
    "check_out_by",
    "min_nights",
    "max_nights",
    "advance_notice_days",
    "booking_window_days",
    "preparation_days",
    "price_minor",
    "cleaning_fee_minor",
    "instant_book",
)


def columns_of(facts: PropertyFacts, zone: str) -> dict[str, Any]:
    """What a landlord says, as columns."""
    tiers = facts.cancellation.tiers
    return {name: getattr(facts, name) for name in _AS_THEY_ARE} | {
        "type": facts.type.value,
        "let_type": facts.let_type.value,
        "currency": facts.currency.value,
        "address_line": facts.address.line or None,
        "neighbourhood": facts.address.neighbourhood or None,
        "city": facts.address.city,
        "postcode": facts.address.postcode or None,
        "country": facts.address.country,
        "latitude": facts.pin.latitude,
        "longitude": facts.pin.longitude,
        "zone": zone,
        "amenities": None if facts.amenities is None else sorted({amenity.value for amenity in facts.amenities}),
        "check_in_weekdays": None if facts.check_in_weekdays is None else _in_order(facts.check_in_weekdays),
        "seasons": None if facts.seasons is None else [season.model_dump() for season in facts.seasons],
        "rules": facts.rules.model_dump(exclude_none=True),
        "cancellation_policy": facts.cancellation.policy.value,
        "cancellation_tiers": None if tiers is None else [tier.model_dump() for tier in tiers],
    }


def _in_order(days: list[Weekday]) -> list[str]:
    return [day.value for day in Weekday if day in days]
