"""Payments, what goes back of them, and where each stands."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import BigInteger, Field, SQLModel

from server.core.errors import InvalidTransition, when_broken
from server.core.ids import new_id
from server.core.tables import MAX_EXTERNAL_ID, instant, made_at, one_of, text_field
from shared_models.money import Currency
from shared_models.payments import PaymentStatus, RefundStatus

ONE_UNSETTLED = "uq_payment_unsettled"
_UNSETTLED = "status IN ('intended', 'open', 'authorised')"


class PaymentTable(SQLModel, table=True):
    """An amount somebody is asked to pay for a thing, and what has come of it.

    Its id goes along with the call that opens its page, as idempotency key and as `client_reference_id`.
    """

    __tablename__ = "payment"
    __table_args__ = (
        one_of("status", PaymentStatus),
        one_of("currency", Currency),
        CheckConstraint("amount_minor BETWEEN 1 AND 9007199254740992", name="amount_sane"),
        CheckConstraint("stay_minor BETWEEN 0 AND amount_minor", name="stay_sane"),
        CheckConstraint("(status = 'captured') = (balance_transaction_id IS NOT NULL)", name="captured_in_the_books"),
        CheckConstraint("capture_asked_at IS NULL OR is_held", name="held_if_captured_by_us"),
        Index(ONE_UNSETTLED, "subject_kind", "subject_id", unique=True, postgresql_where=text(_UNSETTLED)),
        Index("ix_payment_subject_id", "subject_id", "subject_kind"),
        Index("ix_payment_looked_at", "looked_at", postgresql_where=text(_UNSETTLED)),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    subject_kind: str = text_field(30)
    subject_id: UUID
    payer_id: UUID = Field(foreign_key="identity.id", index=True)
    stay_minor: int = Field(sa_type=BigInteger)
    taxes: list[Any] = Field(sa_type=JSONB)
    """`[authority, amount in minor units]` for each tax within the amount."""
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str = text_field(3)
    title: str = text_field(200)
    """What the provider's page says is paid for."""
    is_held: bool = False
    """It is authorised first, and captured when we say so."""
    return_path: str = text_field(200)
    """Where the provider's page leads back to, below the public address."""
    status: str = text_field(20, default=PaymentStatus.INTENDED.value)
    session_id: str | None = text_field(MAX_EXTERNAL_ID, default=None, unique=True)
    intent_id: str | None = text_field(MAX_EXTERNAL_ID, default=None, unique=True)
    balance_transaction_id: str | None = text_field(MAX_EXTERNAL_ID, default=None, unique=True)
    page_url: str | None = text_field(2000, default=None)
    expires_at: datetime = instant()
    """When the page ends."""
    capture_before: datetime | None = instant(default=None)
    """When the card lets go of what it holds; the provider says so."""
    capture_asked_at: datetime | None = instant(default=None)
    """Since when we want what the card holds."""
    let_go_at: datetime | None = instant(default=None)
    """Since when it is not wanted any more."""
    created_at: datetime = made_at()
    looked_at: datetime = made_at()
    """When we last read, or asked to read, what has come of it."""
    settled_at: datetime | None = instant(default=None)


class RefundTable(SQLModel, table=True):
    """An amount that goes back of a payment. Its id is the idempotency key of the call that asks for it."""

    __tablename__ = "refund"
    __table_args__ = (
        one_of("status", RefundStatus),
        CheckConstraint("amount_minor BETWEEN 1 AND 9007199254740992", name="amount_sane"),
        CheckConstraint("stay_minor BETWEEN 0 AND amount_minor", name="stay_sane"),
        Index("ix_refund_looked_at", "looked_at", postgresql_where=text("status IN ('asked', 'pending')")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    payment_id: UUID = Field(foreign_key="payment.id", index=True)
    stay_minor: int = Field(sa_type=BigInteger)
    taxes: list[Any] = Field(sa_type=JSONB)
    amount_minor: int = Field(sa_type=BigInteger)
    is_of_credit: bool = False
    """It goes back of what the payer has with us, and not of what was paid for the thing."""
    status: str = text_field(20, default=RefundStatus.ASKED.value)
    external_id: str | None = text_field(MAX_EXTERNAL_ID, default=None, unique=True)
    balance_transaction_id: str | None = text_field(MAX_EXTERNAL_ID, default=None, unique=True)
    created_at: datetime = made_at()
    looked_at: datetime = made_at()


class PaymentCustomerTable(SQLModel, table=True):
    """The provider's id of somebody who pays. Whoever leaves is forgotten there, and then here."""

    __tablename__ = "payment_customer"

    person_id: UUID = Field(foreign_key="identity.id", primary_key=True)
    customer_id: str = text_field(MAX_EXTERNAL_ID, unique=True)
    created_at: datetime = made_at()


when_broken(ONE_UNSETTLED, InvalidTransition)
