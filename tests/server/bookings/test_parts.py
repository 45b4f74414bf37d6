"""What amounts of a stay consist of: whatever goes in or back, its parts add up and none is below zero."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.bookings.service.parts import (
    STAY,
    UNNAMED_TAX,
    as_held,
    excess,
    held_of,
    minor_of,
    parts_from,
    parts_of_lines,
    parts_of_refund,
)
from server.payments.service.door import Parts, Payment, Subject
from shared_models.cancellation import LineRefund
from shared_models.money import Currency, Money
from shared_models.payments import PaymentStatus
from shared_models.prices import LineKind, PriceRule, PriceRuleKind, QuoteLine

GBP = Currency.GBP
NOW = datetime(2030, 6, 1, tzinfo=UTC)


def pounds(minor: int) -> Money:
    return Money(amount_minor=minor, currency=GBP)


def line(kind: LineKind, minor: int, tax: str | None = None) -> QuoteLine:
    rules = (PriceRule(kind=PriceRuleKind.TOURIST_TAX, tax=tax),) if tax else ()
    return QuoteLine(kind=kind, quantity=1, unit=pounds(minor), amount=pounds(minor), rules=rules)


def parts(stay: int, **taxes: int) -> Parts:
    return parts_from({STAY: stay, **taxes}, GBP)


def a_payment(paid: Parts, status: PaymentStatus, back: Parts | None = None) -> Payment:
    return Payment(
        id=UUID(int=1),
        subject=Subject("booking", UUID(int=2)),
        payer_id=UUID(int=3),
        status=status,
        parts=paid,
        refunded=back or parts(0),
        is_held=False,
        page_url=None,
        expires_at=NOW,
        created_at=NOW,
        settled_at=None,
    )


amounts = st.builds(
    lambda stay, taxes: parts(stay, **taxes),
    st.integers(0, 10_000),
    st.dictionaries(st.sampled_from(["leith", "paris", "rome"]), st.integers(0, 2_000)),
)


def total(some: Parts) -> int:
    return some.total.amount_minor


def test_all_but_tourist_taxes_is_the_stays_and_each_tax_is_its_authoritys() -> None:
    lines = [
        line(LineKind.NIGHTS, 9_000),
        line(LineKind.EXTRA_GUESTS, 500),
        line(LineKind.CLEANING, 2_000),
        line(LineKind.TOURIST_TAX, 300, "edinburgh"),
        line(LineKind.TOURIST_TAX, 100, "edinburgh"),
        line(LineKind.TOURIST_TAX, 50, "berlin"),
        line(LineKind.TOURIST_TAX, 7),
    ]
    assert minor_of(parts_of_lines(lines)) == {STAY: 11_500, "edinburgh": 400, "berlin": 50, UNNAMED_TAX: 7}


def test_a_refund_consists_of_what_comes_back_of_each_line() -> None:
    back = [
        LineRefund(line(LineKind.NIGHTS, 9_000), paid=pounds(9_000), kept=pounds(4_000)),
        LineRefund(line(LineKind.TOURIST_TAX, 300, "edinburgh"), paid=pounds(300), kept=pounds(0)),
    ]
    assert minor_of(parts_of_refund(back)) == {STAY: 5_000, "edinburgh": 300}


def test_only_what_came_and_has_not_gone_is_held() -> None:
    paid = parts(900, leith=100)
    payments = [
        a_payment(paid, PaymentStatus.CAPTURED, parts(400, leith=30)),
        a_payment(paid, PaymentStatus.AUTHORISED),
        a_payment(paid, PaymentStatus.EXPIRED),
        a_payment(parts(50), PaymentStatus.CAPTURED),
    ]
    assert held_of(payments, GBP) == parts(550, leith=70)
    assert held_of([], GBP) == parts(0)


@pytest.mark.parametrize(
    ("more", "less", "found"),
    [
        (parts(1_000, leith=50), parts(800, leith=40), parts(200, leith=10)),
        (parts(1_000, leith=50), parts(800, leith=70), parts(180)),  # the nights are dearer, the tax is less
        (parts(1_000, leith=90), parts(1_010, leith=50), parts(0, leith=30)),
        (parts(1_000, leith=60, rome=60), parts(1_040, leith=30), parts(0, leith=17, rome=33)),
        (parts(800), parts(1_000), parts(0)),
        (parts(1_000, leith=10), parts(1_010), parts(0)),
    ],
)
def test_what_is_more_belongs_to_the_parts_that_grew(more: Parts, less: Parts, found: Parts) -> None:
    assert excess(more, less) == found


@given(amounts, amounts)
def test_what_is_more_adds_up_and_is_within_what_it_is_part_of(more: Parts, less: Parts) -> None:
    found, whole = minor_of(excess(more, less)), minor_of(more)
    assert sum(found.values()) == max(0, total(more) - total(less))
    assert all(0 <= amount <= whole.get(key, 0) for key, amount in found.items())


@pytest.mark.parametrize(
    ("wanted", "held", "found"),
    [
        (parts(500, leith=20), parts(1_000, leith=50), parts(500, leith=20)),
        (parts(500, leith=70), parts(1_000, leith=50), parts(520, leith=50)),
        (parts(0, rome=40), parts(1_000), parts(40)),
        (parts(100), parts(0, leith=60, rome=60), parts(0, leith=50, rome=50)),
        (parts(500), parts(300, leith=50), parts(300, leith=50)),  # no more than there is
        (parts(500), parts(0), parts(0)),
    ],
)
def test_what_goes_back_is_taken_from_where_it_is_held(wanted: Parts, held: Parts, found: Parts) -> None:
    assert as_held(wanted, held) == found


@given(amounts, amounts)
def test_what_goes_back_is_all_that_was_wanted_or_all_there_is(wanted: Parts, held: Parts) -> None:
    found, there, asked = (minor_of(each) for each in (as_held(wanted, held), held, wanted))
    assert sum(found.values()) == min(total(wanted), total(held))
    assert all(0 <= amount <= there.get(key, 0) for key, amount in found.items())
    assert all(found.get(key, 0) >= min(amount, there.get(key, 0)) for key, amount in asked.items())
