"""The plain sign-in: what a browser's form sends ends in the cookie of the client, and leads nowhere else."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest

from server.app import create_app
from server.core.database import Database
from server.core.settings import Settings
from server.web import Web
from tests.conftest import PASSWORD, MakePerson

OURS = {"Origin": "http://test", "Host": "test"}


@pytest.fixture
async def browser(database: Database, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at the whole server, pages and API."""
    whole = Web(create_app(settings.model_copy(update={"allowed_hosts": "test"}), database), settings)
    app = whole.mount()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test", headers=OURS) as client:
        yield client


async def send(browser: httpx.AsyncClient, **fields: str) -> httpx.Response:
    return await browser.post("/sign-in", data={"email": "", "password": PASSWORD, **fields})


async def test_a_password_manager_finds_the_two_fields_it_looks_for(browser: httpx.AsyncClient) -> None:
    reply = await browser.get("/sign-in", params={"to": "/app/homes/flat?guests=2"})
    assert (reply.status_code, reply.headers["cache-control"]) == (200, "no-store")
    assert reply.headers["referrer-policy"] == "same-origin", "or its form would be sent with the origin `null`"
    assert re.search(r'<form action="/sign-in" method="post">', reply.text)
    assert re.search(r'<input type="email" name="email"[^>]* autocomplete="username"', reply.text)
    assert re.search(r'<input type="password" name="password" autocomplete="current-password"', reply.text)
    assert '<input type="hidden" name="to" value="/app/homes/flat?guests=2">' in reply.text


async def test_the_right_password_ends_in_the_cookie_and_leads_on(
    browser: httpx.AsyncClient, a_person: MakePerson
) -> None:
    ting = await a_person()
    reply = await send(browser, email=ting.email, to="/app/trips")
    assert (reply.status_code, reply.headers["location"], reply.headers["cache-control"]) == (
        303,
        "/app/trips",
        "no-store",
    )
    token, _, rest = reply.headers["set-cookie"].removeprefix("session=").partition(";")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(rest.strip().split("; "))
    refreshed = await browser.post("/api/v1/auth/refresh", json={"refresh_token": token})
    assert refreshed.json()["refresh_token"] == token, "a browser's token stays: nobody could bring it the next"


@pytest.mark.parametrize(
    "to",
    [
        "", "https://evil.example", "//evil.example", "/\\evil.example", "/app.evil.example", "/api/v1/users/me",
        "/app/\r\nSet-Cookie: a=b", "/app/\\evil", "javascript:alert(1)", "/app/" + "x" * 2000,
    ],
)  # fmt: skip
async def test_whoever_signed_in_goes_on_in_the_client_and_nowhere_else(
    browser: httpx.AsyncClient, a_person: MakePerson, to: str
) -> None:
    reply = await send(browser, email=(await a_person()).email, to=to)
    assert (reply.status_code, reply.headers["location"]) == (303, "/app")
    assert len(reply.headers.get_list("set-cookie")) == 1


@pytest.mark.parametrize("fields", [{"password": "not this one"}, {"email": "nobody@example.com"}, {"email": "x"}])
async def test_what_is_wrong_stands_in_the_form_again_and_the_address_is_kept(
    browser: httpx.AsyncClient, a_person: MakePerson, fields: dict[str, str]
) -> None:
    sent = {"email": (await a_person()).email, "to": "/app/trips", **fields}
    reply = await send(browser, **sent)
    assert (reply.status_code, "set-cookie" in reply.headers) == (401, False)
    assert re.search(r'role="alert">E-mail or password is wrong', reply.text)
    assert f'value="{sent["email"]}"' in reply.text
    assert 'name="to" value="/app/trips"' in reply.text
    assert PASSWORD not in reply.text


async def test_guesses_are_slowed_down_as_in_the_client(browser: httpx.AsyncClient, a_person: MakePerson) -> None:
    ting = await a_person()
    statuses = [(await send(browser, email=ting.email, password="not this one")).status_code for _ in range(12)]
    assert statuses[0] == 401
    assert statuses[-1] == 429
    reply = await send(browser, email=ting.email)
    assert int(reply.headers["retry-after"]) > 0
    assert "tried too often" in reply.text


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
async def test_another_site_signs_nobody_in(browser: httpx.AsyncClient, a_person: MakePerson, origin: str) -> None:
    fields = {"email": (await a_person()).email, "password": PASSWORD}
    reply = await browser.post("/sign-in", data=fields, headers={"Origin": origin})
    assert (reply.status_code, "set-cookie" in reply.headers) == (403, False)


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe", b"&".join(b"a=%d" % n for n in range(50)), b"email=%00&password=%00", b"{}", b"email"]
)
async def test_anything_else_is_refused(browser: httpx.AsyncClient, body: bytes) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    reply = await browser.post("/sign-in", content=body, headers=headers)
    assert reply.status_code in (401, 422)
    assert "set-cookie" not in reply.headers


async def test_what_was_typed_cannot_become_a_part_of_the_page(browser: httpx.AsyncClient) -> None:
    reply = await send(browser, email='"><script>alert(1)</script>')
    assert "<script>" not in reply.text
    assert "&lt;script&gt;" in reply.text
