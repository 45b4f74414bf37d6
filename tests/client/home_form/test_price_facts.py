"""From the prices as they are typed to the facts of a home, and to what the simulator is asked."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.features.home_form.facts import facts_of, said_of, typed_from, typed_of
from client.features.home_form.field_places import NIGHTLY, Step, field_at, step_of
from client.features.home_form.prices.given import simulation_of, weekend_words
from client.features.home_form.prices.tiers import TierRow, tier_lines, tiers_of
from shared_models.price_rules import NIGHTLY_RULES
from shared_models.properties import PropertyFacts, PropertyRead, PropertyStatus
from tests.client.home_form.test_facts import typed

ALL = {
    "weekend_percent": "20",
    "length_discounts": "7: 10\n28: 25",
    "early_bird_days": "60",
    "early_bird_percent": "5",
    "last_minute_days": "0",
    "last_minute_percent": "15",
    "min_price": "50",
    "guests_included": "2",
    "extra_guest_fee": "12.50",
    "non_refundable_percent": "10",
    "tourist_tax": "edinburgh",
    "seasons": "06-01 to 08-31: 7; 120\n12-20 to 01-05: ; 150.50",
    "cleaning_fee": "30",
}
HOME = UUID(int=1)


def facts(**words: str) -> PropertyFacts:
    found, errors = facts_of(typed(**words))
    assert errors == {}
    assert found is not None
    return found


def errors_of(**words: str) -> dict[str, str]:
    return facts_of(typed(**words))[1]


def test_every_rule_is_read_as_it_is_typed() -> None:
    found = facts(**ALL)
    assert [(tier.nights, tier.percent) for tier in found.length_discounts or ()] == [(7, 10), (28, 25)]
    assert [(one.min_nights, one.price_minor) for one in found.seasons or ()] == [(7, 12000), (None, 15050)]
    assert (found.weekend_percent, found.early_bird_days, found.early_bird_percent) == (20, 60, 5)
    assert (found.last_minute_days, found.last_minute_percent, found.non_refundable_percent) == (0, 15, 10)
    assert (found.min_price_minor, found.guests_included, found.extra_guest_fee_minor) == (5000, 2, 1250)
    assert (found.tourist_tax, found.cleaning_fee_minor) == ("edinburgh", 3000)


def test_what_is_left_empty_is_no_rule() -> None:
    found = facts()
    assert [getattr(found, name) for name in NIGHTLY_RULES] == [None] * len(NIGHTLY_RULES)


def test_prices_read_and_said_again_are_the_same_prices() -> None:
    found, moment = facts(**ALL), datetime(2026, 1, 1, tzinfo=UTC)
    money = {
        name: {"amount_minor": getattr(found, f"{name}_minor"), "currency": found.currency}
        for name in ("price", "cleaning_fee", "min_price", "extra_guest_fee")
    }
    home = PropertyRead.model_validate(
        found.model_dump(exclude={f"{name}_minor" for name in money} | {"currency"})
        | money
        | {"id": HOME, "slug": "a-home", "landlord_id": HOME, "status": PropertyStatus.DRAFT, "zone": "Europe/London"}
        | {"created_at": moment, "updated_at": moment}
    )
    assert facts_of(typed_of(home))[0] == found
    assert facts_of(typed_from(said_of(typed_of(home))))[0] == found


@pytest.mark.parametrize(
    ("words", "field", "told"),
    [
        ({"weekend_percent": "91"}, "weekend_percent", "Between 0 and 90."),
        ({"weekend_percent": "20 %"}, "weekend_percent", "Write a whole number, such as 2, or leave it empty."),
        ({"early_bird_days": "60"}, "early_bird_percent", "Fill in the days and the percent, or neither."),
        ({"last_minute_percent": "9"}, "last_minute_percent", "Fill in the days and the percent, or neither."),
        (
            {"guests_included": "2"},
            "extra_guest_fee",
            "Fill in how many guests are in the price and what each further one pays, or neither.",
        ),
        ({"min_price": "94.01"}, "min_price", "It is more than a night costs."),
        ({"min_price": "cheap"}, "min_price", "Write an amount, such as 94.00."),
        ({"length_discounts": "7: 10\n: 5"}, "length_discounts.1.nights", "Write a whole number of nights, such as 7."),
        ({"length_discounts": "7: ten"}, "length_discounts.0.percent", "Write whole percents, such as 10."),
        ({"length_discounts": "7: 95"}, "length_discounts.0.percent", "Between 0 and 90."),
        ({"length_discounts": "1: 5"}, "length_discounts.0.nights", "Between 2 and 730."),
        (
            {"length_discounts": "7: 10\n7: 20"},
            "length_discounts.1.nights",
            "There is a discount from so many nights already.",
        ),
        ({"length_discounts": "2: 1\n3: 1\n4: 1\n5: 1\n6: 1\n7: 1"}, "length_discounts", "At most 5 discounts."),
        ({"seasons": "06-01 to 08-31: "}, "seasons.0.price", "Give it a price, a shortest stay, or both."),
        ({"seasons": "06-01 to 08-31: ; dear"}, "seasons.0.price", "Write an amount, such as 94.00."),
        ({"seasons": "06-01 to 08-31: x; 90"}, "seasons.0.nights", "Write a whole number of nights, such as 7."),
        (
            {"seasons": "06-01 to 08-31: ; 99\n08-31 to 09-02: ; 99"},
            "seasons.1.days",
            "Another season with a price has some of these days: a night cannot have two prices.",
        ),
        (
            {"seasons": "06-01 to 08-31: ; 49.99", "min_price": "50"},
            "seasons.0.price",
            "It is below the least that a night may cost.",
        ),
        (
            {"tourist_tax": "lisbon", "currency": "GBP"},
            "tourist_tax",
            "It is charged in another currency than that of the price.",
        ),
    ],
)
def test_what_is_wrong_is_told_at_its_field(words: dict[str, str], field: str, told: str) -> None:
    assert errors_of(**words) == {field: told}
    assert step_of(field) is Step.PRICE


def test_by_the_month_rules_of_nights_stay_in_the_fields_and_are_not_sent() -> None:
    words = ALL | {"seasons": "06-01 to 08-31: 7; 120", "cleaning_fee": ""}
    form = typed(**words, let_type="monthly")
    found, errors = facts_of(form)
    assert errors == {}
    assert found is not None
    assert [getattr(found, name) for name in NIGHTLY_RULES] == [None] * len(NIGHTLY_RULES)
    assert [(one.min_nights, one.price_minor) for one in found.seasons or ()] == [(7, None)]
    form.words["let_type"] = "nightly"
    assert facts_of(form)[0] == facts(**words)


def test_by_the_month_a_season_needs_its_shortest_stay() -> None:
    words = {"let_type": "monthly", "seasons": "06-01 to 08-31: ; 120"}
    assert errors_of(**words) == {"seasons.0.nights": "Write a whole number of nights, such as 7."}


def test_a_cleaning_fee_by_the_month_is_refused_in_england_and_says_why() -> None:
    england = {"let_type": "monthly", "cleaning_fee": "30", "city": "Leeds"}
    told = errors_of(**england)
    assert list(told) == ["cleaning_fee"]
    assert "Tenant Fees Act 2019" in told["cleaning_fee"]
    assert errors_of(**england | {"postcode": "EH6 6QW"}) == {}
    assert errors_of(**england | {"let_type": "nightly"}) == {}


def test_what_only_nights_have_is_the_same_for_the_editor_and_the_server() -> None:
    assert {field_at(name) for name in NIGHTLY_RULES} == NIGHTLY


def test_a_path_of_the_server_finds_its_field_in_a_row() -> None:
    assert field_at("body.facts.seasons.2.first") == "seasons.2.days"
    assert field_at("body.facts.seasons.2.price_minor") == "seasons.2.price"
    assert field_at("body.facts.length_discounts.1.nights") == "length_discounts.1.nights"
    assert field_at("body.facts.min_price_minor") == "min_price"


TYPED = st.text("0123456789abc ,;", max_size=5).map(str.strip)


@given(st.lists(st.builds(TierRow, TYPED, TYPED), max_size=5))
def test_discounts_are_kept_as_they_are_half_done_or_whole(rows: list[TierRow]) -> None:
    assert tiers_of(tier_lines(rows)) == rows


def test_the_simulator_is_asked_with_the_prices_alone() -> None:
    request = simulation_of(typed(**ALL, title="", city=""), HOME)
    assert request is not None
    told: dict[str, Any] = facts(**ALL).model_dump()
    assert request.model_dump(exclude={"property_id", "guests"}) == {
        name: told[name] for name in request.model_dump(exclude={"property_id", "guests"})
    }


@pytest.mark.parametrize(
    "words", [{"price": ""}, {"weekend_percent": "91"}, {"weekend_percent": "much"}, {"seasons": "summer"}]
)
def test_the_simulator_is_not_asked_what_cannot_be_read(words: dict[str, str]) -> None:
    assert simulation_of(typed(**words), HOME) is None


@pytest.mark.parametrize(
    ("price", "percent", "words"),
    [
        ("94", "15", "That is £108.10 a night."),
        ("94", "", "How much more these nights cost."),
        ("94", "much", "How much more these nights cost."),
        ("99999999999999", "15", "How much more these nights cost."),
        ("94", "999999999", "How much more these nights cost."),
    ],
)
def test_the_weekend_says_what_its_nights_cost(price: str, percent: str, words: str) -> None:
    assert weekend_words(typed(price=price, weekend_percent=percent)) == words
