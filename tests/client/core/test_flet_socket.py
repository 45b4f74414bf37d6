"""What flet_web 1.0.5 does with sockets that say nothing, say nonsense or go away, without our cures and with them."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import flet as ft
import msgpack
import pytest
from flet.messaging.protocol import decode_ext_from_msgpack
from flet_web.fastapi.flet_app import FletApp
from flet_web.fastapi.flet_app_manager import app_manager
from starlette.websockets import WebSocket, WebSocketDisconnect

from client.core.flet_socket import ANSWERS_WAITING, Pace, SocketCures

PAGE = {
    "route": "/", "width": 1200.0, "height": 800.0, "platform": "linux", "web": True, "pwa": False, "debug": False,
    "wasm": False, "test": False, "media": {}, "window": {},
}  # fmt: skip
REGISTER = [1, {"session_id": None, "page_name": "app", "page": PAGE}]
PATIENCE_SECONDS = 60
Event = MutableMapping[str, Any]


class CuredApp(SocketCures, FletApp):  # type: ignore[misc]
    register_seconds = 0.05
    refused: Exception | None = None

    def unpack(self, packed: bytes) -> Any:
        return msgpack.unpackb(packed, ext_hook=decode_ext_from_msgpack)

    def on_refused(self, error: Exception) -> None:
        self.refused = error


class Browser:
    """The other side of a socket."""

    def __init__(self) -> None:
        self.says: asyncio.Queue[Event] = asyncio.Queue()
        self.heard: list[Event] = []
        self.taken = 0
        self.reads = asyncio.Event()
        self.reads.set()
        self.gone = False
        self.says.put_nowait({"type": "websocket.connect"})

    def say(self, message: Any) -> None:
        self.say_bytes(b"\x00" + msgpack.packb(message))

    def say_bytes(self, data: bytes) -> None:
        self.says.put_nowait({"type": "websocket.receive", "bytes": data})

    def leave(self) -> None:
        self.says.put_nowait({"type": "websocket.disconnect", "code": 1006})

    async def receive(self) -> Event:
        event = await self.says.get()
        self.taken += 1
        return event

    async def send(self, event: Event) -> None:
        if self.gone:
            raise OSError
        await self.reads.wait()
        self.heard.append(event)

    @property
    def closed_with(self) -> int | None:
        return next((event["code"] for event in self.heard if event["type"] == "websocket.close"), None)


def connect(browser: Browser, kind: type[FletApp], main: Callable[[ft.Page], Awaitable[None]] | None = None) -> Any:
    """An app and the task in which it answers a browser."""

    async def nothing(page: ft.Page) -> None:
        pass

    scope = {"type": "websocket", "path": "/app/ws", "headers": [], "query_string": b"", "server": ("test", 80)}
    app = kind(asyncio.get_running_loop(), ThreadPoolExecutor(1), main or nothing, None, 300)
    return app, asyncio.create_task(app.handle(WebSocket(scope, browser.receive, browser.send)))


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not holds():  # noqa: ASYNC110 - nobody tells of it
            await asyncio.sleep(0.005)


async def ends(task: "asyncio.Task[None]") -> None:
    """Wait until the app has done with its browser; raises what it raised."""
    await asyncio.wait_for(task, PATIENCE_SECONDS)


async def cancel(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def sessions() -> dict[str, Any]:
    found: dict[str, Any] = app_manager._FletAppManager__sessions
    return found


@pytest.fixture(autouse=True)
async def nothing_left() -> AsyncIterator[None]:
    """No sessions, and no tasks that Flet without its cures forgets: their end would stand in another test's log."""
    sessions().clear()
    before = asyncio.all_tasks()
    yield
    sessions().clear()
    forgotten = asyncio.all_tasks() - before - {asyncio.current_task()}
    for task in forgotten:
        task.cancel()
    await asyncio.gather(*forgotten, return_exceptions=True)


