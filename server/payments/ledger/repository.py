"""The books in the database."""

from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from server.core.ids import new_id
from server.payments.ledger.rules.entries import PLATFORM, Account, Entry, Fact, Posting, Subject
from server.payments.ledger.tables import LedgerAccountTable, LedgerEntryTable, LedgerPostingTable
from server.payments.rules import MovedInBooks
from shared_models.ledger import NATURES, AccountCode, EntryKind
from shared_models.money import Currency, Money

_account: Any = LedgerAccountTable
_entry: Any = LedgerEntryTable
_posting: Any = LedgerPostingTable
_reversed: Any = aliased(LedgerEntryTable)
Key = tuple[str, str, str]
"""Of an entry: source, kind, the source's id."""
_KEY = tuple_(_entry.source, _entry.kind, _entry.external_id)


_WHOLE = (
    select(LedgerEntryTable, _posting.amount_minor, _account.code, _account.owner, _account.currency)
    .join(LedgerPostingTable, _posting.entry_id == _entry.id)
    .join(LedgerAccountTable, _account.id == _posting.account_id)
)
"""Entries with their postings: a row for each posting."""


class Books:
    """Accounts, entries and their postings."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def add(self, entries: Sequence[Entry]) -> Mapping[Key, UUID]:
        """Add those of these entries that are new, without their postings; the ids of those.

        Waits for whoever adds one of them at the same time.
        """
        rows = [_row(entry).model_dump() for entry in entries]
        added = await self.session.execute(
            insert(LedgerEntryTable)
            .values(rows)
            .on_conflict_do_nothing(index_elements=["source", "kind", "external_id"])
            .returning(_entry.source, _entry.kind, _entry.external_id, _entry.id)
        )
        return {(source, kind, external_id): id_ for source, kind, external_id, id_ in added}

    async def add_postings(self, entries: Mapping[UUID, Entry]) -> None:
        """Add the postings of new entries, in one statement: its trigger takes the balances in their order."""
        accounts = await self._accounts({_of(posting) for entry in entries.values() for posting in entry.postings})
        rows = [
            {
                "entry_id": id_,
                "line": line,
                "account_id": accounts[_of(posting)],
                "currency": posting.amount.currency.value,
                "amount_minor": posting.amount.amount_minor,
            }
            for id_, entry in entries.items()
            for line, posting in enumerate(entry.postings, start=1)
        ]
        await self.session.execute(insert(LedgerPostingTable).values(rows))

    async def by_keys(self, keys: Collection[Key]) -> Mapping[UUID, Entry]:
        """The entries of these facts as they stand in the books."""
        found = await self.session.execute(_WHOLE.where(_KEY.in_(list(keys))).order_by(_entry.id, _posting.line))
        return {row.id: entry for row, entry in _entries(found)}

    async def about(self, subject: Subject) -> Sequence[tuple[UUID, datetime, Entry]]:
        """All entries about a thing in the order in which they were posted: id, when, entry."""
        found = await self.session.execute(
            _WHOLE.where(_entry.about_id == subject.id, _entry.about_kind == subject.kind).order_by(
                _entry.posted_at, _entry.id, _posting.line
            )
        )
        return [(row.id, row.posted_at, entry) for row, entry in _entries(found)]

    async def moved(self, source: str) -> AsyncIterator[MovedInBooks]:
        """What was posted to `provider_clearing`, by the source's id of the movement, in the order of their bytes; one
        statement, so all of it is of one instant. A reversal counts with what it takes back; what another source told
        has the id ""."""
        told_by, told = func.coalesce(_reversed.source, _entry.source), func.coalesce(_reversed.kind, _entry.kind)
        id_ = case((told_by == source, func.coalesce(_reversed.external_id, _entry.external_id)), else_="")
        is_fee, amount = told == EntryKind.PROVIDER_FEE.value, _posting.amount_minor
        sums = (
            func.coalesce(func.sum(amount).filter(~is_fee), 0).label("amount"),
            func.coalesce(-func.sum(amount).filter(is_fee), 0).label("fee"),
        )
        by_id = id_.collate("C").label("external_id")
        asked = (
            select(by_id, _posting.currency, func.array_agg(told.distinct()), *sums, func.min(_entry.happened_at))
            .join(LedgerAccountTable, _account.id == _posting.account_id)
            .join(LedgerEntryTable, _entry.id == _posting.entry_id)
            .outerjoin(_reversed, _reversed.id == _entry.reverses)
            .where(_account.code == AccountCode.PROVIDER_CLEARING.value, _account.owner == PLATFORM)
            .group_by(by_id, _posting.currency)
            .having(or_(func.sum(amount).filter(~is_fee) != 0, func.sum(amount).filter(is_fee) != 0))
            .order_by(by_id, _posting.currency)
        )
        async for external_id, code, kinds, gross, fee, at in await self.session.stream(asked):
            currency = Currency(code)
            yield MovedInBooks(
                external_id,
                frozenset(kinds),
                Money(amount_minor=int(gross), currency=currency),
                Money(amount_minor=int(fee), currency=currency),
                at,
            )

    async def sums(self, owners: Collection[str]) -> Sequence[tuple[Account, Currency, int]]:
        """What the postings of each of these owners' accounts add up to, + debit; one query."""
        found = await self.session.execute(
            select(_account.code, _account.owner, _account.currency, func.coalesce(func.sum(_posting.amount_minor), 0))
            .outerjoin(LedgerPostingTable, _posting.account_id == _account.id)
            .where(_account.owner.in_(owners))
            .group_by(_account.id)
            .order_by(_account.owner, _account.code, _account.currency)
        )
        return [
            (Account(AccountCode(code), owner), Currency(currency), int(amount))
            for code, owner, currency, amount in found
        ]

    async def _accounts(self, wanted: Iterable[tuple[Account, Currency]]) -> Mapping[tuple[Account, Currency], UUID]:
        """The accounts' ids; those that are not there yet are opened, in an order that is everyone's."""
        order = sorted(wanted)
        known = await self._known(order)
        missing = [_account_row(*each) for each in order if each not in known]
        if missing:
            added = insert(LedgerAccountTable).values(missing)
            await self.session.execute(added.on_conflict_do_nothing(index_elements=["code", "owner", "currency"]))
            known = await self._known(order)
        return known

    async def _known(self, wanted: Sequence[tuple[Account, Currency]]) -> Mapping[tuple[Account, Currency], UUID]:
        names = [(account.code.value, account.owner, currency.value) for account, currency in wanted]
        found = await self.session.execute(
            select(_account.code, _account.owner, _account.currency, _account.id).where(
                tuple_(_account.code, _account.owner, _account.currency).in_(names)
            )
        )
        return {(Account(AccountCode(code), owner), Currency(currency)): id_ for code, owner, currency, id_ in found}


