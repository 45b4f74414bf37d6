"""What a receipt says: of the thing that was paid for in the words of its room, of the money in ours. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from server.core.words import Translator
from shared_models.money import Money
from shared_models.payment_history import Movement, MovementKind

FROM = "EstoSpaces"
_BACK = {
    MovementKind.REFUND_SENT: -1,
    MovementKind.REFUND_FAILED: 1,
    MovementKind.PAID_OTHERWISE: -1,
    MovementKind.DISPUTED: -1,
    MovementKind.DISPUTE_WON: 1,
}
"""What takes from what was paid (−), and what brings it back. A refund counts once it has left."""


@dataclass(frozen=True)
class Line:
    """One line of what was paid for, in the reader's words."""

    words: str
    amount: Money
    is_tax: bool = False


@dataclass(frozen=True)
class Sold:
    """What was paid for, as its room tells it in the reader's words."""

    facts: Sequence[tuple[str, str]]
    """What it is called and what it shows: `("Check-in", "Friday, 11 December 2026")`."""
    lines: Sequence[Line]
    zone: str = "UTC"
    """In whose time the money's days are told."""


@dataclass(frozen=True)
class Receipt:
    """A payment that came, and what has gone back of it so far."""

    payment_id: UUID
    payer: str
    title: str
    amount: Money
    paid_at: datetime
    movements: Sequence[Movement]
    sold: Sold


def content(receipt: Receipt, spoken: Translator) -> dict[str, Any]:
    """All that the paper shows, as texts: the template adds no word. Lines and what is left add up."""
    t, sold = spoken.t, receipt.sold
    return {
        "language": spoken.tag.partition("-")[0],
        "from": FROM,
        "title": t("Receipt"),
        "about": t("Payment {id}", id=receipt.payment_id),
        "facts": [[t("Paid by"), receipt.payer], *([label, words] for label, words in _facts(receipt))],
        "lines": [[line.words, spoken.money(line.amount)] for line in _lines(receipt, spoken)],
        "total": [[t("Paid"), spoken.money(receipt.amount)]],
        "taxes": [[t("of it {tax}", tax=line.words), spoken.money(line.amount)] for line in sold.lines if line.is_tax],
        "payments": _payments(receipt, spoken),
        "foot": t("{name}. Keep this receipt for your papers.", name=FROM),
    }


def _facts(receipt: Receipt) -> Sequence[tuple[str, str]]:
    return receipt.sold.facts or [("", receipt.title)]


def _lines(receipt: Receipt, spoken: Translator) -> list[Line]:
    """The lines, and what stands between them and the amount: a change is paid less what was paid before it."""
    t, lines = spoken.t, list(receipt.sold.lines) or [Line(receipt.title, receipt.amount)]
    rest = receipt.amount
    for line in lines:
        rest -= line.amount
    if rest.amount_minor:
        lines.append(Line(t("Paid before") if rest.amount_minor < 0 else t("Other"), rest))
    return lines


def _payments(receipt: Receipt, spoken: Translator) -> list[list[str]]:
    """When it was paid, what went back since and, if anything did, what is left of it."""
    t, left = spoken.t, receipt.amount
    rows = [[t("Paid by card on {day}", day=_day(receipt.paid_at, receipt, spoken)), spoken.money(receipt.amount)]]
    words = {
        MovementKind.REFUND_SENT: lambda day: t("Refunded to your card on {day}", day=day),
        MovementKind.REFUND_FAILED: lambda day: t("Refund that came back on {day}", day=day),
        MovementKind.PAID_OTHERWISE: lambda day: t("Paid back another way on {day}", day=day),
        MovementKind.DISPUTED: lambda day: t("Taken back by your bank on {day}", day=day),
        MovementKind.DISPUTE_WON: lambda day: t("Returned by your bank on {day}", day=day),
    }
    sent = {each.refund_id for each in receipt.movements if each.kind is MovementKind.REFUND_SENT}
    for movement in receipt.movements:
        has_left = movement.kind is not MovementKind.REFUND_FAILED or movement.refund_id in sent
        if movement.kind in _BACK and has_left:
            amount = movement.amount.times(_BACK[movement.kind])
            left += amount
            rows.append([words[movement.kind](_day(movement.at, receipt, spoken)), spoken.money(amount)])
    if len(rows) > 1:
        rows.append([t("Paid, less what went back"), spoken.money(left)])
    return rows


def _day(at: datetime, receipt: Receipt, spoken: Translator) -> str:
    return spoken.short_day(at.astimezone(ZoneInfo(receipt.sold.zone)).date())