async def a_few_turns() -> None:
    """Time enough for whatever needs no more than the loop."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_flet_waits_for_ever_for_a_browser_that_left_before_it_registered() -> None:
    browser = Browser()
    _, task = connect(browser, FletApp)
    browser.leave()
    await until(lambda: browser.taken == 2)
    await a_few_turns()
    assert not task.done()
    await cancel(task)


async def test_a_browser_that_left_before_it_registered_leaves_nothing_behind() -> None:
    browser, before = Browser(), asyncio.all_tasks()
    app, task = connect(browser, CuredApp)
    browser.leave()
    await ends(task)
    await a_few_turns()
    assert asyncio.all_tasks() - before == set()  # what others began before may end meanwhile
    assert app.refused is None


async def test_a_browser_that_does_not_register_is_let_go() -> None:
    browser, before = Browser(), asyncio.all_tasks()
    app, task = connect(browser, CuredApp)
    await ends(task)
    await a_few_turns()
    assert browser.closed_with == 1008
    assert isinstance(app.refused, TimeoutError)
    assert asyncio.all_tasks() - before == set()  # what others began before may end meanwhile


async def test_a_browser_that_has_registered_may_take_its_time() -> None:
    browser, slower = Browser(), Browser()
    _, task = connect(browser, CuredApp)
    browser.say(REGISTER)
    _, other = connect(slower, CuredApp)
    await ends(other)  # its time was over later
    assert not task.done()
    browser.leave()
    await ends(task)
    (session,) = sessions().values()
    assert session.connection is None


async def talks(page: ft.Page) -> None:
    page.add(ft.Text("hello"))


async def breaks_off(kind: type[FletApp]) -> "asyncio.Task[None]":
    """A browser that is gone while something is sent to it, before anybody hears of it."""
    browser = Browser()
    _, task = connect(browser, kind, talks)
    await until(lambda: bool(browser.heard))
    browser.gone = True
    browser.say(REGISTER)
    await until(lambda: bool(sessions()))
    await a_few_turns()
    browser.leave()
    return task


async def test_flet_keeps_the_session_of_a_browser_that_went_while_something_was_sent() -> None:
    task = await breaks_off(FletApp)
    with pytest.raises(WebSocketDisconnect):
        await ends(task)
    (session,) = sessions().values()
    assert session.connection is not None
    assert session.expires_at is None


async def test_a_session_learns_that_its_browser_went_while_something_was_sent() -> None:
    await ends(await breaks_off(CuredApp))
    (session,) = sessions().values()
    assert session.connection is None
    assert session.expires_at is not None


NONSENSE = {
    "no kind": b"\x07",
    "empty": b"",
    "no msgpack": b"\x00\xc1",
    "half a msgpack": b"\x00" + msgpack.packb(REGISTER)[:-5],
    "a number": b"\x00\x05",
    "no body": b"\x00" + msgpack.packb([1]),
    "an unknown action": b"\x00" + msgpack.packb([99, {}]),
    "an event of nobody": b"\x00" + msgpack.packb([3, {"target": 1, "name": "click", "data": None}]),
    "a body of another kind": b"\x00" + msgpack.packb([1, "body"]),
    "unknown fields": b"\x00" + msgpack.packb([1, {"who": "me"}]),
    "a wrong page": b"\x00" + msgpack.packb([1, {"session_id": None, "page_name": "app", "page": 7}]),
    "a wrong instant": b"\x00" + msgpack.packb([1, msgpack.ExtType(1, b"yesterday")]),
    "deep": b"\x00" + b"\x91" * 50_000 + b"\xc0",
}


async def test_flet_writes_a_traceback_for_nonsense(caplog: pytest.LogCaptureFixture) -> None:
    browser = Browser()
    _, task = connect(browser, FletApp)
    browser.say_bytes(NONSENSE["no msgpack"])
    with caplog.at_level(logging.WARNING):
        await until(lambda: bool(caplog.records))
    assert caplog.records[0].exc_info
    await cancel(task)


@pytest.mark.parametrize("sent", NONSENSE.values(), ids=NONSENSE)
async def test_nonsense_ends_the_connection_without_a_word_of_it_in_the_log(
    sent: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    browser, before = Browser(), asyncio.all_tasks()
    app, task = connect(browser, CuredApp)
    with caplog.at_level(logging.WARNING):
        browser.say_bytes(sent)
        await ends(task)
    await a_few_turns()
    assert caplog.records == []
    assert app.refused is not None
    assert browser.closed_with == 1008
    assert asyncio.all_tasks() - before == set() or sessions()  # of a session that began, its own tasks


EVENTS_OF_NOBODY = {
    "a list for a control": {"target": [1], "name": "click", "data": None},
    "a number for an event": {"target": 1, "name": 5, "data": None},
    "no target": {"name": "click", "data": None},
    "a further field": {"target": 1, "name": "click", "data": None, "more": 1},
}


@pytest.mark.parametrize("body", EVENTS_OF_NOBODY.values(), ids=EVENTS_OF_NOBODY)
async def test_an_event_that_cannot_be_one_ends_a_session_that_can_be_resumed(
    body: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    browser = Browser()
    app, task = connect(browser, CuredApp)
    with caplog.at_level(logging.WARNING):
        browser.say(REGISTER)
        browser.say([3, body])
        await ends(task)
        await a_few_turns()
    assert caplog.records == []
    assert app.refused is not None
    (session,) = sessions().values()
    assert session.expires_at is not None


async def test_whoever_registers_again_leaves_no_second_session() -> None:
    browser = Browser()
    _, task = connect(browser, CuredApp)
    browser.say(REGISTER)
    browser.say([1, {**REGISTER[1], "session_id": "another"}])  # type: ignore[dict-item]
    await ends(task)
    (session,) = sessions().values()
    assert session.expires_at is not None


async def test_flet_registers_a_browser_again_and_loses_the_first_session() -> None:
    browser = Browser()
    _, task = connect(browser, FletApp)
    browser.say(REGISTER)
    browser.say([1, {**REGISTER[1], "session_id": "another"}])  # type: ignore[dict-item]
    await until(lambda: len(sessions()) == 2)
    browser.leave()
    await ends(task)
    assert [session.expires_at is None for session in sessions().values()] == [True, False]


async def asks_without_reading(kind: type[FletApp]) -> int:
    """How many messages are waiting for a browser that asks a thousand times for something and reads nothing."""
    browser = Browser()

    async def answers(page: ft.Page) -> None:
        page.on_resize = lambda _: page.add(ft.Text("an answer"))

    app, task = connect(browser, kind, answers)
    browser.say(REGISTER)
    await until(lambda: any(event["type"] == "websocket.send" for event in browser.heard))
    await a_few_turns()
    browser.reads.clear()
    for _ in range(200):
        browser.say([3, {"target": 1, "name": "resize", "data": {"width": 5, "height": 5}}])
    asked = browser.taken
    await until(lambda: browser.says.empty() or app._FletApp__send_queue.qsize() > ANSWERS_WAITING)
    for _ in range(20):
        await a_few_turns()
    waiting: int = app._FletApp__send_queue.qsize()
    assert browser.taken > asked
    await cancel(task)
    return waiting


async def test_flet_keeps_any_number_of_answers_for_a_browser_that_does_not_read() -> None:
    assert await asks_without_reading(FletApp) >= 199


async def test_a_browser_that_does_not_read_is_not_listened_to() -> None:
    assert await asks_without_reading(CuredApp) < 2 * ANSWERS_WAITING


async def test_whoever_comes_too_fast_waits() -> None:
    pace, began = Pace(a_second=100, at_once=5), asyncio.get_running_loop().time()
    for _ in range(5):
        await pace.pass_one()
    at_once = asyncio.get_running_loop().time() - began
    for _ in range(10):
        await pace.pass_one()
    assert at_once < 0.05
    assert asyncio.get_running_loop().time() - began > 0.09
