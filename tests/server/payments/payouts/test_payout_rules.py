"""What a landlord earns, gives back and owes: to the smallest unit, whatever the parts."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.ids import new_id
from server.payments.payouts.rules import NOTHING, Debt, Shares, recoveries, settled_share, shares, taken_back
from shared_models.fee_tax import STANDARD_RATES, FeeTax, FeeTaxRule, LandlordKind, fee_tax
from shared_models.money import Currency, Money

TWELVE = Fraction(12)
UK = FeeTax(FeeTaxRule.DOMESTIC, Fraction(1, 5), "vat:GB")
UNTAXED = FeeTax(FeeTaxRule.REVERSE_CHARGE, Fraction(0), None)
grosses = st.one_of(st.integers(0, 200), st.integers(0, 10_000_000))
percents = st.fractions(0, 40, max_denominator=4)
taxes = st.sampled_from(
    [UK, UNTAXED, *(FeeTax(FeeTaxRule.COUNTRY_OF_LANDLORD, r, "x") for r in STANDARD_RATES.values())]
)


def test_of_96_the_fee_is_12_percent_rounded_once_and_its_tax_a_fifth_of_that() -> None:
    assert shares(9600, TWELVE, UK) == Shares(net=8218, fee=1152, tax=230)
    assert shares(10_000, TWELVE, UK) == Shares(net=8560, fee=1200, tax=240)


@pytest.mark.parametrize(("gross", "fee"), [(4, 0), (5, 1), (12, 1), (13, 2), (29, 3), (38, 5)])
def test_a_fee_is_rounded_half_up(gross: int, fee: int) -> None:
    assert shares(gross, TWELVE, UNTAXED).fee == fee


def test_a_half_goes_up() -> None:
    assert shares(50, Fraction(1), UNTAXED).fee == 1
    assert shares(49, Fraction(1), UNTAXED).fee == 0


def test_more_than_there_is_is_never_kept() -> None:
    with pytest.raises(ValueError, match="no more is kept"):
        shares(100, Fraction(90), UK)


@given(grosses, percents, taxes)
def test_the_shares_are_all_there_is(gross: int, percent: Fraction, tax: FeeTax) -> None:
    found = shares(gross, percent, tax)
    assert found.total == gross
    assert min(found.net, found.fee, found.tax) >= 0


@given(grosses, percents, taxes, st.data())
def test_whatever_goes_back_in_whatever_parts_all_of_them_are_what_was_earned(
    gross: int, percent: Fraction, tax: FeeTax, data: st.DataObject
) -> None:
    earned = left = shares(gross, percent, tax)
    back = NOTHING
    while left.total:
        part = taken_back(data.draw(st.integers(1, left.total)), left)
        assert min(part.net, part.fee, part.tax) >= 0
        left, back = left - part, back + part
        assert min(left.net, left.fee, left.tax) >= 0
        assert back.total == gross - left.total
    assert back == earned


@given(grosses, percents, taxes, st.integers(0, 10_000_000))
def test_what_goes_back_is_in_proportion_to_less_than_two_units(
    gross: int, percent: Fraction, tax: FeeTax, part: int
) -> None:
    earned = shares(gross, percent, tax)
    back = taken_back(min(part, gross), earned)
    for whole, piece in ((earned.net, back.net), (earned.fee, back.fee), (earned.tax, back.tax)):
        assert abs(piece - (Fraction(whole * back.total, gross) if gross else 0)) < 2


def test_a_half_that_goes_to_the_landlord_goes_to_nobody_else() -> None:
    assert taken_back(1, Shares(net=1, fee=0, tax=1)) == Shares(net=1, fee=0, tax=0)


def test_no_more_goes_back_than_is_left() -> None:
    with pytest.raises(ValueError, match="than is left"):
        taken_back(9601, shares(9600, TWELVE, UK))


def test_the_oldest_debt_is_whole_before_the_next_one_gets_anything() -> None:
    old, new, newest = new_id(), new_id(), new_id()
    debts = [Debt(old, 3000), Debt(new, 2000), Debt(newest, 1)]
    assert recoveries(2999, debts) == [(old, 2999)]
    assert recoveries(4000, debts) == [(old, 3000), (new, 1000)]
    assert recoveries(9000, debts) == [(old, 3000), (new, 2000), (newest, 1)]
    assert recoveries(0, debts) == []


@given(st.integers(0, 10_000), st.lists(st.integers(0, 5000), max_size=6))
def test_no_debt_is_recovered_twice_and_nothing_is_taken_that_is_not_there(available: int, owed: list[int]) -> None:
    found = recoveries(available, [Debt(new_id(), amount) for amount in owed])
    assert sum(part for _, part in found) == min(available, sum(owed))


def test_a_part_of_an_exchanged_payment_is_the_same_part_of_what_it_was_settled_as() -> None:
    eur, gbp = Currency.EUR, Currency.GBP
    part = Money(amount_minor=8160, currency=eur)
    paid, settled = Money(amount_minor=10_000, currency=eur), Money(amount_minor=8500, currency=gbp)
    assert settled_share(part, paid, settled) == Money(amount_minor=6936, currency=gbp)
    assert settled_share(part, paid, paid) == part
    with pytest.raises(ValueError, match="currency of the whole"):
        settled_share(Money(amount_minor=1, currency=gbp), paid, settled)


@pytest.mark.parametrize(
    ("country", "kind", "number", "rule", "rate"),
    [
        ("GB", LandlordKind.PRIVATE, None, "domestic", Fraction(1, 5)),
        ("GB", LandlordKind.BUSINESS, "GB123", "domestic", Fraction(1, 5)),
        ("DE", LandlordKind.BUSINESS, "DE123", "reverse_charge", Fraction(0)),
        ("DE", LandlordKind.PRIVATE, None, "country_of_landlord", Fraction(19, 100)),
        ("FI", LandlordKind.PRIVATE, None, "country_of_landlord", Fraction(255, 1000)),
        ("US", LandlordKind.BUSINESS, None, "outside_scope", Fraction(0)),
        ("DE", LandlordKind.BUSINESS, None, None, None),
        ("US", LandlordKind.PRIVATE, None, None, None),
        ("CH", LandlordKind.PRIVATE, None, None, None),
    ],
)
def test_the_tax_on_the_fee_goes_by_who_the_landlord_is_and_is_never_guessed(
    country: str, kind: LandlordKind, number: str | None, rule: str | None, rate: Fraction | None
) -> None:
    found = fee_tax("GB", country, kind, number)
    assert (None if found is None else found.rule.value, None if found is None else found.rate) == (rule, rate)
    if found is not None:
        assert (found.authority is None) == (found.rate == 0)
        assert found.authority in (None, f"vat:{country}")


def test_a_platform_elsewhere_taxes_its_own_country_at_home_and_the_uk_as_another() -> None:
    at_home, abroad = (fee_tax("DE", country, LandlordKind.PRIVATE, None) for country in ("DE", "GB"))
    assert at_home is not None
    assert abroad is not None
    assert (at_home.rule, at_home.rate) == (FeeTaxRule.DOMESTIC, Fraction(19, 100))
    assert (abroad.rule, abroad.authority) == (FeeTaxRule.COUNTRY_OF_LANDLORD, "vat:GB")
