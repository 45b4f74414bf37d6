"""What a landlord may say of prices: bounds, and rules that have to agree. Each refusal names its field."""

from typing import Any

import pytest
from pydantic import ValidationError

from shared_models.letting_law import FeeForbidden
from shared_models.price_rules import NIGHTLY_RULES, PriceFacts
from shared_models.prices import PriceTerms, terms_of
from shared_models.properties import PropertyFacts, PropertyRead

HOME: dict[str, Any] = {
    "title": "A flat",
    "type": "flat",
    "let_type": "nightly",
    "address": {"neighbourhood": "Leith", "city": "Edinburgh", "postcode": "EH6 6QW", "country": "GB"},
    "pin": {"latitude": 55.97, "longitude": -3.17},
    "price_minor": 10_000,
    "currency": "GBP",
}
EVERY_RULE: dict[str, Any] = {
    "weekend_percent": 20,
    "length_discounts": [{"nights": 7, "percent": 10}],
    "early_bird_days": 60,
    "early_bird_percent": 5,
    "last_minute_days": 3,
    "last_minute_percent": 15,
    "min_price_minor": 7_000,
    "guests_included": 2,
    "extra_guest_fee_minor": 1_500,
    "non_refundable_percent": 10,
    "tourist_tax": "edinburgh",
}


def refusals(**said: Any) -> dict[str, str]:
    try:
        PropertyFacts.model_validate({**HOME, **said})
    except ValidationError as problem:
        return {
            ".".join(str(part) for part in error["loc"]): error["msg"].removeprefix("Value error, ")
            for error in problem.errors()
        }
    return {}


def season(first: str, last: str, **more: Any) -> dict[str, Any]:
    return {"first": first, "last": last, **more}


def test_every_rule_can_be_said_at_once() -> None:
    assert refusals(**EVERY_RULE, seasons=[season("06-01", "08-31", price_minor=15_000)]) == {}
    assert set(EVERY_RULE) == set(NIGHTLY_RULES)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"weekend_percent": 91}, "weekend_percent"),
        ({"weekend_percent": -1}, "weekend_percent"),
        ({"non_refundable_percent": 91}, "non_refundable_percent"),
        ({"early_bird_days": 30, "early_bird_percent": 91}, "early_bird_percent"),
        ({"early_bird_days": 0, "early_bird_percent": 10}, "early_bird_days"),
        ({"early_bird_days": 731, "early_bird_percent": 10}, "early_bird_days"),
        ({"last_minute_days": 3, "last_minute_percent": 91}, "last_minute_percent"),
        ({"last_minute_days": -1, "last_minute_percent": 9}, "last_minute_days"),
        ({"early_bird_days": 30}, "early_bird_percent"),
        ({"early_bird_percent": 10}, "early_bird_percent"),
        ({"last_minute_days": 3}, "last_minute_percent"),
        ({"last_minute_percent": 10}, "last_minute_percent"),
        ({"guests_included": 2}, "extra_guest_fee_minor"),
        ({"extra_guest_fee_minor": 100}, "extra_guest_fee_minor"),
        ({"guests_included": 0, "extra_guest_fee_minor": 100}, "guests_included"),
        ({"min_price_minor": 10_001}, "min_price_minor"),
        ({"min_price_minor": 0}, "min_price_minor"),
        ({"length_discounts": []}, "length_discounts"),
        ({"length_discounts": [{"nights": nights, "percent": 5} for nights in range(2, 8)]}, "length_discounts"),
        ({"length_discounts": [{"nights": 1, "percent": 5}]}, "length_discounts.0.nights"),
        ({"length_discounts": [{"nights": 7, "percent": 91}]}, "length_discounts.0.percent"),
        ({"length_discounts": [{"nights": 7, "percent": 5}] * 2}, "length_discounts.1.nights"),
        ({"tourist_tax": "atlantis"}, "tourist_tax"),
        ({"tourist_tax": "lisbon"}, "tourist_tax"),
        ({"seasons": [season("06-01", "08-31")]}, "seasons.0.price_minor"),
        ({"seasons": [season("06-01", "08-31", price_minor=0)]}, "seasons.0.price_minor"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(said: dict[str, Any], field: str) -> None:
    assert list(refusals(**said)) == [field]


def test_bounds_are_allowed() -> None:
    at_most = {"weekend_percent": 90, "non_refundable_percent": 90, "min_price_minor": 10_000}
    assert refusals(**at_most, last_minute_days=0, last_minute_percent=0) == {}


def test_a_tax_in_another_currency_says_which() -> None:
    assert "EUR" in refusals(tourist_tax="lisbon")["tourist_tax"]
    assert refusals(tourist_tax="lisbon", currency="EUR") == {}


def test_lengths_are_kept_in_their_order() -> None:
    facts = PropertyFacts.model_validate(
        {**HOME, "length_discounts": [{"nights": 28, "percent": 30}, {"nights": 7, "percent": 10}]}
    )
    assert [tier.nights for tier in facts.length_discounts or ()] == [7, 28]


def test_seasons_with_prices_share_no_day() -> None:
    rows = [
        season("06-01", "06-30", price_minor=1),
        season("06-30", "07-05", min_nights=3),
        season("06-30", "07-31", price_minor=2),
    ]
    assert refusals(seasons=rows) == {"seasons.2.first": "overlaps another season with a price"}
    rows[2]["first"] = "07-01"
    assert refusals(seasons=rows) == {}


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        (("12-20", "01-05"), ("01-05", "01-10"), True),
        (("12-20", "01-05"), ("01-06", "12-19"), False),
        (("12-20", "01-05"), ("11-01", "12-20"), True),
        (("12-20", "01-05"), ("12-31", "12-31"), True),
        (("12-20", "01-05"), ("12-01", "02-01"), True),
        (("02-29", "02-29"), ("02-01", "02-28"), False),
        (("02-29", "02-29"), ("02-28", "03-01"), True),
    ],
)
def test_seasons_over_the_new_year_overlap_as_days_do(
    one: tuple[str, str], other: tuple[str, str], *, overlap: bool
) -> None:
    for pair in ((one, other), (other, one)):
        found = refusals(seasons=[season(*days, price_minor=1) for days in pair])
        assert bool(found) is overlap


