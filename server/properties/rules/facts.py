"""What a landlord says, as the columns that remember it. Pure."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from shared_models.problems import FieldProblem
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
    "weekend_percent",
    "early_bird_days",
    "early_bird_percent",
    "last_minute_days",
    "last_minute_percent",
    "min_price_minor",
    "guests_included",
    "extra_guest_fee_minor",
    "non_refundable_percent",
    "tourist_tax",
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
        # Without what is not said, so that a season of before there were prices is still the same.
        "seasons": None if facts.seasons is None else [each.model_dump(exclude_none=True) for each in facts.seasons],
        "length_discounts": (
            None if facts.length_discounts is None else [tier.model_dump() for tier in facts.length_discounts]
        ),
        "rules": facts.rules.model_dump(exclude_none=True),
        "cancellation_policy": facts.cancellation.policy.value,
        "cancellation_tiers": None if tiers is None else [tier.model_dump() for tier in tiers],
    }


_WORDS_AND_LISTS = ("type", "let_type", "currency", "amenities", "rules", "check_in_weekdays", "seasons")
_ADDRESS = {"line": "address_line"} | {name: name for name in ("neighbourhood", "city", "postcode", "country")}


def disagreements(columns: Mapping[str, Any]) -> list[FieldProblem]:
    """What does not agree in all that a home would say, once a part of it comes from elsewhere than its editor."""
    said = {name: columns[name] for name in (*_AS_THEY_ARE, *_WORDS_AND_LISTS, "length_discounts")}
    said["address"] = {name: columns[column] for name, column in _ADDRESS.items()}
    said["pin"] = {name: columns[name] for name in ("latitude", "longitude")}
    try:
        PropertyFacts.model_validate(said)
    except ValidationError as problem:
        return [
            FieldProblem(
                field=".".join(str(part) for part in error["loc"]), reason=error["msg"].removeprefix("Value error, ")
            )
            for error in problem.errors(include_url=False)
        ]
    return []


def _in_order(days: list[Weekday]) -> list[str]:
    return [day.value for day in Weekday if day in days]
