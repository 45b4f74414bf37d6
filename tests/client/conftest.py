"""The client without a window, against the API in this process: fixtures for every screen's tests."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import flet as ft
import httpx
import pytest

from client.app import start
from client.core.device import PickedFile
from client.core.http import Http
from server.app import create_app
from server.core.database import Database
from server.core.settings import Settings
from shared_models.auth import ClientKind
from tests.client.harness import App
from tests.conftest import Person


class TestDevice:
    """A machine whose plug-ins are plain values; `http` goes to the API in this process."""

    __test__ = False
    client_kind = ClientKind.DEVICE

    def __init__(self, http: Http, token: str | None = None) -> None:
        self.http, self.token = http, token

    async def kept_token(self) -> str | None:
        return self.token

    async def keep_token(self, token: str) -> None:
        self.token = token

    async def forget_token(self) -> None:
        self.token = None

    def url(self, path: str) -> str:
        return path

    async def pick_file(self, title: str, extensions: Sequence[str]) -> PickedFile | None:
        return None


class Line(httpx.AsyncBaseTransport):
    """The line to the server, which a test can cut."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner, self.cut = inner, False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
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


OpenApp = Callable[..., Awaitable[App]]


@pytest.fixture
async def open_app(line: Line) -> AsyncIterator[OpenApp]:
    """Open the whole client at an address: `await open_app("/trips", person, width=390)`."""
    opened: list[App] = []
    clients: list[httpx.AsyncClient] = []

    async def open_(route: str, person: Person | None = None, *, width: float = 1440) -> App:
        clients.append(httpx.AsyncClient(transport=line, base_url="http://test"))
        device = TestDevice(Http(clients[-1]), person.refresh_token if person is not None else None)

        async def main(page: ft.Page) -> None:
            await start(page, device)

        opened.append(await App.start(main, route=route, width=width))
        return opened[-1]

    yield open_
    for app in opened:
        assert app.crashes == []
        await app.close()
    for client in clients:
        await client.aclose()
