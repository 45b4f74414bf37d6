"""Staying signed in, on several devices at once, and ending that; what a stolen token does."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from fastapi import FastAPI

from server.auth import rules
from server.auth.sessions import service as sessions
from server.core import clock
from server.core.database import Database
from server.core.keys import Use
from server.core.settings import Settings
from shared_models.auth import Role
from tests.conftest import PASSWORD, Api, MakePerson, Person
from tests.server.stays import statements

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


async def refresh(api: Api, token: str) -> tuple[int, str]:
    """The status, and the next token or the code of the problem."""
    reply = await api.post("/auth/refresh", {"refresh_token": token})
    told = reply.json()
    return reply.status_code, told.get("refresh_token") or told["code"]


async def sign_in(api: Api, person: Person, agent: str = "", password: str = PASSWORD) -> Person:
    """Someone, signed in once more, as that session."""
    reply = await api.post(
        "/auth/sign-in",
        {"email": person.email, "password": password},
        headers={"User-Agent": agent},
    )
    tokens = reply.json()
    return Person(
        person.id, person.email, person.name, person.identity, tokens["access_token"], tokens["refresh_token"]
    )


async def test_many_refreshes_at_once_get_one_successor_and_all_stay_signed_in(api: Api, a_person: MakePerson) -> None:
    person = await a_person()
    answers = await asyncio.gather(*(refresh(api, person.refresh_token) for _ in range(6)))
    assert len(set(answers)) == 1
    assert answers[0][0] == 200
    assert (await refresh(api, answers[0][1]))[0] == 200


async def test_a_stolen_token_used_later_ends_the_session_of_thief_and_owner(api: Api, a_person: MakePerson) -> None:
    person = await a_person()
    _, owners = await refresh(api, person.refresh_token)
    with time_machine.travel(clock.now() + timedelta(seconds=31)):
        assert await refresh(api, person.refresh_token) == (401, "session_ended")
        assert await refresh(api, owners) == (401, "session_ended")


async def test_a_token_stolen_long_ago_is_known_too(api: Api, a_person: MakePerson) -> None:
    person = await a_person()
    token = person.refresh_token
    for _ in range(5):
        _, token = await refresh(api, token)
    assert await refresh(api, person.refresh_token) == (401, "session_ended")
    assert await refresh(api, token) == (401, "session_ended")


async def test_a_thief_who_is_first_ends_with_the_owner_s_next_use(api: Api, a_person: MakePerson) -> None:
    person = await a_person()
    _, thiefs = await refresh(api, person.refresh_token)
    with time_machine.travel(clock.now() + timedelta(minutes=15)):
        _, thiefs = await refresh(api, thiefs)
        assert await refresh(api, person.refresh_token) == (401, "session_ended")
        assert await refresh(api, thiefs) == (401, "session_ended")


async def test_a_stolen_token_ends_that_device_only(api: Api, a_person: MakePerson) -> None:
    person = await a_person()
    other = await sign_in(api, person)
    await refresh(api, person.refresh_token)
    with time_machine.travel(clock.now() + timedelta(minutes=1)):
        await refresh(api, person.refresh_token)
        assert (await refresh(api, other.refresh_token))[0] == 200


async def test_a_made_up_token_ends_nobody_s_session(api: Api, a_person: MakePerson) -> None:
    person = await a_person()
    assert await refresh(api, rules.new_token()) == (401, "session_ended")
    assert (await refresh(api, person.refresh_token))[0] == 200


async def test_devices_are_listed_with_what_they_are_and_which_one_asks(api: Api, a_person: MakePerson) -> None:
    person = await a_person()
    with time_machine.travel(clock.now() + timedelta(minutes=5)):
        here = await sign_in(api, person, FIREFOX)
        found = (await api.as_(here).get("/auth/sessions")).json()
    assert [(one["program"], one["system"], one["current"]) for one in found] == [
        ("Firefox", "Windows", True),
        (None, None, False),
    ]
    assert "hash" not in str(found)


@pytest.mark.parametrize(
    ("agent", "program", "system"),
    [
        (FIREFOX, "Firefox", "Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome", "Linux"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome", "Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge", "Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari", "iPhone"),
        ("EstoSpaces/0.1.0 (Android)", "EstoSpaces", "Android"),
        ("curl/8", None, None),
        ("", None, None),
    ],
)
def test_a_machine_is_told_roughly(agent: str, program: str | None, system: str | None) -> None:
    origin = rules.Origin(agent=agent)
    assert (origin.program, origin.system) == (program, system)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("", "", True),
    ],
)
def test_an_ipv6_network_counts_as_one_address(one: str, other: str, same: bool) -> None:
    assert (rules.Origin(one).neighbourhood == rules.Origin(other).neighbourhood) is same


async def test_a_device_can_be_signed_out_from_another_one(api: Api, a_person: MakePerson) -> None:
    person = await a_person()
    other = await sign_in(api, person)
    (lost,) = [one for one in (await api.as_(person).get("/auth/sessions")).json() if not one["current"]]
    assert (await api.as_(person).delete(f"/auth/sessions/{lost['id']}")).status_code == 204
    assert await refresh(api, other.refresh_token) == (401, "session_ended")
    assert (await refresh(api, person.refresh_token))[0] == 200
    assert (await api.as_(person).delete(f"/auth/sessions/{lost['id']}")).status_code == 404


async def test_nobody_signs_a_stranger_out(api: Api, a_person: MakePerson) -> None:
    person, stranger = await a_person(), await a_person(Role.LANDLORD)
    (session,) = (await api.as_(person).get("/auth/sessions")).json()
    assert (await api.as_(stranger).delete(f"/auth/sessions/{session['id']}")).status_code == 404
    assert (await refresh(api, person.refresh_token))[0] == 200


async def test_signing_out_everywhere_leaves_no_session(api: Api, a_person: MakePerson) -> None:
    person, stranger = await a_person(), await a_person()
    other = await sign_in(api, person)
    assert (await api.as_(other).delete("/auth/sessions")).status_code == 204
    for token in (person.refresh_token, other.refresh_token):
        assert await refresh(api, token) == (401, "session_ended")
    assert (await refresh(api, stranger.refresh_token))[0] == 200
    # Until this process polls again an access token lives on, but what concerns the account asks for a session.
    assert (await api.as_(person).get("/auth/sessions")).status_code == 401


async def test_a_session_that_was_ended_elsewhere_is_refused_as_soon_as_a_process_has_polled(
    app: FastAPI, api: Api, a_person: MakePerson, settings: Settings, database: Database
) -> None:
    async def refresh_revoked() -> None:
        async with database.transaction() as session:
            await app.state.revoked_sessions.refresh(session, settings)

    async def said(who: Person) -> tuple[int, str | None]:
        reply = await api.as_(who).get("/users/me")
        return reply.status_code, reply.json().get("code")

    person, stranger = await a_person(), await a_person()
    lost = await sign_in(api, person)
    await api.post("/auth/sign-out", {"refresh_token": lost.refresh_token})
    assert await said(lost) == (200, None)
    await refresh_revoked()
    assert await said(lost) == (401, "not_signed_in")
    assert [(await said(who))[0] for who in (person, stranger)] == [200, 200]
    with statements(database) as sent:
        await said(person)
    assert not any("auth_session" in statement for statement in sent)
    with time_machine.travel(clock.now() + timedelta(minutes=settings.access_token_minutes + 1)):
        await refresh_revoked()
    assert UUID(int=0) not in app.state.revoked_sessions
    assert not app.state.revoked_sessions._ids  # what is over by itself is not kept


async def test_a_running_server_polls_by_itself_and_goes_on_when_the_database_was_away(
    settings: Settings, database: Database, api: Api, a_person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "POLL_SECONDS", 0.01)
    lost = await a_person()
    revoked, cut = sessions.RevokedSessions(), Database(f"{database.url}_that_is_not_there", pool=1)
    polls = [asyncio.create_task(revoked.poll(where, settings)) for where in (cut, database)]
    session_id = rules.read(lost.access_token, settings.key(Use.ACCESS_TOKENS), clock.now())
    assert session_id is not None
    await api.post("/auth/sign-out", {"refresh_token": lost.refresh_token})
    async with asyncio.timeout(20):
        while session_id.session_id not in revoked:  # noqa: ASYNC110 - another task polls
            await asyncio.sleep(0.01)
    assert not any(poll.done() for poll in polls)
    for poll in polls:
        poll.cancel()
    await asyncio.gather(*polls, return_exceptions=True)
    await cut.close()
