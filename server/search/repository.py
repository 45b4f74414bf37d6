"""Finding homes in the database. All of a search's SQL stands behind `Homes.find`; no order depends on a collation."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Date,
    Float,
    Integer,
    Row,
    ScalarSelect,
    Select,
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
    null,
    or_,
    select,
    text,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.ext.asyncio import AsyncSession

from server.calendars.tables import OccupancyTable
from server.properties.tables import PropertyTable
from server.search import rules
from server.search.rules import After, Box
from server.search.tables import TOLD
from shared_models.calendars import ClaimKind
from shared_models.properties import PropertyStatus
from shared_models.search import PlaceKind, SearchWish, Sort
from shared_models.stay_dates import Stay, shifted
from shared_models.stay_limits import LONGEST_PREPARATION_DAYS, weekday_of

_home: Any = PropertyTable
_claim: Any = OccupancyTable
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_TINY_DEGREES = 1e-12  # a tenth of a micrometre on the ground; PostgreSQL refuses products too small for its floats

_SHOWN_SINCE = func.coalesce(_home.published_at, _home.created_at)
# Spelled out, not bound: a prepared plan uses a partial index only when it can see that the condition is the same.
PUBLISHED = _home.status == literal(PropertyStatus.PUBLISHED.value, literal_execute=True)
CARD: list[Any] = [
    _home.id,
    _home.slug,
    _home.title,
    _home.type,
    _home.let_type,
    _home.city,
    _home.neighbourhood,
    _home.latitude,
    _home.longitude,
    _home.sleeps,
    _home.bedrooms,
    _home.beds,
    _home.price_minor,
    _home.cleaning_fee_minor,
    _home.currency,
    _SHOWN_SINCE.label("shown_since"),
]


@dataclass(frozen=True)
class Found:
    """A page of homes (one more than asked for when there is a next page) and how many there are in all."""

    rows: Sequence[Row[Any]]
    total: int


class Homes:
    """Published homes."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def find(self, wish: SearchWish, after: After | None, now: datetime) -> Found:
        """The homes that fit `wish` at `now`, in its order, from `after` on. One statement: page and total agree."""
        # A plan made once for every word expects few homes for each; "edinburgh" then takes three times as long.
        await self.session.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))
        metres = _metres_from(wish)
        order = _order_of(wish.sort, metres)
        found = select(_home.id, metres.label("metres"), *order.keys()).where(*conditions(wish, now)).cte("found")
        page = select(found).order_by(*order.by(found.c)).limit(wish.limit + 1)
        if after is not None:
            page = page.where(order.beyond(found.c, after))
        shown = page.subquery("page")
        counted = select(func.count().label("total")).select_from(found).subquery("counted")
        # Joined to the one row of the count, so that a page without homes still says how many there are.
        rows = await self.session.execute(
            select(counted.c.total, shown.c.metres, *CARD)
            .select_from(counted.outerjoin(shown, true()).outerjoin(PropertyTable, _home.id == shown.c.id))
            .order_by(*order.by(shown.c))
        )
        lines: list[Any] = list(rows.all())
        return Found(rows=[line for line in lines if line.id is not None], total=lines[0].total)

    async def places(self, typed: str, most: int) -> Sequence[Row[Any]]:
        """Cities and neighbourhoods whose name holds `typed` (words with a space between), the likeliest first."""
        named = union_all(_places(PlaceKind.CITY), _places(PlaceKind.NEIGHBOURHOOD)).subquery("named")
        # " old town princes street": folded, and parted as the typed words are, so that " str" finds the last word.
        spaced = " " + func.regexp_replace(func.search_fold(named.c.name), r"[[:space:][:punct:]]+", " ", "g")
        wanted = func.search_fold(typed)
        begins = spaced.like("% " + wanted + "%")
        found = await self.session.execute(
            select(named)
            .where(spaced.like("%" + wanted + "%"))
            .order_by(begins.desc(), named.c.homes.desc(), *(collate(named.c[part], "C") for part in _PLACE))
            .limit(most)
        )
        return found.all()

    async def cities(self, most: int) -> Sequence[Row[Any]]:
        """The cities with most published homes, those first."""
        cities = _places(PlaceKind.CITY).subquery("cities")
        order = (cities.c.homes.desc(), collate(cities.c.city, "C"), collate(cities.c.country, "C"))
        return (await self.session.execute(select(cities).order_by(*order).limit(most))).all()


_PLACE = ("kind", "name", "city", "country")


