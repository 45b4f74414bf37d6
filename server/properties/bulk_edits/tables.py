"""What changes of many homes at once replaced, for their undo."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from server.core.ids import new_id
from server.core.tables import instant, made_at


class PropertyBulkEditTable(SQLModel, table=True):
    """One change of many homes."""

    __tablename__ = "property_bulk_edit"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    person_id: UUID = Field(foreign_key="identity.id", ondelete="CASCADE", index=True)
    homes: dict[str, Any] = Field(sa_type=JSONB)
    """By id of the home: the columns `before` and `after`."""
    created_at: datetime = made_at()
    undone_at: datetime | None = instant(default=None)
