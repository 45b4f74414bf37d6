"""The client's way to the server: the real API in process, and a server over a real socket."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import httpx
import pytest
import time_machine

from client.core import http as http_module
from client.core.http import ApiError, Http
from server.app import create_app
from server.core import clock
from server.core.database import Database
from server.core.settings import Settings
from shared_models.auth import Tokens
from shared_models.problems import ProblemCode
from shared_models.users import Me, ProfileChange
from tests.conftest import MakePerson, Person

LATER = timedelta(minutes=16)


class Calls(list[str]):
    """What went out, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.refreshing = asyncio.Event()

    async def note(self, request: httpx.Request) -> None:
        self.append(f"{request.method} {request.url.path.removeprefix('/api/v1')}")
        if request.url.path.endswith("/refresh"):
            self.refreshing.set()


@pytest.fixture
async def calls() -> Calls:
    return Calls()


@pytest.fixture
async def http(database: Database, settings: Settings, calls: Calls) -> AsyncIterator[Http]:
    transport = httpx.ASGITransport(create_app(settings, database), raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://api", event_hooks={"request": [calls.note]}
    ) as client:
        yield Http(client, in_process=True)


def tokens_of(person: Person) -> Tokens:
    return Tokens(access_token=person.access_token, refresh_token=person.refresh_token, expires_in=900)


def told(http: Http) -> list[Tokens | None]:
    heard: list[Tokens | None] = []

    async def hear(tokens: Tokens | None) -> None:
        heard.append(tokens)

    http.on_tokens = hear
    return heard


async def test_a_token_that_is_over_is_refreshed_once_and_the_call_repeated(
    http: Http, a_person: MakePerson, calls: Calls
) -> None:
    person = await a_person()
    http.sign_in(tokens_of(person))
    heard = told(http)
    with time_machine.travel(clock.now() + LATER):
        assert (await http.call("GET", "/users/me", Me)).id == person.id
    assert calls == ["GET /users/me", "POST /auth/refresh", "GET /users/me"]
    assert [tokens.refresh_token for tokens in heard if tokens] == [http.refresh_token] != [person.refresh_token]


async def test_many_calls_at_once_refresh_once(http: Http, a_person: MakePerson, calls: Calls) -> None:
    person = await a_person()
    http.sign_in(tokens_of(person))
    heard = told(http)
    with time_machine.travel(clock.now() + LATER):
        found = await asyncio.gather(*(http.call("GET", "/users/me", Me) for _ in range(8)))
    assert {me.id for me in found} == {person.id}
    assert (calls.count("POST /auth/refresh"), len(heard)) == (1, 1)


async def test_a_cancelled_call_does_not_lose_the_fresh_tokens(http: Http, a_person: MakePerson, calls: Calls) -> None:
    person = await a_person()
    http.sign_in(tokens_of(person))
    fresh = asyncio.Event()

    async def hear(_: Tokens | None) -> None:
        fresh.set()

    http.on_tokens = hear
    with time_machine.travel(clock.now() + LATER):
        call = asyncio.create_task(http.call("GET", "/users/me", Me))
        await asyncio.wait_for(calls.refreshing.wait(), 10)
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
        await asyncio.wait_for(fresh.wait(), 10)
    with time_machine.travel(clock.now() + LATER + timedelta(minutes=1)):  # the grace of the old token is over
        assert (await http.call("GET", "/users/me", Me)).id == person.id
    assert calls.count("POST /auth/refresh") == 1


async def test_a_session_that_was_ended_is_told_once(http: Http, a_person: MakePerson) -> None:
    person = await a_person()
    http.sign_in(tokens_of(person))
    await http.call("POST", "/auth/sign-out", content=b'{"refresh_token": "%s"}' % person.refresh_token.encode())
    heard = told(http)
    with time_machine.travel(clock.now() + LATER):
        ended = await asyncio.gather(*(http.call("GET", "/users/me", Me) for _ in range(4)), return_exceptions=True)
    assert {error.problem.status for error in ended if isinstance(error, ApiError)} == {401}
    assert len([error for error in ended if isinstance(error, ApiError)]) == 4
    assert (heard, http.refresh_token) == ([None], None)


async def test_signing_out_while_tokens_are_fetched_stays_signed_out(
    http: Http, a_person: MakePerson, calls: Calls
) -> None:
    http.sign_in(tokens_of(await a_person()))
    heard = told(http)
    with time_machine.travel(clock.now() + LATER):
        call = asyncio.create_task(http.call("GET", "/users/me", Me))
        await asyncio.wait_for(calls.refreshing.wait(), 10)
        http.sign_out()
        with pytest.raises(ApiError):
            await call
    assert (heard, http.refresh_token) == ([], None)


async def test_a_kept_token_resumes_and_one_that_is_over_does_not(http: Http, a_person: MakePerson) -> None:
    person = await a_person()
    assert await http.resume(person.refresh_token)
    assert (await http.call("GET", "/users/me", Me)).id == person.id
    assert not await http.resume("not a token of ours")


