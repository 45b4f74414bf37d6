"""The client without a window, against the API in this process: fixtures for every screen's tests."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import flet as ft
import httpx
import pytest
from fastapi import FastAPI
from flet.messaging.protocol import MessageAction

from client.app import start
from client.core.device import PickedFile
from client.core.history import INSTEAD
from client.core.http import Http
from server.app import create_app
from server.core.database import Database
from server.core.settings import Settings
from shared_models.auth import ClientKind
from tests.client.harness import App, FieldsAnew
from tests.conftest import Person


class TestDevice:
    """A machine whose plug-ins are plain values; `http` goes to the API in this process."""

    __test__ = False
    client_kind = ClientKind.DEVICE
    files = ""

    def __init__(self, http: Http, token: str | None = None, reads: Sequence[str] = ()) -> None:
        self.http, self.token, self.reads = http, token, reads
        self.choices: dict[str, str] = {}

    async def kept_token(self) -> str | None:
        return self.token

    async def keep_token(self, token: str) -> None:
        self.token = token

    async def forget_token(self) -> None:
        self.token = None

    async def languages(self) -> Sequence[str]:
        return self.reads

    def link(self, path: str) -> str:
        return f"https://estospaces.test{path}"

    async def kept_choice(self, name: str) -> str | None:
        return self.choices.get(name)

    async def keep_choice(self, name: str, value: str) -> None:
        self.choices[name] = value

    def url(self, path: str) -> str:
        return path

    async def pick_file(self, title: str, extensions: Sequence[str]) -> PickedFile | None:
        return None


class Line(httpx.AsyncBaseTransport):
    """The line to the server, which a test can cut, or hold up with `flowing.clear()` until `flowing.set()`.

    `holds` is the end of the paths that are held up; all of them, unless a test says so.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner, self.cut, self.flowing, self.holds = inner, False, asyncio.Event(), ""
        self.under_way = 0
        """How many requests are not answered yet."""
        self.waiting = 0
        """How many requests were held up and are not answered yet."""
        self.flowing.set()

    def lead_to(self, api: FastAPI) -> None:
        """From now on another app answers."""
        self._inner = httpx.ASGITransport(api, raise_app_exceptions=False)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.under_way += 1
        try:
            if not request.url.path.endswith(self.holds) or self.flowing.is_set():
                return await self._pass(request)
            return await self._pass_later(request)
        finally:
            self.under_way -= 1

    async def _pass_later(self, request: httpx.Request) -> httpx.Response:
        self.waiting += 1
        try:
            await self.flowing.wait()
            return await self._pass(request)
        finally:
            self.waiting -= 1

    async def _pass(self, request: httpx.Request) -> httpx.Response:
        if self.cut:
            raise httpx.ConnectError("the line is cut")
        return await self._inner.handle_async_request(request)


@pytest.fixture
async def line(database: Database, settings: Settings) -> Line:
    """The way to the API: `line.cut = True` takes it away."""
    return Line(httpx.ASGITransport(create_app(settings, database), raise_app_exceptions=False))


@pytest.fixture
async def http(line: Line) -> AsyncIterator[Http]:
    """The client's way to the server, as a visitor."""
    async with httpx.AsyncClient(transport=line, base_url="http://test") as client:
        yield Http(client)


class Visit:
    """Someone using the client: what they see, press and where the address bar stands."""

    def __init__(self, app: App, route: str) -> None:
        self.app, self.route, self.history = app, route, [route]
        self._followed = 0

    @property
    def texts(self) -> list[str]:
        return self.app.texts()

    def sees(self, words: str) -> bool:
        """Whether some text on show holds these words."""
        return any(words in told for told in self.app.texts())

    def names(self, words: str) -> list[str]:
        """The names of the buttons that hold these words."""
        return [name for name in self.app.names() if words in name]

    async def until(self, words: str, *, gone: bool = False) -> None:
        """Wait for words on the screen or the name of a button (`gone`: until they are not there any more)."""
        await self.holds(lambda: (self.sees(words) or bool(self.names(words))) is not gone, words)

    async def holds(self, condition: Callable[[], bool], words: str = "") -> None:
        """Wait for a condition; what the screen shows instead stands in the failure."""
        end = asyncio.get_running_loop().time() + WITHIN_SECONDS
        while not condition():
            assert asyncio.get_running_loop().time() < end, f"no {words!r} in {self.texts} {self.app.names()}"
            await self.app.changed()
            await self.follow()

    async def follow(self) -> None:
        """Note where the address bar stands now; the wire tells the app, as a browser does."""
        await self.app.settle(5)
        sent = self.app.wire.sent
        pushed = [
            message.body.args["route"]
            for message in sent[self._followed :]
            if message.action == MessageAction.INVOKE_METHOD and message.body.name == "push_route"
        ]
        for address in pushed:
            self.route, instead, _ = address.partition(INSTEAD)
            if instead:
                self.history.pop()
            self.history.append(self.route)
        self._followed = len(sent)

    async def go(self, route: str) -> None:
        """Open an address in this window, as a link, Back or Forward does (which close an open sheet first)."""
        self.route = route
        self.app.session.apply_page_patch({"route": route})
        await self.app.event(self.app.page, "route_change", {"route": route})

    async def press(self, words: str) -> None:
        """Press the only button whose name holds these words, once it is there."""
        await self.until(words)
        names = self.names(words)
        exact = [name for name in names if name == words]
        await self.app.press((exact or names)[0])
        await self.follow()


WITHIN_SECONDS = 60
OpenApp = Callable[..., Awaitable[Visit]]
OpenClient = Callable[..., Awaitable[App]]


@pytest.fixture
async def open_app(open_client: OpenClient) -> OpenApp:
    """The same, as a visit that remembers its addresses: `await open_app("/trips", person, width=390)`.

    `reads` are the languages of the device.
    """

    async def open_(
        route: str, person: Person | None = None, *, width: float = 1440, reads: Sequence[str] = ()
    ) -> Visit:
        return Visit(await open_client(route, person, width=width, reads=reads), route)

    return open_


@pytest.fixture
async def open_client(line: Line) -> AsyncIterator[OpenClient]:
    """Open the whole client at an address: `await open_client("/trips", person, width=390)`."""
    opened: list[App] = []
    clients: list[httpx.AsyncClient] = []

    async def open_(route: str, person: Person | None = None, *, width: float = 1440, reads: Sequence[str] = ()) -> App:
        clients.append(httpx.AsyncClient(transport=line, base_url="http://test"))
        device = TestDevice(Http(clients[-1]), person.refresh_token if person is not None else None, reads)

        async def main(page: ft.Page) -> None:
            if page.session.connection is not None:  # a browser tells it; Flet reads it when the address changes
                page.session.connection.page_url = "http://test/app"
            await start(page, device)

        opened.append(await App.start(main, route=route, width=width))
        return opened[-1]

    FieldsAnew.lost.clear()
    yield open_
    for app in opened:
        assert app.crashes == []
        await app.close()
    assert FieldsAnew.lost == [], "made anew while somebody types: give keys to what stands above them"
    for client in clients:
        await client.aclose()
