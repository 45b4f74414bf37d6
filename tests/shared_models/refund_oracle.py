"""The refund of a stay, worked out a night at a time and without a look at how the product does it.

It knows the terms as the issue words them, prices of single nights, and an instant; when a refund becomes less it
finds by trying instants, never by asking for deadlines.
"""

from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from shared_models.cancellation import CancelledStay
from shared_models.cancellation_terms import CancellationPolicy
from shared_models.prices import LineKind, QuoteLine
from shared_models.stay_dates import add_months

DAY = timedelta(days=1)


def utc_of(day: date, hour: time, zone: str) -> datetime:
    """The first instant at which a clock in the zone shows this; where it never does, by the offset of before."""
    wall, tz = datetime.combine(day, hour, tzinfo=UTC), ZoneInfo(zone)
    before, after = (there.astimezone(tz).utcoffset() or timedelta() for there in (wall - DAY, wall + DAY))
    shows = [wall - offset for offset in {before, after}]
    shows = [at for at in shows if at.astimezone(tz).replace(tzinfo=UTC) == wall]
    return min(shows, default=wall - before)


def kept_minor(booked: CancelledStay, moment: datetime) -> list[int]:
    """What is kept of each line when the tenant cancels at this moment, in minor units."""
    nights = _kept_of_nights(booked, moment)
    begun = moment >= utc_of(booked.stay.check_in, booked.terms.check_in_hour, booked.zone)
    return [_kept_of_line(line, booked, nights, begun and not _is_free(booked, moment)) for line in booked.lines]


def refund_minor(booked: CancelledStay, moment: datetime) -> int:
    """What comes back, in minor units."""
    paid = sum(line.amount.amount_minor for line in booked.lines)
    return paid - sum(kept_minor(booked, moment))


def next_drop(booked: CancelledStay, moment: datetime) -> datetime | None:
    """The first whole second after a moment at which less comes back, found by halving."""
    now = refund_minor(booked, moment)
    low, high = moment, utc_of(booked.stay.check_out, time(0), booked.zone) + 2 * DAY
    if high <= low or refund_minor(booked, high) >= now:
        return None
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
        if refund_minor(booked, middle) < now:
            high = middle
        else:
            low = middle
    return high


def _is_free(booked: CancelledStay, moment: datetime) -> bool:
    confirmed = booked.confirmed_at
    if confirmed is None:
        return False
    week_before = utc_of(booked.stay.check_in - 7 * DAY, booked.terms.check_in_hour, booked.zone)
    return confirmed <= week_before and (moment - confirmed).total_seconds() < 24 * 3600


def _kept_of_nights(booked: CancelledStay, moment: datetime) -> dict[date, Fraction]:
    """Which part of each night is kept."""
    stay, hour = booked.stay, booked.terms.check_in_hour
    days = [stay.check_in + number * DAY for number in range(stay.nights)]
    if _is_free(booked, moment):
        return dict.fromkeys(days, Fraction(0))

    def in_time(days_before: int) -> bool:
        return moment < utc_of(stay.check_in - days_before * DAY, hour, booked.zone)

    begun = not in_time(0)
    slept = sum(utc_of(day + DAY, time(0), booked.zone) <= moment for day in days) if begun else 0
    policy = booked.terms.policy
    if stay.nights >= 28:
        return _first_of(days, 0 if in_time(30) else slept + 30)
    if policy is CancellationPolicy.FLEXIBLE:
        return _first_of(days, 0 if in_time(1) else slept + 1)
    if policy is CancellationPolicy.MODERATE:
        return _first_of(days, 0) if in_time(5) else _first_of(days, slept + 1, Fraction(1, 2))
    if policy in (CancellationPolicy.LIMITED, CancellationPolicy.FIRM):
        full = in_time(14 if policy is CancellationPolicy.LIMITED else 30)
        return dict.fromkeys(days, Fraction(0) if full else Fraction(1, 2) if in_time(7) else Fraction(1))
    backs = [tier.refund_percent for tier in booked.terms.tiers or () if in_time(tier.days_before)]
    return dict.fromkeys(days, 1 - Fraction(max(backs, default=0), 100))


def _first_of(days: list[date], count: int, others: Fraction = Fraction(0)) -> dict[date, Fraction]:
    return {day: Fraction(1) if number < count else others for number, day in enumerate(days)}


def _kept_of_line(line: QuoteLine, booked: CancelledStay, nights: dict[date, Fraction], begun: bool) -> int:
    if line.kind in (LineKind.CLEANING, LineKind.TOURIST_TAX):
        return line.amount.amount_minor if begun else 0
    exact = sum((price * nights[day] for day, price in _prices(line).items()), Fraction(0))
    whole, rest = divmod(exact, 1)
    return int(whole) + (2 * rest >= 1)


def _prices(line: QuoteLine) -> dict[date, Fraction]:
    """What each night of a line costs, exactly."""
    assert line.first is not None
    assert line.last is not None
    if line.kind is not LineKind.MONTHS:
        days = [line.first + number * DAY for number in range((line.last - line.first).days + 1)]
        return dict.fromkeys(days, Fraction(line.amount.amount_minor, len(days)))
    found: dict[date, Fraction] = {}
    for number in range(line.quantity):
        begin, end = add_months(line.first, number), add_months(line.first, number + 1)
        price = Fraction(line.amount.amount_minor, line.quantity * (end - begin).days)
        found |= {begin + day * DAY: price for day in range((end - begin).days)}
    return found
