"""Importing homes from a file: the mapping, the run and what it found."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints, field_validator

from shared_models.base import Input, Output
from shared_models.money import THREE_DECIMALS, Currency
from shared_models.properties import City, Country, LetType, PropertyType

MAX_FILE_BYTES = 20_000_000
MAX_LINES = 100_000


FILE_EXTENSIONS = ("csv", "tsv", "txt", "xlsx", "ods", "blm", "xml")
"""What files of homes are called. Of what kind one is, its content says."""


class FileKind(StrEnum):
    """What a file turned out to be."""

    CSV = "csv"
    XLSX = "xlsx"
    ODS = "ods"
    BLM = "blm"
    KYERO = "kyero"
    OPENIMMO = "openimmo"
    UNKNOWN = "unknown"


class ImportField(StrEnum):
    """What a column of a file can mean."""

    SOURCE_ID = "source_id"
    TITLE = "title"
    DESCRIPTION = "description"
    HOST_ID = "host_id"
    TYPE = "type"
    LET_TYPE = "let_type"
    ADDRESS_LINE = "address_line"
    NEIGHBOURHOOD = "neighbourhood"
    CITY = "city"
    POSTCODE = "postcode"
    COUNTRY = "country"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"
    COORDINATES = "coordinates"
    """Latitude and longitude in one cell."""
    PRICE = "price"
    NIGHTLY_PRICE = "nightly_price"
    WEEKLY_RENT = "weekly_rent"
    MONTHLY_RENT = "monthly_rent"
    CLEANING_FEE = "cleaning_fee"
    CURRENCY = "currency"
    MIN_NIGHTS = "min_nights"
    MAX_NIGHTS = "max_nights"
    SLEEPS = "sleeps"
    BEDROOMS = "bedrooms"
    BEDS = "beds"
    BATHROOMS = "bathrooms"
    INSTANT_BOOK = "instant_book"
    CANCELLATION_POLICY = "cancellation_policy"
    AMENITIES = "amenities"
    """A list of what the home has."""
    AMENITY = "amenity"
    """Whether the home has what the column is named after; many columns may mean this."""
    UNKNOWN = "unknown"


class ImportStatus(StrEnum):
    """Where a run stands."""

    UPLOADED = "uploaded"
    CHECKING = "checking"
    CHECKED = "checked"
    RUNNING = "running"
    DONE = "done"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


MOVES: dict[ImportStatus, frozenset[ImportStatus]] = {
    ImportStatus.UPLOADED: frozenset({ImportStatus.CHECKING, ImportStatus.RUNNING, ImportStatus.CANCELLED}),
    ImportStatus.CHECKING: frozenset({ImportStatus.CHECKED, ImportStatus.CANCELLED}),
    ImportStatus.CHECKED: frozenset(
        {ImportStatus.UPLOADED, ImportStatus.CHECKING, ImportStatus.RUNNING, ImportStatus.CANCELLED}
    ),
    ImportStatus.RUNNING: frozenset({ImportStatus.DONE, ImportStatus.CANCELLING}),
    ImportStatus.CANCELLING: frozenset({ImportStatus.CANCELLED}),
    ImportStatus.DONE: frozenset({ImportStatus.CANCELLING}),
    ImportStatus.CANCELLED: frozenset(),
}
"""A finished run can be taken back as well: that is the undo of an import. Another plan undoes a check."""


class FileWideRead(Output):
    """What holds for every line of a file unless a column says otherwise. Chosen by the person, never guessed."""

    source: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[a-z0-9][a-z0-9_.-]{0,59}$")]
    """Where the homes come from, such as `insideairbnb-edinburgh`; with the source's id it names a home for ever."""
    city: City | None = None
    country: Country | None = None
    currency: Currency | None = None
    let_type: LetType = LetType.NIGHTLY
    type: PropertyType | None = None
    instant_book: bool = False
    decimal_mark: Literal[",", "."] | None = None
    """What parts decimals in its amounts; asked only where the file contradicts itself."""


KindWord = Annotated[str, StringConstraints(min_length=1, max_length=60)]
MAX_KINDS = 60


