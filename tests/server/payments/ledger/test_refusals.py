"""What the database refuses by itself, whoever writes: by statements of our own, past all code of the room."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from server.core.database import Database
from server.invariants import violations
from tests.server.payments.ledger.facts import EUR, a_charge, a_fact, a_subject, constraint_of, count, parts, post

SUBJECT = a_subject()
AT_ONCE, AT_COMMIT = "at once", "at commit"
BALANCED, LINES, IMMUTABLE = "ledger_balanced", "ledger_lines", "ledger_immutable"
OVERDRAFT, DERIVED = "ledger_overdraft", "ledger_balance_derived"


@pytest.fixture
async def books(database: Database) -> Database:
    """Books with a charge of 100 pounds, `txn_1`, and one of 100 euros, for the same stay."""
    await post(database, a_charge(SUBJECT, a_fact("txn_1")), a_charge(SUBJECT, a_fact("txn_eur"), parts(currency=EUR)))
    return database


def entry(number: int, lines: int = 2, external_id: str = "", kind: str = "charge", reverses: str = "NULL") -> str:
    return (
        "INSERT INTO ledger_entry (id, kind, about_kind, about_id, source, external_id, reverses, lines, happened_at, "
        f"posted_at) VALUES ({_id(number)}, '{kind}', 'stay', '{SUBJECT.id}', 'stripe', "
        f"'{external_id or f'raw_{number}'}', {reverses}, {lines}, now(), now())"
    )


def posting(number: int | str, line: int, account: str, amount: int, currency: str = "GBP", of: str = "") -> str:
    """A line; `of` is the currency of the account where that is another one."""
    id_ = _id(number) if isinstance(number, int) else number
    return (
        f"INSERT INTO ledger_posting (entry_id, line, account_id, currency, amount_minor) SELECT {id_}, {line}, id, "
        f"'{currency}', {amount} FROM ledger_account WHERE code = '{account}' AND currency = '{of or currency}'"
    )


def _id(number: int) -> str:
    return f"'00000000-0000-0000-0000-{number:012}'"


TXN_1 = "(SELECT id FROM ledger_entry WHERE external_id = 'txn_1')"
CLEARING, LIABILITY, TAX = "provider_clearing", "stay_liability", "tax_payable"
PAIR = (posting(2, 1, CLEARING, 100), posting(2, 2, TAX, -100))
BALANCE = "(SELECT account_id FROM ledger_balance LIMIT 1)"


@dataclass(frozen=True)
class Wrong:
    """Statements of one transaction, when they are refused and by which constraint."""

    when: str
    constraint: str
    statements: Sequence[str]


WRONG = {
    "off by a penny": Wrong(AT_COMMIT, BALANCED, (entry(2), PAIR[0], posting(2, 2, TAX, -99))),
    "off by a penny the other way": Wrong(AT_COMMIT, BALANCED, (entry(2), PAIR[0], posting(2, 2, TAX, -101))),
    "one line of two": Wrong(AT_COMMIT, BALANCED, (entry(2), PAIR[0])),
    "no line": Wrong(AT_COMMIT, BALANCED, (entry(2),)),
    "two balanced lines of three": Wrong(AT_COMMIT, BALANCED, (entry(2, lines=3), *PAIR)),
    "zero only across currencies": Wrong(
        AT_COMMIT, BALANCED, (entry(2), PAIR[0], posting(2, 2, CLEARING, -100, "EUR"))
    ),
    "a line lost with its savepoint": Wrong(
        AT_COMMIT, BALANCED, (entry(2), PAIR[0], "SAVEPOINT s", PAIR[1], "ROLLBACK TO s")
    ),
    "a good entry does not cover a bad one": Wrong(AT_COMMIT, BALANCED, (entry(2), *PAIR, entry(3))),
    "checked early, before it is complete": Wrong(AT_ONCE, BALANCED, ("SET CONSTRAINTS ALL IMMEDIATE", entry(2))),
    "checked early, then spoilt": Wrong(
        AT_ONCE, LINES, (entry(2), *PAIR, "SET CONSTRAINTS ALL IMMEDIATE", posting(2, 3, CLEARING, 1))
    ),
    "a line too many": Wrong(AT_ONCE, LINES, (entry(2), *PAIR, posting(2, 3, CLEARING, 1))),
    "a line added to what is committed": Wrong(AT_ONCE, LINES, (posting(TXN_1, 4, CLEARING, 1),)),
    "a balanced pair added to what is committed": Wrong(
        AT_ONCE, LINES, (f"{posting(TXN_1, 4, CLEARING, 1)} UNION ALL "
                         f"{posting(TXN_1, 5, TAX, -1).partition(') ')[2]}",)
    ),
    "a line twice": Wrong(AT_ONCE, "pk_ledger_posting", (posting(TXN_1, 1, CLEARING, 1),)),
    "line nought": Wrong(AT_ONCE, "ck_ledger_posting_line_sane", (posting(TXN_1, 0, CLEARING, 1),)),
    "a posting of nothing": Wrong(
        AT_ONCE, "ck_ledger_posting_amount_moves", (entry(2), posting(2, 1, CLEARING, 0))
    ),
    "more than JSON can count": Wrong(
        AT_ONCE, "ck_ledger_posting_amount_sane", (entry(2), posting(2, 1, CLEARING, 2**53 + 1))
    ),
    "less than JSON can count": Wrong(
        AT_ONCE, "ck_ledger_posting_amount_sane", (entry(2), posting(2, 1, CLEARING, -(2**53) - 1))
    ),
    "another currency than the account's": Wrong(
        AT_ONCE, "fk_ledger_posting_account_id_currency_ledger_account",
        (entry(2), posting(2, 1, CLEARING, 100, "EUR", of="GBP")),
    ),
    "a currency nobody knows": Wrong(
        AT_ONCE, "ck_ledger_posting_currency_known", (entry(2), posting(2, 1, CLEARING, 100, "XXX", of="GBP"))
    ),
    "a posting of no entry": Wrong(AT_ONCE, "fk_ledger_posting_entry_id_ledger_entry", (PAIR[0],)),
    "the same fact twice": Wrong(AT_ONCE, "uq_ledger_entry_source_kind_external_id", (entry(2, external_id="txn_1"),)),
    "a reversal of nothing": Wrong(
        AT_ONCE, "ck_ledger_entry_reverses_something", (entry(2, kind="reversal"),)
    ),
    "a charge that reverses": Wrong(AT_ONCE, "ck_ledger_entry_reverses_something", (entry(2, reverses=TXN_1),)),
    "a reversal that is no mirror": Wrong(
        AT_COMMIT, BALANCED, (entry(2, kind="reversal", reverses=TXN_1), *PAIR)
    ),
    "a reversal of half": Wrong(
        AT_COMMIT, BALANCED,
        (entry(2, kind="reversal", reverses=TXN_1), posting(2, 1, CLEARING, -400), posting(2, 2, TAX, 400)),
    ),
    "an entry of one line": Wrong(AT_ONCE, "ck_ledger_entry_lines_sane", (entry(2, lines=1),)),
    "a kind nobody knows": Wrong(AT_ONCE, "ck_ledger_entry_kind_known", (entry(2, kind="gift"),)),
    "an overdraft": Wrong(
        AT_COMMIT, OVERDRAFT, (entry(2), posting(2, 1, LIABILITY, 9601), posting(2, 2, CLEARING, -9601))
    ),
    "an overdraft made of two entries": Wrong(
        AT_COMMIT, OVERDRAFT,
        (entry(2), posting(2, 1, LIABILITY, 9600), posting(2, 2, CLEARING, -9600),
         entry(3), posting(3, 1, LIABILITY, 1), posting(3, 2, CLEARING, -1)),
    ),
    "an overdraft in one currency beside plenty in another": Wrong(
        AT_COMMIT, OVERDRAFT,
        (entry(2), posting(2, 1, LIABILITY, 9601, "EUR"), posting(2, 2, CLEARING, -9601, "EUR")),
    ),
    "an overdraft behind temporary tables of the same names": Wrong(
        AT_COMMIT, OVERDRAFT,
        ("CREATE TEMP TABLE ledger_balance (LIKE public.ledger_balance INCLUDING ALL) ON COMMIT DROP",
         *(statement.replace("INTO ledger_", "INTO public.ledger_") for statement in
           (entry(2), posting(2, 1, LIABILITY, 9601), posting(2, 2, CLEARING, -9601)))),
    ),
    "an entry changed": Wrong(AT_ONCE, IMMUTABLE, ("UPDATE ledger_entry SET about_id = gen_random_uuid()",)),
    "a posting changed": Wrong(AT_ONCE, IMMUTABLE, ("UPDATE ledger_posting SET amount_minor = -amount_minor",)),
    "a posting changed to what it is": Wrong(AT_ONCE, IMMUTABLE, ("UPDATE ledger_posting SET line = line",)),
    "an entry removed": Wrong(AT_ONCE, IMMUTABLE, ("DELETE FROM ledger_entry",)),
    "postings removed": Wrong(AT_ONCE, IMMUTABLE, ("DELETE FROM ledger_posting",)),
    "a change of nothing": Wrong(AT_ONCE, IMMUTABLE, ("DELETE FROM ledger_posting WHERE false",)),
    "postings truncated": Wrong(AT_ONCE, IMMUTABLE, ("TRUNCATE ledger_posting",)),
    "all truncated": Wrong(AT_ONCE, IMMUTABLE, ("TRUNCATE ledger_entry CASCADE",)),
    "accounts truncated": Wrong(AT_ONCE, IMMUTABLE, ("TRUNCATE ledger_account CASCADE",)),
    "an entry replaced by way of a conflict": Wrong(
        AT_ONCE, IMMUTABLE,
        (f"{entry(2, external_id='txn_1')} ON CONFLICT (source, kind, external_id) DO UPDATE SET lines = 9",),
    ),
    "a posting merged": Wrong(
        AT_ONCE, IMMUTABLE,
        ("MERGE INTO ledger_posting p USING ledger_entry e ON p.entry_id = e.id "
         "WHEN MATCHED THEN UPDATE SET amount_minor = 1",),
    ),
    "an account's currency changed": Wrong(AT_ONCE, IMMUTABLE, ("UPDATE ledger_account SET currency = 'EUR'",)),
    "an account's side changed": Wrong(AT_ONCE, IMMUTABLE, ("UPDATE ledger_account SET normal = 'debit'",)),
    "an account's guard lifted": Wrong(AT_ONCE, IMMUTABLE, ("UPDATE ledger_account SET may_go_below_zero = true",)),
    "an account removed": Wrong(AT_ONCE, IMMUTABLE, ("DELETE FROM ledger_account",)),
    "an account without its guard": Wrong(
        AT_ONCE, "ck_ledger_account_nature",
        ("INSERT INTO ledger_account (id, code, normal, owner, currency, may_go_below_zero) "
         "VALUES (gen_random_uuid(), 'stay_liability', 'credit', 'stay:2', 'GBP', true)",),
    ),
    "an account on the other side": Wrong(
        AT_ONCE, "ck_ledger_account_nature",
        ("INSERT INTO ledger_account (id, code, normal, owner, currency, may_go_below_zero) "
         "VALUES (gen_random_uuid(), 'stay_liability', 'debit', 'stay:2', 'GBP', false)",),
    ),
    "an account twice": Wrong(
        AT_ONCE, "uq_ledger_account_code_owner_currency",
        ("INSERT INTO ledger_account SELECT gen_random_uuid(), code, normal, owner, currency, may_go_below_zero "
         "FROM ledger_account",),
    ),
    "a balance raised by hand": Wrong(AT_ONCE, DERIVED, ("UPDATE ledger_balance SET amount_minor = 0",)),
    "a balance removed": Wrong(AT_ONCE, DERIVED, ("DELETE FROM ledger_balance",)),
    "balances truncated": Wrong(AT_ONCE, DERIVED, ("TRUNCATE ledger_balance",)),
    "a balance made up": Wrong(
        AT_ONCE, DERIVED, (f"INSERT INTO ledger_balance SELECT id, 0, 0 FROM ledger_account WHERE code = '{CLEARING}'",)
    ),
    "a balance replaced by way of a conflict": Wrong(
        AT_ONCE, DERIVED,
        (f"INSERT INTO ledger_balance VALUES ({BALANCE}, 0, 0) "
         "ON CONFLICT (account_id) DO UPDATE SET amount_minor = -100000",),
    ),
    "a balance changed in a block of code": Wrong(
        AT_ONCE, DERIVED, ("DO $$ BEGIN UPDATE ledger_balance SET amount_minor = 0; END $$",)
    ),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
async def test_what_is_wrong_is_refused_and_leaves_nothing(books: Database, wrong: str) -> None:
    case, before = WRONG[wrong], await _counts(books)
    async with books.engine.connect() as connection:
        *first, last = case.statements
        for statement in first if case.when == AT_ONCE else case.statements:
            await connection.execute(text(statement))
        with pytest.raises(DBAPIError) as refusal:
            await (connection.execute(text(last)) if case.when == AT_ONCE else connection.commit())
        await connection.rollback()
    assert constraint_of(refusal.value) == case.constraint
    assert await _counts(books) == before
    assert await violations(books) == []


async def _counts(books: Database) -> list[int]:
    return [await count(books, table) for table in ("ledger_entry", "ledger_posting", "ledger_balance")]


RIGHT = {
    "a balanced entry": (entry(2), *PAIR),
    "its lines in any order": (entry(2), *reversed(PAIR)),
    "within savepoints": (
        "SAVEPOINT s", entry(2), PAIR[0], "RELEASE s", "SAVEPOINT t", entry(9), "ROLLBACK TO t", PAIR[1],
    ),
    "below zero for a moment": (
        entry(2), posting(2, 1, LIABILITY, 50_000), posting(2, 2, CLEARING, -50_000),
        entry(3), posting(3, 1, LIABILITY, -50_000), posting(3, 2, CLEARING, 50_000),
    ),
    "down to nothing": (entry(2), posting(2, 1, LIABILITY, 9600), posting(2, 2, CLEARING, -9600)),
    "an unguarded account below zero": (entry(2), posting(2, 1, CLEARING, -50_000), posting(2, 2, TAX, 50_000)),
    "two currencies, each in balance": (
        entry(2, lines=4), *PAIR, posting(2, 3, CLEARING, 7, "EUR"), posting(2, 4, TAX, -7, "EUR"),
    ),
    "as much as JSON can count": (entry(2), posting(2, 1, CLEARING, 2**53), posting(2, 2, TAX, -(2**53))),
    "a reversal": (
        entry(2, lines=3, kind="reversal", reverses=TXN_1),
        posting(2, 1, CLEARING, -10_000), posting(2, 2, LIABILITY, 9600), posting(2, 3, TAX, 400),
    ),
    "checked early, when it is complete": (entry(2), *PAIR, "SET CONSTRAINTS ALL IMMEDIATE"),
    "found already": (f"{entry(2, external_id='txn_1')} ON CONFLICT DO NOTHING",),
}  # fmt: skip


@pytest.mark.parametrize("right", RIGHT)
async def test_what_is_right_is_taken(books: Database, right: str) -> None:
    async with books.engine.begin() as connection:
        for statement in RIGHT[right]:
            await connection.execute(text(statement))
    assert await violations(books) == []


async def test_an_entry_is_reversed_once(books: Database) -> None:
    async with books.engine.begin() as connection:
        for statement in RIGHT["a reversal"]:
            await connection.execute(text(statement))
    with pytest.raises(DBAPIError) as refusal:
        async with books.engine.begin() as connection:
            await connection.execute(text(entry(3, lines=3, kind="reversal", reverses=TXN_1)))
    assert constraint_of(refusal.value) == "uq_ledger_entry_reverses"


async def test_tables_without_a_row_refuse_to_be_changed_too(database: Database) -> None:
    for statement in ("DELETE FROM ledger_entry", "UPDATE ledger_account SET owner = ''", "TRUNCATE ledger_posting"):
        with pytest.raises(DBAPIError) as refusal:
            async with database.engine.begin() as connection:
                await connection.execute(text(statement))
        assert constraint_of(refusal.value) == IMMUTABLE
