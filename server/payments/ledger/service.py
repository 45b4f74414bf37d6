"""The books for the rest of the room: post what happened, read what stands."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.core.retries import FailedForGood
from server.payments.ledger.repository import Books
from server.payments.ledger.rules import postings
from server.payments.ledger.rules.entries import OWN, Account, Entry, Fact, Subject
from server.payments.ledger.rules.postings import Cut, GivenBack, Tax
from server.payments.rules import MovedInBooks
from shared_models.ledger import NATURES, EntryKind, Side
from shared_models.money import Currency

__all__ = [
    "OWN",
    "Account",
    "Balance",
    "ContradictsLedger",
    "Cut",
    "Entry",
    "Fact",
    "GivenBack",
    "Subject",
    "Tax",
    "balances",
    "entries_about",
    "moved",
    "post",
    "postings",
    "reversal_of",
    "reverse",
]


class ContradictsLedger(FailedForGood):
    """The same fact is told with other content than stands in the books. Telling it again would not help."""


@dataclass(frozen=True)
class Balance:
    """What stands on an account in a currency, in minor units, positive on the side on which it grows.

    Not `Money`: what everybody's payments add up to may be more than JSON's readers can count.
    """

    account: Account
    currency: Currency
    amount_minor: int


async def post(session: AsyncSession, *entries: Entry) -> None:
    """Write what happened into the books, as part of this transaction: each fact once, however often it is told.

    What belongs together goes in one call, the last of a transaction: entries, accounts and balances are taken in an
    order that is everyone's, so nobody waits in a ring. Raises ContradictsLedger. That a guarded account would be below
    zero shows at the commit, as an IntegrityError of the constraint `ledger_overdraft`.
    """
    books = Books(session)
    facts: dict[tuple[str, str, str], Entry] = {}
    for entry in sorted(entries, key=lambda entry: entry.key):
        _check_same(facts.setdefault(entry.key, entry), entry)
    if not facts:
        return
    added = await books.add(list(facts.values()))
    if told_before := facts.keys() - added.keys():
        for standing in (await books.by_keys(told_before)).values():
            _check_same(standing, facts[standing.key])
    if added:
        await books.add_postings({id_: facts[key] for key, id_ in added.items()})


def _check_same(standing: Entry, told: Entry) -> None:
    if not standing.says_the_same(told):
        raise ContradictsLedger(f"{told.kind} {told.fact.external_id} of {told.fact.source}")


async def reverse(session: AsyncSession, kind: EntryKind, of: Fact, fact: Fact) -> None:
    """Take the entry of a fact back: it should not have been told. `fact` is that it is taken back.

    Raises LookupError for a fact that is not in the books, ContradictsLedger as `post`; taken back as another fact it
    breaks the constraint `uq_ledger_entry_reverses`.
    """
    await post(session, await reversal_of(session, kind, of, fact))


async def reversal_of(session: AsyncSession, kind: EntryKind, of: Fact, fact: Fact) -> Entry:
    """What takes the entry of a fact back, to be posted with what belongs to it. Raises LookupError."""
    found = await Books(session).by_keys([(of.source, kind.value, of.external_id)])
    if not found:
        raise LookupError(f"no {kind} {of.external_id} of {of.source}")
    (entry_id, entry), *_ = found.items()
    return postings.reversal(entry, entry_id, fact)


async def balances(session: AsyncSession, *owners: str) -> Sequence[Balance]:
    """What stands on each of these owners' accounts, in every currency; one query."""
    return [
        Balance(account, currency, amount if NATURES[account.code].normal is Side.DEBIT else -amount)
        for account, currency, amount in await Books(session).sums(owners)
    ]


async def entries_about(session: AsyncSession, subject: Subject) -> Sequence[tuple[UUID, datetime, Entry]]:
    """All that was posted about a thing, in the order of posting: the entry's id, when it was posted, the entry."""
    return await Books(session).about(subject)


def moved(session: AsyncSession, source: str) -> AsyncIterator[MovedInBooks]:
    """What the books say of each movement at a provider, in the order of the bytes of its id; read as it is asked
    for, so that it may be as long as it likes."""
    return Books(session).moved(source)
