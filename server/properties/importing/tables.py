"""Import runs: the file's lines while it is worked on, what was found, and what to undo."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Column, Field, SQLModel

from server.core.ids import new_id
from server.core.tables import instant, made_at, one_of, text_field
from shared_models.imports import Finding, ImportStatus


class ImportRunTable(SQLModel, table=True):
    """One file on its way in. The counts are those of the lines done so far."""

    __tablename__ = "import_run"
    __table_args__ = (
        one_of("status", ImportStatus),
        Index("ix_import_run_owner_id_created_at", "owner_id", "created_at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    owner_id: UUID = Field(foreign_key="identity.id")
    for_platform: bool = False
    """Run by an admin: homes go to one unclaimed landlord per source host."""
    filename: str = text_field(200)
    sha256: str = text_field(64)
    status: str = text_field(20, default=ImportStatus.UPLOADED.value)
    columns: list[Any] = Field(default_factory=list, sa_type=JSONB)
    reading: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    """How the file was read: its kind, its sheet."""
    plan: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    lines: int = 0
    lines_done: int = 0
    last_line: int = 0
    """The last line worked on; the next chunk starts after it."""
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    warnings: int = 0
    incomplete: int = 0
    """Lines that became drafts in the landlord's editor; they are among those created, changed or unchanged."""
    decimal_mark: str | None = text_field(1, default=None)
    """What parts decimals in the file's amounts, by the plan or by the amounts themselves."""
    created_at: datetime = made_at()
    finished_at: datetime | None = instant(default=None)


class ImportLineTable(SQLModel, table=True):
    """A line of the file, as it came, until the run is over; or why it could not be read."""

    __tablename__ = "import_line"
    __table_args__ = (Index("ix_import_line_run_id_source_id", "run_id", "source_id"),)

    run_id: UUID = Field(primary_key=True, foreign_key="import_run.id", ondelete="CASCADE")
    line: int = Field(primary_key=True)
    cells: list[str] = Field(sa_type=JSONB)
    refused: str | None = text_field(300, default=None)
    source_id: str | None = text_field(200, default=None)
    """What names its home at the source, once the line was taken: a later line with the same is refused."""


class ImportFindingTable(SQLModel, table=True):
    """A refusal or a warning about a line, and how many more lines it is about."""

    __tablename__ = "import_finding"
    __table_args__ = (one_of("finding", Finding), Index("ix_import_finding_run_id_id", "run_id", "id"))

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    run_id: UUID = Field(foreign_key="import_run.id", ondelete="CASCADE")
    line: int
    field: str = text_field(60)
    finding: str = text_field(10)
    reason: str = text_field(300)
    value: str = text_field(200, default="")
    lines: int = 1


class ImportChangeTable(SQLModel, table=True):
    """What a run did to one home or draft, so that it can be undone. `before` is None for one it created.

    `digest` is that of what it said as the run left it: another one today means that somebody changed it since.
    """

    __tablename__ = "import_change"

    run_id: UUID = Field(primary_key=True, foreign_key="import_run.id", ondelete="CASCADE")
    property_id: UUID = Field(primary_key=True)
    line: int
    digest: str = text_field(64)
    before: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))


class ImportLandlordTable(SQLModel, table=True):
    """An unclaimed landlord that a run added."""

    __tablename__ = "import_landlord"

    run_id: UUID = Field(primary_key=True, foreign_key="import_run.id", ondelete="CASCADE")
    identity_id: UUID = Field(primary_key=True)
