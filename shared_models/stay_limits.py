"""What a home allows, and why a stay does not fit: the same answer on both sides, in search and when booking.

What a landlord has not set limits nobody: what is unknown is not invented.
"""

import re
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from shared_models.base import Input, Output
from shared_models.price_rules import PriceMinor
from shared_models.stay_dates import MAX_DAYS_AHEAD, Stay

MAX_PREPARATION_DAYS = 14


class Weekday(StrEnum):
    """A day of the week, Monday first."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


def weekday_of(day: date) -> Weekday:
    """Which day of the week it is."""
    return list(Weekday)[day.weekday()]


def _day_of_the_year(value: str) -> str:
    if re.fullmatch(r"[0-9]{2}-[0-9]{2}", value) is None:
        raise ValueError("must be month and day, like 06-01")
    date.fromisoformat(f"2028-{value}")  # a leap year: 29 February may begin or end a season
    return value


MonthDay = Annotated[str, AfterValidator(_day_of_the_year)]
"""A day of every year: `06-01` is the first of June. Such texts sort as the days do."""


class Season(Output):
    """Part of every year, from `first` to `last`, both included; over the new year when `last` comes before `first`.

    It has a shortest stay, a price, or both.
    """

    first: MonthDay
    last: MonthDay
    min_nights: Annotated[int, Field(ge=1, le=3650)] | None = None
    """Whoever arrives in it stays at least so long."""
    price_minor: PriceMinor | None = None
    """What each night in it costs instead of the usual price, in minor units of the home's currency."""

    def holds(self, day: date) -> bool:
        """Whether a day lies in it."""
        return self._holds(day.isoformat()[5:])

    def overlaps(self, other: "Season") -> bool:
        """Whether some day of the year lies in both: then one of them holds the first day of the other."""
        return self._holds(other.first) or other._holds(self.first)

    def _holds(self, day: MonthDay) -> bool:
        if self.first <= self.last:
            return self.first <= day <= self.last
        return day >= self.first or day <= self.last


