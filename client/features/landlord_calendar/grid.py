"""Where things stand in the landlord's calendar. Pure: days and claims in, positions out."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from shared_models.calendars import ClaimRead, PropertyCalendar
from shared_models.stay_dates import add_months

WEEKEND_NIGHTS = (4, 5)
"""Friday and Saturday: the nights, not the days."""


class View(StrEnum):
    """How many days are shown."""

    TWO_WEEKS = "2w"
    THREE_WEEKS = "3w"
    MONTH = "month"
    QUARTER = "quarter"


MONTHS: Final = {View.MONTH: 1, View.QUARTER: 3}
"""Views of whole months, and of how many."""
LEAST_DAY: Final = {View.TWO_WEEKS: 32.0, View.THREE_WEEKS: 32.0, View.MONTH: 26.0, View.QUARTER: 9.0}
"""How narrow a day may become before the days scroll sideways."""
NARROW_DAY: Final = 24
"""A narrower day has no room for its number."""


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
    if view in MONTHS:
        first = (wished or today).replace(day=1)
        return Span(first, (add_months(first, MONTHS[view]) - first).days)
    return Span(wished or today - timedelta(days=1), 14 if view is View.TWO_WEEKS else 21)


def moved(span: Span, view: View, steps: int) -> date:
    """Where the view begins `steps` views later (earlier, when negative)."""
    if view in MONTHS:
        return add_months(span.start, MONTHS[view] * steps)
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
    """How many of the homes on show are free each night: the others cannot be booked, and Today leaves them out too."""
    return [sum(home.on_show and is_free(home.claims, night) for home in homes) for night in span.each()]


def day_width(view: View, span: Span, room: float) -> float:
    """How wide a day is when the days have this much room: in half pixels, so that lines stay sharp."""
    return max(LEAST_DAY[view], int(2 * room / span.days) / 2)


def columns(view: View, span: Span, room: float, least_names: float) -> tuple[float, float]:
    """The width of the column of names and of a day. The names get what the days leave over, so that nothing is cut."""
    day = day_width(view, span, room - least_names)
    return max(least_names, room - day * span.days), day


@dataclass(frozen=True)
class Stretch:
    """Some days of a span that are headed together: a month, or a week in a narrow view."""

    first: date
    offset: int
    days: int


def months_of(span: Span) -> list[Stretch]:
    """The months in a span, each with as many days of it as are shown."""
    return _stretches(span, lambda day: day.day == 1)


def weeks_in(span: Span) -> list[Stretch]:
    """The weeks in a span, from Monday; the first and the last may be cut."""
    return _stretches(span, lambda day: day.weekday() == 0)


def _stretches(span: Span, begins: Callable[[date], bool]) -> list[Stretch]:
    starts = [number for number, day in enumerate(span.each()) if number == 0 or begins(day)]
    ends = [*starts[1:], span.days]
    return [
        Stretch(span.start + timedelta(days=start), start, end - start) for start, end in zip(starts, ends, strict=True)
    ]


def fewest_by_week(free: Sequence[int], span: Span) -> list[tuple[Stretch, int]]:
    """The worst night of each week: for views too narrow for a figure a night."""
    return [(week, min(free[week.offset : week.offset + week.days])) for week in weeks_in(span)]


def weeks_of(month: Span) -> list[Span]:
    """The weeks that hold a month, each from Monday to Sunday."""
    first = month.start - timedelta(days=month.start.weekday())
    starts = []
    while first < month.end:
        starts.append(first)
        first += timedelta(days=7)
    return [Span(start, 7) for start in starts]
