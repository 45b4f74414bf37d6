"""Making up price rules: by a dice of each home's own, so that a rule more changes no other home. Pure."""

from random import Random
from typing import Any

from server.demo.cities import City
from shared_models.money import decimals
from shared_models.properties import LetType, PropertyFacts
from shared_models.tourist_taxes import proposed_tax

SUMMER = ("06-15", "08-31")
NEW_YEAR = ("12-20", "01-03")
EXTRA_GUEST_PART = 0.12
"""What a further guest costs, of the price of a night."""


def with_price_rules(home: PropertyFacts, city: City) -> PropertyFacts:
    """The same home with what its landlord asks on top of the price of a night, or less; by the month nothing."""
    if home.let_type != LetType.NIGHTLY:
        return home
    random, unit = Random(home.title), 10 ** decimals(city.currency)
    price, tax = home.price_minor // unit, proposed_tax(city.country, city.name)
    return PropertyFacts.model_validate(
        home.model_dump()
        | {
            "weekend_percent": random.choice((None, 10, 15, 15, 20)),
            "non_refundable_percent": random.choice((None, None, 10)),
            "tourist_tax": None if tax is None else tax.key,
            **_seasons(random, price, unit),
            **_discounts(random),
            **_extra_guests(random, price, unit, home.sleeps),
        }
    )


def _seasons(random: Random, price: int, unit: int) -> dict[str, Any]:
    """Dearer in summer and at the new year; and, seldom, a least price that discounts do not pass."""
    least = round(price * 0.8) * unit if random.random() < 0.4 else None
    if random.random() < 0.4:
        return {"min_price_minor": least}
    summer, new_year = random.choice(((1.2, 1.3), (1.25, 1.4), (1.1, 1.25)))
    seasons = [
        {"first": first, "last": last, "price_minor": round(price * more) * unit}
        for (first, last), more in ((SUMMER, summer), (NEW_YEAR, new_year))
    ]
    return {"min_price_minor": least, "seasons": seasons}


def _discounts(random: Random) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if random.random() < 0.6:
        week, month = random.choice(((5, 15), (8, 20), (10, 25)))
        found["length_discounts"] = [{"nights": 7, "percent": week}, {"nights": 28, "percent": month}]
    if random.random() < 0.3:
        found |= {"early_bird_days": 90, "early_bird_percent": random.choice((5, 10))}
    if random.random() < 0.3:
        found |= {"last_minute_days": 3, "last_minute_percent": random.choice((10, 15))}
    return found


def _extra_guests(random: Random, price: int, unit: int, sleeps: int | None) -> dict[str, Any]:
    if (sleeps or 0) < 4 or random.random() < 0.5:
        return {}
    return {"guests_included": 2, "extra_guest_fee_minor": max(1, round(price * EXTRA_GUEST_PART)) * unit}
