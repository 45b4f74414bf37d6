"""What a line of a file says of a home, and what a run may do. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from server.properties.importing.rules import cells
from server.properties.importing.rules.cells import Refused
from server.properties.rules.facts import columns_of
from server.properties.rules.zones import zone_of
from shared_models.imports import Finding, ImportField, ImportPlan
from shared_models.money import Currency
from shared_models.problems import FieldProblem
from shared_models.properties import PropertyFacts

REQUIRED = (
    ImportField.SOURCE_ID,
    ImportField.TITLE,
    ImportField.LATITUDE,
    ImportField.LONGITUDE,
    ImportField.PRICE,
)
"""Only a column can say these."""
REQUIRED_SOMEWHERE = (ImportField.TYPE, ImportField.CITY, ImportField.COUNTRY, ImportField.CURRENCY)
"""A column or the whole file says these."""

COLUMNS: Mapping[ImportField, tuple[str, ...]] = {
    ImportField.TITLE: ("title",),
    ImportField.DESCRIPTION: ("description",),
    ImportField.TYPE: ("type",),
    ImportField.LET_TYPE: ("let_type",),
    ImportField.ADDRESS_LINE: ("address_line",),
    ImportField.NEIGHBOURHOOD: ("neighbourhood",),
    ImportField.CITY: ("city",),
    ImportField.POSTCODE: ("postcode",),
    ImportField.COUNTRY: ("country",),
    ImportField.LATITUDE: ("latitude", "zone"),
    ImportField.LONGITUDE: ("longitude", "zone"),
    ImportField.PRICE: ("price_minor",),
    ImportField.CLEANING_FEE: ("cleaning_fee_minor",),
    ImportField.CURRENCY: ("currency",),
    ImportField.MIN_NIGHTS: ("min_nights",),
    ImportField.MAX_NIGHTS: ("max_nights",),
    ImportField.SLEEPS: ("sleeps",),
    ImportField.BEDROOMS: ("bedrooms",),
    ImportField.BEDS: ("beds",),
    ImportField.BATHROOMS: ("bathrooms",),
    ImportField.INSTANT_BOOK: ("instant_book",),
}
"""Which columns of a home a field of the file decides."""

_MAX_KEY = {ImportField.SOURCE_ID: 200, ImportField.HOST_ID: 100}
_NO_LIMIT_NIGHTS = 3650
_DESCRIBING = {ImportField.BEDROOMS: 0, ImportField.BEDS: 1, ImportField.BATHROOMS: 0}
"""Counts that only describe a home, and the least that says anything. One that cannot be kept is left unsaid."""

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
    """A line that can be taken: the home's columns, and what names it at its source."""

    line: int
    source_id: str
    host_id: str | None
    columns: Mapping[str, Any]


@dataclass
class Lines:
    """What a part of the file says: homes, and what is to be known about lines."""

    homes: list[HomeLine] = field(default_factory=list)
    findings: list[LineFinding] = field(default_factory=list)

    def refuse(self, home: HomeLine, reason: str) -> None:
        """Leave out a home that was readable by itself."""
        self.homes.remove(home)
        self.findings = [known for known in self.findings if known.line != home.line]
        self.findings.append(LineFinding(home.line, "source_id", Finding.REFUSED, reason, home.source_id))

    @property
    def refused(self) -> int:
        """How many lines were left out (a line may be refused for several reasons)."""
        return len({known.line for known in self.findings if known.finding == Finding.REFUSED})

    @property
    def warnings(self) -> int:
        return sum(known.finding == Finding.WARNING for known in self.findings)


def problems_of(plan: ImportPlan, header: Sequence[str]) -> list[FieldProblem]:
    """What is wrong with a plan for a file with these columns."""
    found = [
        FieldProblem(field=f"columns.{name[:60]}", reason="is not a column of this file")
        for name in plan.columns
        if name not in header
    ]
    meanings = list(plan.columns.values())
    found += [
        FieldProblem(field=f"columns.{meaning.value}", reason="two columns cannot mean the same")
        for meaning in ImportField
        if meanings.count(meaning) > 1
    ]
    found += [
        FieldProblem(field=f"columns.{wanted.value}", reason="choose the column that says this")
        for wanted in REQUIRED
        if wanted not in meanings
    ]
    found += [
        FieldProblem(field=f"file_wide.{wanted.value}", reason="choose a column, or a value for the whole file")
        for wanted in REQUIRED_SOMEWHERE
        if wanted not in meanings and getattr(plan.file_wide, wanted.value) is None
    ]
    return found


def decided_columns(plan: ImportPlan) -> list[str]:
    """The columns of a home that this import decides. A home imported before keeps all others as they are."""
    said = set(plan.columns.values()) | {ImportField(name) for name in plan.file_wide.model_fields_set - {"source"}}
    return sorted({column for wanted in said for column in COLUMNS.get(wanted, ())})


def source_key(owner: str, plan: ImportPlan, source_id: str) -> str:
    """What names a home for ever. `owner`: a landlord's id or `platform`, so that nobody reaches another's homes."""
    return f"{owner}/{plan.file_wide.source}/{source_id}"


