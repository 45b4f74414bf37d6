"""What admins want to go back of payments, and who agreed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import BigInteger, Field, SQLModel

from server.core.ids import new_id
from server.core.tables import instant, made_at, one_of, text_field
from shared_models.payments_admin import MAX_REASON, RefundRequestStatus

_WAITS = text("status = 'waiting'")


class RefundRequestTable(SQLModel, table=True):
    """A refund that an admin wants. It is kept for good: who, how much, why, and who agreed."""

    __tablename__ = "refund_request"
    __table_args__ = (
        one_of("status", RefundRequestStatus),
        CheckConstraint("amount_minor BETWEEN 1 AND 9007199254740992", name="amount_sane"),
        CheckConstraint("stay_minor BETWEEN 0 AND amount_minor", name="stay_sane"),
        CheckConstraint("decided_by IS NULL OR decided_by <> asked_by", name="by_two"),
        CheckConstraint("(status = 'waiting') = (decided_at IS NULL)", name="decided_at_a_time"),
        CheckConstraint("(status = 'approved') = (refund_id IS NOT NULL)", name="approved_is_asked_for"),
        Index("ix_refund_request_waiting", "asked_at", "id", postgresql_where=_WAITS),
        Index("ix_refund_request_decided_at_id", "decided_at", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    payment_id: UUID = Field(foreign_key="payment.id", index=True)
    stay_minor: int = Field(sa_type=BigInteger)
    taxes: list[Any] = Field(sa_type=JSONB)
    """`[authority, amount in minor units]` for each tax within the amount."""
    amount_minor: int = Field(sa_type=BigInteger)
    reason: str = text_field(MAX_REASON)
    status: str = text_field(20, default=RefundRequestStatus.WAITING.value)
    asked_by: UUID = Field(foreign_key="identity.id", index=True)
    asked_at: datetime = made_at()
    decided_by: UUID | None = Field(default=None, foreign_key="identity.id", index=True)
    """The second admin; none where the first may do it alone."""
    decided_at: datetime | None = instant(default=None)
    note: str | None = text_field(MAX_REASON, default=None)
    refund_id: UUID | None = Field(default=None, foreign_key="refund.id", unique=True)
