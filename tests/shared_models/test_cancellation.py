"""The refund clock: each policy to the minute and the minor unit, and what must hold of every refund."""

import itertools
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared_models.bookings import BookingSide
from shared_models.cancellation import CancelledStay, ahead, refund_at, refund_of_no_show, schedule
from shared_models.cancellation_terms import AgreedTerms, CancellationPolicy, CancellationTier
from shared_models.money import Currency, Money
from shared_models.prices import LineKind, QuoteLine
from shared_models.stay_dates import Stay
from tests.shared_models import refund_oracle
from tests.shared_models.refund_cases import cases, stays

LONDON = "Europe/London"
FLEXIBLE, MODERATE, LIMITED, FIRM, NON_REFUNDABLE, CUSTOM = (
    policy for policy in CancellationPolicy if policy is not CancellationPolicy.UNKNOWN
)
DAY = timedelta(days=1)


def money(minor: int, currency: Currency = Currency.GBP) -> Money:
    return Money(amount_minor=minor, currency=currency)


def line(kind: LineKind, amounts: Sequence[int], first: date, currency: Currency = Currency.GBP) -> list[QuoteLine]:
    """A line for each of some nights, at its own price."""
    return [
        QuoteLine(
            kind=kind,
            quantity=1,
            unit=money(amount, currency),
            amount=money(amount, currency),
            first=first + number * DAY,
            last=first + number * DAY,
        )
        for number, amount in enumerate(amounts)
    ]


def booked(
    policy: CancellationPolicy,
    nights: Sequence[int] = (100_00, 200_00, 400_00),
    *,
    check_in: date = date(2026, 6, 10),
    fee: int = 30_00,
    confirmed_at: datetime | None = None,
    tiers: Sequence[CancellationTier] | None = None,
    zone: str = LONDON,
    hour: time = time(15),
) -> CancelledStay:
    """Three nights from Wednesday 10 June 2026, 15:00 British summer time, and cleaning."""
    lines = line(LineKind.NIGHTS, nights, check_in)
    if fee:
        lines.append(QuoteLine(kind=LineKind.CLEANING, quantity=1, unit=money(fee), amount=money(fee)))
    stay = Stay(check_in=check_in, check_out=check_in + len(nights) * DAY)
    return CancelledStay(AgreedTerms(policy=policy, tiers=tiers, check_in_hour=hour), stay, zone, lines, confirmed_at)


def at(day: str, hour: str = "15:00", zone: str = LONDON) -> datetime:
    return datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def back(stay: CancelledStay, moment: datetime) -> int:
    return refund_at(stay, moment).total.amount_minor


ALL = 730_00
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("policy", "day", "before", "from_then"),
    [
        (FLEXIBLE, "2026-06-09", ALL, 630_00),
        (FLEXIBLE, "2026-06-10", 630_00, 600_00),  # the stay began: cleaning is kept as well
        (MODERATE, "2026-06-05", ALL, 330_00),  # the first night, and half of 600
        (MODERATE, "2026-06-10", 330_00, 300_00),
        (LIMITED, "2026-05-27", ALL, 380_00),
        (LIMITED, "2026-06-03", 380_00, 30_00),
        (LIMITED, "2026-06-10", 30_00, 0),
        (FIRM, "2026-05-11", ALL, 380_00),
        (FIRM, "2026-06-03", 380_00, 30_00),
        (FIRM, "2026-06-10", 30_00, 0),
        (NON_REFUNDABLE, "2026-06-10", 30_00, 0),
    ],
)
def test_a_policy_drops_at_the_hour_of_check_in_and_a_second_before_is_in_time(
    policy: CancellationPolicy, day: str, before: int, from_then: int
) -> None:
    stay = booked(policy)
    assert (back(stay, at(day) - SECOND), back(stay, at(day))) == (before, from_then)


