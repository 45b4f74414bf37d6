"""Whoever has not confirmed their address may look around, and binds nobody."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from server.auth.service import door as auth
from server.core.database import Database
from server.core.openapi import VERIFIED
from shared_models.auth import LinkPurpose, Role
from tests.conftest import Api, MakePerson, MakeProperty, Person
from tests.stories.conftest import day, home_facts

BINDS_OTHERS = {
    "POST /bookings",
    "POST /bookings/{booking_id}/confirm",
    "POST /bookings/{booking_id}/payment",
    "POST /bookings/{booking_id}/accept",
    "POST /bookings/{booking_id}/changes",
    "POST /bookings/{booking_id}/changes/{change_id}/accept",
    "POST /bookings/{booking_id}/changes/{change_id}/payment",
    "POST /bookings/{booking_id}/months/{number}/payment",
    "POST /properties/bulk-status",
    "POST /properties/{property_id}/status",
}
"""Whatever somebody else has to live with: nights that are taken, a promise, a home before others and our reviewers.
A route that joins is a line here. Imports make drafts; they are brought before others by `bulk-status`."""


def _guarded(app: FastAPI) -> Iterator[str]:
    for path, item in app.openapi()["paths"].items():
        for method, operation in item.items():
            if any(VERIFIED in scopes for need in operation.get("security", []) for scopes in need.values()):
                yield f"{method.upper()} {path.removeprefix('/api/v1')}"


def test_these_calls_ask_for_a_confirmed_address(app: FastAPI) -> None:
    assert set(_guarded(app)) == BINDS_OTHERS


def test_the_description_says_so(app: FastAPI) -> None:
    paths = app.openapi()["paths"]
    for route in BINDS_OTHERS:
        method, _, path = route.partition(" ")
        told = paths[f"/api/v1{path}"][method.lower()]["responses"]["403"]["content"]["application/problem+json"]
        assert "email_unverified" in told["examples"], route


async def quoted(api: Api, person: Person, property_id: Any) -> str:
    stay = {"property_id": str(property_id), "check_in": day(40), "check_out": day(42), "guests": 2}
    reply = await api.as_(person).post("/quotes", stay)
    assert reply.status_code == 201, reply.text
    quote_id: str = reply.json()["id"]
    return quote_id


async def confirm(database: Database, api: Api, person: Person) -> None:
    """Open the link of the mail."""
    async with database.transaction() as session:
        token = await auth.mail_link(session, person.id, LinkPurpose.VERIFY_EMAIL)
    assert (await api.post("/auth/verify-email", {"token": token})).is_success


async def test_who_has_not_confirmed_the_address_gets_a_price_and_holds_nothing_until_the_link_is_opened(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty
) -> None:
    ting = await a_person(verified=False)
    request_body = {"quote_id": await quoted(api, ting, await a_property())}
    refused = await api.as_(ting).post("/bookings", request_body)
    assert (refused.status_code, refused.json()["code"]) == (403, "email_unverified")
    assert (await api.as_(ting).get("/bookings")).json()["items"] == []
    await confirm(database, api, ting)
    assert (await api.as_(ting).post("/bookings", request_body)).status_code == 201  # the same token, the same price


async def test_a_hold_from_before_is_confirmed_by_who_confirmed_the_address_and_let_go_by_anyone(
    api: Api, database: Database, a_person: MakePerson, a_property: MakeProperty
) -> None:
    ting = await a_person()
    held = (await api.as_(ting).post("/bookings", {"quote_id": await quoted(api, ting, await a_property())})).json()
    await _unverify(database, ting)
    for way in ("confirm", "payment"):
        refused = await api.as_(ting).post(f"/bookings/{held['id']}/{way}")
        assert (refused.status_code, refused.json()["code"]) == (403, "email_unverified")
    assert (await api.as_(ting).post(f"/bookings/{held['id']}/release")).status_code == 200


@pytest.mark.parametrize("many", [False, True])
async def test_who_has_not_confirmed_the_address_writes_homes_and_submits_none(
    api: Api, database: Database, a_person: MakePerson, many: bool
) -> None:
    morag = await a_person(Role.LANDLORD, verified=False)
    mine = api.as_(morag)
    home = (await mine.post("/properties", home_facts("Leith"))).json()
    call = ("/properties/bulk-status", {"ids": [home["id"]]}) if many else (f"/properties/{home['id']}/status", {})
    refused = await mine.post(call[0], {**call[1], "status": "pending_review"})
    assert (refused.status_code, refused.json()["code"]) == (403, "email_unverified")
    assert (await mine.get(f"/properties/{home['id']}")).json()["status"] == "draft"
    # Taking a home away binds nobody.
    assert (await mine.post(call[0], {**call[1], "status": "archived"})).status_code == 200
    other = (await mine.post("/properties", home_facts("Leith"))).json()
    await confirm(database, api, morag)
    submitted = await mine.post(f"/properties/{other['id']}/status", {"status": "pending_review"})
    assert submitted.status_code == 200, submitted.text


async def test_a_move_that_cannot_be_read_names_its_field_once(api: Api, a_person: MakePerson) -> None:
    mine = api.as_(await a_person(Role.LANDLORD, verified=False))
    for path in ("/properties/bulk-status", f"/properties/{(await a_person()).id}/status"):
        errors = (await mine.post(path, {"status": "sold"})).json()["errors"]
        assert [error["field"] for error in errors] == ["status"]


async def test_looking_around_is_free(api: Api, a_person: MakePerson, a_property: MakeProperty) -> None:
    ting = await a_person(Role.TENANT, Role.LANDLORD, verified=False)
    home = await a_property()
    them = api.as_(ting)
    for path in ("/search", f"/properties/{home}", "/users/me", "/bookings", "/notifications", "/today/tenant"):
        assert (await them.get(path)).status_code == 200, path
    assert (await them.patch("/users/me", {"name": "Ting Li"})).status_code == 200
    assert (await them.post("/properties/drafts", {"words": {"title": "Half a home"}})).status_code == 201


async def _unverify(database: Database, person: Person) -> None:
    """As accounts are that were opened before addresses had to be confirmed."""
    async with database.transaction() as session:
        await session.execute(text("UPDATE identity SET email_verified_at = NULL WHERE id = :id"), {"id": person.id})
