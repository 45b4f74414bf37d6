"""From what a landlord typed to the facts of a home or to a draft, and back. Pure: no controls, no calls."""

from decimal import Decimal
from typing import Any, Final

from pydantic import ValidationError

from client.features.home_form.cancelling.tiers import POLICY, lines_of, terms_given
from client.features.home_form.field_places import DAYS, FIELDS, RULES, Errors, in_order
from client.features.home_form.prices.given import WHOLE, prices_given
from client.features.home_form.prices.tiers import TierRow, tier_lines
from client.features.home_form.reading import Reader
from client.features.home_form.seasons import SeasonRow, words_of
from client.features.home_form.typed import Typed
from client.features.home_form.wrong import told
from shared_models.base import known
from shared_models.cancellation_terms import CancellationPolicy
from shared_models.drafts import DraftField, DraftGiven, DraftSaid
from shared_models.money import Currency, Money
from shared_models.properties import LetType, PropertyFacts, PropertyRead, PropertyType
from shared_models.stay_limits import Weekday


def typed_of(home: PropertyRead) -> Typed:
    """The fields as its landlord last wanted them: with what waits for a look, if something does."""
    said = home.proposed or home
    address, pin = said.address, said.pin
    words = {
        "title": said.title,
        "description": said.description,
        "type": said.type.value,
        "let_type": home.let_type.value,
        "line": address.line,
        "neighbourhood": address.neighbourhood,
        "city": address.city,
        "postcode": address.postcode,
        "country": address.country,
        "latitude": _plain(pin.latitude),
        "longitude": _plain(pin.longitude),
        "bedrooms": _plain(home.bedrooms),
        "beds": _plain(home.beds),
        "bathrooms": _plain(home.bathrooms),
        "sleeps": _plain(home.sleeps),
        "check_in_from": home.check_in_from.strftime("%H:%M") if home.check_in_from else None,
        "check_out_by": home.check_out_by.strftime("%H:%M") if home.check_out_by else None,
        **_prices_of(home),
        **{name: _plain(getattr(home, name)) for name in ("min_nights", "max_nights", *DAYS)},
        "check_in_weekdays": " ".join(day.value for day in home.check_in_weekdays or ()),
        "cancellation_policy": home.cancellation.policy.value,
        "cancellation_tiers": lines_of(home.cancellation.tiers),
        **{rule: {True: "yes", False: "no", None: None}[getattr(home.rules, rule)] for rule in RULES},
    }
    return Typed(
        words={name: value for name, value in words.items() if value},
        amenities=set(home.amenities or ()),
        amenities_said=home.amenities is not None,
        instant_book=home.instant_book,
    )


def _prices_of(home: PropertyRead) -> dict[str, str | None]:
    currency = home.price.currency
    seasons = [
        SeasonRow(one.first, one.last, _plain(one.min_nights) or "", _major(one.price_minor, currency))
        for one in home.seasons or ()
    ]
    tiers = [TierRow(str(tier.nights), str(tier.percent)) for tier in home.length_discounts or ()]
    amounts: dict[str, Money | None] = {
        name: getattr(home, name) for name in ("price", "cleaning_fee", "min_price", "extra_guest_fee")
    }
    return {
        "currency": currency.value,
        **{name: _plain(amount.major) for name, amount in amounts.items() if amount is not None},
        **{name: _plain(getattr(home, name)) for name in WHOLE},
        "tourist_tax": home.tourist_tax,
        "length_discounts": tier_lines(tiers),
        "seasons": words_of(seasons),
    }


def _major(amount_minor: int | None, currency: Currency) -> str:
    return "" if amount_minor is None else str(Money(amount_minor=amount_minor, currency=currency).major)


