"""The web's edge: one transaction, one connection, committed before the reply; every error a problem with its id."""

from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from server.core.database import Database
from server.core.web.languages import MAX_LANGUAGES, wanted_languages
from tests.server.core.little import LARGEST, app_on, client_of, note_table, words

PROBLEM = "application/problem+json"


@pytest.fixture
async def app(database: Database) -> AsyncIterator[FastAPI]:
    async with note_table(database):
        yield app_on(database)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app) as client:
        yield client


async def test_what_was_written_is_committed_before_the_reply_begins(app: FastAPI, database: Database) -> None:
    seen: list[list[str]] = []
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/notes",
        "raw_path": b"/notes",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
        "scheme": "http",
        "server": ("test", 80),
        "client": ("test", 1),
        "http_version": "1.1",
        "root_path": "",
    }

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": b'{"word": "home"}', "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            assert message["status"] == 201
            seen.append(await words(database))

    await app(scope, receive, send)
    assert seen == [["home"]]


async def test_a_named_error_rolls_everything_back(client: httpx.AsyncClient, database: Database) -> None:
    reply = await client.post("/notes/failing", json={"word": "home"})
    assert (reply.status_code, reply.headers["content-type"], reply.json()["code"]) == (404, PROBLEM, "not_found")
    assert reply.json()["detail"] == "There is no such shelf."
    assert await words(database) == []


async def test_a_crash_rolls_back_and_tells_nothing_but_its_request_id(
    client: httpx.AsyncClient, database: Database
) -> None:
    with capture_logs() as logs:
        reply = await client.post(
            "/notes/crashing", json={"word": "shoe size"}, headers={"X-Request-Id": "my-request-1"}
        )
    assert (reply.status_code, reply.headers["content-type"]) == (500, PROBLEM)
    assert reply.headers["x-request-id"] == reply.json()["request_id"] == "my-request-1"
    assert "secret" not in reply.text
    assert "shoe" not in reply.text
    assert "Traceback" not in reply.text
    assert await words(database) == []
    assert [line["event"] for line in logs] == ["unexpected_error", "request"]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "k", "X-Person": "00000000-0000-7000-8000-000000000001"}])
async def test_guard_and_endpoint_share_one_connection_even_of_one(
    database: Database, method: str, headers: dict[str, str]
) -> None:
    one = Database(database.url, pool=1, wait_seconds=2)
    async with client_of(app_on(one)) as client:
        reply = await client.request(method, "/notes/connections", headers=headers)
    await one.close()
    guards, endpoints = reply.json()
    assert guards == endpoints > 0


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [("GET", "/nowhere", 404, "not_found"), ("DELETE", "/notes", 405, "not_found")],
)
async def test_what_is_not_there_is_a_problem(
    client: httpx.AsyncClient, method: str, path: str, status: int, code: str
) -> None:
    reply = await client.request(method, path)
    assert (reply.status_code, reply.headers["content-type"], reply.json()["code"]) == (status, PROBLEM, code)
    assert reply.json()["request_id"] == reply.headers["x-request-id"]


async def test_a_method_that_is_not_there_is_told_which_are(client: httpx.AsyncClient) -> None:
    assert (await client.delete("/notes")).headers["allow"] == "POST"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b'"word"',
        b'{"word": 7}',
        b'{"word": "\xff\xfe"}',
        b'{"word": "\\u0000"}',
        b'{"word": "a", "tags": ["b\\u0000"]}',
        b'{"word": "\\ud800"}',
        b'{"word": "a", "colour": "red"}',
        b'{"word": ' + b"9" * 5000 + b"}",
        b"[" * 9_000,
        b'{"word": ' + b"[" * 4_000 + b"]" * 4_000 + b"}",
        b'{"word": NaN}',
    ],
)
async def test_an_unreadable_body_is_malformed_and_writes_nothing(
    client: httpx.AsyncClient, database: Database, content: bytes
) -> None:
    reply = await client.post("/notes", content=content, headers={"Content-Type": "application/json"})
    assert (reply.status_code, reply.headers["content-type"], reply.json()["code"]) == (422, PROBLEM, "malformed")
    assert await words(database) == []


