"""Homes."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Index, SmallInteger, String, Time
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import BigInteger, Field, SQLModel

from server.core.ids import new_id
from server.core.tables import instant, made_at, one_of, text_field
from shared_models.cancellation_terms import CancellationPolicy
from shared_models.money import Currency
from shared_models.properties import LetType, PropertyStatus, PropertyType

TIERS_OF_CUSTOM = "(cancellation_policy = 'custom') = (cancellation_tiers IS NOT NULL)"
"""Only a policy of a landlord's own has tiers; bookings keep them as they were agreed."""


def _limits() -> tuple[CheckConstraint, ...]:
    between = {
        "latitude": (-90, 90),
        "longitude": (-180, 180),
        "bedrooms": (0, 100),
        "beds": (1, 100),
        "bathrooms": (0, 100),
        "sleeps": (1, 100),
        "min_nights": (1, 3650),
        "max_nights": (1, 3650),
        "price_minor": (1, 10_000_000_00),
        "cleaning_fee_minor": (0, 10_000_00),
        "advance_notice_days": (0, 365),
        "booking_window_days": (1, 730),
        "preparation_days": (0, 14),
        "weekend_percent": (0, 90),
        "early_bird_days": (1, 730),
        "early_bird_percent": (0, 90),
        "last_minute_days": (0, 730),
        "last_minute_percent": (0, 90),
        "min_price_minor": (1, 10_000_000_00),
        "guests_included": (1, 100),
        "extra_guest_fee_minor": (0, 10_000_00),
        "non_refundable_percent": (0, 90),
    }
    return tuple(
        CheckConstraint(f"{column} BETWEEN {low} AND {high}", name=f"{column}_sane")
        for column, (low, high) in between.items()
    )


class PropertyTable(SQLModel, table=True):
    """One home, which is also its listing."""

    __tablename__ = "property"
    __table_args__ = (
        one_of("type", PropertyType),
        one_of("let_type", LetType),
        one_of("status", PropertyStatus),
        one_of("currency", Currency),
        one_of("cancellation_policy", CancellationPolicy),
        CheckConstraint(TIERS_OF_CUSTOM, name="cancellation_tiers_of_custom"),
        CheckConstraint("min_nights <= max_nights", name="limits_agree"),
        CheckConstraint("min_price_minor <= price_minor", name="min_price_no_more"),
        CheckConstraint("(early_bird_days IS NULL) = (early_bird_percent IS NULL)", name="early_bird_whole"),
        CheckConstraint("(last_minute_days IS NULL) = (last_minute_percent IS NULL)", name="last_minute_whole"),
        CheckConstraint("(guests_included IS NULL) = (extra_guest_fee_minor IS NULL)", name="extra_guests_whole"),
        CheckConstraint("country ~ '^[A-Z]{2}$'", name="country_iso"),
        CheckConstraint("char_length(title) BETWEEN 1 AND 250", name="title_said"),
        *_limits(),
        Index("ix_property_landlord_id_updated_at_id", "landlord_id", "updated_at", "id"),
        Index("ix_property_status_updated_at_id", "status", "updated_at", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    slug: str = text_field(120, unique=True)
    landlord_id: UUID = Field(foreign_key="identity.id")
    source_key: str | None = text_field(330, default=None, unique=True)
    """Who imported it, the source and the source's id: what makes an import find the home again."""
    import_id: UUID | None = Field(default=None, index=True)
    """The run that created it."""
    status: str = text_field(20, default=PropertyStatus.DRAFT.value)
    review_note: str | None = text_field(1000, default=None)
    review_reasons: list[str] | None = Field(default=None, sa_type=ARRAY(String(40)))
    proposed: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    """Columns (`rules.REVIEWED`) of a home on show as its landlord wants them, until a person of ours has looked."""
    published_at: datetime | None = instant(default=None)
    """When it was first published; the newest come first in search."""
    title: str = text_field(250)
    description: str = text_field(4000, default="")
    type: str = text_field(20)
    let_type: str = text_field(20)
    address_line: str | None = text_field(200, default=None)
    neighbourhood: str | None = text_field(120, default=None)
    city: str = text_field(120)
    postcode: str | None = text_field(20, default=None)
    country: str = text_field(2)
    latitude: float
    longitude: float
    zone: str = text_field(60)
    bedrooms: int | None = Field(default=None, sa_type=SmallInteger)
    beds: int | None = Field(default=None, sa_type=SmallInteger)
    bathrooms: int | None = Field(default=None, sa_type=SmallInteger)
    sleeps: int | None = Field(default=None, sa_type=SmallInteger)
    amenities: list[str] | None = Field(default=None, sa_type=ARRAY(String(40)))
    rules: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    check_in_from: time | None = Field(default=None, sa_type=Time)
    check_out_by: time | None = Field(default=None, sa_type=Time)
    min_nights: int | None = Field(default=None, sa_type=SmallInteger)
    max_nights: int | None = Field(default=None, sa_type=SmallInteger)
    advance_notice_days: int | None = Field(default=None, sa_type=SmallInteger)
    booking_window_days: int | None = Field(default=None, sa_type=SmallInteger)
    preparation_days: int | None = Field(default=None, sa_type=SmallInteger)
    check_in_weekdays: list[str] | None = Field(default=None, sa_type=ARRAY(String(20)))
    seasons: list[dict[str, Any]] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    price_minor: int = Field(sa_type=BigInteger)
    cleaning_fee_minor: int | None = Field(default=None, sa_type=BigInteger)
    currency: str = text_field(3)
    weekend_percent: int | None = Field(default=None, sa_type=SmallInteger)
    length_discounts: list[dict[str, int]] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    early_bird_days: int | None = Field(default=None, sa_type=SmallInteger)
    early_bird_percent: int | None = Field(default=None, sa_type=SmallInteger)
    last_minute_days: int | None = Field(default=None, sa_type=SmallInteger)
    last_minute_percent: int | None = Field(default=None, sa_type=SmallInteger)
    min_price_minor: int | None = Field(default=None, sa_type=BigInteger)
    guests_included: int | None = Field(default=None, sa_type=SmallInteger)
    extra_guest_fee_minor: int | None = Field(default=None, sa_type=BigInteger)
    non_refundable_percent: int | None = Field(default=None, sa_type=SmallInteger)
    tourist_tax: str | None = text_field(40, default=None)
    instant_book: bool = False
    cancellation_policy: str = text_field(20, default=CancellationPolicy.FLEXIBLE.value)
    cancellation_tiers: list[dict[str, Any]] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    created_at: datetime = made_at()
    updated_at: datetime = made_at()