class SeasonGiven(Season, Input):
    """A season as a landlord gives it."""

    price_minor: PriceMinor | None = Field(default=None, validate_default=True)

    @field_validator("price_minor")
    @classmethod
    def _does_something(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value is None and info.data.get("min_nights", 0) is None:
            raise ValueError("a season has a price or a shortest stay")
        return value


class SeasonsOverlap(ValueError):
    """Two seasons with a price share a day, which would have two prices."""

    def __init__(self) -> None:
        super().__init__("overlaps another season with a price")


class SeasonTooCheap(ValueError):
    """A season's price lies below the least that a night may cost."""

    def __init__(self) -> None:
        super().__init__("is below the lowest price of a night")


def season_price_problems(seasons: Sequence[Season], least_minor: int | None) -> dict[tuple[int, str], ValueError]:
    """What is wrong with the prices of seasons, by row and field. `least_minor`: what a night costs at least."""
    wrong: dict[tuple[int, str], ValueError] = {}
    for row, season in enumerate(seasons):
        if season.price_minor is None:
            continue
        if season.price_minor < (least_minor or 0):
            wrong[(row, "price_minor")] = SeasonTooCheap()
        if any(earlier.price_minor is not None and season.overlaps(earlier) for earlier in seasons[:row]):
            wrong[(row, "first")] = SeasonsOverlap()
    return wrong


NoticeDays = Annotated[int, Field(ge=0, le=365)]
PreparationDays = Annotated[int, Field(ge=0, le=MAX_PREPARATION_DAYS)]
WindowDays = Annotated[int, Field(ge=1, le=MAX_DAYS_AHEAD)]


class StayLimits(Output):
    """What a home allows, whoever asks. None: the landlord has set no limit."""

    min_nights: int | None = None
    max_nights: int | None = None
    sleeps: int | None = None
    advance_notice_days: int | None = None
    """How many days before the day of arrival one books at the latest; 0: on the day itself."""
    booking_window_days: int | None = None
    """How many days ahead an arrival may lie at most."""
    check_in_weekdays: Sequence[Weekday] | None = None
    """The days of the week on which stays begin."""
    seasons: Sequence[Season] | None = None
    """Parts of the year; a shortest stay of theirs counts instead of `min_nights`."""
    preparation_days: int | None = None
    """Nights that stay free between two stays. Not asked by `refusals`: only the calendar knows the neighbours."""
    instant_book: bool = True
    """Whether one books at once; otherwise the landlord answers each request. No limit, so nobody is refused by it."""


class Refusal(StrEnum):
    """Why a stay cannot be booked, apart from taken dates."""

    IN_THE_PAST = "in_the_past"
    TOO_SOON = "too_soon"
    TOO_FAR_AHEAD = "too_far_ahead"
    NOT_THAT_WEEKDAY = "not_that_weekday"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_MANY_GUESTS = "too_many_guests"
    NOTHING_CHANGES = "nothing_changes"
    HAS_BEGUN = "has_begun"
    CHECK_OUT_IN_THE_PAST = "check_out_in_the_past"
    UNKNOWN = "unknown"


def shortest_stay(limits: StayLimits, check_in: date) -> int | None:
    """The shortest stay for an arrival on this day, in nights: the longest minimum of its seasons, else the home's."""
    seasons = [season for season in limits.seasons or () if season.holds(check_in)]
    seasonal = [season.min_nights for season in seasons if season.min_nights is not None]
    return max(seasonal) if seasonal else limits.min_nights


def max_days_ahead(limits: StayLimits) -> int:
    """How many days ahead an arrival may lie."""
    return min(limits.booking_window_days or MAX_DAYS_AHEAD, MAX_DAYS_AHEAD)


def refusals(limits: StayLimits, stay: Stay, guests: int, today: date) -> list[Refusal]:
    """Why this stay cannot be booked here; empty when it can. `today` is the home's local date."""
    return [*check_in_refusals(limits, stay.check_in, today), *_of_length(limits, stay, guests)]


def change_refusals(limits: StayLimits, old: Stay, new: Stay, guests: tuple[int, int], today: date) -> list[Refusal]:
    """Why a booked stay cannot become another one; `guests` are those of now and those wished for.

    What is agreed stays agreed: only a new day of arrival is asked for the limits of arrivals.
    """
    if (old, guests[0]) == (new, guests[1]):
        return [Refusal.NOTHING_CHANGES]
    found = [] if old.check_in == new.check_in else check_in_refusals(limits, new.check_in, today)
    if old.check_in < today and new.check_in != old.check_in:
        found = [Refusal.HAS_BEGUN]
    if new.check_out < today:
        found.append(Refusal.CHECK_OUT_IN_THE_PAST)
    return found + _of_length(limits, new, guests[1])


def check_in_refusals(limits: StayLimits, check_in: date, today: date) -> list[Refusal]:
    """Why no stay of any length begins on this day; empty when one may."""
    ahead, weekdays = (check_in - today).days, limits.check_in_weekdays
    checks = {
        Refusal.IN_THE_PAST: ahead < 0,
        Refusal.TOO_SOON: 0 <= ahead < (limits.advance_notice_days or 0),
        Refusal.TOO_FAR_AHEAD: ahead > max_days_ahead(limits),
        Refusal.NOT_THAT_WEEKDAY: weekdays is not None and weekday_of(check_in) not in weekdays,
    }
    return [reason for reason, holds in checks.items() if holds]


def _of_length(limits: StayLimits, stay: Stay, guests: int) -> list[Refusal]:
    checks = {
        Refusal.TOO_SHORT: stay.nights < (shortest_stay(limits, stay.check_in) or 1),
        Refusal.TOO_LONG: limits.max_nights is not None and stay.nights > limits.max_nights,
        Refusal.TOO_MANY_GUESTS: limits.sleeps is not None and guests > limits.sleeps,
    }
    return [reason for reason, holds in checks.items() if holds]
