"""What differs between the provider's lines and the books. Pure."""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from server.payments.rules import MovedInBooks
from shared_models.ledger import EntryKind
from shared_models.money import Currency, Money
from shared_models.reconciliation import FindingKind

GRACE = timedelta(minutes=15)
"""What moved less long ago may still be on its way into the books: a payment that nobody told of is asked after every
two minutes, and the clocks may be five apart."""
OVERLAP = timedelta(hours=1)
"""How far before the end of the last look the next one begins to read: a line may have been listed late."""
MAX_FINDINGS = 1000
"""More differences than this in one look are one mistake; the rest shows when that is mended."""
_ADDED = frozenset({EntryKind.PROVIDER_FEE.value, EntryKind.REVERSAL.value})
_KINDS: Mapping[str, frozenset[str]] = {
    "charge": frozenset({EntryKind.CHARGE.value, EntryKind.LATE_CHARGE.value}),
    "refund": frozenset({EntryKind.REFUND_PAID.value}),
    "refund_failure": frozenset({EntryKind.REFUND_RETURNED.value}),
    "dispute": frozenset({EntryKind.DISPUTE_OPENED.value}),
    "dispute_reversal": frozenset({EntryKind.DISPUTE_WON.value}),
    "transfer": frozenset({EntryKind.TRANSFERRED.value}),
    "transfer_reversal": frozenset({EntryKind.TRANSFER_REVERSED.value}),
}
"""What the books make of each of the provider's kinds of movement
(docs.stripe.com/reports/reporting-categories)."""


@dataclass(frozen=True)
class Movement:
    """A line of the provider's: one balance transaction."""

    id: str
    kind: str
    amount: Money
    """+ came, − went; before the fee."""
    fee: Money
    at: datetime


@dataclass(frozen=True)
class Difference:
    """One thing that differs; what is None has no such amount at all."""

    kind: FindingKind
    external_id: str
    what: str
    theirs: Money | None
    ours: Money | None
    at: datetime | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from every other difference, whatever the amounts are."""
        return self.kind.value, self.external_id


def differences(there: Movement | None, here: MovedInBooks | None, until: datetime) -> list[Difference]:
    """How the same movement differs at the provider and in the books; `until`: what is newer may be missing."""
    if there is None or here is None:
        return _missing(there, here, until)

    def differs(kind: FindingKind, theirs: Money, ours: Money) -> Difference:
        return Difference(kind, there.id, there.kind, theirs, ours, there.at)

    if there.amount.currency != here.amount.currency:
        return [differs(FindingKind.OTHER_CURRENCY, there.amount, here.amount)]
    found = []
    if there.amount != here.amount:
        found.append(differs(FindingKind.OTHER_AMOUNT, there.amount, here.amount))
    if there.fee != here.fee:
        found.append(differs(FindingKind.OTHER_FEE, there.fee, here.fee))
    if not (here.kinds - _ADDED) <= _KINDS.get(there.kind, frozenset()):
        found.append(differs(FindingKind.OTHER_KIND, there.amount, here.amount))
    return found


def _missing(there: Movement | None, here: MovedInBooks | None, until: datetime) -> list[Difference]:
    if there is not None and there.at < until:
        return [Difference(FindingKind.NOT_IN_BOOKS, there.id, there.kind, there.amount, None, there.at)]
    if here is not None and here.at < until:
        what = ", ".join(sorted(here.kinds))
        return [Difference(FindingKind.NOT_AT_PROVIDER, here.external_id, what[:60], None, here.amount, here.at)]
    return []


@dataclass
class Comparison:
    """What a look makes of all lines on both sides, in amounts by currency."""

    until: datetime
    found: list[Difference] = field(default_factory=list)
    listed: dict[Currency, int] = field(default_factory=lambda: defaultdict(int))
    """What the provider's lines add up to."""
    booked: dict[Currency, int] = field(default_factory=lambda: defaultdict(int))
    """What stands on `provider_clearing`, without what is newer than the provider's lines that were read."""
    beside: dict[Currency, int] = field(default_factory=lambda: defaultdict(int))
    """What stands there that no line of the provider's was the reason for."""

    def take(self, there: Movement | None, here: MovedInBooks | None) -> None:
        """Count one movement, as it is on either side."""
        if there is not None:
            self.listed[there.amount.currency] += there.amount.amount_minor - there.fee.amount_minor
        if here is not None and (there is not None or here.at < self.until or not here.external_id):
            self.booked[here.amount.currency] += here.amount.amount_minor - here.fee.amount_minor
        if here is not None and not here.external_id:
            self.beside[here.amount.currency] += here.amount.amount_minor - here.fee.amount_minor
        elif len(self.found) < MAX_FINDINGS:
            self.found += differences(there, here, self.until)

    def balances(self, held: Mapping[Currency, int]) -> list[tuple[Currency, int, int]]:
        """Of each currency: what the provider holds, and what the books say that it holds."""
        sides = (held, self.booked)
        currencies = sorted({currency for side in sides for currency, amount in side.items() if amount})
        return [(currency, held.get(currency, 0), self.booked.get(currency, 0)) for currency in currencies]

    def off_balance(self, held: Mapping[Currency, int]) -> list[Difference]:
        """Where the provider holds something else than its lines, and what else is booked, say. What lines say that
        the books do not is found line by line."""
        found = []
        for currency in sorted({*held, *self.listed, *self.beside}):
            theirs = held.get(currency, 0)
            ours = self.listed.get(currency, 0) + self.beside.get(currency, 0)
            if theirs != ours:
                held_there = Money(amount_minor=theirs, currency=currency)
                said_here = Money(amount_minor=ours, currency=currency)
                found.append(Difference(FindingKind.OTHER_BALANCE, currency.value, "balance", held_there, said_here))
        return found


async def compared(there: AsyncIterator[Movement], here: AsyncIterator[MovedInBooks], until: datetime) -> Comparison:
    """Both sides, each in the order of its ids, walked through side by side."""
    found = Comparison(until)
    their, our = await anext(there, None), await anext(here, None)
    while their is not None or our is not None:
        order = _order(their, our)
        found.take(their if order <= 0 else None, our if order >= 0 else None)
        if order <= 0:
            their = await anext(there, None)
        if order >= 0:
            our = await anext(here, None)
    return found


def _order(there: Movement | None, here: MovedInBooks | None) -> int:
    """Below zero: the provider's comes first; zero: they are the same; above zero: ours."""
    if there is None or here is None:
        return 1 if there is None else -1
    their, our = there.id.encode(), here.external_id.encode()
    return (their > our) - (their < our)
