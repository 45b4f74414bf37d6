"""Accounts over HTTP."""

from datetime import timedelta

import pytest
import time_machine

from server.core import clock
from server.core.database import Database
from shared_models.auth import Role
from tests.conftest import PASSWORD, Api, MakePerson
from tests.mailbox import verify_token
from tests.server.stays import rows

REGISTER = {"email": "Ann@Example.com", "password": PASSWORD, "name": "Ann", "roles": ["tenant", "landlord"]}


async def test_the_link_after_registering_signs_in_and_there_is_a_profile(api: Api, database: Database) -> None:
    reply = await api.post("/auth/register", REGISTER)
    assert (reply.status_code, reply.content) == (202, b"null")
    opened = {"token": await verify_token(database, "ann@example.com"), "client": "device"}
    tokens = (await api.post("/auth/verify-email", opened)).json()["tokens"]
    me = await api.get("/users/me", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    assert me.json() | {"id": 0, "since": 0} == {
        "id": 0,
        "since": 0,
        "email": "ann@example.com",
        "name": "Ann",
        "roles": ["landlord", "tenant"],
        "email_verified": True,
        "language": None,
        "theme": None,
    }


async def test_an_email_has_one_account_whatever_its_case(api: Api, database: Database) -> None:
    for email in ("Ann@Example.com", "ANN@example.com"):
        assert (await api.post("/auth/register", REGISTER | {"email": email})).status_code == 202
    assert len(await rows(database, "SELECT 1 FROM identity")) == 1


async def test_a_domain_with_umlauts_is_one_address_in_both_of_its_forms(api: Api, database: Database) -> None:
    for email in ("ann@Müller.example", "ann@müller.example", "ANN@xn--mller-kva.example"):
        assert (await api.post("/auth/register", REGISTER | {"email": email})).status_code == 202
    assert len(await rows(database, "SELECT 1 FROM identity")) == 1
    await api.post("/auth/verify-email", {"token": await verify_token(database, "ann@xn--mller-kva.example")})
    for email in ("ann@müller.example", "ANN@xn--mller-kva.example"):
        assert (await api.post("/auth/sign-in", {"email": email, "password": PASSWORD})).status_code == 200


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "ann"}, "email"),
        ({"email": "ann@host"}, "email"),
        ({"email": "a b@example.com"}, "email"),
        ({"email": "x,tenant@example.com"}, "email"),
        ({"name": "Ann\nLee"}, "name"),
        ({"name": "evil.com"}, "name"),
        ({"password": "short"}, "password"),
        ({"name": "  "}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"roles": ["admin"]}, "roles"),
        ({"roles": ["unknown"]}, "roles"),
        ({"roles": []}, "roles"),
        ({"shoe_size": 44}, "shoe_size"),
    ],
)
async def test_a_bad_registration_names_the_field(api: Api, change: dict[str, object], field: str) -> None:
    reply = await api.post("/auth/register", REGISTER | change)
    assert reply.status_code == 422
    assert field in {error["field"].split(".")[0] for error in reply.json()["errors"]}
    assert PASSWORD not in reply.text


async def test_a_wrong_password_and_an_unknown_email_get_the_same_answer(api: Api, a_person: MakePerson) -> None:
    person = await a_person()
    wrong = await api.post("/auth/sign-in", {"email": person.email, "password": "not the password"})
    unknown = await api.post("/auth/sign-in", {"email": "nobody@example.com", "password": "not the password"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() | {"request_id": ""} == unknown.json() | {"request_id": ""}


async def test_signing_in_with_the_right_password_works(api: Api, a_person: MakePerson) -> None:
    person = await a_person()
    reply = await api.post("/auth/sign-in", {"email": person.email.upper(), "password": PASSWORD})
    assert reply.status_code == 200


async def test_a_device_token_rotates_and_two_requests_at_once_get_the_same_successor(
    api: Api, a_person: MakePerson
) -> None:
    person = await a_person()
    first = await api.post("/auth/refresh", {"refresh_token": person.refresh_token})
    again = await api.post("/auth/refresh", {"refresh_token": person.refresh_token})
    assert first.status_code == again.status_code == 200
    assert first.json()["refresh_token"] == again.json()["refresh_token"] != person.refresh_token


async def test_a_replaced_token_is_refused_after_the_grace(api: Api, a_person: MakePerson) -> None:
    person = await a_person()
    await api.post("/auth/refresh", {"refresh_token": person.refresh_token})
    with time_machine.travel(clock.now() + timedelta(seconds=31)):
        late = await api.post("/auth/refresh", {"refresh_token": person.refresh_token})
    assert (late.status_code, late.json()["code"]) == (401, "session_ended")


async def test_a_browser_token_stays_the_same(api: Api, a_person: MakePerson) -> None:
    person = await a_person()
    tokens = (
        await api.post("/auth/sign-in", {"email": person.email, "password": PASSWORD, "client": "browser"})
    ).json()
    fresh = await api.post("/auth/refresh", {"refresh_token": tokens["refresh_token"]})
    assert fresh.json()["refresh_token"] == tokens["refresh_token"]


async def test_signing_out_ends_the_session_for_good(api: Api, a_person: MakePerson) -> None:
    person = await a_person()
    for _ in range(2):
        assert (await api.post("/auth/sign-out", {"refresh_token": person.refresh_token})).status_code == 204
    assert (await api.post("/auth/refresh", {"refresh_token": person.refresh_token})).status_code == 401


async def test_an_access_token_is_over_after_its_minutes(api: Api, a_person: MakePerson) -> None:
    person = await a_person()
    assert (await api.as_(person).get("/users/me")).status_code == 200
    with time_machine.travel(clock.now() + timedelta(minutes=15, seconds=1)):
        assert (await api.as_(person).get("/users/me")).status_code == 401


async def test_a_forged_access_token_is_refused(api: Api, a_person: MakePerson) -> None:
    person = await a_person(Role.TENANT)
    header, _, signature = person.access_token.split(".")
    _, admins, _ = (await a_person(Role.LANDLORD)).access_token.split(".")
    reply = await api.get("/users/me", headers={"Authorization": f"Bearer {header}.{admins}.{signature}"})
    assert reply.status_code == 401
