"""What each event posts: the one place that says so, a pure function an event. `docs/ledger.md` draws them.

Amounts are positive, in the currency the tenant pays in. `settled` is the same amount as the provider's balance gained
or lost it, before fees: in another currency where the provider has exchanged it. All raise ValueError for amounts that
cannot belong together.

What is authorised, voided or declined moves no money, and posts nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from server.payments.ledger.rules.entries import Account, Entry, Fact, Posting, Subject, landlord, tax_authority, tenant
from shared_models.ledger import AccountCode, EntryKind
from shared_models.money import Money

CLEARING = Account(AccountCode.PROVIDER_CLEARING)
COST = Account(AccountCode.PROVIDER_COST)
FX = Account(AccountCode.FX_CLEARING)
LOSS = Account(AccountCode.DISPUTE_LOSS)
BANK = Account(AccountCode.BANK)
REVENUE = Account(AccountCode.FEE_REVENUE)


@dataclass(frozen=True)
class Tax:
    """A tax within an amount, and the key of the authority it goes to."""

    authority: str
    amount: Money


@dataclass(frozen=True)
class Parts:
    """What an amount consists of: what the landlord lets for, and the taxes on it, each authority's once; none of it
    below zero."""

    stay: Money
    taxes: tuple[Tax, ...] = ()

    def __post_init__(self) -> None:
        if any(amount.amount_minor < 0 for amount in (self.stay, *(tax.amount for tax in self.taxes))):
            raise ValueError("a part of an amount is not below zero")
        if len({tax.authority for tax in self.taxes}) < len(self.taxes):
            raise ValueError("the taxes of one authority are one part of an amount")

    @property
    def total(self) -> Money:
        """All of it."""
        return sum((tax.amount for tax in self.taxes), start=self.stay)


@dataclass(frozen=True)
class Cut:
    """How what was let for is divided when it is earned: the landlord's `net`, our fee, and the tax on the fee."""

    landlord_id: UUID
    net: Money
    fee: Money
    tax: Tax | None

    def __post_init__(self) -> None:
        taxed = self.fee if self.tax is None else self.tax.amount
        if any(amount.amount_minor < 0 for amount in (self.net, self.fee, taxed)):
            raise ValueError("a part of what is earned is not below zero")

    @property
    def total(self) -> Money:
        """All of it."""
        return self.net + self.fee if self.tax is None else self.net + self.fee + self.tax.amount


@dataclass(frozen=True)
class GivenBack:
    """What of an amount is taken from where it went when it was earned: from what the landlord has with us (`payable`),
    from what they were paid and owe now (`owed`), from our fee and the tax on it. None of it is below zero."""

    landlord_id: UUID
    payable: Money
    owed: Money
    fee: Money
    tax: Tax | None

    def __post_init__(self) -> None:
        taxed = self.fee if self.tax is None else self.tax.amount
        if any(amount.amount_minor < 0 for amount in (self.payable, self.owed, self.fee, taxed)):
            raise ValueError("a part of what is given back is not below zero")

    @property
    def total(self) -> Money:
        """All of it."""
        untaxed = self.payable + self.owed + self.fee
        return untaxed if self.tax is None else untaxed + self.tax.amount


@dataclass(frozen=True)
class Kept:
    """What a bank keeps for good, by where we take it from: what we `held` for the thing or had earned with it
    (`given_back`, within `held`), and what the tenant had with us. What is missing is a loss of ours."""

    held: Parts
    credit: Money
    given_back: GivenBack | None = None

    def __post_init__(self) -> None:
        if self.credit.amount_minor < 0:
            raise ValueError("credit is not below zero")

    @property
    def total(self) -> Money:
        """All of it."""
        return self.held.total + self.credit


def charge(about: Subject, fact: Fact, parts: Parts, settled: Money) -> Entry:
    """A payment was captured."""
    _check(parts.total, settled)
    return Entry(EntryKind.CHARGE, about, fact, _joined(_gained(parts.total, settled), _held(about, parts, sign=-1)))


def late_charge(about: Subject, fact: Fact, person_id: UUID, amount: Money, settled: Money) -> Entry:
    """A payment was captured for what can no longer be had: it is the tenant's again."""
    _check(amount, settled)
    postings = _joined(_gained(amount, settled), [_credit_of(person_id, amount, sign=-1)])
    return Entry(EntryKind.LATE_CHARGE, about, fact, postings)


def provider_fee(about: Subject, fact: Fact, fee: Money) -> Entry:
    """The provider took its fee for what the fact tells of, or gave it back: below zero."""
    return Entry(EntryKind.PROVIDER_FEE, about, fact, (Posting(COST, fee), Posting(CLEARING, _minus(fee))))


