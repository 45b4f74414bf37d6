"""A connection to a server by hand: half a request, no body, a strange header. Everything has a deadline."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class RawAnswer:
    """What came back: names of headers are in lower case, the same name twice is joined by a comma."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class RawConnection:
    """One open connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    host: str

    async def send(self, content: bytes) -> None:
        """Send some bytes as they are."""
        self.writer.write(content)
        await asyncio.wait_for(self.writer.drain(), PATIENCE_SECONDS)

    async def ask(self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> None:
        """Send a head, with the Host of this server unless another is given, and then `body`."""
        lines = [f"{method} {path} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in ({"Host": self.host} | dict(headers or {})).items()]
        await self.send("\r\n".join([*lines, "", ""]).encode("latin-1") + body)

    async def answer(self, *, has_content: bool = True) -> RawAnswer:
        """The next answer. Raises TimeoutError, and IncompleteReadError when the connection ends before it.

        One to a HEAD has no content, whatever its headers say.
        """
        return await asyncio.wait_for(self._answer(has_content=has_content), PATIENCE_SECONDS)

    async def is_closed(self) -> bool:
        """Whether the server ends the connection, and says nothing more before it does."""
        return await asyncio.wait_for(self.reader.read(), PATIENCE_SECONDS) == b""

    async def _answer(self, *, has_content: bool) -> RawAnswer:
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.removesuffix("\r\n\r\n").split("\r\n")
        headers: dict[str, str] = {}
        for name, _, value in (line.partition(":") for line in lines):
            known = headers.get(name.lower())
            headers[name.lower()] = value.strip() if known is None else f"{known}, {value.strip()}"
        status, content = int(first.split(" ")[1]), b""
        if has_content and headers.get("transfer-encoding") == "chunked":
            content = await self._chunks()
        elif has_content and status not in (204, 304):
            content = await self.reader.readexactly(int(headers.get("content-length", "0")))
        return RawAnswer(status, headers, content)

    async def _chunks(self) -> bytes:
        content = b""
        while size := int(await self.reader.readline(), 16):
            content += await self.reader.readexactly(size)
            await self.reader.readline()
        await self.reader.readline()
        return content


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[RawConnection]:
    """A connection to where `url` points."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection("127.0.0.1", parts.port, limit=2**20)
    try:
        yield RawConnection(reader, writer, parts.netloc)
    finally:
        writer.close()


async def waiting_for_a_body(connection: RawConnection, path: str, headers: Mapping[str, str], length: int) -> None:
    """Begin a POST, and come back once the server waits for its body: it says so by `100 Continue`."""
    head = {"Expect": "100-continue", "Content-Length": str(length), "Content-Type": "application/json"}
    await connection.ask("POST", path, head | dict(headers))
    assert (await connection.answer()).status == 100
