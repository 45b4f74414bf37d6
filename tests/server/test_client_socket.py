"""The socket of the web client over the wire: how much it may send, how long it may say nothing, what it leaves."""

import asyncio
import base64
import gc
import logging
import struct
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, MutableMapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

import msgpack
import pytest
from flet_web.fastapi.flet_app_manager import app_manager
from structlog.testing import capture_logs
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from server.app import create_app
from server.core.connections.sockets import (
    FIRST_MESSAGE_BYTES,
    MAX_FRAGMENTS,
    MAX_WAITING_MESSAGES,
    SocketConnection,
)
from server.core.database import Database
from server.core.refusals import refusals
from server.core.settings import Settings
from server.web import FILE_MESSAGE_BYTES, MESSAGE_BYTES, BrowserDevice, ClientSocket, Handshake, Web
from tests.raw import Raw, eventually, head, raw
from tests.serving import serving

SOON = 0.3
PATIENCE_SECONDS = 60
PAGE = {
    "route": "/", "width": 1200.0, "height": 800.0, "platform": "linux", "web": True, "pwa": False, "debug": False,
    "wasm": False, "test": False, "media": {}, "window": {},
}  # fmt: skip
REGISTER = [1, {"session_id": None, "page_name": "app", "page": PAGE}]
HANDSHAKE = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[MutableMapping[str, Any]]]:
    """What is told of refusals, each at once."""
    monkeypatch.setattr(refusals, "every", 0.0)
    monkeypatch.setattr(refusals, "_counts", Counter())  # what other tests counted waits for its line
    with capture_logs() as lines:
        yield lines


def counted(told: list[MutableMapping[str, Any]], reason: str) -> int:
    return sum(line.get(reason, 0) for line in told if line["event"] == "refused")


def limited(settings: Settings, **limits: Any) -> Settings:
    return settings.model_copy(update=limits)


@asynccontextmanager
async def socket(url: str) -> AsyncIterator[ClientConnection]:
    """A socket of a browser that has said nothing yet."""
    address = f"{url.replace('http', 'ws', 1)}/app/ws"
    async with connect(address, origin=url, max_size=None, close_timeout=0.2) as found:  # type: ignore[arg-type]
        yield found


async def say(browser: ClientConnection, message: Any) -> None:
    await browser.send(b"\x00" + msgpack.packb(message))


async def register(browser: ClientConnection) -> None:
    """Register, and hear the answer."""
    await say(browser, REGISTER)
    async with asyncio.timeout(PATIENCE_SECONDS):
        answer = await browser.recv()
    assert isinstance(answer, bytes)
    assert answer[:2] == b"\x00\x92"


async def closed(browser: ClientConnection) -> int | None:
    """Wait for the end; the code it ended with."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        try:
            while True:
                await browser.recv()
        except ConnectionClosed as end:
            return end.rcvd.code if end.rcvd is not None else None


def alive() -> list[ClientSocket]:
    gc.collect()
    return [found for found in gc.get_objects() if type(found) is ClientSocket]


async def test_sockets_that_never_register_are_closed_and_forgotten(
    settings: Settings, database: Database, told: list[MutableMapping[str, Any]]
) -> None:
    before = len(alive())
    limits = limited(settings, register_seconds=SOON, max_unregistered_per_address=100)
    async with serving(limits, database) as url, AsyncExitStack() as stack:
        browsers = [await stack.enter_async_context(socket(url)) for _ in range(60)]
        assert [await closed(browser) for browser in browsers] == [1008] * 60
        await eventually(lambda: len(alive()) <= before, "the end of what they left")
    assert counted(told, "sockets_that_never_registered") == 60


async def test_an_address_has_so_many_sockets_that_say_nothing(
    settings: Settings, database: Database, told: list[MutableMapping[str, Any]]
) -> None:
    async with (
        serving(limited(settings, max_unregistered_per_address=2), database) as url,
        socket(url) as first,
        socket(url) as second,
    ):
        with pytest.raises(InvalidStatus):
            await stack_of(url)
        await register(first)
        async with socket(url):
            with pytest.raises(InvalidStatus):
                await stack_of(url)
        await second.close()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await opens(url):
                pass
    assert counted(told, "too_many_unregistered_sockets") >= 2


async def stack_of(url: str) -> None:
    async with socket(url):
        pass


async def opens(url: str) -> bool:
    try:
        await stack_of(url)
    except InvalidStatus:
        return False
    return True


async def test_a_refused_socket_waits_within_the_share_of_its_address(
    settings: Settings, database: Database, told: list[MutableMapping[str, Any]]
) -> None:
    """Refused at once it would be back at once, for another handshake that costs as much as a search."""
    limits = limited(settings, max_unregistered_per_address=1, max_connections_per_address=2)
    async with serving(limits, database) as url, socket(url):
        began = time.monotonic()
        refused = asyncio.create_task(opens(url))
        await eventually(lambda: counted(told, "too_many_unregistered_sockets") == 1, "the refusal")
        assert await health(url) == 503
        assert not await refused
        assert time.monotonic() - began >= 3  # what decision 0014 says
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await health(url) != 200:
                pass


async def health(url: str) -> int:
    """What somebody else at this address is answered."""
    async with raw(url) as connection:
        await connection.send(head("GET /healthz"))
        return (await connection.answer())[0]


async def test_little_is_taken_from_whoever_has_not_registered(served_url: str) -> None:
    async with socket(served_url) as browser:
        await browser.send(b"\x00" * (FIRST_MESSAGE_BYTES + 1))
        assert await closed(browser) == 1009


async def test_a_long_address_is_no_hindrance_to_registering(served_url: str) -> None:
    async with socket(served_url) as browser:
        await say(browser, [1, {**REGISTER[1], "page": PAGE | {"route": "/search?area=" + "a" * 30_000}}])  # type: ignore[dict-item]
        assert isinstance(await asyncio.wait_for(browser.recv(), PATIENCE_SECONDS), bytes)


def connection_of_the_only_session() -> ClientSocket:
    (found,) = [one.connection for one in _sessions().values() if isinstance(one.connection, ClientSocket)]
    return found


def _sessions() -> dict[str, Any]:
    found: dict[str, Any] = app_manager._FletAppManager__sessions
    return found


def an_event_of(size: int) -> list[Any]:
    return [3, {"target": 0, "name": "change", "data": b"x" * size}]


async def was_read(browser: ClientConnection) -> None:
    """Wait until all that was sent has been read: a ping is answered in its turn."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        await (await browser.ping())