def _of(posting: Posting) -> tuple[Account, Currency]:
    return posting.account, posting.amount.currency


def _account_row(account: Account, currency: Currency) -> dict[str, Any]:
    nature = NATURES[account.code]
    return {
        "id": new_id(),
        "code": account.code.value,
        "normal": nature.normal.value,
        "owner": account.owner,
        "currency": currency.value,
        "may_go_below_zero": nature.may_go_below_zero,
    }


def _row(entry: Entry) -> LedgerEntryTable:
    return LedgerEntryTable(
        kind=entry.kind.value,
        about_kind=entry.about.kind,
        about_id=entry.about.id,
        source=entry.fact.source,
        external_id=entry.fact.external_id,
        reverses=entry.reverses,
        lines=len(entry.postings),
        happened_at=entry.fact.happened_at,
    )


def _entries(found: Iterable[Any]) -> Sequence[tuple[LedgerEntryTable, Entry]]:
    """Of rows of entry, amount and account: each entry with its postings, in the order of the rows."""
    rows: dict[UUID, LedgerEntryTable] = {}
    postings: dict[UUID, list[Posting]] = defaultdict(list)
    for row, amount, code, owner, currency in found:
        rows[row.id] = row
        money = Money(amount_minor=amount, currency=Currency(currency))
        postings[row.id].append(Posting(Account(AccountCode(code), owner), money))
    return [(row, _read(row, postings[row.id])) for row in rows.values()]


def _read(row: LedgerEntryTable, postings: Sequence[Posting]) -> Entry:
    return Entry(
        EntryKind(row.kind),
        Subject(row.about_kind, row.about_id),
        Fact(row.source, row.external_id, row.happened_at),
        tuple(postings),
        row.reverses,
    )
