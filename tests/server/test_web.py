"""The door of the web: origins, cookies and tickets."""

import asyncio
import json
from collections.abc import MutableMapping
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from starlette.types import ASGIApp, Receive, Scope, Send

from server import web as web_module
from server.app import create_app
from server.core.database import Database
from server.core.settings import Environment, Settings
from server.web import BrowserDevice, Cookies, Doorkeeper, Handshake, Tickets, Web
from tests.conftest import PASSWORD
from tests.mailbox import verify_token

PAGE = {"Accept": "text/html,application/xhtml+xml"}


class Inside:
    """What lies behind the door: says yes to sockets and plain text to the rest."""

    def __init__(self) -> None:
        self.sockets = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            self.sockets += 1
            await send({"type": "websocket.accept"})
        else:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"page"})


def door(inside: ASGIApp, *, production: bool = False, public_url: str | None = None) -> Doorkeeper:
    settings = Settings(environment=Environment.PRODUCTION if production else Environment.TEST, public_url=public_url)
    return Doorkeeper(inside, Cookies(secure=settings.public_origin.startswith("https://")), settings)


async def knock(
    keeper: Doorkeeper, *headers: tuple[bytes, bytes], path: str = "/app/ws"
) -> list[MutableMapping[str, Any]]:
    sent: list[MutableMapping[str, Any]] = []
    scope = {"type": "websocket", "path": path, "headers": list(headers), "client": ("192.0.2.1", 5)}

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    # In a task, because the handshake is remembered in the context, as a server does it.
    await asyncio.create_task(keeper(scope, receive, send))
    return sent


@pytest.mark.parametrize(
    ("origin", "production", "passes"),
    [
        (b"https://estospaces.example", True, True),
        (b"https://evil.example", True, False),
        (b"https://estospaces.example.evil.example", True, False),
        (b"http://estospaces.example", True, False),
        (b"https://estospaces.example:444", True, False),
        (b"https://inside:8000", True, False),
        (b"http://inside:8000", False, True),
        (b"http://evil.example", False, False),
        (b"null", False, False),
        (b"", False, False),
        (b"http://", False, False),
        (b"http://[", False, False),
        (b"\xff\xfe", False, False),
    ],
)
async def test_a_socket_opens_only_for_our_own_pages(origin: bytes, production: bool, passes: bool) -> None:
    inside = Inside()
    keeper = door(inside, production=production, public_url="https://EstoSpaces.example:443/")
    sent = await knock(keeper, (b"host", b"inside:8000"), (b"origin", origin))
    assert inside.sockets == passes
    assert sent == [{"type": "websocket.accept"}] if passes else [{"type": "websocket.close", "code": 1008}]


@pytest.mark.parametrize("headers", [[], [(b"host", b"")], [(b"host", b"inside:8000")]])
async def test_a_socket_without_an_origin_is_refused(headers: list[tuple[bytes, bytes]]) -> None:
    inside = Inside()
    assert await knock(door(inside), *headers) == [{"type": "websocket.close", "code": 1008}]
    assert inside.sockets == 0


@pytest.mark.parametrize(
    ("path", "passes"),
    [("/api/v1/messages/ws", True), ("/application/ws", True), ("/app", False), ("/app/", False), ("/app/ws", False)],
)
async def test_only_sockets_of_the_client_need_an_origin(path: str, passes: bool) -> None:
    inside = Inside()
    await knock(door(inside), path=path)
    assert inside.sockets == passes


async def get(app: ASGIApp, path: str, headers: Any = None) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        return await client.get(path, headers=headers)


async def test_the_first_page_names_the_browser_once() -> None:
    keeper = door(Inside())
    first = await get(keeper, "/app/homes/1", PAGE)
    (cookie,) = first.headers.get_list("set-cookie")
    name, _, value = cookie.partition(";")[0].partition("=")
    assert (name, len(value) >= 24) == ("browser", True)
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    again = await get(keeper, "/app/homes/1", PAGE | {"Cookie": f"{name}={value}"})
    assert "set-cookie" not in again.headers
    another = await get(keeper, "/app", PAGE)
    assert value not in another.headers["set-cookie"]


@pytest.mark.parametrize(
    ("path", "headers"), [("/app/main.dart.js", {"Accept": "*/*"}), ("/api/v1/users/me", PAGE), ("/application", PAGE)]
)
async def test_what_is_no_page_of_the_client_names_nobody(path: str, headers: dict[str, str]) -> None:
    assert "set-cookie" not in (await get(door(Inside()), path, headers)).headers


