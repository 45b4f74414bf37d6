"""Homes, prices and stays as one would keep them on paper. Nothing of the product is used."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tests.stories.walk.prices import DAY, Facts, Line

TENANT, LANDLORD = "tenant", "landlord"
WAITS = ("held", "requested")
KEEPS_NIGHTS = (*WAITS, "confirmed", "completed")
MAX_AHEAD = MAX_NIGHTS = 730
MAX_BLOCKED = 800
MAX_HOLDS = 3


class Refused(Exception):
    """What the product must answer instead."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(status, code)
        self.answer = (status, code)


NOT_FOUND = (404, "not_found")
MALFORMED = (422, "malformed")
NOT_BOOKABLE = (409, "not_bookable")
DATES_TAKEN = (409, "dates_taken")
QUOTE_EXPIRED = (409, "quote_expired")
HOLD_LAPSED = (409, "hold_lapsed")
TOO_MANY_HOLDS = (409, "too_many_holds")
INVALID_TRANSITION = (409, "invalid_transition")
ACCOUNT_IN_USE = (409, "account_in_use")


def other_side(side: str) -> str:
    return LANDLORD if side == TENANT else TENANT


def must(holds: object, answer: tuple[int, str]) -> None:
    """Raises Refused with this answer unless something holds."""
    if not holds:
        raise Refused(*answer)


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@cache
def end_of(day: date, zone: str) -> datetime:
    """The first instant of a later date at the home, found by looking at its clock each quarter of an hour."""
    instant = datetime.combine(day, time(0), tzinfo=UTC)
    while instant.astimezone(_zone(zone)).date() <= day:
        instant += timedelta(minutes=15)
    return instant


@dataclass
class Home:
    """A home and all its landlord says of it."""

    id: str
    landlord: str
    zone: str
    facts: Facts
    feed: str = ""
    paused: bool = False
    blocks: dict[str, tuple[date, date]] = field(default_factory=dict)

    def today(self, now: datetime) -> date:
        return now.astimezone(_zone(self.zone)).date()

    def clocks_change(self, start: datetime, end: datetime) -> bool:
        zone = _zone(self.zone)
        return start.astimezone(zone).utcoffset() != end.astimezone(zone).utcoffset()

    def allows(self, check_in: date, check_out: date, guests: int, today: date) -> bool:
        """Whether a stay is within the landlord's limits, whatever is taken."""
        return self.allows_check_in(check_in, today) and self.allows_length(check_in, check_out, guests)

    def allows_check_in(self, check_in: date, today: date) -> bool:
        ahead, weekdays = (check_in - today).days, self.facts.get("check_in_weekdays")
        first = self.facts.get("advance_notice_days") or 0
        last = self.facts.get("booking_window_days") or MAX_AHEAD
        return first <= ahead <= last and (weekdays is None or f"{check_in:%A}".lower() in weekdays)

    def allows_length(self, check_in: date, check_out: date, guests: int) -> bool:
        nights, longest, sleeps = (check_out - check_in).days, self.facts.get("max_nights"), self.facts.get("sleeps")
        return self._shortest(check_in) <= nights <= (longest or MAX_NIGHTS) and guests <= (sleeps or guests)

    def _shortest(self, check_in: date) -> int:
        day = f"{check_in:%m-%d}"
        found = []
        for season in self.facts.get("seasons") or ():
            first, last = season["first"], season["last"]
            if first <= day <= last if first <= last else (day >= first or day <= last):
                found.append(season["min_nights"])
        return max(found) if found else self.facts.get("min_nights") or 1

    def end_of_stay(self, check_out: date) -> datetime:
        """The instant at which a stay is over."""
        told = self.facts.get("check_out_by")
        at = time.fromisoformat(told) if told else time(12)
        return datetime.combine(check_out, at, tzinfo=_zone(self.zone)).astimezone(UTC)

    @property
    def preparation(self) -> int:
        return self.facts.get("preparation_days") or 0


@dataclass
class Quote:
    """A price that someone was shown, for a new stay or for other dates of a booked one."""

    asker: str
    home: Home
    check_in: date
    check_out: date
    guests: int
    lines: list[Line]
    currency: str
    until: datetime
    booking: "Booking | None" = None
    used_by: "Booking | Change | None" = None
    id: str = ""

    @property
    def total(self) -> int:
        return sum(line.amount for line in self.lines)


@dataclass
class Change:
    """Other dates or guests that one side asked for."""

    by: str
    quote: Quote
    until: datetime
    status: str = "asked"
    id: str = ""
    other_hold_id: str | None = None

    def is_open(self, now: datetime) -> bool:
        return self.status == "asked" and now < self.until


@dataclass
class Booking:
    """A stay that someone holds, asked for, has or had."""

    tenant: str
    quote: Quote
    status: str
    until: datetime | None
    change: Change | None = None
    ended_by: str | None = None
    id: str = ""

    @property
    def home(self) -> Home:
        return self.quote.home

    @property
    def check_in(self) -> date:
        return self.quote.check_in

    @property
    def check_out(self) -> date:
        return self.quote.check_out

    def status_at(self, now: datetime) -> str:
        return "expired" if self.status in WAITS and self.until is not None and self.until <= now else self.status

    def is_running(self, now: datetime) -> bool:
        """Agreed, and not over."""
        return self.status == "confirmed" and now < self.home.end_of_stay(self.check_out)

    def is_open(self, now: datetime) -> bool:
        """To come, or not yet written down as over."""
        return self.status_at(now) in (*WAITS, "confirmed")

    def open_change(self, now: datetime) -> Change | None:
        return self.change if self.change is not None and self.change.is_open(now) else None

    def side_of(self, person: str) -> str:
        """Raises Refused for a stranger."""
        must(person in (self.tenant, self.home.landlord), NOT_FOUND)
        return TENANT if person == self.tenant else LANDLORD

    def end(self, status: str, by: str | None = None) -> "Booking":
        self.status, self.until, self.ended_by = status, None, by
        if self.change is not None and self.change.status == "asked":
            self.change.status = "closed"
        return self


class Claim(NamedTuple):
    """Nights that are not free, from `start` up to `end`."""

    kind: str
    start: date
    end: date
    source: str
    until: datetime | None


def nights(start: date, end: date) -> set[date]:
    return {start + DAY * passed for passed in range((end - start).days)}


def stretches(days: Iterable[date]) -> list[tuple[date, date]]:
    """Nights as stretches, each from its first up to the first that is not in it."""
    found: list[tuple[date, date]] = []
    for day in sorted(days):
        if found and found[-1][1] == day:
            found[-1] = (found[-1][0], day + DAY)
        else:
            found.append((day, day + DAY))
    return found
