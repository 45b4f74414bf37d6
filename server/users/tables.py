"""Profiles."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from server.core.tables import made_at, text_field


class ProfileTable(SQLModel, table=True):
    """How a person is called. One for each identity, made in the transaction of the sign-up."""

    __tablename__ = "profile"

    identity_id: UUID = Field(primary_key=True, foreign_key="identity.id", ondelete="CASCADE")
    name: str = text_field(120)
    created_at: datetime = made_at()