async def test_behind_https_cookies_belong_to_this_host_alone() -> None:
    reply = await get(door(Inside(), public_url="https://estospaces.example"), "/app", PAGE)
    cookie = reply.headers["set-cookie"]
    assert cookie.startswith("__Host-browser=")
    assert {"Secure", "HttpOnly", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


@pytest.mark.parametrize(
    "cookie",
    [b"", b";;;", b"=", b"browser", b"browser=\xff\xfe", b'browser="', b"a[b]=c; \x01=2", b"browser=" + b"x" * 8000],
)
async def test_garbage_for_cookies_is_never_an_error(database: Database, settings: Settings, cookie: bytes) -> None:
    web = Web(create_app(settings, database), settings)
    web.api.add_api_route("/auth/pixel", web.pixel)
    keeper = Doorkeeper(web.api, web.cookies, settings)
    key, _ = web.tickets.issue("ann", "token")
    for path in ("/app", "/healthz", f"/auth/pixel?ticket={key}"):
        reply = await get(keeper, path, [(b"cookie", cookie), (b"accept", b"text/html")])
        assert reply.status_code < 500
    inside = Inside()
    await knock(door(inside), (b"host", b"a"), (b"origin", b"http://a"), (b"cookie", cookie))
    assert inside.sockets == 1


@pytest.fixture
async def web(database: Database, settings: Settings) -> Web:
    web = Web(create_app(settings, database), settings)
    web.api.add_api_route("/auth/pixel", web.pixel)
    return web


async def pixel(web: Web, ticket: str, browser: str | None = "ann") -> httpx.Response:
    return await get(web.api, f"/auth/pixel?ticket={ticket}", {"Cookie": f"browser={browser}"} if browser else None)


async def test_a_ticket_brings_its_cookie_once(web: Web) -> None:
    key, fetched = web.tickets.issue("ann", "refresh-token")
    first = await pixel(web, key)
    assert (first.status_code, first.headers["content-type"]) == (200, "image/png")
    assert first.headers["cache-control"] == "no-store"
    assert first.headers["set-cookie"] == "session=refresh-token; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax"
    assert fetched.done()
    second = await pixel(web, key)
    assert (second.status_code, "set-cookie" in second.headers) == (403, False)


@pytest.mark.parametrize(("ticket", "browser"), [("right", "ben"), ("right", None), ("wrong", "ann"), ("", "ann")])
async def test_no_ticket_another_browser_or_no_cookie_gets_nothing(web: Web, ticket: str, browser: str | None) -> None:
    key, fetched = web.tickets.issue("ann", "refresh-token")
    reply = await pixel(web, key if ticket == "right" else ticket, browser)
    assert (reply.status_code, reply.headers["cache-control"], reply.content) == (403, "no-store", b"")
    assert "set-cookie" not in reply.headers
    assert not fetched.done()


async def test_a_ticket_without_a_browser_is_nobodys(web: Web) -> None:
    key, _ = web.tickets.issue("", "refresh-token")
    assert (await pixel(web, key, None)).status_code == 403


async def test_a_ticket_is_over_after_its_seconds_and_does_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(web_module.time, "monotonic", lambda: now[0])
    tickets = Tickets()
    in_time, _ = tickets.issue("ann", "a")
    late, _ = tickets.issue("ann", "b")
    now[0] += web_module.TICKET_SECONDS - 0.1
    assert tickets.redeem(in_time, "ann") is not None
    now[0] += 0.2
    assert tickets.redeem(late, "ann") is None
    for _ in range(3):
        tickets.issue("ann", "c")
    now[0] += web_module.TICKET_SECONDS + 1
    tickets.issue("ann", "d")
    assert len(tickets.open) == 1


async def test_a_ticket_of_a_sign_out_takes_the_cookie_away(web: Web) -> None:
    key, _ = web.tickets.issue("ann", None)
    reply = await pixel(web, key)
    assert reply.headers["set-cookie"].startswith("session=; Path=/; Max-Age=0; HttpOnly")


async def test_a_browser_that_stopped_waiting_still_gets_its_cookie(web: Web) -> None:
    key, fetched = web.tickets.issue("ann", "refresh-token")
    fetched.cancel()
    assert (await pixel(web, key)).status_code == 200


async def test_a_browser_says_what_it_is_and_is_known_again(web: Web, database: Database) -> None:
    agent = "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0"
    shaken = Handshake("a random word of this browser", None, "192.0.2.1", agent)
    device = BrowserDevice(None, web, shaken)  # type: ignore[arg-type]  # no page is needed to call
    request_body = {"email": "ann@example.com", "password": PASSWORD, "name": "Ann"}
    await device.http.call("POST", "/auth/register", content=json.dumps(request_body).encode())
    opened = {"token": await verify_token(database, "ann@example.com"), "client": "browser"}
    await device.http.call("POST", "/auth/verify-email", content=json.dumps(opened).encode())
    async with database.transaction() as session:
        found = await session.execute(text("SELECT program, system, address_hash, device_hash FROM auth_session"))
        program, system, *marks = found.one()
    assert (program, system) == ("Firefox", "Windows")
    assert all(marks)


async def test_what_a_browser_says_it_reads_is_known_at_the_handshake(web: Web) -> None:
    told: list[str] = []

    async def inside(scope: Scope, receive: Receive, send: Send) -> None:
        shaken = web_module._handshake.get()
        assert shaken is not None
        told.extend(await BrowserDevice(None, web, shaken).languages())  # type: ignore[arg-type]

    ours = (b"origin", b"https://estospaces.example")
    await knock(door(inside, public_url="https://estospaces.example"), ours, (b"accept-language", b"en;q=0.5, de-AT"))
    assert told == ["de-AT", "en"]


@pytest.mark.parametrize("garbage", ["\xff\xfe", "a\nb", "\x00"])
async def test_what_a_browser_says_of_itself_is_never_an_error(web: Web, garbage: str) -> None:
    device = BrowserDevice(None, web, Handshake(garbage, None, "", garbage))  # type: ignore[arg-type]
    assert (await device.http.call("GET", "/search", dict))["items"] == []
