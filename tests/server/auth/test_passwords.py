"""Passwords: refused when easy to guess, changed, forgotten and set anew by a link; and proving an e-mail."""

import asyncio
import os
import sys
import threading
import unicodedata
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from pwdlib import PasswordHash
from sqlalchemy import text

from server.auth.passwords import service as passwords
from server.auth.passwords.rules import is_guessable
from server.auth.rules import new_token
from server.core import clock
from server.core.database import Database
from tests.conftest import PASSWORD, Api, MakePerson, Person
from tests.mailbox import Mailbox, RunJobs
from tests.server.auth.test_sessions import refresh, sign_in
from tests.server.stays import rows

NEW = "four unrelated words here"
GetToken = Callable[[Person], Awaitable[str]]


@pytest.fixture
def reset_token(api: Api, mailbox: Mailbox, run_jobs: RunJobs) -> GetToken:
    """The token of a mail that somebody asked for who forgot a password."""

    async def get(person: Person) -> str:
        assert (await api.post("/auth/forgot-password", {"email": person.email})).status_code == 202
        await run_jobs()
        return await mailbox.token(person.email)

    return get


async def signs_in(api: Api, person: Person, password: str) -> bool:
    reply = await api.post("/auth/sign-in", {"email": person.email, "password": password})
    return reply.status_code == 200


@pytest.mark.parametrize(
    "password",
    ["1234567890", "qwertyuiop", "Password1!", "iloveyou123", "manchester1", "aaaaaaaaaa", "x" * 200, "estospaces1"],
)
async def test_a_password_that_others_would_try_first_is_refused_and_named(api: Api, password: str) -> None:
    request_body = {"email": "ann@example.com", "password": password, "name": "Ann"}
    reply = await api.post("/auth/register", request_body)
    assert reply.status_code == 422
    assert [error["field"] for error in reply.json()["errors"]] == ["password"]
    assert password not in reply.text


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("".join(chr(ord(letter) + 0xFEE0) for letter in "password12"), "too common"),
        ("e\u0301" * 5 + "x", "at least 10"),
    ],
    ids=["wide letters", "marks of their own"],
)
async def test_a_password_is_judged_in_its_one_form(api: Api, password: str, reason: str) -> None:
    reply = await api.post("/auth/register", {"email": "ann@example.com", "password": password, "name": "Ann"})
    assert reply.status_code == 422
    (error,) = reply.json()["errors"]
    assert error["field"] == "password"
    assert reason in error["reason"]


async def test_a_password_opens_however_a_keyboard_writes_its_letters(
    api: Api, database: Database, a_person: MakePerson
) -> None:
    typed = {form: unicodedata.normalize(form, "Grüße aus der \uff27öhre") for form in ("NFC", "NFD", "NFKC", "NFKD")}
    assert len(set(typed.values())) == 4
    person = await a_person()
    change = {"current_password": PASSWORD, "password": typed["NFD"]}
    assert (await api.as_(person).post("/auth/change-password", change)).status_code == 204
    assert [await signs_in(api, person, word) for word in typed.values()] == [True] * 4
    assert not await signs_in(api, person, "Grusse aus der Gohre")


async def test_a_password_hashed_as_it_was_typed_still_opens(
    api: Api, database: Database, a_person: MakePerson
) -> None:
    person, typed = await a_person(), unicodedata.normalize("NFD", "Grüße aus der Göhre")
    of_before = PasswordHash.recommended().hash(typed)
    async with database.transaction() as session:
        await session.execute(
            text("UPDATE identity SET password_hash = :hash WHERE id = :id"), {"hash": of_before, "id": person.id}
        )
    assert [await signs_in(api, person, word) for word in (typed, typed + "!")] == [True, False]


@pytest.mark.parametrize(("email", "name"), [("gwendoline.x@example.com", "Ann"), ("a@example.com", "Gwendoline.x")])
def test_one_s_own_name_or_e_mail_is_no_password(email: str, name: str) -> None:
    assert is_guessable("gwendoline1", [email, name])
    assert not is_guessable("gwendoline1 rides a red tram", [email, name])


