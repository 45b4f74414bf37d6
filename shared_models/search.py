"""Finding a home."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from shared_models.base import Input, Output
from shared_models.bookings import Guests, QuoteLine
from shared_models.money import Currency, Money
from shared_models.paging import Cursor, Page
from shared_models.properties import Latitude, LetType, Longitude, PropertyType
from shared_models.stay_dates import Stay


class Sort(StrEnum):
    """The order of results. Distance needs a point. Prices are compared within a currency."""

    PRICE_LOW = "price_low"
    PRICE_HIGH = "price_high"
    NEWEST = "newest"
    DISTANCE = "distance"


class SearchWish(Input):
    """What someone looks for. Only published homes are found; with dates, only homes that can be booked for them."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] | None = None
    """Words that must all stand in the title, the neighbourhood or the city, in any order; accents and case aside."""
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    radius_km: Annotated[float, Field(gt=0, le=500, allow_inf_nan=False)] | None = None
    arrive: date | None = None
    leave: date | None = None
    guests: Guests | None = None
    let_type: LetType = LetType.NIGHTLY
    types: Annotated[list[PropertyType], Field(max_length=10, default_factory=list)]
    price_min: Annotated[int, Field(ge=0, le=10_000_000_00)] | None = None
    """Per night or month, as `let_type` says, in minor units of `currency`."""
    price_max: Annotated[int, Field(ge=0, le=10_000_000_00)] | None = None
    currency: Currency | None = None
    """Asked for with a price; homes in other currencies are left out then."""
    sort: Sort = Sort.NEWEST
    cursor: Cursor | None = None
    limit: Annotated[int, Field(ge=1, le=60)] = 24

    @model_validator(mode="after")
    def _parts_belong_together(self) -> Self:
        if (self.arrive is None) != (self.leave is None):
            raise ValueError("arrive and leave belong together")
        if self.arrive is not None and self.leave is not None:
            Stay(arrive=self.arrive, leave=self.leave)
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("latitude and longitude belong together")
        if self.radius_km is not None and self.latitude is None:
            raise ValueError("radius_km needs latitude and longitude")
        if self.sort == Sort.DISTANCE and self.latitude is None:
            raise ValueError("sorting by distance needs latitude and longitude")
        if (self.price_min is not None or self.price_max is not None) and self.currency is None:
            raise ValueError("a price needs its currency")
        if self.price_min is not None and self.price_max is not None and self.price_min > self.price_max:
            raise ValueError("price_min is above price_max")
        return self

    @property
    def stay(self) -> Stay | None:
        if self.arrive is None or self.leave is None:
            return None
        return Stay(arrive=self.arrive, leave=self.leave)


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


class SearchPage(Page[SearchHit]):
    """A page of homes and how many there are in all, exactly."""

    total: int


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
