"""Becoming a landlord, and leaving: refused kindly while something is open, complete when it is not."""

from datetime import timedelta

import pytest
import time_machine

from server.core import clock, jobs
from server.core.database import Database
from shared_models.auth import Role
from tests.conftest import PASSWORD, Api, MakePerson, MakeProperty
from tests.server.auth.test_sessions import refresh
from tests.server.stays import MakeBooking, a_booking, a_hold, a_quote, at_noon, rows

__all__ = ["a_booking", "a_hold", "a_quote", "at_noon"]
pytestmark = pytest.mark.usefixtures("at_noon")


async def test_a_tenant_becomes_a_landlord_with_the_next_access_token(api: Api, a_person: MakePerson) -> None:
    person = await a_person()
    assert (await api.as_(person).get("/properties")).status_code == 403
    for _ in range(2):
        assert (await api.as_(person).post("/auth/roles", {"role": "landlord"})).status_code == 204
    assert (await api.as_(person).get("/users/me")).json()["roles"] == ["landlord", "tenant"]
    fresh = (await api.post("/auth/refresh", {"refresh_token": person.refresh_token})).json()
    headers = {"Authorization": f"Bearer {fresh['access_token']}"}
    assert (await api.get("/properties", headers=headers)).status_code == 200


@pytest.mark.parametrize("role", ["admin", "unknown", "queen"])
async def test_nobody_makes_themselves_an_admin(api: Api, a_person: MakePerson, role: str) -> None:
    person = await a_person()
    reply = await api.as_(person).post("/auth/roles", {"role": role})
    assert (reply.status_code, reply.json()["errors"][0]["field"]) == (422, "role")


async def test_open_stays_and_published_homes_keep_an_account_and_are_named(
    api: Api, a_person: MakePerson, a_property: MakeProperty, a_booking: MakeBooking
) -> None:
    landlord, tenant = await a_person(Role.LANDLORD), await a_person()
    home = await a_property(landlord, title="Attic")
    await a_property(landlord, title="Cellar", status="paused")
    booking = await a_booking(tenant, home)
    found = (await api.as_(landlord).get("/auth/closing")).json()["obstacles"]
    assert sorted((one["kind"], one["title"], one["as_landlord"]) for one in found) == [
        ("home", "Attic", True),
        ("stay", "Attic", True),
    ]
    (stay,) = (await api.as_(tenant).get("/auth/closing")).json()["obstacles"]
    assert (stay["id"], stay["as_landlord"]) == (booking["id"], False)
    refused = await api.as_(landlord).post("/auth/close", {"password": PASSWORD})
    assert (refused.status_code, refused.json()["code"]) == (409, "account_in_use")
    assert refused.json()["detail"] == "There are still 1 open stay and 1 published home."
    assert (await api.as_(landlord).get("/users/me")).status_code == 200


async def test_a_wrong_password_closes_nothing(api: Api, a_person: MakePerson) -> None:
    person = await a_person()
    reply = await api.as_(person).post("/auth/close", {"password": "not the password"})
    assert (reply.status_code, reply.json()["errors"][0]["field"]) == (422, "password")
    assert (await api.as_(person).get("/users/me")).status_code == 200


async def test_who_left_is_gone_and_their_stays_are_nameless_but_whole(
    api: Api,
    database: Database,
    a_person: MakePerson,
    a_property: MakeProperty,
    a_booking: MakeBooking,
) -> None:
    landlord, tenant = await a_person(Role.LANDLORD, name="Morag"), await a_person(name="Tom Hartley")
    booking = await a_booking(tenant, await a_property(landlord), check_in=1, check_out=2)
    with time_machine.travel(clock.now() + timedelta(days=4)):
        await jobs.run_now(database, "bookings.complete_stays", {})
        _, token = await refresh(api, tenant.refresh_token)
        fresh = (await api.post("/auth/refresh", {"refresh_token": token})).json()
        headers = {"Authorization": f"Bearer {fresh['access_token']}"}
        assert (await api.post("/auth/close", {"password": PASSWORD}, headers=headers)).status_code == 204
        assert await refresh(api, fresh["refresh_token"]) == (401, "session_ended")
        assert (await api.get("/users/me", headers=headers)).status_code == 404
        assert (await api.post("/auth/close", {"password": PASSWORD}, headers=headers)).status_code == 401
        signed = await api.post("/auth/sign-in", {"email": tenant.email, "password": PASSWORD})
        assert signed.status_code == 401
        _, token = await refresh(api, landlord.refresh_token)
        mine = (await api.post("/auth/refresh", {"refresh_token": token})).json()
        seen = await api.get(f"/bookings/{booking['id']}", headers={"Authorization": f"Bearer {mine['access_token']}"})
    assert seen.json()["tenant_name"] == "Former member"
    assert seen.json()["total"] == booking["total"]
    everything = ""
    for (table,) in await rows(database, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
        everything += str(await rows(database, f'SELECT * FROM "{table}" AS one'))
    assert tenant.email not in everything
    assert "Tom Hartley" not in everything


async def test_the_address_of_who_left_can_be_registered_anew(api: Api, a_person: MakePerson) -> None:
    person = await a_person()
    assert (await api.as_(person).post("/auth/close", {"password": PASSWORD})).status_code == 204
    request_body = {"email": person.email, "password": PASSWORD, "name": "Somebody new"}
    assert (await api.post("/auth/register", request_body)).status_code == 202


async def test_old_sessions_and_links_are_forgotten_and_live_ones_kept(
    api: Api, database: Database, a_person: MakePerson
) -> None:
    person, other = await a_person(), await a_person()
    await api.post("/auth/sign-out", {"refresh_token": person.refresh_token})
    for _ in range(2):
        await jobs.run_now(database, "auth.purge_expired", {})
    assert len(await rows(database, "SELECT 1 FROM auth_session")) == 2
    with time_machine.travel(clock.now() + timedelta(days=121)):
        await api.post("/auth/sign-in", {"email": other.email, "password": PASSWORD})
        for _ in range(2):
            await jobs.run_now(database, "auth.purge_expired", {})
    assert len(await rows(database, "SELECT 1 FROM auth_session")) == 1
