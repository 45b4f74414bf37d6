"""Which days a start page is about, and how stays and claims become what it shows. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from shared_models.bookings import BookingRead
from shared_models.calendars import ClaimKind, Period
from shared_models.stay_dates import local_day, shifted
from shared_models.today import VISIT_DAYS, NightLet, Visit, VisitKind

LET = frozenset({ClaimKind.BOOKING, ClaimKind.TENANCY})
"""The claims of people who stay; all others only keep a night from being free."""


def around_today(now: datetime, days: int) -> Period:
    """Every date that is one of the next `days` somewhere on earth; each home's own clock decides afterwards."""
    today = now.astimezone(UTC).date()
    return Period(start=shifted(today, -1), end=shifted(today, days + 1))


def main_day(zones: Sequence[str], now: datetime) -> date:
    """The date it is where most of these homes stand; of equally many, by the name of the zone."""
    counted = Counter(zones)
    main = min(counted, key=lambda zone: (-counted[zone], zone), default="UTC")
    return local_day(now, main)


def nights_from(first: date, number: int) -> Period:
    """So many nights from a day on."""
    return Period(start=first, end=shifted(first, number))


def visits(stays: Iterable[BookingRead], now: datetime) -> list[Visit]:
    """Who comes and who goes within `VISIT_DAYS`, as each home counts its days, by day and time of day."""
    found = []
    for stay in stays:
        home, today = stay.home, local_day(now, stay.home.zone)
        moments = (
            (VisitKind.CHECK_IN, stay.check_in, home.check_in_from),
            (VisitKind.CHECK_OUT, stay.check_out, home.check_out_by),
        )
        found += [
            Visit(
                kind=kind,
                day=day,
                at=at,
                zone=home.zone,
                booking_id=stay.id,
                property_id=home.id,
                home_title=home.title,
                guest_name=stay.tenant_name,
                guests=stay.guests,
            )
            for kind, day, at in moments
            if today <= day < shifted(today, VISIT_DAYS)
        ]
    return sorted(found, key=_place)


def _place(visit: Visit) -> tuple[date, time, bool, str]:
    """Within a day by the clock; who says no time comes when most do: those who go at noon, those who come after."""
    arrives = visit.kind is VisitKind.CHECK_IN
    return visit.day, visit.at or time(15 if arrives else 12), arrives, visit.home_title


def nights_let(nights: Period, kinds: Mapping[date, Mapping[ClaimKind, int]]) -> list[NightLet]:
    """What claims make of each of these nights."""
    number = (nights.end - nights.start).days
    days = [nights.start + timedelta(days=passed) for passed in range(number)]
    return [_night(day, kinds.get(day, {})) for day in days]


def _night(day: date, kinds: Mapping[ClaimKind, int]) -> NightLet:
    let = sum(number for kind, number in kinds.items() if kind in LET)
    return NightLet(day=day, let=let, kept=sum(kinds.values()) - let)
