"""The price of a stay by the month, and what holds for the lines of every price."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared_models.letting_law import LETTING_RULES, LettingRuleKind
from shared_models.money import Currency, Money, rounded
from shared_models.prices import LineKind, PriceTerms, QuoteLine, monthly_payments, price_stay, total_of
from shared_models.properties import LetType
from shared_models.stay_dates import MAX_STAY_NIGHTS, Stay, add_months, months_of

days = st.dates(date(2000, 1, 1), date(2090, 12, 31))
stays = st.builds(
    lambda check_in, nights: Stay(check_in=check_in, check_out=check_in + timedelta(days=nights)),
    days,
    st.integers(1, MAX_STAY_NIGHTS),
)
prices = st.integers(1, 10**9)


def terms(price: int, let_type: LetType = LetType.MONTHLY, fee: int | None = None) -> PriceTerms:
    return PriceTerms(let_type=let_type, price=pounds(price), cleaning_fee=None if fee is None else pounds(fee))


def priced(asked_of: PriceTerms, asked: Stay) -> list[QuoteLine]:
    return price_stay(asked_of, asked, guests=2, today=asked.check_in)


def pounds(minor: int) -> Money:
    return Money(amount_minor=minor, currency=Currency.GBP)


def stay(check_in: str, check_out: str) -> Stay:
    return Stay(check_in=date.fromisoformat(check_in), check_out=date.fromisoformat(check_out))


def amounts(lines: list[QuoteLine]) -> list[tuple[str, int, int]]:
    return [(line.kind.value, line.quantity, line.amount.amount_minor) for line in lines]


@pytest.mark.parametrize(
    ("check_in", "check_out", "lines"),
    [
        ("2030-01-31", "2030-02-28", [("months", 1, 100_000)]),
        ("2028-01-31", "2028-02-29", [("months", 1, 100_000)]),
        ("2028-01-31", "2028-02-28", [("days", 28, 96_552)]),  # 28 of 29 days: 96,551.72
        ("2030-01-31", "2030-03-01", [("months", 1, 100_000), ("days", 1, 3_226)]),  # 1 of 31: 3,225.81
        ("2030-01-31", "2030-04-30", [("months", 3, 300_000)]),
        ("2030-02-10", "2030-02-24", [("days", 14, 50_000)]),
        ("2030-05-15", "2030-06-20", [("months", 1, 100_000), ("days", 5, 16_667)]),  # 5 of 30: 16,666.67
    ],
)
def test_a_monthly_price_is_exact_by_month_and_by_day(
    check_in: str, check_out: str, lines: list[tuple[str, int, int]]
) -> None:
    assert amounts(priced(terms(100_000), stay(check_in, check_out))) == lines


def test_nights_and_cleaning_are_lines_and_a_free_cleaning_is_none() -> None:
    asked = stay("2030-05-01", "2030-05-04")
    assert amounts(priced(terms(8050, LetType.NIGHTLY, 2500), asked)) == [
        ("nights", 3, 24_150),
        ("cleaning", 1, 2_500),
    ]
    assert amounts(priced(terms(8050, LetType.NIGHTLY, 0), asked)) == [("nights", 3, 24_150)]


@given(stays, prices, st.sampled_from([LetType.NIGHTLY, LetType.MONTHLY]), st.integers(0, 10**6) | st.none())
def test_lines_add_up_and_name_every_night_once(asked: Stay, price: int, let_type: LetType, fee: int | None) -> None:
    lines = priced(terms(price, let_type, fee), asked)
    assert total_of(lines).amount_minor == sum(line.amount.amount_minor for line in lines)
    named = [line for line in lines if line.first is not None and line.last is not None]
    nights = [
        line.first + timedelta(days=passed)
        for line in named
        if line.first and line.last
        for passed in range((line.last - line.first).days + 1)
    ]
    assert nights == [asked.check_in + timedelta(days=passed) for passed in range(asked.nights)]
    for line in lines:
        share = Fraction(line.quantity, line.of_days or 1)
        assert line.amount.amount_minor == rounded(line.unit.amount_minor * share)


@given(days, st.integers(1, 23), prices)
def test_whole_months_cost_their_number_times_the_price(check_in: date, months: int, price: int) -> None:
    lines = priced(terms(price), Stay(check_in=check_in, check_out=add_months(check_in, months)))
    assert amounts(lines) == [("months", months, months * price)]


@given(stays, prices)
def test_a_monthly_price_is_the_months_times_the_price_rounded_once(asked: Stay, price: int) -> None:
    assert total_of(priced(terms(price), asked)).amount_minor == rounded(months_of(asked) * price)


@given(stays.filter(lambda asked: asked.nights < MAX_STAY_NIGHTS), prices)
def test_a_night_more_never_costs_less(asked: Stay, price: int) -> None:
    longer = Stay(check_in=asked.check_in, check_out=asked.check_out + timedelta(days=1))
    one, more = (total_of(priced(terms(price), each)).amount_minor for each in (asked, longer))
    assert one <= more


def test_a_total_needs_a_line_and_one_currency() -> None:
    line = QuoteLine(kind=LineKind.CLEANING, quantity=1, unit=pounds(1), amount=pounds(1))
    euros = Money(amount_minor=1, currency=Currency.EUR)
    with pytest.raises(ValueError, match="not enough values"):
        total_of([])
    with pytest.raises(ValueError, match="cannot mix"):
        total_of([line, line.model_copy(update={"amount": euros})])


@given(stays, prices, st.integers(0, 10**6))
def test_a_month_is_paid_when_it_begins_and_all_of_it_once(asked: Stay, price: int, fee: int) -> None:
    lines = priced(terms(price, fee=fee), asked)
    payments = monthly_payments(lines)
    assert sum(payment.amount.amount_minor for payment in payments) == total_of(lines).amount_minor
    assert [payment.due for payment in payments] == [
        add_months(asked.check_in, month) for month in range(len(payments))
    ]
    assert payments[-1].due < asked.check_out
    assert all(payment.amount.amount_minor <= price for payment in payments[1:])
    assert payments[0].amount.amount_minor <= price + fee


def test_nobody_pays_further_ahead_than_the_law_allows() -> None:
    months = [rule.months for rule in LETTING_RULES if rule.kind == LettingRuleKind.RENT_AHEAD]
    assert months == [1]
    payments = monthly_payments(priced(terms(100_000), stay("2030-01-31", "2030-04-15")))
    assert [(payment.due.isoformat(), payment.amount.amount_minor) for payment in payments] == [
        ("2030-01-31", 100_000),
        ("2030-02-28", 100_000),
        ("2030-03-31", 50_000),
    ]


def test_a_stay_by_the_night_is_not_paid_by_the_month() -> None:
    assert monthly_payments(priced(terms(8050, LetType.NIGHTLY, 2500), stay("2030-05-01", "2030-05-04"))) == []
