"""What a landlord gives back to a tenant who cancels: the policies to choose from, and tiers of one's own.

How much that is at an instant, and when it becomes less, is `shared_models.cancellation`.
"""

from collections.abc import Iterator, Sequence
from datetime import time
from enum import StrEnum
from itertools import pairwise
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from shared_models.base import Input, Output, refused
from shared_models.stay_dates import WallClock

MAX_TIERS = 5
MAX_DAYS_BEFORE = 365
CHECK_IN_WHEN_UNSAID = time(15)
"""What counts as the hour of check-in at a home that has not said one."""


class CancellationPolicy(StrEnum):
    """Which part of a stay's price is given back, by how long before check-in it is cancelled.

    The names and terms are the trade's (Airbnb's policies for homes since October 2025: flexible, moderate, limited,
    firm, and a non-refundable rate). `shared_models.cancellation` says what each means to the minor unit.
    """

    FLEXIBLE = "flexible"
    """All until a day before check-in; then the first night is kept."""
    MODERATE = "moderate"
    """All until 5 days before; then the first night and half of the others are kept."""
    LIMITED = "limited"
    """All until 14 days before, half until 7, then nothing."""
    FIRM = "firm"
    """All until 30 days before, half until 7, then nothing."""
    NON_REFUNDABLE = "non_refundable"
    """Nothing of the nights, from the start."""
    CUSTOM = "custom"
    """As the landlord's own tiers say."""
    UNKNOWN = "unknown"


class CancellationTier(Output):
    """Until so many days before check-in so much of the nights is given back."""

    days_before: Annotated[int, Field(ge=0, le=MAX_DAYS_BEFORE)]
    refund_percent: Annotated[int, Field(ge=1, le=100)]


class CancellationTierGiven(CancellationTier, Input):
    """A tier as a landlord gives it."""


class CancellationTerms(Output):
    """What a home gives back. A home whose landlord chose nothing is *flexible*, the mildest there is."""

    policy: CancellationPolicy = CancellationPolicy.FLEXIBLE
    tiers: Sequence[CancellationTier] | None = None
    """For CUSTOM, the longest notice first; after the last of them nothing is given back. None for all others."""


class TierRises(ValueError):
    """A tier of shorter notice gives back more than the one before it, or has no shorter notice at all."""


class CancellationTermsGiven(CancellationTerms, Input):
    """Terms as a landlord gives them."""

    tiers: Annotated[list[CancellationTierGiven], Field(min_length=1, max_length=MAX_TIERS)] | None = Field(
        default=None, validate_default=True
    )

    @field_validator("tiers")
    @classmethod
    def _goes_with_the_policy(
        cls, value: list[CancellationTierGiven] | None, info: ValidationInfo
    ) -> list[CancellationTierGiven] | None:
        custom = info.data.get("policy") is CancellationPolicy.CUSTOM
        if custom and value is None:
            raise ValueError("a policy of one's own needs at least one tier")
        if value is not None and not custom and "policy" in info.data:
            raise ValueError("only a policy of one's own has tiers")
        return value

    @field_validator("tiers")
    @classmethod
    def _never_rises(cls, value: list[CancellationTierGiven] | None) -> list[CancellationTierGiven] | None:
        wrong: dict[tuple[str | int, ...], ValueError] = {
            (row, name): TierRises(reason)
            for row, (before, tier) in enumerate(pairwise(value or ()), start=1)
            for name, reason in _rises(before, tier)
        }
        if wrong:
            raise refused(wrong)
        return value


def _rises(before: CancellationTier, tier: CancellationTier) -> Iterator[tuple[str, str]]:
    """What is wrong with a tier beside the one before it, and at which of its fields."""
    if tier.days_before >= before.days_before:
        yield "days_before", "must be fewer days than in the row before"
    if tier.refund_percent > before.refund_percent:
        yield "refund_percent", "is more than in the row before"


class AgreedTerms(CancellationTerms):
    """The terms as they stood when a price was shown: what a landlord changes later changes nothing booked."""

    check_in_hour: WallClock = CHECK_IN_WHEN_UNSAID
    """The hour of check-in at the home then; all moments before check-in are counted from it."""

    @classmethod
    def of(cls, terms: CancellationTerms, check_in_from: time | None) -> "AgreedTerms":
        """A home's terms, agreed now."""
        hour = CHECK_IN_WHEN_UNSAID if check_in_from is None else check_in_from
        return cls(policy=terms.policy, tiers=terms.tiers, check_in_hour=hour)
