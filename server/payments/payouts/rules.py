"""What a landlord earns of a stay, what is taken back of it, and from what they owe it. Pure, to the smallest unit.

Amounts are minor units of one currency; no function adds up two currencies.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from uuid import UUID

from server.payments.rules import Moved
from shared_models.fee_tax import FeeTax, LandlordKind
from shared_models.money import Currency, Money, rounded

ASKED_AGAIN_AFTER = timedelta(hours=1)
"""How long money that waits for something is left waiting before it is asked about again."""
CASE_AFTER = timedelta(hours=48)
"""For how long a transfer that our balance does not cover is tried before a person is asked: the time of all calls to
the provider."""


@dataclass(frozen=True)
class PayoutAccount:
    """A landlord's account at the provider that can be paid to, and what the tax on our fee goes by."""

    external_id: str
    country: str
    """ISO 3166."""
    kind: LandlordKind
    vat_number: str | None = None
    """One that was found valid."""


@dataclass(frozen=True)
class TransferRequest:
    """Ask the provider to move what a landlord has earned of a payment to their account.

    `amount` of `paid` is told in the currency of the payment; where the provider has exchanged it, the transfer is the
    same share of what it was settled as.
    """

    transfer_id: UUID
    key: str
    intent_id: str
    """Whose charge it is a part of (`source_transaction`), if it is."""
    is_of_charge: bool
    transfer_group: str
    account_id: str
    amount: Money
    paid: Money
    asked_at: datetime
    is_to_be_looked_up: bool = False


@dataclass(frozen=True)
class ReversalRequest:
    """Ask the provider to take a part of a transfer back; both amounts in the currency of the payment."""

    reversal_id: UUID
    transfer_external_id: str
    amount: Money
    transferred: Money
    is_to_be_looked_up: bool = False


@dataclass(frozen=True)
class SeenTransfer:
    """A transfer, or what came back of one, as the provider has it."""

    external_id: str
    moved: Moved


@dataclass(frozen=True)
class Shares:
    """An amount by whose it is: the landlord's net, our fee, the tax on the fee."""

    net: int
    fee: int
    tax: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.net + self.fee + self.tax

    def __sub__(self, other: "Shares") -> "Shares":
        return Shares(self.net - other.net, self.fee - other.fee, self.tax - other.tax)

    def __add__(self, other: "Shares") -> "Shares":
        return Shares(self.net + other.net, self.fee + other.fee, self.tax + other.tax)


NOTHING = Shares(0, 0, 0)


def shares(gross: int, percent: Fraction, tax: FeeTax) -> Shares:
    """How what was let for is divided: the fee is `percent` of it, rounded once, half up; the tax is of that fee.

    Raises ValueError where they are more than there is.
    """
    fee = rounded(gross * percent / 100)
    taxed = rounded(fee * tax.rate)
    if gross < 0 or fee + taxed > gross:
        raise ValueError("no more is kept than there is")
    return Shares(gross - fee - taxed, fee, taxed)


def taken_back(gross: int, left: Shares) -> Shares:
    """What of an amount that goes back is each one's, in proportion to what is `left` to each.

    Each time of what is left then: whatever the parts, all of them together are exactly what was earned. Raises
    ValueError for more than is left.
    """
    if not 0 <= gross <= left.total:
        raise ValueError("no more goes back than is left")
    if gross == 0:
        return NOTHING
    net = rounded(Fraction(left.net * gross, left.total))
    ours = left.fee + left.tax
    tax = rounded(Fraction(left.tax * (gross - net), ours)) if ours else 0
    return Shares(net, gross - net - tax, tax)


@dataclass(frozen=True)
class Debt:
    """What a landlord owes still, for one thing that was taken back."""

    clawback_id: UUID
    outstanding: int


def recoveries(available: int, debts: Iterable[Debt]) -> list[tuple[UUID, int]]:
    """What of an amount goes to which debt, in the order in which they are given: the oldest is whole first."""
    found: list[tuple[UUID, int]] = []
    for debt in debts:
        part = min(available, debt.outstanding)
        if part > 0:
            found.append((debt.clawback_id, part))
            available -= part
    return found


def reversals(amount: int, transfers: Sequence[tuple[UUID, int]]) -> list[tuple[UUID, int]]:
    """From which transfers an amount is taken back, of each no more than is left of it; in the order given."""
    return recoveries(amount, [Debt(id_, left) for id_, left in transfers])


def settled_share(amount: Money, paid: Money, settled: Money) -> Money:
    """What a part of a payment is in the currency it was settled in, rounded once; of the same currency, itself.

    Raises ValueError for a part of another currency than the payment's.
    """
    if amount.currency != paid.currency:
        raise ValueError("a part has the currency of the whole")
    if settled.currency == paid.currency:
        return amount
    minor = rounded(Fraction(settled.amount_minor * amount.amount_minor, paid.amount_minor))
    return Money(amount_minor=minor, currency=settled.currency)


def money(minor: int, currency: str) -> Money:
    """An amount of a row."""
    return Money(amount_minor=minor, currency=Currency(currency))