def refund_asked(about: Subject, fact: Fact, parts: Parts, given_back: GivenBack | None = None) -> Entry:
    """Money is to go back of what was paid for a thing; `given_back`: of what was earned with it meanwhile."""
    _check(parts.total)
    postings = _joined(_taken(about, parts, given_back), [_payable(about, parts.total, sign=-1)])
    return Entry(EntryKind.REFUND_ASKED, about, fact, postings)


def credit_refund_asked(about: Subject, fact: Fact, person_id: UUID, amount: Money) -> Entry:
    """Money is to go back of what a tenant has with us."""
    _check(amount)
    postings = (_credit_of(person_id, amount), _payable(about, amount, sign=-1))
    return Entry(EntryKind.CREDIT_REFUND_ASKED, about, fact, postings)


def refund_paid(about: Subject, fact: Fact, amount: Money, settled: Money) -> Entry:
    """A refund has left the provider's balance."""
    _check(amount, settled)
    postings = _joined([_payable(about, amount)], _gained(_minus(amount), _minus(settled)))
    return Entry(EntryKind.REFUND_PAID, about, fact, postings)


def refund_returned(about: Subject, fact: Fact, person_id: UUID, amount: Money, settled: Money) -> Entry:
    """A refund that had left came back, for its card takes none: it is the tenant's still."""
    _check(amount, settled)
    postings = _joined(_gained(amount, settled), [_credit_of(person_id, amount, sign=-1)])
    return Entry(EntryKind.REFUND_RETURNED, about, fact, postings)


def refund_given_up(about: Subject, fact: Fact, person_id: UUID, amount: Money) -> Entry:
    """A refund failed or was cancelled before it left: it is the tenant's still."""
    _check(amount)
    postings = (_payable(about, amount), _credit_of(person_id, amount, sign=-1))
    return Entry(EntryKind.REFUND_GIVEN_UP, about, fact, postings)


def credit_paid_out(about: Subject, fact: Fact, person_id: UUID, amount: Money) -> Entry:
    """What a tenant has with us was paid to them from our own bank, past the provider."""
    _check(amount)
    return Entry(EntryKind.CREDIT_PAID_OUT, about, fact, (_credit_of(person_id, amount), Posting(BANK, _minus(amount))))


def dispute_opened(about: Subject, fact: Fact, amount: Money, settled: Money) -> Entry:
    """A bank took a payment back until it decides. What the provider takes for it is a `provider_fee`."""
    _check(amount, settled)
    postings = _joined([_disputed(about, amount)], _gained(_minus(amount), _minus(settled)))
    return Entry(EntryKind.DISPUTE_OPENED, about, fact, postings)


def dispute_won(about: Subject, fact: Fact, amount: Money, settled: Money) -> Entry:
    """The bank decided for us, and gave back what it had taken."""
    _check(amount, settled)
    postings = _joined(_gained(amount, settled), [_disputed(about, amount, sign=-1)])
    return Entry(EntryKind.DISPUTE_WON, about, fact, postings)


def dispute_lost(about: Subject, fact: Fact, person_id: UUID, amount: Money, kept: Kept) -> Entry:
    """The bank gave the tenant what it had taken: of what we still had for them as far as that goes, and no further."""
    loss = amount - kept.total
    if loss.amount_minor < 0:
        raise ValueError("no more is lost than was disputed")
    postings = _joined(
        _taken(about, kept.held, kept.given_back),
        [_credit_of(person_id, kept.credit), Posting(LOSS, loss), _disputed(about, amount, sign=-1)],
    )
    return Entry(EntryKind.DISPUTE_LOST, about, fact, postings)


def earned(about: Subject, fact: Fact, cut: Cut) -> Entry:
    """What was paid for a thing is its landlord's now, less our fee and the tax on it."""
    _check(cut.total)
    tax = [] if cut.tax is None else [_tax_of(cut.tax, sign=-1)]
    liability = Account(AccountCode.STAY_LIABILITY, about.owner)
    postings = _joined(
        [
            Posting(liability, cut.total),
            _landlords(cut.landlord_id, cut.net, sign=-1),
            Posting(REVENUE, _minus(cut.fee)),
        ],
        tax,
    )
    return Entry(EntryKind.EARNED, about, fact, postings)


def recovered(about: Subject, fact: Fact, landlord_id: UUID, amount: Money) -> Entry:
    """What a landlord owed is taken from what they have earned with this thing."""
    _check(amount)
    postings = (_landlords(landlord_id, amount), _owed_by(landlord_id, amount, sign=-1))
    return Entry(EntryKind.RECOVERED, about, fact, postings)


