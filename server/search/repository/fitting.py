"""Which homes fit: each part of what is asked as a condition on `property`.

Where a home stands is looked at as strangers may know it (`shared_models.search_map.shown`): conditions on the exact
position could be asked again and again until they give it away.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    Float,
    Integer,
    ScalarSelect,
    String,
    and_,
    any_,
    case,
    cast,
    collate,
    column,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.types import UserDefinedType

from server.calendars.tables import OccupancyTable
from server.properties.tables import PropertyTable
from server.search.rules import days
from server.search.rules.asked import Asked, minor_by_currency
from server.search.rules.places import EARTH_RADIUS_KM, Box, box_around, box_between, outline, wider
from server.search.rules.words import Word
from server.search.tables import BEDROOMS, CITY_TOLD, OFFERS, POSTCODE_AREA, TOLD
from shared_models.areas import read_area
from shared_models.calendars import ClaimKind
from shared_models.properties import PropertyStatus
from shared_models.search import SearchPart, SearchRequest
from shared_models.search_map import SHOWN_PARTS
from shared_models.search_words import Price
from shared_models.stay_dates import Stay, shifted
from shared_models.stay_limits import MAX_PREPARATION_DAYS, weekday_of

_home: Any = PropertyTable
_claim: Any = OccupancyTable
_TINY_DEGREES = 1e-12  # a tenth of a micrometre on the ground; PostgreSQL refuses products too small for its floats

_FINER = 100_000


def shown(column: Any) -> ColumnElement[float]:
    """`shared_models.search_map.shown`, to the last bit."""
    parts: ColumnElement[Any] = func.floor(column * float(SHOWN_PARTS) + 0.5)
    return cast(parts / float(SHOWN_PARTS), Float)


SHOWN_LATITUDE, SHOWN_LONGITUDE = shown(_home.latitude), shown(_home.longitude)


class _Polygon(UserDefinedType[Any]):
    """PostgreSQL's own."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "polygon"


# Spelled out, not bound: a prepared plan uses a partial index only when it can see that the condition is the same.
PUBLISHED = _home.status == literal(PropertyStatus.PUBLISHED.value, literal_execute=True)
Condition = ColumnElement[bool]


def always(asked: Asked) -> list[Condition]:
    """What nobody can do without: the home is on show and let that way."""
    return [PUBLISHED, _home.let_type == asked.let_type.value]


def conditions(asked: Asked, words: list[Word], now: datetime) -> Iterator[Condition]:
    """All that a home must fulfil to fit at `now`."""
    yield from always(asked)
    for word in words:
        if not word.small:
            yield has_word(word)
    for parts in part_conditions(asked, now).values():
        yield from parts


def part_conditions(asked: Asked, now: datetime) -> dict[SearchPart, list[Condition]]:
    """The parts of a wish apart from its words; those that ask for nothing are not there."""
    request = asked.request
    parts: dict[SearchPart, list[Condition]] = {
        SearchPart.OFFERS: list(_offers(asked)),
        SearchPart.ROOMS: [*rooms_at_least(BEDROOMS, asked.bedrooms), *rooms_at_least(_home.beds, request.beds)],
        SearchPart.INSTANT: [_home.instant_book] if asked.instant else [],
        SearchPart.TYPES: list(of_types(asked)),
        SearchPart.PRICE: list(_priced(asked)),
        SearchPart.GUESTS: [] if asked.guests is None else [or_(_home.sleeps.is_(None), _home.sleeps >= asked.guests)],
        SearchPart.PLACE: list(_placed(request)),
        SearchPart.DATES: [] if request.stay is None else list(bookable(request.stay, now)),
    }
    parts[SearchPart.ROOMS] += rooms_at_least(_home.bathrooms, asked.bathrooms)
    return {part: conditions for part, conditions in parts.items() if conditions}


def has_word(word: Word) -> Condition:
    """Whether a home has a word, one that begins with it, what it may be a slip of, or stands in the place it names."""
    has: list[Condition] = [TOLD.like(pattern) for pattern in patterns(word)]
    # Names of one city are words elsewhere: `rim` is Rome in Czech.
    has += [and_(TOLD.like(f"% {name} %"), CITY_TOLD.like(f"% {name} %")) for name in word.names]
    if word.country is not None:
        has.append(_home.country == word.country)
    if word.area is not None:
        has.append(literal(word.area) == POSTCODE_AREA)
    return or_(*has)


