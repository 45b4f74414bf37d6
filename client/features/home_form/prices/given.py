"""The prices as they are typed: for the home when it is saved, and for the simulator before that. Pure."""

from fractions import Fraction
from typing import Any, Final
from uuid import UUID

from pydantic import ValidationError

from client.core.language import money, t
from client.features.home_form.reading import Reader
from client.features.home_form.typed import Typed
from shared_models.money import Money
from shared_models.price_simulation import PriceSimulationRequest

WHOLE: Final = (
    "weekend_percent",
    "early_bird_days",
    "early_bird_percent",
    "last_minute_days",
    "last_minute_percent",
    "guests_included",
    "non_refundable_percent",
)
"""The rules that are a whole number each."""
_DEAREST_MINOR: Final = 10_000_000_00
_MOST_PERCENT: Final = 90
"""What is more is told to be wrong beside the field."""


def prices_given(reader: Reader) -> dict[str, Any]:
    """The prices by the names of `PriceFacts`. By the month what only nights have is left out."""
    given: dict[str, Any] = {
        "let_type": reader.typed.get("let_type"),
        "price_minor": reader.money("price"),
        "cleaning_fee_minor": reader.money("cleaning_fee"),
        "currency": reader.typed.currency,
        "seasons": reader.seasons(),
    }
    if reader.monthly:
        return given
    return given | {
        **{name: reader.whole(name) for name in WHOLE},
        "length_discounts": reader.tiers(),
        "min_price_minor": reader.money("min_price"),
        "extra_guest_fee_minor": reader.money("extra_guest_fee"),
        "tourist_tax": reader.typed.get("tourist_tax") or None,
    }


def simulation_of(typed: Typed, property_id: UUID) -> PriceSimulationRequest | None:
    """What the simulator is asked; None while something of the prices is missing or wrong."""
    reader = Reader(typed)
    given = prices_given(reader)
    try:
        request = PriceSimulationRequest(property_id=property_id, **given)
    except ValidationError:
        return None
    return None if reader.errors else request


def weekend_words(typed: Typed) -> str:
    """`That is £112.80 a night.`: what the nights of Friday and Saturday cost outside of every season."""
    reader = Reader(typed)
    price, percent = reader.money("price"), reader.whole("weekend_percent")
    if not price or not percent or price > _DEAREST_MINOR or percent > _MOST_PERCENT:
        return t("How much more these nights cost.")
    night = Money(amount_minor=price, currency=typed.currency).times(Fraction(100 + percent, 100))
    return t("That is {amount} a night.", amount=money(night))
