"""Dates and amounts as people read them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time

import pytest
import time_machine

from client.core import language
from shared_models.money import Currency, Money


@pytest.fixture(autouse=True)
def today() -> object:
    with time_machine.travel(datetime(2026, 12, 1, tzinfo=UTC), tick=False):
        yield


def test_a_day_names_its_year_only_when_it_is_another() -> None:
    assert language.day(date(2026, 12, 11)) == "Fri 11 Dec"
    assert language.day(date(2027, 1, 1)) == "Fri 1 Jan 2027"
    assert language.day(date(2025, 12, 31)) == "Wed 31 Dec 2025"


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (date(2026, 12, 11), date(2026, 12, 14), "Fri 11 – Mon 14 Dec"),
        (date(2026, 12, 11), date(2026, 12, 11), "Fri 11 Dec"),
        (date(2026, 11, 30), date(2026, 12, 2), "Mon 30 Nov – Wed 2 Dec"),
        (date(2026, 12, 30), date(2027, 1, 2), "Wed 30 Dec 2026 – Sat 2 Jan 2027"),
        (date(2027, 3, 1), date(2027, 3, 5), "Mon 1 – Fri 5 Mar 2027"),
        (date(2026, 3, 1), date(2027, 3, 5), "Sun 1 Mar 2026 – Fri 5 Mar 2027"),
    ],
)
def test_a_range_says_once_what_both_days_share(start: date, end: date, words: str) -> None:
    assert language.day_range(start, end) == words


@pytest.mark.parametrize(
    ("minor", "currency", "words"),
    [
        (32804, "GBP", "£328.04"),
        (5, "GBP", "£0.05"),
        (123456789, "GBP", "£1,234,567.89"),
        (1500, "JPY", "JP¥1,500"),
        (490000, "CZK", "CZK\u00a04,900.00"),
        (490000, "CAD", "CA$4,900.00"),
    ],
)
def test_an_amount_has_the_decimals_of_its_currency(minor: int, currency: str, words: str) -> None:
    assert language.money(Money(amount_minor=minor, currency=Currency(currency))) == words


def test_an_amount_in_whole_units_is_rounded() -> None:
    assert language.money_round(Money(amount_minor=32860, currency=Currency("GBP"))) == "£329"
    assert language.money_round(Money(amount_minor=490050, currency=Currency("SEK"))) == "SEK\u00a04,900"


def test_weekdays_begin_on_monday() -> None:
    assert language.weekdays() == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    assert language.weekdays(short=False)[6] == "Sunday"


def test_a_moment_is_told_in_the_time_of_the_home() -> None:
    moment = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    assert language.instant(moment, "Europe/London") == "Thu 2 Jul, 00:30"
    assert language.instant(moment, "America/New_York") == "Wed 1 Jul, 19:30"


def test_numbers_and_words() -> None:
    assert language.whole(12189) == "12,189"
    assert language.tn("{n} home", "{n} homes", 1) == "1 home"
    assert language.tn("{n} home", "{n} homes", 12189) == "12,189 homes"
    assert language.t("Reference {reference}", reference="a{b}") == "Reference a{b}"
    assert language.and_(["a", "b", "c"]) == "a, b and c"
    assert language.month(date(2026, 12, 1)) == "December 2026"
    assert language.hour(time(15, 0)) == "15:00"


@pytest.mark.parametrize("told", [language.money, language.money_round])
def test_an_amount_in_a_currency_of_a_newer_server_is_not_shown_as_a_figure(told: Callable[[Money], str]) -> None:
    amount = Money.model_validate({"amount_minor": 32804, "currency": "XTS", "said_later": 1})
    assert amount.currency is Currency.UNKNOWN
    assert told(amount) == "price in a newer app"
