"""Drafts of the listing editor: what a landlord typed and has not saved."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from shared_models.base import Input, Output
from shared_models.properties import Amenity, PropertyFacts


class DraftField(StrEnum):
    """The fields a landlord types in."""

    TITLE = "title"
    DESCRIPTION = "description"
    TYPE = "type"
    LET_TYPE = "let_type"
    LINE = "line"
    NEIGHBOURHOOD = "neighbourhood"
    CITY = "city"
    POSTCODE = "postcode"
    COUNTRY = "country"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"
    BEDROOMS = "bedrooms"
    BEDS = "beds"
    BATHROOMS = "bathrooms"
    SLEEPS = "sleeps"
    PETS = "pets"
    SMOKING = "smoking"
    PARTIES = "parties"
    CHILDREN = "children"
    CHECK_IN_FROM = "check_in_from"
    CHECK_OUT_BY = "check_out_by"
    CURRENCY = "currency"
    PRICE = "price"
    CLEANING_FEE = "cleaning_fee"
    MIN_NIGHTS = "min_nights"
    MAX_NIGHTS = "max_nights"
    ADVANCE_NOTICE_DAYS = "advance_notice_days"
    BOOKING_WINDOW_DAYS = "booking_window_days"
    PREPARATION_DAYS = "preparation_days"
    CHECK_IN_WEEKDAYS = "check_in_weekdays"
    SEASONS = "seasons"
    CANCELLATION_POLICY = "cancellation_policy"
    CANCELLATION_TIERS = "cancellation_tiers"
    WEEKEND_PERCENT = "weekend_percent"
    LENGTH_DISCOUNTS = "length_discounts"
    EARLY_BIRD_DAYS = "early_bird_days"
    EARLY_BIRD_PERCENT = "early_bird_percent"
    LAST_MINUTE_DAYS = "last_minute_days"
    LAST_MINUTE_PERCENT = "last_minute_percent"
    MIN_PRICE = "min_price"
    GUESTS_INCLUDED = "guests_included"
    EXTRA_GUEST_FEE = "extra_guest_fee"
    NON_REFUNDABLE_PERCENT = "non_refundable_percent"
    TOURIST_TAX = "tourist_tax"
    UNKNOWN = "unknown"


DraftText = Annotated[str, StringConstraints(max_length=4000)]


class DraftSaid(Output):
    """What stands in the editor, word for word: a draft keeps what is missing, half typed or wrong as it is."""

    words: dict[DraftField, DraftText] = Field(default_factory=dict)
    amenities: Annotated[list[Amenity], Field(max_length=60)] | None = None
    """None: nothing said of what the home has."""
    instant_book: bool = False


class DraftGiven(DraftSaid, Input):
    """A draft as the editor sends it."""


class DraftRead(Output):
    """A draft: of a home that is not there yet, or what was changed of one and is not saved."""

    id: UUID
    """The id of the home it is about; one that is not there yet will have it."""
    said: DraftSaid
    new: bool
    """Whether the home itself is not there yet."""
    updated_at: datetime


class DraftFinish(Input):
    """The facts a draft has come to; `home_etag` is the tag of the home they change, if it is there already."""

    facts: PropertyFacts
    home_etag: Annotated[str, StringConstraints(max_length=200)] | None = None
