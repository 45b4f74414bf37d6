"""What a landlord may choose to give back."""

from datetime import time
from typing import Any

import pytest
from pydantic import ValidationError

from shared_models.cancellation_terms import AgreedTerms, CancellationPolicy, CancellationTerms, CancellationTermsGiven


def custom(*tiers: tuple[int, int]) -> dict[str, Any]:
    return {
        "policy": "custom",
        "tiers": [{"days_before": days, "refund_percent": percent} for days, percent in tiers],
    }


def test_nothing_said_is_the_mildest_policy() -> None:
    assert CancellationTermsGiven() == CancellationTermsGiven(policy=CancellationPolicy.FLEXIBLE)


@pytest.mark.parametrize(
    "given",
    [{"policy": "firm"}, custom((30, 100)), custom((0, 1)), custom((30, 100), (14, 50), (7, 50), (3, 10), (0, 1))],
)
def test_these_terms_can_be_chosen(given: dict[str, Any]) -> None:
    assert CancellationTermsGiven.model_validate(given).model_dump(mode="json", exclude_none=True) == given


@pytest.mark.parametrize(
    ("given", "places"),
    [
        ({"policy": "strict"}, [("policy",)]),
        ({"policy": "unknown"}, [("policy",)]),
        ({"policy": "custom"}, [("tiers",)]),
        ({"policy": "custom", "tiers": []}, [("tiers",)]),
        ({**custom((7, 50)), "policy": "flexible"}, [("tiers",)]),
        (custom((7, 50), (14, 20)), [("tiers", 1, "days_before")]),
        (custom((7, 50), (7, 20)), [("tiers", 1, "days_before")]),
        (custom((14, 50), (7, 60)), [("tiers", 1, "refund_percent")]),
        (custom((14, 50), (15, 60)), [("tiers", 1, "days_before"), ("tiers", 1, "refund_percent")]),
        (custom((14, 90), (7, 50), (3, 60)), [("tiers", 2, "refund_percent")]),
        (custom((7, 0)), [("tiers", 0, "refund_percent")]),
        (custom((7, 101)), [("tiers", 0, "refund_percent")]),
        (custom((-1, 50)), [("tiers", 0, "days_before")]),
        (custom((366, 50)), [("tiers", 0, "days_before")]),
        (custom(*((30 - day, 50) for day in range(6))), [("tiers",)]),
        ({"policy": "flexible", "colour": "red"}, [("colour",)]),
    ],
)
def test_terms_that_cannot_be_are_refused_at_their_field(given: dict[str, Any], places: list[tuple[Any, ...]]) -> None:
    with pytest.raises(ValidationError) as refused:
        CancellationTermsGiven.model_validate(given)
    assert [error["loc"] for error in refused.value.errors()] == places


def test_agreed_terms_keep_the_hour_of_check_in() -> None:
    terms = CancellationTerms(policy=CancellationPolicy.FIRM)
    assert AgreedTerms.of(terms, time(11)).check_in_hour == time(11)
    assert AgreedTerms.of(terms, None).check_in_hour == time(15)
    assert AgreedTerms.of(terms, None).policy is CancellationPolicy.FIRM
