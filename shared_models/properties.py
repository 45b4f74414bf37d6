"""Homes: what they are, where, at what price, under which rules, and the states of a listing."""

from datetime import datetime, time
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from shared_models.base import Input, LongText, Output, refused
from shared_models.cancellation_terms import CancellationTerms, CancellationTermsGiven
from shared_models.cases import Note, Reasons, SendBackReason
from shared_models.letting_law import FeeForbidden, LettingRuleKind, letting_rule
from shared_models.money import Money
from shared_models.paging import Cursor
from shared_models.price_rules import ForNightsOnly, PriceFacts, PriceRules
from shared_models.stay_dates import MAX_STAY_NIGHTS, WallClock
from shared_models.stay_limits import (
    NoticeDays,
    PreparationDays,
    Season,
    SeasonGiven,
    Weekday,
    WindowDays,
    season_price_problems,
)
from shared_models.visible_text import visible


class PropertyType(StrEnum):
    """What kind of home. The words are those of the cover drawings."""

    FLAT = "flat"
    ROOM = "room"
    APARTMENT = "apartment"
    HOUSE = "house"
    COTTAGE = "cottage"
    STUDIO = "studio"
    BOAT = "boat"
    UNKNOWN = "unknown"


class LetType(StrEnum):
    """How a home is let, which is also what its price is for: a night or a month."""

    NIGHTLY = "nightly"
    MONTHLY = "monthly"
    UNKNOWN = "unknown"


class PropertyStatus(StrEnum):
    """Where a listing stands."""

    DRAFT = "draft"
    PENDING_REVIEW = "pending_review"
    PUBLISHED = "published"
    PAUSED = "paused"
    REJECTED = "rejected"
    ARCHIVED = "archived"
    UNKNOWN = "unknown"


MOVES: dict[PropertyStatus, frozenset[PropertyStatus]] = {
    PropertyStatus.DRAFT: frozenset({PropertyStatus.PENDING_REVIEW, PropertyStatus.ARCHIVED}),
    PropertyStatus.PENDING_REVIEW: frozenset({PropertyStatus.PUBLISHED, PropertyStatus.REJECTED, PropertyStatus.DRAFT}),
    PropertyStatus.PUBLISHED: frozenset({PropertyStatus.PAUSED, PropertyStatus.REJECTED, PropertyStatus.ARCHIVED}),
    PropertyStatus.PAUSED: frozenset({PropertyStatus.PUBLISHED, PropertyStatus.REJECTED, PropertyStatus.ARCHIVED}),
    PropertyStatus.REJECTED: frozenset({PropertyStatus.PENDING_REVIEW, PropertyStatus.DRAFT, PropertyStatus.ARCHIVED}),
    PropertyStatus.ARCHIVED: frozenset(),
}
"""Every allowed move of a listing."""

LANDLORD_MOVES = frozenset(
    {PropertyStatus.PENDING_REVIEW, PropertyStatus.DRAFT, PropertyStatus.PAUSED, PropertyStatus.ARCHIVED}
)
"""Where a landlord may move a listing (resuming a paused one aside); publishing and rejecting is for admins."""


class Amenity(StrEnum):
    """What a home has. Grouped for people by `AMENITY_GROUPS`."""

    KITCHEN = "kitchen"
    OVEN = "oven"
    DISHWASHER = "dishwasher"
    FRIDGE = "fridge"
    COFFEE_MACHINE = "coffee_machine"
    WIFI = "wifi"
    DESK = "desk"
    HEATING = "heating"
    AIR_CONDITIONING = "air_conditioning"
    WASHING_MACHINE = "washing_machine"
    DRYER = "dryer"
    TV = "tv"
    BED_LINEN = "bed_linen"
    COT = "cot"
    BATH = "bath"
    SHOWER = "shower"
    TOWELS = "towels"
    HAIR_DRYER = "hair_dryer"
    GARDEN = "garden"
    BALCONY = "balcony"
    PARKING = "parking"
    BICYCLE_STORAGE = "bicycle_storage"
    SMOKE_ALARM = "smoke_alarm"
    CARBON_MONOXIDE_ALARM = "carbon_monoxide_alarm"
    FIRST_AID_KIT = "first_aid_kit"
    STEP_FREE = "step_free"
    LIFT = "lift"
    UNKNOWN = "unknown"


