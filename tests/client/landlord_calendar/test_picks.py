"""Which nights are picked by presses, drags and keys."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.features.landlord_calendar.grid import Span, is_free
from client.features.landlord_calendar.picks import Pick, can_pick, draw, press, steer
from shared_models.calendars import PropertyCalendar
from tests.client.landlord_calendar.test_grid import a_home

TODAY = date(2026, 12, 1)
SPAN = Span(date(2026, 11, 30), 21)
DAYS = st.integers(-5, 25).map(lambda ahead: TODAY + timedelta(days=ahead))


def dec(day: int) -> date:
    return date(2026, 12, day)


def picked(pick: Pick | None) -> tuple[date, date] | None:
    return None if pick is None else (pick.start, pick.end)


def pressed(home: PropertyCalendar, *days: int) -> Pick | None:
    pick = None
    for day in days:
        pick = press(pick, home, dec(day), TODAY)
    return pick


def test_one_press_picks_one_night() -> None:
    pick = pressed(a_home(), 8)
    assert picked(pick) == (dec(8), dec(9))
    assert pick is not None
    assert pick.nights == 1


@pytest.mark.parametrize("days", [(8, 10), (10, 8)])
def test_two_presses_in_either_order_pick_both_nights_and_all_between(days: tuple[int, int]) -> None:
    assert picked(pressed(a_home(), *days)) == (dec(8), dec(11))


def test_a_third_press_begins_anew() -> None:
    assert picked(pressed(a_home(), 8, 10, 15)) == (dec(15), dec(16))


def test_a_taken_night_between_begins_anew() -> None:
    assert picked(pressed(a_home((dec(9), dec(11))), 7, 14)) == (dec(14), dec(15))


def test_the_night_before_an_arrival_and_that_of_leaving_can_be_picked() -> None:
    home = a_home((dec(9), dec(11)))
    assert picked(pressed(home, 7, 8)) == (dec(7), dec(9))
    assert picked(pressed(home, 11)) == (dec(11), dec(12))


@pytest.mark.parametrize("day", [9, 10])
def test_a_taken_night_changes_nothing(day: int) -> None:
    home = a_home((dec(9), dec(11)))
    assert pressed(home, day) is None
    assert pressed(home, 7, day) == pressed(home, 7)


def test_a_night_that_is_over_cannot_be_picked_but_this_one_can() -> None:
    assert not can_pick(a_home(), TODAY - timedelta(days=1), TODAY)
    assert can_pick(a_home(), TODAY, TODAY)


def test_another_home_begins_anew() -> None:
    one, other = a_home(), a_home()
    pick = press(press(None, one, dec(8), TODAY), other, dec(10), TODAY)
    assert pick is not None
    assert (pick.property_id, picked(pick)) == (other.property_id, (dec(10), dec(11)))


def test_a_drag_stops_before_the_first_taken_night_and_goes_on_when_it_comes_back() -> None:
    home = a_home((dec(9), dec(11)))
    far = draw(home, dec(7), dec(14), TODAY)
    assert (picked(far), far.stopped) == ((dec(7), dec(9)), True)
    assert picked(draw(home, dec(7), dec(7), TODAY)) == (dec(7), dec(8))
    back = draw(home, dec(7), date(2026, 11, 20), TODAY)
    assert picked(back) == (TODAY, dec(8))


@given(DAYS, DAYS, DAYS, st.integers(1, 6))
def test_what_is_drawn_is_free_to_come_and_holds_where_it_began(
    anchor: date, reach: date, taken: date, nights: int
) -> None:
    home = a_home((taken, taken + timedelta(days=nights)))
    pick = draw(home, anchor, reach, TODAY)
    drawn = Span(pick.start, pick.nights).each()
    assert all(is_free(home.claims, night) and night >= TODAY for night in drawn)
    assert (anchor in drawn) == can_pick(home, anchor, TODAY)
    assert all(min(anchor, reach) <= night <= max(anchor, reach) for night in drawn)
    assert pick.stopped == (reach not in drawn)


def steered(homes: list[PropertyCalendar], *keys: str) -> Pick | None:
    """What is picked after keys; `+` before one is Shift."""
    pick = None
    for key in keys:
        pick = steer(pick, homes, key.removeprefix("+"), key.startswith("+"), SPAN, TODAY)
    return pick


def test_the_first_key_stands_on_the_first_night_to_come() -> None:
    assert picked(steered([a_home()], "ArrowRight")) == (TODAY, dec(2))
    later = Span(dec(10), 14)
    first = steer(None, [a_home()], "ArrowDown", False, later, TODAY)
    assert first is not None
    assert first.reach == dec(10)


def test_arrows_go_from_night_to_night_and_shift_draws() -> None:
    keys = ["ArrowRight"] * 3
    assert picked(steered([a_home()], *keys)) == (dec(3), dec(4))
    assert picked(steered([a_home()], *keys, "+ArrowRight", "+ArrowRight")) == (dec(3), dec(6))
    assert picked(steered([a_home()], *keys, "+ArrowRight", "+ArrowLeft", "+ArrowLeft")) == (dec(2), dec(4))
    assert picked(steered([a_home()], *keys, "+ArrowRight", "ArrowRight")) == (dec(5), dec(6))


def test_up_and_down_go_from_home_to_home_and_stay_inside() -> None:
    homes = [a_home(), a_home()]
    for keys, row in ((["ArrowDown"], 1), (["ArrowDown"] * 3, 1), (["ArrowDown", "ArrowUp", "ArrowUp"], 0)):
        pick = steered(homes, "ArrowRight", "ArrowRight", *keys)
        assert pick is not None
        assert (pick.property_id, pick.reach) == (homes[row].property_id, dec(2))


def test_keys_go_through_taken_nights_without_picking_them() -> None:
    home = a_home((dec(2), dec(4)))
    on_it = steered([home], "ArrowRight", "ArrowRight")
    assert on_it is not None
    assert (on_it.reach, on_it.nights) == (dec(2), 0)
    assert picked(steered([home], *["ArrowRight"] * 4)) == (dec(4), dec(5))


def test_keys_stay_in_what_is_shown() -> None:
    left = steered([a_home()], *["ArrowRight"] * 2, *["ArrowLeft"] * 9)
    right = steered([a_home()], *["ArrowRight"] * 40)
    assert left is not None
    assert right is not None
    assert (left.reach, right.reach) == (SPAN.start, SPAN.end - timedelta(days=1))


def test_other_keys_are_not_ours() -> None:
    assert steered([a_home()], "a") is None
    assert steer(None, [], "ArrowRight", False, SPAN, TODAY) is None
