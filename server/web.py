"""The web: the Flet client at `/app`, its cookies and sessions, and the plain pages at `/`.

A browser's refresh token lies in an HttpOnly cookie that no script can read. A socket cannot set cookies, so after the
sign-in an invisible image of our own origin fetches them with a one-use ticket (see `docs/decisions`).
"""

import asyncio
import base64
import hashlib
import secrets
import time
from collections.abc import AsyncIterator, Hashable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from http.cookies import CookieError, SimpleCookie
from typing import Final

import flet as ft
import httpx
import msgpack
import structlog
from fastapi import FastAPI, Request, Response
from flet.messaging.protocol import decode_ext_from_msgpack
from flet_web.fastapi import FletApp, app_manager
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from client import paths
from client.app import start
from client.core import flet_session
from client.core.device import PickedFile, pick_one, store, stored
from client.core.flet_socket import SocketCures
from client.core.http import Http
from server.client_files import ClientFiles
from server.core.budgets import CallClass
from server.core.connections.sockets import EXTENSION
from server.core.errors import TooManyTries
from server.core.ids import new_id
from server.core.per_address import Shares
from server.core.rates import Rates
from server.core.refusals import Reason, refusals
from server.core.settings import Settings
from server.core.web.front import behind_front
from server.core.web.languages import wanted_languages
from server.core.web.origins import is_from_our_page
from server.pages import Ways, pages
from server.sign_in_page import SignInCookie, sign_in_page
from shared_models.auth import ClientKind

log = structlog.get_logger(__name__)

MOUNT: Final = "/app"
TICKET_SECONDS: Final = 30
MESSAGE_BYTES: Final = 1_000_000
"""The largest message of a browser that has registered. The longest text that may be typed has 20,000 letters;
whoever pastes a book into a field loses the connection and gets the page anew."""
FILE_MESSAGE_BYTES: Final = 24_000_000
"""The largest while a file was asked for: one of 20 MB may be imported, and Flet sends it whole."""
SESSION_SECONDS: Final = 300
"""How long a window may be away (a tunnel, a reload) and find its session as it was."""
REFUSED_SECONDS: Final = 3.0
"""How long a socket that is one too many waits to hear so."""
_PIXEL: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


@dataclass(frozen=True)
class Handshake:
    """What a browser said when its socket connected."""

    browser: str
    """Names the browser, not the person: a random cookie set with the first page."""
    refresh_token: str | None
    address: str
    agent: str = ""
    """The browser's User-Agent."""
    languages: tuple[str, ...] = ()
    """What its owner reads, as BCP 47 tags, the dearest first."""

    @property
    def key(self) -> Hashable:
        """What a Flet session is bound to: this browser, signed in as this person."""
        return (self.browser, _hash(self.refresh_token))


_handshake: ContextVar[Handshake | None] = ContextVar("handshake", default=None)


def _hash(token: str | None) -> str | None:
    return None if token is None else hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True)
class Cookies:
    """Names and attributes of the two cookies; `__Host-` wherever browsers accept it."""

    secure: bool

    @property
    def session(self) -> str:
        return "__Host-session" if self.secure else "session"

    @property
    def browser(self) -> str:
        return "__Host-browser" if self.secure else "browser"

    def header(self, name: str, value: str, max_age: int) -> str:
        """A `Set-Cookie` that no script and no other site can use."""
        secure = "; Secure" if self.secure else ""
        return f"{name}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}"


def _cookies_in(scope: Scope) -> dict[str, str]:
    raw = b"; ".join(value for name, value in scope["headers"] if name == b"cookie").decode("latin-1")
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(raw).items()}
    except CookieError:
        return {}


def _address_of(scope: Scope) -> str:
    return scope["client"][0] if scope.get("client") else ""


class Doorkeeper:
    """Reads cookies at the handshake of the client's socket, refuses other origins, and names each new browser.

    Sockets elsewhere are for those who know them: they bring a token and no cookie, so their origin proves nothing.
    """

    def __init__(self, app: ASGIApp, cookies: Cookies, settings: Settings) -> None:
        self.app, self.cookies, self.settings = app, cookies, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and _is_of_client(scope):
            await self._socket(scope, receive, send)
        elif scope["type"] == "http" and _wants_page(scope) and self.cookies.browser not in _cookies_in(scope):
            await self.app(scope, receive, self._naming(send))
        else:
            await self.app(scope, receive, send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        if not is_from_our_page(scope, self.settings):
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        found = _cookies_in(scope)
        agent = headers.get(b"user-agent", b"").decode("latin-1")
        languages = wanted_languages(headers.get(b"accept-language", b"").decode("latin-1"))
        browser, token = found.get(self.cookies.browser, ""), found.get(self.cookies.session)
        _handshake.set(Handshake(browser, token, _address_of(scope), agent, languages))
        await self.app(scope, receive, send)

    def _naming(self, send: Send) -> Send:
        cookie = self.cookies.header(self.cookies.browser, secrets.token_urlsafe(18), 400 * 86_400)

        async def naming(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"set-cookie", cookie.encode())]
            await send(message)

        return naming


