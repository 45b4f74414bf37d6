"""From what a landlord typed to the facts of a home or to a draft, and back. Pure: no controls, no calls."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final

from pydantic import ValidationError

from client.core.language import t, whole
from client.features.home_form.seasons import SeasonRow, rows_of, words_of
from shared_models.base import known
from shared_models.drafts import DraftField, DraftGiven, DraftSaid
from shared_models.money import Currency, Money
from shared_models.properties import (
    Amenity,
    LetType,
    PropertyFacts,
    PropertyRead,
    PropertyType,
    SeasonTooLong,
)
from shared_models.stay_dates import MAX_STAY_NIGHTS
from shared_models.stay_limits import Weekday

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
    Step.RULES: (*RULES, "check_in_from", "check_out_by"),
    Step.PRICE: (
        "let_type",
        "currency",
        "price",
        "cleaning_fee",
        "min_nights",
        "max_nights",
        "preparation_days",
        "advance_notice_days",
        "booking_window_days",
        "check_in_weekdays",
        "seasons",
        "instant_book",
    ),
    Step.LOOK: (),
}
"""Which fields stand on which step, as they follow each other."""

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
}
"""Where a field of the page stands in `PropertyFacts`, when its name is another."""

_FIELD_AT: Final = {".".join(place): name for name, place in _PLACES.items()}
_IN_SEASON: Final = re.compile(r"^seasons\.(\d+)\.(\w+)$")
_CLOCK: Final = re.compile(r"^(\d{1,2})(?:[:.](\d{2}))?$")


@dataclass
class Typed:
    """What stands in the fields, word for word. Not observable: a key pressed need not draw the page again."""

    words: dict[str, str] = field(
        default_factory=lambda: {
            "type": PropertyType.FLAT.value,
            "let_type": LetType.NIGHTLY.value,
            "country": "GB",
            "currency": Currency.GBP.value,
        }
    )
    amenities: set[Amenity] = field(default_factory=set)
    amenities_said: bool = False
    """False: nothing said of what the home has, which is not the same as having none of it."""
    instant_book: bool = False

    def get(self, name: str) -> str:
        """The text of a field."""
        return self.words.get(name, "")

    @property
    def currency(self) -> Currency:
        """The currency chosen."""
        return Currency(self.words.get("currency", Currency.GBP.value))


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
        "currency": home.price.currency.value,
        "price": _plain(home.price.major),
        "cleaning_fee": None if home.cleaning_fee is None else _plain(home.cleaning_fee.major),
        **{name: _plain(getattr(home, name)) for name in ("min_nights", "max_nights", *DAYS)},
        "check_in_weekdays": " ".join(day.value for day in home.check_in_weekdays or ()),
        "seasons": words_of(
            [SeasonRow(one.first, one.last, _plain(one.min_nights) or "") for one in home.seasons or ()]
        ),
        **{rule: {True: "yes", False: "no", None: None}[getattr(home.rules, rule)] for rule in RULES},
    }
    return Typed(
        words={name: value for name, value in words.items() if value},
        amenities=set(home.amenities or ()),
        amenities_said=home.amenities is not None,
        instant_book=home.instant_book,
    )


def facts_of(typed: Typed) -> tuple[PropertyFacts | None, Errors]:
    """The facts, or what has to be corrected first, by field in the order of the page."""
    reader = _Reader(typed)
    given: dict[str, Any] = {
        "title": typed.get("title"),
        "description": typed.get("description"),
        "type": typed.get("type"),
        "let_type": typed.get("let_type"),
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
        "seasons": reader.seasons(),
        "price_minor": reader.money("price"),
        "cleaning_fee_minor": reader.money("cleaning_fee"),
        "currency": typed.currency,
        "instant_book": typed.instant_book,
    }
    try:
        facts = PropertyFacts.model_validate(given)
    except ValidationError as error:
        return None, in_order({**_told(error), **reader.errors})
    return (None, in_order(reader.errors)) if reader.errors else (facts, {})


def pin_of(typed: Typed) -> tuple[float, float] | None:
    """Latitude and longitude as far as they are typed; None unless both are and lie on the earth."""
    reader = _Reader(typed)
    latitude, longitude = reader.degrees("latitude"), reader.degrees("longitude")
    if latitude is None or longitude is None or not (abs(latitude) <= 90 and abs(longitude) <= 180):
        return None
    return latitude, longitude


def degrees_words(degrees: float) -> str:
    """Degrees as they stand in a field: five decimals, about a metre."""
    return f"{degrees:.5f}"


def in_order(errors: Mapping[str, str]) -> Errors:
    """The errors as their fields follow each other on the page."""
    place = {name: number for number, name in enumerate(name for names in FIELDS.values() for name in names)}
    return dict(sorted(errors.items(), key=lambda error: place.get(base_of(error[0]), len(place))))


def base_of(name: str) -> str:
    """The field of a part of it: `seasons.0.nights` stands among the seasons."""
    return name.partition(".")[0]


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


def step_of(name: str) -> Step:
    """The step a field stands on."""
    return next((step for step, names in FIELDS.items() if base_of(name) in names), Step.LOOK)


def field_at(path: str) -> str:
    """The field of the page that a path of the server's (`address.city`) is about."""
    path = path.removeprefix("body.").removeprefix("facts.")
    if season := _IN_SEASON.match(path):
        return f"seasons.{season[1]}.{'nights' if season[2] == 'min_nights' else 'days'}"
    return _FIELD_AT.get(path, path)


