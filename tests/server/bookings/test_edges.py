"""Retries, and one connection a request."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from server.app import create_app
from server.core.database import Database
from server.core.settings import Settings
from shared_models.auth import Role
from tests.conftest import Api, MakePerson, MakeProperty
from tests.server.stays import MakeBooking, day, quote_request, rows

pytestmark = pytest.mark.usefixtures("at_noon", "on_arrival")

KEY = {"Idempotency-Key": "a-key-of-the-client"}


async def test_the_same_key_again_gets_the_same_booking_and_makes_no_other(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty, a_quote: MakeBooking
) -> None:
    tenant = await a_person()
    kept = await a_quote(tenant, await a_property())
    replies = [await api.as_(tenant).post("/bookings", {"quote_id": kept["id"]}, headers=KEY) for _ in range(2)]
    assert [reply.status_code for reply in replies] == [201, 201]
    assert replies[0].json() == replies[1].json()
    confirm = f"/bookings/{replies[0].json()['id']}/confirm"
    confirmed = [(await api.as_(tenant).post(confirm, headers=KEY)).json()["status"] for _ in range(2)]
    assert confirmed == ["confirmed", "confirmed"]  # the key is per route: the hold's answer is not given again
    assert await rows(database, "SELECT count(*) FROM booking") == [(1,)]


async def test_the_same_key_for_another_wish_is_refused(
    api: Api, a_person: MakePerson, a_property: MakeProperty, a_quote: MakeBooking
) -> None:
    tenant = await a_person()
    first, other = await a_quote(tenant, await a_property()), await a_quote(tenant, await a_property())
    assert (await api.as_(tenant).post("/bookings", {"quote_id": first["id"]}, headers=KEY)).status_code == 201
    reply = await api.as_(tenant).post("/bookings", {"quote_id": other["id"]}, headers=KEY)
    assert (reply.status_code, reply.json()["code"]) == (422, "key_reused")


async def test_two_people_may_use_the_same_key(
    api: Api, a_person: MakePerson, a_property: MakeProperty, a_quote: MakeBooking
) -> None:
    for _ in range(2):
        tenant = await a_person()
        kept = await a_quote(tenant, await a_property())
        assert (await api.as_(tenant).post("/bookings", {"quote_id": kept["id"]}, headers=KEY)).status_code == 201


async def test_a_refusal_is_not_kept_and_the_same_key_may_try_again(
    api: Api, a_person: MakePerson, a_property: MakeProperty, a_quote: MakeBooking, a_hold: MakeBooking
) -> None:
    tenant, rival, home = await a_person(), await a_person(), await a_property()
    kept = await a_quote(tenant, home)
    blocking = await a_hold(rival, home)
    refused = await api.as_(tenant).post("/bookings", {"quote_id": kept["id"]}, headers=KEY)
    assert (refused.status_code, refused.json()["code"]) == (409, "dates_taken")
    await api.as_(rival).post(f"/bookings/{blocking['id']}/release")
    assert (await api.as_(tenant).post("/bookings", {"quote_id": kept["id"]}, headers=KEY)).status_code == 201


async def test_a_request_that_is_still_being_worked_on_asks_to_wait(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty, a_quote: MakeBooking
) -> None:
    tenant = await a_person()
    kept = await a_quote(tenant, await a_property())
    identity = (tenant.id, "/api/v1/bookings", KEY["Idempotency-Key"])
    lock = int.from_bytes(hashlib.sha256(repr(identity).encode()).digest()[:8], signed=True)
    async with database.transaction() as session:  # the first request, as far as it got
        await session.execute(select(func.pg_advisory_xact_lock(lock)))
        reply = await api.as_(tenant).post("/bookings", {"quote_id": kept["id"]}, headers=KEY)
    assert (reply.status_code, reply.json()["code"], reply.headers["Retry-After"]) == (409, "still_running", "1")
    assert (await api.as_(tenant).post("/bookings", {"quote_id": kept["id"]}, headers=KEY)).status_code == 201


@pytest.fixture
async def narrow_api(_migrated_url: str, settings: Settings) -> AsyncIterator[Api]:
    """The API with a single connection: a request that wanted two would wait for itself, then fail."""
    only = Database(_migrated_url, pool=1, wait_seconds=10)
    transport = httpx.ASGITransport(create_app(settings, only), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield Api(client)
    await only.close()


async def test_every_request_needs_one_connection_only(
    narrow_api: Api, a_person: MakePerson, a_property: MakeProperty
) -> None:
    landlord, tenant = await a_person(Role.LANDLORD), await a_person()
    home = await a_property(landlord)
    as_tenant, as_landlord = narrow_api.as_(tenant), narrow_api.as_(landlord)

    async def ok(call: Any) -> Any:
        reply = await call
        assert reply.status_code < 300, reply.text
        return reply.json() if reply.content else None

    span = {"start": day(0).isoformat(), "end": day(30).isoformat()}
    for headers in ({}, {"Idempotency-Key": "k"}):
        ahead = 10 if headers else 1
        kept = await ok(as_tenant.post("/quotes", quote_request(home, ahead, ahead + 2), headers=headers))
        held = await ok(as_tenant.post("/bookings", {"quote_id": kept["id"]}, headers=headers))
        await ok(as_tenant.post(f"/bookings/{held['id']}/confirm", headers=headers))
        kept = await ok(as_tenant.post("/quotes", quote_request(home, ahead + 2, ahead + 3)))
        held = await ok(as_tenant.post("/bookings", {"quote_id": kept["id"]}))
        await ok(as_tenant.post(f"/bookings/{held['id']}/release", headers=headers))
        block = {"property_id": str(home), "start": day(ahead + 4).isoformat(), "end": day(ahead + 6).isoformat()}
        made = await ok(as_landlord.post("/calendars/blocks", block, headers=headers))
        await ok(as_landlord.patch(f"/calendars/blocks/{made['source_id']}", json={"note": "Mum"}))
        await ok(as_landlord.get("/calendars", params=span))
        await ok(narrow_api.get(f"/calendars/{home}/taken", params=span))
        await ok(as_landlord.get("/bookings", params={"side": "landlord"}))
        await ok(as_tenant.get(f"/bookings/{held['id']}"))
        await ok(as_landlord.delete(f"/calendars/blocks/{made['source_id']}"))


async def test_every_answer_and_every_change_needs_one_connection_only(
    narrow_api: Api, a_person: MakePerson, a_property: MakeProperty
) -> None:
    landlord, tenant = await a_person(Role.LANDLORD), await a_person()
    home = await a_property(landlord, instant_book=False)
    sides = narrow_api.as_(tenant), narrow_api.as_(landlord)

    async def ok(side: Api, path: str, body: Any = None) -> Any:
        reply = await side.post(path, body)
        assert reply.status_code < 300, reply.text
        return reply.json()

    async def asked(check_in: int) -> str:
        kept = await ok(sides[0], "/quotes", quote_request(home, check_in, check_in + 2))
        return f"/bookings/{(await ok(sides[0], '/bookings', {'quote_id': kept['id']}))['id']}"

    reason = {"reason": "Because."}
    await ok(sides[1], f"{await asked(20)}/decline", reason)
    path = await asked(10)
    await ok(sides[1], f"{path}/accept")
    for asker, way, check_out in ((0, "accept", 14), (0, "decline", 15), (1, "withdraw", 16)):
        dates = {"check_in": day(10).isoformat(), "check_out": day(check_out).isoformat(), "guests": 2}
        quote = await ok(sides[asker], f"{path}/quotes", dates)
        change = (await ok(sides[asker], f"{path}/changes", {"quote_id": quote["id"]}))["change"]
        answerer = sides[asker] if way == "withdraw" else sides[1 - asker]
        await ok(answerer, f"{path}/changes/{change['id']}/{way}", reason if way == "decline" else None)
    await ok(sides[0], f"{path}/cancel", reason)


async def test_many_requests_share_one_connection_in_turn(
    narrow_api: Api, a_person: MakePerson, a_property: MakeProperty
) -> None:
    people, home = [await a_person() for _ in range(4)], await a_property()
    asked = [narrow_api.as_(person).post("/quotes", quote_request(home)) for person in people]
    assert {reply.status_code for reply in await asyncio.gather(*asked)} == {201}
