"""What the provider says that moved, each look at it, and what was found to differ from the books."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import BigInteger, Field, SQLModel

from server.core.ids import new_id
from server.core.tables import MAX_EXTERNAL_ID, instant, made_at, one_of, text_field
from shared_models.money import Currency
from shared_models.reconciliation import FindingKind, FindingStatus, RunStatus

IS_RUNNING = text("status = 'running'")
_IS_LIVE = text("status <> 'gone'")


class ProviderMovementTable(SQLModel, table=True):
    """A balance transaction as the provider listed it. The provider never changes one."""

    __tablename__ = "provider_movement"
    __table_args__ = (one_of("currency", Currency), Index("ix_provider_movement_happened_at", "happened_at"))

    id: str = text_field(MAX_EXTERNAL_ID, primary_key=True)
    """The provider's."""
    kind: str = text_field(60)
    """The provider's word for what it was (`reporting_category`)."""
    amount_minor: int = Field(sa_type=BigInteger)
    """+ came, − went; before the fee."""
    fee_minor: int = Field(sa_type=BigInteger)
    currency: str = text_field(3)
    happened_at: datetime = instant()


class ReconciliationRunTable(SQLModel, table=True):
    """One look at everything that moved. How far it has come stands in it, so that it goes on after a crash."""

    __tablename__ = "reconciliation_run"
    __table_args__ = (
        one_of("status", RunStatus),
        CheckConstraint("(status = 'done') = (finished_at IS NOT NULL)", name="done_at_a_time"),
        Index("uq_reconciliation_run_running", "status", unique=True, postgresql_where=IS_RUNNING),
        Index("ix_reconciliation_run_started_at_id", "started_at", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    status: str = text_field(20, default=RunStatus.RUNNING.value)
    since: datetime | None = instant(default=None)
    """From when on the provider's lines are read; None: all of them."""
    until: datetime = instant()
    started_at: datetime = made_at()
    finished_at: datetime | None = instant(default=None)
    asked_by: UUID | None = Field(default=None, foreign_key="identity.id")
    cursor: str | None = text_field(MAX_EXTERNAL_ID, default=None)
    """The last line that was read; the next page begins after it."""
    held: dict[str, int] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    """What the provider held when the reading began: currency to minor units."""
    movements: int = 0
    found: int = 0
    balances: list[Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    """`[currency, theirs, ours]`, in minor units."""


class ReconciliationFindingTable(SQLModel, table=True):
    """A difference between the provider and the books, from the look that found it on."""

    __tablename__ = "reconciliation_finding"
    __table_args__ = (
        one_of("kind", FindingKind),
        one_of("status", FindingStatus),
        one_of("theirs_currency", Currency),
        one_of("ours_currency", Currency),
        CheckConstraint("(theirs_minor IS NULL) = (theirs_currency IS NULL)", name="theirs_whole"),
        CheckConstraint("(ours_minor IS NULL) = (ours_currency IS NULL)", name="ours_whole"),
        CheckConstraint("(status = 'open') = (settled_at IS NULL)", name="settled_at_a_time"),
        Index("uq_reconciliation_finding_live", "kind", "external_id", unique=True, postgresql_where=_IS_LIVE),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    run_id: UUID = Field(foreign_key="reconciliation_run.id", index=True)
    kind: str = text_field(20)
    status: str = text_field(20, default=FindingStatus.OPEN.value)
    external_id: str = text_field(MAX_EXTERNAL_ID)
    what: str = text_field(60)
    theirs_minor: int | None = Field(default=None, sa_type=BigInteger)
    theirs_currency: str | None = text_field(3, default=None)
    ours_minor: int | None = Field(default=None, sa_type=BigInteger)
    ours_currency: str | None = text_field(3, default=None)
    happened_at: datetime | None = instant(default=None)
    found_at: datetime = made_at()
    settled_at: datetime | None = instant(default=None)
    explained_by: UUID | None = Field(default=None, foreign_key="identity.id")
    note: str | None = text_field(1000, default=None)
