"""Bodies of requests on a real socket: who sends slowly, much or strangely stops nobody else, and is told why."""

import asyncio
import gzip
import json
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import AsyncExitStack, suppress
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from structlog.testing import capture_logs

from server.app import create_app
from server.core.database import Database
from server.core.settings import Settings
from server.core.web import bodies, connections, json_bodies
from server.core.web.bodies import DEFAULT_MAX_BYTES, MAX_FILES_AT_ONCE, BodyLimits, limits_of, takes_body
from server.core.web.context import UNANSWERED, RequestContext
from server.core.web.json_bodies import MAX_VALUES
from server.core.web.problems import answer_problems
from server.core.web.routes import BoundedRoute
from server.web import Web
from shared_models.auth import Role
from shared_models.drafts import DraftField
from shared_models.imports import MAX_FILE_BYTES, ImportField
from tests.conftest import Api, MakePerson
from tests.raw_http import RawConnection, connected, waiting_for_a_body
from tests.server.core.sockets import put_on_a_socket

KEYED = {"Idempotency-Key": "the same for all"}
AS_JSON = {"Content-Type": "application/json"}


async def half_sent(stack: AsyncExitStack, url: str, path: str, headers: dict[str, str]) -> RawConnection:
    """A connection whose server waits for the second half of a body."""
    connection = await stack.enter_async_context(connected(url))
    await waiting_for_a_body(connection, path, headers, 100)
    await connection.send(b"{" + b" " * 49)
    return connection


@pytest.mark.parametrize("keys", [KEYED, {}], ids=["keyed", "unkeyed"])
async def test_many_half_sent_bodies_of_one_person_stop_nobody_else(
    served_url: str, served_api: Api, a_person: MakePerson, database: Database, keys: dict[str, str]
) -> None:
    tenant = await a_person()
    async with AsyncExitStack() as stack:
        senders = [
            await half_sent(stack, served_url, "/api/v1/quotes", tenant.headers | keys)
            for _ in range(25)  # more than there are connections to the database
        ]
        async with httpx.AsyncClient(base_url=served_url, timeout=5) as others:
            assert (await others.get("/readyz")).status_code == 200
            assert (await others.get("/api/v1/search")).status_code == 200
        await senders[0].send(b" " * 49 + b"}")
        assert (await senders[0].answer()).json()["code"] == "malformed"


async def test_half_sent_files_of_many_people_stop_nobody_else(
    served_url: str, served_api: Api, a_person: MakePerson
) -> None:
    landlords = [await a_person(Role.LANDLORD) for _ in range(MAX_FILES_AT_ONCE + 1)]
    async with AsyncExitStack() as stack:
        for landlord in landlords[:-1]:
            await half_sent(stack, served_url, "/api/v1/imports?filename=a.csv", landlord.headers)
        async with httpx.AsyncClient(base_url=served_url, timeout=5) as others:
            assert (await others.get("/readyz")).status_code == 200
            assert (await others.get("/api/v1/search")).status_code == 200
        one_more = await send_file(served_api.as_(landlords[-1]))
        assert (one_more.status_code, one_more.json()["code"]) == (503, "try_again")
        again = await send_file(served_api.as_(landlords[0]))
        assert (again.status_code, again.json()["code"], "retry-after" in again.headers) == (
            429,
            "too_many_tries",
            True,
        )
    assert (await eventually(lambda: send_file(served_api.as_(landlords[-1])), 201)).status_code == 201


async def send_file(api: Api) -> httpx.Response:
    return await api.request("POST", "/imports?filename=a.csv", content=b"id,name\n1,a\n")


async def eventually(call: Callable[[], Awaitable[httpx.Response]], status: int) -> httpx.Response:
    """Call until it is answered so, for as long as a server may need to see that connections are gone."""
    async with asyncio.timeout(10):
        reply = await call()
        while reply.status_code != status:
            reply = await call()
    return reply


