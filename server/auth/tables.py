"""Identities and their roles."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from server.core.ids import new_id
from server.core.tables import instant, made_at, one_of, text_field
from shared_models.auth import Role


class IdentityTable(SQLModel, table=True):
    """Someone who can be spoken of: a person who signed up, or a landlord whose homes were imported (no e-mail yet).

    Of someone who deleted the account only the row is left, for what others have of them (stays and their amounts).
    """

    __tablename__ = "identity"
    __table_args__ = (
        CheckConstraint("(email IS NULL) = (password_hash IS NULL)", name="claimed_whole"),
        CheckConstraint("email = lower(email)", name="email_lower"),
        CheckConstraint("email IS NOT NULL OR source_key IS NOT NULL OR erased_at IS NOT NULL", name="known_somehow"),
        CheckConstraint("email IS NOT NULL OR email_verified_at IS NULL", name="verified_what"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    email: str | None = text_field(254, default=None, unique=True)
    email_verified_at: datetime | None = instant(default=None)
    password_hash: str | None = text_field(200, default=None)
    source_key: str | None = text_field(200, default=None, unique=True)
    """For an unclaimed landlord: the source and its host id, such as `insideairbnb-edinburgh/60423`."""
    created_at: datetime = made_at()
    erased_at: datetime | None = instant(default=None)


class IdentityRoleTable(SQLModel, table=True):
    """Which roles an identity has."""

    __tablename__ = "identity_role"
    __table_args__ = (one_of("role", Role),)

    identity_id: UUID = Field(primary_key=True, foreign_key="identity.id", ondelete="CASCADE")
    role: str = text_field(20, primary_key=True)
