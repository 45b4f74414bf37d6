"""From what is typed to the facts of a home."""

from datetime import time

import pytest

from client.features.home_form.facts import Typed, facts_of, field_at
from shared_models.money import Currency
from shared_models.properties import Amenity


def typed(**words: str) -> Typed:
    """A form with all that must be filled in, and what a test adds."""
    made = Typed()
    made.words |= {"title": "A home", "city": "Edinburgh", "latitude": "55.95", "longitude": "-3,19", "price": "94"}
    made.words |= words
    return made


def test_what_is_left_empty_is_not_said() -> None:
    facts, errors = facts_of(typed())
    assert errors == {}
    assert facts is not None
    assert (facts.bedrooms, facts.amenities, facts.rules.pets, facts.check_in_from) == (None, None, None, None)
    assert facts.pin.longitude == -3.19


def test_having_none_of_it_is_not_the_same_as_not_saying() -> None:
    form = typed()
    form.amenities_said = True
    facts, _ = facts_of(form)
    assert facts is not None
    assert facts.amenities == []
    form.amenities = {Amenity.WIFI}
    assert facts_of(form)[0] is not None


@pytest.mark.parametrize(
    ("words", "currency", "minor"),
    [
        ("94", "GBP", 9400),
        ("94.50", "GBP", 9450),
        ("94,50", "EUR", 9450),
        ("1,650.00", "GBP", 165000),
        ("12 000", "JPY", 12000),
        ("1,650", "GBP", 165000),
    ],
)
def test_money_is_typed_in_major_units_of_its_currency(words: str, currency: str, minor: int) -> None:
    facts, errors = facts_of(typed(price=words, currency=currency))
    assert errors == {}
    assert facts is not None
    assert (facts.price_minor, facts.currency) == (minor, Currency(currency))


def test_more_decimals_than_the_currency_knows_are_refused() -> None:
    assert "JPY" in facts_of(typed(price="94.5", currency="JPY"))[1]["price"]


def test_an_empty_form_names_what_must_be_filled_in_in_the_order_of_the_page() -> None:
    facts, errors = facts_of(Typed())
    assert facts is None
    assert list(errors) == ["title", "city", "latitude", "longitude", "price"]


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("beds", "two"),
        ("beds", "0"),
        ("latitude", "north"),
        ("latitude", "91"),
        ("price", "free"),
        ("check_in_from", "25:00"),
        ("cleaning_fee", "99999999999"),
        ("country", ""),
    ],
)
def test_what_cannot_be_read_is_named_beside_its_field(field: str, words: str) -> None:
    facts, errors = facts_of(typed(**{field: words}))
    assert facts is None
    assert list(errors) == [field]


def test_a_longest_stay_below_the_shortest_is_told_at_the_longest() -> None:
    assert list(facts_of(typed(min_nights="5", max_nights="3"))[1]) == ["max_nights"]


def test_times_are_read_as_people_write_them() -> None:
    facts, _ = facts_of(typed(check_in_from="15", check_out_by="10.30"))
    assert facts is not None
    assert (facts.check_in_from, facts.check_out_by) == (time(15), time(10, 30))


def test_a_path_of_the_server_finds_its_field() -> None:
    assert field_at("body.address.city") == "city"
    assert field_at("price_minor") == "price"
