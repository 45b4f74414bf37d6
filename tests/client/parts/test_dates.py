"""The tenant's calendar offers what the server takes, and says why not in words. 4 December 2026 is a Friday."""

from datetime import date, timedelta

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from client.design.date_range_rules import (
    ONE_DAY,
    DateRange,
    Off,
    look_at,
    nights,
    press,
    why_no_check_in,
    why_no_check_out,
)
from client.parts.dates import date_words, rules_of
from shared_models.calendars import Period
from shared_models.stay_dates import Stay
from shared_models.stay_limits import Season, StayLimits, Weekday, change_refusals, refusals

TODAY = date(2026, 12, 1)
FAR = 30

limits_of_a_home = st.builds(
    StayLimits,
    min_nights=st.none() | st.integers(1, 6),
    max_nights=st.none() | st.integers(1, 9),
    sleeps=st.none() | st.integers(1, 4),
    advance_notice_days=st.none() | st.integers(0, 9),
    booking_window_days=st.none() | st.integers(1, 25),
    check_in_weekdays=st.none() | st.lists(st.sampled_from(Weekday), min_size=1, max_size=3, unique=True),
    seasons=st.none()
    | st.lists(
        st.builds(
            Season,
            first=st.sampled_from(["12-05", "12-20", "01-01"]),
            last=st.sampled_from(["12-12", "12-31", "01-10"]),
            min_nights=st.integers(1, 8),
        ),
        max_size=2,
    ),
)
stretches = st.lists(
    st.builds(
        lambda start, length: Period(start=ahead(start), end=ahead(start + length)),
        st.integers(0, FAR),
        st.integers(1, 6),
    ),
    max_size=4,
)


def ahead(days: int) -> date:
    return TODAY + timedelta(days=days)


def is_free(taken: list[Period], stay: Stay) -> bool:
    return not any(stay.overlaps(Stay(check_in=period.start, check_out=period.end)) for period in taken)


@settings(max_examples=40)
@given(limits=limits_of_a_home, taken=stretches)
def test_the_calendar_offers_exactly_the_stays_that_the_server_takes(limits: StayLimits, taken: list[Period]) -> None:
    with time_machine.travel("2026-12-01T12:00:00Z", tick=False):
        rules = rules_of(limits, "Europe/London", taken)
    for check_in in map(ahead, range(-2, FAR)):
        good = {
            check_out
            for check_out in map(ahead, range(1, FAR + 12))
            if check_out > check_in
            and not refusals(limits, Stay(check_in=check_in, check_out=check_out), 1, TODAY)
            and is_free(taken, Stay(check_in=check_in, check_out=check_out))
        }
        assert (why_no_check_in(check_in, rules) is None) == bool(good), check_in
        if good:
            after = (ahead(days) for days in range((check_in - TODAY).days + 1, FAR + 12))
            assert {check_out for check_out in after if why_no_check_out(check_in, check_out, rules) is None} == good, (
                check_in
            )


@settings(max_examples=40)
@given(limits=limits_of_a_home, check_in=st.integers(-3, 9), length=st.integers(1, 6))
def test_for_a_change_it_offers_exactly_what_the_server_would_change(
    limits: StayLimits, check_in: int, length: int
) -> None:
    booked = Stay(check_in=ahead(check_in), check_out=ahead(check_in + length))
    with time_machine.travel("2026-12-01T12:00:00Z", tick=False):
        rules = rules_of(limits, "Europe/London", (), booked=booked)
    for first in map(ahead, range(-4, 14)):
        for check_out in nights(first + ONE_DAY, ahead(20)):
            wished = Stay(check_in=first, check_out=check_out)
            if wished == booked:
                continue  # it can be chosen, and is told to be what is booked
            offered = press(check_out, press(first, DateRange(), rules), rules) == DateRange(first, check_out)
            assert offered == (not change_refusals(limits, booked, wished, (1, 1), TODAY)), wished


def test_of_a_stay_that_has_begun_only_the_leaving_day_is_chosen_by_one_press() -> None:
    booked = Stay(check_in=ahead(-3), check_out=ahead(2))
    with time_machine.travel("2026-12-01T12:00:00Z", tick=False):
        rules = rules_of(StayLimits(), "Europe/London", (), booked=booked)
    chosen = DateRange(booked.check_in, booked.check_out)
    assert press(ahead(5), chosen, rules) == DateRange(booked.check_in, ahead(5))
    assert press(TODAY, chosen, rules) == DateRange(booked.check_in, TODAY)
    assert look_at(ahead(-1), chosen, rules).off is Off.PAST
    assert look_at(ahead(-4), chosen, rules).off is Off.HAS_BEGUN


LIMITS = StayLimits(
    min_nights=2,
    max_nights=10,
    advance_notice_days=2,
    booking_window_days=60,
    check_in_weekdays=[Weekday.FRIDAY, Weekday.SATURDAY],
    seasons=[Season(first="12-20", last="01-05", min_nights=7)],
)


@pytest.mark.parametrize(
    ("check_in", "day", "why"),
    [
        (None, "2026-12-02", "booked at least 2 days ahead here"),
        (None, "2026-12-06", "stays begin on Friday and Saturday here"),
        (None, "2026-12-11", "taken"),
        (None, "2026-12-25", "someone else stays too soon after, 7 nights is the minimum stay here"),
        (None, "2027-02-05", "booked at most 60 days ahead here"),
        (None, "2026-11-27", "in the past"),
        ("2026-12-04", "2026-12-05", "2 nights is the minimum stay here"),
        ("2026-12-26", "2026-12-31", "7 nights is the minimum stay here"),
        ("2026-12-04", "2026-12-13", "someone else stays before"),
        ("2027-01-09", "2027-01-20", "10 nights is the maximum stay here"),
    ],
)
def test_a_day_that_is_off_says_why(check_in: str | None, day: str, why: str) -> None:
    taken = [
        Period(start=date(2026, 12, 11), end=date(2026, 12, 13)),
        Period(start=date(2026, 12, 29), end=date(2026, 12, 30)),
    ]
    if check_in == "2026-12-26":
        taken = taken[:1]
    with time_machine.travel("2026-12-01T12:00:00Z", tick=False):
        rules = rules_of(LIMITS, "Europe/London", taken)
    chosen = DateRange(date.fromisoformat(check_in)) if check_in else DateRange()
    seen = look_at(date.fromisoformat(day), chosen, rules)
    assert seen.off is not None
    assert date_words(rules).off(seen.off, chosen.check_in or seen.date) == why


def test_below_the_grid_stands_what_the_home_asks_for() -> None:
    with time_machine.travel("2026-12-01T12:00:00Z", tick=False):
        rules = rules_of(LIMITS, "Europe/London", ())
    told = date_words(rules).summary
    assert told(DateRange()) == "Choose your check-in · minimum stay here: 2 · stays begin on Friday and Saturday"
    assert told(DateRange(date(2026, 12, 26))) == "Choose your check-out · minimum stay here: 7"
