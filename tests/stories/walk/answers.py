"""Answers of the product beside what the model says of the same."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from tests.stories.walk.prices import Line
from tests.stories.walk.things import Claim, Quote

Json = dict[str, Any]


class Different(AssertionError):
    """The product answered otherwise than the model."""


def same(what: str, found: object, expected: object) -> None:
    if found != expected:
        raise Different(f"{what}: {found!r}\nthe model says: {expected!r}")


def dates(check_in: date, check_out: date) -> Json:
    return {"check_in": check_in.isoformat(), "check_out": check_out.isoformat()}


def instant(told: str | None) -> datetime | None:
    return None if told is None else datetime.fromisoformat(told)


def money(amount: int, currency: str) -> Json:
    return {"amount_minor": amount, "currency": currency}


def total(lines: Sequence[Line], currency: str) -> Json:
    return money(sum(line.amount for line in lines), currency)


_PLAIN: Json = {"base": None, "rules": []}
"""The landlords of the walk have no price rules: what they ask is what a night costs."""


def price(told: Json) -> Json:
    """Dates, guests, total and lines, as answered."""
    return {name: told[name] for name in ("check_in", "check_out", "guests", "total", "lines")}


def price_of(quote: Quote) -> Json:
    """The same, as the model has them."""
    lines = [
        {
            "kind": line.kind,
            "quantity": line.quantity,
            "of_days": line.of_days,
            "unit": money(line.unit, quote.currency),
            "amount": money(line.amount, quote.currency),
            "first": None if line.first is None else line.first.isoformat(),
            "last": None if line.last is None else line.last.isoformat(),
            **_PLAIN,
        }
        for line in quote.lines
    ]
    return {
        **dates(quote.check_in, quote.check_out),
        "guests": quote.guests,
        "total": money(quote.total, quote.currency),
        "lines": lines,
    }


def claim(told: Json) -> Claim:
    start, end = date.fromisoformat(told["start"]), date.fromisoformat(told["end"])
    return Claim(told["kind"], start, end, told["source_id"], instant(told["expires_at"]))
