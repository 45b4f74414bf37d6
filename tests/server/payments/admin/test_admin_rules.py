"""What may go back, who may decide it alone, and what a search means."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from server.core.errors import Malformed
from server.core.money_settings import amounts_in
from server.payments.admin.rules import alone_up_to, parts_of_order, sought
from shared_models.money import Currency, Money
from shared_models.payments_admin import AmountParts, RefundOrder, TaxPart

GBP = Currency.GBP


def gbp(minor: int) -> Money:
    return Money(amount_minor=minor, currency=GBP)


def parts(stay: int, **taxes: int) -> AmountParts:
    listed = tuple(TaxPart(authority=name, amount=gbp(minor)) for name, minor in taxes.items())
    return AmountParts(total=gbp(stay + sum(taxes.values())), stay=gbp(stay), taxes=listed)


def order(**given: Any) -> RefundOrder:
    return RefundOrder(**{"reason": "The heating was off."} | given)


LEFT = parts(9_600, city=400)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (order(amount_minor=10_000), LEFT),
        (order(amount_minor=5_000), parts(4_800, city=200)),
        (order(amount_minor=1), parts(1)),
        (order(stay_minor=100), parts(100)),
        (order(taxes_minor={"city": 400}), parts(0, city=400)),
        (order(stay_minor=9_600, taxes_minor={"city": 1}), parts(9_600, city=1)),
        (order(stay_minor=5, taxes_minor={"city": 0}), parts(5)),
    ],
)
def test_what_goes_back_of_each_part(wanted: RefundOrder, expected: AmountParts) -> None:
    assert parts_of_order(wanted, LEFT) == expected


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (order(amount_minor=10_001), "amount_minor"),
        (order(stay_minor=9_601), "stay_minor"),
        (order(taxes_minor={"city": 401}), "taxes_minor"),
        (order(taxes_minor={"another": 1}), "taxes_minor"),
    ],
)
def test_no_more_goes_back_than_is_left_of_each_part(wanted: RefundOrder, field: str) -> None:
    with pytest.raises(Malformed) as refused:
        parts_of_order(wanted, LEFT)
    assert [error.field for error in refused.value.errors] == [field]


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6), st.data())
def test_an_amount_of_all_is_shared_without_a_rest(stay: int, one: int, other: int, data: st.DataObject) -> None:
    left = parts(stay, one=one, other=other)
    if not left.total.amount_minor:
        return
    wanted = data.draw(st.integers(1, left.total.amount_minor))
    found = parts_of_order(order(amount_minor=wanted), left)
    assert found.total == gbp(wanted) == sum((tax.amount for tax in found.taxes), start=found.stay)
    assert found.stay.amount_minor <= stay
    most = {tax.authority: tax.amount.amount_minor for tax in left.taxes}
    assert all(tax.amount.amount_minor <= most[tax.authority] for tax in found.taxes)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"amount_minor": 0},
        {"amount_minor": -1},
        {"stay_minor": 0},
        {"taxes_minor": {"city": 0}},
        {"amount_minor": 5, "stay_minor": 5},
        {"amount_minor": 5, "taxes_minor": {"city": 5}},
        {"amount_minor": 5, "reason": ""},
        {"amount_minor": 5, "reason": "  \u200b "},
        {"amount_minor": 5, "reason": "x" * 1001},
        {"amount_minor": 2**60},
    ],
)
def test_an_order_names_one_amount_above_zero_and_says_why(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        order(**wrong)


@pytest.mark.parametrize(
    ("alone", "expected"), [([], 50_000), ([20_000], 30_000), ([20_000, 30_000], 0), ([60_000], 0)]
)
def test_what_went_back_on_ones_own_word_counts(alone: list[int], expected: int) -> None:
    limits = amounts_in("GBP 500")
    assert alone_up_to(limits, GBP, [gbp(minor) for minor in alone]) == gbp(expected)


def test_a_currency_nobody_thought_of_always_wants_two() -> None:
    assert alone_up_to(amounts_in("GBP 500"), Currency.JPY, []).amount_minor == 0


def test_a_limit_is_in_the_currencys_own_units() -> None:
    limits = amounts_in("GBP 500, JPY 80000,EUR 12.50")
    assert {currency: amount.amount_minor for currency, amount in limits.items()} == {
        Currency.GBP: 50_000,
        Currency.JPY: 80_000,
        Currency.EUR: 1_250,
    }
    assert amounts_in("") == {}


@pytest.mark.parametrize(
    "wrong", ["500", "GBP", "GBP x", "XXX 5", "JPY 1.5", "GBP -5", "GBP 5, GBP 6", "unknown 5", "GBP 500 EUR 500"]
)
def test_a_limit_that_is_none_is_named(wrong: str) -> None:
    with pytest.raises(ValueError, match="is no amount"):
        amounts_in(wrong)


@pytest.mark.parametrize(
    ("words", "gbp_minor", "jpy_minor"),
    [
        ("412", 41_200, 412),
        ("412.50", 41_250, None),
        ("412,5", 41_250, None),
        ("£412.00", 41_200, 412),
        ("1,412.50", 141_250, None),
        ("1.412,50 €", 141_250, None),
        ("1,412", 141_200, 1_412),
        ("8000 JPY", 800_000, 8_000),
    ],
)
def test_an_amount_is_found_as_people_write_it(words: str, gbp_minor: int, jpy_minor: int | None) -> None:
    found = dict(sought(words).minor_units)
    assert (found.get(GBP), found.get(Currency.JPY)) == (gbp_minor, jpy_minor)


@pytest.mark.parametrize("words", ["", "Ann", "ann@example.com", "K7M2", "a1b2c3", "..", "-", "9" * 40])
def test_what_is_no_amount_is_none(words: str) -> None:
    assert sought(words).minor_units == ()


@given(st.text(max_size=200))
def test_every_text_may_be_sought(words: str) -> None:
    assert sought(words).text == words.strip()


def test_an_id_is_an_id() -> None:
    id_ = "01a22cb2-5fe5-7823-a9bd-dcc65d2a654e"
    assert sought(f" {id_} ").id == UUID(id_)
    assert sought("pi_3Abc").external_id == "pi_3Abc"
    assert (sought("pi").external_id, sought("pi_3Abc x").external_id) == (None, None)