async def test_a_problem_names_the_fields(http: Http, a_person: MakePerson) -> None:
    http.sign_in(tokens_of(await a_person()))
    with pytest.raises(ApiError) as caught:
        await http.call("PATCH", "/users/me", Me, content=b'{"name": ""}')
    assert (caught.value.code, list(caught.value.fields)) == (ProblemCode.MALFORMED, ["name"])
    assert (await http.call("PATCH", "/users/me", Me, body=ProfileChange(name="Ann"))).name == "Ann"


Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Scripted:
    """A server that gives one prepared answer after the other, and keeps what it was asked."""

    def __init__(self, *answers: bytes | None) -> None:
        self.answers, self.asked = list(answers), list[str]()

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.asked.append(head)
        answer = self.answers.pop(0)
        if answer is None:
            await reader.read()  # silent until the caller gives up
        else:
            writer.write(answer)
            await writer.drain()
        writer.close()

    async def run(self, ask: Callable[[Http], Awaitable[None]]) -> None:
        server = await asyncio.start_server(self, "127.0.0.1", 0)
        async with server:
            http = Http.to(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
            await ask(http)


def reply(status: int, body: str = "", *, headers: str = "") -> bytes:
    return f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{headers}\r\n{body}".encode()


BUSY = reply(503, '{"title": "Busy", "status": 503, "code": "try_again"}')
GOOD = reply(200, "7")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_module, "_PAUSES", (0.0, 0.0))


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("bad", [BUSY, reply(502, "<html>"), b""], ids=["busy", "gateway", "cut off"])
async def test_what_may_be_repeated_is_repeated(method: str, bad: bytes) -> None:
    server = Scripted(bad, bad, GOOD)

    async def ask(http: Http) -> None:
        assert await http.call(method, "/n", int) == 7

    await server.run(ask)
    assert len(server.asked) == 3


@pytest.mark.parametrize("method", ["POST", "PATCH"])
async def test_what_may_not_be_repeated_is_sent_once(method: str) -> None:
    server = Scripted(BUSY, GOOD)

    async def ask(http: Http) -> None:
        with pytest.raises(ApiError) as caught:
            await http.call(method, "/n", int)
        assert caught.value.code == ProblemCode.TRY_AGAIN

    await server.run(ask)
    assert len(server.asked) == 1


async def test_a_post_with_a_key_is_repeated_with_the_same_key() -> None:
    server = Scripted(BUSY, GOOD)

    async def ask(http: Http) -> None:
        assert await http.call("POST", "/n", int, once=True) == 7

    await server.run(ask)
    keys = [line for head in server.asked for line in head.lower().splitlines() if line.startswith("idempotency-key")]
    assert (len(keys), len(set(keys))) == (2, 1)


def too_often(wait: int) -> bytes:
    return reply(429, f'{{"title": "Often", "status": 429, "code": "too_many_tries", "retry_after": {wait}}}')


async def test_who_asked_a_little_too_often_is_answered_after_the_wait() -> None:
    server = Scripted(too_often(0), too_often(0), GOOD)

    async def ask(http: Http) -> None:
        assert await http.call("GET", "/n", int) == 7

    await server.run(ask)
    assert len(server.asked) == 3


@pytest.mark.parametrize(("method", "wait"), [("GET", 4), ("POST", 0)])
async def test_a_long_wait_is_left_to_the_person_and_a_guess_is_never_repeated(method: str, wait: int) -> None:
    server = Scripted(too_often(wait), GOOD)

    async def ask(http: Http) -> None:
        with pytest.raises(ApiError) as caught:
            await http.call(method, "/n", int)
        assert caught.value.problem.retry_after == wait

    await server.run(ask)
    assert len(server.asked) == 1


async def test_it_gives_up_after_the_third_time() -> None:
    server = Scripted(BUSY, BUSY, BUSY, GOOD)

    async def ask(http: Http) -> None:
        with pytest.raises(ApiError):
            await http.call("GET", "/n", int)

    await server.run(ask)
    assert len(server.asked) == 3


async def test_a_silent_server_is_not_waited_for_longer_than_the_call_has_patience() -> None:
    async def ask(http: Http) -> None:
        with pytest.raises(ApiError, match="too long") as caught:
            await http.call("POST", "/n", int, patience=0.05)
        assert (caught.value.code, caught.value.problem.status) == (ProblemCode.TRY_AGAIN, 0)

    await Scripted(None).run(ask)


async def test_a_server_that_is_not_there_is_told_in_words() -> None:
    with pytest.raises(ApiError, match="cannot be reached"):
        await Http.to("http://127.0.0.1:1").call("GET", "/n", int)


@pytest.mark.parametrize("body", ["", "<html>", '{"seven": 7}', '"seven"'])
async def test_an_answer_that_cannot_be_read_is_a_problem(body: str) -> None:
    async def ask(http: Http) -> None:
        with pytest.raises(ApiError) as caught:
            await http.call("POST", "/n", int)
        assert caught.value.code == ProblemCode.FAILED
        with pytest.raises(ApiError):
            await http.resume("a token")

    await Scripted(reply(200, body), reply(200, body)).run(ask)


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (409, '{"title": "t", "status": 409, "code": "dates_taken"}', ProblemCode.DATES_TAKEN),
        (418, '{"title": "t", "status": 418, "code": "of_tomorrow"}', ProblemCode.UNKNOWN),
        (500, "<html>", ProblemCode.FAILED),
        (404, "", ProblemCode.FAILED),
    ],
)
async def test_every_refusal_becomes_a_problem(status: int, body: str, code: ProblemCode) -> None:
    async def ask(http: Http) -> None:
        with pytest.raises(ApiError) as caught:
            await http.call("POST", "/n", int)
        assert (caught.value.code, caught.value.problem.status) == (code, status)

    await Scripted(reply(status, body)).run(ask)
