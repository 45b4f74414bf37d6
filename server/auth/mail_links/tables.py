"""Links in mails."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from server.core.ids import new_id
from server.core.tables import instant, made_at, one_of, text_field
from shared_models.auth import LinkPurpose


class MailLinkTable(SQLModel, table=True):
    """A link that proves who can read someone's mail: once, for a while. Only the hash of its token is kept."""

    __tablename__ = "mail_link"
    __table_args__ = (one_of("purpose", LinkPurpose),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    identity_id: UUID = Field(foreign_key="identity.id", ondelete="CASCADE", index=True)
    purpose: str = text_field(20)
    email: str = text_field(254)
    token_hash: str = text_field(64, unique=True)
    created_at: datetime = made_at()
    expires_at: datetime = instant()
    used_at: datetime | None = instant(default=None)