@pytest.mark.parametrize("password", [PASSWORD, NEW, "a home for everyone", "correct horse battery staple"])
def test_a_few_words_are_a_good_password(password: str) -> None:
    assert not is_guessable(password, ["ann@example.com", "Ann"])


async def test_a_changed_password_is_the_only_one_and_ends_every_other_session(
    api: Api, mailbox: Mailbox, run_jobs: RunJobs, a_person: MakePerson
) -> None:
    person = await a_person()
    other = await sign_in(api, person)
    change = {"current_password": PASSWORD, "password": NEW}
    assert (await api.as_(person).post("/auth/change-password", change)).status_code == 204
    assert [await signs_in(api, person, word) for word in (PASSWORD, NEW)] == [False, True]
    assert [(await refresh(api, who.refresh_token))[0] for who in (person, other)] == [200, 401]
    await run_jobs()
    assert await mailbox.subjects(person.email) == ["Your password for EstoSpaces was changed"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"current_password": "not the password", "password": NEW}, "current_password"),
        ({"current_password": PASSWORD, "password": "password123"}, "password"),
        ({"current_password": PASSWORD, "password": "short"}, "password"),
    ],
)
async def test_a_change_that_cannot_be_names_the_field_and_changes_nothing(
    api: Api, a_person: MakePerson, change: dict[str, str], field: str
) -> None:
    person = await a_person()
    reply = await api.as_(person).post("/auth/change-password", change)
    assert (reply.status_code, reply.json()["errors"][0]["field"]) == (422, field)
    assert await signs_in(api, person, PASSWORD)


async def test_a_forgotten_password_is_set_anew_by_the_link_once(
    api: Api, a_person: MakePerson, reset_token: GetToken
) -> None:
    person = await a_person(verified=False)
    token = await reset_token(person)
    reply = await api.post("/auth/reset-password", {"token": token, "password": NEW})
    assert reply.status_code == 200, reply.text
    headers = {"Authorization": f"Bearer {reply.json()['access_token']}"}
    me = (await api.get("/users/me", headers=headers)).json()
    assert (me["email"], me["email_verified"]) == (person.email, True)  # who reads the mail owns the address
    assert [await signs_in(api, person, word) for word in (PASSWORD, NEW)] == [False, True]
    assert (await refresh(api, person.refresh_token))[0] == 401
    again = await api.post("/auth/reset-password", {"token": token, "password": "some quite other words"})
    assert (again.status_code, again.json()["code"]) == (410, "link_over")
    assert await signs_in(api, person, NEW)


async def test_a_new_password_lets_no_earlier_link_work(api: Api, a_person: MakePerson, reset_token: GetToken) -> None:
    person = await a_person()
    first, second = await reset_token(person), await reset_token(person)
    assert first != second
    await api.post("/auth/reset-password", {"token": second, "password": NEW})
    assert (await api.post("/auth/reset-password", {"token": first, "password": NEW})).status_code == 410
    third = await reset_token(person)
    fresh = await sign_in(api, Person(person.id, person.email, "", person.identity, "", ""), password=NEW)
    change = {"current_password": NEW, "password": "yet another bunch of words"}
    assert (await api.as_(fresh).post("/auth/change-password", change)).status_code == 204
    assert (await api.post("/auth/reset-password", {"token": third, "password": NEW})).status_code == 410


async def test_a_link_is_over_after_its_hour_and_a_weak_password_does_not_use_it_up(
    api: Api, a_person: MakePerson, reset_token: GetToken
) -> None:
    person = await a_person()
    token = await reset_token(person)
    weak = await api.post("/auth/reset-password", {"token": token, "password": "password123"})
    assert (weak.status_code, weak.json()["errors"][0]["field"]) == (422, "password")
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        assert (await api.post("/auth/reset-password", {"token": token, "password": NEW})).status_code == 410
    assert (await api.post("/auth/reset-password", {"token": token, "password": NEW})).status_code == 200


