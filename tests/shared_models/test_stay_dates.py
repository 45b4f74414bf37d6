"""Nights, months and zones."""

from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared_models.stay_dates import MAX_STAY_NIGHTS, Stay, add_months, local_day, local_instant, months_of

days = st.dates(date(2000, 1, 1), date(2090, 12, 31))
stays = st.builds(
    lambda check_in, nights: Stay(check_in=check_in, check_out=check_in + timedelta(days=nights)),
    days,
    st.integers(1, MAX_STAY_NIGHTS),
)


@pytest.mark.parametrize("nights", [0, -1, MAX_STAY_NIGHTS + 1])
def test_a_stay_has_between_one_and_seven_hundred_and_thirty_nights(nights: int) -> None:
    with pytest.raises(ValueError, match=r"day of leaving|at most"):
        Stay(check_in=date(2030, 5, 1), check_out=date(2030, 5, 1) + timedelta(days=nights))


def nights_of(stay: Stay) -> set[date]:
    """Every night slept, named by the date of its evening."""
    return {stay.check_in + timedelta(days=passed) for passed in range(stay.nights)}


@given(stays, stays)
def test_stays_overlap_when_they_share_a_night(one: Stay, other: Stay) -> None:
    shared = bool(nights_of(one) & nights_of(other))
    assert one.overlaps(other) == other.overlaps(one) == shared


def test_leaving_and_arriving_on_one_day_is_no_overlap() -> None:
    first = Stay(check_in=date(2030, 5, 1), check_out=date(2030, 5, 3))
    assert not first.overlaps(Stay(check_in=date(2030, 5, 3), check_out=date(2030, 5, 4)))


@pytest.mark.parametrize(
    ("start", "months", "then"),
    [
        ("2030-01-31", 1, "2030-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2030-01-31", 2, "2030-03-31"),
        ("2030-01-31", 3, "2030-04-30"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2028-02-29", 48, "2032-02-29"),
        ("2030-12-31", 2, "2031-02-28"),
        ("2030-05-15", 0, "2030-05-15"),
        ("2030-03-31", -1, "2030-02-28"),
    ],
)
def test_a_month_later_is_the_same_day_or_the_months_last(start: str, months: int, then: str) -> None:
    assert add_months(date.fromisoformat(start), months) == date.fromisoformat(then)


@pytest.mark.parametrize(
    ("check_in", "check_out", "months"),
    [
        ("2030-01-31", "2030-02-28", Fraction(1)),
        ("2028-01-31", "2028-02-29", Fraction(1)),
        ("2028-01-31", "2028-02-28", Fraction(28, 29)),
        ("2030-01-31", "2030-03-01", 1 + Fraction(1, 31)),  # 28 February to 31 March has 31 days
        ("2028-01-31", "2028-03-01", 1 + Fraction(1, 31)),  # 29 February to 31 March
        ("2030-01-31", "2030-03-31", Fraction(2)),
        ("2030-01-31", "2030-04-30", Fraction(3)),
        ("2030-05-15", "2030-05-16", Fraction(1, 31)),
        ("2030-02-10", "2030-02-24", Fraction(1, 2)),
        ("2028-02-29", "2029-02-28", Fraction(12)),
    ],
)
def test_months_are_counted_from_the_day_of_arrival(check_in: str, check_out: str, months: Fraction) -> None:
    assert months_of(Stay(check_in=date.fromisoformat(check_in), check_out=date.fromisoformat(check_out))) == months


@given(days, st.integers(1, 23))
def test_whole_months_are_whole(check_in: date, months: int) -> None:
    assert months_of(Stay(check_in=check_in, check_out=add_months(check_in, months))) == months


@given(stays.filter(lambda stay: stay.nights < MAX_STAY_NIGHTS))
def test_another_night_is_always_more_months(stay: Stay) -> None:
    longer = Stay(check_in=stay.check_in, check_out=stay.check_out + timedelta(days=1))
    assert Fraction(1, 31) <= months_of(longer) - months_of(stay) <= Fraction(1, 28)


@pytest.mark.parametrize(
    ("day", "at", "utc"),
    [
        (date(2030, 1, 15), time(12), "2030-01-15T12:00:00+00:00"),
        (date(2030, 7, 15), time(12), "2030-07-15T11:00:00+00:00"),
        (date(2030, 3, 31), time(1, 30), "2030-03-31T01:30:00+00:00"),  # skipped: the clocks go from 1:00 to 2:00
        (date(2030, 10, 27), time(1, 30), "2030-10-27T00:30:00+00:00"),  # happens twice: the first
        (date(2028, 2, 29), time(23, 59), "2028-02-29T23:59:00+00:00"),
    ],
)
def test_a_wall_clock_time_has_its_instant_in_spring_and_autumn(day: date, at: time, utc: str) -> None:
    assert local_instant(day, at, "Europe/London").astimezone(UTC) == datetime.fromisoformat(utc)


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Pacific/Kiritimati", date(2028, 3, 1)),
        ("Europe/London", date(2028, 2, 29)),
        ("Pacific/Honolulu", date(2028, 2, 29)),
    ],
)
def test_one_instant_is_two_dates(zone: str, day: date) -> None:
    assert local_day(datetime(2028, 2, 29, 12, tzinfo=UTC), zone) == day
