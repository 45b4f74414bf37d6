"""Payments, what goes back of them, what banks dispute, and where each stands."""

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
from shared_models.payments import DisputeReason, DisputeStatus, PaymentStatus, RefundStatus

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
    authorised_at: datetime | None = instant(default=None)
    """When we heard that a card holds it."""
    settled_at: datetime | None = instant(default=None)
    is_late: bool = False
    """It came when what it was for could no longer be had: all of it was the payer's at once."""
    is_disputed: bool = False
    """A bank has taken it back and has not decided: nothing of it is refunded meanwhile."""
    lost_stay_minor: int = Field(default=0, sa_type=BigInteger)
    """Of what we held for the thing: what banks have given back to the payer."""
    lost_taxes: list[Any] = Field(default_factory=list, sa_type=JSONB)
    lost_credit_minor: int = Field(default=0, sa_type=BigInteger)
    """Of what the payer had with us: what banks have given back to them."""


class RefundTable(SQLModel, table=True):
    """An amount that goes back of a payment. Its id, with the number of refusals, is the idempotency key of the call
    that asks for it."""

    __tablename__ = "refund"
    __table_args__ = (
        one_of("status", RefundStatus),
        CheckConstraint("amount_minor BETWEEN 1 AND 9007199254740992", name="amount_sane"),
        CheckConstraint("stay_minor BETWEEN 0 AND amount_minor", name="stay_sane"),
        CheckConstraint("covered_minor BETWEEN 0 AND amount_minor", name="covered_sane"),
        CheckConstraint("(covered_minor > 0) = (covered_by IS NOT NULL)", name="covered_by_a_dispute"),
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
    is_credited: bool = False
    """It did not arrive, and the payer has it with us."""
    refusals: int = 0
    """How often the provider refused it because a bank disputes the payment."""
    covered_by: UUID | None = Field(default=None, foreign_key="dispute.id")
    """The dispute by which the payer has it from their bank instead."""
    covered_minor: int = Field(default=0, sa_type=BigInteger)
    """How much of it they have from there."""
    paid_otherwise_at: datetime | None = instant(default=None)
    """Since when an admin says that it was paid another way."""
    created_at: datetime = made_at()
    sent_at: datetime | None = instant(default=None)
    """When the provider sent it to the card."""
    failed_at: datetime | None = instant(default=None)
    """When we heard that it did not arrive."""
    looked_at: datetime = made_at()


class PaymentCustomerTable(SQLModel, table=True):
    """The provider's id of somebody who pays. Whoever leaves is forgotten there, and then here."""

    __tablename__ = "payment_customer"

    person_id: UUID = Field(foreign_key="identity.id", primary_key=True)
    customer_id: str = text_field(MAX_EXTERNAL_ID, unique=True)
    created_at: datetime = made_at()


class SavedCardTable(SQLModel, table=True):
    """A card that its owner had saved on the provider's page, as the provider told of it last."""

    __tablename__ = "saved_card"
    __table_args__ = (
        CheckConstraint("exp_month BETWEEN 1 AND 12", name="month_sane"),
        CheckConstraint("last4 ~ '^[0-9]{4}$'", name="last4_only"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    person_id: UUID = Field(foreign_key="identity.id", index=True)
    external_id: str = text_field(MAX_EXTERNAL_ID, unique=True)
    brand: str = text_field(30)
    last4: str = text_field(4)
    exp_month: int
    exp_year: int
    saved_at: datetime = instant()
    removed_at: datetime | None = instant(default=None)
    """Since when its owner wants it removed; once the provider has done so the row is gone."""


class DisputeTable(SQLModel, table=True):
    """A payment that its payer's bank asks about, or has taken back."""

    __tablename__ = "dispute"
    __table_args__ = (
        one_of("status", DisputeStatus),
        one_of("reason", DisputeReason),
        CheckConstraint("amount_minor BETWEEN 1 AND 9007199254740992", name="amount_sane"),
        CheckConstraint("taken_minor BETWEEN 0 AND 9007199254740992", name="taken_sane"),
        Index(
            "ix_dispute_looked_at",
            "looked_at",
            postgresql_where=text("status NOT IN ('won', 'lost', 'closed') OR (status = 'won' AND taken_minor > 0)"),
        ),
        Index("ix_dispute_opened_at_id", "opened_at", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    payment_id: UUID = Field(foreign_key="payment.id", index=True)
    external_id: str = text_field(MAX_EXTERNAL_ID, unique=True)
    status: str = text_field(20)
    reason: str = text_field(20)
    amount_minor: int = Field(sa_type=BigInteger)
    """What is disputed, in the currency of the payment; it may be more than was paid."""
    answer_by: datetime | None = instant(default=None)
    """Until when the provider takes evidence."""
    movements: list[Any] = Field(default_factory=list, sa_type=JSONB)
    """`[balance transaction, amount in minor units]` for each that is in the books; + the bank took it."""
    taken_minor: int = Field(default=0, sa_type=BigInteger)
    """What the bank has of it now: what it took, less what it gave back."""
    lost_as: str | None = text_field(MAX_EXTERNAL_ID, default=None)
    """The balance transaction by which its loss stands in the books."""
    opened_at: datetime = instant()
    closed_at: datetime | None = instant(default=None)
    looked_at: datetime = made_at()


when_broken(ONE_UNSETTLED, InvalidTransition)