async def test_a_file_of_somebody_signed_out_is_not_even_waited_for(served_url: str) -> None:
    async with connected(served_url) as connection:
        length = {"Content-Length": str(MAX_FILE_BYTES), "Expect": "100-continue"}
        await connection.ask("POST", "/api/v1/imports?filename=a.csv", length)
        assert (await connection.answer()).status == 401


def an_app() -> FastAPI:
    app = FastAPI()
    app.router.route_class = BoundedRoute
    app.state.person_of = lambda request: None
    app.add_middleware(RequestContext)
    answer_problems(app)

    @app.post("/patient")
    @takes_body(BodyLimits(seconds=0.3, min_bytes_per_second=100))
    async def patient(request: Request) -> int:
        return len(await request.body())

    @app.post("/large")
    @takes_body(BodyLimits(max_bytes=200_000))
    async def large(request: Request) -> int:
        return len(await request.body())

    @app.post("/ordinary")
    async def ordinary(request: Request) -> int:
        return len(await request.body())

    return app


async def test_a_body_that_does_not_come_is_not_waited_for_and_its_connection_ends(settings: Settings) -> None:
    async with put_on_a_socket(an_app(), settings) as url, connected(url) as connection:
        await connection.ask("POST", "/patient", {"Content-Length": "100"}, b"x" * 50)
        answer = await connection.answer()
        assert (answer.status, answer.json()["code"]) == (408, "request_timeout")
        assert (answer.headers["connection"], answer.headers["content-type"]) == ("close", "application/problem+json")
        assert await connection.is_closed()


async def test_the_rest_of_a_refused_body_is_waited_for_a_moment_and_no_longer(settings: Settings) -> None:
    """Its sender may look at the answer once everything is sent, or never send it."""
    async with put_on_a_socket(an_app(), settings) as url, connected(url) as connection:
        await connection.ask("POST", "/nowhere", {"Content-Length": "100"}, b"x")
        assert (await connection.answer()).status == 404
        answered = asyncio.get_running_loop().time()
        assert await connection.is_closed()
        assert 1.5 < asyncio.get_running_loop().time() - answered < 9  # two seconds, and what a slow machine takes


async def test_a_refused_body_is_not_read_to_its_end_however_fast_it_comes(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "READ_PAST_SECONDS", 60)
    monkeypatch.setattr(connections, "READ_PAST_BYTES", 500_000)
    whole, sent, piece = 100_000_000, 0, bytes(100_000)
    async with put_on_a_socket(an_app(), settings) as url, connected(url) as connection:
        await connection.ask("POST", "/nowhere", {"Content-Length": str(whole)})
        assert (await connection.answer()).status == 404
        with suppress(ConnectionError):
            while sent < whole:
                await connection.send(piece)
                sent += len(piece)
    assert sent < whole / 2  # what the system's buffers hold was sent as well


