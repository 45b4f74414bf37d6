"""The year to come as the simulator shows it."""

from datetime import date, timedelta

import pytest

from client.features.home_form.prices.year import LEVELS, apart_words, months_of, range_words, year_words
from shared_models.money import Currency, Money
from shared_models.price_simulation import PriceSimulation, SimulatedDay

GBP = Currency.GBP
FIRST = date(2026, 12, 10)


def found(
    nights: list[int], saved: list[int] | None = None, currency: Currency = GBP, week: int = 700_00
) -> PriceSimulation:
    """An answer with these nights, the first of them on 10 December 2026."""
    before = saved or nights
    days = [
        SimulatedDay(
            day=FIRST + timedelta(days=number),
            night_minor=night,
            week_minor=week,
            saved_night_minor=before[number],
            saved_week_minor=700_00,
        )
        for number, night in enumerate(nights)
    ]
    return PriceSimulation(currency=currency, saved_currency=GBP, days=days, stays=[], sums=[])


def test_the_days_of_a_month_stand_together_and_the_first_may_be_short() -> None:
    december, january, february = months_of(found([100_00] * 60))
    assert [len(each.days) for each in (december, january, february)] == [22, 31, 7]
    assert [december.sample.day, january.sample.day] == [date(2026, 12, 12), date(2027, 1, 2)]
    assert months_of(found([1]))[0].sample.day == FIRST


def test_shades_go_from_the_cheapest_night_of_the_year_to_the_dearest() -> None:
    december, january, _ = months_of(found([100_00] * 22 + [120_00, 110_00, 110_00] + [101_00] * 30))
    assert [(run.nights, run.level) for run in december.runs] == [(22, 0)]
    assert [(run.nights, run.level) for run in january.runs] == [(1, LEVELS - 1), (2, 2), (28, 0)]
    assert (december.low, december.high, january.low, january.high) == (100_00, 100_00, 101_00, 120_00)
    assert [run.level for each in months_of(found([100_00] * 40)) for run in each.runs] == [0, 0]


def test_a_month_says_whether_something_changes_in_it() -> None:
    december, january, _ = months_of(found([100_00] * 60, [100_00] * 30 + [90_00] + [100_00] * 29))
    assert (december.changed, january.changed) == (False, True)
    assert months_of(found([100_00], week=710_00))[0].changed


@pytest.mark.parametrize(
    ("saved", "currency", "words"),
    [
        ([90_00] * 4, GBP, "A night costs £110.00 on average, £20.00 more than now."),
        ([150_00] * 4, GBP, "A night costs £110.00 on average, £40.00 less than now."),
        ([110_00] * 4, GBP, "A night costs £110.00 on average, as now."),
        ([90_00] * 4, Currency.EUR, "A night costs €110.00 on average."),
    ],
)
def test_the_year_is_told_beside_what_it_is_now(saved: list[int], currency: Currency, words: str) -> None:
    assert year_words(found([100_00, 100_00, 120_00, 120_00], saved, currency)) == words


def test_a_range_of_one_price_is_that_price() -> None:
    assert range_words(94_00, 94_00, GBP) == "£94.00"
    assert range_words(94_00, 141_00, GBP) == "£94.00 – £141.00"


def test_what_a_stay_would_cost_more_or_less_has_a_sign() -> None:
    before, after = Money(amount_minor=100_00, currency=GBP), Money(amount_minor=112_00, currency=GBP)
    assert apart_words(before, after) == "+ £12.00"
    assert apart_words(after, before) == "\N{MINUS SIGN} £12.00"
    assert apart_words(before, before) == "the same"