def test_a_season_is_not_cheaper_than_the_minimum() -> None:
    rows = [season("06-01", "06-30", price_minor=7_999), season("07-01", "07-31", price_minor=8_000)]
    assert list(refusals(seasons=rows, min_price_minor=8_000)) == ["seasons.0.price_minor"]


def test_all_that_is_wrong_with_seasons_is_told_at_once() -> None:
    rows = [
        season("06-01", "06-30", price_minor=9_000, min_nights=800),
        season("06-30", "07-31", price_minor=5_000),
    ]
    assert sorted(refusals(seasons=rows, min_price_minor=8_000)) == [
        "seasons.0.min_nights",
        "seasons.1.first",
        "seasons.1.price_minor",
    ]


@pytest.mark.parametrize("rule", sorted(EVERY_RULE))
def test_a_home_let_by_the_month_has_no_rules_of_nights(rule: str) -> None:
    said = {rule: EVERY_RULE[rule]}
    pairs = [("early_bird_days", "early_bird_percent"), ("last_minute_days", "last_minute_percent")]
    for pair in (*pairs, ("guests_included", "extra_guest_fee_minor")):
        if rule in pair:
            said = {name: EVERY_RULE[name] for name in pair}
    assert sorted(refusals(let_type="monthly", **said)) == sorted(said)


def test_a_season_of_a_home_let_by_the_month_has_no_price() -> None:
    rows = [season("06-01", "06-30", min_nights=60), season("07-01", "07-31", price_minor=1)]
    assert list(refusals(let_type="monthly", seasons=rows)) == ["seasons.1.price_minor"]


@pytest.mark.parametrize(
    ("address", "let_type", "fee", "refused"),
    [
        ({"city": "London", "postcode": "E8 1AA"}, "monthly", 1, True),
        ({"city": "London", "postcode": "E8 1AA"}, "monthly", 0, False),
        ({"city": "London", "postcode": "E8 1AA"}, "monthly", None, False),
        ({"city": "London", "postcode": "E8 1AA"}, "nightly", 4_000, False),
        ({"city": "Edinburgh", "postcode": "EH6 6QW"}, "monthly", 4_000, False),
        ({"city": "Paris", "country": "FR"}, "monthly", 4_000, False),
    ],
)
def test_no_cleaning_fee_where_the_law_forbids_it(
    address: dict[str, str], let_type: str, fee: int | None, *, refused: bool
) -> None:
    found = refusals(address={"country": "GB", **address}, let_type=let_type, cleaning_fee_minor=fee)
    assert list(found) == (["cleaning_fee_minor"] if refused else [])
    if refused:
        assert "Tenant Fees Act 2019" in found["cleaning_fee_minor"]


def test_an_app_can_tell_the_law_in_its_own_words() -> None:
    said = {**HOME, "let_type": "monthly", "cleaning_fee_minor": 1, "address": {"city": "Leeds", "country": "GB"}}
    with pytest.raises(ValidationError) as refused:
        PropertyFacts.model_validate(said)
    error = refused.value.errors()[0]["ctx"]["error"]
    assert isinstance(error, FeeForbidden)
    assert error.rule.months is None


def test_facts_and_their_page_make_the_same_terms() -> None:
    facts = PropertyFacts.model_validate({**HOME, **EVERY_RULE, "cleaning_fee_minor": 2_500})
    terms = terms_of(facts)
    names = set(PriceTerms.model_fields)
    assert names <= set(PropertyRead.model_fields)
    assert PriceTerms.model_validate(terms.model_dump()).model_dump() == terms.model_dump()
    assert {name.removesuffix("_minor") for name in PriceFacts.model_fields} - {"currency"} <= names