async def test_more_is_taken_from_who_has_registered(served_url: str) -> None:
    async with socket(served_url) as browser:
        await register(browser)
        await say(browser, an_event_of(MESSAGE_BYTES - 1000))
        await was_read(browser)
        await say(browser, an_event_of(MESSAGE_BYTES + 1))
        assert await closed(browser) == 1009


async def test_a_file_is_taken_while_it_was_asked_for(served_url: str) -> None:
    async with socket(served_url) as browser:
        await register(browser)
        with connection_of_the_only_session().taking_a_file():
            await say(browser, an_event_of(FILE_MESSAGE_BYTES - 1000))
            await was_read(browser)
        await say(browser, an_event_of(MESSAGE_BYTES + 1))
        assert await closed(browser) == 1009


async def test_a_large_file_comes_through_when_it_is_picked(
    served_url: str, settings: Settings, database: Database
) -> None:
    content = b"x" * 5_000_000
    async with socket(served_url) as browser:
        await register(browser)
        (session,) = [one for one in _sessions().values() if one.connection is not None]
        device = BrowserDevice(session.page, Web(create_app(settings, database), settings), Handshake("", None, ""))
        picking = session.page.run_task(device.pick_file, "A file", ["csv"])
        call = await asked_for(browser, "pick_files")
        file = {"id": 1, "name": "homes.csv", "size": len(content), "path": None, "bytes": content}
        answer = {"control_id": call["control_id"], "call_id": call["call_id"], "result": [file], "error": None}
        await say(browser, [5, answer])
        picked = await asyncio.wait_for(asyncio.wrap_future(picking), PATIENCE_SECONDS)
    assert picked is not None
    assert (picked.name, picked.content) == ("homes.csv", content)


