"""Registering tells nobody whether an address has an account: not by its answer, its work, or what follows."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from server.auth.passwords import service as passwords
from server.core import clock
from server.core.database import Database
from tests.conftest import PASSWORD, Api, MakePerson
from tests.mailbox import Mailbox, RunJobs, verify_token
from tests.server.stays import rows

NEW = "newcomer@example.com"
TOLD = "Somebody tried to register with your address at EstoSpaces"
CONFIRM = "Confirm your e-mail for EstoSpaces"
OTHER_PASSWORD = "four unrelated words here"


def quote_request(email: str, password: str = OTHER_PASSWORD) -> dict[str, Any]:
    return {"email": email, "password": password, "name": "Somebody Else", "roles": ["tenant", "landlord"]}


async def test_a_known_address_is_answered_like_a_new_one_and_its_account_stays_as_it_was(
    api: Api, database: Database, a_person: MakePerson
) -> None:
    person = await a_person(name="Ann")
    account = await rows(database, "SELECT * FROM identity")
    new, known = (
        await api.post("/auth/register", quote_request(NEW)),
        await api.post("/auth/register", quote_request(person.email)),
    )
    assert (known.status_code, known.content) == (new.status_code, new.content) == (202, b"null")
    assert known.headers.keys() == new.headers.keys()
    assert await rows(database, "SELECT * FROM identity WHERE email <> :new", new=NEW) == account
    assert (await api.as_(person).get("/users/me")).json()["name"] == "Ann"


async def test_a_password_is_hashed_for_a_known_address_too(
    api: Api, a_person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    real = passwords.new_hash

    async def noting(password: str, *about: str) -> str:
        hashed.append(about[0])
        return await real(password, *about)

    monkeypatch.setattr(passwords, "new_hash", noting)
    known = (await a_person()).email
    for email in (NEW, known):
        await api.post("/auth/register", quote_request(email))
    assert hashed == [NEW, known]


async def test_a_weak_password_is_refused_before_anybody_looks_whose_address_it_is(
    api: Api, a_person: MakePerson
) -> None:
    known = (await a_person()).email
    answers = [await api.post("/auth/register", quote_request(email, "password123")) for email in (NEW, known)]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert answers[0].json()["errors"] == answers[1].json()["errors"]


async def test_signing_in_with_what_was_registered_does_not_tell_either(api: Api, a_person: MakePerson) -> None:
    """Else whoever registers an address could see at once whether it was new."""
    answers = []
    for email in (NEW, (await a_person()).email):
        await api.post("/auth/register", quote_request(email))
        reply = await api.post("/auth/sign-in", {"email": email, "password": OTHER_PASSWORD})
        answers.append((reply.status_code, reply.json() | {"request_id": ""}))
    assert answers[0] == answers[1]
    assert answers[0][0] == 401


async def test_the_owner_is_told_once_an_hour_at_most(
    api: Api, a_person: MakePerson, mailbox: Mailbox, run_jobs: RunJobs
) -> None:
    person = await a_person()
    for _ in range(3):
        await api.post("/auth/register", quote_request(person.email))
    await run_jobs()
    assert await mailbox.subjects(person.email) == [TOLD]
    assert (await mailbox.link(person.email)).endswith("/app/sign-in")
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        await api.post("/auth/register", quote_request(person.email))
        await run_jobs()
    assert await mailbox.subjects(person.email) == [TOLD, TOLD]


async def test_the_mail_is_sent_again_to_who_waits_for_it_and_the_answer_is_always_the_same(
    api: Api, a_person: MakePerson, mailbox: Mailbox, run_jobs: RunJobs
) -> None:
    person = await a_person()
    await api.post("/auth/register", quote_request(NEW))
    answers = [await api.post("/auth/register/send", {"email": email}) for email in (NEW, person.email, "no@x.example")]
    assert {(answer.status_code, answer.content) for answer in answers} == {(202, b"null")}
    await run_jobs()
    assert await mailbox.subjects(NEW) == [CONFIRM, CONFIRM]
    assert await mailbox.subjects(person.email) == [TOLD]
    assert await mailbox.of("no@x.example") == []


async def test_a_mailbox_is_not_filled_by_asking_for_the_mail_again(
    api: Api, mailbox: Mailbox, run_jobs: RunJobs
) -> None:
    await api.post("/auth/register", quote_request(NEW))
    for _ in range(8):
        assert (await api.post("/auth/register/send", {"email": NEW})).status_code == 202
    await run_jobs()
    assert len(await mailbox.of(NEW)) == 1 + 3


async def test_the_link_confirms_and_the_password_that_was_typed_signs_in_from_then_on(
    api: Api, database: Database
) -> None:
    await api.post("/auth/register", quote_request(NEW))
    sign_in = {"email": NEW, "password": OTHER_PASSWORD}
    assert (await api.post("/auth/sign-in", sign_in)).status_code == 401
    opened = await api.post("/auth/verify-email", {"token": await verify_token(database, NEW)})
    assert opened.json() == {"tokens": None}  # nobody said where to sign in
    assert (await api.post("/auth/sign-in", sign_in)).status_code == 200


async def test_who_never_got_the_mail_comes_in_by_a_new_password(api: Api, mailbox: Mailbox, run_jobs: RunJobs) -> None:
    await api.post("/auth/register", quote_request(NEW))
    await api.post("/auth/forgot-password", {"email": NEW})
    await run_jobs()
    reset = {"token": (await mailbox.token(NEW)).strip(), "password": PASSWORD}
    assert (await api.post("/auth/reset-password", reset)).status_code == 200
    assert (await api.post("/auth/sign-in", {"email": NEW, "password": PASSWORD})).status_code == 200
