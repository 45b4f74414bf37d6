"""Connections as a hostile or a broken client makes them: bytes on a socket, and nothing that was not asked for."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

PATIENCE_SECONDS = 60


class Raw:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def head_of_answer(self) -> tuple[int, dict[str, str]]:
        """Status and headers of the next answer."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.strip().split("\r\n")
        return int(first.split()[1]), dict(line.lower().split(": ", 1) for line in lines)

    async def answer(self) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of the next answer, as far as it says how long it is."""
        status, headers = await self.head_of_answer()
        async with asyncio.timeout(PATIENCE_SECONDS):
            return status, headers, await self.reader.readexactly(int(headers.get("content-length", 0)))

    async def ended(self) -> bytes:
        """What still came until the other side closed. Raises AssertionError when it does not within some seconds."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self.reader.read()
        except ConnectionResetError:
            return b""
        except TimeoutError:
            raise AssertionError("the connection was not closed") from None

    @property
    def is_open(self) -> bool:
        """Whether nothing was heard of an end yet."""
        return not self.reader.at_eof() and self.reader.exception() is None

    def close(self) -> None:
        self.writer.transport.abort()


@asynccontextmanager
async def raw(url: str, *, receive_buffer: int | None = None) -> AsyncIterator[Raw]:
    """A connection to a server; with a small `receive_buffer` little is taken that was not read."""
    parts = urlsplit(url)
    plain = socket.socket()
    plain.setblocking(False)
    if receive_buffer is not None:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    await asyncio.get_running_loop().sock_connect(plain, ("127.0.0.1", parts.port))
    limit = receive_buffer or 65_536
    connection = Raw(*await asyncio.open_connection(sock=plain, limit=limit))
    try:
        yield connection
    finally:
        connection.close()


@asynccontextmanager
async def many(url: str, number: int) -> AsyncIterator[list[Raw]]:
    """So many connections, in the order they were made."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        port = urlsplit(url).port
        made = [Raw(*await asyncio.open_connection("127.0.0.1", port)) for _ in range(number)]
    try:
        yield made
    finally:
        for one in made:
            one.close()


def head(line: str, headers: Iterable[str] = ()) -> bytes:
    """The head of a request."""
    return "\r\n".join([f"{line} HTTP/1.1", "Host: localhost", *headers, "", ""]).encode("latin-1")


async def eventually(holds: Callable[[], bool], what: str) -> None:
    """Let the loop run until something holds."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not holds():  # noqa: ASYNC110 - what is waited for is told by nobody
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"{what} did not come") from None