async def test_a_malformed_body_names_the_field(client: httpx.AsyncClient) -> None:
    reply = await client.post("/notes", json={"word": "x" * 51, "tags": ["a", 7]})
    assert [error["field"] for error in reply.json()["errors"]] == ["word", "tags.1"]
    assert "x" * 51 not in reply.text


@pytest.mark.parametrize("path", ["/notes/a%00b", "/notes/a?b=%00", "/notes/a%00b?x"])
async def test_an_address_with_a_null_character_is_malformed(client: httpx.AsyncClient, path: str) -> None:
    reply = await client.get(path)
    assert (reply.status_code, reply.json()["code"]) == (422, "malformed")
    assert reply.json()["request_id"] == reply.headers["x-request-id"]


async def test_an_address_that_is_no_utf8_is_answered(client: httpx.AsyncClient) -> None:
    assert (await client.get("/notes/%ff%fe")).status_code == 200


async def chunks(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 1000):
        yield b" " * 1000


Body = Callable[[int], bytes | AsyncIterator[bytes]]


@pytest.mark.parametrize("body", [lambda size: b" " * size, chunks], ids=["whole", "chunked"])
@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "k", "X-Person": "00000000-0000-7000-8000-000000000001"}])
async def test_a_body_over_the_limit_is_too_large_and_one_at_the_limit_is_not(
    client: httpx.AsyncClient, body: Body, headers: dict[str, str]
) -> None:
    over = await client.post("/notes/read", content=body(LARGEST + 1000), headers=headers)
    assert (over.status_code, over.headers["content-type"], over.json()["code"]) == (413, PROBLEM, "too_large")
    exact = await client.post("/notes/read", content=body(LARGEST), headers=headers)
    assert (exact.status_code, exact.json()) == (200, LARGEST)


async def test_a_body_that_says_it_is_too_large_is_not_read(app: FastAPI) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(100):
            read += 1
            yield b" " * 1000

    async with client_of(app) as client:
        reply = await client.post(
            "/notes/read", content=endless(), headers={"Content-Length": "99999999999999999999999"}
        )
    assert (reply.status_code, read) == (413, 0)


@pytest.mark.parametrize("request_body", ["short", "with space", "x" * 65, "semi;colon", ""])
async def test_an_unsound_request_id_is_replaced(client: httpx.AsyncClient, request_body: str) -> None:
    reply = await client.get("/notes/a", headers={"X-Request-Id": request_body})
    assert reply.headers["x-request-id"] != request_body
    assert len(reply.headers["x-request-id"]) == 36


Call = Callable[..., Awaitable[httpx.Response]]


async def test_the_log_has_the_template_of_the_route_and_not_the_query(client: httpx.AsyncClient) -> None:
    with capture_logs() as logs:
        await client.get("/notes/ann@example.com?token=sesame")
    (line,) = logs
    assert (line["route"], line["method"], line["status"]) == ("/notes/{name}", "GET", 200)
    assert "sesame" not in str(line)
    assert "ann@" not in str(line)


@pytest.mark.parametrize(
    ("header", "languages"),
    [
        ("de-AT, de;q=0.9, en;q=0.8", ("de-AT", "de", "en")),
        ("en;q=0.2,gd;q=0.7 , zh-Hant-TW", ("zh-Hant-TW", "gd", "en")),
        ("en, de;q=0", ("en",)),
        ("de ; q=0.5, *;q=0.1", ("de",)),
        ("de;q=x, ;;, \xff, en", ("en",)),
        ("", ()),
        ("en," * 100, ("en",) * MAX_LANGUAGES),
    ],
)
def test_the_languages_a_browser_asks_for_are_read_by_their_weight(header: str, languages: tuple[str, ...]) -> None:
    assert wanted_languages(header) == languages


@given(st.text())
def test_no_languages_of_a_browser_are_an_error(header: str) -> None:
    assert len(wanted_languages(header)) <= MAX_LANGUAGES
