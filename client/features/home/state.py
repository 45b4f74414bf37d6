"""A home, its taken nights, and what a stay there would cost."""

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final

import flet as ft

from client.api import bookings, calendars, properties, search_map, search_similar
from client.core import clock
from client.core.http import ApiError, Http, wrong_input
from client.core.language import t
from client.parts.dates import refusal_words
from client.parts.map.sheet import Camera, Size, seen
from shared_models.bookings import BookingRead
from shared_models.calendars import MAX_RANGE_DAYS, Period
from shared_models.cases import Report, ReportReason
from shared_models.money import Money
from shared_models.prices import LineKind, PriceTerms, QuoteLine, price_stay, total_of
from shared_models.problems import ProblemCode
from shared_models.properties import Amenity, PropertyRead, PropertyType
from shared_models.search import SearchHit
from shared_models.search_map import MapArea, MapTiles, View
from shared_models.search_similar import SimilarRequest
from shared_models.stay_dates import Stay
from shared_models.stay_limits import StayLimits, refusals

AROUND: Final = Size(820, 260)
"""The small map at its largest, in pixels."""
AROUND_ZOOM: Final = 13.6
GUESTS_PAUSE_SECONDS: Final = 0.6
"""How long the number of guests rests before it goes into the address."""


@ft.observable
@dataclasses.dataclass
class HomeState:
    """What is known of the home at one address."""

    http: Http
    slug: str = ""
    home: PropertyRead | None = None
    missing: bool = False
    """Whether the server says that there is no such home for this person."""
    taken: tuple[Period, ...] | None = None
    """None until the calendar was read."""
    mine: tuple[BookingRead, ...] = ()
    """What this person has booked here themselves, or asked for."""
    camera: Camera | None = None
    """What the small map shows; None until it was drawn."""
    areas: tuple[MapArea, ...] = ()
    tiles: MapTiles | None = None
    similar: tuple[SearchHit, ...] | None = None
    """Homes like this one; None until they were looked for."""

    async def load(self, slug: str) -> None:
        """Read the home. One that is not there is `missing`; other problems raise ApiError."""
        if slug != self.slug:
            self.slug, self.home, self.taken, self.missing = slug, None, None, False
            self.camera, self.areas, self.similar, self.mine = None, (), None, ()
        try:
            self.home, self.missing = await properties.property_(self.http, slug), False
        except ApiError as error:
            if error.code not in (ProblemCode.NOT_FOUND, ProblemCode.MALFORMED):
                raise
            self.home, self.missing = None, True

    async def load_taken(self) -> None:
        """Read which nights are taken, as far ahead as one can book. Raises ApiError."""
        home = self.home
        if home is None:
            return
        today = clock.today_in(home.zone)
        end = today + timedelta(days=MAX_RANGE_DAYS)
        found = await calendars.taken(self.http, home.id, today, end)
        if self.home is not None and self.home.id == home.id:
            self.taken = tuple(found.taken)

    async def load_mine(self) -> None:
        """Read what this person has here: nights that are taken may be theirs. Raises ApiError."""
        slug = self.slug
        found = await bookings.to_come_at(self.http, slug)
        if self.slug == slug:
            self.mine = tuple(found)

    async def load_around(self) -> None:
        """Draw what lies round the home. Raises ApiError."""
        home = self.home
        if home is None:
            return
        camera = Camera(home.pin.latitude, home.pin.longitude, AROUND_ZOOM)
        box = seen(camera, AROUND, margin=0.5)
        found = await search_map.areas(self.http, View(**dataclasses.asdict(box), zoom=camera.step))
        if self.home is not None and self.home.id == home.id:
            self.areas, self.tiles, self.camera = tuple(found.areas), found.tiles, camera

    async def load_similar(self, stay: Stay | None, guests: int | None) -> None:
        """Look for homes like this one, with a stay those that are free then. Raises ApiError."""
        home = self.home
        if home is None:
            return
        dates = {} if stay is None else {"check_in": stay.check_in, "check_out": stay.check_out}
        found = await search_similar.similar(self.http, SimilarRequest(home=home.id, guests=guests, **dates))
        if self.home is not None and self.home.id == home.id:
            self.similar = tuple(found)

    async def report(self, reason: str | None, note: str) -> None:
        """Tell the admins what is wrong with this home. Raises ApiError, which names the field."""
        if not reason:
            raise wrong_input({"reason": t("Choose what it is about.")})
        if self.home is not None:
            report = Report(reason=ReportReason(reason), note=note.strip() or None)
            await properties.report(self.http, self.home.id, report)


def limits_of(home: PropertyRead) -> StayLimits:
    """What the home allows."""
    return StayLimits.model_validate(home)


@dataclasses.dataclass(frozen=True)
class Offer:
    """A stay with its price as the server will count it, and what stands against it."""

    stay: Stay
    guests: int
    lines: Sequence[QuoteLine]
    total: Money
    problems: Sequence[str]

    @property
    def bookable(self) -> bool:
        """Whether nothing we know of stands against it."""
        return not self.problems


def offer(
    home: PropertyRead, stay: Stay, guests: int, taken: Iterable[Period], today: date, mine: Iterable[BookingRead] = ()
) -> Offer:
    """The preview of a stay, for somebody who has what is `mine` here; the server's quote is the truth."""
    lines = price_stay(PriceTerms.model_validate(home), stay, guests=guests, today=today)
    limits = limits_of(home)
    problems = [refusal_words(refusal, limits, stay.check_in) for refusal in refusals(limits, stay, guests, today)]
    if any(
        stay.overlaps(Stay(check_in=period.start, check_out=period.end))
        for period in taken
        if period.end > period.start
    ):
        own = any(stay.overlaps(Stay(check_in=booking.check_in, check_out=booking.check_out)) for booking in mine)
        problems.append(
            t("These nights are yours already: look at your trips.")
            if own
            else t("Some of these nights are taken. Choose other dates.")
        )
    return Offer(stay, guests, lines, total_of(lines), problems)


def night_range(home: PropertyRead, today: date) -> tuple[Money, Money]:
    """The cheapest and the dearest night of the year to come, before any discount."""
    none = dict.fromkeys(("length_discounts", "early_bird_percent", "last_minute_percent"))
    terms = PriceTerms.model_validate(home).model_copy(update=none)
    year = Stay(check_in=today, check_out=today + timedelta(days=365))
    lines = price_stay(terms, year, guests=1, today=today)
    nights = sorted((line.unit for line in lines if line.kind == LineKind.NIGHTS), key=lambda unit: unit.amount_minor)
    return nights[0], nights[-1]


def rooms_of(home: PropertyRead) -> list[str]:
    """The rooms the listing says it has, as the drawings name them."""
    has = set(home.amenities or ())
    rooms = []
    if home.bedrooms or home.type in (PropertyType.ROOM, PropertyType.STUDIO):
        rooms.append("bedroom")
    if has & {Amenity.KITCHEN, Amenity.OVEN, Amenity.FRIDGE, Amenity.DISHWASHER}:
        rooms.append("kitchen")
    if home.bathrooms or has & {Amenity.BATH, Amenity.SHOWER}:
        rooms.append("bathroom")
    return rooms
