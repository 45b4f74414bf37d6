"""Boxes and zones, without a database."""

import math
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.search.rules.days import zones_open_for
from server.search.rules.places import box_around
from shared_models.stay_dates import Stay, local_day
from shared_models.stay_limits import StayLimits, refusals


@given(
    latitude=st.floats(-90, 90),
    longitude=st.floats(-180, 180),
    radius=st.floats(0, 500, exclude_min=True),
    bearing=st.floats(0, 2 * math.pi),
    share=st.floats(0, 1),
)
def test_a_box_holds_every_point_of_its_circle(
    latitude: float, longitude: float, radius: float, bearing: float, share: float
) -> None:
    # Walk from the middle: the direct problem on a sphere.
    angle, here = share * radius / 6371.0088, math.radians(latitude)
    sine = math.sin(here) * math.cos(angle) + math.cos(here) * math.sin(angle) * math.cos(bearing)
    there = math.asin(max(-1.0, min(1.0, sine)))
    turn = math.atan2(
        math.sin(bearing) * math.sin(angle) * math.cos(here), math.cos(angle) - math.sin(here) * math.sin(there)
    )
    reached = (longitude + math.degrees(turn) + 180) % 360 - 180
    box = box_around(latitude, longitude, radius)
    assert box.south <= math.degrees(there) <= box.north
    assert any(west <= reached <= east for west, east in box.spans)
    assert all(-180 <= west <= east <= 180 for west, east in box.spans)


def test_a_box_is_hardly_larger_than_its_circle() -> None:
    box = box_around(60, 10, 10)
    assert (box.north - box.south) * 111.195 == pytest.approx(20, rel=1e-3)
    assert (box.spans[0][1] - box.spans[0][0]) * 111.195 * math.cos(math.radians(60)) == pytest.approx(20, rel=1e-3)


@settings(deadline=None)  # the first one reads every zone
@given(seconds=st.integers(1_767_225_600, 2_114_380_800), ahead=st.integers(-5, 735))
def test_zones_are_those_where_the_home_itself_would_take_the_stay(seconds: int, ahead: int) -> None:
    now = datetime.fromtimestamp(seconds, UTC)  # 2026 to 2036
    check_in = now.date() + timedelta(days=ahead)
    stay = Stay(check_in=check_in, check_out=check_in + timedelta(days=1))
    zones = zones_open_for(stay, now)
    for zone in ("Europe/London", "Pacific/Kiritimati", "Pacific/Niue", "Etc/GMT+12", "Asia/Kathmandu"):
        bookable = not refusals(StayLimits(), stay, 1, local_day(now, zone))
        assert (zones is None or zone in zones) == bookable


def test_far_from_today_no_zone_is_asked() -> None:
    stay = Stay(check_in=date(2027, 5, 1), check_out=date(2027, 5, 2))
    assert zones_open_for(stay, datetime(2027, 3, 1, tzinfo=UTC)) is None
    assert zones_open_for(stay, datetime(2027, 7, 1, tzinfo=UTC)) == []
