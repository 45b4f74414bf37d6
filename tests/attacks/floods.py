"""Attacks on a server on this machine, each bounded in count and time: `python -m tests.attacks.floods NAME PORT`.

They run in a process of their own, so that what they cost does not slow the probe beside them, and from loopback
addresses of their own, as strangers would. Whatever the server answers is read and thrown away. SIGTERM ends an attack
early; the last line printed is how many connections it opened.
"""

import argparse
import asyncio
import base64
import itertools
import json
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

STRANGER = "127.0.0.66"
CROWD = tuple(f"127.0.1.{number}" for number in range(1, 41))
"""Many addresses: what one address may not, forty might."""
SEARCHES = (
    "/api/v1/search?text=flat+edinbrugh+garden&sort=relevance&limit=50",
    "/api/v1/search/facets?text=flat+edinbrugh+garden",
)
_LOST = (OSError, asyncio.IncompleteReadError, TimeoutError)


@dataclass(frozen=True)
class Target:
    """Where to, for how long, and as whom."""

    port: int
    seconds: float
    token: str = ""
    quotes: tuple[str, ...] = ()

    @property
    def end(self) -> float:
        return time.monotonic() + self.seconds

    def head(self, line: str, *more: str) -> bytes:
        """A request up to its body."""
        return "\r\n".join([line, f"Host: localhost:{self.port}", *more, "", ""]).encode()

    def keyed(self, path: str, length: int, key: str) -> bytes:
        """The head of a POST with an Idempotency-Key."""
        return self.head(
            f"POST {path} HTTP/1.1",
            f"Authorization: Bearer {self.token}",
            f"Idempotency-Key: {key}",
            "Content-Type: application/json",
            f"Content-Length: {length}",
        )


Socket = tuple[asyncio.StreamReader, asyncio.StreamWriter]


_opened = itertools.count()


async def _open(target: Target, address: str = STRANGER) -> Socket:
    found = await asyncio.open_connection("127.0.0.1", target.port, local_addr=(address, 0))
    next(_opened)
    return found


async def _hold_open(target: Target, count: int, first: Callable[[int], bytes], address: str = STRANGER) -> None:
    """Keep so many sockets, each with its first bytes sent and nothing after; a closed one is opened again."""
    end = target.end

    async def one(number: int) -> None:
        while time.monotonic() < end:
            with suppress(*_LOST):
                reader, writer = await _open(target, address)
                try:
                    writer.write(first(number))
                    async with asyncio.timeout(max(0.01, end - time.monotonic())):
                        while await reader.read(65_536):
                            pass
                finally:
                    writer.close()
            await asyncio.sleep(0.2)

    await asyncio.gather(*(one(number) for number in range(count)))


async def _send(target: Target, request: bytes, *, address: str = STRANGER, patience: float = 20) -> None:
    """One request on a connection of its own."""
    with suppress(*_LOST):
        reader, writer = await _open(target, address)
        try:
            writer.write(request)
            async with asyncio.timeout(patience):
                await writer.drain()
                await reader.read(65_536)
        finally:
            writer.close()


async def _repeat(target: Target, at_once: int, request: Callable[[int], bytes], addresses: tuple[str, ...]) -> None:
    """Send requests, so many at a time, until the time is over."""
    end, sent = target.end, 0

    async def one() -> None:
        nonlocal sent
        while time.monotonic() < end:
            sent += 1
            await _send(target, request(sent), address=addresses[sent % len(addresses)])

    await asyncio.gather(*(one() for _ in range(at_once)))


async def half_bodies(target: Target) -> None:
    """100 sockets of one tenant that send a head, an Idempotency-Key and half a body."""
    await _hold_open(target, 100, lambda number: target.keyed("/api/v1/quotes", 200, f"half-{number}") + b'{"property')


async def huge_json(target: Target) -> None:
    """1.5 million unknown keys to the sign-in, again and again."""
    body = b"{" + b",".join(b'"k%d":1' % number for number in range(1_500_000)) + b"}"
    head = target.head(
        "POST /api/v1/auth/sign-in HTTP/1.1", "Content-Type: application/json", f"Content-Length: {len(body)}"
    )
    await _repeat(target, 4, lambda _: head + body, (STRANGER,))


async def deep_json(target: Target) -> None:
    """Lists in lists, as deep as a small body can be."""
    body = b"[" * 30_000 + b"]" * 30_000
    head = target.head(
        "POST /api/v1/auth/sign-in HTTP/1.1", "Content-Type: application/json", f"Content-Length: {len(body)}"
    )
    await _repeat(target, 4, lambda _: head + body, (STRANGER,))