def _is_of_client(scope: Scope) -> bool:
    path: str = scope["path"]
    return path == MOUNT or path.startswith(f"{MOUNT}/")


def _wants_page(scope: Scope) -> bool:
    return _is_of_client(scope) and b"text/html" in dict(scope["headers"]).get(b"accept", b"")


def _same(one: str, other: str) -> bool:
    return secrets.compare_digest(one.encode(), other.encode())


@dataclass
class Ticket:
    """Lets one browser fetch one cookie, once, soon."""

    browser: str
    token: str | None
    ends: float
    fetched: "asyncio.Future[None]"


@dataclass
class Tickets:
    """The open tickets of this process. A socket and its image reach the same process (sticky routing)."""

    open: dict[str, Ticket] = field(default_factory=dict)

    def issue(self, browser: str, token: str | None) -> tuple[str, "asyncio.Future[None]"]:
        """A ticket for a cookie (None: for taking it away), and a future that is done once it was fetched."""
        now = time.monotonic()
        self.open = {key: ticket for key, ticket in self.open.items() if ticket.ends > now}
        key = secrets.token_urlsafe(24)
        fetched: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.open[key] = Ticket(browser, token, now + TICKET_SECONDS, fetched)
        return key, fetched

    def redeem(self, key: str, browser: str) -> Ticket | None:
        """The ticket, if it is open, not too old and this browser's."""
        ticket = self.open.pop(key, None)
        if ticket is None or ticket.ends <= time.monotonic() or not _same(ticket.browser, browser):
            return None
        return ticket


def _said_by(handshake: Handshake) -> dict[str, str]:
    """What the browser itself would say: it names the session, and lets the server know the place again."""
    said = {"User-Agent": handshake.agent, "Device-Id": handshake.browser}
    return {name: value for name, value in said.items() if value.isascii() and value.isprintable()}


class BrowserDevice:
    """A browser: the token lies in its cookie jar, and calls go to the API in this very process."""

    client_kind = ClientKind.BROWSER

    def __init__(self, page: ft.Page, web: "Web", handshake: Handshake) -> None:
        self._page, self._web, self._handshake = page, web, handshake
        self.files = web.files.folder
        transport = httpx.ASGITransport(web.api, raise_app_exceptions=False, client=(handshake.address, 0))
        client = httpx.AsyncClient(transport=transport, base_url="http://api", headers=_said_by(handshake))
        self.http = Http(client, in_process=True)

    async def kept_token(self) -> str | None:
        return self._handshake.refresh_token

    async def keep_token(self, token: str) -> None:
        if token != self._handshake.refresh_token:
            await self._set_cookie(token)

    async def forget_token(self) -> None:
        if self._handshake.refresh_token is not None:
            await self._set_cookie(None)

    async def _set_cookie(self, token: str | None) -> None:
        if not self._handshake.browser:
            return  # it takes no cookies, so it could not fetch one; waiting for it would only delay the person
        key, fetched = self._web.tickets.issue(self._handshake.browser, token)
        pixel = ft.Image(
            src=f"/auth/pixel?ticket={key}",
            width=1,
            height=1,
            opacity=0,
            exclude_from_semantics=True,
            error_content=ft.Container(),
        )
        self._page.overlay.append(pixel)
        self._page.update()
        try:
            await asyncio.wait_for(fetched, 8)
        except TimeoutError:
            # The person stays signed in here; only a reload will ask them again.
            log.warning("cookie_not_fetched")
            return
        finally:
            self._page.overlay.remove(pixel)
            self._page.update()
        self._handshake = replace(self._handshake, refresh_token=token)
        flet_session.rebind(self._page, self._handshake.key)

    async def languages(self) -> Sequence[str]:
        return self._handshake.languages

    async def kept_choice(self, name: str) -> str | None:
        return await stored(name)

    async def keep_choice(self, name: str, value: str) -> None:
        await store(name, value)

    def url(self, path: str) -> str:
        return path

    def link(self, path: str) -> str:
        return f"{self._web.settings.public_origin}{path}"

    async def pick_file(self, title: str, extensions: Sequence[str]) -> PickedFile | None:
        socket = self._page.session.connection
        with socket.taking_a_file() if isinstance(socket, ClientSocket) else nullcontext():
            return await pick_one(title, extensions)


