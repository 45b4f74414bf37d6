"""Idempotency-Key: a POST that is sent twice takes effect once and gets one answer."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
import time_machine
from sqlalchemy import text

from server.core import clock, jobs
from server.core.database import Database
from tests.server.core.little import Gate, app_on, client_of, note_table, words

ANN, BEN = "00000000-0000-7000-8000-000000000001", "00000000-0000-7000-8000-000000000002"


@pytest.fixture
async def table(database: Database) -> AsyncIterator[None]:
    async with note_table(database):
        yield


@pytest.fixture
async def client(table: None, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app_on(database)) as client:
        yield client


async def post(
    client: httpx.AsyncClient, word: str, *, path: str = "/notes", key: str | None = "key-1", person: str | None = ANN
) -> httpx.Response:
    given = {"Idempotency-Key": key, "X-Person": person}
    headers = {name: value for name, value in given.items() if value is not None}
    return await client.post(path, json={"word": word}, headers=headers)


async def test_the_same_request_gets_the_same_answer_and_takes_effect_once(
    client: httpx.AsyncClient, database: Database
) -> None:
    first, again = await post(client, "home"), await post(client, "home")
    assert (first.status_code, first.json()) == (again.status_code, again.json()) == (201, {"word": "home"})
    assert await words(database) == ["home"]


async def test_a_repeated_answer_has_its_headers_and_a_request_id_of_its_own(client: httpx.AsyncClient) -> None:
    first, again = await post(client, "home", path="/notes/tagged"), await post(client, "home", path="/notes/tagged")
    assert (again.headers["etag"], again.headers["location"]) == ('"home"', "/notes/home")
    assert again.headers.get_list("content-type") == first.headers.get_list("content-type")
    of_one = {"x-request-id", "set-cookie"}
    assert {name for name in first.headers if name not in of_one} == set(again.headers) - {"x-request-id"}
    assert first.headers["x-request-id"] != again.headers["x-request-id"]
    assert "set-cookie" not in again.headers


async def test_an_answer_kept_before_headers_were_is_repeated_without(
    client: httpx.AsyncClient, database: Database
) -> None:
    await post(client, "home", path="/notes/tagged")
    async with database.engine.begin() as connection:
        await connection.execute(text("UPDATE idempotent_reply SET headers = NULL"))
    again = await post(client, "home", path="/notes/tagged")
    assert (again.status_code, again.json(), "etag" in again.headers) == (201, {"word": "home"}, False)


async def test_the_answer_outlives_the_process(client: httpx.AsyncClient, database: Database) -> None:
    first = await post(client, "home")
    after_restart = Database(database.url, pool=2)
    async with client_of(app_on(after_restart)) as other:
        again = await post(other, "home")
    await after_restart.close()
    assert (again.status_code, again.content) == (201, first.content)


async def test_an_empty_answer_is_repeated_empty(client: httpx.AsyncClient, database: Database) -> None:
    for _ in range(2):
        reply = await post(client, "home", path="/notes/silent")
        assert (reply.status_code, reply.content) == (204, b"")
    assert await words(database) == ["home"]


@pytest.mark.parametrize(("word", "path"), [("flat", "/notes"), ("home", "/notes?shelf=2")])
async def test_another_request_with_the_same_key_is_refused(
    client: httpx.AsyncClient, database: Database, word: str, path: str
) -> None:
    await post(client, "home")
    reply = await post(client, word, path=path)
    assert (reply.status_code, reply.json()["code"]) == (422, "key_reused")
    assert await words(database) == ["home"]


async def test_of_two_at_once_one_runs_and_the_other_is_told_to_wait(table: None, database: Database) -> None:
    gate = Gate()
    gate.opened.clear()
    async with client_of(app_on(database, gate)) as client:
        running = asyncio.create_task(post(client, "home"))
        await asyncio.wait_for(gate.reached.wait(), 10)
        other = await post(client, "home")
        gate.opened.set()
        first = await running
        later = await post(client, "home")
    assert (other.status_code, other.json()["code"], other.headers["retry-after"]) == (409, "still_running", "1")
    assert first.status_code == later.status_code == 201
    assert await words(database) == ["home"]


@pytest.mark.parametrize("path", ["/notes/failing", "/notes/crashing"])
async def test_an_error_is_not_kept(client: httpx.AsyncClient, database: Database, path: str) -> None:
    failed = await post(client, "home", path=path)
    assert failed.status_code in (404, 500)
    async with database.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM idempotent_reply")) == 0
    assert (await post(client, "another", path=path)).status_code == failed.status_code


async def test_other_people_routes_and_keys_are_independent(client: httpx.AsyncClient, database: Database) -> None:
    replies = [
        await post(client, "a"),
        await post(client, "b", person=BEN),
        await post(client, "c", path="/notes/silent"),
        await post(client, "d", key="key-2"),
    ]
    assert [reply.status_code for reply in replies] == [201, 201, 204, 201]
    assert await words(database) == ["a", "b", "c", "d"]


async def test_without_a_person_or_a_key_nothing_is_kept(client: httpx.AsyncClient, database: Database) -> None:
    for word, key, person in [("a", "key-1", None), ("b", "key-1", None), ("c", None, ANN), ("d", None, ANN)]:
        assert (await post(client, word, key=key, person=person)).status_code == 201
    assert await words(database) == ["a", "b", "c", "d"]


@pytest.mark.parametrize("key", ["", "x" * 101, "a\tb", "a\x80b"])
async def test_a_key_that_cannot_be_kept_is_malformed(client: httpx.AsyncClient, database: Database, key: str) -> None:
    headers = [(b"X-Person", ANN.encode()), (b"Idempotency-Key", key.encode("latin-1"))]
    reply = await client.post("/notes", json={"word": "home"}, headers=headers)
    assert (reply.status_code, reply.json()["code"]) == (422, "malformed")
    assert reply.json()["errors"][0]["field"] == "Idempotency-Key"
    assert await words(database) == []


async def test_a_strange_path_with_a_key_is_no_error_of_ours(client: httpx.AsyncClient) -> None:
    for path in ("/notes/" + "ü" * 300, "/notes/%00", "/notes/%ff"):
        assert (await post(client, "home", path=path)).status_code in (405, 422)


async def test_answers_are_forgotten_after_a_day_and_not_before(client: httpx.AsyncClient, database: Database) -> None:
    await post(client, "old", key="old")
    with time_machine.travel(clock.now() + timedelta(hours=23, minutes=59), tick=False):
        await post(client, "young", key="young")
        await jobs.run_now(database, "core.forget_replies", {})
        assert (await post(client, "old", key="old")).status_code == 201
    with time_machine.travel(clock.now() + timedelta(hours=24, minutes=1), tick=False):
        for _ in range(2):  # like every job it may run twice
            await jobs.run_now(database, "core.forget_replies", {})
    async with database.engine.connect() as connection:
        assert list((await connection.execute(text("SELECT key FROM idempotent_reply"))).scalars()) == ["young"]
