"""An app and a server of different releases: the newer one says more, and the older one lives with it."""

import json
from typing import Any

import httpx
import jsonschema_rs
import pytest

from server.app import create_app
from server.core.database import Database
from server.core.settings import Settings
from shared_models.auth import Role
from tests.client.bookings.booking.test_booking_flow import DATES
from tests.client.conftest import Line, OpenApp
from tests.conftest import PASSWORD, Api, MakePerson, MakeProperty
from tests.server.stays import on_arrival
from tests.skew.contract import OPEN, Json
from tests.skew.test_contract import RELEASES
from tests.stories.conftest import day

__all__ = ["on_arrival"]

PHONE = 390


class Newer(httpx.AsyncBaseTransport):
    """The server of a later release: every object has a field more, and a booking a status nobody knew."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner, self.told = inner, set[str]()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        reply = await self._inner.handle_async_request(request)
        await reply.aread()
        if not reply.headers.get("content-type", "").startswith("application/json"):
            return reply
        self.told.add(request.url.path)
        return httpx.Response(reply.status_code, json=_later(reply.json()), request=request)


def _later(value: Any) -> Any:
    if isinstance(value, list):
        return [_later(item) for item in value]
    if not isinstance(value, dict):
        return value
    told = {key: _later(item) for key, item in value.items()} | {"said_later": {"in": "words"}}
    return told | {"status": "checked_in"} if value.get("status") == "confirmed" else told


@pytest.fixture
async def line(database: Database, settings: Settings) -> Line:
    """The way of an older app to a newer server."""
    return Line(Newer(httpx.ASGITransport(create_app(settings, database), raise_app_exceptions=False)))


@pytest.mark.usefixtures("on_arrival")
async def test_an_older_app_books_at_a_newer_server_and_says_what_to_do_about_what_it_does_not_know(
    open_app: OpenApp, a_person: MakePerson, a_property: MakeProperty
) -> None:
    isla = await a_person(Role.TENANT)
    await a_property(title="The flat", slug="flat")
    visit = await open_app("/search?text=Edinburgh", width=PHONE)
    await visit.until("The flat")
    await visit.go(f"/homes/flat/book?{DATES}")
    await visit.until("To book this home. Your dates are kept.")
    await visit.app.type("E-mail", isla.email)
    await visit.app.type("Password", PASSWORD)
    await visit.app.event(visit.app.field("Password"), "submit")
    await visit.press("Hold these dates")
    await visit.press("Confirm booking, pay £240.00 on arrival")
    await visit.until("Ask the landlord")
    await visit.go("/trips")
    await visit.until("The flat. Ask the landlord")


def answered(release: Json, method: str, path: str, status: int) -> Json:
    """The schema that an app of that release has of an answer, with all it refers to."""
    found = release["paths"][f"/api/v1{path}"][method.lower()]["responses"][str(status)]["content"]["application/json"]
    return {**found["schema"], "components": release["components"]}


def opened(schema: Any) -> Any:
    """A schema whose enums take any word, where the app shows a word it does not know as such."""
    if isinstance(schema, list):
        return [opened(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: opened(item) for key, item in schema.items() if key != "enum" or OPEN not in item}


@pytest.fixture(params=RELEASES, ids=lambda path: path.stem)
def release(request: pytest.FixtureRequest) -> Json:
    """What a release was told of the API, open where its app is."""
    found: Json = opened(json.loads(request.param.read_text()))
    return found


@pytest.mark.usefixtures("on_arrival")
async def test_every_answer_on_the_way_to_a_stay_is_what_the_frozen_app_was_told(
    api: Api, a_person: MakePerson, a_property: MakeProperty, release: Json
) -> None:
    person, home = await a_person(Role.TENANT), await a_property()

    async def said(method: str, template: str, body: Any = None, caller: Api = api, **ids: str) -> Json:
        bare, _, query = template.partition("?")
        reply = await caller.request(method, bare.format_map(ids) + (f"?{query}" if query else ""), json=body)
        assert reply.is_success, reply.text
        jsonschema_rs.validate(answered(release, method, bare, reply.status_code), reply.json())
        found: Json = reply.json()
        return found

    tokens = await said("POST", "/auth/sign-in", {"email": person.email, "password": PASSWORD})
    tenant = Api(api._client, {"Authorization": f"Bearer {tokens['access_token']}"})
    dates = f"check_in={day(10)}&check_out={day(13)}"
    (hit,) = (await said("GET", f"/search?text=Edinburgh&{dates}"))["items"]
    await said("GET", "/properties/{id_or_slug}", id_or_slug=hit["slug"])
    await said("GET", f"/calendars/{{property_id}}/taken?start={day(1)}&end={day(60)}", property_id=hit["id"])
    request_body = {"property_id": hit["id"], "check_in": day(10), "check_out": day(13), "guests": 2}
    quote = await said("POST", "/quotes", request_body, tenant)
    held = await said("POST", "/bookings", {"quote_id": quote["id"]}, tenant)
    booked = await said("POST", "/bookings/{booking_id}/confirm", None, tenant, booking_id=held["id"])
    (trip,) = (await said("GET", "/bookings?side=tenant", None, tenant))["items"]
    assert (trip["id"], trip["home"]["id"]) == (booked["id"], str(home))
