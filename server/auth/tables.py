"""Identities and their sessions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from server.core.ids import new_id
from server.core.tables import instant, made_at, one_of, text_field
from shared_models.auth import ClientKind, Role


class IdentityTable(SQLModel, table=True):
    """Someone who can be spoken of: a person who signed up, or a landlord whose homes were imported (no e-mail yet)."""

    __tablename__ = "identity"
    __table_args__ = (
        CheckConstraint("(email IS NULL) = (password_hash IS NULL)", name="claimed_whole"),
        CheckConstraint("email = lower(email)", name="email_lower"),
        CheckConstraint("email IS NOT NULL OR source_key IS NOT NULL", name="known_somehow"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    email: str | None = text_field(254, default=None, unique=True)
    password_hash: str | None = text_field(200, default=None)
    source_key: str | None = text_field(200, default=None, unique=True)
    """For an unclaimed landlord: the source and its host id, such as `insideairbnb-edinburgh/60423`."""
    created_at: datetime = made_at()


class IdentityRoleTable(SQLModel, table=True):
    """Which roles an identity has."""

    __tablename__ = "identity_role"
    __table_args__ = (one_of("role", Role),)

    identity_id: UUID = Field(primary_key=True, foreign_key="identity.id", ondelete="CASCADE")
    role: str = text_field(20, primary_key=True)


class SessionTable(SQLModel, table=True):
    """One signed-in browser or device. Only hashes of its refresh tokens are kept."""

    __tablename__ = "auth_session"
    __table_args__ = (
        one_of("client", ClientKind),
        Index("ix_auth_session_previous_hash", "previous_hash", postgresql_where=text("previous_hash IS NOT NULL")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    identity_id: UUID = Field(foreign_key="identity.id", ondelete="CASCADE", index=True)
    client: str = text_field(20)
    token_hash: str = text_field(64, unique=True)
    previous_hash: str | None = text_field(64, default=None)
    rotated_at: datetime | None = instant(default=None)
    created_at: datetime = made_at()
    expires_at: datetime = instant()
    ended_at: datetime | None = instant(default=None)
