"""Staying somewhere: the price of a stay, its limits, and the states of a booking.

`price_stay` and `refusals` run on both sides: the client shows at once, the server decides. Its quote is the truth.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared_models.base import Input, Output
from shared_models.calendars import Period
from shared_models.money import Money
from shared_models.properties import LetType
from shared_models.stay_dates import FARTHEST_ARRIVAL_DAYS, Stay, add_months, months_of

RULES_VERSION = 1
"""Which version of the price rules made a quote; raised whenever the same wish would get another price."""
QUOTE_MINUTES = 30
HOLD_MINUTES = 15
MOST_HOLDS = 3
"""How many live holds one person may have."""

Guests = Annotated[int, Field(ge=1, le=100)]


class BookingStatus(StrEnum):
    """Where a booking stands."""

    REQUESTED = "requested"
    HELD = "held"
    CONFIRMED = "confirmed"
    COMPLETED = "completed"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    NO_SHOW = "no_show"
    UNKNOWN = "unknown"


MOVES: dict[BookingStatus, frozenset[BookingStatus]] = {
    BookingStatus.REQUESTED: frozenset(
        {BookingStatus.CONFIRMED, BookingStatus.DECLINED, BookingStatus.CANCELLED, BookingStatus.EXPIRED}
    ),
    BookingStatus.HELD: frozenset({BookingStatus.CONFIRMED, BookingStatus.CANCELLED, BookingStatus.EXPIRED}),
    BookingStatus.CONFIRMED: frozenset({BookingStatus.COMPLETED, BookingStatus.CANCELLED, BookingStatus.NO_SHOW}),
    BookingStatus.COMPLETED: frozenset(),
    BookingStatus.DECLINED: frozenset(),
    BookingStatus.CANCELLED: frozenset(),
    BookingStatus.EXPIRED: frozenset(),
    BookingStatus.NO_SHOW: frozenset(),
}
"""Every allowed move of a booking."""

LIVE = frozenset({BookingStatus.REQUESTED, BookingStatus.HELD, BookingStatus.CONFIRMED})
"""The states in which a booking claims its nights."""


class PaymentWay(StrEnum):
    """How a stay is paid."""

    ON_ARRIVAL = "on_arrival"
    UNKNOWN = "unknown"


class PriceTerms(Output):
    """What decides the price of a stay."""

    let_type: LetType
    price: Money
    cleaning_fee: Money | None = None


class LineKind(StrEnum):
    """What a line of a quote is for."""

    NIGHTS = "nights"
    MONTHS = "months"
    DAYS = "days"
    CLEANING = "cleaning"
    UNKNOWN = "unknown"


class QuoteLine(Output):
    """One line: `quantity` of something at `unit` each makes `amount`.

    For DAYS (the part of a month at the end of a monthly stay) `unit` is the price of that whole month and `of_days`
    its length: amount = unit * quantity / of_days, rounded once.
    """

    kind: LineKind
    quantity: int
    of_days: int | None = None
    unit: Money
    amount: Money
    first: date | None = None
    last: date | None = None
    """The first and the last night the line is for."""


def price_stay(terms: PriceTerms, stay: Stay) -> list[QuoteLine]:
    """The lines of a stay's price; they add up to its total.

    By the month the price is exact: whole months from the day of arrival (see `months_of`), then the remaining days as
    their share of the month they begin, rounded half up to the minor unit.
    """
    last = stay.leave - timedelta(days=1)
    if terms.let_type == LetType.MONTHLY:
        lines = _monthly_lines(terms.price, stay, last)
    else:
        amount = terms.price.times(stay.nights)
        lines = [
            QuoteLine(
                kind=LineKind.NIGHTS,
                quantity=stay.nights,
                unit=terms.price,
                amount=amount,
                first=stay.arrive,
                last=last,
            )
        ]
    if terms.cleaning_fee is not None and terms.cleaning_fee.amount_minor:
        fee = terms.cleaning_fee
        lines.append(QuoteLine(kind=LineKind.CLEANING, quantity=1, unit=fee, amount=fee))
    return lines


def _monthly_lines(price: Money, stay: Stay, last: date) -> list[QuoteLine]:
    months = months_of(stay)
    whole = int(months)
    lines = []
    begin, end = add_months(stay.arrive, whole), add_months(stay.arrive, whole + 1)
    if whole:
        eve = begin - timedelta(days=1)
        amount = price.times(whole)
        lines.append(
            QuoteLine(kind=LineKind.MONTHS, quantity=whole, unit=price, amount=amount, first=stay.arrive, last=eve)
        )
    if days := (stay.leave - begin).days:
        lines.append(
            QuoteLine(
                kind=LineKind.DAYS,
                quantity=days,
                of_days=(end - begin).days,
                unit=price,
                amount=price.times(months - whole),
                first=begin,
                last=last,
            )
        )
    return lines


def total_of(lines: Iterable[QuoteLine]) -> Money:
    """What the lines add up to. Raises ValueError without any line or when currencies mix."""
    first, *rest = (line.amount for line in lines)
    total = first
    for amount in rest:
        total = total + amount
    return total


class StayLimits(Output):
    """What a home allows, whoever asks. None: the landlord has set no limit."""

    min_nights: int | None = None
    max_nights: int | None = None
    sleeps: int | None = None
    instant_book: bool = True


class Refusal(StrEnum):
    """Why a stay cannot be booked, apart from taken dates."""

    IN_THE_PAST = "in_the_past"
    TOO_FAR_AHEAD = "too_far_ahead"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_MANY_GUESTS = "too_many_guests"
    NOT_INSTANT = "not_instant"
    UNKNOWN = "unknown"


def refusals(limits: StayLimits, stay: Stay, guests: int, today: date) -> list[Refusal]:
    """Why this stay cannot be booked here; empty when it can. `today` is the home's local date.

    A limit that the landlord has not set refuses nobody: what is unknown is not invented.
    """
    checks = {
        Refusal.IN_THE_PAST: stay.arrive < today,
        Refusal.TOO_FAR_AHEAD: (stay.arrive - today).days > FARTHEST_ARRIVAL_DAYS,
        Refusal.TOO_SHORT: limits.min_nights is not None and stay.nights < limits.min_nights,
        Refusal.TOO_LONG: limits.max_nights is not None and stay.nights > limits.max_nights,
        Refusal.TOO_MANY_GUESTS: limits.sleeps is not None and guests > limits.sleeps,
        Refusal.NOT_INSTANT: not limits.instant_book,
    }
    return [reason for reason, holds in checks.items() if holds]


class QuoteRequest(Input):
    """Ask for the price of a stay."""

    property_id: UUID
    arrive: date
    leave: date
    guests: Guests


class Quote(Output):
    """A price that is kept for its asker until `expires_at`, even if the landlord changes theirs meanwhile."""

    id: UUID
    property_id: UUID
    arrive: date
    leave: date
    guests: int
    lines: list[QuoteLine]
    total: Money
    rules_version: int
    expires_at: datetime


class BookingRequest(Input):
    """Hold the dates of a quote for 15 minutes."""

    quote_id: UUID


class BookedHome(Output):
    """The home of a booking, as both parties see it in their lists. The street is told once it is confirmed."""

    id: UUID
    slug: str
    title: str
    city: str
    neighbourhood: str | None
    address_line: str | None = None
    postcode: str | None = None
    zone: str
    check_in_from: time | None
    check_out_by: time | None


class BookingRead(Output):
    """A booking as its tenant or its landlord sees it."""

    id: UUID
    reference: str
    """Eight letters and figures to say on the phone."""
    status: BookingStatus
    home: BookedHome
    arrive: date
    leave: date
    guests: int
    lines: list[QuoteLine]
    total: Money
    payment: PaymentWay
    tenant_name: str
    landlord_name: str
    hold_expires_at: datetime | None
    created_at: datetime
    confirmed_at: datetime | None


class BookingSide(StrEnum):
    """Whose bookings a list shows: those I made, or those at my homes."""

    TENANT = "tenant"
    LANDLORD = "landlord"


class BookingTime(StrEnum):
    """Which bookings a list shows by date: to come (or on now), past, or all."""

    UPCOMING = "upcoming"
    PAST = "past"
    ALL = "all"


def free_gaps(taken: Iterable[Period], start: date, end: date) -> list[Period]:
    """The free stretches between `start` and `end`, given taken periods in any order."""
    gaps: list[Period] = []
    for period in sorted(taken, key=lambda period: period.start):
        if period.start > start:
            gaps.append(Period(start=start, end=min(period.start, end)))
        start = max(start, period.end)
        if start >= end:
            return gaps
    return [*gaps, Period(start=start, end=end)] if start < end else gaps