def facts_of(typed: Typed) -> tuple[PropertyFacts | None, Errors]:
    """The facts, or what has to be corrected first, by field in the order of the page."""
    reader = Reader(typed)
    cancellation, unreadable = terms_given(typed.words)
    reader.errors |= unreadable
    given: dict[str, Any] = {
        "title": typed.get("title"),
        "description": typed.get("description"),
        "type": typed.get("type"),
        "address": {
            name: typed.get(name).strip() or None for name in ("line", "neighbourhood", "city", "postcode", "country")
        },
        "pin": {"latitude": reader.degrees("latitude"), "longitude": reader.degrees("longitude")},
        **{name: reader.whole(name) for name in ("bedrooms", "beds", "bathrooms", "sleeps")},
        "amenities": sorted(typed.amenities) if typed.amenities_said else None,
        "rules": {rule: {"yes": True, "no": False}.get(typed.get(rule)) for rule in RULES},
        "check_in_from": reader.clock("check_in_from"),
        "check_out_by": reader.clock("check_out_by"),
        **{name: reader.whole(name) for name in ("min_nights", "max_nights", *DAYS)},
        "check_in_weekdays": typed.get("check_in_weekdays").split() or None,
        **prices_given(reader),
        "cancellation": cancellation,
        "instant_book": typed.instant_book,
    }
    try:
        facts = PropertyFacts.model_validate(given)
    except ValidationError as error:
        return None, in_order({**told(error), **reader.errors})
    return (None, in_order(reader.errors)) if reader.errors else (facts, {})


def pin_of(typed: Typed) -> tuple[float, float] | None:
    """Latitude and longitude as far as they are typed; None unless both are and lie on the earth."""
    reader = Reader(typed)
    latitude, longitude = reader.degrees("latitude"), reader.degrees("longitude")
    if latitude is None or longitude is None or not (abs(latitude) <= 90 and abs(longitude) <= 180):
        return None
    return latitude, longitude


def degrees_words(degrees: float) -> str:
    """Degrees as they stand in a field: five decimals, about a metre."""
    return f"{degrees:.5f}"


def said_of(typed: Typed) -> DraftGiven:
    """What stands in the fields, as a draft keeps it."""
    return DraftGiven(
        words={DraftField(name): value for name, value in sorted(typed.words.items()) if value},
        amenities=sorted(typed.amenities) if typed.amenities_said else None,
        instant_book=typed.instant_book,
    )


def typed_from(said: DraftSaid) -> Typed:
    """The fields as a draft keeps them. A field or a choice that this version does not know is left out.

    A kind that is empty stays so: a file lacked it, and its landlord has to say it.
    """
    words = {name.value: value for name, value in said.words.items() if name is not DraftField.UNKNOWN}
    if "check_in_weekdays" in words:
        words["check_in_weekdays"] = " ".join(day for day in words["check_in_weekdays"].split() if day in set(Weekday))
    known_words = {
        name: value
        for name, value in words.items()
        if name not in _CHOICES or value in _CHOICES[name] or (name == "type" and not value)
    }
    return Typed(
        words={**Typed().words, **known_words},
        amenities=set(said.amenities or ()),
        amenities_said=said.amenities is not None,
        instant_book=said.instant_book,
    )


def differing(mine: Typed, theirs: Typed) -> list[str]:
    """The fields in which two versions differ, as they follow each other."""
    mine_has = (mine.amenities_said, mine.amenities)
    apart = {name for name in {*mine.words, *theirs.words} if mine.get(name).strip() != theirs.get(name).strip()}
    if mine_has != (theirs.amenities_said, theirs.amenities):
        apart.add("amenities")
    if mine.instant_book != theirs.instant_book:
        apart.add("instant_book")
    return [name for names in FIELDS.values() for name in names if name in apart]


_CHOICES: Final = {
    "type": known(PropertyType),
    "let_type": known(LetType),
    "currency": known(Currency),
    POLICY: known(CancellationPolicy),
}


def _plain(value: float | Decimal | None) -> str | None:
    return None if value is None else str(value)


def choices_of_currency() -> list[str]:
    """The currencies a home can be priced in."""
    return known(Currency)