def _places(kind: PlaceKind) -> Select[Any]:
    """Every city, or every neighbourhood, with published homes: how many, and the middle of them.

    Longitudes are averaged as directions, so that a place on both sides of the 180th meridian keeps its middle.
    """
    name = _home.city if kind == PlaceKind.CITY else _home.neighbourhood
    east, north = func.avg(func.sind(_home.longitude)), func.avg(func.cosd(_home.longitude))
    return (
        select(
            literal(kind.value).label("kind"),
            name.label("name"),
            _home.city,
            _home.country,
            func.avg(_home.latitude).label("latitude"),
            func.degrees(func.atan2(east, north)).label("longitude"),
            func.count().label("homes"),
        )
        .where(PUBLISHED, name.is_not(None))
        .group_by(*dict.fromkeys((name, _home.city, _home.country)))
    )


@dataclass(frozen=True)
class _Order:
    """A sort: its parts, then the id, all upwards or all downwards, so that one comparison of rows finds the rest."""

    parts: tuple[ColumnElement[Any], ...]
    downwards: bool = False

    def keys(self) -> list[ColumnElement[Any]]:
        return [part.label(f"key_{place}") for place, part in enumerate(self.parts)]

    def _columns(self, columns: Any) -> list[ColumnElement[Any]]:
        return [*(columns[f"key_{place}"] for place in range(len(self.parts))), columns.id]

    def by(self, columns: Any) -> list[ColumnElement[Any]]:
        return [column.desc() if self.downwards else column.asc() for column in self._columns(columns)]

    def beyond(self, columns: Any, after: After) -> ColumnElement[bool]:
        """What comes after a home in this order."""
        here = tuple_(*self._columns(columns))
        first: Any = _EPOCH + after.number * _MICROSECOND if self.downwards else after.number
        there = tuple_(*([after.currency] if len(self.parts) > 1 else []), first, after.id)
        return here < there if self.downwards else here > there


def _order_of(sort: Sort, metres: ColumnElement[Any]) -> _Order:
    # Amounts of two currencies are not compared: each currency has its own stretch of the list.
    currency = collate(_home.currency, "C")
    orders = {
        Sort.NEWEST: _Order((_SHOWN_SINCE,), downwards=True),
        Sort.PRICE_LOW: _Order((currency, _home.price_minor)),
        Sort.PRICE_HIGH: _Order((currency, -_home.price_minor)),
        Sort.DISTANCE: _Order((metres,)),
    }
    return orders[sort]