class _Reader:
    """Reads numbers, amounts and times as people write them, and notes what it cannot read."""

    def __init__(self, typed: Typed) -> None:
        self.typed, self.errors = typed, Errors()

    def _text(self, name: str) -> str:
        return self.typed.get(name).strip()

    def whole(self, name: str) -> int | None:
        text = self._text(name)
        if not text:
            return None
        if not text.isascii() or not text.isdigit():
            self.errors[name] = t("Write a whole number, such as 2, or leave it empty.")
            return None
        return int(text[:9])

    def degrees(self, name: str) -> float | None:
        text = self._text(name).replace(",", ".")
        if not text:
            example = _EXAMPLES[name]
            self.errors[name] = t("Put the pin on the map, or type it in degrees, such as {example}.", example=example)
            return None
        try:
            return float(Decimal(text))
        except InvalidOperation:
            self.errors[name] = t("Write degrees as a number, such as {example}.", example=_EXAMPLES[name])
            return None

    def clock(self, name: str) -> time | None:
        text = self._text(name)
        if not text:
            return None
        found = _CLOCK.match(text)
        hours, minutes = (int(found[1]), int(found[2] or 0)) if found else (99, 99)
        if hours > 23 or minutes > 59:
            self.errors[name] = t("Write a time of the day, such as 15:00.")
            return None
        return time(hours, minutes)

    def seasons(self) -> list[dict[str, Any]] | None:
        """A row each; days that are no days are told by the facts."""
        found = []
        for number, row in enumerate(rows_of(self._text("seasons"))):
            nights = row.nights
            if not (nights.isascii() and nights.isdigit()):
                self.errors[f"seasons.{number}.nights"] = t("Write a whole number of nights, such as 7.")
                nights = "1"
            found.append({"first": row.first, "last": row.last, "min_nights": int(nights[:9])})
        return found or None

    def money(self, name: str) -> int | None:
        text = self._text(name).replace(" ", "")
        if not text:
            if name == "price":
                self.errors[name] = t("Say what it costs, such as 94.")
            return None
        if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text):
            text = text.replace(",", "")
        try:
            amount = Money.of(Decimal(text.replace(",", ".")), self.typed.currency)
        except InvalidOperation:
            self.errors[name] = t("Write an amount, such as 94.00.")
        except ValueError:
            self.errors[name] = t("It has more decimals than {currency} knows.", currency=self.typed.currency.value)
        else:
            return amount.amount_minor
        return None


_CHOICES: Final = {"type": known(PropertyType), "let_type": known(LetType), "currency": known(Currency)}
_EXAMPLES: Final = {"latitude": "55.9533", "longitude": "-3.1883"}


def _told(error: ValidationError) -> Errors:
    """The first problem of each field, in plain words."""
    told: Errors = {}
    for problem in error.errors():
        season = problem["loc"][:1] == ("seasons",)
        place = (str(part) for part in problem["loc"] if season or not isinstance(part, int))
        name = field_at(".".join(place))
        told.setdefault(name, _words(name, problem["type"], problem.get("ctx") or {}))
    return told


def _words(name: str, kind: str, limits: Mapping[str, Any]) -> str:
    if kind == "value_error" and name in _DISAGREE:
        return _DISAGREE[name]()
    if isinstance(too_long := limits.get("error"), SeasonTooLong):
        longest = whole(too_long.longest)
        return t("The longest stay is {n} nights, so nobody could come in this season.", n=longest)
    if base_of(name) == "seasons":
        return _of_season(name)
    if name in ("price", "cleaning_fee"):
        return t("This amount cannot be right. Check it for typing errors.")
    if kind in ("string_too_short", "missing", "string_type", "enum"):
        return _MISSING.get(name, lambda: t("Fill this in."))()
    if kind == "string_too_long":
        return t("At most {n} characters.", n=whole(int(limits["max_length"])))
    if kind in ("greater_than_equal", "less_than_equal") and name in _BOUNDS:
        low, high = _BOUNDS[name]
        return t("Between {low} and {high}.", low=low, high=high)
    return t("This cannot be used. Check it for typing errors.")


def _of_season(name: str) -> str:
    if name.endswith(".nights"):
        return t("Between {low} and {high}.", low="1", high=whole(MAX_STAY_NIGHTS))
    return t("Choose the first and the last day.") if name.endswith(".days") else t("At most 20 seasons.")


_DISAGREE: Final = {
    "max_nights": lambda: t("The maximum stay is shorter than the minimum stay."),
    "booking_window_days": lambda: t("The notice is longer than the time one can book ahead."),
    "check_out_by": lambda: t(
        "It is after check-in, so nobody could come on the day somebody leaves. "
        "Choose an earlier time, or keep a night free between two stays."
    ),
}
"""What is wrong where two fields do not agree, at the later of them."""
_MISSING: Final = {
    "title": lambda: t("Give it a title, such as “Sunny flat by the castle”."),
    "city": lambda: t("Name the city or the village."),
    "country": lambda: t("Choose the country."),
}

_BOUNDS: Final = {
    "latitude": ("-90", "90"),
    "longitude": ("-180", "180"),
    "bedrooms": ("0", "100"),
    "bathrooms": ("0", "100"),
    "beds": ("1", "100"),
    "sleeps": ("1", "100"),
    "min_nights": ("1", "3,650"),
    "max_nights": ("1", "3,650"),
    "preparation_days": ("0", "14"),
    "advance_notice_days": ("0", "365"),
    "booking_window_days": ("1", "730"),
}


def _plain(value: float | Decimal | None) -> str | None:
    return None if value is None else str(value)


def choices_of_currency() -> list[str]:
    """The currencies a home can be priced in."""
    return known(Currency)
