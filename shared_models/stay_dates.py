"""The dates of a stay: local dates of the home, from the day of arrival to the day of leaving (which is not slept)."""

import calendar
from datetime import date, datetime, time
from fractions import Fraction
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, WithJsonSchema, model_validator

MAX_STAY_NIGHTS = 730
MAX_DAYS_AHEAD = 730


def _without_zone(value: time) -> time:
    if value.tzinfo is not None:
        raise ValueError("is the time at the home, without an offset")
    return value


WallClock = Annotated[time, AfterValidator(_without_zone), WithJsonSchema({"type": "string", "format": "partial-time"})]
"""A time of day as the clock at the home shows it: RFC 3339's `partial-time`, for its `time` has an offset."""


class Stay(BaseModel):
    """Arrival and leaving, both local dates of the home; at least one night."""

    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)

    check_in: date
    check_out: date

    @model_validator(mode="after")
    def _at_least_a_night(self) -> "Stay":
        if self.check_out <= self.check_in:
            raise ValueError("the day of leaving must come after the day of arrival")
        if self.nights > MAX_STAY_NIGHTS:
            raise ValueError(f"a stay is at most {MAX_STAY_NIGHTS} nights")
        return self

    @property
    def nights(self) -> int:
        return (self.check_out - self.check_in).days

    def overlaps(self, other: "Stay") -> bool:
        """Whether some night is in both; leaving and arriving on one day is not an overlap."""
        return self.check_in < other.check_out and other.check_in < self.check_out


def add_months(start: date, months: int) -> date:
    """The same day `months` later, or the last day of that month when it is shorter: 31 Jan + 1 = 28 (29) Feb."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def shifted(day: date, days: int) -> date:
    """So many days later (or earlier), as far as the calendar goes."""
    return date.fromordinal(min(max(day.toordinal() + days, date.min.toordinal()), date.max.toordinal()))


def months_of(stay: Stay) -> Fraction:
    """How many months a stay lasts: whole months counted from the day of arrival, then the rest by its days.

    Months are always counted from the arrival itself, so from 31 January they end on 28 February, 31 March, 30 April;
    days after the last whole month are a share of the month that they begin.
    """
    whole = (stay.check_out.year - stay.check_in.year) * 12 + stay.check_out.month - stay.check_in.month
    if add_months(stay.check_in, whole) > stay.check_out:
        whole -= 1
    begin, end = add_months(stay.check_in, whole), add_months(stay.check_in, whole + 1)
    return whole + Fraction((stay.check_out - begin).days, (end - begin).days)


def local_instant(day: date, at: time, zone: str) -> datetime:
    """The instant of a wall-clock time in a zone, offset included.

    A time that the clocks skip in spring is read as the same moment counted with the offset before the change.
    """
    return datetime.combine(day, at, tzinfo=ZoneInfo(zone))


def local_day(instant: datetime, zone: str) -> date:
    """Which date it is in `zone` at `instant` (aware)."""
    return instant.astimezone(ZoneInfo(zone)).date()