async def test_a_large_body_is_parsed_beside_the_loop_and_a_small_one_at_once(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    places: list[bool] = []

    def read_json(content: bytes) -> Any:
        places.append(threading.current_thread() is threading.main_thread())
        return json_bodies.read_json(content)

    monkeypatch.setattr(bodies, "read_json", read_json)
    async with put_on_a_socket(an_app(), settings) as url, httpx.AsyncClient(base_url=url) as client:
        for size in (64_000, 64_001):
            assert (
                await client.post("/large", content=b'"' + b"x" * (size - 2) + b'"', headers=AS_JSON)
            ).json() == size
    assert places == [True, False]


async def test_a_large_body_may_take_the_time_that_its_size_needs(settings: Settings) -> None:
    async with put_on_a_socket(an_app(), settings) as url, connected(url) as connection, connected(url) as another:
        enough = asyncio.get_running_loop().time() + 0.5  # more than is waited for a body of no size
        await connection.ask("POST", "/patient", {"Content-Length": "100"}, b"x" * 60)
        while asyncio.get_running_loop().time() < enough:
            await another.ask("POST", "/ordinary", {"Content-Length": "0"})
            await another.answer()
        await connection.send(b"x" * 40)
        assert (await connection.answer()).json() == 100


def test_by_default_ten_seconds_are_waited() -> None:
    limits = BodyLimits()
    assert (limits.seconds, limits.max_bytes) == (10, 64_000)


async def test_a_connection_goes_on_after_a_refusal_whose_body_was_read(settings: Settings) -> None:
    async with put_on_a_socket(an_app(), settings) as url, connected(url) as connection:
        for path, status in (("/nowhere", 404), ("/ordinary", 200)):
            await connection.ask("POST", path, {"Content-Length": "3"}, b"abc")
            answer = await connection.answer()
            assert (answer.status, "connection" in answer.headers) == (status, False)


async def test_a_sender_who_goes_away_is_no_error_of_ours(settings: Settings) -> None:
    with capture_logs() as logs:
        async with put_on_a_socket(an_app(), settings) as url, connected(url) as another, asyncio.timeout(10):
            async with connected(url) as connection:
                await waiting_for_a_body(connection, "/patient", {}, 100)
            while not any(line.get("route") == "/patient" for line in logs):
                await another.ask("POST", "/ordinary", {"Content-Length": "0"})
                await another.answer()
    assert {(line["event"], line.get("route"), line.get("status")) for line in logs} == {
        ("request", "/patient", UNANSWERED),
        ("request", "/ordinary", 200),
    }


def million_unknown_fields() -> bytes:
    return b"{" + b",".join(b'"a%07d":1' % number for number in range(1_500_000)) + b"}"


async def test_a_giant_sign_in_is_refused_at_once_and_delays_nobody(served_url: str) -> None:
    giant = million_unknown_fields()
    async with httpx.AsyncClient(base_url=served_url, timeout=20) as client, connected(served_url) as announced:
        head = {"Content-Type": "application/json", "Content-Length": str(len(giant))}
        await announced.ask("POST", "/api/v1/auth/sign-in", head)  # and not a byte of it is sent
        answer = await announced.answer()
        assert (answer.status, answer.json()["code"]) == (413, "too_large")
        assert answer.json()["detail"] == "At most 64 kB are taken here."
        sending = asyncio.create_task(client.post("/api/v1/auth/sign-in", content=giant, headers=head))
        async with httpx.AsyncClient(base_url=served_url, timeout=2) as others:
            while not sending.done():
                assert (await others.get("/healthz")).status_code == 200
        assert (await sending).status_code == 413


async def test_a_body_without_a_length_is_counted(served_url: str) -> None:
    async with connected(served_url) as connection:
        await connection.ask("POST", "/api/v1/auth/sign-in", {"Transfer-Encoding": "chunked"})
        for _ in range(DEFAULT_MAX_BYTES // 1_000 + 1):
            await connection.send(b"3e8\r\n" + b" " * 1_000 + b"\r\n")
        answer = await connection.answer()
        assert (answer.status, answer.headers["connection"]) == (413, "close")


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "br", "deflate, gzip", "nonsense"])
async def test_a_packed_body_is_refused(api: Api, encoding: str) -> None:
    packed = gzip.compress(b"{}")
    reply = await api.post("/auth/sign-in", content=packed, headers={"Content-Encoding": encoding})
    assert (reply.status_code, reply.json()["code"]) == (415, "unknown_encoding")


async def sign_in_with(api: Api, content: bytes) -> httpx.Response:
    return await api.post("/auth/sign-in", content=content, headers={"Content-Type": "application/json"})


