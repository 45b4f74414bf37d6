"""Price lines in words, for every kind of line and rule the engine makes."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from client.parts.price_lines import alike, by_the_month, explained, line_words, price_lines, together, when_words, why
from client.parts.price_rules import discounts, rule_sentence, rule_words, rules_words
from client.parts.tourist_tax import rate_words, tax_name, tax_words
from shared_models.money import Currency, Money
from shared_models.price_rules import LengthDiscount, PriceRules
from shared_models.prices import LineKind, PriceRule, PriceRuleKind, PriceTerms, QuoteLine, price_stay, total_of
from shared_models.properties import LetType
from shared_models.stay_dates import Stay
from shared_models.stay_limits import Season
from shared_models.tourist_taxes import TAXES
from tests.client.harness import App

GBP = Currency.GBP
FRIDAY, MONDAY = date(2026, 12, 11), date(2026, 12, 14)


@pytest.fixture(autouse=True)
def november() -> Iterator[None]:
    """Dates of this year are said without it."""
    with time_machine.travel(datetime(2026, 11, 22, tzinfo=UTC), tick=False):
        yield


def pounds(minor: int) -> Money:
    return Money(amount_minor=minor, currency=GBP)


def lines(
    check_in: date, check_out: date, *, price: int = 100_00, guests: int = 1, ahead: int = 20, **rules: Any
) -> list[QuoteLine]:
    terms = PriceTerms(**{"let_type": LetType.NIGHTLY, "price": pounds(price)} | rules)
    today = date.fromordinal(check_in.toordinal() - ahead)
    return price_stay(terms, Stay(check_in=check_in, check_out=check_out), guests=guests, today=today)


def monthly(check_in: date, check_out: date, **rules: Any) -> list[QuoteLine]:
    return lines(check_in, check_out, price=1000_00, let_type=LetType.MONTHLY, **rules)


def test_nights_and_cleaning_read_as_one_says_them() -> None:
    told = lines(FRIDAY, MONDAY, price=80_00, cleaning_fee=pounds(35_00))
    assert [line_words(line) for line in told] == ["3 nights × £80.00", "Cleaning, once"]
    assert line_words(lines(FRIDAY, date(2026, 12, 12), price=80_00)[0]) == "1 night × £80.00"


def test_a_part_of_a_month_says_how_many_days_of_how_many() -> None:
    told = monthly(date(2027, 1, 1), date(2027, 2, 11))
    assert [line_words(line) for line in told] == ["1 month × £1,000.00", "10 of 28 days of £1,000.00"]


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ({"weekend_percent": 20}, ["2 nights × £120.00|Weekend + 20 %", "1 night × £100.00|"]),
        (
            {"length_discounts": [LengthDiscount(nights=3, percent=10)]},
            ["3 nights × £90.00|3 nights or more − 10 %"],
        ),
        ({"early_bird_days": 14, "early_bird_percent": 10}, ["3 nights × £90.00|Early bird − 10 %"]),
        ({"last_minute_days": 30, "last_minute_percent": 25}, ["3 nights × £75.00|Last minute − 25 %"]),
        (
            {"weekend_percent": 20, "last_minute_days": 30, "last_minute_percent": 50, "min_price": pounds(80_00)},
            [
                "2 nights × £80.00|Weekend + 20 %, Last minute − 50 %, The least a night costs",
                "1 night × £80.00|Last minute − 50 %, The least a night costs",
            ],
        ),
        (
            {"seasons": [Season(first="12-12", last="01-05", price_minor=150_00)]},
            ["1 night × £100.00|", "2 nights × £150.00|Season 12 Dec – 5 Jan"],
        ),
    ],
)
def test_nights_say_what_made_their_price(rules: dict[str, Any], told: list[str]) -> None:
    assert [f"{line_words(line)}|{rules_words(line)}" for line in lines(FRIDAY, MONDAY, **rules)] == told


def test_further_guests_and_the_tax_of_the_place_are_lines_of_their_own() -> None:
    told = lines(
        FRIDAY,
        MONDAY,
        guests=4,
        guests_included=2,
        extra_guest_fee=pounds(10_00),
        tourist_tax="edinburgh",
    )
    assert [line_words(line) for line in told] == [
        "3 nights × £100.00",
        "Further guests, 6 × £10.00",
        "Edinburgh visitor levy 5 %",
    ]
    assert why(told[1]) == "The price of a night is for 2 guests; each further one pays £10.00 a night."
    assert why(told[2]) == (
        "The place asks 5 % of £360.00; the landlord passes it on. Only the first 5 nights are taxed."
    )
    lisbon = lines(FRIDAY, MONDAY, guests=2, price=90_00, tourist_tax="lisbon")[-1]
    assert line_words(lisbon) == "Lisbon tourist tax, 6 × €4.00"
    assert why(lisbon).startswith("The place asks €4.00 a guest and night")


@pytest.mark.parametrize("kind", list(LineKind))
def test_every_kind_of_line_has_a_name_and_a_sentence(kind: LineKind) -> None:
    unit = pounds(100)
    line = QuoteLine(kind=kind, quantity=2, of_days=30, unit=unit, amount=unit)
    assert line_words(line)
    assert why(line).endswith(".")


@pytest.mark.parametrize("kind", list(PriceRuleKind))
def test_every_rule_has_a_word_and_a_sentence(kind: PriceRuleKind) -> None:
    rule = PriceRule(kind=kind, percent=Decimal(10), nights=7, days=3, guests=2, first="06-01", last="08-31")
    words, sentence = rule_words(rule), rule_sentence(rule, pounds(90_00), pounds(100_00))
    assert (words == "Another rule") == (
        kind in (PriceRuleKind.UNKNOWN, PriceRuleKind.EXTRA_GUESTS, PriceRuleKind.TOURIST_TAX)
    )
    assert ("does not know" in sentence) == (kind is PriceRuleKind.UNKNOWN)
    assert sentence.endswith(".")


def test_why_begins_with_what_a_night_costs_before_the_rules() -> None:
    weekend = lines(FRIDAY, MONDAY, weekend_percent=20)[0]
    assert why(weekend) == "A night costs £100.00 here. The nights of Friday and Saturday cost 20 % more."
    season = lines(FRIDAY, MONDAY, seasons=[Season(first="12-01", last="12-31", price_minor=150_00)])[0]
    assert why(season) == "In the season 1 Dec – 31 Dec a night costs £150.00."
    same_day = PriceRule(kind=PriceRuleKind.LAST_MINUTE, percent=Decimal("12.5"), days=0)
    assert rule_sentence(same_day, pounds(1)) == "Book on the day of arrival, and every night is 12.5 % cheaper."


def test_a_line_says_which_nights_it_is_for() -> None:
    night, cleaning = lines(FRIDAY, date(2026, 12, 12), cleaning_fee=pounds(35_00))
    assert when_words(night) == "Night of Fri 11 Dec"
    assert when_words(cleaning) == ""
    assert when_words(lines(FRIDAY, MONDAY)[0]) == "Nights of Fri 11 – Sun 13 Dec"


def test_nights_of_one_price_stand_together_whatever_lies_between() -> None:
    told = lines(FRIDAY, date(2026, 12, 25), weekend_percent=20, cleaning_fee=pounds(1))
    shown = [together(each) for each in alike(told)]
    assert [line_words(line) for line in shown] == ["4 nights × £120.00", "10 nights × £100.00", "Cleaning, once"]
    assert shown[0].amount == pounds(480_00)
    assert [len(each) for each in alike(told)] == [2, 2, 1]


@given(
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.integers(1, 120),
    st.integers(1, 500_00),
    st.integers(0, 90),
    st.integers(0, 90),
)
def test_together_the_lines_add_up_to_the_same(
    check_in: date, nights: int, price: int, weekend: int, discount: int
) -> None:
    told = lines(
        check_in,
        date.fromordinal(check_in.toordinal() + nights),
        price=price,
        weekend_percent=weekend,
        length_discounts=[LengthDiscount(nights=7, percent=discount)],
        seasons=[Season(first="06-01", last="08-31", price_minor=price + 100)],
        tourist_tax="edinburgh",
    )
    shown = [together(each) for each in alike(told)]
    assert total_of(shown) == total_of(told)
    assert sum(line.quantity for line in shown) == sum(line.quantity for line in told)
    assert all(line.amount == line.unit.times(line.quantity) for line in shown)


@pytest.mark.parametrize(
    ("check_in", "check_out", "words"),
    [
        (date(2027, 1, 1), date(2027, 2, 1), ""),
        (date(2027, 1, 1), date(2027, 1, 20), ""),
        (date(2027, 1, 1), date(2027, 4, 1), "The first month is £1,050.00, each month after it £1,000.00."),
        (date(2027, 1, 1), date(2027, 2, 15), "The first month is £1,050.00, the part after it £500.00."),
        (
            date(2027, 1, 1),
            date(2027, 3, 16),
            "The first month is £1,050.00, each month after it £1,000.00, the part at the end £483.87.",
        ),
    ],
)
def test_by_the_month_it_says_what_the_first_costs_and_what_follows(
    check_in: date, check_out: date, words: str
) -> None:
    assert by_the_month(monthly(check_in, check_out, cleaning_fee=pounds(50_00))) == words


def test_by_the_night_nothing_is_paid_by_the_month() -> None:
    assert by_the_month(lines(FRIDAY, MONDAY)) == ""


async def test_the_list_ends_with_the_total() -> None:
    told = lines(FRIDAY, MONDAY, price=97_68, cleaning_fee=pounds(35_00))
    app = await App.show(lambda: price_lines(told, total_of(told)))
    assert app.texts()[-2:] == ["Total", "£328.04"]
    await app.close()


async def test_the_explanation_has_every_stretch_and_when_it_is_paid() -> None:
    told = lines(FRIDAY, date(2026, 12, 25), weekend_percent=20)
    app = await App.show(lambda: explained(told, total_of(told)))
    assert {"Nights of Fri 11 – Sat 12 Dec", "Nights of Fri 18 – Sat 19 Dec"} <= set(app.texts())
    assert "When it is paid" not in app.texts()
    await app.close()
    by_month = monthly(date(2027, 1, 1), date(2027, 2, 15))
    app = await App.show(lambda: explained(by_month, total_of(by_month)))
    texts = app.texts()
    assert texts[texts.index("When it is paid") :][1:5] == ["Fri 1 Jan 2027", "£1,000.00", "Mon 1 Feb 2027", "£500.00"]
    await app.close()


def test_what_makes_a_stay_cheaper_is_told_in_the_order_in_which_it_is_taken() -> None:
    rules = PriceRules(
        length_discounts=[LengthDiscount(nights=7, percent=10), LengthDiscount(nights=28, percent=0)],
        early_bird_days=60,
        early_bird_percent=5,
        last_minute_days=0,
        last_minute_percent=15,
    )
    assert [rule_sentence(rule, pounds(1)) for rule in discounts(rules)] == [
        "For 7 nights or more every night is 10 % cheaper.",
        "Book 60 days or more ahead, and every night is 5 % cheaper.",
        "Book on the day of arrival, and every night is 15 % cheaper.",
    ]
    assert discounts(PriceRules()) == []


@pytest.mark.parametrize("tax", TAXES.values(), ids=TAXES)
def test_every_tax_has_a_name_in_words_and_a_rate(tax: Any) -> None:
    assert tax_name(tax) == tax_words(tax.key) == tax.name
    assert rate_words(tax)


def test_a_tax_that_begins_later_says_from_when_on() -> None:
    assert rate_words(TAXES["edinburgh"]) == "5 % of the nights"
    assert rate_words(TAXES["lisbon"]) == "€4.00 a person and night"
    assert rate_words(TAXES["glasgow"]) == "5 % of the nights from Monday 25 January 2027 on"
    assert tax_words("atlantis") == "Tourist tax"
