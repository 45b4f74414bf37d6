"""Where people are signed in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from server.core.ids import new_id
from server.core.tables import instant, made_at, one_of, text_field
from shared_models.auth import ClientKind


class SessionTable(SQLModel, table=True):
    """One signed-in browser or device. Only hashes are kept of its refresh tokens, its address and its device."""

    __tablename__ = "auth_session"
    __table_args__ = (
        one_of("client", ClientKind),
        Index("ix_auth_session_previous_hash", "previous_hash", postgresql_where=text("previous_hash IS NOT NULL")),
        Index("ix_auth_session_ended_at", "ended_at", postgresql_where=text("ended_at IS NOT NULL")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    identity_id: UUID = Field(foreign_key="identity.id", ondelete="CASCADE", index=True)
    client: str = text_field(20)
    program: str | None = text_field(40, default=None)
    system: str | None = text_field(40, default=None)
    address_hash: str | None = text_field(64, default=None)
    device_hash: str | None = text_field(64, default=None)
    token_hash: str = text_field(64, unique=True)
    previous_hash: str | None = text_field(64, default=None)
    rotated_at: datetime | None = instant(default=None)
    created_at: datetime = made_at()
    last_used_at: datetime = made_at()
    expires_at: datetime = instant()
    ended_at: datetime | None = instant(default=None)
