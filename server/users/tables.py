"""Profiles."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from server.core.tables import made_at, one_of, text_field
from shared_models.languages import Language
from shared_models.users import Theme


class ProfileTable(SQLModel, table=True):
    """How a person is called. One for each identity, made in the transaction of the sign-up."""

    __tablename__ = "profile"
    __table_args__ = (one_of("language", Language), one_of("theme", Theme))

    identity_id: UUID = Field(primary_key=True, foreign_key="identity.id", ondelete="CASCADE")
    name: str = text_field(120)
    language: str | None = text_field(10, default=None)
    theme: str | None = text_field(10, default=None)
    created_at: datetime = made_at()
