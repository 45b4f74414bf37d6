"""Whoever has gone is gone in the product as it is started: decision 0011 over a real socket."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from client.core.http import ApiError, Http
from server import launch
from server.app import create_app
from server.auth.service import door as auth
from server.core.database import Database
from server.core.settings import Settings
from server.web import Web, keeping_sessions
from shared_models.auth import LinkPurpose, Tokens
from shared_models.users import Me
from tests.conftest import PASSWORD, Api, MakePerson, Person

SOON_SECONDS = 2.0
"""A process polls each second; the rest is what a slow machine takes to do so."""
DEADLINE_SECONDS = 12
NEW_PASSWORD = "four unrelated words here"


async def seconds_until(refused: Callable[[], Awaitable[bool]]) -> float:
    """How long it took until the caller was refused."""
    began = time.monotonic()
    while not await refused():
        assert time.monotonic() - began < DEADLINE_SECONDS, "the old token still reads"
        await asyncio.sleep(0.05)
    return time.monotonic() - began


@dataclass
class Lost:
    """Someone with a session here and one on a device they no longer have."""

    api: Api
    here: Person
    device: Api
    refresh_token: str
    database: Database

    async def said(self, method: str, path: str, body: object = None, *, by: Api | None = None) -> None:
        reply = await (by or self.api.as_(self.here)).request(method, path, json=body)
        assert reply.is_success, reply.text


async def sign_out(lost: Lost) -> None:
    await lost.said("POST", "/auth/sign-out", {"refresh_token": lost.refresh_token}, by=lost.api)


async def sign_out_another_device(lost: Lost) -> None:
    found = (await lost.api.as_(lost.here).get("/auth/sessions")).json()
    (other,) = [one["id"] for one in found if not one["current"]]
    await lost.said("DELETE", f"/auth/sessions/{other}")


async def sign_out_everywhere(lost: Lost) -> None:
    await lost.said("DELETE", "/auth/sessions")


async def change_the_password(lost: Lost) -> None:
    await lost.said("POST", "/auth/change-password", {"current_password": PASSWORD, "password": NEW_PASSWORD})


async def reset_the_password(lost: Lost) -> None:
    async with lost.database.transaction() as session:
        token = await auth.mail_link(session, lost.here.id, LinkPurpose.RESET_PASSWORD)
    await lost.said("POST", "/auth/reset-password", {"token": token, "password": NEW_PASSWORD}, by=lost.api)


async def close_the_account(lost: Lost) -> None:
    await lost.said("POST", "/auth/close", {"password": PASSWORD})


ENDINGS = (
    sign_out,
    sign_out_another_device,
    sign_out_everywhere,
    change_the_password,
    reset_the_password,
    close_the_account,
)


async def _seconds_after(end: Callable[[Lost], Awaitable[None]], lost: Lost) -> float:
    """How long the device that was lost could read on; write it could not, from the first moment."""
    assert (await lost.device.get("/users/me")).status_code == 200
    await end(lost)
    assert (await lost.device.patch("/users/me", {"name": "Not me"})).status_code == 401, end.__name__

    async def refused() -> bool:
        return (await lost.device.get("/users/me")).status_code == 401

    took = await seconds_until(refused)
    again = await lost.api.post("/auth/refresh", {"refresh_token": lost.refresh_token})
    assert again.status_code == 401, end.__name__
    return took


async def test_however_a_session_ends_its_token_is_refused_within_a_second_or_two(
    served_api: Api, a_person: MakePerson, database: Database
) -> None:
    lost = []
    for _ in ENDINGS:
        here = await a_person()
        tokens = (await served_api.post("/auth/sign-in", {"email": here.email, "password": PASSWORD})).json()
        token, refresh_token = tokens["access_token"], tokens["refresh_token"]
        there = Person(here.id, here.email, here.name, here.identity, token, refresh_token)
        lost.append(Lost(served_api, here, served_api.as_(there), refresh_token, database))
    took = await asyncio.gather(*(_seconds_after(end, each) for end, each in zip(ENDINGS, lost, strict=True)))
    late = {end.__name__: seconds for end, seconds in zip(ENDINGS, took, strict=True) if seconds > SOON_SECONDS}
    assert late == {}


@asynccontextmanager
async def _served_web(settings: Settings, database: Database) -> AsyncIterator[Web]:
    """The server as `launch.serve` puts it together, and the app that the Flet client calls inside of it."""
    web = Web(create_app(settings, database), settings)
    listener = launch.listen(settings)
    stop, ready = asyncio.Event(), asyncio.Event()
    async with keeping_sessions():
        server = asyncio.create_task(launch.answer(web.mount(), settings, listener, stop, ready.set))
        await ready.wait()
        try:
            yield web
        finally:
            stop.set()
            await server


async def test_the_client_in_the_server_s_own_process_is_signed_out_as_soon(
    settings: Settings, database: Database, a_person: MakePerson
) -> None:
    settings.port = 0
    person, told = await a_person(), list[Tokens | None]()

    async def tell(tokens: Tokens | None) -> None:
        told.append(tokens)

    async with _served_web(settings, database) as web:
        transport = httpx.ASGITransport(web.api, raise_app_exceptions=False)
        http = Http(httpx.AsyncClient(transport=transport, base_url="http://api"), in_process=True)
        http.on_tokens = tell
        http.sign_in(Tokens(access_token=person.access_token, refresh_token=person.refresh_token, expires_in=900))
        assert (await http.call("GET", "/users/me", Me)).id == person.id
        elsewhere = Http(httpx.AsyncClient(transport=transport, base_url="http://api"), in_process=True)
        await elsewhere.call(
            "POST", "/auth/sign-out", content=f'{{"refresh_token": "{person.refresh_token}"}}'.encode()
        )

        async def refused() -> bool:
            try:
                await http.call("GET", "/users/me", Me)
            except ApiError as error:
                return error.problem.status == 401
            return False

        assert await seconds_until(refused) <= SOON_SECONDS
    assert told == [None]
    assert http.refresh_token is None
