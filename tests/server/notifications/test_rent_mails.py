"""Months: the tenant hears in time of one that is not paid, the landlord of one that is overdue, or paid."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

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
from tests.conftest import Api, MakePerson, MakeProperty, Person
from tests.mailbox import Mailbox, queued
from tests.server.paying import Checkout, checkout, hear_of
from tests.server.stays import MakeBooking, rows

__all__ = ["checkout"]
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


@pytest.mark.usefixtures("at_noon")
async def test_who_lets_a_home_is_told_once_of_a_month_that_is_paid_and_who_paid_it_gets_the_receipt(
    mailbox: Mailbox, checkout: Checkout, api: Api, a_person: MakePerson, a_property: MakeProperty, a_hold: MakeBooking
) -> None:
    tenant, landlord = await a_person(name="Isla"), await a_person(Role.LANDLORD, name="Morag")
    home = await a_property(landlord, title="The flat", let_type="monthly", price_minor=100_000)
    held = await a_hold(tenant, home, check_in=10, check_out=41)
    path = f"/bookings/{held['id']}"
    booking = (await api.as_(tenant).post(f"{path}/confirm")).json()
    month = f"{path}/months/1/payment"
    assert (await api.as_(tenant).post(month)).status_code == 202
    await checkout.work()
    await checkout.press_pay((await api.as_(tenant).get(month)).json()["page_url"])
    for _ in range(2):  # who comes back twice from the page has paid once
        assert (await api.as_(tenant).post(f"{month}/check")).status_code == 202
        await checkout.work()

    (subject,) = [each for each in await mailbox.subjects(landlord.email) if "paid" in each]
    assert subject == "Isla paid £1,000.00 for The flat"
    (mail_to_landlord,) = [each for each in await mailbox.of(landlord.email) if each["subject"] == subject]
    assert f"/app/landlord/stays/{booking['id']}" in mail_to_landlord["text"]
    (receipt,) = [each for each in await mailbox.of(tenant.email) if "paid" in each["subject"]]
    assert receipt["subject"] == "You paid £1,000.00 for The flat"
    assert re.search(r"/app/account/payments/[0-9a-f-]{36}", receipt["text"])

    (news,) = [each for each in await notes(api, landlord) if each["kind"] == "rent_paid"]
    assert (news["stay"]["rent"]["number"], news["stay"]["rent"]["due"]) == (1, booking["check_in"])
    assert news["stay"]["rent"]["amount"] == {"amount_minor": 100_000, "currency": "GBP"}
    assert [each["kind"] for each in await notes(api, tenant) if each["kind"].startswith(("rent", "payment"))] == [
        "payment_made"
    ]
    german = mail("rent_paid", StayFacts.model_validate(news["stay"]), Language.GERMAN)
    assert german.subject == "Isla hat 1.000,00 £ für The flat bezahlt"


async def notes(api: Api, person: Person) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await api.as_(person).get("/notifications")).json()["items"]
    return found
