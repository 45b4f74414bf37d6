"""Whom the server takes a caller for: the word of a proxy counts only when the settings name it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from fastapi import FastAPI, Request, WebSocket
from pydantic import ValidationError
from structlog.testing import capture_logs

from server.core.database import Database
from server.core.settings import Environment, Settings
from server.launch import answer, listen
from tests.raw import Raw, head, many, raw
from tests.serving import serving

BUSY = head(
    "POST /api/v1/auth/sign-in", ["Content-Type: application/json", "Content-Length: 9", "Expect: 100-continue"]
)
UPGRADE = [
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: " + "a" * 22 + "==",
]


@pytest.fixture(params=list(Environment))
def environment(request: pytest.FixtureRequest) -> Environment:
    found: Environment = request.param
    return found


@asynccontextmanager
async def asking(settings: Settings) -> AsyncIterator[str]:
    """A server that says whom it takes its caller for."""
    app = FastAPI()

    @app.get("/who")
    async def who(request: Request) -> tuple[str, str]:
        assert request.client is not None
        return request.client.host, request.url.scheme

    @app.websocket("/who")
    async def who_by_socket(socket: WebSocket) -> None:
        await socket.accept()
        assert socket.client is not None
        await socket.send_json([socket.client.host, socket.url.scheme])

    listener, stop = listen(settings), asyncio.Event()
    running = asyncio.create_task(answer(app, settings, listener, stop, lambda: None))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        stop.set()
        await running


async def ask(settings: Settings, *headers: str) -> list[str]:
    async with asking(settings) as url, raw(url) as connection:
        await connection.send(head("GET /who", headers))
        _, _, body = await connection.answer()
    found: list[str] = json.loads(body)
    return found


def behind(proxies: str, environment: Environment = Environment.PRODUCTION) -> Settings:
    return Settings(environment=environment, port=0, trusted_proxies=proxies)


async def test_nobody_is_believed_who_was_not_named(environment: Environment) -> None:
    settings = behind("", environment)
    assert await ask(settings, "X-Forwarded-For: 192.0.2.7", "X-Forwarded-Proto: https") == ["127.0.0.1", "http"]


async def test_a_variable_of_the_web_server_itself_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    assert (await ask(behind("10.0.0.1"), "X-Forwarded-For: 192.0.2.7"))[0] == "127.0.0.1"


async def test_a_proxy_that_was_named_is_believed(environment: Environment) -> None:
    settings = behind("127.0.0.1", environment)
    assert await ask(settings, "X-Forwarded-For: 192.0.2.7", "X-Forwarded-Proto: https") == ["192.0.2.7", "https"]


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        (["1.1.1.1, 192.0.2.7"], "192.0.2.7"),
        (["1.1.1.1", "192.0.2.7"], "192.0.2.7"),
        (["192.0.2.7, 10.0.0.3"], "192.0.2.7"),
        (["1.1.1.1, 192.0.2.7, 10.0.0.3, 10.0.0.4"], "192.0.2.7"),
        (["192.0.2.7:4711"], "192.0.2.7"),
        (["2001:db8::7"], "2001:db8::7"),
    ],
    ids=str,
)
async def test_what_a_caller_wrote_before_the_proxies_is_not_believed(forwarded: list[str], address: str) -> None:
    headers = [f"X-Forwarded-For: {value}" for value in forwarded]
    assert (await ask(behind("127.0.0.0/8, 10.0.0.0/24"), *headers))[0] == address


async def test_a_socket_is_taken_for_the_same_caller_as_a_request() -> None:
    async with asking(behind("127.0.0.1")) as url, raw(url) as connection:
        await connection.send(head("GET /who", [*UPGRADE, "X-Forwarded-For: 192.0.2.7", "X-Forwarded-Proto: https"]))
        assert (await connection.answer())[0] == 101
        assert b'["192.0.2.7","wss"]' in await connection.reader.readuntil(b"]")


@pytest.mark.parametrize("wrong", ["proxy.example", "10.0.0.5/8", "*"])
def test_a_proxy_that_cannot_be_named_so_stops_the_start(wrong: str) -> None:
    with pytest.raises(ValidationError) as caught:
        behind(wrong)
    (error,) = caught.value.errors()
    assert error["loc"] == ("trusted_proxies",)
    assert repr(wrong) in error["msg"]


@pytest.mark.parametrize(
    ("environment", "proxies", "told"),
    [
        (Environment.PRODUCTION, "", 1),
        (Environment.PRODUCTION, "10.0.0.1", 1),
        (Environment.PRODUCTION, "127.0.0.1", 0),
        (Environment.DEVELOPMENT, "", 0),
    ],
)
async def test_production_tells_once_of_a_proxy_that_nobody_named(
    environment: Environment, proxies: str, told: int
) -> None:
    with capture_logs() as lines:
        async with asking(behind(proxies, environment)) as url, many(url, 3) as connections:
            for one in connections:
                await one.send(head("GET /who", ["X-Forwarded-For: 192.0.2.7"]))
                await one.answer()
    found = [line for line in lines if line["event"] == "forwarded_address_not_believed"]
    assert [line["peer"] for line in found] == ["127.0.0.1"] * told
    assert "192.0.2.7" not in str(found)


async def in_progress(stack: AsyncExitStack, url: str, number: int, address: str) -> list[Raw]:
    """Requests of one address, through a proxy, that wait for their bodies."""
    made = await stack.enter_async_context(many(url, number))
    for one in made:
        await one.send(BUSY[:-2] + f"X-Forwarded-For: {address}\r\n\r\n".encode())
        assert (await one.answer())[0] == 100
    return made


async def test_behind_a_proxy_each_address_has_its_share_of_what_is_in_progress(
    settings: Settings, database: Database
) -> None:
    limits = {"trusted_proxies": "127.0.0.1", "max_connections_per_address": 3}
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(serving(settings.model_copy(update=limits), database))
        await in_progress(stack, url, 3, "2001:db8::1")
        for address, status in [("2001:db8::2", 503), ("2001:db8:0:1::1", 200)]:
            connection = await stack.enter_async_context(raw(url))
            await connection.send(head("GET /healthz", [f"X-Forwarded-For: {address}"]))
            found, headers, _ = await connection.answer()
            assert (found, headers.get("retry-after")) == (status, "5" if status == 503 else None)


async def test_behind_a_proxy_a_socket_counts_as_what_is_in_progress(settings: Settings, database: Database) -> None:
    limits = {"trusted_proxies": "127.0.0.1", "max_connections_per_address": 1}
    async with serving(settings.model_copy(update=limits), database) as url, many(url, 3) as connections:
        callers = [("192.0.2.7", 101), ("192.0.2.7", 403), ("192.0.2.8", 101)]
        for connection, (address, status) in zip(connections, callers, strict=True):
            fields = [*UPGRADE, f"Origin: {url}", f"X-Forwarded-For: {address}"]
            await connection.send(head("GET /app/ws", fields))
            assert (await connection.answer())[0] == status


async def test_what_is_over_makes_room_again(settings: Settings, database: Database) -> None:
    limits = {"trusted_proxies": "127.0.0.1", "max_connections_per_address": 1}
    async with serving(settings.model_copy(update=limits), database) as url, raw(url) as connection:
        for _ in range(5):
            await connection.send(head("GET /healthz", ["X-Forwarded-For: 192.0.2.7"]))
            assert (await connection.answer())[0] == 200