def after_of(sort: Sort, row: Row[Any]) -> After:
    """The sort key of a found home."""
    if sort == Sort.NEWEST:
        return After("", (row.shown_since - _EPOCH) // _MICROSECOND, row.id)
    if sort == Sort.DISTANCE:
        return After("", row.metres, row.id)
    return After(row.currency, row.price_minor if sort == Sort.PRICE_LOW else -row.price_minor, row.id)


def conditions(wish: SearchWish, now: datetime) -> Iterator[ColumnElement[bool]]:
    """What a home must fulfil to be found by `wish`."""
    yield PUBLISHED
    yield _home.let_type == wish.let_type.value
    for word in rules.words(wish.text):
        # No word folds to a wildcard of LIKE: they are punctuation, which parts words.
        yield TOLD.like("%" + func.search_fold(word) + "%")
    if wish.types:
        yield _home.type.in_([kind.value for kind in wish.types])
    if wish.currency is not None:
        yield _home.currency == wish.currency.value
    if wish.price_min is not None:
        yield _home.price_minor >= wish.price_min
    if wish.price_max is not None:
        yield _home.price_minor <= wish.price_max
    if wish.guests is not None:
        yield or_(_home.sleeps.is_(None), _home.sleeps >= wish.guests)
    if wish.latitude is not None and wish.longitude is not None and wish.radius_km is not None:
        yield inside(rules.box_around(wish.latitude, wish.longitude, wish.radius_km))
        yield kilometres(wish.latitude, wish.longitude) <= wish.radius_km
    if wish.stay is not None:
        yield from bookable(wish.stay, now)


def bookable(stay: Stay, now: datetime) -> Iterator[ColumnElement[bool]]:
    """`shared_models.bookings.refusals` and the calendar, as conditions; what is unknown refuses nobody."""
    zones = rules.zones_open_for(stay, now)
    if zones is not None:
        yield _home.zone == any_(literal(zones, ARRAY(String)))
    yield from _arrival_allowed(stay.arrive, now)
    shortest = func.coalesce(_seasonal_minimum(stay.arrive), _home.min_nights)
    yield or_(
        and_(_home.seasons.is_(None), or_(_home.min_nights.is_(None), _home.min_nights <= stay.nights)),
        and_(_home.seasons.is_not(None), func.coalesce(shortest, 1) <= stay.nights),
    )
    yield or_(_home.max_nights.is_(None), _home.max_nights >= stay.nights)
    yield ~exists().where(
        _claim.property_id == _home.id,
        _claim.period.overlaps(Range(stay.arrive, stay.leave)),
        or_(_claim.expires_at.is_(None), _claim.expires_at > now),
    )
    yield or_(func.coalesce(_home.preparation_days, 0) == 0, ~_guests_too_near(stay, now))


def _arrival_allowed(arrive: date, now: datetime) -> Iterator[ColumnElement[bool]]:
    """Notice, booking window and weekdays. Most homes have none, and then no zone is looked up."""
    usual, others = rules.days_ahead(arrive, now)
    elsewhere = [(_home.zone == any_(literal(zones, ARRAY(String))), ahead) for ahead, zones in others.items()]
    ahead = case(*elsewhere, else_=usual) if elsewhere else literal(usual)
    yield or_(_home.advance_notice_days.is_(None), _home.advance_notice_days <= ahead)
    yield or_(_home.booking_window_days.is_(None), _home.booking_window_days >= ahead)
    yield or_(_home.arrival_weekdays.is_(None), literal(weekday_of(arrive).value) == any_(_home.arrival_weekdays))


def _seasonal_minimum(arrive: date) -> ScalarSelect[int]:
    """The longest minimum of the seasons that an arrival lies in (`shared_models.stay_limits.Season.holds`)."""
    season = func.jsonb_to_recordset(_home.seasons).table_valued(
        column("first", String), column("last", String), column("min_nights", Integer)
    )
    season = season.render_derived(with_types=True)
    told = literal(arrive.isoformat()[5:])
    first, last = collate(season.c.first, "C"), collate(season.c.last, "C")
    within = and_(first <= last, told >= first, told <= last)
    holds = or_(within, and_(first > last, or_(told >= first, told <= last)))
    return select(func.max(season.c.min_nights)).where(holds).scalar_subquery()


def _guests_too_near(stay: Stay, now: datetime) -> ColumnElement[bool]:
    """Whether another guest is nearer than the nights a home keeps free between two stays; blocks may be near."""
    apart = func.coalesce(_home.preparation_days, 0)
    widest = Range(shifted(stay.arrive, -LONGEST_PREPARATION_DAYS), shifted(stay.leave, LONGEST_PREPARATION_DAYS))
    return exists().where(
        _claim.property_id == _home.id,
        _claim.kind != ClaimKind.BLOCK.value,
        # Wide and the same for every home, so that an index can help; then as near as the home says.
        _claim.period.overlaps(widest),
        _claim.period.overlaps(func.daterange(literal(stay.arrive, Date) - apart, literal(stay.leave, Date) + apart)),
        or_(_claim.expires_at.is_(None), _claim.expires_at > now),
    )


def inside(box: Box) -> ColumnElement[bool]:
    """Whether a home stands in a box."""
    spans = [_home.longitude.between(west, east) for west, east in box.spans]
    return and_(_home.latitude.between(box.south, box.north), or_(*spans))


def kilometres(latitude: float, longitude: float) -> ColumnElement[float]:
    """The great-circle distance from a point: haversine, exact also for near neighbours."""
    north = func.sind(_off(_home.latitude, latitude) / 2)
    east = func.sind(_off(_home.longitude, longitude) / 2)
    chord = north * north + func.cosd(_home.latitude) * func.cosd(literal(latitude, Float)) * east * east
    return 2 * rules.EARTH_RADIUS_KM * func.asin(func.least(1.0, func.sqrt(chord)), type_=Float)


def _off(column: Any, degrees: float) -> ColumnElement[float]:
    off = column - literal(degrees, Float)
    return case((func.abs(off) < _TINY_DEGREES, 0.0), else_=off)


def _metres_from(wish: SearchWish) -> ColumnElement[Any]:
    if wish.latitude is None or wish.longitude is None:
        return cast(null(), BigInteger)
    return cast(func.round(kilometres(wish.latitude, wish.longitude) * 1000), BigInteger)