def read_lines(plan: ImportPlan, header: Sequence[str], numbered: Sequence[tuple[int, Sequence[str]]]) -> Lines:
    """Read some lines. About 0.1 ms a line, so call it in a thread."""
    places = {meaning: header.index(name) for name, meaning in plan.columns.items()}
    found = Lines()
    for line, found_cells in numbered:
        if len(found_cells) != len(header):
            reason = f"has {len(found_cells)} cells, the header has {len(header)}"
            reason = reason if found_cells else "its quotes cannot be read"
            found.findings.append(LineFinding(line, "line", Finding.REFUSED, reason))
            continue
        reading = _Reading(plan, {meaning: found_cells[place] for meaning, place in places.items()})
        home = reading.home(line)
        if home is not None:
            found.homes.append(home)
        found.findings += reading.findings(line)
    return found


class _Reading:
    """One line being read: collects every reason to refuse it, and the remarks when it is taken."""

    def __init__(self, plan: ImportPlan, given: Mapping[ImportField, str]) -> None:
        self._plan, self._given = plan, given
        self._refusals: dict[str, str] = {}
        self._remarks: list[tuple[str, str]] = []

    def home(self, line: int) -> HomeLine | None:
        source_id, host_id = self._key(ImportField.SOURCE_ID), self._key(ImportField.HOST_ID)
        facts = self._facts()
        if facts is None or source_id is None or self._refusals:
            return None
        zone = zone_of(facts.pin.latitude, facts.pin.longitude)
        if zone is None:
            self._refusals["pin"] = f"{facts.pin.latitude}, {facts.pin.longitude} lies at sea"
            return None
        return HomeLine(line, source_id, host_id, columns_of(facts, zone))

    def findings(self, line: int) -> list[LineFinding]:
        if self._refusals:
            return [
                LineFinding(line, name, Finding.REFUSED, reason, self._cell(name))
                for name, reason in self._refusals.items()
            ]
        return [LineFinding(line, name, Finding.WARNING, reason, self._cell(name)) for name, reason in self._remarks]

    def _facts(self) -> PropertyFacts | None:
        wide = self._plan.file_wide
        currency = self._read(ImportField.CURRENCY, cells.currency) or wide.currency
        said: dict[str, Any] = {
            "title": self._text(ImportField.TITLE),
            "description": self._text(ImportField.DESCRIPTION, breaks=True) or "",
            "type": self._read(ImportField.TYPE, cells.property_type) or wide.type,
            "let_type": self._read(ImportField.LET_TYPE, cells.let_type) or wide.let_type,
            "address": {
                "line": self._text(ImportField.ADDRESS_LINE),
                "neighbourhood": self._text(ImportField.NEIGHBOURHOOD),
                "city": self._text(ImportField.CITY) or wide.city,
                "postcode": self._text(ImportField.POSTCODE),
                "country": self._read(ImportField.COUNTRY, cells.country) or wide.country,
            },
            "pin": {
                "latitude": self._read(ImportField.LATITUDE, cells.degrees),
                "longitude": self._read(ImportField.LONGITUDE, cells.degrees),
            },
            "sleeps": self._read(ImportField.SLEEPS, cells.whole),
            "min_nights": self._read(ImportField.MIN_NIGHTS, cells.whole),
            "max_nights": self._max_nights(),
            "price_minor": self._price(currency),
            "cleaning_fee_minor": self._amount(ImportField.CLEANING_FEE, currency),
            "currency": currency,
        } | {meaning.value: self._describing(meaning, least) for meaning, least in _DESCRIBING.items()}
        booked = self._read(ImportField.INSTANT_BOOK, cells.yes_or_no)
        said["instant_book"] = wide.instant_book if booked is None else booked
        return self._checked(said)

    def _checked(self, said: Mapping[str, Any]) -> PropertyFacts | None:
        try:
            return PropertyFacts.model_validate(said)
        except ValidationError as problem:
            for error in problem.errors(include_url=False):
                place = ".".join(str(part) for part in error["loc"])
                name = _FIELD_OF.get(place, place)
                if name == ImportField.PRICE and said["currency"] is None:
                    continue  # without a currency no price was read
                self._refusals.setdefault(name, self._reason(error["type"], error))
            return None

    def _reason(self, kind: str, error: Mapping[str, Any]) -> str:
        if error.get("input") is None:
            return "is empty"
        words = _REASONS.get(kind)
        return words.format(**error["ctx"]) if words else str(error["msg"]).removeprefix("Value error, ")

    def _cell(self, name: str) -> str:
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

    def _amount(self, meaning: ImportField, currency: Currency | None) -> int | None:
        if currency is None:
            return None  # told as the currency's fault
        remarks: list[str] = []
        value: int | None = self._read(meaning, lambda cell: cells.amount(cell, currency, remarks))
        self._remarks += [(meaning.value, remark) for remark in remarks]
        return value

    def _price(self, currency: Currency | None) -> int | None:
        price = self._amount(ImportField.PRICE, currency)
        if price == 0:
            self._refusals[ImportField.PRICE.value] = "must be more than 0"
            return None
        return price

    def _max_nights(self) -> int | None:
        nights: int | None = self._read(ImportField.MAX_NIGHTS, cells.whole)
        if nights is None or nights <= _NO_LIMIT_NIGHTS:
            return nights
        self._remarks.append((ImportField.MAX_NIGHTS.value, "is longer than any stay; there is no longest stay now"))
        return None

    def _describing(self, meaning: ImportField, least: int) -> int | None:
        remark = ""
        try:
            count = cells.whole(self._given.get(meaning, ""))
        except Refused as problem:
            count, remark = None, f"{problem} and was left out"
        if count is not None and count < least:
            count, remark = None, "says nothing and was left out"
        if remark:
            self._remarks.append((meaning.value, remark))
        return count

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
