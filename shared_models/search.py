"""Finding a home."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from shared_models.areas import MAX_AREA, read_area
from shared_models.base import Input, Output
from shared_models.bookings import Guests
from shared_models.money import Currency, Money
from shared_models.paging import Cursor, Page
from shared_models.prices import QuoteLine
from shared_models.properties import Amenity, HeadCount, Latitude, LetType, Longitude, PropertyType
from shared_models.stay_dates import Stay


class Sort(StrEnum):
    """The order of results. Distance needs a point. Prices are compared within a currency."""

    RELEVANCE = "relevance"
    """How well the words fit; among equals, and without words, the newest first."""
    PRICE_LOW = "price_low"
    PRICE_HIGH = "price_high"
    NEWEST = "newest"
    DISTANCE = "distance"


class HouseRule(StrEnum):
    """What a house may allow: the names of the fields of `HouseRules`."""

    PETS = "pets"
    SMOKING = "smoking"
    PARTIES = "parties"
    CHILDREN = "children"
    UNKNOWN = "unknown"


def _is_area(text: str) -> str:
    read_area(text)
    return text


Area = Annotated[str, StringConstraints(max_length=MAX_AREA), AfterValidator(_is_area)]
"""The corners of an area that was drawn, as `shared_models.areas.write_area` writes them."""


class SearchRequest(Input):
    """What someone looks for. Only published homes are found; with dates, only homes that can be booked for them."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] | None = None
    """What was typed: what `shared_models.search_words.understand` understands of it, and words that must all stand in
    the title, the neighbourhood or the city, or name the kind of home, in any order. Accents, case, plurals and small
    slips aside; a city by any of its names, and a country."""
    exact: bool = False
    """Every word of `text` as it is: nothing is understood, no plural and no slip forgiven; accents and case aside."""
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    radius_km: Annotated[float, Field(gt=0, le=500, allow_inf_nan=False)] | None = None
    south: Latitude | None = None
    west: Longitude | None = None
    north: Latitude | None = None
    east: Longitude | None = None
    """A box; with `west` above `east` it reaches over the 180th meridian. All four or none."""
    area: Area | None = None
    check_in: date | None = None
    check_out: date | None = None
    guests: Guests | None = None
    let_type: LetType = LetType.NIGHTLY
    types: Annotated[list[PropertyType], Field(max_length=10, default_factory=list)]
    """Any of these."""
    amenities: Annotated[list[Amenity], Field(max_length=30, default_factory=list)]
    """All of these."""
    rules: Annotated[list[HouseRule], Field(max_length=10, default_factory=list)]
    """All of these are allowed."""
    bedrooms: HeadCount | None = None
    beds: HeadCount | None = None
    bathrooms: HeadCount | None = None
    """At least so many."""
    instant: bool = False
    """Only homes that are booked without asking."""
    price_min: Annotated[int, Field(ge=0, le=10_000_000_00)] | None = None
    """Per night or month, as `let_type` says, in minor units of `currency`."""
    price_max: Annotated[int, Field(ge=0, le=10_000_000_00)] | None = None
    currency: Currency | None = None
    """Asked for with a price; homes in other currencies are left out then."""
    sort: Sort | None = None
    """None: relevance when there is a text, otherwise the newest first."""
    cursor: Cursor | None = None
    limit: Annotated[int, Field(ge=1, le=60)] = 24

    @model_validator(mode="after")
    def _parts_belong_together(self) -> Self:
        if (self.check_in is None) != (self.check_out is None):
            raise ValueError("check_in and check_out belong together")
        if self.check_in is not None and self.check_out is not None:
            Stay(check_in=self.check_in, check_out=self.check_out)
        if (self.price_min is not None or self.price_max is not None) and self.currency is None:
            raise ValueError("a price needs its currency")
        if self.price_min is not None and self.price_max is not None and self.price_min > self.price_max:
            raise ValueError("price_min is above price_max")
        return self

    @model_validator(mode="after")
    def _place_is_whole(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("latitude and longitude belong together")
        if self.radius_km is not None and self.latitude is None:
            raise ValueError("radius_km needs latitude and longitude")
        if self.sort == Sort.DISTANCE and self.latitude is None:
            raise ValueError("sorting by distance needs latitude and longitude")
        box = (self.south, self.west, self.north, self.east)
        if any(side is None for side in box) and any(side is not None for side in box):
            raise ValueError("south, west, north and east belong together")
        if self.south is not None and self.north is not None and self.south > self.north:
            raise ValueError("south is above north")
        return self

    @property
    def stay(self) -> Stay | None:
        if self.check_in is None or self.check_out is None:
            return None
        return Stay(check_in=self.check_in, check_out=self.check_out)

    @property
    def order(self) -> Sort:
        """The order that is meant when none is asked for."""
        return self.sort or (Sort.RELEVANCE if self.text else Sort.NEWEST)


class SearchHit(Output):
    """A home as its card shows it."""

    id: UUID
    slug: str
    title: str
    type: PropertyType
    let_type: LetType
    city: str
    neighbourhood: str | None
    latitude: float
    longitude: float
    sleeps: int | None
    bedrooms: int | None
    beds: int | None
    price: Money
    total: Money | None = None
    """For the whole stay, all lines included; None without dates."""
    lines: list[QuoteLine] = Field(default_factory=list)
    """What makes the total, as a quote would tell it; none without dates, or from a server older than this."""
    distance_km: float | None = None


class WordRead(Output):
    """A word that hardly any home has, and the words it was read as, which many have."""

    typed: str
    read_as: list[str]


class SearchPart(StrEnum):
    """The parts of a wish that can be given up one by one."""

    WORD = "word"
    OFFERS = "offers"
    """Amenities and house rules."""
    ROOMS = "rooms"
    """Bedrooms, beds and bathrooms."""
    INSTANT = "instant"
    TYPES = "types"
    PRICE = "price"
    GUESTS = "guests"
    PLACE = "place"
    """The radius, the box, the area."""
    DATES = "dates"
    UNKNOWN = "unknown"


class LeftOut(Output):
    """A part of the wish that these homes do not fit; `word` is the word it is about, as it was typed."""

    part: SearchPart
    word: str | None = None


class CloseHomes(Output):
    """Homes that fit all of a wish but a few parts: the fewest that have to be given up."""

    left_out: list[LeftOut]
    items: list[SearchHit]
    total: int


class SearchPage(Page[SearchHit]):
    """A page of homes and how many there are in all, exactly."""

    total: int
    read: list[WordRead] = Field(default_factory=list)
    """Words that were taken for slips. `exact` takes them as they are."""
    missing: list[str] = Field(default_factory=list)
    """Words that no home has and that were left out, because more was asked for; names of places never are."""
    close: CloseHomes | None = None
    """When no home fits: those that come close, if any."""


class SearchFacets(Output):
    """How many homes each further choice would leave, by its word.

    Of kinds any may fit and of rooms "at least" holds, so their numbers do without the kinds, or the number of such
    rooms, that are chosen already; each amenity and rule is added to those that are chosen.
    """

    total: int
    """What the wish finds as it is."""
    types: dict[PropertyType, int]
    amenities: dict[Amenity, int]
    rules: dict[HouseRule, int]
    bedrooms: dict[int, int]
    """Homes with at least so many, from 1 to 6; likewise the next two."""
    beds: dict[int, int]
    bathrooms: dict[int, int]
    instant: int


class PlaceKind(StrEnum):
    CITY = "city"
    NEIGHBOURHOOD = "neighbourhood"
    UNKNOWN = "unknown"


class Place(Output):
    """A place with homes: the middle of them and how many are published there."""

    kind: PlaceKind
    name: str
    city: str
    country: str
    latitude: float
    longitude: float
    homes: int


class HomeNamed(Output):
    """A home as a suggestion names it."""

    id: UUID
    slug: str
    title: str
    type: PropertyType
    city: str
    neighbourhood: str | None


class Suggestions(Output):
    """What the text that was typed so far may mean. Without a text: the places with most homes."""

    places: list[Place]
    homes: list[HomeNamed]
