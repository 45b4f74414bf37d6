"""Money adds up, to the minor unit."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared_models.money import Currency, Money, decimals, rounded

amounts = st.integers(-(10**12), 10**12)
CURRENCIES = [currency for currency in Currency if currency != Currency.UNKNOWN]


def pounds(minor: int) -> Money:
    return Money(amount_minor=minor, currency=Currency.GBP)


@pytest.mark.parametrize(
    ("amount", "whole"),
    [("1/2", 1), ("-1/2", -1), ("3/2", 2), ("5/2", 3), ("-5/2", -3), ("49/100", 0), ("-49/100", 0), ("7", 7)],
)
def test_a_half_is_rounded_away_from_zero(amount: str, whole: int) -> None:
    assert rounded(Fraction(amount)) == whole


@given(st.fractions())
def test_rounding_is_never_off_by_more_than_a_half_and_treats_both_signs_alike(amount: Fraction) -> None:
    assert abs(rounded(amount) - amount) <= Fraction(1, 2)
    assert rounded(-amount) == -rounded(amount)


@given(amounts, st.sampled_from(CURRENCIES))
def test_major_units_and_back_change_nothing(minor: int, currency: Currency) -> None:
    money = Money(amount_minor=minor, currency=currency)
    assert Money.of(money.major, currency) == money


def test_yen_have_no_smaller_unit_and_too_many_decimals_are_refused() -> None:
    assert decimals(Currency.JPY) == 0
    assert Money.of(500, Currency.JPY).amount_minor == 500
    assert Money.of("8.05", Currency.GBP).major == Decimal("8.05")
    for amount, currency in (("8.055", Currency.GBP), ("0.5", Currency.JPY)):
        with pytest.raises(ValueError, match="more decimals"):
            Money.of(amount, currency)


@given(amounts, st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any))
def test_shares_add_up_to_the_whole_and_are_off_by_less_than_one_unit(minor: int, weights: list[int]) -> None:
    shares = pounds(minor).split(weights)
    assert sum(share.amount_minor for share in shares) == minor
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share.amount_minor - Fraction(minor * weight, sum(weights))) < 1
        assert weight or share.amount_minor == 0


def test_the_largest_remainder_gets_the_odd_penny_and_the_first_of_equals() -> None:
    assert [share.amount_minor for share in pounds(100).split([1, 1, 1])] == [34, 33, 33]
    assert [share.amount_minor for share in pounds(101).split([1, 2])] == [34, 67]


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1]])
def test_there_is_no_share_without_a_positive_weight(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        pounds(100).split(weights)


@given(amounts, amounts)
def test_adding_and_taking_away_undo_each_other(one: int, other: int) -> None:
    assert pounds(one) + pounds(other) - pounds(other) == pounds(one)


def test_two_currencies_never_mix() -> None:
    for mix in (Money.__add__, Money.__sub__):
        with pytest.raises(ValueError, match="cannot mix"):
            mix(pounds(1), Money(amount_minor=1, currency=Currency.EUR))


def test_an_amount_that_json_readers_could_not_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="less than or equal"):
        pounds(2**53 + 1)
