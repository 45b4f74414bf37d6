"""What an entry is: one fact, and postings that add up to nothing in each currency. Pure values that refuse what the
database would refuse, only sooner."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared_models.ledger import AccountCode, EntryKind
from shared_models.money import Currency, Money

PLATFORM = "platform"
"""Who owns the accounts that are nobody else's."""
OWN = "own"
"""The source of facts that came about here; their external id is an id of ours."""


@dataclass(frozen=True)
class Subject:
    """What money is paid for: a kind of thing that a room above has declared, and its id there."""

    kind: str
    id: UUID

    @property
    def owner(self) -> str:
        """Whose the accounts are that hold what belongs to this thing alone."""
        return f"{self.kind}:{self.id}"


def tenant(person_id: UUID) -> str:
    """Whose the accounts of a person are who pays."""
    return f"tenant:{person_id}"


def landlord(person_id: UUID) -> str:
    """Whose the accounts of a person are who lets."""
    return f"landlord:{person_id}"


def tax_authority(key: str) -> str:
    """Whose the accounts of taxes are; `key` is that of the tax."""
    return f"tax_authority:{key}"


@dataclass(frozen=True, order=True)
class Account:
    """An account in every currency it may be needed in: it is opened where it is first posted to."""

    code: AccountCode
    owner: str = PLATFORM


@dataclass(frozen=True)
class Posting:
    """One line: + debit, − credit."""

    account: Account
    amount: Money


@dataclass(frozen=True)
class Fact:
    """Who tells that something happened, and by which id: together with the kind of entry that is what a fact is."""

    source: str
    external_id: str
    happened_at: datetime


@dataclass(frozen=True)
class Entry:
    """A fact with its postings. Raises ValueError for postings that are fewer than two, nothing, or do not balance."""

    kind: EntryKind
    about: Subject
    fact: Fact
    postings: tuple[Posting, ...]
    reverses: UUID | None = None

    def __post_init__(self) -> None:
        sums: Counter[Currency] = Counter()
        for posting in self.postings:
            sums[posting.amount.currency] += posting.amount.amount_minor
        if any(sums.values()):
            raise ValueError(f"{self.kind} does not balance")
        if len(self.postings) < 2 or not all(posting.amount.amount_minor for posting in self.postings):
            raise ValueError(f"{self.kind} moves nothing")

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells this fact from all others: source, kind, the source's id."""
        return self.fact.source, self.kind.value, self.fact.external_id

    def says_the_same(self, other: "Entry") -> bool:
        """Whether both tell the same of the same fact. When it happened does not count: sources round it, and tell an
        event and its object apart."""
        return (self.key, self.about, self.reverses, Counter(self.postings)) == (
            (other.key, other.about, other.reverses, Counter(other.postings))
        )
