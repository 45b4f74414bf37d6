"""Cases and their logs."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Column, ForeignKey, Index, String, Uuid, text
from sqlmodel import Field, SQLModel

from server.core.ids import new_id
from server.core.tables import instant, made_at, one_of, text_field
from shared_models.cases import CaseAct, CaseKind, CaseOutcome, CaseStatus

OPEN = text("status <> 'closed'")


def _person() -> Column[UUID]:
    """Someone's identity; the log outlives the account."""
    return Column(Uuid, ForeignKey("identity.id", ondelete="SET NULL"), nullable=True)


class CaseTable(SQLModel, table=True):
    """What a person of ours must decide."""

    __tablename__ = "case_file"
    __table_args__ = (
        one_of("kind", CaseKind),
        one_of("status", CaseStatus),
        one_of("outcome", CaseOutcome),
        CheckConstraint("(status = 'closed') = (outcome IS NOT NULL)", name="closed_with_outcome"),
        CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed_at_a_time"),
        CheckConstraint("status <> 'waiting' OR owner_id IS NULL", name="waiting_for_someone"),
        Index("uq_case_file_open", "kind", "subject_id", unique=True, postgresql_where=OPEN),
        Index("ix_case_file_due_at_id", "due_at", "id", postgresql_where=OPEN),
        Index("ix_case_file_closed_at_id", "closed_at", "id", postgresql_where=text("status = 'closed'")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    kind: str = text_field(20)
    subject_id: UUID
    """The id of what it is about; which table that is in, the room that opened it knows."""
    status: str = text_field(20, default=CaseStatus.WAITING.value)
    words: list[str] = Field(default_factory=list, sa_type=ARRAY(String(40)))
    opened_by: UUID | None = Field(default=None, sa_column=_person())
    opened_at: datetime = made_at()
    due_at: datetime = instant()
    owner_id: UUID | None = Field(default=None, sa_column=_person())
    outcome: str | None = text_field(20, default=None)
    closed_at: datetime | None = instant(default=None)


class CaseEntryTable(SQLModel, table=True):
    """One line of a case's log. Lines are added and never changed."""

    __tablename__ = "case_entry"
    __table_args__ = (
        one_of("act", CaseAct),
        one_of("outcome", CaseOutcome),
        Index("ix_case_entry_case_id_id", "case_id", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case_file.id", ondelete="CASCADE")
    at: datetime = made_at()
    by: UUID | None = Field(default=None, sa_column=_person())
    act: str = text_field(20)
    words: list[str] = Field(default_factory=list, sa_type=ARRAY(String(40)))
    note: str | None = text_field(1000, default=None)
    outcome: str | None = text_field(20, default=None)
