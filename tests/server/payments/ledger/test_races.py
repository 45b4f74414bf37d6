"""Many post at once: each fact is posted once, nobody waits in a ring, no account is overdrawn by two together."""

import asyncio
from collections.abc import AsyncIterator
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database import Database
from server.core.ids import new_id
from server.core.limits import JOBS
from server.invariants import violations
from server.payments.ledger import service
from server.payments.ledger.rules import postings
from server.payments.ledger.rules.entries import Entry, tenant
from tests.server.core.queue import PATIENCE, until
from tests.server.payments.ledger.facts import (
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

POSTERS = 16
SOMEONE_WAITS = "count(*) > 0 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
DEADLOCKS = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")


@pytest.fixture
async def crowded(database: Database) -> AsyncIterator[Database]:
    """The database with a connection for each of many posters, who wait for each other as jobs do."""
    async with database.apart(JOBS, pool=POSTERS) as own:
        yield own


async def test_many_who_tell_the_same_facts_post_each_once(crowded: Database) -> None:
    charges = [a_charge() for _ in range(6)]

    async def tell(seed: int) -> None:
        told = list(charges)
        Random(seed).shuffle(told)
        for place in range(0, len(told), 3):
            await post(crowded, *told[place : place + 3])

    await asyncio.gather(*(tell(seed) for seed in range(POSTERS)))
    assert (await count(crowded, "ledger_entry"), await count(crowded, "ledger_posting")) == (6, 18)
    assert await violations(crowded) == []


async def test_who_comes_second_posts_after_all_when_the_first_takes_it_back(crowded: Database) -> None:
    charge = a_charge()
    first = crowded.transaction()
    session = await first.__aenter__()
    await service.post(session, charge)
    second = asyncio.create_task(post(crowded, charge))
    await until(crowded, SOMEONE_WAITS)
    assert not second.done()
    await session.rollback()
    await first.__aexit__(None, None, None)
    await asyncio.wait_for(second, PATIENCE)
    assert await count(crowded, "ledger_entry") == 1
    assert await stands(crowded, charge.about.owner) == {("stay_liability", "GBP"): 9600}


async def test_hot_accounts_and_shared_credits_are_posted_to_by_many_without_a_deadlock(crowded: Database) -> None:
    """Each transaction touches two people's guarded credits besides the platform's accounts, in any order."""
    before = await _deadlocks(crowded)
    people, rounds = [new_id() for _ in range(4)], 8

    async def work(seed: int) -> None:
        dice = Random(seed)
        for _ in range(rounds):
            one, other = dice.sample(people, 2)
            await post(crowded, *_money_for(one), *_money_for(other))

    await asyncio.gather(*(work(seed) for seed in range(POSTERS)))
    assert await _deadlocks(crowded) == before
    owed = [(await stands(crowded, tenant(person)))["tenant_credit", "GBP"] for person in people]
    assert sum(owed) == POSTERS * rounds * 2 * 100
    assert await stands(crowded, "platform") == {
        ("provider_clearing", "GBP"): POSTERS * rounds * 2 * 97,
        ("provider_cost", "GBP"): POSTERS * rounds * 2 * 3,
    }
    assert await violations(crowded) == []


def _money_for(person: UUID) -> list[Entry]:
    about, fact = a_subject(), a_fact()
    return [
        postings.provider_fee(about, fact, money(3)),
        postings.late_charge(about, fact, person, money(100), money(100)),
    ]


async def _deadlocks(database: Database) -> int:
    async with database.engine.connect() as connection:
        await connection.execute(text("SELECT pg_stat_clear_snapshot()"))
        return int(await connection.scalar(DEADLOCKS) or 0)


async def _take_carelessly(database: Database, person: UUID, both_looked: asyncio.Barrier) -> bool:
    """Look whether the credit is enough for 60, and take it; both look before either takes."""
    async with database.transaction() as session:
        enough = await _credit(session, person) >= 60
        await both_looked.wait()
        if enough:
            taken = postings.credit_refund_asked(a_subject(), a_fact(), person, money(60))
            await service.post(session, taken)
    return enough


async def _credit(session: AsyncSession, person: UUID) -> int:
    return sum(each.amount_minor for each in await service.balances(session, f"tenant:{person}"))


async def _two_take_60_of_100(database: Database) -> tuple[list[object], int]:
    person = new_id()
    await post(database, postings.late_charge(a_subject(), a_fact(), person, money(100), money(100)))
    both_looked = asyncio.Barrier(2)
    takers = (_take_carelessly(database, person, both_looked) for _ in range(2))
    came = await asyncio.gather(*takers, return_exceptions=True)
    async with database.transaction() as session:
        return list(came), await _credit(session, person)


async def test_two_who_take_from_a_guarded_account_at_once_cannot_overdraw_it(crowded: Database) -> None:
    came, left = await _two_take_60_of_100(crowded)
    (refusal,) = (each for each in came if each is not True)
    assert isinstance(refusal, IntegrityError)
    assert constraint_of(refusal) == "ledger_overdraft"
    assert left == 40


async def test_without_the_guard_the_same_two_overdraw_it(crowded: Database) -> None:
    """The negative control: looking first is no defence."""
    guard = "ALTER TABLE ledger_balance {} TRIGGER not_below_zero"
    async with crowded.engine.begin() as connection:
        await connection.execute(text(guard.format("DISABLE")))
    try:
        came, left = await _two_take_60_of_100(crowded)
    finally:
        async with crowded.engine.begin() as connection:
            await connection.execute(text(guard.format("ENABLE")))
    assert (came, left) == ([True, True], -20)
    assert [found.invariant for found in await violations(crowded)] == ["guarded_accounts_are_not_below_zero"]


async def test_refunds_of_one_stay_at_once_never_exceed_what_was_paid(crowded: Database) -> None:
    charge = a_charge()
    await post(crowded, charge)
    asking = (post(crowded, postings.refund_asked(charge.about, a_fact(), parts(3000, 0))) for _ in range(POSTERS))
    came = await asyncio.gather(*asking, return_exceptions=True)
    assert came.count(None) == 3
    assert {constraint_of(each) for each in came if isinstance(each, IntegrityError)} == {"ledger_overdraft"}
    assert await stands(crowded, charge.about.owner) == {
        ("stay_liability", "GBP"): 600,
        ("refunds_payable", "GBP"): 9000,
    }


async def test_the_same_facts_told_at_once_in_opposite_orders_are_posted_once_each(crowded: Database) -> None:
    charges = [a_charge() for _ in range(80)]
    before = await _deadlocks(crowded)
    for _ in range(4):
        fresh = [a_charge(each.about) for each in charges]
        await asyncio.gather(*(post(crowded, *each) for each in (fresh, fresh[::-1]) * 2))
    assert await _deadlocks(crowded) == before
    assert await count(crowded, "ledger_entry") == 4 * len(charges)


async def test_new_accounts_opened_at_once_by_who_names_them_in_opposite_orders_are_one_each(crowded: Database) -> None:
    before = await _deadlocks(crowded)
    for _ in range(2):
        people = [new_id() for _ in range(400)]  # so many that opening them takes as long as it takes to begin
        await asyncio.gather(*(post(crowded, *map(_late, each)) for each in (people, people[::-1])))
    assert await _deadlocks(crowded) == before
    assert await count(crowded, "ledger_account") == 1 + 2 * len(people)


def _late(person: UUID) -> Entry:
    return postings.late_charge(a_subject(), a_fact(), person, money(100), money(100))
