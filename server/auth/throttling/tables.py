"""How often something was tried."""

from datetime import datetime

from sqlmodel import SQLModel

from server.core.tables import instant, text_field


class AttemptTable(SQLModel, table=True):
    """Tries of one kind at one thing. The key is a keyed hash: neither e-mail nor address can be read from it."""

    __tablename__ = "auth_attempt"

    key: str = text_field(64, primary_key=True)
    count: int
    last_at: datetime = instant()
