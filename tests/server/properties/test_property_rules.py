"""Rules of a listing, without a database."""

import re
from itertools import product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.ids import new_id
from server.properties.rules import listings as rules
from server.properties.rules.zones import zone_of
from shared_models.properties import MOVES, PropertyStatus

STATUSES = [status for status in PropertyStatus if status != PropertyStatus.UNKNOWN]
BY_A_LANDLORD = {
    ("draft", "pending_review"),
    ("draft", "archived"),
    ("pending_review", "draft"),
    ("published", "paused"),
    ("published", "archived"),
    ("paused", "published"),
    ("paused", "archived"),
    ("rejected", "draft"),
    ("rejected", "pending_review"),
    ("rejected", "archived"),
}
BY_AN_ADMIN_ALONE = {
    ("pending_review", "published"),
    ("pending_review", "rejected"),
    ("published", "rejected"),
    ("paused", "rejected"),
}


@pytest.mark.parametrize(("now", "then"), list(product(STATUSES, STATUSES)))
def test_every_pair_of_states_is_a_landlords_an_admins_or_nobodys_move(
    now: PropertyStatus, then: PropertyStatus
) -> None:
    pair = (now.value, then.value)
    assert rules.may_a_landlord(now, then) == (pair in BY_A_LANDLORD)
    assert rules.is_possible(now, then) == (pair in BY_A_LANDLORD | BY_AN_ADMIN_ALONE)


def test_every_state_is_in_the_table() -> None:
    assert set(MOVES) == set(STATUSES)


@given(st.text(max_size=200))
def test_a_slug_is_readable_unique_and_fits_its_column(title: str) -> None:
    first, second = rules.slug_of(title, new_id()), rules.slug_of(title, new_id())
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*-[0-9a-hjkmnp-tv-z]{10}", first)
    assert len(first) <= 120
    assert first != second


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Sunny flat, Leith!", "sunny-flat-leith"),
        ("Château d'Été", "chateau-d-ete"),
        ("Raumerstraße 5, GROẞ", "raumerstrasse-5-gross"),
        ("Smørrebrød, Łódź, Ærø", "smorrebrod-lodz-aero"),
        ("爱丁堡", "home"),
        ("", "home"),
        ("a" * 200, "a" * 80),
        ("word " * 40, "-".join(["word"] * 16)),
    ],
)
def test_a_slug_begins_with_the_words_of_the_title(title: str, words: str) -> None:
    assert rules.slug_of(title, UUID(int=0)) == f"{words}-0000000000"


@pytest.mark.parametrize(
    ("facts", "complete"),
    [
        ({"address_line": None, "neighbourhood": None}, False),
        ({"address_line": "", "neighbourhood": ""}, False),
        ({"address_line": "1 Shore", "neighbourhood": None}, True),
        ({"address_line": None, "neighbourhood": "Leith"}, True),
    ],
)
def test_a_listing_is_complete_when_one_can_tell_where_it_is(facts: dict[str, str | None], complete: bool) -> None:
    assert (rules.missing_to_publish(facts) == []) == complete


@pytest.mark.parametrize(
    ("latitude", "longitude", "zone"),
    [
        (55.9533, -3.1883, "Europe/London"),
        (47.3769, 8.5417, "Europe/Zurich"),
        (40.4168, -3.7038, "Europe/Madrid"),
        (28.1235, -15.4363, "Atlantic/Canary"),
        (-33.8688, 151.2093, "Australia/Sydney"),
        (50, -30, None),
        (0, 0, None),
    ],
)
def test_a_pin_has_the_zone_of_its_place_and_none_at_sea(latitude: float, longitude: float, zone: str | None) -> None:
    assert zone_of(latitude, longitude) == zone


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_every_pin_on_earth_has_a_zone_or_none(latitude: float, longitude: float) -> None:
    zone = zone_of(latitude, longitude)
    assert zone is None or "/" in zone