class AmenityGroup(StrEnum):
    """The headings amenities stand under."""

    KITCHEN = "kitchen"
    WORK = "work"
    SLEEP = "sleep"
    BATH = "bath"
    OUTSIDE = "outside"
    SAFETY = "safety"
    STEP_FREE = "step_free"


AMENITY_GROUPS: dict[AmenityGroup, tuple[Amenity, ...]] = {
    AmenityGroup.KITCHEN: (
        Amenity.KITCHEN,
        Amenity.OVEN,
        Amenity.DISHWASHER,
        Amenity.FRIDGE,
        Amenity.COFFEE_MACHINE,
    ),
    AmenityGroup.WORK: (
        Amenity.WIFI,
        Amenity.DESK,
        Amenity.HEATING,
        Amenity.AIR_CONDITIONING,
        Amenity.WASHING_MACHINE,
        Amenity.DRYER,
        Amenity.TV,
    ),
    AmenityGroup.SLEEP: (Amenity.BED_LINEN, Amenity.COT),
    AmenityGroup.BATH: (Amenity.BATH, Amenity.SHOWER, Amenity.TOWELS, Amenity.HAIR_DRYER),
    AmenityGroup.OUTSIDE: (Amenity.GARDEN, Amenity.BALCONY, Amenity.PARKING, Amenity.BICYCLE_STORAGE),
    AmenityGroup.SAFETY: (Amenity.SMOKE_ALARM, Amenity.CARBON_MONOXIDE_ALARM, Amenity.FIRST_AID_KIT),
    AmenityGroup.STEP_FREE: (Amenity.STEP_FREE, Amenity.LIFT),
}

COVER_WIDTHS = (320, 800, 1600)
"""The widths in pixels in which covers are served."""


def cover_path(property_id: UUID, width: int, room: str | None = None) -> str:
    """Where the cover of a home is served, from the server's root.

    `room` names a room drawing of it; `card` is the front in the shape of a card.
    """
    return f"/api/v1/properties/{property_id}/covers/{room or 'front'}/{width}.webp"


Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=250), AfterValidator(visible)]
City = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), AfterValidator(visible)]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
"""ISO 3166-1 alpha-2."""
Nights = Annotated[int, Field(ge=1, le=3650)]
HeadCount = Annotated[int, Field(ge=1, le=100)]
RoomCount = Annotated[int, Field(ge=0, le=100)]


class Address(Output):
    """Where a home stands. Street and postcode are shown only to those who booked it."""

    line: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] | None = None
    neighbourhood: Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)] | None = None
    city: City
    postcode: Annotated[str, StringConstraints(strip_whitespace=True, max_length=20)] | None = None
    country: Country


class Pin(Output):
    """A point on the map, in degrees (WGS 84)."""

    latitude: Latitude
    longitude: Longitude


class HouseRules(Output):
    """What is allowed. None: the landlord has not said."""

    pets: bool | None = None
    smoking: bool | None = None
    parties: bool | None = None
    children: bool | None = None


class AddressGiven(Address, Input):
    """An address as a landlord gives it: unknown fields are refused."""


class PinGiven(Pin, Input):
    """A pin as a landlord gives it."""


class HouseRulesGiven(HouseRules, Input):
    """House rules as a landlord gives them."""


class SeasonTooLong(ValueError):
    """A season's shortest stay is one that nobody may book; `longest` is the longest stay, in nights."""

    def __init__(self, longest: int) -> None:
        super().__init__(f"is longer than the longest stay of {longest} nights")
        self.longest = longest


