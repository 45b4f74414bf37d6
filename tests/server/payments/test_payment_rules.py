"""What a payment and its refunds have come to: every pair of statuses, and parts that add up."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.ids import new_id
from server.payments import rules
from server.payments.ledger.rules.postings import Parts, Tax
from server.payments.rules import Moved, Page, SeenPayment, SeenRefund
from shared_models.base import known
from shared_models.moves import may_move
from shared_models.payments import PAYMENT_MOVES, REFUND_MOVES, UNSETTLED, PaymentStatus, RefundStatus
from tests.server.payments.ledger.facts import EUR, money

AT = datetime(2030, 3, 1, tzinfo=UTC)
MOVED = Moved("txn_1", money(100), money(2), AT)
SEEN = {
    PaymentStatus.OPEN: SeenPayment(new_id(), "cs_1", Page.OPEN),
    PaymentStatus.AUTHORISED: SeenPayment(new_id(), "cs_1", Page.COMPLETE, is_held_by_card=True),
    PaymentStatus.CAPTURED: SeenPayment(new_id(), "cs_1", Page.COMPLETE, moved=MOVED),
    PaymentStatus.VOIDED: SeenPayment(new_id(), "cs_1", Page.COMPLETE, is_let_go=True),
    PaymentStatus.EXPIRED: SeenPayment(new_id(), "cs_1", Page.EXPIRED),
}
ALLOWED = {
    ("intended", "open"), ("intended", "authorised"), ("intended", "captured"), ("intended", "expired"),
    ("intended", "voided"), ("open", "authorised"), ("open", "captured"), ("open", "expired"), ("open", "voided"),
    ("authorised", "captured"), ("authorised", "voided"),
    ("failed", "authorised"), ("failed", "captured"),
}  # fmt: skip
amounts = st.integers(0, 20_000)


def test_what_the_provider_says_is_read_as_one_status() -> None:
    assert {rules.status_of(seen) for seen in SEEN.values()} == set(SEEN)
    assert all(rules.status_of(seen) is status for status, seen in SEEN.items())
    assert rules.status_of(SeenPayment(new_id(), "cs_1", Page.COMPLETE)) is None  # the money is on its way


@pytest.mark.parametrize(("now", "then"), list(product(known(PaymentStatus), [status.value for status in SEEN])))
def test_a_payment_moves_only_where_it_may_and_an_older_look_changes_nothing(now: str, then: str) -> None:
    found = rules.next_payment_status(PaymentStatus(now), SEEN[PaymentStatus(then)])
    assert found == (then if (now, then) in ALLOWED else None)


def test_every_status_leads_somewhere_or_is_the_end() -> None:
    assert set(PAYMENT_MOVES) == UNSETTLED | {PaymentStatus.FAILED}
    moves = {(str(now), str(then)) for now, leads in PAYMENT_MOVES.items() for then in leads}
    assert moves == ALLOWED | {("intended", "failed")}
    ends = {RefundStatus.FAILED, RefundStatus.CANCELLED}
    assert not any(may_move(REFUND_MOVES, end, then) for end, then in product(ends, RefundStatus))


def refund(status: RefundStatus, left: Moved | None = None, back: Moved | None = None) -> SeenRefund:
    return SeenRefund("re_1", None, status, money(100), left, back, AT)


def test_a_refund_that_failed_after_it_left_waits_until_the_money_is_back() -> None:
    sent = RefundStatus.SUCCEEDED
    assert rules.next_refund_status(sent, refund(RefundStatus.FAILED, left=MOVED)) is None
    assert rules.next_refund_status(sent, refund(RefundStatus.FAILED, MOVED, MOVED)) is RefundStatus.FAILED
    pending = RefundStatus.PENDING
    assert rules.next_refund_status(pending, refund(RefundStatus.CANCELLED)) is RefundStatus.CANCELLED
    assert rules.next_refund_status(sent, refund(RefundStatus.PENDING)) is None


@pytest.mark.parametrize(("hours", "expected"), [(None, False), (0, False), (23, False), (23.01, True), (48, True)])
def test_what_was_sent_before_the_provider_forgets_its_key_is_looked_up(hours: float | None, expected: bool) -> None:
    sent = None if hours is None else AT - timedelta(hours=hours)
    assert rules.is_to_be_looked_up(sent, AT) is expected


def parts(stay: int, *taxes: int) -> Parts:
    return Parts(money(stay), tuple(Tax(f"city {place}", money(tax)) for place, tax in enumerate(taxes)))


@given(stay=amounts, taxes=st.lists(amounts, max_size=3), percent=st.integers(0, 100))
def test_a_share_adds_up_and_takes_no_more_of_a_part_than_there_is(stay: int, taxes: list[int], percent: int) -> None:
    whole = parts(stay + 1, *taxes)
    amount = money(whole.total.amount_minor * percent // 100)
    shared = rules.share(amount, whole)
    assert shared.total == amount
    assert rules.is_within(shared, whole)
    left = rules.less(whole, [shared])
    assert left.total + shared.total == whole.total


def test_more_than_there_is_cannot_be_shared() -> None:
    with pytest.raises(ValueError, match="more than there is"):
        rules.share(money(101), parts(100))


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        (parts(100, 5), True), (parts(0, 5), True), (parts(101, 0), False), (parts(0, 6), False),
        (Parts(money(1), (Tax("elsewhere", money(1)),)), False), (Parts(money(1, EUR)), False),
    ],
)  # fmt: skip
def test_what_goes_back_is_within_each_part(wanted: Parts, fits: bool) -> None:
    assert rules.is_within(wanted, parts(100, 5)) is fits


@given(wanted=st.lists(amounts, min_size=3, max_size=3), there=st.lists(amounts, min_size=2, max_size=2))
def test_as_far_as_there_is_takes_what_fits_and_no_more(wanted: list[int], there: list[int]) -> None:
    left = parts(*there)  # the stay and the first city
    found = rules.as_far_as(parts(*wanted), left)
    assert rules.is_within(found, left)
    assert found.stay.amount_minor == min(wanted[0], there[0])
    assert [(tax.authority, tax.amount.amount_minor) for tax in found.taxes] == [
        ("city 0", least) for least in [min(wanted[1], there[1])] if least
    ]


def test_the_taxes_of_one_authority_are_one_part() -> None:
    with pytest.raises(ValueError, match="one part"):
        Parts(money(100), (Tax("a-city", money(1)), Tax("a-city", money(2))))
