"""What every answer says to browsers, whatever it answers, on the socket that ships."""

from collections.abc import Iterator, Mapping

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from server.app import create_app
from server.client_files import ClientFiles
from server.core.database import Database
from server.core.settings import Environment, Settings
from server.core.web.policies import inline_hashes, origin_of, policy
from shared_models.auth import Role
from tests.conftest import PASSWORD, Api, MakePerson, MakeProperty
from tests.raw_http import connected
from tests.server.core.little import app_on, note_table
from tests.server.core.sockets import put_on_a_socket

UNUSED = ("accelerometer", "camera", "geolocation", "gyroscope", "magnetometer", "microphone", "payment", "usb")
PACKED = {"Content-Encoding": "gzip", "Content-Length": "2"}
GIANT = {"Content-Length": "1000000"}
OTHERS: tuple[tuple[str, str, Mapping[str, str], int], ...] = (
    ("GET", "/", {}, 200),
    ("GET", "/search?text=leith", {}, 303),
    ("GET", "/homes/nothing", {}, 303),
    ("GET", "/app/", {}, 200),
    ("GET", "/app/search", {"Accept": "text/html"}, 200),
    ("GET", "/app", {}, 307),
    ("GET", "/app/fonts/Inter-400.ttf", {"Range": "bytes=0-9"}, 206),
    ("GET", "/app/nothing.js", {}, 404),
    ("POST", "/app/search", {}, 405),
    ("GET", "/auth/pixel?ticket=x", {}, 403),
    ("GET", "/sandbox", {}, 200),
    ("GET", "/api/docs", {}, 200),
    ("GET", "/nowhere", {}, 404),
    ("HEAD", "/nowhere", {}, 404),
    ("DELETE", "/api/v1/search", {}, 405),
    ("GET", "/api/v1/search?limit=x", {}, 422),
    ("GET", "/%00", {}, 422),
    ("POST", "/api/v1/auth/sign-in", GIANT, 413),
    ("POST", "/api/v1/auth/sign-in", PACKED, 415),
)


def lacking(headers: Mapping[str, str]) -> list[str]:
    """What an answer should say and does not."""
    sound = {
        "content-security-policy": lambda value: "frame-ancestors 'none'" in value and "default-src 'none'" in value,
        "x-content-type-options": lambda value: value == "nosniff",
        "referrer-policy": lambda value: value == "no-referrer",
        "permissions-policy": lambda value: all(f"{feature}=()" in value for feature in UNUSED),
        "cache-control": lambda value: value != "",
    }
    found = [name for name, is_sound in sound.items() if not is_sound(headers.get(name, ""))]
    return [*found, *(["no HSTS"] if "strict-transport-security" in headers else [])]


def operations(settings: Settings, database: Database) -> Iterator[tuple[str, str]]:
    for path, item in create_app(settings, database).openapi()["paths"].items():
        for method in item:
            yield method.upper(), path.replace("{", "").replace("}", "")


async def test_every_answer_has_them_whatever_it_answers(
    served_url: str, settings: Settings, database: Database
) -> None:
    async with httpx.AsyncClient(base_url=served_url, timeout=20) as client:
        for method, path in operations(settings, database):
            reply = await client.request(method, path)
            assert lacking(reply.headers) == [], f"{method} {path}: {reply.status_code}"
    for method, path, headers, status in OTHERS:
        async with connected(served_url) as connection:
            await connection.ask(method, path, headers)
            answer = await connection.answer(has_content=False)
        assert (answer.status, lacking(answer.headers)) == (status, []), f"{method} {path}"


async def test_a_crash_and_a_sender_who_is_too_slow_are_answered_with_them(
    settings: Settings, database: Database
) -> None:
    async with note_table(database), put_on_a_socket(app_on(database), settings) as url:
        async with httpx.AsyncClient(base_url=url) as client:
            reply = await client.post("/notes/crashing", json={"word": "home"})
        assert (reply.status_code, lacking(reply.headers)) == (500, [])
        async with connected(url) as connection:
            await connection.ask("POST", "/notes/slow", {"Content-Length": "9"}, b"{")
            answer = await connection.answer()
        assert (answer.status, lacking(answer.headers)) == (408, [])


