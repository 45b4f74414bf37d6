"""The books in the database."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.ids import new_id
from server.payments.ledger.rules.entries import Account, Entry, Fact, Posting, Subject
from server.payments.ledger.tables import LedgerAccountTable, LedgerEntryTable, LedgerPostingTable
from shared_models.ledger import NATURES, AccountCode, EntryKind
from shared_models.money import Currency, Money

_account: Any = LedgerAccountTable
_entry: Any = LedgerEntryTable
_posting: Any = LedgerPostingTable
Key = tuple[str, str, str]
"""Of an entry: source, kind, the source's id."""
_KEY = tuple_(_entry.source, _entry.kind, _entry.external_id)


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
        found = await self.session.execute(
            select(LedgerEntryTable, _posting.amount_minor, _account.code, _account.owner, _account.currency)
            .join(LedgerPostingTable, _posting.entry_id == _entry.id)
            .join(LedgerAccountTable, _account.id == _posting.account_id)
            .where(_KEY.in_(list(keys)))
            .order_by(_entry.id, _posting.line)
        )
        rows: dict[UUID, LedgerEntryTable] = {}
        postings: dict[UUID, list[Posting]] = defaultdict(list)
        for row, amount, code, owner, currency in found:
            rows[row.id] = row
            money = Money(amount_minor=amount, currency=Currency(currency))
            postings[row.id].append(Posting(Account(AccountCode(code), owner), money))
        return {id_: _read(row, postings[id_]) for id_, row in rows.items()}

    async def sums(self, owner: str) -> Sequence[tuple[Account, Currency, int]]:
        """What the postings of each of an owner's accounts add up to, + debit; one query."""
        found = await self.session.execute(
            select(_account.code, _account.currency, func.coalesce(func.sum(_posting.amount_minor), 0))
            .outerjoin(LedgerPostingTable, _posting.account_id == _account.id)
            .where(_account.owner == owner)
            .group_by(_account.id)
            .order_by(_account.code, _account.currency)
        )
        return [
            (Account(AccountCode(code), owner), Currency(currency), int(amount)) for code, currency, amount in found
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


def _read(row: LedgerEntryTable, postings: Sequence[Posting]) -> Entry:
    return Entry(
        EntryKind(row.kind),
        Subject(row.about_kind, row.about_id),
        Fact(row.source, row.external_id, row.happened_at),
        tuple(postings),
        row.reverses,
    )
