"""What landlords typed and have not saved."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from server.core.ids import new_id
from server.core.tables import made_at


class PropertyDraftTable(SQLModel, table=True):
    """A draft of one person, by the home it is about; a home that is not there yet will have this id."""

    __tablename__ = "property_draft"
    __table_args__ = (Index("ix_property_draft_person_id_updated_at_id", "person_id", "updated_at", "id"),)

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="identity.id", primary_key=True, ondelete="CASCADE")
    said: dict[str, Any] = Field(sa_type=JSONB)
    version: UUID = Field(default_factory=new_id)
    """Another one after every change."""
    created_at: datetime = made_at()
    updated_at: datetime = made_at()
