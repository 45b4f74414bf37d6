"""What an admin may let go back of a payment, and what somebody's search for payments means. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from uuid import UUID

from server.core.errors import Malformed
from shared_models.money import Currency, Money, decimals
from shared_models.payments_admin import AmountParts, RefundOrder, TaxPart

_AMOUNT = re.compile(r"[^\d.,\-]*(\d[\d.,]*)[^\d]*")
_EXTERNAL = re.compile(r"(pi|cs|txn|re|ch|pyr|po|dp|du)_\w+")


def parts_of_order(order: RefundOrder, left: AmountParts) -> AmountParts:
    """What of each part is to go back. Raises Malformed for more than is left, or a tax that is none of it."""
    if order.amount_minor is not None:
        if order.amount_minor > left.total.amount_minor:
            raise Malformed.field("amount_minor", "is more than is left")
        weights = [left.stay.amount_minor, *(tax.amount.amount_minor for tax in left.taxes)]
        stay, *taxes = _money(order.amount_minor, left).split(weights)
        return _parts(stay, zip((tax.authority for tax in left.taxes), taxes, strict=True))
    return _parts_by_part(order, left)


def _parts_by_part(order: RefundOrder, left: AmountParts) -> AmountParts:
    stay, known = order.stay_minor or 0, {tax.authority: tax.amount.amount_minor for tax in left.taxes}
    if stay > left.stay.amount_minor:
        raise Malformed.field("stay_minor", "is more than is left")
    for authority, minor in order.taxes_minor.items():
        if minor > known.get(authority, 0):
            raise Malformed.field("taxes_minor", f"is more than is left of {authority}")
    taxes = ((authority, _money(minor, left)) for authority, minor in order.taxes_minor.items())
    return _parts(_money(stay, left), taxes)


def _money(minor: int, like: AmountParts) -> Money:
    return Money(amount_minor=minor, currency=like.total.currency)


def _parts(stay: Money, taxes: Iterable[tuple[str, Money]]) -> AmountParts:
    parts = [TaxPart(authority=authority, amount=amount) for authority, amount in taxes if amount.amount_minor]
    return AmountParts(total=sum((tax.amount for tax in parts), start=stay), stay=stay, taxes=parts)


def alone_up_to(limits: Mapping[Currency, Money], currency: Currency, alone: Sequence[Money]) -> Money:
    """How much more may go back of a payment without a second admin, after what already went back so. Of a currency
    without a limit nothing: whoever set the limits did not think of it."""
    nothing = Money(amount_minor=0, currency=currency)
    rest = limits.get(currency, nothing).amount_minor - sum(amount.amount_minor for amount in alone)
    return Money(amount_minor=max(0, rest), currency=currency)


@dataclass(frozen=True)
class Sought:
    """What a text in the search may mean; all of it is tried."""

    text: str
    id: UUID | None = None
    """Of a payment, or of what was paid for."""
    external_id: str | None = None
    """The provider's, of a payment or a refund."""
    minor_units: tuple[tuple[Currency, int], ...] = ()
    """An amount, in each currency in which it is one."""


def sought(text: str) -> Sought:
    """What somebody looks for."""
    words = text.strip()
    try:
        return Sought(words, id=UUID(words))
    except ValueError:
        pass
    if _EXTERNAL.fullmatch(words):
        return Sought(words, external_id=words)
    return Sought(words, minor_units=_amounts(words))


def _amounts(words: str) -> tuple[tuple[Currency, int], ...]:
    """`412`, `412.50`, `£1,412.50`, `1.412,50 €`: what it is in minor units; nothing for what is no amount."""
    found = _AMOUNT.fullmatch(words)
    if found is None:
        return ()
    figures = found[1]
    mark = max(figures.rfind("."), figures.rfind(","))
    if mark >= 0 and len(figures) - mark - 1 in (1, 2):
        figures = figures[:mark].replace(".", "").replace(",", "") + "." + figures[mark + 1 :]
    else:
        figures = figures.replace(".", "").replace(",", "")
    try:
        major = Decimal(figures)
    except InvalidOperation:
        return ()
    amounts = (
        (currency, major.scaleb(decimals(currency))) for currency in Currency if currency is not Currency.UNKNOWN
    )
    return tuple(
        (currency, int(minor)) for currency, minor in amounts if minor == minor.to_integral_value() and minor <= 2**53
    )
