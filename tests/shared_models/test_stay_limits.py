"""What a home allows: each limit refuses from the first step beyond it, and nobody before."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared_models.stay_dates import Stay
from shared_models.stay_limits import (
    Refusal,
    Season,
    SeasonGiven,
    StayLimits,
    Weekday,
    change_refusals,
    refusals,
    shortest_stay,
    weekday_of,
)

TODAY = date(2030, 5, 1)
"""A Wednesday."""


def season(first: str, last: str, min_nights: int = 7) -> Season:
    return Season(first=first, last=last, min_nights=min_nights)


@pytest.mark.parametrize(
    ("limits", "check_in", "nights", "guests", "reasons"),
    [
        ({}, 0, 1, 1, []),
        ({}, -1, 3, 1, [Refusal.IN_THE_PAST]),
        ({}, 730, 1, 1, []),
        ({}, 731, 1, 1, [Refusal.TOO_FAR_AHEAD]),
        ({"min_nights": 3}, 5, 3, 1, []),
        ({"min_nights": 3}, 5, 2, 1, [Refusal.TOO_SHORT]),
        ({"max_nights": 3}, 5, 3, 1, []),
        ({"max_nights": 3}, 5, 4, 1, [Refusal.TOO_LONG]),
        ({"sleeps": 2}, 5, 3, 2, []),
        ({"sleeps": 2}, 5, 3, 3, [Refusal.TOO_MANY_GUESTS]),
        ({}, 5, 3, 100, []),
        ({"instant_book": False}, 5, 3, 1, []),
        ({"preparation_days": 3}, 0, 3, 1, []),
        ({"min_nights": 9, "sleeps": 1}, -1, 3, 2, [Refusal.IN_THE_PAST, Refusal.TOO_SHORT, Refusal.TOO_MANY_GUESTS]),
        ({"advance_notice_days": 0}, 0, 3, 1, []),
        ({"advance_notice_days": 2}, 2, 3, 1, []),
        ({"advance_notice_days": 2}, 1, 3, 1, [Refusal.TOO_SOON]),
        ({"advance_notice_days": 2}, -1, 3, 1, [Refusal.IN_THE_PAST]),
        ({"booking_window_days": 30}, 30, 3, 1, []),
        ({"booking_window_days": 30}, 31, 3, 1, [Refusal.TOO_FAR_AHEAD]),
        ({"check_in_weekdays": ["wednesday"]}, 0, 3, 1, []),
        ({"check_in_weekdays": ["friday", "saturday"]}, 0, 3, 1, [Refusal.NOT_THAT_WEEKDAY]),
        ({"seasons": [season("05-01", "05-31")]}, 0, 7, 1, []),
        ({"seasons": [season("05-01", "05-31")]}, 0, 6, 1, [Refusal.TOO_SHORT]),
        ({"seasons": [season("05-01", "05-31")]}, 31, 1, 1, []),
        ({"seasons": [season("05-01", "05-31", 2)], "min_nights": 5}, 0, 2, 1, []),
        ({"seasons": [season("05-01", "05-31", 2)], "min_nights": 5}, 31, 4, 1, [Refusal.TOO_SHORT]),
    ],
)
def test_each_limit_refuses_from_the_first_step_beyond_it(
    limits: dict[str, Any], check_in: int, nights: int, guests: int, reasons: list[Refusal]
) -> None:
    first = TODAY + timedelta(days=check_in)
    asked = Stay(check_in=first, check_out=first + timedelta(days=nights))
    assert refusals(StayLimits.model_validate(limits), asked, guests, TODAY) == reasons


@pytest.mark.parametrize(
    ("first", "last", "day", "holds"),
    [
        ("06-01", "08-31", "2030-06-01", True),
        ("06-01", "08-31", "2030-08-31", True),
        ("06-01", "08-31", "2030-05-31", False),
        ("06-01", "08-31", "2030-09-01", False),
        ("12-20", "01-05", "2030-12-20", True),
        ("12-20", "01-05", "2031-01-05", True),
        ("12-20", "01-05", "2031-01-06", False),
        ("12-20", "01-05", "2030-12-19", False),
        ("02-01", "02-29", "2028-02-29", True),
        ("02-29", "02-29", "2027-03-01", False),
    ],
)
def test_a_season_comes_back_every_year(first: str, last: str, day: str, holds: bool) -> None:
    assert season(first, last).holds(date.fromisoformat(day)) is holds


def test_of_overlapping_seasons_the_longest_minimum_counts() -> None:
    limits = StayLimits(min_nights=2, seasons=[season("06-01", "08-31", 4), season("07-01", "07-31", 7)])
    assert [shortest_stay(limits, date(2030, month, 15)) for month in (5, 6, 7)] == [2, 4, 7]


@pytest.mark.parametrize("first", ["6-1", "06/01", "02-30", "13-01", "06-01-01", "", "२५-०१"])
def test_a_day_of_the_year_that_is_none_is_refused(first: str) -> None:
    with pytest.raises(ValidationError):
        SeasonGiven(first=first, last="06-30", min_nights=3)


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_every_day_has_its_weekday(day: date) -> None:
    assert weekday_of(day).value == day.strftime("%A").lower()
    assert len(Weekday) == 7


@pytest.mark.parametrize(
    ("limits", "wished", "guests", "reasons"),
    [
        # Booked: 28 April to 6 May, two guests; today is 1 May.
        ({}, (-3, 5), (2, 2), [Refusal.NOTHING_CHANGES]),
        ({}, (-3, 5), (2, 3), []),
        ({"sleeps": 2}, (-3, 5), (2, 3), [Refusal.TOO_MANY_GUESTS]),
        ({}, (-3, 9), (2, 2), []),
        ({}, (-3, 0), (2, 2), []),
        ({}, (-3, -1), (2, 2), [Refusal.CHECK_OUT_IN_THE_PAST]),
        ({}, (1, 5), (2, 2), [Refusal.HAS_BEGUN]),
        ({"max_nights": 10}, (-3, 9), (2, 2), [Refusal.TOO_LONG]),
        ({"min_nights": 5}, (-3, 1), (2, 2), [Refusal.TOO_SHORT]),
        ({"advance_notice_days": 9, "check_in_weekdays": ["monday"]}, (-3, 6), (2, 2), []),
    ],
)
def test_a_stay_that_has_begun_changes_only_at_its_end(
    limits: dict[str, Any], wished: tuple[int, int], guests: tuple[int, int], reasons: list[Refusal]
) -> None:
    old, new = (
        Stay(check_in=TODAY + timedelta(days=first), check_out=TODAY + timedelta(days=last))
        for first, last in ((-3, 5), wished)
    )
    assert change_refusals(StayLimits.model_validate(limits), old, new, guests, TODAY) == reasons


@pytest.mark.parametrize(
    ("limits", "check_in", "reasons"),
    [
        ({"advance_notice_days": 9}, 8, [Refusal.TOO_SOON]),
        ({"advance_notice_days": 9}, 10, []),  # the arrival of now, however near
        ({"booking_window_days": 9}, 12, [Refusal.TOO_FAR_AHEAD]),
        ({"check_in_weekdays": ["saturday"]}, 11, [Refusal.NOT_THAT_WEEKDAY]),
        ({}, -1, [Refusal.IN_THE_PAST]),
    ],
)
def test_a_new_day_of_arrival_is_asked_for_the_limits_of_arrivals(
    limits: dict[str, Any], check_in: int, reasons: list[Refusal]
) -> None:
    old = Stay(check_in=TODAY + timedelta(days=10), check_out=TODAY + timedelta(days=14))
    new = Stay(check_in=TODAY + timedelta(days=check_in), check_out=TODAY + timedelta(days=13))
    assert change_refusals(StayLimits.model_validate(limits), old, new, (2, 2), TODAY) == reasons
