"""Where bars stand, what may be pressed, and what is picked then."""

from datetime import date, timedelta

import pytest

from client.features.landlord_calendar.grid import (
    Pick,
    Span,
    View,
    bars,
    day_in,
    free_homes,
    may_press,
    moved,
    press,
    span_of,
    weeks_of,
)
from server.core.ids import new_id
from shared_models.calendars import ClaimKind, ClaimRead, PropertyCalendar

TODAY = date(2026, 11, 25)
SPAN = Span(date(2026, 11, 24), 21)


def a_home(*nights: tuple[date, date]) -> PropertyCalendar:
    id_ = new_id()
    claims = [
        ClaimRead(id=new_id(), property_id=id_, kind=ClaimKind.BOOKING, start=start, end=end, source_id=new_id())
        for start, end in nights
    ]
    return PropertyCalendar(property_id=id_, title="A home", zone="Europe/London", claims=claims)


def test_a_bar_runs_from_mid_day_to_mid_day() -> None:
    (bar,) = bars(a_home((date(2026, 11, 26), date(2026, 11, 29))).claims, SPAN)
    assert (bar.left, bar.right, bar.begins, bar.ends) == (2.5, 5.5, True, True)


def test_leaving_and_arriving_on_one_day_do_not_touch_each_other() -> None:
    day = date(2026, 12, 1)
    first, second = bars(a_home((day - timedelta(3), day), (day, day + timedelta(2))).claims, SPAN)
    assert first.right == second.left == 7.5


def test_a_bar_is_cut_at_both_ends_of_what_is_shown() -> None:
    (bar,) = bars(a_home((date(2026, 1, 1), date(2027, 1, 1))).claims, SPAN)
    assert (bar.left, bar.right, bar.begins, bar.ends) == (0, 21, False, False)


def test_a_stay_that_left_on_the_first_day_still_shows_its_morning() -> None:
    (bar,) = bars(a_home((date(2026, 11, 20), SPAN.start)).claims, SPAN)
    assert (bar.left, bar.right) == (0, 0.5)
    assert bars(a_home((date(2026, 11, 20), SPAN.start - timedelta(1))).claims, SPAN) == []


def test_homes_free_count_nights_and_not_days_of_leaving() -> None:
    free = free_homes([a_home((SPAN.start, SPAN.start + timedelta(2))), a_home()], SPAN)
    assert free[:4] == [1, 1, 2, 2]


@pytest.mark.parametrize(
    ("view", "start", "days"),
    [
        (View.TWO_WEEKS, date(2026, 11, 24), 14),
        (View.THREE_WEEKS, date(2026, 11, 24), 21),
        (View.MONTH, date(2026, 11, 1), 30),
    ],
)
def test_without_a_wish_weeks_begin_yesterday_and_months_with_the_month(view: View, start: date, days: int) -> None:
    assert span_of(view, None, TODAY) == Span(start, days)


def test_later_and_earlier_go_a_whole_view_and_months_keep_their_length() -> None:
    january = span_of(View.MONTH, date(2027, 1, 31), TODAY)
    assert moved(january, View.MONTH, 1) == date(2027, 2, 1)
    assert moved(SPAN, View.THREE_WEEKS, -1) == date(2026, 11, 3)


def test_a_month_is_shown_in_whole_weeks() -> None:
    weeks = weeks_of(span_of(View.MONTH, date(2026, 11, 1), TODAY))
    assert weeks[0].start == date(2026, 10, 26)
    assert weeks[-1].end == date(2026, 12, 7)


def test_two_presses_in_either_order_pick_the_same_nights() -> None:
    home, first, last = a_home(), date(2026, 12, 8), date(2026, 12, 10)
    forth, _ = press(Pick(home.property_id, first), home, last)
    back, _ = press(Pick(home.property_id, last), home, first)
    assert forth == back == Pick(home.property_id, first, last)
    assert forth is not None
    assert forth.nights == 2


def test_the_same_day_twice_is_one_night() -> None:
    home, day = a_home(), date(2026, 12, 8)
    picked, _ = press(Pick(home.property_id, day), home, day)
    assert picked == Pick(home.property_id, day, day + timedelta(1))


def test_taken_nights_between_begin_a_new_pick_and_say_so() -> None:
    home = a_home((date(2026, 12, 9), date(2026, 12, 11)))
    picked, in_the_way = press(Pick(home.property_id, date(2026, 12, 7)), home, date(2026, 12, 14))
    assert (picked, in_the_way) == (Pick(home.property_id, date(2026, 12, 14)), True)


def test_a_block_may_end_on_the_day_the_next_guest_arrives() -> None:
    home, arrival = a_home((date(2026, 12, 9), date(2026, 12, 11))), date(2026, 12, 9)
    assert not may_press(None, home, arrival, TODAY)
    pick = Pick(home.property_id, date(2026, 12, 7))
    assert may_press(pick, home, arrival, TODAY)
    assert press(pick, home, arrival) == (Pick(home.property_id, date(2026, 12, 7), arrival), False)


def test_a_day_in_the_past_cannot_be_pressed() -> None:
    assert not may_press(None, a_home(), TODAY - timedelta(1), TODAY)
    assert may_press(None, a_home(), TODAY, TODAY)


def test_an_address_that_names_no_day_names_none() -> None:
    assert day_in("2026-11-31") is None
    assert day_in("9999-12-31") is None
    assert day_in("2026-11-30") == date(2026, 11, 30)