async def half_heads(target: Target) -> None:
    """300 sockets whose head never ends."""
    await _hold_open(target, 300, lambda _: b"GET /api/v1/search HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")


async def silent_sockets(target: Target) -> None:
    """300 sockets that say nothing at all, from forty addresses."""

    async def some(address: str) -> None:
        await _hold_open(target, 8, lambda _: b"", address)

    await asyncio.gather(*(some(address) for address in CROWD))


def _handshake(target: Target) -> bytes:
    return target.head(
        "GET /app/ws HTTP/1.1",
        f"Origin: http://localhost:{target.port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
        "Sec-WebSocket-Version: 13",
    )


async def unregistered_sockets(target: Target) -> None:
    """300 sockets of the client's that never register."""
    await _hold_open(target, 300, lambda _: _handshake(target))


async def large_frames(target: Target) -> None:
    """Frames of 20 MB, before anybody registered."""
    length, mask = 20_000_000, b"\x00\x00\x00\x00"
    frame = b"\x82\xff" + length.to_bytes(8) + mask + bytes(length)
    await _repeat(target, 6, lambda _: _handshake(target) + frame, (STRANGER,))


async def slow_readers(target: Target) -> None:
    """Ask for large files over and over, and read nothing of them."""
    end = target.end

    async def one() -> None:
        with suppress(*_LOST):
            _, writer = await _open(target)
            try:
                while time.monotonic() < end:
                    writer.write(target.head("GET /app/main.dart.js HTTP/1.1") * 20)
                    await asyncio.sleep(0.5)
            finally:
                writer.close()

    await asyncio.gather(*(one() for _ in range(60)))


async def holds_at_a_locked_home(target: Target) -> None:
    """40 keyed holds at a home whose row somebody else has locked."""
    end = target.end

    async def one(number: int, quote: str) -> None:
        body = json.dumps({"quote_id": quote}).encode()
        while time.monotonic() < end:
            await _send(target, target.keyed("/api/v1/bookings", len(body), f"hold-{number}") + body)

    await asyncio.gather(*(one(number, quote) for number, quote in enumerate(target.quotes)))


async def searches(target: Target) -> None:
    """Searches with everything, as fast as it goes, by one stranger."""
    await _repeat(target, 8, lambda number: target.head(f"GET {SEARCHES[number % 2]} HTTP/1.1"), (STRANGER,))


async def searches_of_many(target: Target) -> None:
    """The same from forty addresses."""
    await _repeat(target, 40, lambda number: target.head(f"GET {SEARCHES[number % 2]} HTTP/1.1"), CROWD)


async def sign_ins(target: Target) -> None:
    """Guesses at passwords: each costs a hash, unless somebody counts."""

    def guess(number: int) -> bytes:
        body = json.dumps({"email": f"someone{number}@example.com", "password": "a guess of many"}).encode()
        head = target.head(
            "POST /api/v1/auth/sign-in HTTP/1.1", "Content-Type: application/json", f"Content-Length: {len(body)}"
        )
        return head + body

    await _repeat(target, 16, guess, (STRANGER,))


async def quotes(target: Target) -> None:
    """One tenant asks for prices as fast as it goes."""

    def ask(number: int) -> bytes:
        body = json.dumps(
            {"property_id": target.quotes[0], "check_in": "2027-05-01", "check_out": "2027-05-03", "guests": 1}
        )
        return target.keyed("/api/v1/quotes", len(body), f"quote-{number}") + body.encode()

    await _repeat(target, 16, ask, (STRANGER,))


ATTACKS: dict[str, Callable[[Target], Awaitable[None]]] = {
    attack.__name__: attack
    for attack in (
        half_bodies,
        huge_json,
        deep_json,
        half_heads,
        silent_sockets,
        unregistered_sockets,
        large_frames,
        slow_readers,
        holds_at_a_locked_home,
        searches,
        searches_of_many,
        sign_ins,
        quotes,
    )
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=sorted(ATTACKS))
    parser.add_argument("port", type=int)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--token", default="")
    parser.add_argument("--quotes", default="")
    given = parser.parse_args()
    quotes = tuple(filter(None, given.quotes.split(",")))
    asyncio.run(_until_ended(ATTACKS[given.name](Target(given.port, given.seconds, given.token, quotes))))
    sys.stdout.write(f"{next(_opened)}\n")


async def _until_ended(attack: Awaitable[None]) -> None:
    """Run an attack to its end, or until SIGTERM."""
    running = asyncio.ensure_future(attack)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, running.cancel)
    with suppress(asyncio.CancelledError):
        await running


if __name__ == "__main__":
    main()