def patterns(word: Word) -> Iterator[str]:
    """What to look for in the text of a home. No folded word has a wildcard of LIKE: they part words."""
    if word.inside:
        yield f"%{word.typed}%"
        return
    # A country's code is a word of many languages, and the beginning of more.
    yield f"% {word.typed} %" if word.country is not None else f"% {word.typed}%"
    yield from (f"% {form} %" for form in word.forms if not form.startswith(word.typed))
    yield from (f"% {near}%" for near in word.near)


def _offers(asked: Asked) -> Iterator[Condition]:
    if asked.offers:
        yield OFFERS.contains(sorted(asked.offers))


def rooms_at_least(rooms: Any, number: int | None) -> list[Condition]:
    """At least so many; a home that has not said how many is not found."""
    return [] if number is None else [rooms >= number]


def of_types(asked: Asked) -> list[Condition]:
    """Any of the kinds asked for."""
    return [_home.type.in_(sorted(asked.types))] if asked.types else []


def _priced(asked: Asked) -> Iterator[Condition]:
    request = asked.request
    if request.currency is not None:
        yield _home.currency == request.currency.value
    if request.price_min is not None:
        yield _home.price_minor >= request.price_min
    if request.price_max is not None:
        yield _home.price_minor <= request.price_max
    for price in asked.said_prices:
        yield from _within(price)


def _within(price: Price) -> Iterator[Condition]:
    if price.currency is not None:
        yield _home.currency == price.currency.value
    if price.low is not None:
        yield or_(
            *(
                and_(_home.currency.in_(currencies), _home.price_minor >= minor)
                for minor, currencies in minor_by_currency(price.low).items()
            )
        )
    if price.high is not None:
        yield or_(
            *(
                and_(_home.currency.in_(currencies), _home.price_minor <= minor)
                for minor, currencies in minor_by_currency(price.high).items()
            )
        )


def _placed(request: SearchRequest) -> Iterator[Condition]:
    if request.latitude is not None and request.longitude is not None and request.radius_km is not None:
        yield inside(box_around(request.latitude, request.longitude, request.radius_km))
        yield kilometres(request.latitude, request.longitude) <= request.radius_km
    if (
        request.south is not None
        and request.west is not None
        and request.north is not None
        and request.east is not None
    ):
        yield inside(box_between(request.south, request.west, request.north, request.east))
    if request.area is not None:
        yield _within_area(request.area)


def inside(box: Box) -> Condition:
    """Whether a home stands in a box. Asked of the columns too, a little wider: those have an index."""
    return and_(_between(_home.latitude, _home.longitude, wider(box)), _between(SHOWN_LATITUDE, SHOWN_LONGITUDE, box))


def _between(latitude: Any, longitude: Any, box: Box) -> Condition:
    spans = [longitude.between(west, east) for west, east in box.spans]
    return and_(latitude.between(box.south, box.north), or_(*spans))


def _within_area(area: str) -> Condition:
    """By PostgreSQL's own geometry, on the map as it is drawn: sides are straight between degrees, and inside."""
    drawn = outline(read_area(area))
    # It takes a point for one on a side when a product of lengths is below a millionth. In degrees that is metres.
    corners = ",".join(f"({east * _FINER!r},{north * _FINER!r})" for north, east in drawn.corners)
    polygon = cast(literal(f"({corners})", String), _Polygon)
    norths = [north for north, _ in drawn.corners]
    stands = [
        func.point((SHOWN_LONGITUDE + turn) * _FINER, SHOWN_LATITUDE * _FINER).bool_op("<@")(polygon)
        for turn in drawn.turns
    ]
    near = wider(Box(min(norths), max(norths), ()))
    return and_(_home.latitude.between(near.south, near.north), or_(*stands))


