"""Entries for tests: a stay of 96 with a tourist tax of 4, in whatever currency."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from server.core.database import Database
from server.core.ids import new_id
from server.payments.ledger import service
from server.payments.ledger.rules import postings
from server.payments.ledger.rules.entries import Entry, Fact, Subject
from server.payments.ledger.rules.postings import Parts, Tax
from shared_models.money import Currency, Money

GBP, EUR, JPY = Currency.GBP, Currency.EUR, Currency.JPY
AT = datetime(2030, 3, 1, 12, tzinfo=UTC)


def money(minor: int, currency: Currency = GBP) -> Money:
    return Money(amount_minor=minor, currency=currency)


def parts(stay: int = 9600, tax: int = 400, currency: Currency = GBP) -> Parts:
    return Parts(money(stay, currency), (Tax("a-city", money(tax, currency)),))


def a_subject() -> Subject:
    return Subject("stay", new_id())


def a_fact(external_id: str | None = None) -> Fact:
    return Fact("stripe", external_id or f"txn_{new_id().hex}", AT)


def a_charge(about: Subject | None = None, fact: Fact | None = None, of: Parts | None = None) -> Entry:
    of = of or parts()
    return postings.charge(about or a_subject(), fact or a_fact(), of, of.total)


async def post(database: Database, *entries: Entry) -> None:
    async with database.transaction() as session:
        await service.post(session, *entries)


async def stands(database: Database, owner: str) -> dict[tuple[str, str], int]:
    """What stands on an owner's accounts, but for those on which nothing does."""
    async with database.transaction() as session:
        found = await service.balances(session, owner)
    return {(each.account.code.value, each.currency.value): each.amount_minor for each in found if each.amount_minor}


async def count(database: Database, table: str) -> int:
    async with database.engine.connect() as connection:
        return int(await connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0)


def constraint_of(refusal: DBAPIError) -> str | None:
    cause: Any = getattr(refusal.orig, "__cause__", None)
    return getattr(cause, "constraint_name", None)