async def test_tokens_and_what_is_answered_to_somebody_are_kept_by_nobody(
    served_api: Api, a_person: MakePerson
) -> None:
    ann = await a_person(Role.LANDLORD)
    mine = served_api.as_(ann)
    tokens = await served_api.post("/auth/sign-in", {"email": ann.email, "password": PASSWORD})
    answers = [
        tokens,
        await served_api.post("/auth/refresh", {"refresh_token": tokens.json()["refresh_token"]}),
        await mine.get("/users/me"),
        await mine.get("/properties"),
        await mine.get("/bookings"),
        await mine.get("/notifications"),
    ]
    assert [(reply.status_code, reply.headers["cache-control"]) for reply in answers] == [(200, "no-store")] * 6


async def test_what_says_for_how_long_it_may_be_kept_is_believed(
    served_url: str, served_api: Api, a_person: MakePerson, a_property: MakeProperty
) -> None:
    landlord = await a_person(Role.LANDLORD)
    home = await a_property(landlord)
    link = (await served_api.as_(landlord).post(f"/calendars/{home}/link")).json()["url"]
    async with httpx.AsyncClient(base_url=served_url, timeout=20) as client:
        kept = {
            path: (await client.get(path)).headers["cache-control"]
            for path in ("/", "/app/", link, f"/api/v1/properties/{home}/covers/card/320.webp")
        }
    assert list(kept.values()) == ["no-cache", "no-cache", "private, no-cache", "public, max-age=604800, immutable"]


@pytest.mark.parametrize(
    ("environment", "told"), [(Environment.PRODUCTION, "max-age=31536000"), (Environment.DEVELOPMENT, None)]
)
async def test_only_production_binds_browsers_to_https(
    settings: Settings, database: Database, environment: Environment, told: str | None
) -> None:
    elsewhere = settings.model_copy(update={"environment": environment, "public_url": "https://estospaces.example"})
    async with put_on_a_socket(app_on(database), elsewhere) as url, connected(url) as connection:
        await connection.ask("GET", "/nowhere", {"Host": "estospaces.example"})
        assert (await connection.answer()).headers.get("strict-transport-security") == told


async def test_the_styles_and_scripts_of_our_pages_are_let_through_to_the_letter_and_no_others(
    served_url: str, a_property: MakeProperty
) -> None:
    await a_property(slug="a-home", title="<script>alert(1)</script>")
    async with httpx.AsyncClient(base_url=served_url, timeout=20) as client:
        for path in ("/", "/homes/a-home", "/sandbox", "/app/"):
            page = await client.get(path)
            told = page.headers["content-security-policy"]
            assert page.status_code == 200, path
            for tag in ("script", "style") if path != "/app/" else ("script",):
                sources = told.partition(f"{tag}-src")[2].partition(";")[0]
                found = inline_hashes(page.text, tag)
                assert all(source in sources for source in found), f"{path}: a <{tag}> that its policy does not know"
                assert "unsafe-inline" not in sources


def test_a_policy_says_of_nothing_that_it_may_be_done_by_default() -> None:
    told = policy({"img-src": ["'self'"], "base-uri": ["'self'"]})
    assert told.split("; ") == [
        *("img-src 'self'", "base-uri 'self'", "default-src 'none'", "form-action 'none'", "frame-ancestors 'none'")
    ]


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://tiles.example/{z}/{x}/{y}.png", "https://tiles.example"),
        ("https://{s}.tiles.example:8443/{z}/{x}/{y}.png", "https://*.tiles.example:8443"),
        ("http://tiles-{s}.example/{z}/{x}/{y}.png", "http://*.example"),
    ],
)
def test_the_source_of_maps_is_where_their_address_leads(url: str, origin: str) -> None:
    assert origin_of(url) == origin


async def test_maps_from_elsewhere_are_let_through_and_hear_for_which_site() -> None:
    files = ClientFiles("/app", tiles="https://tiles.example/{z}/{x}/{y}.png")
    app = Starlette(routes=[Route("/{path:path}", files.answer)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        headers = (await client.get("/search")).headers
    for kind in ("img-src", "connect-src"):
        assert "https://tiles.example" in headers["content-security-policy"].partition(kind)[2].partition(";")[0]
    assert headers["referrer-policy"] == "strict-origin"