def kilometres(latitude: float, longitude: float) -> ColumnElement[float]:
    """The great-circle distance from a point: haversine, exact also for near neighbours."""
    north = func.sind(_off(SHOWN_LATITUDE, latitude) / 2)
    east = func.sind(_off(SHOWN_LONGITUDE, longitude) / 2)
    chord = north * north + func.cosd(SHOWN_LATITUDE) * func.cosd(literal(latitude, Float)) * east * east
    return 2 * EARTH_RADIUS_KM * func.asin(func.least(1.0, func.sqrt(chord)), type_=Float)


def _off(column: Any, degrees: float) -> ColumnElement[float]:
    off = column - literal(degrees, Float)
    return case((func.abs(off) < _TINY_DEGREES, 0.0), else_=off)


def bookable(stay: Stay, now: datetime) -> Iterator[ColumnElement[bool]]:
    """`shared_models.bookings.refusals` and the calendar, as conditions; what is unknown refuses nobody."""
    zones = days.zones_open_for(stay, now)
    if zones is not None:
        yield _home.zone == any_(literal(zones, ARRAY(String)))
    yield from _check_in_allowed(stay.check_in, now)
    shortest = func.coalesce(_seasonal_minimum(stay.check_in), _home.min_nights)
    yield or_(
        and_(_home.seasons.is_(None), or_(_home.min_nights.is_(None), _home.min_nights <= stay.nights)),
        and_(_home.seasons.is_not(None), func.coalesce(shortest, 1) <= stay.nights),
    )
    yield or_(_home.max_nights.is_(None), _home.max_nights >= stay.nights)
    yield ~exists().where(
        _claim.property_id == _home.id,
        _claim.period.overlaps(Range(stay.check_in, stay.check_out)),
        or_(_claim.expires_at.is_(None), _claim.expires_at > now),
    )
    yield or_(func.coalesce(_home.preparation_days, 0) == 0, ~_guests_too_near(stay, now))


def _check_in_allowed(check_in: date, now: datetime) -> Iterator[ColumnElement[bool]]:
    """Notice, booking window and weekdays. Most homes have none, and then no zone is looked up."""
    usual, others = days.days_ahead(check_in, now)
    elsewhere = [(_home.zone == any_(literal(zones, ARRAY(String))), ahead) for ahead, zones in others.items()]
    ahead = case(*elsewhere, else_=usual) if elsewhere else literal(usual)
    yield or_(_home.advance_notice_days.is_(None), _home.advance_notice_days <= ahead)
    yield or_(_home.booking_window_days.is_(None), _home.booking_window_days >= ahead)
    yield or_(_home.check_in_weekdays.is_(None), literal(weekday_of(check_in).value) == any_(_home.check_in_weekdays))


def _seasonal_minimum(check_in: date) -> ScalarSelect[int]:
    """The longest minimum of the seasons that an arrival lies in (`shared_models.stay_limits.Season.holds`)."""
    season = func.jsonb_to_recordset(_home.seasons).table_valued(
        column("first", String), column("last", String), column("min_nights", Integer)
    )
    season = season.render_derived(with_types=True)
    day = literal(check_in.isoformat()[5:])
    first, last = collate(season.c.first, "C"), collate(season.c.last, "C")
    within = and_(first <= last, day >= first, day <= last)
    holds = or_(within, and_(first > last, or_(day >= first, day <= last)))
    return select(func.max(season.c.min_nights)).where(holds).scalar_subquery()


def _guests_too_near(stay: Stay, now: datetime) -> ColumnElement[bool]:
    """Whether another guest is nearer than the nights a home keeps free between two stays; blocks may be near."""
    apart = func.coalesce(_home.preparation_days, 0)
    widest = Range(shifted(stay.check_in, -MAX_PREPARATION_DAYS), shifted(stay.check_out, MAX_PREPARATION_DAYS))
    return exists().where(
        _claim.property_id == _home.id,
        _claim.kind != ClaimKind.BLOCK.value,
        # Wide and the same for every home, so that an index can help; then as near as the home says.
        _claim.period.overlaps(widest),
        _claim.period.overlaps(
            func.daterange(literal(stay.check_in, Date) - apart, literal(stay.check_out, Date) + apart)
        ),
        or_(_claim.expires_at.is_(None), _claim.expires_at > now),
    )
