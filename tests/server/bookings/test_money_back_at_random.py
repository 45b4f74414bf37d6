"""Whatever was agreed, paid and given back before, whenever it is cancelled: what the clock shows is what goes back.

Each case runs on the real PostgreSQL in a transaction that is rolled back, with every deferred rule of the books asked.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from fractions import Fraction
from uuid import UUID

import pytest
import time_machine
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings.service import endings, refunding
from server.bookings.service.parts import as_held, parts_from, parts_of_lines
from server.bookings.tables import BookingTable, QuoteTable
from server.calendars.service import door as calendars
from server.core.database import Database
from server.core.ids import new_id
from server.payments.service import door as payments
from server.payments.service.door import Subject
from shared_models.auth import Role
from shared_models.booking_steps import last_night_over
from shared_models.bookings import BookingSide
from shared_models.calendars import ClaimKind, Period
from shared_models.cancellation import CancelledStay, refund_at
from shared_models.prices import LineKind, PriceRule, PriceRuleKind, total_of
from tests.client.parts.test_refunds_as_shown import as_stored
from tests.conftest import MakePerson, MakeProperty, Person
from tests.server.bookings.paid import captured, in_shares
from tests.shared_models.refund_cases import cases

SECOND = timedelta(seconds=1)
TAX = (PriceRule(kind=PriceRuleKind.TOURIST_TAX, tax="edinburgh"),)


class RolledBack(Exception):
    """Nothing of a case stays."""


@pytest.fixture
async def parties(a_person: MakePerson, a_property: MakeProperty) -> tuple[Person, Person, UUID]:
    """A tenant, a landlord, and a home."""
    tenant, landlord = await a_person(), await a_person(Role.LANDLORD)
    return tenant, landlord, await a_property(landlord)


def taxed(booked: CancelledStay) -> CancelledStay:
    """The same stay, with the authority of its tourist tax."""
    lines = [
        line.model_copy(update={"rules": TAX}) if line.kind is LineKind.TOURIST_TAX else line for line in booked.lines
    ]
    return CancelledStay(booked.terms, booked.stay, booked.zone, lines, booked.confirmed_at)


async def a_stay(session: AsyncSession, booked: CancelledStay, parties: tuple[Person, Person, UUID]) -> BookingTable:
    """Such a stay, agreed, with its nights."""
    tenant, landlord, home = parties
    await session.execute(text("UPDATE property SET zone = :zone WHERE id = :id"), {"zone": booked.zone, "id": home})
    row = as_stored(booked)
    quote = QuoteTable(
        id=new_id(),
        tenant_id=tenant.id,
        property_id=home,
        rules_version=1,
        expires_at=row.created_at,
        **row.model_dump(
            include={"check_in", "check_out", "guests", "lines", "total_minor", "currency", "payment"}
            | {"cancellation_policy", "cancellation_tiers", "check_in_hour"}
        ),
    )
    session.add(quote)
    await session.flush()
    row.quote_id, row.property_id, row.tenant_id, row.landlord_id = quote.id, home, tenant.id, landlord.id
    row.instant_book = True
    session.add(row)
    await session.flush()
    await calendars.lock(session, [home])
    nights = Period(start=row.check_in, end=row.check_out)
    await calendars.claim(session, home, nights, ClaimKind.BOOKING, row.id)
    return row


async def is_given_back(
    session: AsyncSession,
    parties: tuple[Person, Person, UUID],
    case: tuple[CancelledStay, datetime],
    shares: list[int],
    before: Fraction,
    side: BookingSide,
) -> None:
    """Pays, gives some of it back, cancels twice, and looks."""
    booked, moment = case
    row = await a_stay(session, booked, parties)
    whole, subject = parts_of_lines(booked.lines), Subject("booking", row.id)
    paid = [await captured(session, subject, row.tenant_id, share) for share in in_shares(whole, shares)]
    goodwill = as_held(parts_from({"": int(before * row.total_minor)}, whole.stay.currency), whole)
    await payments.refund(session, paid, goodwill)
    given = goodwill.total.amount_minor
    who = parties[0] if side is BookingSide.TENANT else parties[1]
    for _ in range(2):
        told = await endings.cancel(session, who.identity, row.id, "Ill")
        held = refunding.held_of(await refunding.payments_of(session, row), whole.stay.currency)
        assert told.refund == refund_at(booked, moment, side).total
        assert row.total_minor - held.total.amount_minor == max(given, told.refund.amount_minor)
    if side is BookingSide.TENANT:
        _is_as_shown(booked, moment, told.refund.amount_minor)
    await session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def _is_as_shown(booked: CancelledStay, moment: datetime, back: int) -> None:
    """What was shown a second before, unless the very next thing it said has come."""
    shown = refund_at(booked, moment - SECOND)
    has_dropped = shown.drops_at is not None and shown.drops_at <= moment
    assert back <= shown.total.amount_minor
    assert has_dropped or back == shown.total.amount_minor


async def _run(
    database: Database,
    parties: tuple[Person, Person, UUID],
    case: tuple[CancelledStay, datetime],
    shares: list[int],
    before: Fraction,
    side: BookingSide,
) -> None:
    booked, moment = taxed(case[0]), case[1]
    assume(moment < last_night_over(booked.stay.check_out, booked.zone))
    assume(total_of(booked.lines).amount_minor > 0)
    with time_machine.travel(moment, tick=False), suppress(RolledBack):
        async with database.transaction() as session:
            await is_given_back(session, parties, (booked, moment), shares, before, side)
            raise RolledBack


some_shares = st.lists(st.integers(1, 5), min_size=1, max_size=3)
some_before = st.sampled_from([Fraction(0), Fraction(0), Fraction(1, 3), Fraction(1)])
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much]


@settings(max_examples=25, deadline=None, suppress_health_check=QUIET)
@given(cases(), some_shares, some_before, st.sampled_from([BookingSide.TENANT, BookingSide.LANDLORD]))
async def test_what_the_clock_shows_goes_back(
    database: Database,
    parties: tuple[Person, Person, UUID],
    case: tuple[CancelledStay, datetime],
    shares: list[int],
    before: Fraction,
    side: BookingSide,
) -> None:
    await _run(database, parties, case, shares, before, side)


@pytest.mark.prove
@settings(max_examples=600, deadline=None, suppress_health_check=QUIET)
@given(cases(), some_shares, some_before, st.sampled_from([BookingSide.TENANT, BookingSide.LANDLORD]))
async def test_six_hundred_times_what_the_clock_shows_goes_back(
    database: Database,
    parties: tuple[Person, Person, UUID],
    case: tuple[CancelledStay, datetime],
    shares: list[int],
    before: Fraction,
    side: BookingSide,
) -> None:
    await _run(database, parties, case, shares, before, side)