@pytest.mark.parametrize(
    ("policy", "day", "hour", "refund"),
    [
        (FLEXIBLE, "2026-06-10", "23:59", 600_00),
        (FLEXIBLE, "2026-06-11", "00:00", 400_00),  # one night slept and one more
        (FLEXIBLE, "2026-06-12", "00:00", 0),
        (MODERATE, "2026-06-10", "23:59", 300_00),
        (MODERATE, "2026-06-11", "00:00", 200_00),  # one slept, one more, and half of the last
        (MODERATE, "2026-06-12", "00:00", 0),
    ],
)
def test_during_the_stay_the_nights_slept_and_one_more_are_kept(
    policy: CancellationPolicy, day: str, hour: str, refund: int
) -> None:
    assert back(booked(policy), at(day, hour)) == refund


def test_the_first_night_is_kept_at_its_own_price() -> None:
    dear, cheap = booked(FLEXIBLE, (400_00, 100_00), fee=0), booked(FLEXIBLE, (100_00, 400_00), fee=0)
    moment = at("2026-06-10", "12:00")
    assert (back(dear, moment), back(cheap, moment)) == (100_00, 400_00)


def test_tiers_of_ones_own_give_back_what_they_say_and_then_nothing() -> None:
    tiers = [CancellationTier(days_before=days, refund_percent=part) for days, part in ((60, 90), (10, 33), (0, 5))]
    stay = booked(CUSTOM, (99_99,), fee=0, tiers=tiers)
    found = [(step.since, step.refund.amount_minor, step.kept.amount_minor) for step in schedule(stay)]
    assert found == [
        (None, 8_999, 1_000),  # kept: 999.9
        (at("2026-04-11"), 3_300, 6_699),  # 6,699.33
        (at("2026-05-31"), 500, 9_499),  # 9,499.05
        (at("2026-06-10"), 0, 9_999),
    ]


@pytest.mark.parametrize("policy", [FLEXIBLE, FIRM, NON_REFUNDABLE])
def test_a_long_stay_keeps_thirty_nights_whatever_the_policy(policy: CancellationPolicy) -> None:
    stay = booked(policy, [10_00] * 40, fee=5_00)
    assert back(stay, at("2026-05-11") - SECOND) == 405_00
    assert back(stay, at("2026-05-11")) == 105_00
    assert back(stay, at("2026-06-10")) == 100_00
    assert back(stay, at("2026-06-13", "12:00")) == 70_00  # three nights slept, and 30 after notice
    assert back(stay, at("2026-06-20", "00:00")) == 0


def test_a_long_stay_of_fewer_than_thirty_nights_keeps_them_all() -> None:
    stay = booked(FLEXIBLE, [10_00] * 28, fee=5_00)
    assert (back(stay, at("2026-05-11") - SECOND), back(stay, at("2026-05-11"))) == (285_00, 5_00)
    assert back(booked(FLEXIBLE, [10_00] * 27, fee=5_00), at("2026-05-11")) == 275_00


def test_nights_of_a_month_cost_their_share_of_that_month() -> None:
    stay = Stay(check_in=date(2027, 2, 1), check_out=date(2027, 4, 1))
    price = money(1_000_00)
    months = QuoteLine(
        kind=LineKind.MONTHS,
        quantity=2,
        unit=price,
        amount=price.times(2),
        first=stay.check_in,
        last=date(2027, 3, 31),
    )
    lent = CancelledStay(AgreedTerms(), stay, LONDON, [months])
    # All 28 nights of February and two of the 31 of March: 1,000 + 64.516…
    assert back(lent, at("2027-01-20")) == 2_000_00 - 1_064_52


@pytest.mark.parametrize("policy", [FLEXIBLE, MODERATE, LIMITED, FIRM, NON_REFUNDABLE])
def test_what_was_confirmed_a_week_ahead_is_free_for_a_day(policy: CancellationPolicy) -> None:
    confirmed = at("2026-06-03")  # exactly seven days before
    stay = booked(policy, confirmed_at=confirmed)
    assert back(stay, confirmed + DAY - SECOND) == ALL
    late = booked(policy, confirmed_at=confirmed + SECOND)
    without = booked(policy)
    assert back(late, confirmed + 2 * SECOND) == back(without, confirmed + 2 * SECOND)
    assert back(stay, confirmed + DAY) == back(without, confirmed + DAY)


