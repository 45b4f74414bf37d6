"""The refund clock as a bar: its parts are the steps of the refund, and the mark stands in the part that holds now."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings

from client.parts.refund_bar import LEAST_SHARE, Comes, bar_of
from shared_models.booking_steps import last_night_over
from shared_models.cancellation import CancelledStay, refund_at
from tests.shared_models.refund_cases import cases
from tests.shared_models.test_cancellation import FLEXIBLE, at, booked


def comes_at(stay: CancelledStay, moment: datetime) -> Comes:
    """How much comes back, by the sum that is paid back."""
    refund = refund_at(stay, moment)
    if all(not line.kept.amount_minor for line in refund.lines):
        return Comes.ALL
    return Comes.SOME if refund.total.amount_minor else Comes.NOTHING


@settings(max_examples=200, deadline=None)
@given(cases())
def test_the_mark_stands_where_the_refund_of_now_does(case: tuple[CancelledStay, datetime]) -> None:
    stay, moment = case
    bar = bar_of(stay, moment)
    over = moment >= last_night_over(stay.stay.check_out, stay.zone)
    assert (bar is None) is over
    if bar is None:
        return
    assert sum(part.share for part in bar.parts) == pytest.approx(1)
    assert [part.comes for part in bar.parts] == [comes for comes in Comes if comes in {p.comes for p in bar.parts}]
    before = 0.0
    for part in bar.parts:
        if before <= bar.now < before + part.share:
            assert part.comes is comes_at(stay, moment)
        before += part.share
    assert 0 <= bar.now <= 1


def test_the_bar_begins_with_confirming_and_moves_with_time() -> None:
    confirmed = at("2026-05-01")
    stay = booked(FLEXIBLE, confirmed_at=confirmed)
    begun, later = bar_of(stay, confirmed), bar_of(stay, confirmed + timedelta(days=10))
    assert begun is not None
    assert later is not None
    assert begun.now == 0
    assert later.now > 0.2
    assert [part.comes for part in begun.parts][:2] == [Comes.ALL, Comes.SOME]
    assert begun.parts == later.parts


def test_a_short_part_can_be_seen() -> None:
    stay = booked(FLEXIBLE, confirmed_at=at("2025-06-01"))
    bar = bar_of(stay, at("2026-01-01"))
    assert bar is not None
    assert all(part.share > LEAST_SHARE / 2 for part in bar.parts)
