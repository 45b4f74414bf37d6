"""What a booking decides by itself."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import product

import pytest
from sqlalchemy import BigInteger

from server.bookings import rules
from server.bookings.tables import BookingTable, QuoteTable
from server.core.errors import WrongMove
from shared_models.base import known
from shared_models.bookings import MOVES, BookingRead, BookingStatus, Quote, Refusal

STATES = [status for status in BookingStatus if status != BookingStatus.UNKNOWN]
NOON = datetime(2030, 6, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(("now", "then"), list(product(STATES, STATES)))
def test_a_booking_moves_only_as_the_shared_table_says(now: BookingStatus, then: BookingStatus) -> None:
    if then in MOVES[now]:
        assert rules.move(now, then) == then
    else:
        with pytest.raises(WrongMove):
            rules.move(now, then)


def test_every_stored_state_stands_in_the_table_and_none_leads_to_the_unknown() -> None:
    assert [status.value for status in MOVES] == known(BookingStatus)
    assert BookingStatus.UNKNOWN not in frozenset[BookingStatus]().union(*MOVES.values())


@pytest.mark.parametrize(("now", "then"), [(status, BookingStatus.UNKNOWN) for status in BookingStatus])
def test_nothing_becomes_unknown(now: BookingStatus, then: BookingStatus) -> None:
    with pytest.raises(WrongMove):
        rules.move(now, then)


@pytest.mark.parametrize(
    ("stored", "seconds", "shown"),
    [
        (BookingStatus.HELD, 1, BookingStatus.HELD),
        (BookingStatus.HELD, 0, BookingStatus.EXPIRED),
        (BookingStatus.REQUESTED, -1, BookingStatus.EXPIRED),
        (BookingStatus.CONFIRMED, None, BookingStatus.CONFIRMED),
        (BookingStatus.CANCELLED, None, BookingStatus.CANCELLED),
    ],
)
def test_a_hold_is_over_to_the_second(stored: BookingStatus, seconds: int | None, shown: BookingStatus) -> None:
    until = None if seconds is None else NOON + timedelta(seconds=seconds)
    assert rules.status_at(stored, until, NOON) == shown


@pytest.mark.parametrize(
    ("check_out", "zone", "instant"),
    [
        (None, "Europe/London", "2030-07-01T11:00:00+00:00"),  # noon, summer time
        (time(10), "Europe/London", "2030-07-01T09:00:00+00:00"),
        (time(10), "Pacific/Honolulu", "2030-07-01T20:00:00+00:00"),
        (time(10), "Pacific/Kiritimati", "2030-06-30T20:00:00+00:00"),
    ],
)
def test_a_stay_is_over_at_the_homes_own_time_to_leave(check_out: time | None, zone: str, instant: str) -> None:
    end = datetime.fromisoformat(instant)
    assert rules.is_over(date(2030, 7, 1), check_out, zone, end)
    assert not rules.is_over(date(2030, 7, 1), check_out, zone, end - timedelta(seconds=1))


def test_a_reference_has_eight_letters_nobody_confuses() -> None:
    found = {rules.new_reference() for _ in range(500)}
    assert len(found) == 500
    assert {len(reference) for reference in found} == {8}
    assert set("".join(found)) == set(rules.REFERENCE_LETTERS)
    assert not set(rules.REFERENCE_LETTERS) & set("01OILU")


def test_every_refusal_has_words() -> None:
    assert {reason.value for reason in rules._WORDS} == set(known(Refusal))


@pytest.mark.parametrize(("table", "model"), [(BookingTable, BookingRead), (QuoteTable, Quote)])
def test_the_tables_hold_what_the_models_show(table: type, model: type) -> None:
    """Same names and the same may-be-missing; what a model composes (home, total, names) is listed here."""
    columns = table.__table__.columns  # type: ignore[attr-defined]
    fields = model.model_fields  # type: ignore[attr-defined]
    composed = {"home", "total", "tenant_name", "landlord_name"}
    assert set(fields) - composed <= set(columns.keys())
    for name in set(fields) - composed:
        optional = type(None) in getattr(fields[name].annotation, "__args__", ())
        assert columns[name].nullable == optional, name
    assert isinstance(columns["total_minor"].type, BigInteger)
