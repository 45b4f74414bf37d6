"""Where things stand in the landlord's calendar. Pure: days and claims in, positions out."""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from shared_models.calendars import ClaimRead, PropertyCalendar
from shared_models.stay_dates import add_months

WEEKEND_NIGHTS = (4, 5)
"""Friday and Saturday: the nights, not the days."""


class View(StrEnum):
    """How many days are shown."""

    TWO_WEEKS = "2w"
    THREE_WEEKS = "3w"
    MONTH = "month"


@dataclass(frozen=True)
class Span:
    """The days shown: `days` of them from `start` on."""

    start: date
    days: int

    @property
    def end(self) -> date:
        """The day after the last one shown."""
        return self.start + timedelta(days=self.days)

    def each(self) -> list[date]:
        """Every day shown."""
        return [self.start + timedelta(days=passed) for passed in range(self.days)]

    def holds(self, day: date) -> bool:
        """Whether a day is shown."""
        return self.start <= day < self.end


def span_of(view: View, wished: date | None, today: date) -> Span:
    """The days of a view that begins on a wished day; without one the view begins yesterday or with this month."""
    if view is View.MONTH:
        first = (wished or today).replace(day=1)
        return Span(first, calendar.monthrange(first.year, first.month)[1])
    return Span(wished or today - timedelta(days=1), 14 if view is View.TWO_WEEKS else 21)


def moved(span: Span, view: View, steps: int) -> date:
    """Where the view begins `steps` views later (earlier, when negative)."""
    if view is View.MONTH:
        return add_months(span.start, steps)
    return span.start + timedelta(days=span.days * steps)


def view_in(word: str | None, default: View) -> View:
    """The view an address names."""
    return next((view for view in View if view.value == word), default)


def day_in(word: str | None) -> date | None:
    """The day an address names; None when it is none."""
    try:
        day = date.fromisoformat(word or "")
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None


@dataclass(frozen=True)
class Bar:
    """A claim as a bar, in days from the span's start: 0.5 is the mid-day of the first day."""

    claim: ClaimRead
    left: float
    right: float
    begins: bool
    """False when it began before the first day shown."""
    ends: bool

    @property
    def long(self) -> float:
        """How many days it covers on the screen."""
        return self.right - self.left


def bars(claims: Iterable[ClaimRead], span: Span) -> list[Bar]:
    """The bars to draw, from mid-day to mid-day, so that leaving and arriving on one day do not touch."""
    found = []
    for claim in claims:
        left = (claim.start - span.start).days + 0.5
        right = (claim.end - span.start).days + 0.5
        if right > 0 and left < span.days:
            found.append(Bar(claim, max(0.0, left), min(float(span.days), right), left >= 0, right <= span.days))
    return sorted(found, key=lambda bar: bar.left)


def is_free(claims: Iterable[ClaimRead], night: date) -> bool:
    """Whether nothing holds a night."""
    return not any(claim.start <= night < claim.end for claim in claims)


def free_homes(homes: Sequence[PropertyCalendar], span: Span) -> list[int]:
    """How many homes are free each night."""
    return [sum(is_free(home.claims, night) for home in homes) for night in span.each()]


def weeks_of(month: Span) -> list[Span]:
    """The weeks that hold a month, each from Monday to Sunday."""
    first = month.start - timedelta(days=month.start.weekday())
    starts = []
    while first < month.end:
        starts.append(first)
        first += timedelta(days=7)
    return [Span(start, 7) for start in starts]


@dataclass(frozen=True)
class Pick:
    """Days pressed to be blocked: the first, and the day it is free again (None: not pressed yet)."""

    property_id: UUID
    start: date
    end: date | None = None

    @property
    def nights(self) -> int:
        """How many nights it is; 0 while the end is missing."""
        return (self.end - self.start).days if self.end else 0


def press(pick: Pick | None, home: PropertyCalendar, day: date) -> tuple[Pick | None, bool]:
    """What is picked after a day was pressed, and whether taken nights were in the way.

    The first press is the first day, the second the day it is free again; the first day twice is one night. Days
    may be pressed in either order. With taken nights between, the second press begins anew.
    """
    free = is_free(home.claims, day)
    if pick is None or pick.property_id != home.property_id or pick.end is not None:
        return (Pick(home.property_id, day) if free else pick), False
    start, end = min(pick.start, day), max(pick.start, day)
    if start == end:
        end += timedelta(days=1)
    if any(claim.start < end and claim.end > start for claim in home.claims):
        return (Pick(home.property_id, day) if free else pick), True
    return Pick(home.property_id, start, end), False


def may_press(pick: Pick | None, home: PropertyCalendar, day: date, today: date) -> bool:
    """Whether a day can begin or end a block: free from today on, or the day the next claim begins as an end."""
    if day < today:
        return False
    if is_free(home.claims, day):
        return True
    open_here = pick is not None and pick.property_id == home.property_id and pick.end is None and pick.start < day
    return open_here and any(claim.start == day for claim in home.claims)
