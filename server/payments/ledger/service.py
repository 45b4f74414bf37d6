"""The books for the rest of the room: post what happened, read what stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from server.core.retries import FailedForGood
from server.payments.ledger.repository import Books
from server.payments.ledger.rules import postings
from server.payments.ledger.rules.entries import Account, Entry, Fact
from shared_models.ledger import NATURES, EntryKind, Side
from shared_models.money import Currency


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


async def balances(session: AsyncSession, owner: str) -> Sequence[Balance]:
    """What stands on each of an owner's accounts, in every currency."""
    return [
        Balance(account, currency, amount if NATURES[account.code].normal is Side.DEBIT else -amount)
        for account, currency, amount in await Books(session).sums(owner)
    ]
