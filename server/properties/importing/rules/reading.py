"""What one line of a file says of a home. Pure."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from server.properties.importing.rules import amenities, cells
from server.properties.importing.rules.amounts import Amount, Period, amount
from server.properties.importing.rules.countries import lies_elsewhere, name_of
from server.properties.importing.rules.kinds import plain, title_word
from server.properties.importing.rules.nothing import Refused
from server.properties.importing.rules.plans import COLUMNS
from server.properties.rules.facts import columns_of
from server.properties.rules.zones import zone_of
from shared_models.cancellation_terms import CancellationPolicy
from shared_models.imports import PRICES, Finding, ImportField, ImportPlan
from shared_models.money import Currency
from shared_models.properties import Amenity, LetType, PropertyFacts, PropertyType

_PERIODS = {
    ImportField.NIGHTLY_PRICE: Period.NIGHT,
    ImportField.WEEKLY_RENT: Period.WEEK,
    ImportField.MONTHLY_RENT: Period.MONTH,
}
_MAX_KEY = {ImportField.SOURCE_ID: 200, ImportField.HOST_ID: 100}
_NO_LIMIT_NIGHTS = 3650
_DESCRIBING = {ImportField.BEDROOMS: 0, ImportField.BEDS: 1, ImportField.BATHROOMS: 0}
"""Counts that only describe a home, and the least that says anything. One that cannot be kept is left unsaid."""

_STAND_INS: Mapping[str, Any] = {
    "title": "?",
    "type": PropertyType.FLAT,
    "let_type": LetType.NIGHTLY,
    "price_minor": 1,
    "currency": Currency.EUR,
    "address.city": "?",
    "address.country": "AQ",
    "pin": {"latitude": 0, "longitude": 0},
}
"""What a home cannot be without. Where a line does not say it, one of these lets the rest be checked."""
_COLUMNS_OF_MISSING = {"price": ("price_minor",), "pin": ("latitude", "longitude", "zone")}
_MAX_TITLE = 250

_FIELD_OF = {
    "price_minor": "price",
    "cleaning_fee_minor": "cleaning_fee",
    "address.line": "address_line",
    "address.neighbourhood": "neighbourhood",
    "address.city": "city",
    "address.postcode": "postcode",
    "address.country": "country",
    "pin.latitude": "latitude",
    "pin.longitude": "longitude",
    "": "min_nights",
}
_REASONS: Mapping[str, str] = {
    "less_than_equal": "must be at most {le}",
    "greater_than_equal": "must be at least {ge}",
    "string_too_long": "is longer than {max_length} characters",
}


@dataclass(frozen=True)
class LineFinding:
    """A refusal or a warning about one line."""

    line: int
    field: str
    finding: Finding
    reason: str
    value: str = ""


@dataclass(frozen=True)
class HomeLine:
    """A line that can be taken: what it says as columns of a home, and what names it at its source."""

    line: int
    source_id: str
    host_id: str | None
    columns: Mapping[str, Any]
    """Every column of a home but those of what is missing."""
    decided: frozenset[str]
    """Which of them this line decides of a home that is here already."""
    missing: Mapping[str, str]
    """What the line does not say though a home needs it, and why, by field."""


def made_id(parts: Sequence[str | None]) -> str:
    """An id for a home of a file without ids, from what names it there: the same each time, wherever it stands."""
    packed = "\n".join(plain(part or "") for part in parts)
    return f"made-{hashlib.sha256(packed.encode()).hexdigest()[:24]}"


class Reading:
    """One line being read: collects every reason to refuse it, what is missing, and the remarks when it is taken."""

    def __init__(
        self,
        plan: ImportPlan,
        given: Mapping[ImportField, str],
        has: Mapping[Amenity, str],
        mark: str | None,
    ) -> None:
        self._plan, self._given, self._has, self._mark = plan, given, has, mark
        self._refusals: dict[str, str] = {}
        self._missing: dict[str, str] = {}
        self._remarks: list[tuple[str, str]] = []
        self._title: str | None = None
        self._let_type_said = False
        self._undecided: set[str] = set()
        """Columns of a home that this line says nothing of that could be kept."""

    def home(self, line: int, decided: frozenset[str]) -> HomeLine | None:
        self._title = self._text(ImportField.TITLE)
        said = self._said()
        source_id, host_id = self._source_id(said), self._key(ImportField.HOST_ID)
        facts = self._checked(said)
        if facts is None or source_id is None or self._refusals:
            return None
        zone = "" if "pin" in self._missing else self._zone(facts)
        if zone is None:
            return None
        gone = {column for name in self._missing for column in _COLUMNS_OF_MISSING.get(name, (name,))}
        columns = {name: value for name, value in columns_of(facts, zone).items() if name not in gone}
        if self._let_type_said:
            decided |= {"let_type"}
        return HomeLine(line, source_id, host_id, columns, decided - gone - self._undecided, dict(self._missing))

    def findings(self, line: int) -> list[LineFinding]:
        if self._refusals:
            return [
                LineFinding(line, name, Finding.REFUSED, reason, self._cell(name))
                for name, reason in self._refusals.items()
            ]
        return [LineFinding(line, name, Finding.WARNING, reason, self._cell(name)) for name, reason in self._remarks]

    def _said(self) -> dict[str, Any]:
        wide = self._plan.file_wide
        currency = self._read(ImportField.CURRENCY, cells.currency) or wide.currency
        price = self._price(currency)
        booked = self._read(ImportField.INSTANT_BOOK, cells.yes_or_no)
        said: dict[str, Any] = {
            "description": self._text(ImportField.DESCRIPTION, breaks=True) or "",
            "type": self._kind(),
            "let_type": self._let_type(price),
            "address": {
                "line": self._text(ImportField.ADDRESS_LINE),
                "neighbourhood": self._text(ImportField.NEIGHBOURHOOD),
                "city": self._text(ImportField.CITY) or wide.city,
                "postcode": self._text(ImportField.POSTCODE),
                "country": self._read(ImportField.COUNTRY, cells.country) or wide.country,
            },
            "pin": self._pin(),
            "sleeps": self._read(ImportField.SLEEPS, cells.whole),
            "amenities": self._amenities(),
            "min_nights": self._read(ImportField.MIN_NIGHTS, cells.whole),
            "max_nights": self._max_nights(),
            "price_minor": None if price is None else price.minor,
            "cleaning_fee_minor": self._fee(currency),
            "currency": currency,
            "instant_book": wide.instant_book if booked is None else booked,
            "cancellation": {"policy": self._policy()},
        } | {meaning.value: self._describing(meaning, least) for meaning, least in _DESCRIBING.items()}
        return said | {"title": self._title or self._composed_title(said)}

    def _checked(self, said: Mapping[str, Any]) -> PropertyFacts | None:
        """The facts, with stand-ins for what is missing, which is noted."""
        whole: dict[str, Any] = {**said, "address": dict(said["address"])}
        for place, stand_in in _STAND_INS.items():
            room, _, name = place.rpartition(".")
            holder = whole[room] if room else whole
            if holder[name] is None:
                holder[name] = stand_in
                field_name = _FIELD_OF.get(place, name)
                if field_name not in self._refusals:
                    self._missing.setdefault(field_name, "is empty")
        try:
            return PropertyFacts.model_validate(whole)
        except ValidationError as problem:
            for error in problem.errors(include_url=False):
                place = ".".join(str(part) for part in error["loc"])
                name, reason = _FIELD_OF.get(place, place), self._reason(error["type"], error)
                if place.startswith("pin.") and not self._given.get(ImportField(name), "").strip():
                    name, reason = ImportField.COORDINATES.value, f"{name} {reason}"
                self._refusals.setdefault(name, reason)
            return None

    def _reason(self, kind: str, error: Mapping[str, Any]) -> str:
        words = _REASONS.get(kind)
        return words.format(**error["ctx"]) if words else str(error["msg"]).removeprefix("Value error, ")

    def _zone(self, facts: PropertyFacts) -> str | None:
        pin, country = facts.pin, facts.address.country
        zone = zone_of(pin.latitude, pin.longitude)
        if zone is None:
            self._refusals["pin"] = f"{pin.latitude}, {pin.longitude} lies at sea"
        elif ImportField.COUNTRY.value not in self._missing and (there := lies_elsewhere(zone, country)):
            self._refusals["pin"] = (
                f"{pin.latitude}, {pin.longitude} lies in {name_of(there)}, not in {name_of(country)}; "
                "are latitude and longitude the right way round?"
            )
            return None
        return zone

    def _cell(self, name: str) -> str:
        if name == ImportField.PRICE:
            return next((cell for meaning in PRICES if (cell := self._given.get(meaning, ""))), "")
        return self._given.get(ImportField(name), "") if name in list(ImportField) else ""

    def _read(self, meaning: ImportField, reader: Callable[[str], Any]) -> Any:
        if meaning not in self._given:
            return None
        try:
            return reader(self._given[meaning])
        except Refused as problem:
            self._refusals[meaning.value] = str(problem)
            return None

    def _text(self, meaning: ImportField, *, breaks: bool = False) -> str | None:
        if meaning not in self._given:
            return None
        remarks: list[str] = []
        value = cells.text(self._given[meaning], remarks, breaks=breaks)
        self._remarks += [(meaning.value, remark) for remark in remarks]
        return value

    def _kind(self) -> PropertyType | None:
        wide, cell = self._plan.file_wide.type, self._given.get(ImportField.TYPE, "")
        try:
            return cells.property_type(cell, self._plan.kinds) or wide
        except Refused as problem:
            if wide is None:
                self._missing[ImportField.TYPE.value] = str(problem)
            else:
                self._remarks.append((ImportField.TYPE.value, f"{problem}; that for the whole file was taken"))
            return wide

    def _pin(self) -> dict[str, float] | None:
        latitude = self._read(ImportField.LATITUDE, cells.degrees)
        longitude = self._read(ImportField.LONGITUDE, cells.degrees)
        both = self._read(ImportField.COORDINATES, cells.coordinates)
        if both is not None and latitude is None and longitude is None:
            latitude, longitude = both
        if latitude is None or longitude is None or latitude == longitude == 0:
            return None
        return {"latitude": latitude, "longitude": longitude}

    def _let_type(self, price: Amount | None) -> LetType | None:
        column: LetType | None = self._read(ImportField.LET_TYPE, cells.let_type)
        by_column = next((let for meaning, let in PRICES.items() if meaning in self._given and let), None)
        by_price = by_column if price is None else price.let_type
        if column is not None and by_price is not None and column is not by_price:
            self._refusals[ImportField.LET_TYPE.value] = f"says {column.value}, but the price is {by_price.value}"
        self._let_type_said = by_price is not None
        return by_price or column or self._plan.file_wide.let_type

    def _price(self, currency: Currency | None) -> Amount | None:
        said = next((meaning for meaning in PRICES if self._given.get(meaning, "").strip()), None)
        if said is None or currency is None:
            return None
        remarks: list[str] = []
        try:
            price = amount(self._given[said], currency, remarks, mark=self._mark, period=_PERIODS.get(said))
        except Refused as problem:
            self._refusals[ImportField.PRICE.value] = str(problem)
            return None
        if price is None and remarks:
            self._missing[ImportField.PRICE.value] = remarks.pop()
        elif price is not None and price.minor == 0:
            self._refusals[ImportField.PRICE.value] = "must be more than 0"
        self._remarks += [(ImportField.PRICE.value, remark) for remark in remarks]
        return price

    def _fee(self, currency: Currency | None) -> int | None:
        if currency is None:
            return None
        remarks: list[str] = []
        fee: Amount | None = self._read(
            ImportField.CLEANING_FEE, lambda cell: amount(cell, currency, remarks, mark=self._mark)
        )
        self._remarks += [(ImportField.CLEANING_FEE.value, remark) for remark in remarks]
        return None if fee is None else fee.minor

    def _max_nights(self) -> int | None:
        nights: int | None = self._read(ImportField.MAX_NIGHTS, cells.whole)
        if nights is None or nights <= _NO_LIMIT_NIGHTS:
            return nights
        self._remarks.append((ImportField.MAX_NIGHTS.value, "is longer than any stay; there is no longest stay now"))
        return None

    def _describing(self, meaning: ImportField, least: int) -> int | None:
        remarks: list[str] = []
        try:
            count = cells.rooms(self._given.get(meaning, ""), remarks)
        except Refused as problem:
            count, remarks = None, [f"{problem} and was left out"]
        if count is not None and count < least:
            count, remarks = None, ["says nothing and was left out"]
        self._remarks += [(meaning.value, remark) for remark in remarks]
        return count

    def _policy(self) -> CancellationPolicy:
        """What it gives back to who cancels. A word of elsewhere is no choice among ours: that is its landlord's."""
        policy = None
        try:
            policy = cells.cancellation_policy(self._given.get(ImportField.CANCELLATION_POLICY, ""))
        except Refused as problem:
            self._remarks.append((ImportField.CANCELLATION_POLICY.value, f"{problem}; choose one in the listing"))
        if policy is None:
            self._undecided.update(COLUMNS[ImportField.CANCELLATION_POLICY])
        return policy or CancellationPolicy.FLEXIBLE

    def _amenities(self) -> list[Amenity] | None:
        """What the home has; None where neither a list nor a column says anything of it."""
        listed, more = amenities.listed(self._given.get(ImportField.AMENITIES, ""))
        if more:
            self._remarks.append((ImportField.AMENITIES.value, "names more than we know a home may have"))
        said = bool(listed)
        for amenity, cell in self._has.items():
            try:
                has = cells.yes_or_no(cell)
            except Refused:
                has = True  # the name of the thing, or how many there are
            said = said or has is not None
            if has and amenity not in listed:
                listed.append(amenity)
        return listed if said else None

    def _composed_title(self, said: Mapping[str, Any]) -> str | None:
        """For a file without titles: the kind and the street without its number, or the part of town."""
        if ImportField.TITLE in self._given:
            return None  # a file with titles lacks this one
        kind, address = said["type"], said["address"]
        street = re.sub(
            r"[\s,]*\b[0-9]+\s?[a-zA-Z]?(?:\s?[-/]\s?[0-9]+\s?[a-zA-Z]?)?\b[\s,]*", " ", address["line"] or ""
        )
        where = " ".join(street.split()) or address["neighbourhood"] or address["city"]
        if kind is None or where is None:
            return None
        self._remarks.append((ImportField.TITLE.value, "was made from the kind and the street; tenants will see it"))
        return f"{title_word(kind, self._given.get(ImportField.TYPE, ''))}, {where}"[:_MAX_TITLE]

    def _source_id(self, said: Mapping[str, Any]) -> str | None:
        if ImportField.SOURCE_ID in self._given:
            return self._key(ImportField.SOURCE_ID)
        address, pin = said["address"], said["pin"] or {}
        where = [str(value) for value in pin.values()] if address["line"] is None else []
        if not (self._title or address["line"] or where):
            self._refusals[ImportField.SOURCE_ID.value] = "nothing names this home: no id, title, street or place"
            return None
        return made_id([self._title, address["line"], address["postcode"], address["city"], *where])

    def _key(self, meaning: ImportField) -> str | None:
        """An id of the source, exactly as it stands there but for space around it."""
        if meaning not in self._given:
            return None
        value = self._given[meaning].strip(" \t\r\n")
        if not value and meaning == ImportField.SOURCE_ID:
            self._refusals[meaning.value] = "is empty"
        elif len(value) > _MAX_KEY[meaning]:
            self._refusals[meaning.value] = f"is longer than {_MAX_KEY[meaning]} characters"
        elif not value.isprintable():
            self._refusals[meaning.value] = "holds characters that cannot be seen"
        return value or None