class PropertyFacts(PriceFacts):
    """All a landlord says of a home. What they do not know stays None and is shown as "not said"."""

    title: Title
    description: LongText = ""
    type: PropertyType
    let_type: LetType
    address: AddressGiven
    pin: PinGiven
    bedrooms: RoomCount | None = None
    beds: HeadCount | None = None
    bathrooms: RoomCount | None = None
    sleeps: HeadCount | None = None
    amenities: Annotated[list[Amenity], Field(max_length=60)] | None = None
    """None: not said. An empty list: none of them."""
    rules: HouseRulesGiven = HouseRulesGiven()
    preparation_days: PreparationDays | None = None
    check_in_from: WallClock | None = None
    check_out_by: WallClock | None = None
    min_nights: Nights | None = None
    max_nights: Nights | None = None
    advance_notice_days: NoticeDays | None = None
    booking_window_days: WindowDays | None = None
    check_in_weekdays: Annotated[list[Weekday], Field(min_length=1, max_length=7)] | None = None
    seasons: Annotated[list[SeasonGiven], Field(min_length=1, max_length=20)] | None = None
    """What each of these means: `shared_models.stay_limits.StayLimits`."""
    instant_book: bool = False
    cancellation: CancellationTermsGiven = CancellationTermsGiven()

    # Of fields that do not agree the later one is named: those before it are known by then.

    @field_validator("check_out_by")
    @classmethod
    def _leaves_before_others_arrive(cls, value: time | None, info: ValidationInfo) -> time | None:
        earlier = info.data.get("check_in_from")
        if value is not None and earlier is not None and value > earlier and not info.data.get("preparation_days"):
            raise ValueError("is after check-in: nobody could arrive on the day somebody leaves")
        return value

    @field_validator("max_nights")
    @classmethod
    def _longest_is_no_shorter(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value is not None and value < (info.data.get("min_nights") or 1):
            raise ValueError("the shortest stay is longer than the longest")
        return value

    @field_validator("booking_window_days")
    @classmethod
    def _window_is_open(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value is not None and value < (info.data.get("advance_notice_days") or 0):
            raise ValueError("the notice is longer than the booking window")
        return value

    @field_validator("seasons")
    @classmethod
    def _seasons_agree(cls, value: list[SeasonGiven] | None, info: ValidationInfo) -> list[SeasonGiven] | None:
        longest = min(info.data.get("max_nights") or MAX_STAY_NIGHTS, MAX_STAY_NIGHTS)
        seasons = value or ()
        wrong: dict[tuple[str | int, ...], ValueError] = {
            (row, "min_nights"): SeasonTooLong(longest)
            for row, season in enumerate(seasons)
            if (season.min_nights or 0) > longest
        }
        wrong.update(season_price_problems(seasons, info.data.get("min_price_minor")).items())
        if wrong:
            raise refused(wrong)
        return value

    @model_validator(mode="after")
    def _rules_fit_the_let_type(self) -> Self:
        if self.let_type != LetType.MONTHLY:
            return self
        wrong: dict[tuple[str | int, ...], ValueError] = {(name,): ForNightsOnly() for name in self.rules_of_nights}
        priced = [row for row, season in enumerate(self.seasons or ()) if season.price_minor is not None]
        wrong |= {("seasons", row, "price_minor"): ForNightsOnly() for row in priced}
        place = self.address
        rule = letting_rule(LettingRuleKind.NO_CLEANING_FEE, place.country, place.postcode, place.city)
        if self.cleaning_fee_minor and rule is not None:
            wrong[("cleaning_fee_minor",)] = FeeForbidden(rule)
        if wrong:
            raise refused(wrong)
        return self


class ReviewedFacts(Output):
    """What a person of ours looks at before tenants see it. Price, rules and the rest take effect at once."""

    title: str
    description: str
    type: PropertyType
    address: Address
    pin: Pin


class PropertyRead(PriceRules):
    """A home as its page shows it. `address.line` and `address.postcode` are None for those who may not know them."""

    id: UUID
    slug: str
    landlord_id: UUID
    landlord_name: str = ""
    landlord_claimed: bool = True
    landlord_since: datetime | None = None
    """When the landlord signed up; None where nobody did yet."""
    landlord_homes: int | None = None
    """How many homes of the landlord are on show."""
    status: PropertyStatus
    title: str
    description: str
    type: PropertyType
    let_type: LetType
    address: Address
    pin: Pin
    zone: str
    """IANA time zone, found from the pin; every date and deadline of the home is in it."""
    bedrooms: int | None
    beds: int | None
    bathrooms: int | None
    sleeps: int | None
    amenities: list[Amenity] | None
    rules: HouseRules
    check_in_from: WallClock | None
    check_out_by: WallClock | None
    min_nights: int | None
    max_nights: int | None
    advance_notice_days: int | None = None
    booking_window_days: int | None = None
    preparation_days: int | None = None
    check_in_weekdays: list[Weekday] | None = None
    seasons: list[Season] | None = None
    price: Money
    cleaning_fee: Money | None
    instant_book: bool
    cancellation: CancellationTerms = CancellationTerms()
    """What a tenant who cancels gets back of a stay that was paid by card; a booking keeps what it was agreed with."""
    review_note: str | None = None
    """What an admin said when it, or a change of it, was sent back; for the landlord."""
    review_reasons: tuple[SendBackReason, ...] = ()
    proposed: ReviewedFacts | None = None
    """What the landlord changed of a home on show and nobody has looked at yet; tenants see the facts above."""
    stays_remaining: int | None = None
    """Told when it was paused just now: how many stays that are not over go on all the same."""
    created_at: datetime
    updated_at: datetime


class PropertyRow(Output):
    """A home as a line of a landlord's or an admin's list."""

    id: UUID
    slug: str
    title: str
    type: PropertyType
    let_type: LetType
    status: PropertyStatus
    city: str
    neighbourhood: str | None
    price: Money
    landlord_name: str = ""
    review_note: str | None = None
    review_reasons: tuple[SendBackReason, ...] = ()
    updated_at: datetime


class HomeOrder(StrEnum):
    """The order of a landlord's homes. Prices are compared within a currency, titles without regard to capitals."""

    CHANGED_LAST = "changed_last"
    """The last changed first."""
    CHANGED_FIRST = "changed_first"
    TITLE = "title"
    TITLE_BACKWARDS = "title_backwards"
    PRICE_LOW = "price_low"
    PRICE_HIGH = "price_high"


class PropertyCounts(Output):
    """How many homes stand in each state, zeros included. Keys are words of `PropertyStatus`."""

    by_status: dict[str, int]


class StatusMove(Input):
    """Move one listing. An admin who rejects says why: by `reasons`, a `note`, or both."""

    status: PropertyStatus
    note: Note | None = None
    reasons: Reasons = ()


class BulkMove(Input):
    """Move many listings at once: by id, or all the caller may move in `from_status` (optionally of one import).

    Of all a call looks at 500; `cursor` goes on where the one before ended, past those it left as they were.
    """

    status: PropertyStatus
    ids: Annotated[list[UUID], Field(max_length=500)] | None = None
    from_status: PropertyStatus | None = None
    import_id: UUID | None = None
    note: Note | None = None
    reasons: Reasons = ()
    cursor: Cursor | None = None

    @model_validator(mode="after")
    def _says_which(self) -> Self:
        if (self.ids is None) == (self.from_status is None):
            raise ValueError("give either ids or from_status")
        if self.cursor is not None and self.from_status is None:
            raise ValueError("a cursor goes with from_status")
        return self


class BulkRefusal(Output):
    """A listing that a bulk move or edit left as it was, and why."""

    id: UUID
    title: str
    reason: str


class BulkMoved(Output):
    """What a bulk move did; `remaining` more wait for the next call, which goes on from `next_cursor`."""

    moved: int
    refused: list[BulkRefusal]
    remaining: int
    next_cursor: str | None = None
    stays_remaining: int = 0
    """How many stays that are not over go on at homes that were paused."""
