"""What happens is told by mail: to whom, once, whatever happens to the jobs. Read over HTTP in the sandbox's inbox."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from pydantic import SecretStr
from sqlalchemy import text

from client import paths
from server.core import clock, jobs
from server.core.attempts import GivenUp
from server.core.database import Database
from server.core.events import publish
from server.core.retries import RetryAt
from server.core.settings import Settings
from server.notifications import gateway
from server.notifications.service import SEND_MAIL
from shared_models.auth import Role
from tests.conftest import PASSWORD, Api, MakePerson, MakeProperty, Person
from tests.mailbox import Mailbox, RunJobs, queued
from tests.server.stays import MakeBooking, rows

pytestmark = pytest.mark.usefixtures("at_noon")


async def mails(database: Database) -> list[tuple[str, int]]:
    return [tuple(row) for row in await rows(database, "SELECT status, attempts FROM outgoing_call ORDER BY 1")]


async def a_mail(api: Api, database: Database, a_person: MakePerson) -> tuple[str, dict[str, Any]]:
    """Someone who asked for a link, and the arguments of the job that mails it."""
    person = await a_person(verified=False)
    assert (await api.as_(person).post("/auth/verify-email/send")).status_code == 202
    (told,) = await queued(database, "notifications.VerificationAsked")
    await jobs.run_now(database, "notifications.VerificationAsked", told)
    (sending,) = await queued(database, SEND_MAIL)
    return person.email, sending


async def agreed_mail(mailbox: Mailbox, tenant: Person, begins: str) -> dict[str, Any]:
    """The mail that says that a stay is agreed; that it was paid is said by another."""
    told = {mail["subject"].startswith(begins): mail for mail in await mailbox.of(tenant.email)}
    assert set(told) == {False, True}
    return told[True]


async def test_a_booking_is_told_to_both_sides_with_times_of_the_home_and_a_way_in(
    mailbox: Mailbox,
    run_jobs: RunJobs,
    settings: Settings,
    a_person: MakePerson,
    a_property: MakeProperty,
    a_booking: MakeBooking,
) -> None:
    landlord, tenant = await a_person(Role.LANDLORD, name="Morag"), await a_person(name="Tom")
    home = await a_property(landlord, title="Attic & Co", zone="Pacific/Auckland")
    booking = await a_booking(tenant, home)
    await run_jobs()
    to_tenant, (to_landlord,) = await agreed_mail(mailbox, tenant, "Your stay"), await mailbox.of(landlord.email)
    assert to_tenant["subject"] == "Your stay at Attic & Co is agreed"
    assert to_landlord["subject"] == "Tom has booked Attic & Co"
    assert "let by Morag" in to_tenant["text"]
    assert booking["reference"] in to_tenant["text"]
    assert f"{settings.public_origin}/app{paths.trip(booking['id'])}" in to_tenant["text"]
    assert await mailbox.link(landlord.email) == f"{settings.public_origin}/app{paths.landlord_stay(booking['id'])}"
    assert "Attic &amp; Co" in to_tenant["html"]


async def test_a_hold_that_is_let_go_is_nobodys_news(
    api: Api,
    mailbox: Mailbox,
    run_jobs: RunJobs,
    a_person: MakePerson,
    a_property: MakeProperty,
    a_hold: MakeBooking,
) -> None:
    landlord, tenant = await a_person(Role.LANDLORD), await a_person()
    held = await a_hold(tenant, await a_property(landlord))
    await api.as_(tenant).post(f"/bookings/{held['id']}/release")
    await run_jobs()
    assert [await mailbox.of(person.email) for person in (landlord, tenant)] == [[], []]


async def test_a_hold_that_ran_out_is_told_in_the_app_alone(
    api: Api,
    database: Database,
    mailbox: Mailbox,
    run_jobs: RunJobs,
    a_person: MakePerson,
    a_property: MakeProperty,
    a_hold: MakeBooking,
) -> None:
    tenant = await a_person()
    await a_hold(tenant, await a_property())
    with time_machine.travel(clock.now() + timedelta(minutes=16)):
        await jobs.run_now(database, "calendars.remove_lapsed", {})
        await run_jobs()
        told = (await api.as_(tenant).post("/auth/refresh", {"refresh_token": tenant.refresh_token})).json()
        headers = {"Authorization": f"Bearer {told['access_token']}"}
        found = (await api.get("/notifications", headers=headers)).json()["items"]
    assert [item["kind"] for item in found] == ["hold_ran_out"]
    assert await mailbox.of(tenant.email) == []


async def test_a_job_that_runs_twice_sends_one_mail(
    api: Api, database: Database, settings: Settings, mailbox: Mailbox, a_person: MakePerson
) -> None:
    email, sending = await a_mail(api, database, a_person)
    for _ in range(2):
        await jobs.run_now(database, SEND_MAIL, sending, settings)
    assert len(await mailbox.of(email)) == 1
    assert await mails(database) == [("done", 1)]


async def test_a_listener_that_runs_twice_tells_once(
    api: Api, database: Database, mailbox: Mailbox, run_jobs: RunJobs, a_person: MakePerson
) -> None:
    person = await a_person(verified=False)
    await api.as_(person).post("/auth/verify-email/send")
    (told,) = await queued(database, "notifications.VerificationAsked")
    for _ in range(2):
        await jobs.run_now(database, "notifications.VerificationAsked", told)
    await run_jobs()
    assert len(await mailbox.of(person.email)) == 1


async def test_a_listener_that_dies_midway_leaves_nothing_and_tells_once_afterwards(
    api: Api,
    database: Database,
    mailbox: Mailbox,
    run_jobs: RunJobs,
    a_person: MakePerson,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    person = await a_person(verified=False)
    await api.as_(person).post("/auth/verify-email/send")
    (told,) = await queued(database, "notifications.VerificationAsked")
    defer = jobs.defer

    async def die(*_: Any, **__: Any) -> None:
        raise InterruptedError("killed")

    monkeypatch.setattr(jobs, "defer", die)  # after the row was written, before the mail was put in the queue
    with pytest.raises(InterruptedError):
        await jobs.run_now(database, "notifications.VerificationAsked", told)
    monkeypatch.setattr(jobs, "defer", defer)
    assert await rows(database, "SELECT 1 FROM notification") == []
    await run_jobs()
    assert len(await mailbox.of(person.email)) == 1


async def test_a_sender_that_dies_is_followed_by_another_whose_mail_the_mailbox_knows_by_its_id(
    api: Api, database: Database, settings: Settings, mailbox: Mailbox, a_person: MakePerson
) -> None:
    email, sending = await a_mail(api, database, a_person)
    await jobs.run_now(database, SEND_MAIL, sending, settings)
    async with database.transaction() as session:  # as if it had died before it could say that it sent the mail
        await session.execute(text("UPDATE outgoing_call SET status = 'calling'"))
    with pytest.raises(RetryAt) as later:
        await jobs.run_now(database, SEND_MAIL, sending, settings)
    with time_machine.travel(later.value.moment):
        await jobs.run_now(database, SEND_MAIL, sending, settings)
    assert await mails(database) == [("done", 2)]
    assert len(await mailbox.of(email)) == 1


async def test_a_mailbox_out_of_reach_is_tried_again_ever_later_and_given_up_after_two_days(
    api: Api, database: Database, settings: Settings, a_person: MakePerson
) -> None:
    _, sending = await a_mail(api, database, a_person)
    settings.sandbox_url, began = "http://127.0.0.1:1", clock.now()
    waits: list[timedelta] = []
    with time_machine.travel(began, tick=False) as time:
        while True:
            try:
                await jobs.run_now(database, SEND_MAIL, sending, settings)
            except RetryAt as later:
                waits.append(later.moment - clock.now())
                time.move_to(later.moment)
            except GivenUp as problem:
                assert problem.error == "NotReached"  # noqa: PT017
                break
        assert clock.now() - began == timedelta(hours=48)
    assert timedelta(seconds=15) <= waits[0] <= timedelta(seconds=30)
    assert timedelta(minutes=15) <= max(waits) <= timedelta(minutes=30)
    assert await mails(database) == [("failed", len(waits) + 1)]


async def test_a_mail_that_is_refused_is_not_tried_again(
    api: Api, database: Database, settings: Settings, a_person: MakePerson
) -> None:
    async def no(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"554 not wanted here\r\n")
        writer.close()

    _, sending = await a_mail(api, database, a_person)
    async with await asyncio.start_server(no, "127.0.0.1", 0) as server:
        settings.smtp_url = SecretStr(f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        with pytest.raises(gateway.Refused):
            await jobs.run_now(database, SEND_MAIL, sending, settings)
    assert [tuple(row) for row in await rows(database, "SELECT status, attempts, error FROM outgoing_call")] == [
        ("failed", 1, "Refused")
    ]


async def test_who_left_meanwhile_gets_no_mail(
    api: Api, database: Database, settings: Settings, mailbox: Mailbox, a_person: MakePerson
) -> None:
    person = await a_person(verified=False)
    await api.as_(person).post("/auth/verify-email/send")
    (told,) = await queued(database, "notifications.VerificationAsked")
    await jobs.run_now(database, "notifications.VerificationAsked", told)
    (sending,) = await queued(database, SEND_MAIL)
    assert (await api.as_(person).post("/auth/close", {"password": PASSWORD})).status_code == 204
    await jobs.run_now(database, SEND_MAIL, sending, settings)
    await jobs.run_now(database, "notifications.VerificationAsked", told)
    assert await mailbox.of(person.email) == []
    assert await mails(database) == []


async def test_the_copy_of_what_is_kept_says_how_each_mail_went_out(
    api: Api, mailbox: Mailbox, run_jobs: RunJobs, a_person: MakePerson
) -> None:
    person, other = await a_person(verified=False), await a_person(verified=False)
    for someone in (person, other):
        await api.as_(someone).post("/auth/verify-email/send")
    await run_jobs()
    kept = (await api.as_(person).get("/users/me/kept")).json()["sections"]
    assert [mail["status"] for mail in kept["mails"]] == ["done"]
    assert [mail["notification_id"] for mail in kept["mails"]] == [told["id"] for told in kept["notifications"]]


async def test_an_address_from_before_signs_in_and_gets_no_mail(
    api: Api, mailbox: Mailbox, run_jobs: RunJobs, database: Database, a_person: MakePerson
) -> None:
    person = await a_person()
    address = f"x,{person.email}"
    async with database.transaction() as session:
        await session.execute(text("UPDATE identity SET email = :email"), {"email": address})
    signed = await api.post("/auth/sign-in", {"email": address.upper(), "password": PASSWORD})
    assert signed.status_code == 200
    assert (await api.post("/auth/forgot-password", {"email": address})).status_code == 202
    await run_jobs()
    assert await mailbox.of(person.email) == await mailbox.of(address) == []
    assert await mails(database) == [("failed", 1)]


async def test_an_email_that_was_proved_meanwhile_is_not_asked_for_again(
    api: Api, database: Database, settings: Settings, mailbox: Mailbox, run_jobs: RunJobs, a_person: MakePerson
) -> None:
    person = await a_person(verified=False)
    await api.as_(person).post("/auth/verify-email/send")
    await run_jobs()
    await api.as_(person).post("/auth/verify-email/send")
    await api.post("/auth/verify-email", {"token": await mailbox.token(person.email)})
    await run_jobs()
    assert len(await mailbox.of(person.email)) == 1
    assert await mails(database) == [("done", 1), ("dropped", 0)]


async def test_no_token_lies_in_the_database_or_the_queue(
    api: Api, database: Database, mailbox: Mailbox, run_jobs: RunJobs, a_person: MakePerson
) -> None:
    person = await a_person()
    await api.post("/auth/forgot-password", {"email": person.email})
    await run_jobs()
    token = await mailbox.token(person.email)
    for table in ("mail_link", "notification", "outgoing_call", "procrastinate_jobs"):
        assert token not in str(await rows(database, f"SELECT * FROM {table}"))


async def test_an_event_is_told_to_each_person_once_even_when_published_again(
    database: Database, mailbox: Mailbox, run_jobs: RunJobs, a_person: MakePerson
) -> None:
    from server.auth.events import PasswordChanged

    person = await a_person()
    changed = PasswordChanged(identity_id=person.id)
    for _ in range(2):
        async with database.transaction() as session:
            await publish(session, changed)
    await run_jobs()
    assert await mailbox.subjects(person.email) == ["Your password for EstoSpaces was changed"]


async def test_everyone_reads_mail_in_the_language_they_chose(
    api: Api,
    mailbox: Mailbox,
    run_jobs: RunJobs,
    a_person: MakePerson,
    a_property: MakeProperty,
    a_booking: MakeBooking,
) -> None:
    landlord, tenant = await a_person(Role.LANDLORD, name="Morag"), await a_person(name="Jonas")
    await api.as_(tenant).patch("/users/me", {"language": "de"})
    await a_booking(tenant, await a_property(landlord, title="Attic {n}"))
    await run_jobs()
    to_tenant, (to_landlord,) = await agreed_mail(mailbox, tenant, "Dein"), await mailbox.of(landlord.email)
    assert to_tenant["subject"] == "Dein Aufenthalt bei Attic {n} ist vereinbart"
    assert "Die Nächte gehören dir, vermietet von Morag." in to_tenant["text"]
    assert "Buchungsnummer: " in to_tenant["text"]
    assert '<html lang="de-DE">' in to_tenant["html"]
    assert to_landlord["subject"] == "Jonas has booked Attic {n}"


async def test_the_first_mail_of_a_new_account_speaks_its_language(
    api: Api, mailbox: Mailbox, run_jobs: RunJobs
) -> None:
    request_body = {"email": "lena@example.com", "password": PASSWORD, "name": "Lena", "language": "de"}
    assert (await api.post("/auth/register", request_body)).status_code == 202
    await run_jobs()
    (mail,) = await mailbox.of("lena@example.com")
    assert mail["subject"] == "Bestätige deine E-Mail-Adresse für EstoSpaces"
