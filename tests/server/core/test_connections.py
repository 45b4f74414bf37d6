"""Connections that cost nothing to keep: each has an end, and one caller's do not keep the others out.

Over the socket of `launch.serve`, for the app in process has no connections.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, MutableMapping
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from server.core.connections.http import MAX_AHEAD
from server.core.connections.registry import MAX_PER_ADDRESS, Connections
from server.core.database import Database
from server.core.refusals import refusals
from server.core.settings import Environment, Settings
from tests.raw import Raw, eventually, head, many, raw
from tests.serving import serving

SOON = 0.3
"""Seconds of a limit that is waited for."""
HALF = head("POST /api/v1/auth/sign-in", ["Content-Type: application/json", "Content-Length: 100"]) + b'{"email":'
"""A request whose answer waits for the rest of it."""
LARGE_FILE = "/app/main.dart.js"


def limited(settings: Settings, **limits: Any) -> Settings:
    return settings.model_copy(update=limits)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[MutableMapping[str, Any]]]:
    """What is told of refusals, each at once."""
    monkeypatch.setattr(refusals, "every", 0.0)
    monkeypatch.setattr(refusals, "_counts", Counter())  # what other tests counted waits for its line
    with capture_logs() as lines:
        yield lines


def counted(told: list[MutableMapping[str, Any]], reason: str) -> int:
    return sum(line.get(reason, 0) for line in told if line["event"] == "refused")


@pytest.fixture
async def hasty_url(settings: Settings, database: Database) -> AsyncIterator[str]:
    """A server with little patience for heads."""
    async with serving(limited(settings, header_seconds=SOON), database) as url:
        yield url


@pytest.mark.parametrize(
    "sent",
    [b"", b"GET / HT", head("GET /")[:-2], b"\r\n", b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 2000],
    ids=["silence", "half a line", "no empty line", "an empty line", "half a field"],
)
async def test_a_head_that_does_not_come_ends_the_connection(hasty_url: str, sent: bytes) -> None:
    async with raw(hasty_url) as connection:
        await connection.send(sent)
        await connection.ended()


async def test_a_head_that_comes_bit_by_bit_is_waited_for_no_longer(hasty_url: str) -> None:
    async with raw(hasty_url) as connection:

        async def trickle() -> None:
            for byte in head("GET /healthz", [f"X-{number}: y" for number in range(400)]):
                await connection.send(bytes([byte]))
                await asyncio.sleep(0.01)

        sending = asyncio.create_task(trickle())
        await connection.ended()
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)


@pytest.mark.parametrize("sent", [b"GET /hea", b"\r\n"], ids=["half a head", "empty lines"])
async def test_a_second_head_has_no_more_time_than_the_first(hasty_url: str, sent: bytes) -> None:
    async with raw(hasty_url) as connection:
        await connection.send(head("GET /healthz"))
        assert (await connection.answer())[0] == 200
        await connection.send(sent)
        await connection.ended()


async def test_between_two_requests_a_connection_rests_longer_than_a_head_may_take(
    settings: Settings, database: Database
) -> None:
    async with serving(limited(settings, header_seconds=SOON), database) as url, raw(url) as connection:
        await connection.send(head("GET /healthz"))
        assert (await connection.answer())[0] == 200
        async with raw(url) as other:  # whose end comes no earlier than that of a head would have
            await other.ended()
        await connection.send(head("GET /healthz"))
        assert (await connection.answer())[0] == 200


async def test_a_connection_that_rests_too_long_is_closed(settings: Settings, database: Database) -> None:
    async with serving(limited(settings, keep_alive_seconds=SOON), database) as url, raw(url) as connection:
        await connection.send(head("GET /healthz"))
        assert (await connection.answer())[0] == 200
        assert await connection.ended() == b""


async def test_the_rest_of_a_body_that_nobody_reads_keeps_no_connection(hasty_url: str) -> None:
    async with raw(hasty_url) as connection:
        sending = head("POST /api/v1/nothing", ["Content-Type: application/json", "Content-Length: 1000000"])
        await connection.send(sending + b"{")
        assert (await connection.answer())[0] == 404
        await connection.send(b"more")
        await connection.ended()


@pytest.mark.parametrize(
    "sent",
    [
        head("GET /healthz", ["X-Long: " + "a" * 5000]),
        head("GET /" + "a" * 5000),
        head("GET /healthz", [f"X-{number}: {'a' * 40}" for number in range(100)]),
        b"GET /healthz HTTP/1.1\r\nX-Endless: " + b"a" * 100_000,
    ],
    ids=["a long field", "a long address", "many fields", "no end"],
)
async def test_a_head_that_is_too_large_is_refused(
    settings: Settings, database: Database, sent: bytes, told: list[MutableMapping[str, Any]]
) -> None:
    async with serving(limited(settings, max_header_bytes=4096), database) as url, raw(url) as connection:
        await connection.send(sent)
        status, headers, body = await connection.answer()
        assert (status, headers["connection"], json.loads(body)["code"]) == (431, "close", "too_large")
        await connection.ended()
    assert counted(told, "large_heads") == 1


async def test_a_second_head_may_be_no_larger_than_the_first(settings: Settings, database: Database) -> None:
    async with serving(limited(settings, max_header_bytes=4096), database) as url, raw(url) as connection:
        await connection.send(head("GET /healthz"))
        assert (await connection.answer())[0] == 200
        await connection.send(b"GET /healthz HTTP/1.1\r\nX-Endless: " + b"a" * 10_000)
        assert (await connection.answer())[0] == 431
        await connection.ended()


async def test_a_head_behind_an_answer_that_nobody_reads_has_an_end_too(
    served_url: str, told: list[MutableMapping[str, Any]]
) -> None:
    async with raw(served_url, receive_buffer=4096) as connection:
        await connection.send(head(f"GET {LARGE_FILE}", ["Accept-Encoding: identity"]))
        assert (await connection.head_of_answer())[0] == 200
        await connection.send(b"GET /healthz HTTP/1.1\r\nX-Endless: " + b"a" * 100_000)
        await eventually(lambda: counted(told, "large_heads") == 1, "the end of the connection")


async def test_what_cannot_be_read_is_not_answered_in_the_middle_of_another_answer(served_url: str) -> None:
    async with raw(served_url, receive_buffer=4096) as connection:
        await connection.send(head(f"GET {LARGE_FILE}", ["Accept-Encoding: identity"]))
        assert (await connection.head_of_answer())[0] == 200
        await connection.send(b"\x16\x03\x01 something else\r\n\r\n")
        assert b"HTTP/1.1" not in await connection.ended()


async def test_a_body_counts_for_no_head(settings: Settings, database: Database) -> None:
    request_body = json.dumps({"email": "ann@example.com", "password": "x" * 10_000}).encode()
    fields = ["Content-Type: application/json", f"Content-Length: {len(request_body)}"]
    async with (
        serving(limited(settings, max_header_bytes=4096), database) as url,
        raw(url) as connection,
        raw(url) as other,
    ):
        for _ in range(2):
            for piece in (b"POST /api/", head("v1/auth/sign-in", fields), request_body):
                await connection.send(piece)
                await other.send(head("GET /healthz"))  # once this is answered, the piece has come alone
                assert (await other.answer())[0] == 200
            assert (await connection.answer())[0] == 422


async def test_what_is_no_request_is_counted_and_told_in_one_line(
    served_url: str, told: list[MutableMapping[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    async with raw(served_url) as connection:
        await connection.send(b"\x16\x03\x01 something else\r\n\r\n")
        assert (await connection.answer())[0] == 400
        await connection.ended()
    assert counted(told, "broken_requests") == 1
    assert [record for record in caplog.records if record.name == "uvicorn.error" and record.levelname != "INFO"] == []


async def test_who_asks_far_ahead_is_not_listened_to(served_url: str, told: list[MutableMapping[str, Any]]) -> None:
    async with raw(served_url) as connection:
        await connection.send(head("GET /healthz") * (MAX_AHEAD * 20))
        got = await connection.ended()
    assert got.count(b"HTTP/1.1 200") <= MAX_AHEAD + 1
    assert counted(told, "broken_requests") == 1


async def test_a_few_requests_ahead_are_answered(served_url: str) -> None:
    async with raw(served_url) as connection:
        await connection.send(head("GET /healthz") * 5)
        assert [(await connection.answer())[0] for _ in range(5)] == [200] * 5


async def test_who_does_not_read_the_answer_is_let_go(
    settings: Settings, database: Database, told: list[MutableMapping[str, Any]]
) -> None:
    async with serving(limited(settings, write_seconds=SOON), database) as url:
        async with httpx.AsyncClient() as client:
            whole = len((await client.get(f"{url}{LARGE_FILE}", headers={"Accept-Encoding": "identity"})).content)
        async with raw(url, receive_buffer=4096) as connection:
            await connection.send(head(f"GET {LARGE_FILE}"))
            await eventually(lambda: counted(told, "slow_readers") == 1, "the end of the connection")
            assert len(await connection.ended()) < whole


async def test_who_reads_slowly_but_reads_is_served(
    settings: Settings, database: Database, told: list[MutableMapping[str, Any]]
) -> None:
    patience = limited(settings, write_seconds=SOON)
    async with serving(patience, database) as url, raw(url, receive_buffer=65_536) as connection:
        # Packed files are written as one piece, which waits here until it was read.
        await connection.send(head(f"GET {LARGE_FILE}", ["Connection: close", "Accept-Encoding: gzip"]))
        began, (status, headers) = time.monotonic(), await connection.head_of_answer()
        left = int(headers["content-length"])
        while piece := await connection.reader.read(16_384):
            left -= len(piece)
            await asyncio.sleep(0.01)
    assert (status, left) == (200, 0)
    assert time.monotonic() - began > 3 * SOON
    assert counted(told, "slow_readers") == 0


async def busy(stack: AsyncExitStack, url: str, number: int, *headers: str) -> list[Raw]:
    """Connections on each of which a request waits for the rest of its body."""
    fields = ["Content-Type: application/json", "Content-Length: 100", "Expect: 100-continue", *headers]
    made: list[Raw] = await stack.enter_async_context(many(url, number))
    for one in made:
        await one.send(head("POST /api/v1/auth/sign-in", fields))
        assert (await one.answer())[0] == 100  # it is being read for
    return made


async def test_an_address_has_so_many_connections_and_no_more(
    settings: Settings, database: Database, told: list[MutableMapping[str, Any]]
) -> None:
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(serving(limited(settings, max_connections_per_address=5), database))
        first, *_ = await busy(stack, url, 5)
        async with raw(url) as sixth:
            await sixth.send(head("GET /healthz"))
            status, headers, body = await sixth.answer()
            assert (status, headers["retry-after"], json.loads(body)["code"]) == (503, "5", "try_again")
            assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff")
            assert await sixth.ended() == b""
        assert counted(told, "too_many_of_one_address") == 1
        first.close()
        await eventually_answers(url)


async def eventually_answers(url: str) -> None:
    """There is room again: asks until it is so."""
    async with asyncio.timeout(10):
        while True:
            async with raw(url) as connection:
                await connection.send(head("GET /healthz"))
                if (await connection.answer())[0] == 200:
                    return


async def test_a_connection_that_rests_gives_way_to_a_new_one(
    settings: Settings, database: Database, told: list[MutableMapping[str, Any]]
) -> None:
    async with (
        serving(limited(settings, max_connections_per_address=5), database) as url,
        many(url, 5) as silent,
        raw(url) as sixth,
    ):
        await sixth.send(head("GET /healthz"))
        assert (await sixth.answer())[0] == 200
        await silent[0].ended()
        assert all(one.is_open for one in silent[1:])
    assert counted(told, "idle_connections_closed_for_others") == 1


async def test_a_connection_whose_answer_is_out_rests_again_and_gives_way(
    settings: Settings, database: Database
) -> None:
    async with serving(limited(settings, max_connections_per_address=5), database) as url, many(url, 5) as answered:
        for one in answered:
            await one.send(head("GET /healthz"))
            assert (await one.answer())[0] == 200
        async with raw(url) as sixth:
            await sixth.send(head("GET /healthz"))
            assert (await sixth.answer())[0] == 200
            await answered[0].ended()


async def test_a_full_house_says_so_and_asks_nothing_of_the_app(
    settings: Settings, database: Database, told: list[MutableMapping[str, Any]]
) -> None:
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(
            serving(limited(settings, max_connections=10, max_connections_per_address=11), database)
        )
        await busy(stack, url, 10)
        async with raw(url) as refused:
            await refused.send(head("GET /healthz"))
            assert (await refused.answer())[0] == 503
        async with raw(url) as silent:
            await silent.ended()
    assert counted(told, "too_many_connections") == 2


async def test_half_open_connections_keep_nobody_out(settings: Settings, database: Database) -> None:
    async with serving(limited(settings, max_connections=10), database) as url, many(url, 200) as waiting:
        for one in waiting[-10:]:
            await one.send(b"GET / HT")
        for _ in range(20):
            async with raw(url) as connection:
                await connection.send(head("GET /healthz"))
                assert (await connection.answer())[0] == 200


def test_one_address_has_its_share_in_production_and_all_of_it_on_ones_own_machine(settings: Settings) -> None:
    production = Connections(limited(settings, environment=Environment.PRODUCTION))
    assert production.most_per_address == MAX_PER_ADDRESS < production.most
    assert (here := Connections(settings)).most_per_address == here.most
