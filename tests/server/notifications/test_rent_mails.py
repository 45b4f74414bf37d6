"""Months that are not paid: the tenant hears in time, the landlord when one is overdue, nobody of what was paid."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from server.core import jobs
from server.core.database import Database
from server.notifications.rules import emails
from server.payments.service.door import Subject
from shared_models.auth import Role
from shared_models.bookings import BookingSide
from shared_models.languages import Language
from shared_models.notifications import NotificationKind, StayFacts
from tests.conftest import Api, MakePerson, MakeProperty
from tests.mailbox import queued
from tests.server.paying import hear_of
from tests.server.stays import MakeBooking, rows

NOW = datetime(2030, 1, 10, 12, tzinfo=UTC)
Told = list[tuple[str, StayFacts]]


@pytest.fixture
async def booking_id(api: Api, a_person: MakePerson, a_property: MakeProperty, a_booking: MakeBooking) -> str:
    """A stay by the month from 20 January, agreed."""
    with time_machine.travel(NOW):
        tenant, landlord = await a_person(name="Isla"), await a_person(Role.LANDLORD, name="Morag")
        home = await a_property(landlord, title="The flat", let_type="monthly", price_minor=100_000)
        booking = await a_booking(tenant, home, check_in=10, check_out=41)
        assert (await api.as_(tenant).post(f"/bookings/{booking['id']}/months/1/payment")).status_code == 202
        found: str = booking["id"]
        return found


async def reminded(database: Database, at: datetime) -> None:
    with time_machine.travel(at):
        await jobs.run_now(database, "bookings.remind_of_rent", {})


async def told(database: Database, event: str) -> Told:
    """What the notifications of the latest such event say."""
    payload = (await queued(database, f"notifications.{event}"))[-1]
    await jobs.run_now(database, f"notifications.{event}", payload)
    found = await rows(database, "SELECT kind, stay FROM notification WHERE kind LIKE 'rent_%' ORDER BY id")
    return [(row.kind, StayFacts.model_validate(row.stay)) for row in found]


def mail(kind: str, stay: StayFacts, language: Language = Language.ENGLISH) -> emails.Email:
    return emails.write(NotificationKind(kind), language, id_="1", to="a@b.example", link="/", stay=stay, moment=NOW)


@pytest.mark.parametrize(
    ("days", "event", "subject", "sides"),
    [
        (-3, "RentComing", "Your next month at The flat begins soon: £1,000.00", [BookingSide.TENANT]),
        (0, "RentDue", "£1,000.00 for The flat is due today", [BookingSide.TENANT]),
        (3, "RentOverdue", "£1,000.00 for The flat is overdue", [BookingSide.TENANT, BookingSide.LANDLORD]),
    ],
)
async def test_who_is_reminded_reads_what_is_due_when(
    database: Database, booking_id: str, days: int, event: str, subject: str, sides: list[BookingSide]
) -> None:
    await reminded(database, datetime(2030, 1, 20, 12, tzinfo=UTC) + timedelta(days=days))
    found = await told(database, event)
    assert [stay.side for _, stay in found] == sides
    for kind, stay in found:
        assert str(stay.booking_id) == booking_id
        assert mail(kind, stay).subject == subject
        assert "Sunday, 20 January 2030" in mail(kind, stay).text
        assert "20. Januar 2030" in mail(kind, stay, Language.GERMAN).text
        assert "1.000,00" in mail(kind, stay, Language.GERMAN).subject


async def test_nobody_is_reminded_of_what_was_paid_before_they_are_told(database: Database, booking_id: str) -> None:
    await reminded(database, datetime(2030, 1, 23, 12, tzinfo=UTC))
    ((month_id,),) = await rows(database, "SELECT id FROM rent_month WHERE booking_id = :id", id=booking_id)
    await hear_of(database, Subject("rent_month", month_id))
    assert await told(database, "RentOverdue") == []


async def test_the_agreement_says_how_it_is_paid(database: Database, booking_id: str) -> None:
    (payload,) = await queued(database, "notifications.BookingConfirmed")
    await jobs.run_now(database, "notifications.BookingConfirmed", payload)
    found = await rows(database, "SELECT kind, stay FROM notification ORDER BY id")
    texts = [mail(row.kind, StayFacts.model_validate(row.stay)).text for row in found]
    assert ["month by month" in text for text in texts] == [True, True]
    assert not any("arrival" in text or "goes back" in text for text in texts)
