"""Where bars stand, how wide a day is, and what is headed together."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.features.landlord_calendar.grid import (
    LEAST_DAY,
    Span,
    Stretch,
    View,
    bars,
    columns,
    day_in,
    day_width,
    fewest_by_week,
    free_homes,
    months_of,
    moved,
    span_of,
    view_in,
    weeks_in,
    weeks_of,
)
from server.core.ids import new_id
from shared_models.calendars import ClaimKind, ClaimRead, PropertyCalendar

TODAY = date(2026, 11, 25)
SPAN = Span(date(2026, 11, 24), 21)
SPANS = st.builds(Span, st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(1, 100))


def a_home(*nights: tuple[date, date], title: str = "A home") -> PropertyCalendar:
    id_ = new_id()
    claims = [
        ClaimRead(id=new_id(), property_id=id_, kind=ClaimKind.BOOKING, start=start, end=end, source_id=new_id())
        for start, end in nights
    ]
    return PropertyCalendar(property_id=id_, title=title, zone="Europe/London", claims=claims)


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


def test_homes_that_nobody_can_book_are_not_counted_among_the_free_ones() -> None:
    assert set(free_homes([a_home(), a_home().model_copy(update={"on_show": False})], SPAN)) == {1}


@pytest.mark.parametrize(
    ("view", "wished", "start", "days"),
    [
        (View.TWO_WEEKS, None, date(2026, 11, 24), 14),
        (View.THREE_WEEKS, None, date(2026, 11, 24), 21),
        (View.MONTH, None, date(2026, 11, 1), 30),
        (View.QUARTER, None, date(2026, 11, 1), 92),
        (View.TWO_WEEKS, date(2027, 2, 28), date(2027, 2, 28), 14),
        (View.MONTH, date(2028, 2, 29), date(2028, 2, 1), 29),
        (View.MONTH, date(2027, 2, 28), date(2027, 2, 1), 28),
        (View.QUARTER, date(2028, 1, 31), date(2028, 1, 1), 91),
        (View.QUARTER, date(2027, 1, 31), date(2027, 1, 1), 90),
        (View.QUARTER, date(2026, 12, 9), date(2026, 12, 1), 90),
    ],
)
def test_weeks_begin_on_the_wished_day_or_yesterday_and_months_with_the_month(
    view: View, wished: date | None, start: date, days: int
) -> None:
    assert span_of(view, wished, TODAY) == Span(start, days)


@pytest.mark.parametrize(
    ("view", "wished", "steps", "begins"),
    [
        (View.MONTH, date(2027, 1, 31), 1, date(2027, 2, 1)),
        (View.MONTH, date(2027, 1, 31), -1, date(2026, 12, 1)),
        (View.QUARTER, date(2026, 11, 1), 1, date(2027, 2, 1)),
        (View.QUARTER, date(2026, 11, 1), -1, date(2026, 8, 1)),
        (View.THREE_WEEKS, date(2026, 11, 24), -1, date(2026, 11, 3)),
        (View.TWO_WEEKS, date(2026, 12, 24), 1, date(2027, 1, 7)),
    ],
)
def test_later_and_earlier_go_a_whole_view(view: View, wished: date, steps: int, begins: date) -> None:
    span = span_of(view, wished, TODAY)
    assert moved(span, view, steps) == begins
    assert span_of(view, moved(span, view, steps), TODAY).start == begins


def test_going_later_again_and_again_shows_every_day_once() -> None:
    for view in View:
        span = span_of(view, date(2027, 1, 15), TODAY)
        for _ in range(12):
            then = span_of(view, moved(span, view, 1), TODAY)
            assert then.start == span.end
            span = then


def test_a_month_is_shown_in_whole_weeks() -> None:
    weeks = weeks_of(span_of(View.MONTH, date(2026, 11, 1), TODAY))
    assert weeks[0].start == date(2026, 10, 26)
    assert weeks[-1].end == date(2026, 12, 7)


def test_a_quarter_is_headed_by_months_and_weeks() -> None:
    quarter = span_of(View.QUARTER, date(2026, 11, 1), TODAY)
    assert months_of(quarter) == [
        Stretch(date(2026, 11, 1), 0, 30),
        Stretch(date(2026, 12, 1), 30, 31),
        Stretch(date(2027, 1, 1), 61, 31),
    ]
    weeks = weeks_in(quarter)
    assert weeks[0] == Stretch(date(2026, 11, 1), 0, 1)  # a Sunday
    assert weeks[1] == Stretch(date(2026, 11, 2), 1, 7)
    assert weeks[-1] == Stretch(date(2027, 1, 25), 85, 7)


@given(SPANS)
def test_months_and_weeks_cover_a_span_without_a_gap(span: Span) -> None:
    for stretches in (months_of(span), weeks_in(span)):
        assert [day for each in stretches for day in Span(each.first, each.days).each()] == span.each()
        assert all(span.start + timedelta(days=each.offset) == each.first for each in stretches)
    assert all(each.days <= 7 for each in weeks_in(span))


@pytest.mark.parametrize(
    ("view", "room", "width"),
    [(View.THREE_WEEKS, 934, 44), (View.TWO_WEEKS, 530, 37.5), (View.QUARTER, 934, 10), (View.MONTH, 934, 31)],
)
def test_a_day_is_as_wide_as_there_is_room(view: View, room: float, width: float) -> None:
    assert day_width(view, span_of(view, None, TODAY), room) == width


@given(st.sampled_from(list(View)), st.floats(0, 3000))
def test_days_fill_their_room_or_scroll_but_are_never_too_narrow(view: View, room: float) -> None:
    span = span_of(view, None, TODAY)
    width = day_width(view, span, room)
    assert width >= LEAST_DAY[view]
    assert width == LEAST_DAY[view] or room - span.days / 2 < width * span.days <= room


def test_an_address_that_names_no_day_or_view_names_none() -> None:
    assert day_in("2026-11-31") is None
    assert day_in("9999-12-31") is None
    assert day_in("2026-11-30") == date(2026, 11, 30)
    assert view_in("quarter", View.MONTH) is View.QUARTER
    assert view_in("year", View.MONTH) is View.MONTH


@given(st.sampled_from(list(View)), st.floats(300, 3000))
def test_names_and_days_fill_the_room_to_the_pixel_or_scroll(view: View, room: float) -> None:
    span = span_of(view, None, TODAY)
    names, day = columns(view, span, room, 160)
    assert names >= 160
    assert names + day * span.days == pytest.approx(room) or day == LEAST_DAY[view]


def test_a_narrow_view_counts_the_worst_night_of_each_week() -> None:
    span = Span(date(2026, 11, 28), 10)  # a Saturday
    home = a_home((date(2026, 12, 2), date(2026, 12, 3)))
    assert [few for _, few in fewest_by_week(free_homes([home, a_home()], span), span)] == [2, 1, 2]
