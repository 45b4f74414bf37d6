"""Which days of a stay can be chosen. December 2026: the 1st is a Tuesday."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.design.date_range_rules import (
    DateRange,
    Look,
    Off,
    StayRules,
    add_months,
    look_at,
    month_grid,
    move_focus,
    next_focus,
    nights,
    press,
    why_no_check_in,
    why_no_check_out,
)


def dec(day: int) -> date:
    return date(2026, 12, day)


RULES = StayRules(
    first=dec(2), taken=frozenset(map(dec, (8, 9, 10, 18, 19))), shortest=3, longest=7, last=date(2026, 12, 31)
)


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (1, Off.PAST),
        (2, None),
        (5, None),  # 5, 6, 7: leaves on the 8th, whose night is another's
        (6, Off.GAP_TOO_SHORT),
        (7, Off.GAP_TOO_SHORT),
        (8, Off.TAKEN),
        (10, Off.TAKEN),
        (11, None),  # somebody leaves today, the night is free
        (15, None),
        (16, Off.GAP_TOO_SHORT),
        (28, None),
        (29, Off.TOO_FAR),
    ],
)
def test_a_stay_may_begin_where_the_shortest_one_fits(day: int, why: Off | None) -> None:
    assert why_no_check_in(dec(day), RULES) is why


@pytest.mark.parametrize(
    ("check_in", "check_out", "why"),
    [
        (2, 4, Off.TOO_SHORT),
        (2, 5, None),
        (2, 8, None),  # the 8th is taken, but only from its night on
        (2, 9, Off.PAST_NEXT_STAY),
        (11, 13, Off.TOO_SHORT),
        (11, 18, None),
        (11, 20, Off.PAST_NEXT_STAY),
        (20, 27, None),
        (20, 28, Off.TOO_LONG),
    ],
)
def test_a_stay_may_end_between_the_shortest_and_the_next_taken_night(
    check_in: int, check_out: int, why: Off | None
) -> None:
    assert why_no_check_out(dec(check_in), dec(check_out), RULES) is why


def test_a_leaving_day_beyond_the_last_one_is_too_far() -> None:
    assert why_no_check_out(dec(28), date(2027, 1, 1), RULES) is Off.TOO_FAR


@pytest.mark.parametrize(
    ("before", "day", "after"),
    [
        (DateRange(), 2, DateRange(dec(2))),
        (DateRange(), 8, DateRange()),
        (DateRange(dec(3)), 6, DateRange(dec(3), dec(6))),
        (DateRange(dec(3)), 8, DateRange(dec(3), dec(8))),
        (DateRange(dec(3)), 4, DateRange(dec(3))),
        (DateRange(dec(3)), 9, DateRange(dec(3))),
        (DateRange(dec(4)), 2, DateRange(dec(2))),
        (DateRange(dec(3), dec(6)), 12, DateRange(dec(12))),
        (DateRange(dec(3), dec(6)), 9, DateRange(dec(3), dec(6))),
    ],
)
def test_presses_choose_arrival_then_leaving_then_begin_anew(before: DateRange, day: int, after: DateRange) -> None:
    assert press(dec(day), before, RULES) == after


@pytest.mark.parametrize(
    ("chosen", "day", "look", "off"),
    [
        (DateRange(), 1, Look.OFF, Off.PAST),
        (DateRange(), 3, Look.FREE, None),
        (DateRange(), 9, Look.TAKEN, Off.TAKEN),
        (DateRange(dec(3)), 3, Look.CHECK_IN, None),
        (DateRange(dec(3)), 4, Look.OFF, Off.TOO_SHORT),
        (DateRange(dec(3)), 8, Look.FREE, None),
        (DateRange(dec(3)), 9, Look.TAKEN, Off.PAST_NEXT_STAY),
        (DateRange(dec(3)), 12, Look.OFF, Off.PAST_NEXT_STAY),
        (DateRange(dec(3), dec(8)), 5, Look.INSIDE, None),
        (DateRange(dec(3), dec(8)), 8, Look.CHECK_OUT, Off.TAKEN),
    ],
)
def test_a_day_looks_like_what_it_is(chosen: DateRange, day: int, look: Look, off: Off | None) -> None:
    seen = look_at(dec(day), chosen, RULES)
    assert (seen.look, seen.off) == (look, off)


@given(
    taken=st.frozensets(st.integers(1, 31).map(dec)),
    shortest=st.integers(1, 6),
    presses=st.lists(st.integers(1, 31).map(dec), max_size=8),
)
def test_no_sequence_of_presses_ever_chooses_a_taken_night_or_too_short_a_stay(
    taken: frozenset[date], shortest: int, presses: list[date]
) -> None:
    rules = StayRules(dec(1), taken, shortest)
    chosen = DateRange()
    for day in presses:
        offered = look_at(day, chosen, rules)
        after = press(day, chosen, rules)
        if offered.off is not None:
            assert after == chosen  # what is shown as off cannot be pressed
        chosen = after
        if chosen.check_in and chosen.check_out:
            assert chosen.nights >= shortest
            assert not taken & set(nights(chosen.check_in, chosen.check_out))


def test_a_month_is_laid_out_from_the_first_weekday_of_the_country() -> None:
    monday, sunday = month_grid(dec(1)), month_grid(dec(1), first_weekday=6)
    assert monday[0] == [None, *(dec(d) for d in range(1, 7))]
    assert sunday[0] == [None, None, *(dec(d) for d in range(1, 6))]
    assert monday[-1] == [dec(28), dec(29), dec(30), dec(31), None, None, None]


@pytest.mark.parametrize(
    ("key", "to"),
    [
        ("Arrow Left", dec(10)),
        ("Arrow Right", dec(12)),
        ("Arrow Up", dec(4)),
        ("ArrowDown", dec(18)),
        ("Home", dec(7)),
        ("End", dec(13)),
        ("Page Up", date(2026, 11, 11)),
        ("Page Down", date(2027, 1, 11)),
        ("a", None),
    ],
)
def test_keys_move_the_focus(key: str, to: date | None) -> None:
    assert move_focus(dec(11), key) == to


def test_sideways_keys_follow_the_direction_of_the_script() -> None:
    assert move_focus(dec(11), "Arrow Left", mirrored=True) == dec(12)


def test_adding_months_stays_within_shorter_ones() -> None:
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2026, 1, 31), -2) == date(2025, 11, 30)


@pytest.mark.parametrize(
    ("chosen", "day", "key", "to"),
    [
        (DateRange(), 5, "Arrow Right", 11),  # over a gap that is too short and what is taken
        (DateRange(), 11, "Arrow Left", 5),
        (DateRange(), 2, "Arrow Left", None),
        (DateRange(dec(3)), 3, "Arrow Right", 6),
        (DateRange(), 4, "End", 11),
        (DateRange(), 4, "x", None),
    ],
)
def test_keys_skip_the_days_that_cannot_be_chosen(chosen: DateRange, day: int, key: str, to: int | None) -> None:
    assert next_focus(dec(day), key, chosen, RULES) == (dec(to) if to else None)
