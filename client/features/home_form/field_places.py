"""The steps of the editor, the fields on each, and where each field stands in `PropertyFacts`. Pure."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

Errors = dict[str, str]

DAYS: Final = ("preparation_days", "advance_notice_days", "booking_window_days")
RULES: Final = ("pets", "smoking", "parties", "children")


class Step(StrEnum):
    """The steps of the editor, in their order."""

    WHAT = "what"
    ROOMS = "rooms"
    HAS = "has"
    RULES = "rules"
    PRICE = "price"
    LIMITS = "limits"
    LOOK = "look"


FIELDS: Final[dict[Step, tuple[str, ...]]] = {
    Step.WHAT: (
        "title",
        "type",
        "description",
        "line",
        "neighbourhood",
        "city",
        "postcode",
        "country",
        "latitude",
        "longitude",
    ),
    Step.ROOMS: ("bedrooms", "beds", "bathrooms", "sleeps"),
    Step.HAS: ("amenities",),
    Step.RULES: (*RULES, "check_in_from", "check_out_by", "cancellation_policy", "cancellation_tiers"),
    Step.PRICE: (
        "let_type",
        "currency",
        "price",
        "weekend_percent",
        "seasons",
        "length_discounts",
        "early_bird_days",
        "early_bird_percent",
        "last_minute_days",
        "last_minute_percent",
        "min_price",
        "non_refundable_percent",
        "guests_included",
        "extra_guest_fee",
        "cleaning_fee",
        "tourist_tax",
    ),
    Step.LIMITS: (
        "min_nights",
        "max_nights",
        *DAYS,
        "check_in_weekdays",
        "instant_book",
    ),
    Step.LOOK: (),
}
"""Which fields stand on which step, as they follow each other."""

NIGHTLY: Final = frozenset(FIELDS[Step.PRICE]) - {"let_type", "currency", "price", "seasons", "cleaning_fee"}
"""What only a home let by the night has."""

TOLD_AT: Final = {
    "price": "min_price",
    "early_bird_days": "early_bird_percent",
    "last_minute_days": "last_minute_percent",
    "guests_included": "extra_guest_fee",
    "min_nights": "max_nights",
    "advance_notice_days": "booking_window_days",
}
"""Where it is told that a field does not agree with a later one: at that one."""

REVIEWED: Final = frozenset(FIELDS[Step.WHAT])
"""What a person of ours looks at again when it is changed of a home on show."""

_PLACES: Final[dict[str, tuple[str, ...]]] = {
    "line": ("address", "line"),
    "neighbourhood": ("address", "neighbourhood"),
    "city": ("address", "city"),
    "postcode": ("address", "postcode"),
    "country": ("address", "country"),
    "latitude": ("pin", "latitude"),
    "longitude": ("pin", "longitude"),
    **{rule: ("rules", rule) for rule in RULES},
    "price": ("price_minor",),
    "cleaning_fee": ("cleaning_fee_minor",),
    "min_price": ("min_price_minor",),
    "extra_guest_fee": ("extra_guest_fee_minor",),
    "cancellation_policy": ("cancellation", "policy"),
    "cancellation_tiers": ("cancellation", "tiers"),
}
"""Where a field of the page stands in `PropertyFacts`, when its name is another."""

_FIELD_AT: Final = {".".join(place): name for name, place in _PLACES.items()}
_IN_ROW: Final = re.compile(r"^(seasons|length_discounts|cancellation\.tiers)\.(\d+)\.(\w+)$")
_PARTS: Final = {
    "first": "days",
    "last": "days",
    "min_nights": "nights",
    "price_minor": "price",
    "days_before": "days",
    "refund_percent": "percent",
}
"""Which part of a row is about which of its fields."""


def step_of(name: str) -> Step:
    """The step a field stands on."""
    return next((step for step, names in FIELDS.items() if base_of(name) in names), Step.LOOK)


def base_of(name: str) -> str:
    """The field of a part of it: `seasons.0.nights` stands among the seasons."""
    return name.partition(".")[0]


def in_order(errors: Mapping[str, str]) -> Errors:
    """The errors as their fields follow each other on the page."""
    place = {name: number for number, name in enumerate(name for names in FIELDS.values() for name in names)}
    return dict(sorted(errors.items(), key=lambda error: place.get(base_of(error[0]), len(place))))


def field_at(path: str) -> str:
    """The field of the page that a path of the server's (`address.city`) is about."""
    path = path.removeprefix("body.").removeprefix("facts.")
    if row := _IN_ROW.match(path):
        return f"{_FIELD_AT.get(row[1], row[1])}.{row[2]}.{_PARTS.get(row[3], row[3])}"
    return _FIELD_AT.get(path, path)
