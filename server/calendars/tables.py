"""Occupancy: the one table of every claim on dates. The database itself forbids two claims on one night."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint, Range
from sqlmodel import Field, SQLModel

from server.core import clock
from server.core.errors import DatesTaken, when_broken
from server.core.ids import new_id
from server.core.tables import instant, made_at, one_of, text_field
from shared_models.calendars import ClaimKind

NO_OVERLAP = "ex_occupancy_no_overlap"


class OccupancyTable(SQLModel, table=True):
    """A claim on the nights of one home, from the day of arrival up to the day of leaving ('[)')."""

    __tablename__ = "occupancy"
    __table_args__ = (
        one_of("kind", ClaimKind),
        ExcludeConstraint(("property_id", "="), ("period", "&&"), name=NO_OVERLAP, using="gist"),
        # Two empty ranges never collide, and a range without a start has no first night.
        CheckConstraint("NOT isempty(period) AND lower(period) IS NOT NULL", name="period_real"),
        CheckConstraint("(kind = 'hold') = (expires_at IS NOT NULL)", name="only_holds_lapse"),
        UniqueConstraint("kind", "source_id", name="uq_occupancy_kind_source_id"),
        Index("ix_occupancy_expires_at", "expires_at", postgresql_where=text("expires_at IS NOT NULL")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    property_id: UUID = Field(foreign_key="property.id")
    period: Range[date] = Field(sa_type=DATERANGE)
    kind: str = text_field(20)
    source_id: UUID = Field(index=True)
    """The booking's, the tenancy's or the block's id."""
    expires_at: datetime | None = instant(default=None)
    created_at: datetime = made_at()
    changed_at: datetime = instant(default_factory=clock.now, sa_column_kwargs={"server_default": text("now()")})
    """When its nights or its kind were last set; other calendars are told by it that an event of theirs is older."""


class BlockTable(SQLModel, table=True):
    """Why a landlord keeps nights free."""

    __tablename__ = "block"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    property_id: UUID = Field(foreign_key="property.id", index=True)
    note: str = text_field(200, default="")
    created_by: UUID = Field(foreign_key="identity.id")
    created_at: datetime = made_at()


class CalendarLinkTable(SQLModel, table=True):
    """The secret address of a home's calendar. The secret itself is not here: see `rules.secret_of`."""

    __tablename__ = "calendar_link"

    property_id: UUID = Field(foreign_key="property.id", ondelete="CASCADE", primary_key=True)
    salt: UUID = Field(default_factory=new_id)
    created_at: datetime = made_at()
    digest: str = text_field(64, default="")
    """Of the text that was read last."""
    changed_at: datetime = made_at()
    """When that text was first read, in whole seconds: the web knows no finer ones."""


when_broken(NO_OVERLAP, DatesTaken)
