"""What a booking decides by itself."""

from datetime import date
from itertools import product

import pytest
from sqlalchemy import BigInteger

from server.bookings import rules
from server.bookings.tables import BookingTable, QuoteTable
from server.core.errors import InvalidTransition
from shared_models.base import known
from shared_models.booking_steps import Act
from shared_models.bookings import CHANGE_MOVES, MOVES, BookingRead, BookingStatus, ChangeStatus, Quote
from shared_models.calendars import Period
from shared_models.stay_dates import Stay
from shared_models.stay_limits import Refusal, StayLimits

STATES = [status for status in BookingStatus if status != BookingStatus.UNKNOWN]
CHANGES = [status for status in ChangeStatus if status != ChangeStatus.UNKNOWN]


@pytest.mark.parametrize(("now", "then"), list(product(STATES, STATES)))
def test_a_booking_moves_only_as_the_shared_table_says(now: BookingStatus, then: BookingStatus) -> None:
    if then in MOVES[now]:
        assert rules.move(now, then) == then
    else:
        with pytest.raises(InvalidTransition):
            rules.move(now, then)


def test_every_stored_state_stands_in_the_table_and_none_leads_to_the_unknown() -> None:
    assert [status.value for status in MOVES] == known(BookingStatus)
    assert BookingStatus.UNKNOWN not in frozenset[BookingStatus]().union(*MOVES.values())


@pytest.mark.parametrize(("now", "then"), [(status, BookingStatus.UNKNOWN) for status in BookingStatus])
def test_nothing_becomes_unknown(now: BookingStatus, then: BookingStatus) -> None:
    with pytest.raises(InvalidTransition):
        rules.move(now, then)


@pytest.mark.parametrize(("now", "then"), list(product(CHANGES, CHANGES)))
def test_a_change_is_decided_once_and_what_is_decided_is_over(now: ChangeStatus, then: ChangeStatus) -> None:
    if then in CHANGE_MOVES[now]:
        is_late_money = (now, then) == (ChangeStatus.EXPIRED, ChangeStatus.ACCEPTED)
        assert now in (ChangeStatus.ASKED, ChangeStatus.AWAITING_PAYMENT) or is_late_money
        assert rules.move_change(now, then) == then
    else:
        with pytest.raises(InvalidTransition):
            rules.move_change(now, then)


@pytest.mark.parametrize("then", CHANGES)
def test_nobody_answers_a_change_whose_time_is_over(then: ChangeStatus) -> None:
    with pytest.raises(InvalidTransition):
        rules.answer_change(ChangeStatus.EXPIRED, then)
    if then in CHANGE_MOVES[ChangeStatus.ASKED]:
        assert rules.answer_change(ChangeStatus.ASKED, then) == then


def test_every_stored_state_of_a_change_stands_in_its_table() -> None:
    assert [status.value for status in CHANGE_MOVES] == known(ChangeStatus)


@pytest.mark.parametrize(
    ("check_in", "check_out", "extra"),
    [
        (10, 14, []),
        (11, 13, []),
        (10, 16, [(14, 16)]),
        (8, 14, [(8, 10)]),
        (8, 16, [(8, 10), (14, 16)]),
        (12, 16, [(14, 16)]),
        (14, 16, [(14, 16)]),
        (20, 22, [(20, 22)]),
        (6, 10, [(6, 10)]),
    ],
)
def test_only_the_nights_that_are_not_booked_already_are_asked_for(
    check_in: int, check_out: int, extra: list[tuple[int, int]]
) -> None:
    def june(day: int) -> date:
        return date(2030, 6, day)

    found = rules.extra_nights(
        Stay(check_in=june(10), check_out=june(14)), Stay(check_in=june(check_in), check_out=june(check_out))
    )
    assert found == [Period(start=june(start), end=june(end)) for start, end in extra]


def test_a_reference_has_eight_letters_nobody_confuses() -> None:
    found = {rules.new_reference() for _ in range(500)}
    assert len(found) == 500
    assert {len(reference) for reference in found} == {8}
    assert set("".join(found)) == set(rules.REFERENCE_LETTERS)
    assert not set(rules.REFERENCE_LETTERS) & set("01OILU")


def test_every_refusal_names_a_field_and_a_reason() -> None:
    limits = StayLimits(min_nights=2, max_nights=3, sleeps=2, advance_notice_days=1, booking_window_days=9)
    found = rules.to_problems([Refusal(reason) for reason in known(Refusal)], limits, date(2030, 6, 1))
    assert {problem.field for problem in found} == {"check_in", "check_out", "guests"}
    assert all(problem.reason and "None" not in problem.reason for problem in found)


@pytest.mark.parametrize("status", STATES)
@pytest.mark.parametrize("act", Act)
def test_whoever_may_not_act_is_told_how_it_stands(act: Act, status: BookingStatus) -> None:
    assert rules.why_not_now(act, status).endswith(".")


@pytest.mark.parametrize(("table", "model"), [(BookingTable, BookingRead), (QuoteTable, Quote)])
def test_the_tables_hold_what_the_models_show(table: type, model: type) -> None:
    """Same names and the same may-be-missing; what a model composes (home, total, names) is listed here."""
    columns = table.__table__.columns  # type: ignore[attr-defined]
    fields = model.model_fields  # type: ignore[attr-defined]
    composed = {
        "home",
        "total",
        "cancellation",
        "refund",
        "tenant_name",
        "landlord_name",
        "change",
        "history",
        "instant_book",
        "payment_status",
        "paid",
        "months",
    }
    assert set(fields) - composed <= set(columns.keys())
    for name in set(fields) - composed:
        optional = type(None) in getattr(fields[name].annotation, "__args__", ())
        assert columns[name].nullable == optional, name
    assert isinstance(columns["total_minor"].type, BigInteger)