async def asked_for(browser: ClientConnection, method: str) -> dict[str, Any]:
    """The call of a method of the browser, once it comes."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            packed = await browser.recv()
            assert isinstance(packed, bytes)
            action, body = msgpack.unpackb(packed[1:], ext_hook=lambda code, data: (code, data), strict_map_key=False)
            if action == 5 and body["name"] == method:
                found: dict[str, Any] = body
                return found


async def test_a_message_in_countless_parts_is_not_taken(served_url: str) -> None:
    async with socket(served_url) as browser:

        async def parts() -> AsyncIterator[bytes]:
            for _ in range(MAX_FRAGMENTS + 2):
                yield b""

        with suppress(ConnectionClosed):
            await browser.send(parts())
        assert await closed(browser) == 1009


async def test_more_messages_at_once_than_anybody_takes_are_not_kept(served_url: str) -> None:
    empty = b"\x82\x80\x00\x00\x00\x00"
    async with raw(served_url) as flood:
        await shake_hands(served_url, flood)
        await flood.send(empty * (4 * MAX_WAITING_MESSAGES))
        assert b"\x88\x02" + struct.pack("!H", 1009) in await flood.ended()


async def test_a_window_gives_way_to_nobody(settings: Settings, database: Database) -> None:
    async with serving(limited(settings, max_connections_per_address=2), database) as url, socket(url) as window:
        await register(window)
        async with raw(url) as silent, raw(url):
            await silent.ended()
            await was_read(window)


async def test_a_browser_that_gives_no_sign_of_life_is_let_go(settings: Settings, database: Database) -> None:
    async with serving(limited(settings, ping_seconds=SOON), database) as url, raw(url) as dead:
        await shake_hands(url, dead)
        async with socket(url) as living:  # which answers pings by itself
            await register(living)
            await dead.ended()
            pong = await living.ping()
            await asyncio.wait_for(pong, PATIENCE_SECONDS)


async def shake_hands(url: str, connection: Raw, *headers: str) -> None:
    key = base64.b64encode(b"0123456789abcdef").decode()
    fields = [*HANDSHAKE, f"Sec-WebSocket-Key: {key}", f"Origin: {url}", *headers]
    await connection.send(head("GET /app/ws", fields))
    if not headers:
        assert (await connection.answer())[0] == 101


async def test_no_log_tells_from_where_a_socket_was_opened(served_url: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.DEBUG, logger="uvicorn"):
        async with socket(served_url) as browser:
            await register(browser)
    # Only theirs: whatever another test left unfinished may be told of meanwhile, by its address.
    lines = [record.getMessage() for record in caplog.records if record.name.startswith(("uvicorn", "estospaces"))]
    assert lines
    assert not [line for line in lines if "127.0.0.1" in line]


async def test_a_handshake_that_cannot_be_read_ends(settings: Settings, database: Database) -> None:
    """A line that is too long for the library of the sockets, which then says nothing at all."""
    async with serving(limited(settings, header_seconds=SOON), database) as url, raw(url) as connection:
        await shake_hands(url, connection, "X-Long: " + "a" * 9000)
        await connection.ended()


def frame(content: bytes, *, kind: int = 0x82) -> bytes:
    """A message, or what else `kind` says, as a browser sends it."""
    length = bytes([0x80 | len(content)]) if len(content) < 126 else b"\xfe" + struct.pack("!H", len(content))
    return bytes([kind]) + length + struct.pack("!I", 0) + content


PINGS = frame(b"p" * 125, kind=0x89) * 500


def the_only_socket() -> SocketConnection:
    (one,) = [found for found in gc.get_objects() if type(found) is SocketConnection and not found.disconnected]
    return one


@asynccontextmanager
async def asking_and_not_reading(flood: Raw, pings: bytes) -> AsyncIterator[SocketConnection]:
    """Ask for signs of life without an end; the socket, once it takes nothing more."""

    async def ask() -> None:
        while True:
            await flood.send(pings)

    blocked = the_only_socket()
    asking = asyncio.create_task(ask())
    # Where the machine is slow, it may have been let go by the time one looks.
    await eventually(lambda: blocked._blocked is not None or blocked.disconnected, "what waits for its reader")
    yield blocked
    asking.cancel()
    with suppress(asyncio.CancelledError, ConnectionError):
        await asking


@pytest.mark.parametrize(
    ("first", "between"),
    [(b"", b""), (frame(b"\x00" + msgpack.packb(REGISTER)), frame(b"\x00" + msgpack.packb(an_event_of(1))))],
    ids=["pings alone", "between messages"],
)
async def test_who_asks_for_signs_of_life_and_hears_none_is_not_read_from_and_let_go(
    settings: Settings, database: Database, told: list[MutableMapping[str, Any]], first: bytes, between: bytes
) -> None:
    """Each ping wants an answer. Those of who does not read wait here, and must not be any number."""
    async with serving(limited(settings, write_seconds=3.0), database) as url, raw(url, receive_buffer=4096) as flood:
        await shake_hands(url, flood)
        await flood.send(first)
        async with asking_and_not_reading(flood, between + PINGS) as blocked:
            assert blocked.transport.get_write_buffer_size() < 1_000_000
            await eventually(lambda: counted(told, "slow_readers") == 1, "the end of the connection")


async def test_who_reads_on_is_read_from_again(served_url: str) -> None:
    async with raw(served_url, receive_buffer=4096) as flood:
        await shake_hands(served_url, flood)
        async with asking_and_not_reading(flood, PINGS):
            pass
        flood.writer.write(frame(b"last", kind=0x89))
        async with asyncio.timeout(2 * PATIENCE_SECONDS):
            while b"\x8a\x04last" not in await flood.reader.read(65_536):
                pass
