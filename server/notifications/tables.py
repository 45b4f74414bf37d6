"""What people were told."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from server.core.ids import new_id
from server.core.tables import instant, made_at, one_of, text_field
from shared_models.notifications import AboutKind, NotificationKind


class NotificationTable(SQLModel, table=True):
    """One thing one person is told: once for each event, whatever happens to the job that tells it."""

    __tablename__ = "notification"
    __table_args__ = (
        one_of("kind", NotificationKind),
        one_of("about_kind", AboutKind),
        UniqueConstraint("event_id", "person_id"),
        Index("ix_notification_person_id_id", "person_id", "id", postgresql_where=text("in_app")),
        Index("ix_notification_unread", "person_id", postgresql_where=text("in_app AND read_at IS NULL")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    event_id: UUID
    person_id: UUID = Field(foreign_key="identity.id", ondelete="CASCADE")
    kind: str = text_field(40)
    in_app: bool
    about_kind: str = text_field(20)
    about_id: UUID
    """Of any room's; what is gone by now leaves the notification as it was."""
    stay: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    other_id: UUID | None = Field(default=None, foreign_key="identity.id", ondelete="SET NULL", index=True)
    """Whose name stands in `stay`."""
    created_at: datetime = made_at()
    read_at: datetime | None = instant(default=None)
