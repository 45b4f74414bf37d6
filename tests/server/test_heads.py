"""HEAD on every address that GET has: the same headers, and nothing else."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from server.app import create_app
from server.core.database import Database
from server.core.settings import Settings
from shared_models.auth import Role
from tests.conftest import Api, MakePerson, MakeProperty, Person
from tests.raw_http import RawAnswer, RawConnection, connected

OF_ONE_ANSWER = {"date", "x-request-id", "transfer-encoding"}
"""Headers that no two answers share; the last says how the content comes."""


def gets(settings: Settings, database: Database) -> Iterator[str]:
    """Every address of the OpenAPI that takes GET, with made-up ids."""
    for path, item in create_app(settings, database).openapi()["paths"].items():
        if "get" in item:
            yield path.replace("{", "").replace("}", "")


async def both(connection: RawConnection, path: str, headers: Mapping[str, str]) -> tuple[RawAnswer, RawAnswer]:
    """What GET and then HEAD are answered, on one connection: a content that HEAD must not have would be read next."""
    await connection.ask("GET", path, headers)
    got = await connection.answer()
    await connection.ask("HEAD", path, headers)
    head = await connection.answer(has_content=False)
    return got, head


def told(answer: RawAnswer) -> dict[str, Any]:
    return {name: value for name, value in answer.headers.items() if name not in OF_ONE_ANSWER}


async def test_every_get_has_a_head_with_the_same_headers_and_no_content(
    served_url: str, settings: Settings, database: Database
) -> None:
    paths = [*gets(settings, database), "/search?text=leith", "/nowhere", "/app/nothing.js", "/auth/pixel?ticket=x"]
    async with connected(served_url) as connection:
        for path in paths:
            got, head = await both(connection, path, {})
            assert (head.status, told(head)) == (got.status, told(got)), path


@pytest.fixture
async def landlord(a_person: MakePerson) -> Person:
    return await a_person(Role.LANDLORD)


async def test_a_head_of_what_is_there_says_how_long_it_is(
    served_url: str, served_api: Api, landlord: Person, a_property: MakeProperty
) -> None:
    home = await a_property(landlord)
    mine = served_api.as_(landlord)
    run = (await mine.request("POST", "/imports?filename=a.csv", content=b"id,name\n1,a\n")).raise_for_status().json()
    url: str = (await mine.post(f"/calendars/{home}/link")).json()["url"]
    paths = ["/", "/app/", "/app/fonts/Inter-400.ttf", "/healthz", "/api/v1/search", f"/api/v1/properties/{home}"]
    paths += [f"/api/v1/properties/{home}/covers/front/320.webp", f"/api/v1/imports/{run['id']}"]
    paths.append(url.removeprefix(served_url))
    async with connected(served_url) as connection:
        for path in paths:
            got, head = await both(connection, path, landlord.headers)
            assert (got.status, int(head.headers["content-length"])) == (200, len(got.body)), path
            assert (head.status, told(head)) == (200, told(got)), path
        await connection.ask("HEAD", f"/api/v1/imports/{run['id']}/findings.csv", landlord.headers)
        assert (await connection.answer(has_content=False)).headers["content-type"] == "text/csv; charset=utf-8"


async def test_where_there_is_no_get_there_is_no_head(served_url: str) -> None:
    async with connected(served_url) as connection:
        await connection.ask("HEAD", "/api/v1/quotes")
        answer = await connection.answer(has_content=False)
        assert (answer.status, answer.headers["allow"]) == (405, "POST")
        await connection.ask("PUT", "/api/v1/search")
        assert (await connection.answer()).headers["allow"] == "GET, HEAD"
