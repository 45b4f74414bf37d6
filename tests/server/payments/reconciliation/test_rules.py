"""What differs between the provider's lines and the books: every difference once, and none where there is none."""

from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.payments.reconciliation.rules import Comparison, Movement, compared, differences
from server.payments.rules import MovedInBooks
from shared_models.money import Currency, Money
from shared_models.reconciliation import FindingKind

THEN = datetime(2026, 11, 29, 12, tzinfo=UTC)
UNTIL = THEN + timedelta(hours=1)
Item = TypeVar("Item")


def gbp(minor: int) -> Money:
    return Money(amount_minor=minor, currency=Currency.GBP)


def there(id_: str = "txn_1", kind: str = "charge", amount: int = 10_000, fee: int = 170) -> Movement:
    return Movement(id_, kind, gbp(amount), gbp(fee), THEN)


def here(id_: str = "txn_1", *kinds: str, amount: int = 10_000, fee: int = 170) -> MovedInBooks:
    return MovedInBooks(id_, frozenset(kinds or ("charge", "provider_fee")), gbp(amount), gbp(fee), THEN)


def euros(amount: int) -> MovedInBooks:
    money = Money(amount_minor=amount, currency=Currency.EUR)
    return MovedInBooks("txn_1", frozenset({"charge"}), money, money, THEN)


@pytest.mark.parametrize(
    ("their", "our", "kinds", "theirs", "ours"),
    [
        (there(), here(), [], None, None),
        (there(kind="charge"), here("txn_1", "late_charge", "provider_fee"), [], None, None),
        (there(), None, ["not_in_books"], gbp(10_000), None),
        (None, here(), ["not_at_provider"], None, gbp(10_000)),
        (there(), here(amount=9_999), ["other_amount"], gbp(10_000), gbp(9_999)),
        (there(), here(fee=0), ["other_fee"], gbp(170), gbp(0)),
        (there(kind="refund", amount=-50, fee=0), here("txn_1", "refund_paid", amount=-50, fee=0), [], None, None),
        (there(kind="refund"), here(), ["other_kind"], gbp(10_000), gbp(10_000)),
        (there(kind="payout"), here(), ["other_kind"], gbp(10_000), gbp(10_000)),
        (there(kind="dispute"), here("txn_1", "dispute_opened", "provider_fee"), [], None, None),
        (there(kind="dispute_reversal"), here("txn_1", "dispute_won"), [], None, None),
        (there(kind="refund_failure"), here("txn_1", "refund_returned"), [], None, None),
        (there(), here("txn_1", "charge", "provider_fee", "reversal"), [], None, None),
    ],
)
def test_each_difference_is_named_with_both_amounts(
    their: Movement | None, our: MovedInBooks | None, kinds: list[str], theirs: Money | None, ours: Money | None
) -> None:
    found = differences(their, our, UNTIL)
    assert [each.kind.value for each in found] == kinds
    assert [(each.theirs, each.ours, each.at) for each in found] == [(theirs, ours, THEN)] * len(kinds)


def test_another_currency_is_one_difference_and_not_three() -> None:
    (found,) = differences(there(), euros(1), UNTIL)
    assert (found.kind, found.theirs, found.ours) == (FindingKind.OTHER_CURRENCY, gbp(10_000), euros(1).amount)


def test_amount_and_fee_may_both_differ() -> None:
    found = differences(there(), here(amount=1, fee=1), UNTIL)
    assert [each.kind for each in found] == [FindingKind.OTHER_AMOUNT, FindingKind.OTHER_FEE]


@pytest.mark.parametrize(("until", "number"), [(THEN, 0), (THEN + timedelta(seconds=1), 1)])
def test_what_has_only_just_moved_may_be_on_its_way(until: datetime, number: int) -> None:
    assert len(differences(there(), None, until)) == len(differences(None, here(), until)) == number
    assert len(differences(there(), here(amount=1), until)) == 1  # it has arrived, and is wrong


async def each(items: Iterable[Item]) -> AsyncIterator[Item]:
    for item in items:
        yield item


ids = st.lists(st.sampled_from([f"txn_{letter}" for letter in "abAB12_é"]), unique=True)


def sorted_by_bytes(found: Iterable[str]) -> list[str]:
    return sorted(found, key=str.encode)


@given(ids, ids)
async def test_both_sides_are_paired_by_their_ids(theirs: list[str], ours: list[str]) -> None:
    found = await compared(
        each(there(id_) for id_ in sorted_by_bytes(theirs)), each(here(id_) for id_ in sorted_by_bytes(ours)), UNTIL
    )
    missing_here = {item.external_id for item in found.found if item.kind is FindingKind.NOT_IN_BOOKS}
    missing_there = {item.external_id for item in found.found if item.kind is FindingKind.NOT_AT_PROVIDER}
    assert (missing_here, missing_there) == (set(theirs) - set(ours), set(ours) - set(theirs))
    assert len(found.found) == len(missing_here) + len(missing_there)
    assert found.listed.get(Currency.GBP, 0) == len(theirs) * 9_830
    assert found.booked.get(Currency.GBP, 0) == len(ours) * 9_830


def both(
    comparison: Comparison, held: int
) -> tuple[list[tuple[Money | None, Money | None]], list[tuple[str, int, int]]]:
    balance = {Currency.GBP: held}
    return [(item.theirs, item.ours) for item in comparison.off_balance(balance)], comparison.balances(balance)


def test_a_balance_is_off_by_what_no_line_says() -> None:
    comparison = Comparison(UNTIL)
    comparison.take(there(), here())
    assert both(comparison, 9_830) == ([], [("GBP", 9_830, 9_830)])
    assert both(comparison, 9_330) == ([(gbp(9_330), gbp(9_830))], [("GBP", 9_330, 9_830)])


def test_a_line_the_books_lack_is_one_difference_and_not_two() -> None:
    comparison = Comparison(UNTIL)
    comparison.take(there(kind="payout", amount=-500, fee=0), None)
    assert [item.kind for item in comparison.found] == [FindingKind.NOT_IN_BOOKS]
    assert both(comparison, -500) == ([], [("GBP", -500, 0)])


def test_what_was_booked_beside_all_lines_puts_the_balance_off() -> None:
    comparison = Comparison(UNTIL)
    comparison.take(None, here("", "reversal", amount=700, fee=0))
    assert comparison.found == []
    assert both(comparison, 0) == ([(gbp(0), gbp(700))], [("GBP", 0, 700)])


def test_what_moved_after_the_lines_were_read_is_in_no_balance() -> None:
    comparison = Comparison(THEN)
    comparison.take(None, here())
    assert (comparison.found, both(comparison, 0)) == ([], ([], []))


def test_a_currency_in_which_nothing_is_held_is_compared_as_well() -> None:
    comparison = Comparison(UNTIL)
    comparison.take(there(), here())
    found, balances = comparison.off_balance({}), comparison.balances({})
    assert [(item.external_id, item.theirs, item.ours) for item in found] == [("GBP", gbp(0), gbp(9_830))]
    assert balances == [("GBP", 0, 9_830)]
