"""Which days of a stay may be chosen, and why not. Pure: dates in, decisions out.

A night belongs to the day it begins; a stay `[check_in, check_out)` takes every night from arriving up to, not
including, the leaving day. So a day whose own night is taken can still be the day one leaves.
"""

import calendar
import dataclasses
from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

ONE_DAY: Final = timedelta(days=1)


class Off(StrEnum):
    """Why a day cannot be chosen."""

    PAST = "past"
    TOO_SOON = "too_soon"
    WRONG_WEEKDAY = "wrong_weekday"
    HAS_BEGUN = "has_begun"
    TAKEN = "taken"
    GAP_TOO_SHORT = "gap_too_short"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    PAST_NEXT_STAY = "past_next_stay"
    TOO_FAR = "too_far"


class Look(StrEnum):
    """How a day is drawn."""

    FREE = "free"
    CHECK_IN = "check_in"
    CHECK_OUT = "check_out"
    INSIDE = "inside"
    TAKEN = "taken"
    OFF = "off"


@dataclasses.dataclass(frozen=True)
class StayRules:
    """What a home allows: which nights are taken, how long a stay is, the first arrival and the last leaving day.

    A home whose rules are finer answers the two questions below by itself.
    """

    first: date
    taken: frozenset[date] = frozenset()
    shortest: int = 1
    longest: int | None = None
    last: date | None = None
    fixed: date | None = None
    """The arrival that cannot change any more: only the leaving day is chosen."""

    def shortest_from(self, check_in: date) -> int:  # noqa: ARG002 - a home with seasons asks for it
        """The fewest nights of a stay that begins on this day."""
        return self.shortest

    def refused(self, check_in: date, check_out: date) -> Off | None:
        """Why these days make no stay, whoever else stays; None if they make one."""
        length = (check_out - check_in).days
        if check_in < self.first:
            return Off.PAST
        if length < self.shortest:
            return Off.TOO_SHORT
        return Off.TOO_LONG if self.longest is not None and length > self.longest else None


@dataclasses.dataclass(frozen=True)
class DateRange:
    """What was chosen so far: nothing, an arrival, or both."""

    check_in: date | None = None
    check_out: date | None = None

    @property
    def complete(self) -> bool:
        """Both days are chosen."""
        return self.check_in is not None and self.check_out is not None

    @property
    def nights(self) -> int:
        """Nights between the two days, 0 while incomplete."""
        return (self.check_out - self.check_in).days if self.check_in and self.check_out else 0


@dataclasses.dataclass(frozen=True)
class Day:
    """One cell: how it looks and, if it cannot be pressed now, why."""

    date: date
    look: Look
    off: Off | None = None


def nights(check_in: date, check_out: date) -> Iterator[date]:
    """Every night of a stay."""
    for offset in range((check_out - check_in).days):
        yield check_in + timedelta(days=offset)


def why_no_check_in(day: date, rules: StayRules) -> Off | None:
    """None if a stay may begin on this day. A gap shorter than the shortest stay is of no use to anybody."""
    earliest_check_out = day + timedelta(days=rules.shortest_from(day))
    off = rules.refused(day, earliest_check_out)
    if day in rules.taken and off is not Off.PAST:
        return Off.TAKEN
    if off is not None:
        return off
    if rules.last is not None and earliest_check_out > rules.last:
        return Off.TOO_FAR
    if any(night in rules.taken for night in nights(day, earliest_check_out)):
        return Off.GAP_TOO_SHORT
    return None


def why_no_check_out(check_in: date, day: date, rules: StayRules) -> Off | None:
    """None if a stay that began on `check_in` may end on `day`, which lies after it."""
    off = rules.refused(check_in, day)
    if off not in (None, Off.TOO_LONG):
        return off
    if rules.last is not None and day > rules.last:
        return Off.TOO_FAR
    if any(night in rules.taken for night in nights(check_in, day)):
        return Off.PAST_NEXT_STAY
    return off