HOSTILE = {
    "values": json.dumps({f"a{number}": 1 for number in range(MAX_VALUES + 1)}).encode(),
    "elements": json.dumps([0] * (MAX_VALUES + 1)).encode(),
    "levels": b"[" * 30 + b"]" * 30,
    "brackets": b"[" * 60_000,
    "twice": b'{"email": "a@example.com", "email": "b@example.com"}',
    "digits": b'{"email": ' + b"9" * 60_000 + b"}",
    "fraction": b'{"email": 1.' + b"9" * 60_000 + b"}",
    "exponent": b'{"email": 1e' + b"9" * 60_000 + b"}",
    "NaN": b'{"email": NaN}',
    "half": b'{"email": "',
    "UTF-16": '{"email": "ü"}'.encode("utf-16"),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
async def test_a_hostile_body_is_malformed_by_one_short_error(api: Api, content: bytes) -> None:
    reply = await sign_in_with(api, content)
    assert (reply.status_code, reply.json()["code"]) == (422, "malformed")
    assert [error["field"] for error in reply.json()["errors"]] == ["body"]
    assert len(reply.content) < 1_000


async def test_the_list_of_what_is_wrong_is_bounded_too(api: Api) -> None:
    many = {("x" * 20 + str(number)): 1 for number in range(MAX_VALUES - 10)}
    reply = await sign_in_with(api, json.dumps(many).encode())
    assert (reply.status_code, len(reply.json()["errors"])) == (422, 50)
    long = await sign_in_with(api, json.dumps({"x" * 60_000: 1}).encode())
    assert (long.status_code, len(long.content) < 2_000) == (422, True)


async def test_a_draft_may_be_as_full_as_its_fields(api: Api, a_person: MakePerson) -> None:
    words = {field.value: "漢" * 4_000 for field in DraftField if field != DraftField.UNKNOWN}
    mine = api.as_(await a_person(Role.LANDLORD))
    begun = await mine.post("/properties/drafts", {"words": words, "amenities": []})
    assert (begun.status_code, begun.json()["said"]["words"]) == (201, words)


async def test_a_plan_may_name_as_many_columns_as_a_file_may_have(api: Api, a_person: MakePerson) -> None:
    mine = api.as_(await a_person(Role.LANDLORD))
    names = [f"{number:0>3}" + "漢" * 197 for number in range(200)]
    names[0] = "id"
    file = ",".join(names) + "\n" + ",".join("1" for _ in names) + "\n"
    run = (await mine.request("POST", "/imports?filename=a.csv", content=file.encode())).raise_for_status().json()
    columns = dict.fromkeys(names, ImportField.TITLE.value) | {"id": ImportField.SOURCE_ID.value}
    plan = {"columns": columns, "file_wide": {"source": "list"}}
    reply = await mine.put(f"/imports/{run['id']}/plan", plan)
    assert reply.status_code in (200, 422)
    assert "body" not in [error["field"] for error in reply.json().get("errors", [])]


def the_routes(routes: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    """Each route as `METHOD /path`, and as it was declared."""
    for route in routes:
        if hasattr(route, "effective_candidates"):  # a router that was included
            yield from the_routes(route.effective_candidates())
        else:
            for method in getattr(route, "methods", None) or ():
                yield f"{method} {route.path}", getattr(route, "original_route", route)


def test_every_route_of_the_product_bounds_its_body_and_only_one_takes_files(
    settings: Settings, database: Database
) -> None:
    web = Web(create_app(settings, database), settings)
    web.mount()
    changing = {name: route for name, route in the_routes(web.api.routes) if not name.startswith(("GET ", "HEAD "))}
    assert len(changing) > 40
    assert [name for name, route in changing.items() if not isinstance(route, BoundedRoute)] == []
    limits = {name: limits_of(route.endpoint) for name, route in changing.items()}
    assert {name for name, limit in limits.items() if limit.is_file} == {"POST /api/v1/imports"}
    assert {name for name, limit in limits.items() if limit.max_bytes > DEFAULT_MAX_BYTES} == {
        "POST /api/v1/imports",
        "PUT /api/v1/imports/{run_id}/plan",
        "POST /api/v1/payments/events/stripe",
        "POST /api/v1/properties/drafts",
        "PUT /api/v1/properties/drafts/{draft_id}",
        "POST /sandbox/mails",
    }