def test_a_landlord_who_cancels_gives_everything_back() -> None:
    found = refund_at(booked(NON_REFUNDABLE), at("2026-06-12"), BookingSide.LANDLORD)
    assert (found.total.amount_minor, found.drops_at, found.drops_to) == (ALL, None, None)
    assert {each.kept.amount_minor for each in found.lines} == {0}


def test_a_policy_this_app_does_not_know_promises_nothing() -> None:
    terms = AgreedTerms.model_validate({"policy": "lenient"})
    stay = booked(FLEXIBLE)
    unknown = CancelledStay(terms, stay.stay, stay.zone, stay.lines)
    assert back(unknown, at("2026-01-01")) == 30_00


def test_a_line_this_app_does_not_know_is_shared_over_the_nights() -> None:
    stay = booked(FLEXIBLE, (100_00, 100_00, 100_00, 100_00), fee=0)
    other = QuoteLine.model_validate({"kind": "sauna", "quantity": 1, "unit": money(40_00), "amount": money(40_00)})
    more = CancelledStay(stay.terms, stay.stay, stay.zone, [*stay.lines, other])
    assert back(more, at("2026-06-10", "12:00")) == 330_00


def test_half_a_minor_unit_is_kept() -> None:
    lines = line(LineKind.NIGHTS, (5_001,), date(2026, 6, 10), Currency.JPY)
    stay = booked(LIMITED)
    yen = CancelledStay(stay.terms, Stay(check_in=date(2026, 6, 10), check_out=date(2026, 6, 11)), "Asia/Tokyo", lines)
    found = refund_at(yen, at("2026-06-01"))
    assert (found.lines[0].kept.amount_minor, found.total.amount_minor) == (2_501, 2_500)


@pytest.mark.parametrize(
    ("check_in", "hour", "zone", "drop"),
    [
        # Clocks went forward on the day before: the same hour, 23 hours before.
        ("2026-03-30", "01:30", LONDON, "2026-03-29T01:30+00:00"),
        # An hour that was skipped is read with the offset before the change; 01:30 was 02:30 British summer time.
        ("2026-03-30", "02:30", LONDON, "2026-03-29T01:30+00:00"),
        # An hour that comes twice is the first of the two.
        ("2026-10-26", "01:30", LONDON, "2026-10-25T00:30+00:00"),
        ("2026-10-26", "15:00", LONDON, "2026-10-25T15:00+00:00"),
        ("2026-10-25", "15:00", LONDON, "2026-10-24T14:00+00:00"),
        # Midnight itself is skipped.
        ("2026-09-07", "00:00", "America/Santiago", "2026-09-06T04:00+00:00"),
        # Half an hour.
        ("2026-04-05", "15:00", "Australia/Lord_Howe", "2026-04-04T04:00+00:00"),
        ("2028-03-01", "15:00", "Asia/Tokyo", "2028-02-29T06:00+00:00"),
    ],
)
def test_a_deadline_is_the_hour_that_the_clock_at_the_home_shows(
    check_in: str, hour: str, zone: str, drop: str
) -> None:
    stay = booked(FLEXIBLE, check_in=date.fromisoformat(check_in), hour=time.fromisoformat(hour), zone=zone)
    found = refund_at(stay, datetime(2026, 1, 1, tzinfo=UTC))
    assert found.drops_at == datetime.fromisoformat(drop)
    assert found.drops_to == money(630_00)


