"""Behind a proxy that compresses: it makes each of our entity tags a weak one, and people go on saving."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from client.core.http import Http
from shared_models.auth import Role
from shared_models.properties import PropertyRead
from tests.conftest import Api, MakePerson, MakeProperty
from tests.server.calendars.test_links import a_link
from tests.server.properties.test_property_endpoints import FACTS


class Compressing:
    """What nginx does to the tag of an answer that it compresses."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def weakening(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    (name, b"W/" + value if name.lower() == b"etag" else value) for name, value in message["headers"]
                ]
            await send(message)

        await self.app(scope, receive, weakening)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(Compressing(app), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


@pytest.fixture
async def proxied(client: httpx.AsyncClient) -> Api:
    return Api(client)


async def test_a_home_is_saved_and_what_somebody_else_saved_is_not_overwritten(
    proxied: Api, a_person: MakePerson
) -> None:
    mine = proxied.as_(await a_person(Role.LANDLORD))
    home = await mine.post("/properties", FACTS)
    path, seen = f"/properties/{home.json()['id']}", {"If-Match": home.headers["etag"]}
    assert seen["If-Match"].startswith('W/"')
    assert (await mine.put(path, FACTS | {"sleeps": 3}, headers=seen)).status_code == 200
    assert (await mine.put(path, FACTS | {"sleeps": 5}, headers=seen)).status_code == 412


async def test_a_draft_is_kept_and_finished(proxied: Api, a_person: MakePerson) -> None:
    mine = proxied.as_(await a_person(Role.LANDLORD))
    home = await mine.post("/properties", FACTS)
    path = f"/properties/drafts/{home.json()['id']}"
    first = await mine.put(path, {"words": {"title": "One"}})
    second = await mine.put(path, {"words": {"title": "Two"}}, headers={"If-Match": first.headers["etag"]})
    assert second.status_code == 200
    request_body = {"facts": FACTS | {"sleeps": 3}, "home_etag": home.headers["etag"]}
    finished = await mine.post(f"{path}/finish", request_body, headers={"If-Match": second.headers["etag"]})
    assert (finished.status_code, finished.json()["sleeps"]) == (200, 3)


async def test_calendars_and_pictures_are_not_sent_twice(
    proxied: Api, a_person: MakePerson, a_property: MakeProperty
) -> None:
    landlord = await a_person(Role.LANDLORD)
    home = await a_property(landlord)
    feed, cover = await a_link(proxied, landlord, home), f"/properties/{home}/covers/front/320.webp"
    for path in (feed, cover):
        first = await proxied.get(path)
        again = await proxied.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (first.status_code, again.status_code) == (200, 304)


async def test_an_app_knows_a_version_again_whichever_way_it_came(
    client: httpx.AsyncClient, api: Api, a_property: MakeProperty
) -> None:
    path = f"/properties/{await a_property()}"
    tagged = await Http(client, in_process=True).tagged("GET", path, PropertyRead)
    assert tagged.etag == (await api.get(path)).headers["etag"]
