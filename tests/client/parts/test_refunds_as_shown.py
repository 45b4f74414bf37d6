"""What is shown is what is paid: the words of a screen, the same sum in a client, and what the server writes down."""

import re
from datetime import UTC, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest
import time_machine
from hypothesis import assume, given, settings

from client.core.language import money
from client.parts.refund_words import cancel_now_words, now_words, then_words
from server.bookings.service.terms import columns_of, refund_due
from server.bookings.tables import BookingTable
from server.properties.service.door import Home
from shared_models.bookings import BookingRead, BookingSide, BookingStatus, PaymentWay
from shared_models.cancellation import CancelledStay, ahead, refund_at
from shared_models.prices import total_of
from tests.shared_models import refund_oracle
from tests.shared_models.refund_cases import cases

ID = UUID(int=7)


def as_stored(booked: CancelledStay) -> BookingTable:
    """The row of such a stay."""
    total = total_of(booked.lines)
    return BookingTable(
        reference="ABCD2345",
        quote_id=ID,
        property_id=ID,
        tenant_id=ID,
        landlord_id=UUID(int=8),
        status=BookingStatus.CONFIRMED.value,
        check_in=booked.stay.check_in,
        check_out=booked.stay.check_out,
        guests=1,
        lines=[line.model_dump(mode="json") for line in booked.lines],
        total_minor=total.amount_minor,
        currency=total.currency.value,
        payment=PaymentWay.CARD.value,
        confirmed_at=booked.confirmed_at,
        **columns_of(booked.terms),
    )


def as_sent(booked: CancelledStay) -> BookingRead:
    """The booking as it comes over the wire."""
    told: dict[str, Any] = {
        "id": str(ID),
        "reference": "ABCD2345",
        "status": "confirmed",
        "home": {"id": str(ID), "slug": "a", "title": "A", "city": "Leith", "neighbourhood": None}
        | {"zone": booked.zone, "check_in_from": "09:59", "check_out_by": None},
        "check_in": booked.stay.check_in.isoformat(),
        "check_out": booked.stay.check_out.isoformat(),
        "guests": 1,
        "lines": [line.model_dump(mode="json") for line in booked.lines],
        "total": total_of(booked.lines).model_dump(mode="json"),
        "payment": "card",
        "cancellation": booked.terms.model_dump(mode="json"),
        "tenant_name": "Isla",
        "landlord_name": "Morag",
        "hold_expires_at": None,
        "created_at": "2026-01-01T00:00:00Z",
        "confirmed_at": None if booked.confirmed_at is None else booked.confirmed_at.isoformat(),
    }
    return BookingRead.model_validate(told)


def is_shown_as_paid(booked: CancelledStay, moment: datetime) -> None:
    """The screen, the client's sum, the server's, and a slow count of nights agree."""
    sent, home = as_sent(booked), cast(Home, SimpleNamespace(zone=booked.zone))
    stored = refund_due(as_stored(booked), home, BookingSide.TENANT, moment)
    assert stored is not None
    assert stored.total.amount_minor == refund_oracle.refund_minor(booked, moment)
    theirs = CancelledStay.of(sent)
    assert refund_at(theirs, moment) == stored
    steps = ahead(theirs, moment)
    if not steps:
        return
    assert steps[0].refund == stored.total
    with time_machine.travel(moment, tick=False):
        shown, then, asked = (
            now_words(theirs, moment),
            then_words(theirs, moment),
            cancel_now_words(sent, BookingSide.TENANT, moment),
        )
    assert asked.startswith(f"{money(stored.total)} of {money(total_of(booked.lines))} goes back to you.")
    assert (money(stored.total) if stored.total.amount_minor else "Nothing") in shown
    if len(steps) > 1:
        assert (steps[0].until, steps[1].refund) == (stored.drops_at, stored.drops_to)
        assert (money(steps[1].refund) if steps[1].refund.amount_minor else "nothing") in then
        assert re.search(r"From .*\d\d:\d\d [A-Z+\-\d:]+ on it is", asked)
    else:
        assert then == ""


@settings(max_examples=200, deadline=None)
@given(cases())
def test_what_is_shown_is_what_is_paid(case: tuple[CancelledStay, datetime]) -> None:
    is_shown_as_paid(*case)


@pytest.mark.prove
@settings(max_examples=10_000, deadline=None)
@given(cases())
def test_what_is_shown_ten_thousand_times_is_what_is_paid(case: tuple[CancelledStay, datetime]) -> None:
    is_shown_as_paid(*case)


@settings(max_examples=100, deadline=None)
@given(cases())
def test_a_landlord_is_told_that_everything_goes_back(case: tuple[CancelledStay, datetime]) -> None:
    booked, moment = case
    assume(moment < datetime(2030, 1, 1, tzinfo=UTC))
    due = refund_due(as_stored(booked), cast(Home, SimpleNamespace(zone=booked.zone)), BookingSide.LANDLORD, moment)
    total = money(total_of(booked.lines))
    assert due is not None
    assert cancel_now_words(as_sent(booked), BookingSide.LANDLORD, moment) == f"{total} of {total} goes back to Isla."
    assert due.total == total_of(booked.lines)


def test_the_hour_that_was_agreed_counts_and_not_the_one_of_today() -> None:
    """The home says 09:59 by now; its tenant booked with check-in at 15:00."""
    from tests.shared_models.test_cancellation import FLEXIBLE, at, booked

    stay = booked(FLEXIBLE)
    assert CancelledStay.of(as_sent(stay)).check_in == at("2026-06-10")
    assert stay.terms.check_in_hour == time(15)
    assert at("2026-06-10") - timedelta(days=1) == refund_at(stay, at("2026-01-01")).drops_at
