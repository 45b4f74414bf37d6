"""Where disputes go, what banks took in whose currency, and how what the provider says is read."""

from contextlib import nullcontext
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.payments import rules
from server.payments.gateway.disputes import seen_dispute
from server.payments.ledger.rules.postings import Parts, Tax
from server.payments.rules import Moved, SeenDispute
from shared_models.base import known
from shared_models.cases import CaseDecision
from shared_models.payments import (
    DISPUTE_MOVES,
    DISPUTED,
    TO_BE_ANSWERED,
    UNDECIDED,
    DisputeReason,
    DisputeStatus,
)
from tests.server.payments.ledger.facts import EUR, GBP, JPY, money

AT = datetime(2030, 3, 1, tzinfo=UTC)
ENDS = {"won", "lost", "closed"}
ALLOWED = {
    *product(["inquiry"], {"inquiry_answered", "needs_response", "under_review", *ENDS}),
    *product(["inquiry_answered"], {"needs_response", "under_review", *ENDS}),
    *product(["needs_response"], {"under_review", *ENDS}),
    *product(["under_review"], ENDS),
    *product(["closed"], {"needs_response", "under_review", "won", "lost"}),
    ("won", "lost"), ("lost", "won"),
}  # fmt: skip


def seen(status: DisputeStatus = DisputeStatus.NEEDS_RESPONSE, *moved: Moved, currency: Any = GBP) -> SeenDispute:
    return SeenDispute("du_1", status, DisputeReason.OTHER, money(100, currency), AT, moved, AT)


@pytest.mark.parametrize(("now", "then"), list(product(known(DisputeStatus), known(DisputeStatus))))
def test_a_dispute_moves_only_where_it_may(now: str, then: str) -> None:
    found = rules.next_dispute_status(DisputeStatus(now), seen(DisputeStatus(then)))
    assert found == (then if (now, then) in ALLOWED else None)


def test_every_status_of_a_dispute_says_whose_turn_it_is() -> None:
    assert set(DISPUTE_MOVES) == {DisputeStatus(status) for status in known(DisputeStatus)}
    assert {status.value for status in UNDECIDED} == set(known(DisputeStatus)) - ENDS
    assert {status.value for status in DISPUTED} == {"needs_response", "under_review"}
    assert {status.value for status in TO_BE_ANSWERED} == {"inquiry", "needs_response"}


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (money(-110), money(110)), (money(110), money(-110)), (money(-30), money(30)), (money(0), money(0)),
        (money(-85, EUR), money(100)), (money(87, EUR), money(-100)),
    ],
)  # fmt: skip
def test_what_a_bank_took_is_said_in_the_payers_currency(amount: Any, expected: Any) -> None:
    assert rules.taken_by(Moved("txn_1", amount, money(0, amount.currency), AT), seen()) == expected


def test_an_amount_without_decimals_is_disputed_as_it_is() -> None:
    moved = Moved("txn_1", money(-8000, JPY), money(0, JPY), AT)
    assert rules.taken_by(moved, seen(currency=JPY)) == money(8000, JPY)


@given(one=st.integers(0, 500), other=st.integers(0, 500), taxes=st.lists(st.integers(0, 9), min_size=4, max_size=4))
def test_two_amounts_join_part_by_part_and_come_apart_again(one: int, other: int, taxes: list[int]) -> None:
    def parts(stay: int, *each: int) -> Parts:
        return Parts(money(stay), tuple(Tax(f"city {place}", money(tax)) for place, tax in enumerate(each)))

    both = rules.joined(parts(one, *taxes[:2]), parts(other, *taxes[2:3]))
    assert both.total == money(one + other + sum(taxes[:3]))
    assert rules.less(both, [parts(other, *taxes[2:3])]) == parts(one, *taxes[:2])
    assert rules.joined(Parts(money(0)), parts(one, *taxes)) == parts(one, *taxes)
    assert rules.lesser(money(one), money(other)) == money(min(one, other))


@pytest.mark.parametrize(("note", "is_said"), [(None, False), ("", False), (" ", False), ("By transfer.", True)])
def test_how_a_tenant_was_paid_another_way_is_said_in_words(note: str | None, is_said: bool) -> None:
    given = {"outcome": "paid_otherwise", "reasons": ["other"], "note": note}
    with nullcontext() if is_said else pytest.raises(ValueError, match="how it was paid"):
        CaseDecision.model_validate(given)


STATUSES = {
    "warning_needs_response": "inquiry", "warning_under_review": "inquiry_answered", "warning_closed": "closed",
    "needs_response": "needs_response", "under_review": "under_review", "won": "won", "lost": "lost",
    "appeal_needs_response": "lost", "appeal_under_review": "lost", "prevented": "closed",
}  # fmt: skip


@pytest.mark.parametrize(("theirs", "ours"), STATUSES.items())
def test_every_status_of_the_provider_is_one_of_ours(theirs: str, ours: str) -> None:
    read = seen_dispute(
        {
            "id": "du_1", "status": theirs, "reason": "subscription_canceled", "amount": 8000, "currency": "jpy",
            "evidence_details": {"due_by": None}, "balance_transactions": [], "created": 0,
        }
    )  # fmt: skip
    assert (read.status, read.reason, read.answer_by) == (ours, "other", None)
    assert read.amount == money(8000, JPY)