def test_a_tenant_sees_what_comes_until_they_can_cancel_no_more() -> None:
    found = ahead(booked(FLEXIBLE), at("2026-06-01"))
    assert [(step.until, step.refund.amount_minor) for step in found] == [
        (at("2026-06-09"), ALL),
        (at("2026-06-10"), 630_00),
        (at("2026-06-11", "00:00"), 600_00),
        (at("2026-06-12", "00:00"), 400_00),
        (at("2026-06-13", "00:00"), 0),  # the last night is over
    ]
    during = ahead(booked(FLEXIBLE), at("2026-06-11", "16:00"))
    assert [step.refund.amount_minor for step in during] == [400_00, 0]
    assert ahead(booked(FLEXIBLE), at("2026-06-13", "00:00") - SECOND) == during[1:]
    assert ahead(booked(FLEXIBLE), at("2026-06-13", "00:00")) == []


def test_what_never_comes_back_does_so_until_the_last_night_is_over() -> None:
    (step,) = ahead(booked(NON_REFUNDABLE), at("2026-06-10"))
    assert (step.until, step.refund.amount_minor) == (at("2026-06-13", "00:00"), 0)


@pytest.mark.parametrize(
    ("policy", "refund"), [(FLEXIBLE, 600_00), (MODERATE, 300_00), (LIMITED, 0), (FIRM, 0), (NON_REFUNDABLE, 0)]
)
def test_nobody_came_is_a_cancellation_at_the_instant_of_check_in(policy: CancellationPolicy, refund: int) -> None:
    stay = booked(policy)
    assert refund_of_no_show(stay).total.amount_minor == refund == back(stay, at("2026-06-10"))
    assert refund_of_no_show(booked(policy, confirmed_at=at("2026-06-09", "14:00"))).total.amount_minor == refund


def _holds(booked: CancelledStay, moment: datetime) -> None:
    """What must hold of a refund, beside a slow one that was written otherwise."""
    found = refund_at(booked, moment)
    assert [each.kept.amount_minor for each in found.lines] == refund_oracle.kept_minor(booked, moment)
    assert found.total.amount_minor == refund_oracle.refund_minor(booked, moment)
    assert all(each.kept + each.refund == each.paid for each in found.lines)
    assert all(0 <= each.kept.amount_minor <= each.paid.amount_minor for each in found.lines)
    drop = refund_oracle.next_drop(booked, moment)
    # Found to the second; deadlines after a confirmation at a fraction of a second lie within one.
    assert (found.drops_at is None) == (drop is None)
    if drop is not None and found.drops_at is not None and found.drops_to is not None:
        assert timedelta(0) <= drop - found.drops_at < SECOND
        assert found.drops_to.amount_minor == refund_oracle.refund_minor(booked, drop)


@settings(max_examples=300, deadline=None)
@given(cases())
def test_a_refund_is_what_a_slow_count_of_nights_finds(case: tuple[CancelledStay, datetime]) -> None:
    _holds(*case)


@pytest.mark.prove
@settings(max_examples=10_000, deadline=None)
@given(cases())
def test_ten_thousand_refunds_are_what_a_slow_count_of_nights_finds(case: tuple[CancelledStay, datetime]) -> None:
    _holds(*case)


@settings(deadline=None)
@given(cases(), st.integers(0, 90 * 86_400))
def test_a_refund_never_rises_with_time(case: tuple[CancelledStay, datetime], seconds: int) -> None:
    booked, moment = case
    assert back(booked, moment) >= back(booked, moment + timedelta(seconds=seconds))


@settings(deadline=None)
@given(stays())
def test_a_schedule_falls_at_every_step_and_joins_without_a_gap(booked: CancelledStay) -> None:
    steps = schedule(booked)
    assert steps[0].since is None
    assert steps[-1].until is None
    for now, then in itertools.pairwise(steps):
        assert now.until == then.since
        assert now.refund.amount_minor > then.refund.amount_minor
        assert then.since is not None
        assert refund_at(booked, then.since - timedelta(microseconds=1)).total == now.refund
        assert refund_at(booked, then.since).total == then.refund
