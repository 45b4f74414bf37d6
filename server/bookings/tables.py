"""Quotes and bookings."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import BigInteger, Field, SQLModel

from server.core.ids import new_id
from server.core.tables import instant, made_at, one_of, text_field
from shared_models.bookings import BookingStatus, PaymentWay
from shared_models.money import Currency


class QuoteTable(SQLModel, table=True):
    """A price someone was shown; honoured until it expires."""

    __tablename__ = "quote"
    __table_args__ = (
        one_of("currency", Currency),
        CheckConstraint("leave > arrive", name="at_least_a_night"),
        CheckConstraint("guests BETWEEN 1 AND 100", name="guests_sane"),
        CheckConstraint("total_minor >= 0", name="total_sane"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    tenant_id: UUID = Field(foreign_key="identity.id", index=True)
    property_id: UUID = Field(foreign_key="property.id", index=True)
    arrive: date
    leave: date
    guests: int
    lines: list[Any] = Field(sa_type=JSONB)
    total_minor: int = Field(sa_type=BigInteger)
    currency: str = text_field(3)
    rules_version: int
    expires_at: datetime = instant()
    created_at: datetime = made_at()


class BookingTable(SQLModel, table=True):
    """A stay someone asked for, holds or has."""

    __tablename__ = "booking"
    __table_args__ = (
        one_of("status", BookingStatus),
        one_of("currency", Currency),
        one_of("payment", PaymentWay),
        CheckConstraint("leave > arrive", name="at_least_a_night"),
        CheckConstraint("guests BETWEEN 1 AND 100", name="guests_sane"),
        CheckConstraint("total_minor >= 0", name="total_sane"),
        CheckConstraint("(status IN ('held', 'requested')) = (hold_expires_at IS NOT NULL)", name="held_until"),
        CheckConstraint("tenant_id <> landlord_id", name="not_ones_own"),
        Index("ix_booking_tenant_id_arrive_id", "tenant_id", "arrive", "id"),
        Index("ix_booking_landlord_id_arrive_id", "landlord_id", "arrive", "id"),
        Index("ix_booking_property_id_arrive", "property_id", "arrive"),
        Index("ix_booking_leave_confirmed", "leave", postgresql_where=text("status = 'confirmed'")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    reference: str = text_field(8, unique=True)
    quote_id: UUID = Field(foreign_key="quote.id", unique=True)
    property_id: UUID = Field(foreign_key="property.id")
    tenant_id: UUID = Field(foreign_key="identity.id")
    landlord_id: UUID = Field(foreign_key="identity.id")
    status: str = text_field(20)
    arrive: date
    leave: date
    guests: int
    lines: list[Any] = Field(sa_type=JSONB)
    total_minor: int = Field(sa_type=BigInteger)
    currency: str = text_field(3)
    payment: str = text_field(20, default=PaymentWay.ON_ARRIVAL.value)
    hold_expires_at: datetime | None = instant(default=None)
    created_at: datetime = made_at()
    confirmed_at: datetime | None = instant(default=None)
    updated_at: datetime = made_at()