def owed_again(about: Subject, fact: Fact, landlord_id: UUID, amount: Money) -> Entry:
    """What was recovered turned out not to be owed: the landlord has it with us."""
    _check(amount)
    postings = (_owed_by(landlord_id, amount), _landlords(landlord_id, amount, sign=-1))
    return Entry(EntryKind.OWED_AGAIN, about, fact, postings)


def transferred(about: Subject, fact: Fact, landlord_id: UUID, amount: Money, settled: Money) -> Entry:
    """What a landlord has earned has left our balance for theirs, both at the provider."""
    _check(amount, settled)
    postings = _joined([_landlords(landlord_id, amount)], _gained(_minus(amount), _minus(settled)))
    return Entry(EntryKind.TRANSFERRED, about, fact, postings)


def transfer_reversed(about: Subject, fact: Fact, landlord_id: UUID, amount: Money, settled: Money) -> Entry:
    """What a landlord owed came back from their balance at the provider."""
    _check(amount, settled)
    postings = _joined(_gained(amount, settled), [_owed_by(landlord_id, amount, sign=-1)])
    return Entry(EntryKind.TRANSFER_REVERSED, about, fact, postings)


def reversal(of: Entry, entry_id: UUID, fact: Fact) -> Entry:
    """An entry was a mistake of ours: its mirror takes it back. It can be taken back once."""
    mirror = tuple(Posting(posting.account, _minus(posting.amount)) for posting in of.postings)
    return Entry(EntryKind.REVERSAL, of.about, fact, mirror, reverses=entry_id)


def _check(*amounts: Money) -> None:
    if any(amount.amount_minor <= 0 for amount in amounts):
        raise ValueError("an event moves an amount above zero")


def _gained(amount: Money, settled: Money) -> list[Posting]:
    """The provider's balance gained `settled` for `amount`; where they differ in currency, an exchange lies between."""
    if amount.currency == settled.currency:
        if amount != settled:
            raise ValueError("what was settled is not the amount")
        return [Posting(CLEARING, settled)]
    return [Posting(CLEARING, settled), Posting(FX, _minus(settled)), Posting(FX, amount)]


def _held(about: Subject, parts: Parts, *, sign: int = 1) -> list[Posting]:
    """What we hold for a thing and for those it is taxed by."""
    liability = Account(AccountCode.STAY_LIABILITY, about.owner)
    return [Posting(liability, parts.stay.times(sign)), *(_tax_of(tax, sign=sign) for tax in parts.taxes)]


def _taken(about: Subject, parts: Parts, back: GivenBack | None) -> list[Posting]:
    """Parts taken from what we hold, or as far as they were earned from those who earned them."""
    if back is None:
        return _held(about, parts)
    rest = parts.stay - back.total
    if rest.amount_minor < 0:
        raise ValueError("no more is given back than was let for")
    return [
        *_held(about, Parts(rest, parts.taxes)),
        _landlords(back.landlord_id, back.payable),
        _owed_by(back.landlord_id, back.owed),
        Posting(REVENUE, back.fee),
        *([] if back.tax is None else [_tax_of(back.tax)]),
    ]


def _tax_of(tax: Tax, *, sign: int = 1) -> Posting:
    return Posting(Account(AccountCode.TAX_PAYABLE, tax_authority(tax.authority)), tax.amount.times(sign))


def _landlords(person_id: UUID, amount: Money, *, sign: int = 1) -> Posting:
    return Posting(Account(AccountCode.LANDLORD_PAYABLE, landlord(person_id)), amount.times(sign))


def _owed_by(person_id: UUID, amount: Money, *, sign: int = 1) -> Posting:
    return Posting(Account(AccountCode.LANDLORD_RECEIVABLE, landlord(person_id)), amount.times(sign))


def _payable(about: Subject, amount: Money, *, sign: int = 1) -> Posting:
    return Posting(Account(AccountCode.REFUNDS_PAYABLE, about.owner), amount.times(sign))


def _disputed(about: Subject, amount: Money, *, sign: int = 1) -> Posting:
    return Posting(Account(AccountCode.DISPUTE_IN_PROGRESS, about.owner), amount.times(sign))


def _credit_of(person_id: UUID, amount: Money, *, sign: int = 1) -> Posting:
    return Posting(Account(AccountCode.TENANT_CREDIT, tenant(person_id)), amount.times(sign))


def _minus(amount: Money) -> Money:
    return amount.times(-1)


def _joined(*groups: Iterable[Posting]) -> tuple[Posting, ...]:
    """All that move something."""
    return tuple(posting for group in groups for posting in group if posting.amount.amount_minor)
