"""Importing homes from a file: the mapping, the run and what it found."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from shared_models.base import Input, Output
from shared_models.money import Currency
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
    PRICE = "price"
    CLEANING_FEE = "cleaning_fee"
    CURRENCY = "currency"
    MIN_NIGHTS = "min_nights"
    MAX_NIGHTS = "max_nights"
    SLEEPS = "sleeps"
    BEDROOMS = "bedrooms"
    BEDS = "beds"
    BATHROOMS = "bathrooms"
    INSTANT_BOOK = "instant_book"
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


class ImportPlanRead(Output):
    """Which column means what (a column left out is not taken), and what holds for the whole file."""

    columns: Annotated[dict[str, ImportField], Field(max_length=200)]
    file_wide: FileWideRead


class FileWide(FileWideRead, Input):
    """What holds for the whole file, as a landlord gives it: unknown fields are refused."""


class ImportPlan(ImportPlanRead, Input):
    """A plan as a landlord gives it."""

    file_wide: FileWide


class ImportColumn(Output):
    """A column of the file: its name, what we guess it means, and the first few values in it."""

    name: str
    guess: ImportField | None
    samples: list[str]


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
    """One thing to know about one line of the file. `line` counts as editors do: the header is line 1."""

    line: int
    field: str
    finding: Finding
    reason: str
    value: str = ""
