"""Quotes, bookings, wishes for a change, and what happened."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Identity, Index, Time, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import BigInteger, Field, SQLModel

from server.core.ids import new_id
from server.core.tables import instant, made_at, one_of, text_field
from shared_models.bookings import Actor, BookingSide, BookingStatus, ChangeStatus, HistoryEventKind, PaymentWay
from shared_models.cancellation_terms import CancellationPolicy
from shared_models.money import Currency
from shared_models.rent_months import Reminder, RentMonthStatus

OPEN_CHANGE = "status IN ('asked', 'awaiting_payment')"
TIERS_OF_CUSTOM = "(cancellation_policy = 'custom') = (cancellation_tiers IS NOT NULL)"


class QuoteTable(SQLModel, table=True):
    """A price someone was shown; honoured until it expires. `tenant_id` is who asked for it."""

    __tablename__ = "quote"
    __table_args__ = (
        one_of("currency", Currency),
        one_of("payment", PaymentWay),
        one_of("cancellation_policy", CancellationPolicy),
        CheckConstraint(TIERS_OF_CUSTOM, name="cancellation_tiers_of_custom"),
        CheckConstraint("check_out > check_in", name="at_least_a_night"),
        CheckConstraint("guests BETWEEN 1 AND 100", name="guests_sane"),
        CheckConstraint("total_minor >= 0", name="total_sane"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    tenant_id: UUID = Field(foreign_key="identity.id", index=True)
    property_id: UUID = Field(foreign_key="property.id", index=True)
    check_in: date
    check_out: date
    guests: int
    lines: list[Any] = Field(sa_type=JSONB)
    total_minor: int = Field(sa_type=BigInteger)
    currency: str = text_field(3)
    payment: str = text_field(20)
    cancellation_policy: str = text_field(20)
    cancellation_tiers: list[Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    check_in_hour: time = Field(sa_type=Time)
    """What a booking of it is cancelled by: the home's terms when the price was shown, and its hour of check-in."""
    booking_id: UUID | None = None
    """The booking whose change this is the price of. No foreign key: bookings point at quotes already."""
    rules_version: int
    non_refundable: bool = False
    """Whether its nights are cheaper because every refund was given up."""
    expires_at: datetime = instant()
    created_at: datetime = made_at()


