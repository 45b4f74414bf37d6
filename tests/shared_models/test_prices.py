"""The price of nights, rule by rule. Every line names the rules that made it, and all is exact."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared_models.money import Currency, Money
from shared_models.price_rules import LengthDiscount
from shared_models.prices import (
    LineKind,
    PriceRuleKind,
    PriceTerms,
    QuoteLine,
    offers_non_refundable,
    price_stay,
    total_of,
)
from shared_models.properties import LetType
from shared_models.stay_dates import Stay
from shared_models.stay_limits import Season
from shared_models.tourist_taxes import TAXES

MONDAY = date(2030, 6, 3)
Rules = dict[str, Any]
DAY = timedelta(days=1)


def money(minor: int, currency: Currency = Currency.GBP) -> Money:
    return Money(amount_minor=minor, currency=currency)


def terms(price: int = 10_000, currency: Currency = Currency.GBP, **rules: Any) -> PriceTerms:
    for name in ("cleaning_fee", "min_price", "extra_guest_fee"):
        if rules.get(name) is not None:
            rules[name] = money(rules[name], currency)
    return PriceTerms(let_type=LetType.NIGHTLY, price=money(price, currency), **rules)


def stay(check_in: date, nights: int) -> Stay:
    return Stay(check_in=check_in, check_out=check_in + timedelta(days=nights))


def lines(of: PriceTerms, nights: int, **asked: Any) -> list[QuoteLine]:
    wish: Rules = {"guests": 1, "today": MONDAY - timedelta(days=20), **asked}
    return price_stay(of, stay(wish.pop("check_in", MONDAY), nights), **wish)


def told(found: list[QuoteLine]) -> list[tuple[str, int, int, list[str]]]:
    return [
        (line.kind.value, line.quantity, line.unit.amount_minor, [rule.kind.value for rule in line.rules])
        for line in found
    ]


HIGH = Season(first="06-06", last="06-20", price_minor=15_000)

# One rule at a time, in the order in which they take effect.
RULE_BY_RULE: list[tuple[str, Rules, Rules, list[tuple[str, int, int, list[str]]]]] = [
    ("no rule", {}, {"nights": 3}, [("nights", 3, 10_000, [])]),
    (
        "a season's price from its first night to its last",
        {"seasons": [HIGH]},
        {"nights": 5},
        [("nights", 3, 10_000, []), ("nights", 2, 15_000, ["season"])],
    ),
    (
        "a season without a price",
        {"seasons": [HIGH.model_copy(update={"price_minor": None, "min_nights": 2})]},
        {"nights": 4},
        [("nights", 4, 10_000, [])],
    ),
    (
        "the weekend is Friday and Saturday",
        {"weekend_percent": 20},
        {"nights": 7},
        [("nights", 4, 10_000, []), ("nights", 2, 12_000, ["weekend"]), ("nights", 1, 10_000, [])],
    ),
    (
        "a weekend in a season is so much more than its price",
        {"weekend_percent": 10, "seasons": [HIGH]},
        {"nights": 6},
        [
            ("nights", 3, 10_000, []),
            ("nights", 1, 15_000, ["season"]),
            ("nights", 2, 16_500, ["season", "weekend"]),
        ],
    ),
    (
        "the longest length that is reached",
        {"length_discounts": [LengthDiscount(nights=3, percent=5), LengthDiscount(nights=4, percent=10)]},
        {"nights": 4},
        [("nights", 4, 9_000, ["length_of_stay"])],
    ),
    (
        "a shorter length below it",
        {"length_discounts": [LengthDiscount(nights=3, percent=5), LengthDiscount(nights=4, percent=10)]},
        {"nights": 3},
        [("nights", 3, 9_500, ["length_of_stay"])],
    ),
    (
        "an early bird on its last day",
        {"early_bird_days": 20, "early_bird_percent": 15},
        {"nights": 2},
        [("nights", 2, 8_500, ["early_bird"])],
    ),
    (
        "a day too late for the early bird",
        {"early_bird_days": 21, "early_bird_percent": 15},
        {"nights": 2},
        [("nights", 2, 10_000, [])],
    ),
    (
        "a last minute on its first day",
        {"last_minute_days": 20, "last_minute_percent": 25},
        {"nights": 2},
        [("nights", 2, 7_500, ["last_minute"])],
    ),
    (
        "a day too early for the last minute",
        {"last_minute_days": 19, "last_minute_percent": 25},
        {"nights": 2},
        [("nights", 2, 10_000, [])],
    ),
    (
        "one discount: length before early bird",
        {
            "length_discounts": [LengthDiscount(nights=2, percent=5)],
            "early_bird_days": 3,
            "early_bird_percent": 50,
            "last_minute_days": 90,
            "last_minute_percent": 60,
        },
        {"nights": 2},
        [("nights", 2, 9_500, ["length_of_stay"])],
    ),
    (
        "one discount: early bird before last minute",
        {"early_bird_days": 3, "early_bird_percent": 50, "last_minute_days": 90, "last_minute_percent": 60},
        {"nights": 2},
        [("nights", 2, 5_000, ["early_bird"])],
    ),
    (
        "a discount of nothing makes room for the next",
        {"length_discounts": [LengthDiscount(nights=2, percent=0)], "early_bird_days": 3, "early_bird_percent": 50},
        {"nights": 2},
        [("nights", 2, 5_000, ["early_bird"])],
    ),
    (
        "never below the minimum",
        {"length_discounts": [LengthDiscount(nights=2, percent=50)], "min_price": 7_000},
        {"nights": 2},
        [("nights", 2, 7_000, ["length_of_stay", "min_price"])],
    ),
    (
        "the minimum is for each night, not for the stay",
        {"last_minute_days": 90, "last_minute_percent": 30, "weekend_percent": 50, "min_price": 8_000},
        {"nights": 2, "check_in": date(2030, 6, 6)},
        [("nights", 1, 8_000, ["last_minute", "min_price"]), ("nights", 1, 10_500, ["weekend", "last_minute"])],
    ),
    (
        "refunds given up, after the discount",
        {"non_refundable_percent": 10, "early_bird_days": 3, "early_bird_percent": 50},
        {"nights": 2, "non_refundable": True},
        [("nights", 2, 4_500, ["early_bird", "non_refundable"])],
    ),
    ("refunds kept", {"non_refundable_percent": 10}, {"nights": 2}, [("nights", 2, 10_000, [])]),
    (
        "refunds given up, never below the minimum",
        {"non_refundable_percent": 10, "min_price": 9_500},
        {"nights": 2, "non_refundable": True},
        [("nights", 2, 9_500, ["non_refundable", "min_price"])],
    ),
    (
        "refunds given up where nothing is offered",
        {},
        {"nights": 2, "non_refundable": True},
        [("nights", 2, 10_000, [])],
    ),
    (
        "each guest beyond those included pays for each night",
        {"guests_included": 2, "extra_guest_fee": 1_500, "length_discounts": [LengthDiscount(nights=3, percent=10)]},
        {"nights": 3, "guests": 4},
        [("nights", 3, 9_000, ["length_of_stay"]), ("extra_guests", 6, 1_500, ["extra_guests"])],
    ),
    (
        "as many guests as are included",
        {"guests_included": 2, "extra_guest_fee": 1_500},
        {"nights": 3, "guests": 2},
        [("nights", 3, 10_000, [])],
    ),
    (
        "a free extra guest is no line",
        {"guests_included": 2, "extra_guest_fee": 0},
        {"nights": 3, "guests": 4},
        [("nights", 3, 10_000, [])],
    ),
    (
        "cleaning is never cheaper",
        {"cleaning_fee": 2_500, "last_minute_days": 90, "last_minute_percent": 50},
        {"nights": 1},
        [("nights", 1, 5_000, ["last_minute"]), ("cleaning", 1, 2_500, [])],
    ),
    (
        "a tax by percent: of nights and extra guests, the first five nights, without cleaning",
        {"tourist_tax": "edinburgh", "guests_included": 1, "extra_guest_fee": 2_000, "cleaning_fee": 3_000},
        {"nights": 7, "guests": 2},
        [
            ("nights", 7, 10_000, []),
            ("extra_guests", 7, 2_000, ["extra_guests"]),
            ("cleaning", 1, 3_000, []),
            ("tourist_tax", 1, 3_000, ["tourist_tax"]),  # 5 % of 5 × (100 + 20)
        ],
    ),
]


@pytest.mark.parametrize(("what", "rules", "wish", "expected"), RULE_BY_RULE, ids=[case[0] for case in RULE_BY_RULE])
def test_rule_by_rule(what: str, rules: Rules, wish: Rules, expected: list[tuple[str, int, int, list[str]]]) -> None:
    assert told(lines(terms(**rules), **wish)) == expected, what


def test_a_tax_by_the_person_counts_persons_and_nights() -> None:
    found = lines(terms(10_000, Currency.EUR, tourist_tax="lisbon"), 9, guests=3)
    assert told(found)[1:] == [("tourist_tax", 21, 400, ["tourist_tax"])]  # 3 guests, the first 7 nights
    assert (found[1].first, found[1].last) == (MONDAY, MONDAY + timedelta(days=6))


def test_a_tax_that_rises_during_a_stay_is_two_lines() -> None:
    found = lines(terms(10_000, Currency.EUR, tourist_tax="vienna"), 4, check_in=date(2027, 6, 29))
    taxes = [line for line in found if line.kind == LineKind.TOURIST_TAX]
    assert [(line.first, line.last, line.amount.amount_minor) for line in taxes] == [
        (date(2027, 6, 29), date(2027, 6, 30), 1_000),
        (date(2027, 7, 1), date(2027, 7, 2), 1_600),
    ]
    assert [line.rules[0].percent for line in taxes] == [Decimal(5), Decimal(8)]


def test_nights_before_a_tax_began_are_free_of_it() -> None:
    found = lines(terms(tourist_tax="glasgow"), 3, check_in=date(2027, 1, 23))
    assert [(line.first, line.amount.amount_minor) for line in found[1:]] == [(date(2027, 1, 25), 500)]


def test_a_long_stay_may_be_free_of_a_tax_altogether() -> None:
    of = terms(100_000, Currency.CZK, tourist_tax="prague")
    assert [line.amount.amount_minor for line in lines(of, 60)][1:] == [300_000]
    assert len(lines(of, 61)) == 1


def test_a_line_says_what_its_rules_are() -> None:
    of = terms(weekend_percent=20, seasons=[HIGH], length_discounts=[LengthDiscount(nights=2, percent=10)])
    night = lines(of, 2, check_in=date(2030, 6, 7))[0]
    season, weekend, length = night.rules
    assert (season.first, season.last) == ("06-06", "06-20")
    assert weekend.percent == 20
    assert (length.percent, length.nights) == (10, 2)
    assert night.base == money(15_000)
    assert night.unit == money(16_200)


def test_what_the_rules_began_with_is_told_only_where_they_changed_it() -> None:
    assert [line.base for line in lines(terms(seasons=[HIGH]), 4)] == [None, None]


@pytest.mark.parametrize(
    ("price", "percent", "night"),
    [(333, 50, 167), (335, 10, 302), (1, 49, 1), (1, 50, 1), (1, 51, 0), (10_001, 25, 7_501)],
)
def test_a_night_is_rounded_once_and_a_half_goes_up(price: int, percent: int, night: int) -> None:
    """335 less 10 % is 301.5; 10,001 less 25 % is 7,500.75."""
    of = terms(price, last_minute_days=90, last_minute_percent=percent)
    assert lines(of, 1)[0].unit.amount_minor == night


def test_a_night_is_not_rounded_between_two_rules() -> None:
    of = terms(10, weekend_percent=5, last_minute_days=90, last_minute_percent=50)
    assert lines(of, 1, check_in=date(2030, 6, 7))[0].unit.amount_minor == 5  # 5.25, and not 10.5 → 11 → 5.5 → 6


def test_yen_have_no_decimals() -> None:
    of = terms(14_500, Currency.JPY, weekend_percent=15, last_minute_days=90, last_minute_percent=33)
    found = lines(of, 2, check_in=date(2030, 6, 6))
    assert [line.unit for line in found] == [money(9_715, Currency.JPY), money(11_172, Currency.JPY)]
    assert total_of(found).major == 20_887


def test_lines_of_a_quote_from_before_the_rules_still_read() -> None:
    old = {
        "kind": "nights",
        "quantity": 3,
        "of_days": None,
        "unit": {"amount_minor": 10_000, "currency": "GBP"},
        "amount": {"amount_minor": 30_000, "currency": "GBP"},
        "first": "2030-06-03",
        "last": "2030-06-05",
    }
    assert QuoteLine.model_validate(old) == lines(terms(), 3)[0]


def test_a_rule_of_tomorrow_is_read_as_unknown() -> None:
    line = lines(terms(weekend_percent=20), 1, check_in=date(2030, 6, 7))[0].model_dump(mode="json")
    line["rules"][0]["kind"] = "full_moon"
    assert QuoteLine.model_validate(line).rules[0].kind == PriceRuleKind.UNKNOWN


def test_an_unknown_tax_is_left_to_the_server() -> None:
    assert told(lines(terms(tourist_tax="atlantis"), 1)) == [("nights", 1, 10_000, [])]


def test_only_nights_are_offered_without_a_refund() -> None:
    offered = terms(non_refundable_percent=10)
    assert offers_non_refundable(offered)
    assert not offers_non_refundable(terms(non_refundable_percent=0))
    assert not offers_non_refundable(terms())
    assert not offers_non_refundable(offered.model_copy(update={"let_type": LetType.MONTHLY}))


# Any rules and any stay.

percents = st.none() | st.integers(0, 90)
rules_of_homes = st.fixed_dictionaries(
    {
        "price": st.integers(1, 10**9),
        "currency": st.sampled_from([Currency.GBP, Currency.JPY, Currency.EUR]),
        "weekend_percent": percents,
        "length_discounts": st.none()
        | st.lists(
            st.builds(LengthDiscount, nights=st.integers(2, 40), percent=st.integers(0, 90)),
            min_size=1,
            max_size=5,
            unique_by=lambda tier: tier.nights,
        ),
        "early_bird_days": st.integers(1, 60),
        "early_bird_percent": st.integers(0, 90),
        "last_minute_days": st.integers(0, 60),
        "last_minute_percent": st.integers(0, 90),
        "min_part": st.none() | st.integers(1, 100),
        "guests_included": st.integers(1, 4),
        "extra_guest_fee": st.integers(0, 10**6),
        "cleaning_fee": st.none() | st.integers(0, 10**6),
        "non_refundable_percent": percents,
        "tourist_tax": st.none() | st.sampled_from([key for key, tax in TAXES.items() if tax.currency is None]),
        "seasons": st.none()
        | st.sampled_from(
            [
                [HIGH],
                [
                    Season(first="12-20", last="01-05", price_minor=99_999),
                    Season(first="02-29", last="02-29", price_minor=1),
                ],
            ]
        ),
    }
)
wishes = st.fixed_dictionaries(
    {
        "check_in": st.dates(date(2026, 1, 1), date(2032, 12, 31)),
        "nights": st.integers(1, 60),
        "guests": st.integers(1, 6),
        "ahead": st.integers(0, 90),
        "non_refundable": st.booleans(),
    }
)


def home(drawn: Rules) -> PriceTerms:
    rules = dict(drawn)
    part = rules.pop("min_part")
    seasons = [season.price_minor or 1 for season in rules["seasons"] or ()]
    least = None if part is None else max(1, min([rules["price"], *seasons]) * part // 100)
    return terms(rules.pop("price"), rules.pop("currency"), min_price=least, **rules)


def asked(of: PriceTerms, wish: Rules) -> list[QuoteLine]:
    when = {"check_in": wish["check_in"], "today": wish["check_in"] - timedelta(days=wish["ahead"])}
    return lines(of, wish["nights"], guests=wish["guests"], non_refundable=wish["non_refundable"], **when)


def by_pencil(of: PriceTerms, wish: Rules) -> list[int]:
    """What each night costs, one by one, as the documentation says it; nothing of the engine is used."""
    percent = 0
    reached = sorted((tier.nights, tier.percent) for tier in of.length_discounts or () if tier.nights <= wish["nights"])
    if reached and reached[-1][1] > 0:
        percent = reached[-1][1]
    elif wish["ahead"] >= (of.early_bird_days or 0) and of.early_bird_percent:
        percent = of.early_bird_percent
    elif wish["ahead"] <= (of.last_minute_days or 0) and of.last_minute_percent:
        percent = of.last_minute_percent
    found = []
    for passed in range(wish["nights"]):
        night = wish["check_in"] + passed * DAY
        price = of.price.amount_minor
        for season in of.seasons or ():
            inside = [season.first <= night.strftime("%m-%d"), night.strftime("%m-%d") <= season.last]
            if all(inside) if season.first <= season.last else any(inside):
                price = season.price_minor or price
        parts = price * 100**3
        if night.isoweekday() in (5, 6):
            parts = parts * (100 + (of.weekend_percent or 0)) // 100
        parts = parts * (100 - percent) // 100
        if wish["non_refundable"]:
            parts = parts * (100 - (of.non_refundable_percent or 0)) // 100
        least = of.min_price.amount_minor if of.min_price else 0
        found.append(max(least, (parts * 2 + 100**3) // (2 * 100**3)))
    return found


def nights_of(found: list[QuoteLine]) -> list[QuoteLine]:
    return [line for line in found if line.kind == LineKind.NIGHTS]


@given(rules_of_homes, wishes)
def test_each_night_costs_what_a_pencil_says(drawn: Rules, wish: Rules) -> None:
    of = home(drawn)
    found = nights_of(asked(of, wish))
    each = [line.unit.amount_minor for line in found for _ in range(line.quantity)]
    assert each == by_pencil(of, wish)


@given(rules_of_homes, wishes)
def test_lines_are_exact_and_name_every_night_once(drawn: Rules, wish: Rules) -> None:
    found = asked(home(drawn), wish)
    assert all(line.amount.amount_minor == line.quantity * line.unit.amount_minor for line in found)
    assert total_of(found).amount_minor == sum(line.amount.amount_minor for line in found)
    named = [line.first + passed * DAY for line in nights_of(found) if line.first for passed in range(line.quantity)]
    assert named == [wish["check_in"] + passed * DAY for passed in range(wish["nights"])]
    for line in nights_of(found):
        assert line.first is not None
        assert line.last == line.first + (line.quantity - 1) * DAY
    for line, after in zip(nights_of(found), nights_of(found)[1:], strict=False):
        assert (line.unit, line.rules) != (after.unit, after.rules)


@given(rules_of_homes, wishes)
def test_no_night_is_below_the_minimum(drawn: Rules, wish: Rules) -> None:
    of = home(drawn)
    least = of.min_price.amount_minor if of.min_price is not None else 0
    assert all(line.unit.amount_minor >= least for line in nights_of(asked(of, wish)))


@given(rules_of_homes, wishes)
def test_there_is_one_discount_at_most(drawn: Rules, wish: Rules) -> None:
    discounts = {PriceRuleKind.LENGTH_OF_STAY, PriceRuleKind.EARLY_BIRD, PriceRuleKind.LAST_MINUTE}
    found = [[rule for rule in line.rules if rule.kind in discounts] for line in nights_of(asked(home(drawn), wish))]
    assert all(len(rules) <= 1 for rules in found)
    assert all(rules == found[0] for rules in found)


@given(rules_of_homes, wishes)
def test_the_tax_is_a_part_of_nights_and_extra_guests(drawn: Rules, wish: Rules) -> None:
    for line in asked(home(drawn), wish):
        if line.kind == LineKind.TOURIST_TAX:
            assert line.base is not None
            share = Fraction(line.rules[0].percent or 0) / 100
            exact = line.base.amount_minor * share
            assert abs(line.amount.amount_minor - exact) <= Fraction(1, 2)


LINES_OF: list[tuple[str, Any, set[LineKind]]] = [
    ("weekend_percent", 33, {LineKind.NIGHTS}),
    ("length_discounts", [LengthDiscount(nights=2, percent=7)], {LineKind.NIGHTS}),
    ("last_minute_percent", 41, {LineKind.NIGHTS}),
    ("early_bird_percent", 41, {LineKind.NIGHTS}),
    ("non_refundable_percent", 9, {LineKind.NIGHTS}),
    ("seasons", [Season(first="01-01", last="12-31", price_minor=5_555)], {LineKind.NIGHTS}),
    ("extra_guest_fee", 777, {LineKind.EXTRA_GUESTS}),
    ("cleaning_fee", 888, {LineKind.CLEANING}),
    ("tourist_tax", None, {LineKind.TOURIST_TAX}),
]


@pytest.mark.parametrize(("rule", "value", "changed"), LINES_OF, ids=[case[0] for case in LINES_OF])
@given(drawn=rules_of_homes, wish=wishes)
def test_changing_one_rule_changes_only_its_lines(
    rule: str, value: Any, changed: set[LineKind], drawn: Rules, wish: Rules
) -> None:
    """The tax by percent aside: it is a part of the nights and the extra guests."""
    drawn = drawn | {"tourist_tax": drawn["tourist_tax"] if rule == "tourist_tax" else None}
    drawn = drawn | {"min_part": None}
    before, after = (
        [line for line in asked(home(each), wish) if line.kind not in changed]
        for each in (drawn, drawn | {rule: value})
    )
    assert before == after


@given(rules_of_homes, wishes)
def test_lines_stay_the_same_on_the_wire(drawn: Rules, wish: Rules) -> None:
    found = asked(home(drawn), wish)
    assert [QuoteLine.model_validate_json(line.model_dump_json()) for line in found] == found
