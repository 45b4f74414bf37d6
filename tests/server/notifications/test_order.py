"""Mails of one reader about one stay go out in the order of what happened, whatever the mail server says meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from pydantic import SecretStr
from sqlalchemy import text

from server.bookings.events import BookingCompleted
from server.core import attempts, events, jobs
from server.core.database import Database
from server.core.ids import new_id
from server.core.retries import RetryPolicy
from server.core.settings import Settings
from server.notifications import gateway, service
from server.notifications.service import SEND_MAIL
from shared_models.auth import Role
from tests.conftest import PASSWORD, Api, MakePerson, MakeProperty, Person
from tests.mailbox import RunJobs
from tests.server.stays import MakeBooking, rows

HOUR = timedelta(hours=1)
LATER = RetryPolicy(first_wait=HOUR, longest_wait=HOUR, window=48 * HOUR)
"""Nothing is due again within a test unless it says so, however slow the machine."""
CONFIRMED, CANCELLED = "Tom has booked Attic", "Tom cancelled the stay at Attic"


class Postman:
    """Takes mails, but for the addresses that he does not like at the moment."""

    def __init__(self) -> None:
        self.refuses: dict[str, str] = {}
        self.taken = list[EmailMessage]()

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, _: list[str]) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.taken.append(BytesParser(policy=default).parsebytes(envelope.content))  # type: ignore[arg-type]
        return "250 OK"

    def subjects(self, person: Person) -> list[str]:
        """What a person got, in the order it came."""
        return [str(mail["Subject"]) for mail in self.taken if str(mail["To"]) == person.email]


@pytest.fixture
async def postman(settings: Settings) -> AsyncIterator[Postman]:
    postman, loop = Postman(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(postman, hostname="mail.example", loop=loop), "127.0.0.1", 0)
    async with server:
        settings.smtp_url = SecretStr(f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        yield postman


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mails are tried again after a long time, see `LATER`."""
    monkeypatch.setattr(jobs, "_JOBS", dict(jobs._JOBS))
    steps = attempts.Steps(prepare=service.email_of, call=gateway.send)
    attempts.declare(SEND_MAIL, steps, queue=jobs.Queue.MAIL, retry=LATER)


class Stay:
    """A stay that Tom books at Morag's, and cancels."""

    def __init__(self, api: Api, tom: Person, morag: Person, booking: dict[str, Any]) -> None:
        self.api, self.tom, self.morag, self.booking = api, tom, morag, booking

    async def cancel(self) -> None:
        reply = await self.api.as_(self.tom).post(f"/bookings/{self.booking['id']}/cancel", {"reason": "Ill."})
        assert reply.status_code == 200, reply.text


@pytest.fixture
async def stay(
    on_arrival: None, api: Api, a_person: MakePerson, a_property: MakeProperty, a_booking: MakeBooking
) -> Stay:
    """Paid on arrival, so that nothing is news but the stay itself."""
    morag, tom = await a_person(Role.LANDLORD, name="Morag"), await a_person(name="Tom")
    return Stay(api, tom, morag, await a_booking(tom, await a_property(morag, title="Attic")))


async def make_due(database: Database) -> None:
    """Let what waits to be tried again be due."""
    async with database.transaction() as session:
        await session.execute(text("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'"))


async def test_a_mail_that_is_refused_for_a_while_is_not_overtaken_by_the_next_one(
    database: Database, postman: Postman, run_jobs: RunJobs, stay: Stay
) -> None:
    postman.refuses[stay.morag.email] = "451 later"
    await run_jobs()
    del postman.refuses[stay.morag.email]  # the next one would be taken at once
    await stay.cancel()
    await run_jobs()
    assert postman.subjects(stay.morag) == []
    await make_due(database)
    await run_jobs()
    first, second = postman.subjects(stay.morag)
    assert (first, second) == (CONFIRMED, CANCELLED)


async def test_an_address_that_fails_holds_up_nobody_else(
    postman: Postman, run_jobs: RunJobs, stay: Stay, a_property: MakeProperty, a_booking: MakeBooking
) -> None:
    postman.refuses[stay.morag.email] = "451 later"
    await run_jobs()
    assert len(postman.subjects(stay.tom)) == 1
    del postman.refuses[stay.morag.email]
    await a_booking(stay.tom, await a_property(stay.morag, title="Cellar"))  # another stay, the same reader
    await run_jobs()
    assert postman.subjects(stay.morag) == ["Tom has booked Cellar"]
    assert len(postman.subjects(stay.tom)) == 2