class ClientSocket(SocketCures, FletApp):  # type: ignore[misc]  # flet_web has no types
    """A browser's socket. What it may send grows with what we know of it."""

    def __init__(self, web: "Web", socket: WebSocket) -> None:
        super().__init__(
            loop=asyncio.get_running_loop(),
            executor=app_manager.executor,
            main=web.start,
            before_main=None,
            session_timeout_seconds=SESSION_SECONDS,
        )
        self.register_seconds = web.settings.register_seconds
        self.is_registered = False
        self._address = _address_of(socket.scope)
        self._unregistered = web.unregistered
        self._rates: Rates = web.api.state.rates
        self._take_messages_of = socket.scope["extensions"][EXTENSION]["take_messages_of"]

    async def handle(self, websocket: WebSocket) -> None:
        """Answer the browser until its socket ends, if its address has not too many that say nothing."""
        try:
            await self._rates.count(CallClass.SOCKET, address=self._address)
        except TooManyTries:
            await _refuse(websocket)
            return
        if not self._unregistered.take(self._address):
            refusals.count(Reason.TOO_MANY_UNREGISTERED)
            await _refuse(websocket)
            return
        try:
            await super().handle(websocket)
        finally:
            if not self.is_registered:
                self._unregistered.give_back(self._address)

    def unpack(self, packed: bytes) -> object:
        return msgpack.unpackb(packed, ext_hook=decode_ext_from_msgpack)

    def on_registered(self) -> None:
        self.is_registered = True
        self._unregistered.give_back(self._address)
        self._take_messages_of(MESSAGE_BYTES)

    def on_refused(self, error: Exception) -> None:
        if isinstance(error, TimeoutError) and not self.is_registered:
            refusals.count(Reason.UNREGISTERED)
            return
        refusals.count(Reason.BAD_MESSAGE)
        if self.is_registered:  # it may be our own fault
            log.warning("socket_message_not_taken", error=type(error).__name__)

    @contextmanager
    def taking_a_file(self) -> Iterator[None]:
        """Until this is left a file may come, which is larger than anything else a browser sends."""
        self._take_messages_of(FILE_MESSAGE_BYTES)
        try:
            yield
        finally:
            self._take_messages_of(MESSAGE_BYTES)


async def _refuse(socket: WebSocket) -> None:
    """Refuse a socket, after a while: its connection waits within the share of its address, and is not back at once
    for another handshake, which costs as much as a search."""
    await asyncio.sleep(REFUSED_SECONDS)
    await socket.close()


class Web:
    """The client beside the API. `api` is the app that calls of the client go to."""

    def __init__(self, api: FastAPI, settings: Settings) -> None:
        self.api, self.settings = api, settings
        self.tickets = Tickets()
        self.files = ClientFiles(MOUNT, tiles=settings.map_tiles_url)
        self.unregistered = Shares(settings.max_unregistered_per_address)
        # Browsers take Secure cookies on http://localhost but not on another plain-http host.
        self.cookies = Cookies(secure=settings.public_origin.startswith("https://"))

    def mount(self) -> ASGIApp:
        """The whole server as one ASGI app: pages, API and client."""
        self.api.add_api_route("/auth/pixel", self.pixel, include_in_schema=False)
        ways = Ways(lambda text: f"{MOUNT}{paths.search(text=text)}", lambda slug: f"{MOUNT}{paths.home(slug)}")
        self.api.include_router(pages(ways, self.settings.public_origin))
        keep = SignInCookie(self.cookies.browser, self._session_cookie)
        self.api.include_router(sign_in_page(keep, self.settings.public_origin, MOUNT))
        self.api.mount(MOUNT, self._client())
        return behind_front(Doorkeeper(self.api, self.cookies, self.settings), self.settings)

    def _client(self) -> ASGIApp:
        """Flet's socket and, for every other address, the files and the page of the client."""

        async def session(socket: WebSocket) -> None:
            await ClientSocket(self, socket).handle(socket)

        return Starlette(routes=[WebSocketRoute("/ws", session), Route("/{path:path}", self.files.answer)])

    async def start(self, page: ft.Page) -> None:
        """Begin the client in a new window."""
        handshake = _handshake.get() or Handshake(str(new_id()), None, "")
        await start(page, BrowserDevice(page, self, handshake))

    def _session_cookie(self, token: str | None) -> str:
        """The `Set-Cookie` of a sign-in; None takes it away."""
        lifetime = self.settings.session_days * 86_400 if token else 0
        return self.cookies.header(self.cookies.session, token or "", lifetime)

    async def pixel(self, request: Request, ticket: str = "") -> Response:
        """The invisible image that carries a cookie. Any other browser, a second time or too late: 403."""
        browser = request.cookies.get(self.cookies.browser, "")
        redeemed = self.tickets.redeem(ticket, browser) if browser else None
        headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
        if redeemed is None:
            return Response(status_code=403, headers=headers)
        headers["Set-Cookie"] = self._session_cookie(redeemed.token)
        if not redeemed.fetched.done():
            redeemed.fetched.set_result(None)
        return Response(_PIXEL, media_type="image/png", headers=headers)


def _key_of_handshake() -> Hashable:
    handshake = _handshake.get()
    return None if handshake is None else handshake.key


@asynccontextmanager
async def keeping_sessions() -> AsyncIterator[None]:
    """Flet's keeper of sessions, for as long as a server runs; each is handed to its own browser and sign-in only."""
    unbind = flet_session.bind_sessions(app_manager, _key_of_handshake)
    try:
        await app_manager.start()
        yield
    finally:
        await app_manager.shutdown()
        unbind()
