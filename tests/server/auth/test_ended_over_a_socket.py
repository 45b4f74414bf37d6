"""Whoever has gone is gone in the product as it is started: decision 0011 over a real socket."""

import asyncio
import time

from tests.conftest import Api, MakePerson

SOON_SECONDS = 2.0
"""A process looks each second; the rest is what a slow machine takes to do so."""


async def refused_at(api: Api) -> float:
    """How many seconds it took until the caller was refused."""
    began = time.monotonic()
    while (await api.get("/users/me")).status_code != 401:
        assert time.monotonic() - began < SOON_SECONDS + 10, "the old token still reads"
        await asyncio.sleep(0.05)
    return time.monotonic() - began


async def test_a_token_whose_session_was_signed_out_is_refused_within_a_second(
    served_api: Api, a_person: MakePerson
) -> None:
    person = await a_person()
    caller = served_api.as_(person)
    assert (await caller.get("/users/me")).status_code == 200
    assert (await served_api.post("/auth/sign-out", {"refresh_token": person.refresh_token})).status_code == 204
    assert await refused_at(caller) <= SOON_SECONDS
    assert (await caller.patch("/users/me", {"name": "Not me"})).status_code == 401