def begins(day: date, chosen: DateRange, rules: StayRules) -> date:
    """When the stay begins that a press on this day is about: on the arrival that is chosen, or on the day itself."""
    half = None if chosen.complete else chosen.check_in
    check_in = rules.fixed or half
    return check_in if check_in is not None and check_in < day else day


def why_not(day: date, chosen: DateRange, rules: StayRules) -> Off | None:
    """Why this day cannot be pressed now; None if it can."""
    begin = begins(day, chosen, rules)
    return why_no_check_out(begin, day, rules) if begin < day else why_no_check_in(day, rules)


def press(day: date, chosen: DateRange, rules: StayRules) -> DateRange:
    """The range after a day was pressed; unchanged when the day cannot be chosen.

    The first press is the arrival, the second the leaving day, a third begins anew; a press on or before the arrival
    moves the arrival.
    """
    if why_not(day, chosen, rules):
        return chosen
    begin = begins(day, chosen, rules)
    return DateRange(begin, day) if begin < day else DateRange(day)


def look_at(day: date, chosen: DateRange, rules: StayRules) -> Day:
    """How a day is drawn and whether it can be pressed now."""
    if day == chosen.check_in:
        return Day(day, Look.CHECK_IN)
    # Pressing the leaving day, or one between, begins a new stay there, if one can begin.
    off = why_not(day, chosen, rules)
    if chosen.check_out is not None and day == chosen.check_out:
        return Day(day, Look.CHECK_OUT, off)
    if chosen.check_in and chosen.check_out and chosen.check_in < day < chosen.check_out:
        return Day(day, Look.INSIDE, off)
    if off is None:
        return Day(day, Look.FREE)
    leaving = begins(day, chosen, rules) < day
    taken = day in rules.taken if leaving else off is Off.TAKEN
    return Day(day, Look.TAKEN if taken else Look.OFF, off)


def month_grid(month: date, first_weekday: int = 0) -> list[list[date | None]]:
    """The weeks of a month, empty cells as None. `first_weekday` is 0 for Monday."""
    weeks = calendar.Calendar(first_weekday).monthdatescalendar(month.year, month.month)
    return [[day if day.month == month.month else None for day in week] for week in weeks]


def add_months(day: date, count: int) -> date:
    """The same day some months away, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def move_focus(day: date, key: str, first_weekday: int = 0, *, mirrored: bool = False) -> date | None:
    """Where a key moves the focus: arrows, Page Up and Down for months, Home and End for the week. None: not ours."""
    sideways = -1 if mirrored else 1
    into_week = (day.weekday() - first_weekday) % 7
    steps = {
        "ArrowLeft": -sideways,
        "ArrowRight": sideways,
        "ArrowUp": -7,
        "ArrowDown": 7,
        "Home": -into_week,
        "End": 6 - into_week,
    }
    key = key.replace(" ", "")  # the client names keys "Arrow Left"
    if key in steps:
        return day + timedelta(days=steps[key])
    months = {"PageUp": -1, "PageDown": 1}.get(key)
    return add_months(day, months) if months else None


def next_focus(
    day: date, key: str, chosen: DateRange, rules: StayRules, first_weekday: int = 0, *, mirrored: bool = False
) -> date | None:
    """Where a key moves the focus among the days that can be pressed now; None if there is none that way.

    Arrows skip what is off; after Home, End or a change of month the nearest later day takes the focus.
    """
    step = key if key.replace(" ", "").startswith("Arrow") else "ArrowRight"
    moved = move_focus(day, key, first_weekday, mirrored=mirrored)
    for _ in range(366):
        if moved is None or moved < rules.first or look_at(moved, chosen, rules).off is None:
            break
        moved = move_focus(moved, step, first_weekday, mirrored=mirrored and step == key)
    else:
        return None
    return moved if moved is not None and moved >= rules.first else None