class ImportPlanRead(Output):
    """Which column means what (a column left out is not taken), and what holds for the whole file."""

    columns: Annotated[dict[str, ImportField], Field(max_length=200)]
    file_wide: FileWideRead
    kinds: Annotated[dict[KindWord, PropertyType], Field(max_length=MAX_KINDS)] = Field(default_factory=dict)
    """What words of the file mean as kinds of home, where the landlord says it; kept for their next file."""


class FileWide(FileWideRead, Input):
    """What holds for the whole file, as a landlord gives it: unknown fields are refused."""

    @field_validator("country", mode="before")
    @classmethod
    def _of_the_united_kingdom(cls, code: object) -> object:
        # ISO 3166 keeps UK free, and means this country by it: many write it, nobody means another.
        return "GB" if code == "UK" else code

    @field_validator("currency", mode="before")
    @classmethod
    def _of_two_decimals(cls, code: object) -> object:
        if isinstance(code, str) and code.upper() in THREE_DECIMALS:
            raise ValueError(f"{code.upper()} has three decimals; such amounts cannot be taken")
        return code


class ImportPlan(ImportPlanRead, Input):
    """A plan as a landlord gives it."""

    file_wide: FileWide


class ImportColumn(Output):
    """A column of the file: its name, what we guess it means, and the first few values in it."""

    name: str
    guess: ImportField | None
    samples: list[str]
    kinds: dict[str, PropertyType | None] = Field(default_factory=dict)
    """The different words of a column of kinds, and what we take each for; None: not known."""


class ImportReading(Output):
    """How a file was read."""

    kind: FileKind
    sheet: str = ""
    """The sheet that was read, where a workbook has several."""
    lines_above: int = 0
    """So many lines stand above the names of the columns, and were left out."""


class ImportRead(Output):
    """A run and how far it is. taken = created + changed + unchanged; taken + refused = lines when it is done."""

    id: UUID
    filename: str
    status: ImportStatus
    lines: int
    lines_done: int
    created: int
    changed: int
    unchanged: int
    refused: int
    warnings: int
    incomplete: int = 0
    """How many of the homes taken wait as drafts, because the file does not say all a home needs."""
    columns: list[ImportColumn]
    plan: ImportPlanRead | None = None
    reading: ImportReading | None = None
    """None for a file that was uploaded before this was kept."""
    created_at: datetime
    finished_at: datetime | None = None

    @property
    def taken(self) -> int:
        return self.created + self.changed + self.unchanged


class Finding(StrEnum):
    """Whether a line was left out or taken with a remark."""

    REFUSED = "refused"
    WARNING = "warning"
    UNKNOWN = "unknown"


class ImportFinding(Output):
    """One thing to know about a line of the file. `line` counts as editors do: the header is line 1.

    A remark that repeats is told once, with its first line and how many lines it is about.
    """

    line: int
    field: str
    finding: Finding
    reason: str
    value: str = ""
    lines: int = 1


PRICES: dict[ImportField, LetType | None] = {
    ImportField.PRICE: None,
    ImportField.NIGHTLY_PRICE: LetType.NIGHTLY,
    ImportField.MONTHLY_RENT: LetType.MONTHLY,
    ImportField.WEEKLY_RENT: LetType.MONTHLY,
}
"""The columns that say a price, the first said counts, and how a home is let by that."""
MANY_COLUMNS = frozenset({ImportField.AMENITY})
"""What more than one column may mean."""
_NIGHTS = frozenset({ImportField.MIN_NIGHTS, ImportField.MAX_NIGHTS})


def asked_for_the_file(meanings: Collection[ImportField], wide: Collection[str]) -> list[ImportField]:
    """What has to be said once for the whole file, because no column says it. `wide`: what was said so already."""
    asked = [ImportField.TYPE, ImportField.CITY, ImportField.COUNTRY]
    if not {*PRICES, ImportField.CLEANING_FEE}.isdisjoint(meanings):
        asked.append(ImportField.CURRENCY)
    if ImportField.PRICE in meanings and _NIGHTS.isdisjoint(meanings):  # who counts nights lets by the night
        asked.append(ImportField.LET_TYPE)
    return [field for field in asked if field not in meanings and field.value not in wide]
