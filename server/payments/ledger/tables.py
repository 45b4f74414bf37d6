"""The books: append-only, double entry. What these tables refuse by themselves stands in migration 0022 as triggers.

At its commit a transaction is refused that leaves an entry without all of its lines or out of balance in a currency, or
a guarded account below zero. Refused at once: any change of what stands here, a line too many, a hand on the balances.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import BigInteger, Field, SmallInteger, SQLModel

from server.core.ids import new_id
from server.core.tables import MAX_EXTERNAL_ID, instant, made_at, one_of, text_field
from shared_models.ledger import NATURES, AccountCode, EntryKind, Side
from shared_models.money import Currency

MAX_OWNER = 100
MAX_LINES = 100
_NATURES = ", ".join(
    f"('{code}', '{nature.normal}', {str(nature.may_go_below_zero).lower()})" for code, nature in NATURES.items()
)


class LedgerAccountTable(SQLModel, table=True):
    """An account: what it is for, whose it is, in which currency. It is never changed."""

    __tablename__ = "ledger_account"
    __table_args__ = (
        one_of("code", AccountCode),
        one_of("normal", Side),
        one_of("currency", Currency),
        CheckConstraint(f"(code, normal, may_go_below_zero) IN ({_NATURES})", name="nature"),
        UniqueConstraint("code", "owner", "currency"),
        UniqueConstraint("id", "currency"),  # postings point at both, so that theirs is the account's
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    code: str = text_field(30)
    normal: str = text_field(10)
    owner: str = text_field(MAX_OWNER)
    """Whose it is, as a kind and an id there: `platform`, `tenant:…`, `tax_authority:…`. No foreign key: the books
    outlast whoever leaves."""
    currency: str = text_field(3)
    may_go_below_zero: bool


class LedgerEntryTable(SQLModel, table=True):
    """One fact, with its postings. What was wrong is put right by another entry that reverses it."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        one_of("kind", EntryKind),
        CheckConstraint(f"lines BETWEEN 2 AND {MAX_LINES}", name="lines_sane"),
        CheckConstraint("(kind = 'reversal') = (reverses IS NOT NULL)", name="reverses_something"),
        UniqueConstraint("source", "kind", "external_id"),
        UniqueConstraint("reverses"),
        Index("ix_ledger_entry_about_id", "about_id", "about_kind"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    kind: str = text_field(30)
    about_kind: str = text_field(30)
    about_id: UUID
    source: str = text_field(40)
    """Who told the fact: a provider, or `own`."""
    external_id: str = text_field(MAX_EXTERNAL_ID)
    """The source's id of it."""
    reverses: UUID | None = Field(default=None, foreign_key="ledger_entry.id")
    lines: int = Field(sa_type=SmallInteger)
    """How many postings it has, for ever."""
    happened_at: datetime = instant()
    posted_at: datetime = made_at()


class LedgerPostingTable(SQLModel, table=True):
    """One line of an entry: + debit, − credit, in minor units of the account's currency."""

    __tablename__ = "ledger_posting"
    __table_args__ = (
        one_of("currency", Currency),
        CheckConstraint("line >= 1", name="line_sane"),
        CheckConstraint("amount_minor <> 0", name="amount_moves"),
        CheckConstraint("amount_minor BETWEEN -9007199254740992 AND 9007199254740992", name="amount_sane"),
        ForeignKeyConstraint(["account_id", "currency"], ["ledger_account.id", "ledger_account.currency"]),
        Index("ix_ledger_posting_account_id", "account_id", "entry_id", postgresql_include=["amount_minor"]),
    )

    entry_id: UUID = Field(foreign_key="ledger_entry.id", primary_key=True)
    line: int = Field(sa_type=SmallInteger, primary_key=True)
    account_id: UUID
    currency: str = text_field(3)
    amount_minor: int = Field(sa_type=BigInteger)


class LedgerBalanceTable(SQLModel, table=True):
    """What the postings of a guarded account add up to. The trigger of the postings writes it, and nobody else can."""

    __tablename__ = "ledger_balance"

    account_id: UUID = Field(foreign_key="ledger_account.id", primary_key=True)
    amount_minor: int = Field(sa_type=BigInteger)
    postings: int = Field(sa_type=BigInteger)
