"""What each event posts: it balances, in every currency, to the smallest unit and to the largest amount."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.ids import new_id
from server.payments.ledger.rules import postings
from server.payments.ledger.rules.entries import Account, Entry, Posting, Subject
from server.payments.ledger.rules.postings import Cut, GivenBack, Kept, Parts, Tax
from shared_models.ledger import NATURES, AccountCode, EntryKind, Side
from shared_models.money import Currency, Money
from tests.server.payments.ledger.facts import EUR, GBP, JPY, a_charge, a_fact, a_subject, money, parts
from tools import ledger_table

LARGEST = 2**53
TENANT = new_id()
ABOUT = a_subject()
currencies = st.sampled_from([GBP, EUR, JPY])
amounts = st.one_of(st.integers(1, 100_000), st.sampled_from([1, 2, LARGEST - 1, LARGEST]))


def moved(entry: Entry) -> dict[tuple[str, Currency], int]:
    """What an entry does to each account, + debit."""
    sums: Counter[tuple[str, Currency]] = Counter()
    for posting in entry.postings:
        sums[posting.account.code.value, posting.amount.currency] += posting.amount.amount_minor
    return dict(sums)


def gbp(**amounts: int) -> dict[tuple[str, Currency], int]:
    return {(code, GBP): amount for code, amount in amounts.items()}


LANDLORD = new_id()
CUT = Cut(LANDLORD, money(8160), money(1200), Tax("vat:GB", money(240)))


def back(payable: int = 0, owed: int = 0, fee: int = 600, tax: int = 120) -> GivenBack:
    return GivenBack(LANDLORD, money(payable), money(owed), money(fee), Tax("vat:GB", money(tax)))


WHOLE, HALF, HUNDRED = parts(), parts(4800), money(10_000)
EVENTS = [
    (postings.charge(ABOUT, a_fact(), WHOLE, HUNDRED),
     gbp(provider_clearing=10_000, stay_liability=-9600, tax_payable=-400)),
    (postings.late_charge(ABOUT, a_fact(), TENANT, HUNDRED, HUNDRED),
     gbp(provider_clearing=10_000, tenant_credit=-10_000)),
    (postings.provider_fee(ABOUT, a_fact(), money(170)), gbp(provider_cost=170, provider_clearing=-170)),
    (postings.refund_asked(ABOUT, a_fact(), WHOLE), gbp(stay_liability=9600, tax_payable=400, refunds_payable=-10_000)),
    (postings.refund_asked(ABOUT, a_fact(), HALF), gbp(stay_liability=4800, tax_payable=400, refunds_payable=-5200)),
    (postings.credit_refund_asked(ABOUT, a_fact(), TENANT, HUNDRED),
     gbp(tenant_credit=10_000, refunds_payable=-10_000)),
    (postings.refund_paid(ABOUT, a_fact(), HUNDRED, HUNDRED), gbp(refunds_payable=10_000, provider_clearing=-10_000)),
    (postings.refund_returned(ABOUT, a_fact(), TENANT, HUNDRED, HUNDRED),
     gbp(provider_clearing=10_000, tenant_credit=-10_000)),
    (postings.refund_given_up(ABOUT, a_fact(), TENANT, HUNDRED), gbp(refunds_payable=10_000, tenant_credit=-10_000)),
    (postings.credit_paid_out(ABOUT, a_fact(), TENANT, HUNDRED), gbp(tenant_credit=10_000, bank=-10_000)),
    (postings.dispute_opened(ABOUT, a_fact(), HUNDRED, HUNDRED),
     gbp(dispute_in_progress=10_000, provider_clearing=-10_000)),
    (postings.dispute_won(ABOUT, a_fact(), HUNDRED, HUNDRED),
     gbp(provider_clearing=10_000, dispute_in_progress=-10_000)),
    (postings.dispute_lost(ABOUT, a_fact(), TENANT, HUNDRED, Kept(WHOLE, money(0))),
     gbp(stay_liability=9600, tax_payable=400, dispute_in_progress=-10_000)),
    (postings.dispute_lost(ABOUT, a_fact(), TENANT, money(11_000), Kept(WHOLE, money(0))),
     gbp(stay_liability=9600, tax_payable=400, dispute_loss=1000, dispute_in_progress=-11_000)),
    (postings.dispute_lost(ABOUT, a_fact(), TENANT, HUNDRED, Kept(parts(5000, 0), money(4000))),
     gbp(stay_liability=5000, tenant_credit=4000, dispute_loss=1000, dispute_in_progress=-10_000)),
    (postings.earned(ABOUT, a_fact(), CUT),
     gbp(stay_liability=9600, landlord_payable=-8160, fee_revenue=-1200, tax_payable=-240)),
    (postings.earned(ABOUT, a_fact(), Cut(LANDLORD, money(8400), money(1200), None)),
     gbp(stay_liability=9600, landlord_payable=-8400, fee_revenue=-1200)),
    (postings.transferred(ABOUT, a_fact(), LANDLORD, money(8160), money(8160)),
     gbp(landlord_payable=8160, provider_clearing=-8160)),
    (postings.refund_asked(ABOUT, a_fact(), HALF, back(payable=4080)),
     gbp(tax_payable=520, landlord_payable=4080, fee_revenue=600, refunds_payable=-5200)),
    (postings.refund_asked(ABOUT, a_fact(), HALF, back(owed=4080)),
     gbp(tax_payable=520, landlord_receivable=4080, fee_revenue=600, refunds_payable=-5200)),
    (postings.refund_asked(ABOUT, a_fact(), WHOLE, back(payable=1080, owed=3000)),
     gbp(stay_liability=4800, tax_payable=520, landlord_payable=1080, landlord_receivable=3000, fee_revenue=600,
         refunds_payable=-10_000)),
    (postings.transfer_reversed(ABOUT, a_fact(), LANDLORD, money(4080), money(4080)),
     gbp(provider_clearing=4080, landlord_receivable=-4080)),
    (postings.recovered(ABOUT, a_fact(), LANDLORD, money(4080)),
     gbp(landlord_payable=4080, landlord_receivable=-4080)),
    (postings.owed_again(ABOUT, a_fact(), LANDLORD, money(4080)),
     gbp(landlord_receivable=4080, landlord_payable=-4080)),
    (postings.dispute_lost(ABOUT, a_fact(), TENANT, money(5200), Kept(HALF, money(0), back(owed=4080))),
     gbp(landlord_receivable=4080, fee_revenue=600, tax_payable=520, dispute_in_progress=-5200)),
    (postings.provider_fee(ABOUT, a_fact(), money(-170)), gbp(provider_cost=-170, provider_clearing=170)),
    (postings.reversal(a_charge(ABOUT), new_id(), a_fact()),
     gbp(provider_clearing=-10_000, stay_liability=9600, tax_payable=400)),
]  # fmt: skip


@pytest.mark.parametrize(("entry", "expected"), EVENTS, ids=[entry.kind.value for entry, _ in EVENTS])
def test_an_event_posts_what_the_table_says(entry: Entry, expected: dict[tuple[str, Currency], int]) -> None:
    assert moved(entry) == expected


def test_every_kind_of_entry_is_in_that_table_and_in_the_document() -> None:
    assert {entry.kind for entry, _ in EVENTS} == set(EntryKind)
    assert {entry.kind for _, entry in ledger_table.examples()} == set(EntryKind)


def test_the_document_shows_what_the_code_posts() -> None:
    ledger_table.main([])


@pytest.mark.parametrize("code", AccountCode)
def test_accounts_that_belong_to_somebody_are_guarded_and_grow_on_their_side(code: AccountCode) -> None:
    owned = {posting.account.code for entry, _ in EVENTS for posting in entry.postings
             if posting.account.owner.startswith(("stay:", "tenant:", "landlord:"))}  # fmt: skip
    assert NATURES[code].may_go_below_zero == (code not in owned)
    opening = [posting.amount.amount_minor for entry, _ in EVENTS for posting in entry.postings
               if posting.account.code is code and entry.kind is not EntryKind.REVERSAL]  # fmt: skip
    if code in owned:
        assert (opening[0] > 0) == (NATURES[code].normal is Side.DEBIT)


def test_what_the_provider_exchanged_goes_through_both_currencies() -> None:
    entry = postings.charge(ABOUT, a_fact(), parts(currency=EUR), money(8500))
    assert moved(entry) == {
        ("provider_clearing", GBP): 8500, ("fx_clearing", GBP): -8500,
        ("fx_clearing", EUR): 10_000, ("stay_liability", EUR): -9600, ("tax_payable", EUR): -400,
    }  # fmt: skip
    back = postings.refund_paid(ABOUT, a_fact(), money(10_000, EUR), money(8600))
    assert moved(back) == {
        ("refunds_payable", EUR): 10_000, ("fx_clearing", EUR): -10_000,
        ("fx_clearing", GBP): 8600, ("provider_clearing", GBP): -8600,
    }  # fmt: skip


def test_a_part_of_nothing_is_no_line() -> None:
    entry = postings.charge(ABOUT, a_fact(), parts(9600, 0), money(9600))
    assert moved(entry) == gbp(provider_clearing=9600, stay_liability=-9600)
    lost = postings.dispute_lost(ABOUT, a_fact(), TENANT, HUNDRED, Kept(parts(0, 0), money(0)))
    assert moved(lost) == gbp(dispute_loss=10_000, dispute_in_progress=-10_000)


def test_each_thing_person_and_authority_has_accounts_of_its_own() -> None:
    entry = a_charge(ABOUT)
    owners = {posting.account.code: posting.account.owner for posting in entry.postings}
    assert owners == {
        AccountCode.PROVIDER_CLEARING: "platform",
        AccountCode.STAY_LIABILITY: f"stay:{ABOUT.id}",
        AccountCode.TAX_PAYABLE: "tax_authority:a-city",
    }
    given_up = postings.refund_given_up(ABOUT, a_fact(), TENANT, HUNDRED)
    assert {posting.account.owner for posting in given_up.postings} == {f"stay:{ABOUT.id}", f"tenant:{TENANT}"}


@given(
    stay=st.integers(1, LARGEST - 10), tax=st.integers(0, 10), currency=currencies, settled=amounts, other=currencies
)
def test_a_charge_and_its_refund_in_any_two_currencies_leave_only_what_the_exchange_kept(
    stay: int, tax: int, currency: Currency, settled: int, other: Currency
) -> None:
    whole = Parts(money(stay, currency), (Tax("a-city", money(tax, currency)),))
    gained = whole.total if other == currency else money(settled, other)
    entries = [
        postings.charge(ABOUT, a_fact(), whole, gained),
        postings.refund_asked(ABOUT, a_fact(), whole),
        postings.refund_paid(ABOUT, a_fact(), whole.total, gained),
    ]
    left: Counter[tuple[str, Currency]] = Counter()
    for entry in entries:
        sums: Counter[Currency] = Counter()
        for posting in entry.postings:
            sums[posting.amount.currency] += posting.amount.amount_minor
        assert not any(sums.values())
        left.update(moved(entry))
    assert not any(left.values())


@pytest.mark.parametrize(
    "attempt",
    [
        lambda: postings.charge(ABOUT, a_fact(), WHOLE, money(9999)),
        lambda: postings.charge(ABOUT, a_fact(), parts(0, 0), money(0)),
        lambda: postings.charge(ABOUT, a_fact(), parts(10_400, -400), money(10_000)),
        lambda: postings.refund_asked(ABOUT, a_fact(), parts(-400, 10_400)),
        lambda: postings.charge(ABOUT, a_fact(), parts(currency=EUR), money(0)),
        lambda: postings.charge(ABOUT, a_fact(), Parts(money(1), (Tax("a", money(1, EUR)),)), money(2)),
        lambda: postings.charge(ABOUT, a_fact(), parts(LARGEST, 1), money(LARGEST)),
        lambda: postings.late_charge(ABOUT, a_fact(), TENANT, money(-1), money(-1)),
        lambda: postings.provider_fee(ABOUT, a_fact(), money(0)),
        lambda: postings.refund_asked(ABOUT, a_fact(), parts(0, 0)),
        lambda: postings.credit_refund_asked(ABOUT, a_fact(), TENANT, money(-1)),
        lambda: postings.refund_paid(ABOUT, a_fact(), HUNDRED, money(-10_000)),
        lambda: postings.refund_returned(ABOUT, a_fact(), TENANT, money(-1), money(-1)),
        lambda: postings.refund_given_up(ABOUT, a_fact(), TENANT, money(-1)),
        lambda: postings.dispute_opened(ABOUT, a_fact(), money(-1), money(-1)),
        lambda: postings.dispute_won(ABOUT, a_fact(), money(-1), money(-1)),
        lambda: postings.dispute_lost(ABOUT, a_fact(), TENANT, money(9999), Kept(WHOLE, money(0))),
        lambda: postings.dispute_lost(ABOUT, a_fact(), TENANT, money(0), Kept(parts(0, 0), money(0))),
        lambda: postings.credit_paid_out(ABOUT, a_fact(), TENANT, money(-1)),
        lambda: Kept(WHOLE, money(-1)),
    ],
)
def test_amounts_that_cannot_belong_together_are_refused(attempt: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - pydantic's too
        attempt()  # type: ignore[operator]


def line(code: AccountCode, amount: Money) -> Posting:
    return Posting(Account(code), amount)


@pytest.mark.parametrize(
    "lines",
    [
        (),
        (line(AccountCode.FX_CLEARING, money(0)), line(AccountCode.FX_CLEARING, money(0))),
        (line(AccountCode.FX_CLEARING, money(1)), line(AccountCode.PROVIDER_COST, money(-2))),
        (line(AccountCode.FX_CLEARING, money(1)), line(AccountCode.FX_CLEARING, money(-1, EUR))),
        (line(AccountCode.FX_CLEARING, money(1)), line(AccountCode.PROVIDER_COST, money(-1)),
         line(AccountCode.PROVIDER_COST, money(0))),
    ],
)  # fmt: skip
def test_an_entry_that_does_not_balance_or_moves_nothing_cannot_be_made(lines: tuple[Posting, ...]) -> None:
    with pytest.raises(ValueError, match=r"does not balance|moves nothing"):
        Entry(EntryKind.CHARGE, Subject("stay", new_id()), a_fact(), lines)


def test_more_is_not_given_back_than_goes_back_of_what_was_let_for() -> None:
    with pytest.raises(ValueError, match="no more is given back"):
        postings.refund_asked(ABOUT, a_fact(), parts(4000), back(owed=4080))


def test_no_part_of_what_is_earned_or_given_back_is_below_zero() -> None:
    with pytest.raises(ValueError, match="earned is not below zero"):
        Cut(LANDLORD, money(9700), money(-100), None)
    with pytest.raises(ValueError, match="given back is not below zero"):
        back(payable=-1)
