"""Posting: each fact once, however often it is told; and what stands on an owner's accounts afterwards."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from server.core.database import Database
from server.core.ids import new_id
from server.core.retries import FailedForGood
from server.invariants import violations
from server.payments.ledger import service
from server.payments.ledger.rules import postings
from server.payments.ledger.rules.entries import Entry, Subject, tenant
from server.payments.ledger.service import ContradictsLedger
from shared_models.ledger import EntryKind
from tests.server.payments.ledger.facts import (
    EUR,
    GBP,
    JPY,
    a_charge,
    a_fact,
    a_subject,
    constraint_of,
    count,
    money,
    parts,
    post,
    stands,
)
from tests.server.stays import statements

LARGEST = 2**53


async def test_the_same_fact_told_again_is_one_entry(database: Database) -> None:
    charge = a_charge()
    fee = postings.provider_fee(charge.about, charge.fact, money(170))
    for told in ((charge,), (charge, fee), (fee, charge, fee), (charge,)):
        await post(database, *told)
    assert (await count(database, "ledger_entry"), await count(database, "ledger_posting")) == (2, 5)
    assert await stands(database, "platform") == {("provider_clearing", "GBP"): 9830, ("provider_cost", "GBP"): 170}


async def test_the_same_fact_told_later_and_in_another_order_is_the_same(database: Database) -> None:
    charge = a_charge()
    later = replace(charge.fact, happened_at=charge.fact.happened_at + timedelta(seconds=1))
    await post(database, charge)
    await post(database, replace(charge, fact=later, postings=tuple(reversed(charge.postings))))
    assert await count(database, "ledger_entry") == 1


def _others(charge: Entry) -> list[Entry]:
    """The same fact with other content, in each thing that is its content."""
    whole = parts()
    return [
        a_charge(charge.about, charge.fact, parts(9601, 399)),
        a_charge(charge.about, charge.fact, parts(9601)),
        a_charge(charge.about, charge.fact, parts(10_000, 0)),
        a_charge(charge.about, charge.fact, parts(currency=JPY)),
        a_charge(Subject("tenancy", charge.about.id), charge.fact),
        a_charge(Subject("stay", new_id()), charge.fact),
        replace(charge, about=Subject("stay", new_id())),
        postings.charge(charge.about, charge.fact, whole, money(8500, EUR)),
    ]


@pytest.mark.parametrize("number", range(8))
async def test_the_same_fact_with_other_content_is_refused_for_good(database: Database, number: int) -> None:
    charge = a_charge()
    other = _others(charge)[number]
    await post(database, charge)
    with pytest.raises(ContradictsLedger, match=charge.fact.external_id) as refusal:
        await post(database, other, a_charge())
    assert isinstance(refusal.value, FailedForGood)
    with pytest.raises(ContradictsLedger):
        await post(database, a_charge(fact=a_fact("both")), a_charge(fact=a_fact("both")))
    assert await count(database, "ledger_entry") == 1


async def test_a_fact_may_have_an_entry_of_each_kind_and_source(database: Database) -> None:
    charge = a_charge(fact=a_fact("one"))
    elsewhere = replace(charge, fact=replace(charge.fact, source="own"))
    await post(database, charge, elsewhere, postings.provider_fee(charge.about, charge.fact, money(170)))
    assert await count(database, "ledger_entry") == 3


async def test_nothing_to_post_is_nothing(database: Database) -> None:
    await post(database)
    assert await count(database, "ledger_entry") == 0


async def test_what_a_stay_holds_is_told_currency_by_currency(database: Database) -> None:
    about = a_subject()
    await post(
        database,
        a_charge(about, of=parts(9600, 400)),
        a_charge(about, of=parts(7999, 1, JPY)),
        postings.refund_asked(about, a_fact(), parts(4800, 400)),
        a_charge(),  # of somebody else
    )
    assert await stands(database, about.owner) == {
        ("stay_liability", "GBP"): 4800,
        ("refunds_payable", "GBP"): 5200,
        ("stay_liability", "JPY"): 7999,
    }
    assert await stands(database, "tax_authority:a-city") == {("tax_payable", "GBP"): 400, ("tax_payable", "JPY"): 1}


async def test_balances_are_positive_on_the_side_on_which_an_account_grows(database: Database) -> None:
    charge, person = a_charge(), new_id()
    hundred = money(10_000)
    await post(database, charge)
    await post(database, postings.dispute_opened(charge.about, a_fact(), hundred, hundred))
    assert await stands(database, charge.about.owner) == {
        ("stay_liability", "GBP"): 9600,
        ("dispute_in_progress", "GBP"): 10_000,
    }
    await post(database, postings.provider_fee(charge.about, a_fact(), money(2000)))
    assert await stands(database, "platform") == {("provider_clearing", "GBP"): -2000, ("provider_cost", "GBP"): 2000}
    await post(database, postings.late_charge(charge.about, a_fact(), person, hundred, hundred))
    assert await stands(database, tenant(person)) == {("tenant_credit", "GBP"): 10_000}


async def test_the_largest_amounts_add_up_beyond_what_json_can_count(database: Database) -> None:
    about = a_subject()
    for _ in range(3):
        await post(database, a_charge(about, of=parts(LARGEST - 1, 1)))
    assert await stands(database, about.owner) == {("stay_liability", "GBP"): 3 * (LARGEST - 1)}
    assert await stands(database, "platform") == {("provider_clearing", "GBP"): 3 * LARGEST}
    assert await violations(database) == []


async def test_no_more_goes_back_than_was_paid(database: Database) -> None:
    charge = a_charge()
    await post(database, charge)
    await post(database, postings.refund_asked(charge.about, a_fact(), parts(9600, 0)))
    with pytest.raises(IntegrityError) as refusal:
        await post(database, postings.refund_asked(charge.about, a_fact(), parts(1, 0)))
    assert constraint_of(refusal.value) == "ledger_overdraft"
    with pytest.raises(IntegrityError):
        await post(database, postings.refund_paid(charge.about, a_fact(), money(9601), money(9601)))
    await post(database, postings.refund_paid(charge.about, a_fact(), money(9600), money(9600)))
    assert await stands(database, charge.about.owner) == {}


async def test_a_mistake_is_taken_back_once_by_its_mirror(database: Database) -> None:
    charge = a_charge()
    await post(database, charge)
    async with database.transaction() as session:
        await service.reverse(session, EntryKind.CHARGE, charge.fact, a_fact("undo"))
    assert await stands(database, charge.about.owner) == {}
    assert await stands(database, "platform") == {}
    async with database.transaction() as session:  # told again
        await service.reverse(session, EntryKind.CHARGE, charge.fact, a_fact("undo"))
    with pytest.raises(IntegrityError) as refusal:
        async with database.transaction() as session:
            await service.reverse(session, EntryKind.CHARGE, charge.fact, a_fact("undo again"))
    assert constraint_of(refusal.value) == "uq_ledger_entry_reverses"
    with pytest.raises(LookupError):
        async with database.transaction() as session:
            await service.reverse(session, EntryKind.LATE_CHARGE, charge.fact, a_fact())


async def test_a_posting_takes_few_statements_and_a_balance_one(database: Database) -> None:
    charge = a_charge()
    fee = postings.provider_fee(charge.about, charge.fact, money(170))
    await post(database, a_charge(charge.about), postings.provider_fee(a_subject(), a_fact(), money(1)))
    with statements(database) as asked:
        await post(database, charge, fee)
    assert len(asked) == 3  # entries, accounts, postings
    with statements(database) as asked:
        await stands(database, "platform")
    assert len(asked) == 1


async def test_an_account_that_is_new_to_the_books_is_opened_with_its_nature(database: Database) -> None:
    await post(database, a_charge(of=parts(currency=GBP)))
    assert await count(database, "ledger_account") == 3
    assert await count(database, "ledger_balance") == 1  # of the stay's liability, the one that is guarded
