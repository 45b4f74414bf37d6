"""The tiers of a cancellation policy of one's own as rows: what stands in each, and how a draft keeps them. Pure.

A draft keeps a line a tier, `14: 50`: until so many days before check-in so many percent come back.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, Final

from client.core.language import t
from client.parts.refund_words import tiers_words
from shared_models.cancellation_terms import (
    MAX_DAYS_BEFORE,
    MAX_TIERS,
    CancellationPolicy,
    CancellationTier,
    TierRises,
)

POLICY: Final = "cancellation_policy"
TIERS: Final = "cancellation_tiers"


@dataclasses.dataclass(frozen=True)
class TierRow:
    """One tier as it stands in its row; "" where nothing is typed."""

    days: str = ""
    percent: str = ""


def tiers_of(words: str) -> list[TierRow]:
    """The rows of what a draft keeps; a line that means nothing is an empty row, so that it is seen and corrected."""
    return [_row(line) for line in words.splitlines()]


def _row(line: str) -> TierRow:
    days, parted, percent = line.partition(":")
    return TierRow(days.strip(), percent.strip()) if parted else TierRow()


def tier_lines(rows: Sequence[TierRow]) -> str:
    """What a draft keeps of these rows."""
    return "\n".join(f"{row.days.replace(':', '')}: {row.percent}".strip() for row in rows)


def lines_of(tiers: Sequence[CancellationTier] | None) -> str:
    """What a draft keeps of a home's tiers."""
    return tier_lines([TierRow(str(tier.days_before), str(tier.refund_percent)) for tier in tiers or ()])


def policy_of(words: Mapping[str, str]) -> CancellationPolicy:
    """The policy chosen; the mildest where nothing is."""
    chosen = words.get(POLICY, "")
    return CancellationPolicy(chosen) if chosen in set(CancellationPolicy) else CancellationPolicy.FLEXIBLE


def terms_given(words: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """The terms by the names of `PropertyFacts.cancellation`, and what of them cannot be read.

    Tiers are sent with a policy of one's own alone; typed ones stay in the draft whatever is chosen.
    """
    policy = policy_of(words)
    if policy is not CancellationPolicy.CUSTOM:
        return {"policy": policy}, {}
    tiers, errors = [], {}
    for number, row in enumerate(tiers_of(words.get(TIERS, ""))):
        for part, typed in (("days", row.days), ("percent", row.percent)):
            if _number(typed) is None:
                errors[f"{TIERS}.{number}.{part}"] = _UNREADABLE[part]()
        tiers.append({"days_before": _number(row.days), "refund_percent": _number(row.percent)})
    return {"policy": policy, "tiers": tiers or None}, errors


def _number(typed: str) -> int | None:
    return int(typed[:9]) if typed.isascii() and typed.isdigit() else None


def wrong_tier(name: str, problem: object) -> str:
    """What is wrong in a row of tiers, or with how many there are; `problem` has a name of its own or is any other."""
    part = name.rpartition(".")[2]
    if part == "days":
        fewer = t("Fewer days than in the row before.")
        return (
            fewer if isinstance(problem, TierRises) else t("Between {low} and {high}.", low="0", high=MAX_DAYS_BEFORE)
        )
    if part == "percent":
        if isinstance(problem, TierRises):
            return t("No more percent than in the row before.")
        return t("Between {low} and {high}.", low="1", high="100")
    return t("Add at least one step, and at most {n}.", n=MAX_TIERS)


_UNREADABLE: Final = {
    "days": lambda: t("Write a whole number of days, such as 14."),
    "percent": lambda: t("Write whole percents, such as 50."),
}


def tiers_read(words: str) -> str:
    """All tiers as one reads them, a line each."""
    rows = tiers_of(words)
    read = [(_number(row.days), _number(row.percent)) for row in rows]
    tiers = [
        CancellationTier.model_construct(days_before=days, refund_percent=percent)
        for days, percent in read
        if days is not None and percent is not None
    ]
    if len(tiers) < len(rows):
        return "\n".join(f"{row.days or '?'}: {row.percent or '?'} %" for row in rows)
    return "\n".join(tiers_words(tiers))