async def test_a_link_to_prove_an_e_mail_is_none_to_set_a_password(
    api: Api, mailbox: Mailbox, run_jobs: RunJobs, a_person: MakePerson
) -> None:
    person = await a_person(verified=False)
    await api.as_(person).post("/auth/verify-email/send")
    await run_jobs()
    token = await mailbox.token(person.email)
    assert (await api.post("/auth/reset-password", {"token": token, "password": NEW})).status_code == 410
    assert (await api.post("/auth/verify-email", {"token": new_token()})).status_code == 410


async def test_who_registers_is_mailed_a_link_that_proves_the_e_mail_for_good(
    api: Api, mailbox: Mailbox, run_jobs: RunJobs
) -> None:
    await api.post("/auth/register", {"email": "ann@example.com", "password": PASSWORD, "name": "Ann"})
    await run_jobs()
    assert await mailbox.subjects("ann@example.com") == ["Confirm your e-mail for EstoSpaces"]
    token = await mailbox.token("ann@example.com")
    opened = {"token": token, "client": "device"}
    tokens = (await api.post("/auth/verify-email", opened)).json()["tokens"]
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    again = await api.post("/auth/verify-email", opened)  # the link lies in the mailbox: it says the same, and no more
    assert (again.status_code, again.json()) == (200, {"tokens": None})
    assert (await api.get("/users/me", headers=headers)).json()["email_verified"] is True
    await api.post("/auth/verify-email/send", headers=headers)
    await run_jobs()
    assert len(await mailbox.of("ann@example.com")) == 1


async def test_asking_for_a_new_password_tells_nobody_whether_there_is_an_account(
    api: Api, database: Database, a_person: MakePerson, mailbox: Mailbox, run_jobs: RunJobs
) -> None:
    person = await a_person()
    await api.post("/auth/forgot-password", {"email": "someone.else@example.com"})  # this address is counted once
    answers, traces = [], []
    for email in (person.email, "nobody@example.com"):
        before = await _traces(database)
        answers.append(await api.post("/auth/forgot-password", {"email": email}))
        traces.append([now - then for now, then in zip(await _traces(database), before, strict=True)])
    assert answers[0].status_code == answers[1].status_code == 202
    assert answers[0].content == answers[1].content
    assert traces[0] == traces[1]
    await run_jobs()
    assert await mailbox.of("nobody@example.com") == []


async def _traces(database: Database) -> list[int]:
    """How many rows each table has that asking could write to."""
    tables = ("procrastinate_jobs", "mail_link", "auth_attempt", "notification", "outgoing_call")
    return [(await rows(database, f"SELECT count(*) FROM {table}"))[0][0] for table in tables]


async def test_a_password_is_checked_for_an_unknown_e_mail_too(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    ann = {"email": "ann@example.com", "password": PASSWORD, "name": "Ann", "roles": ["tenant"]}
    assert (await api.post("/auth/register", ann)).status_code == 202
    checked: list[str] = []
    real = passwords.matches

    async def noting(password: str, password_hash: str) -> bool:
        checked.append(password_hash[:30])
        return await real(password, password_hash)

    monkeypatch.setattr(passwords, "matches", noting)
    answers: list[dict[str, Any]] = []
    for email in (ann["email"], "nobody@example.com"):
        reply = await api.post("/auth/sign-in", {"email": email, "password": "not the password"})
        answers.append(reply.json() | {"request_id": ""})
    assert answers[0] == answers[1]
    # As often, and with the same costs: algorithm, memory, time and lanes stand at the beginning of a hash.
    assert len(checked) == 2
    assert checked[0] == checked[1]


async def test_hashing_stands_back_for_everyone_else() -> None:
    own = os.getpriority(os.PRIO_PROCESS, 0)
    back = await passwords._in_the_back(os.getpriority, os.PRIO_PROCESS, 0)
    assert back == (min(own + 10, 19) if sys.platform == "linux" else own)  # a tenth of the time that others get
    assert os.getpriority(os.PRIO_PROCESS, 0) == own


async def test_however_many_passwords_are_hashed_two_are_at_a_time() -> None:
    await asyncio.gather(*(passwords.hash_password(f"password {number}") for number in range(5)))
    assert len([thread for thread in threading.enumerate() if thread.name.startswith("hashing")]) == 2