async def test_an_address_that_fails_does_not_hold_up_the_other_side_of_the_same_stay(
    api: Api, postman: Postman, run_jobs: RunJobs, stay: Stay
) -> None:
    postman.refuses[stay.morag.email] = "451 later"
    await run_jobs()
    reply = await api.as_(stay.morag).post(f"/bookings/{stay.booking['id']}/cancel", {"reason": "A burst pipe."})
    assert reply.status_code == 200, reply.text
    await run_jobs()
    assert postman.subjects(stay.tom)[1:] == ["Morag cancelled the stay at Attic"]


async def test_mails_about_an_account_wait_for_none_and_are_sent_after_later_ones(
    api: Api, database: Database, postman: Postman, run_jobs: RunJobs, a_person: MakePerson
) -> None:
    person, passwords = await a_person(), [PASSWORD, "another steep hill 27", "a third steep hill 28"]

    async def change_password(number: int) -> None:
        change = {"current_password": passwords[number], "password": passwords[number + 1]}
        assert (await api.as_(person).post("/auth/change-password", change)).status_code == 204
        await run_jobs()

    postman.refuses[person.email] = "451 later"
    await change_password(0)
    del postman.refuses[person.email]
    await change_password(1)
    assert len(postman.subjects(person)) == 1
    await make_due(database)
    await run_jobs()
    assert len(postman.subjects(person)) == 2


async def test_what_was_given_up_holds_up_nothing_and_is_not_sent_after_what_came_later(
    database: Database, postman: Postman, run_jobs: RunJobs, stay: Stay
) -> None:
    postman.refuses[stay.morag.email] = "550 no such mailbox"
    await run_jobs()
    del postman.refuses[stay.morag.email]
    await stay.cancel()
    await run_jobs()
    (only,) = postman.subjects(stay.morag)
    assert only == CANCELLED
    async with database.transaction() as session:
        assert await attempts.run_again(session, SEND_MAIL) == 1
    await run_jobs()
    assert postman.subjects(stay.morag) == [only]
    statuses = await rows(database, "SELECT status FROM outgoing_call ORDER BY status")
    # Agreed to Tom, cancelled to both; what Morag was not told of in time is not sent.
    assert [row.status for row in statuses] == ["done", "done", "done", "dropped"]


async def test_what_was_given_up_is_sent_when_nothing_came_after_it(
    database: Database, postman: Postman, run_jobs: RunJobs, stay: Stay
) -> None:
    postman.refuses[stay.morag.email] = "550 no such mailbox"
    await run_jobs()
    del postman.refuses[stay.morag.email]
    async with database.transaction() as session:
        await attempts.run_again(session, SEND_MAIL)
    await run_jobs()
    assert postman.subjects(stay.morag) == [CONFIRMED]


async def test_what_was_given_up_is_sent_though_a_later_mail_about_another_stay_went_out(
    database: Database,
    postman: Postman,
    run_jobs: RunJobs,
    stay: Stay,
    a_property: MakeProperty,
    a_booking: MakeBooking,
) -> None:
    postman.refuses[stay.morag.email] = "550 no such mailbox"
    await run_jobs()
    del postman.refuses[stay.morag.email]
    await a_booking(stay.tom, await a_property(stay.morag, title="Cellar"))
    await run_jobs()
    async with database.transaction() as session:
        await attempts.run_again(session, SEND_MAIL)
    await run_jobs()
    assert postman.subjects(stay.morag) == ["Tom has booked Cellar", CONFIRMED]


async def test_what_happens_to_a_booking_is_heard_in_order_though_hearing_fails_at_first(
    database: Database, postman: Postman, run_jobs: RunJobs, stay: Stay, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, failed = jobs.registered()["notifications.BookingConfirmed"], list[str]()

    async def fail_once(session: Any, **payload: Any) -> None:
        if not failed:
            failed.append("once")
            raise RuntimeError("busy")
        await known.run(session, **payload)

    monkeypatch.setitem(
        jobs._JOBS, "notifications.BookingConfirmed", jobs.Job(run=fail_once, queue=known.queue, retry=LATER)
    )
    await stay.cancel()
    await run_jobs()
    assert postman.taken == []
    await make_due(database)
    await run_jobs()
    first, second = postman.subjects(stay.morag)
    assert (first, second) == (CONFIRMED, CANCELLED)


async def test_a_room_that_fails_to_hear_holds_up_no_other_room(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(events._AFTER, BookingCompleted, ["notifications.BookingCompleted", "search.learn_words"])
    ids = {name: new_id() for name in ("booking_id", "property_id", "tenant_id", "landlord_id")}
    async with database.transaction() as session:
        await events.publish(session, BookingCompleted(**ids))
    found = await rows(database, "SELECT lock FROM procrastinate_jobs ORDER BY id")
    about = f"booking:{ids['booking_id']}"
    assert [row.lock for row in found] == [f"notifications:{about}", f"search:{about}"]
