"""Discounts for longer stays as rows: what stands in each, and how a draft keeps them. Pure.

A draft keeps a line a discount, `7: 10`: from so many nights on so many percent less.
"""

import dataclasses
from collections.abc import Sequence

from client.core.language import t
from client.parts.facts import nights_words


@dataclasses.dataclass(frozen=True)
class TierRow:
    """One discount as it stands in its row; "" where nothing is typed."""

    nights: str = ""
    percent: str = ""


def tiers_of(words: str) -> list[TierRow]:
    """The rows of what a draft keeps; a line that means nothing is an empty row, so that it is seen and corrected."""
    return [_row(line) for line in words.splitlines()]


def _row(line: str) -> TierRow:
    nights, parted, percent = line.partition(":")
    return TierRow(nights.strip(), percent.strip()) if parted else TierRow()


def tier_lines(rows: Sequence[TierRow]) -> str:
    """What a draft keeps of these rows."""
    return "\n".join(f"{row.nights.replace(':', '')}: {row.percent}".strip() for row in rows)


def tier_words(words: str) -> str:
    """All discounts as one reads them, a line each."""
    return "\n".join(
        t("{nights} or more: {percent} % less", nights=nights_words(int(row.nights)), percent=row.percent or "?")
        if row.nights.isascii() and row.nights.isdigit()
        else f"{row.nights or '?'}: {row.percent or '?'}"
        for row in tiers_of(words)
    )
