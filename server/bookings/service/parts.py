"""What amounts of a stay consist of: what the landlord lets for, and each tourist tax by its authority. Pure.

The parts of what is paid or given back are never below zero. Where other dates make the nights dearer and a tax less,
one amount is the difference of both, and it belongs to the parts that grew (`excess`). So what is held of a part may be
a little beside what its lines say, but never the sum; what goes back is taken from where it is held (`as_held`).
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from server.payments.service.door import Parts, Payment, Tax
from shared_models.cancellation import LineRefund
from shared_models.money import Currency, Money
from shared_models.payments import PaymentStatus
from shared_models.prices import LineKind, QuoteLine

STAY = ""
"""The key of what is no tax."""
UNNAMED_TAX = "unnamed"
"""Who gets a tax whose line names none: no such line is made, and none is lost."""

Minor = Mapping[str, int]
"""Parts in minor units, by the authority of a tax; `STAY` for the rest."""


def parts_of_lines(lines: Iterable[QuoteLine]) -> Parts:
    """What a price consists of. Raises ValueError without any line."""
    return _of_amounts((line, line.amount) for line in lines)


def parts_of_refund(lines: Iterable[LineRefund]) -> Parts:
    """What a refund consists of. Raises ValueError without any line."""
    return _of_amounts((each.line, each.refund) for each in lines)


def held_of(payments: Iterable[Payment], currency: Currency) -> Parts:
    """What was paid and has not gone back."""
    held: Counter[str] = Counter()
    for payment in payments:
        if payment.status is PaymentStatus.CAPTURED:
            held.update(minor_of(payment.parts))
            held.subtract(minor_of(payment.refunded))
    return parts_from(held, currency)


def excess(more: Parts, less: Parts) -> Parts:
    """How much more one amount is than another, as parts that are not below zero; nothing when it is not more.

    Of the parts that are more, each as its share of what is more.
    """
    currency, greater, smaller = more.stay.currency, minor_of(more), minor_of(less)
    grown = {key: max(0, greater.get(key, 0) - smaller.get(key, 0)) for key in sorted({STAY, *greater, *smaller})}
    total = max(0, sum(greater.values()) - sum(smaller.values()))
    return parts_from(_shared(total, grown, currency), currency)


def as_held(wanted: Parts, held: Parts) -> Parts:
    """An amount that goes back, taken from the parts in which it is held: no more of any than there is.

    What a part lacks the others give, each as its share of what they have left. The sum is that of `wanted`, or all
    that is held if that is less.
    """
    currency, asked, there = wanted.stay.currency, minor_of(wanted), minor_of(held)
    taken = {key: min(asked.get(key, 0), amount) for key, amount in there.items()}
    spare = {key: amount - taken[key] for key, amount in there.items()}
    lacking = min(sum(asked.values()), sum(there.values())) - sum(taken.values())
    return parts_from(Counter(taken) + Counter(_shared(lacking, spare, currency)), currency)


def minor_of(parts: Parts) -> Minor:
    """Parts by their keys."""
    found = Counter({STAY: parts.stay.amount_minor})
    for tax in parts.taxes:
        found[tax.authority] += tax.amount.amount_minor
    return found


def taxes_of(parts: Parts) -> list[list[str | int]]:
    """The taxes of an amount as a row keeps them: `[authority, amount in minor units]` for each."""
    return [[tax.authority, tax.amount.amount_minor] for tax in parts.taxes]


def parts_from(minor: Minor, currency: Currency) -> Parts:
    """Parts of their keys, the taxes in the order of their names and none of nothing."""
    taxes = sorted((key, amount) for key, amount in minor.items() if key != STAY and amount)
    return Parts(
        Money(amount_minor=minor.get(STAY, 0), currency=currency),
        tuple(Tax(key, Money(amount_minor=amount, currency=currency)) for key, amount in taxes),
    )


def _of_amounts(amounts: Iterable[tuple[QuoteLine, Money]]) -> Parts:
    found, currencies = Counter[str](), set[Currency]()
    for line, amount in amounts:
        found[_key(line)] += amount.amount_minor
        currencies.add(amount.currency)
    (currency,) = currencies
    return parts_from(found, currency)


def _key(line: QuoteLine) -> str:
    if line.kind is not LineKind.TOURIST_TAX:
        return STAY
    return next((rule.tax for rule in line.rules if rule.tax is not None), UNNAMED_TAX)


def _shared(total: int, weights: Minor, currency: Currency) -> Minor:
    """A total shared out by weights that it does not exceed; no share exceeds its weight."""
    if not total:
        return {}
    shares = Money(amount_minor=total, currency=currency).split(list(weights.values()))
    return {key: share.amount_minor for key, share in zip(weights, shares, strict=True)}