class BookingTable(SQLModel, table=True):
    """A stay someone asked for, holds or has."""

    __tablename__ = "booking"
    __table_args__ = (
        one_of("status", BookingStatus),
        one_of("currency", Currency),
        one_of("payment", PaymentWay),
        one_of("ended_by", BookingSide),
        one_of("cancellation_policy", CancellationPolicy),
        CheckConstraint(TIERS_OF_CUSTOM, name="cancellation_tiers_of_custom"),
        CheckConstraint("refund_minor BETWEEN 0 AND total_minor", name="refund_sane"),
        CheckConstraint(
            "refund_minor IS NULL OR status IN ('cancelled', 'no_show') AND payment IN ('card', 'monthly')",
            name="refund_of_paid",
        ),
        CheckConstraint("(refund_minor IS NULL) = (refund_taxes IS NULL)", name="refund_in_parts"),
        CheckConstraint("check_out > check_in", name="at_least_a_night"),
        CheckConstraint("guests BETWEEN 1 AND 100", name="guests_sane"),
        CheckConstraint("total_minor >= 0", name="total_sane"),
        CheckConstraint("(status IN ('held', 'requested')) = (hold_expires_at IS NOT NULL)", name="held_until"),
        CheckConstraint("tenant_id <> landlord_id", name="not_ones_own"),
        Index("ix_booking_tenant_id_check_in_id", "tenant_id", "check_in", "id"),
        Index("ix_booking_landlord_id_check_in_id", "landlord_id", "check_in", "id"),
        Index("ix_booking_property_id_check_in", "property_id", "check_in"),
        Index("ix_booking_check_out_confirmed", "check_out", postgresql_where=text("status = 'confirmed'")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    reference: str = text_field(8, unique=True)
    quote_id: UUID = Field(foreign_key="quote.id", unique=True)
    property_id: UUID = Field(foreign_key="property.id")
    tenant_id: UUID = Field(foreign_key="identity.id")
    landlord_id: UUID = Field(foreign_key="identity.id")
    status: str = text_field(20)
    check_in: date
    check_out: date
    guests: int
    lines: list[Any] = Field(sa_type=JSONB)
    total_minor: int = Field(sa_type=BigInteger)
    currency: str = text_field(3)
    payment: str = text_field(20)
    instant_book: bool
    """Whether it was made to be agreed at once; otherwise the landlord is asked, by card once it is authorised."""
    cancellation_policy: str = text_field(20)
    cancellation_tiers: list[Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    check_in_hour: time = Field(sa_type=Time)
    """What it is cancelled by, as it was agreed: copied from its quote, and kept through every change of dates."""
    refund_minor: int | None = Field(default=None, sa_type=BigInteger)
    """What goes back to the tenant, decided in the transaction in which a stay that is paid through us ends early."""
    refund_taxes: list[Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    """`[authority, amount in minor units]` for each tourist tax within it."""
    hold_expires_at: datetime | None = instant(default=None)
    created_at: datetime = made_at()
    confirmed_at: datetime | None = instant(default=None)
    ended_by: str | None = text_field(20, default=None)
    reason: str | None = text_field(500, default=None)
    updated_at: datetime = made_at()


class BookingChangeTable(SQLModel, table=True):
    """A wish for other dates or guests; its dates and price are those of its quote.

    The nights it needs beyond the booking's own are kept by holds: one with this id and, where it needs nights before
    *and* after the booking, another with `other_hold_id`.
    """

    __tablename__ = "booking_change"
    __table_args__ = (
        one_of("status", ChangeStatus),
        one_of("asked_by", BookingSide),
        CheckConstraint(f"({OPEN_CHANGE}) = (decided_at IS NULL)", name="decided_once"),
        Index("uq_booking_change_open", "booking_id", unique=True, postgresql_where=text(OPEN_CHANGE)),
        Index("ix_booking_change_expires_at", "expires_at", "id", postgresql_where=text(OPEN_CHANGE)),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    booking_id: UUID = Field(foreign_key="booking.id", index=True)
    quote_id: UUID = Field(foreign_key="quote.id", unique=True)
    asked_by: str = text_field(20)
    status: str = text_field(20, default=ChangeStatus.ASKED.value)
    other_hold_id: UUID | None = None
    reason: str | None = text_field(500, default=None)
    expires_at: datetime = instant()
    created_at: datetime = made_at()
    decided_at: datetime | None = instant(default=None)


class BookingHistoryTable(SQLModel, table=True):
    """What happened to a booking, written in the transaction in which it happened, never changed."""

    __tablename__ = "booking_history"
    __table_args__ = (
        one_of("kind", HistoryEventKind),
        one_of("actor", Actor),
        one_of("currency", Currency),
        Index("ix_booking_history_booking_id_id", "booking_id", "id"),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    booking_id: UUID = Field(foreign_key="booking.id")
    at: datetime = instant()
    kind: str = text_field(20)
    actor: str = text_field(20)
    check_in: date
    check_out: date
    guests: int
    total_minor: int = Field(sa_type=BigInteger)
    currency: str = text_field(3)
    note: str | None = text_field(500, default=None)


class RentMonthTable(SQLModel, table=True):
    """A month of a stay that is paid month by month, written down when the stay is agreed. None is ever removed: money
    for it may still come."""

    __tablename__ = "rent_month"
    __table_args__ = (
        one_of("status", RentMonthStatus),
        one_of("currency", Currency),
        one_of("reminded", Reminder),
        CheckConstraint("amount_minor > 0", name="amount_sane"),
        CheckConstraint("number >= 1", name="number_sane"),
        CheckConstraint("last >= due", name="at_least_a_night"),
        CheckConstraint("(status = 'to_pay') = (settled_at IS NULL)", name="settled_once"),
        Index(
            "uq_rent_month_booking_id_number",
            "booking_id",
            "number",
            unique=True,
            postgresql_where=text("status <> 'closed'"),
        ),
        Index("ix_rent_month_due", "due", "id", postgresql_where=text("status = 'to_pay'")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    booking_id: UUID = Field(foreign_key="booking.id", index=True)
    number: int
    due: date
    last: date
    lines: list[Any] = Field(sa_type=JSONB)
    amount_minor: int = Field(sa_type=BigInteger)
    currency: str = text_field(3)
    payable_from: date
    """By the law of the home's place when it was agreed."""
    waits_from: datetime = instant()
    """From then on it waits for its tenant."""
    pay_by: datetime = instant()
    """By the clock of the home, as it stood when the month was written down."""
    status: str = text_field(20, default=RentMonthStatus.TO_PAY.value)
    reminded: str | None = text_field(20, default=None)
    """Of what its tenant was reminded last."""
    created_at: datetime = made_at()
    settled_at: datetime | None = instant(default=None)
    """When it was paid, or closed."""
