"""The way to a database, which a test can cut or hold up: `async with wire_to(url) as wire`.

A test of outages needs no server of its own then, and kills nobody else's.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit, urlunsplit

CHUNK_BYTES = 65_536


class Wire:
    """A port of ours in front of somebody else's."""

    def __init__(self, url: str) -> None:
        self._to, self._port = urlsplit(url), 0
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._passing = asyncio.Event()
        self._passing.set()
        self._letting_in = asyncio.Event()
        self._letting_in.set()
        self.kept_out = 0
        """How many came while nobody new was let in."""

    @property
    def url(self) -> str:
        """The address of the database by way of this wire."""
        who = self._to.netloc.rpartition("@")[0]
        return urlunsplit(self._to._replace(netloc=f"{who}@127.0.0.1:{self._port}"))

    async def mend(self) -> None:
        """Take connections, on the same port as before."""
        self._server = await asyncio.start_server(self._pass_on, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        """The database is gone: connections end, new ones are refused."""
        assert self._server is not None
        self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()

    def hold(self) -> None:
        """The database hangs: connections are open, new ones are taken, and nothing comes back."""
        self._passing.clear()

    def keep_out(self) -> None:
        """Its postmaster hangs: who has a connection is answered, new ones are taken, and nothing comes back."""
        self._letting_in.clear()

    def let_go(self) -> None:
        """It goes on with what it was told meanwhile."""
        self._passing.set()
        self._letting_in.set()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        self.kept_out += not self._letting_in.is_set()
        await self._letting_in.wait()
        with suppress(OSError):
            there, away = await asyncio.open_connection(self._to.hostname, self._to.port)
            self._writers.add(away)
            await asyncio.wait(
                {asyncio.create_task(self._copy(reader, away)), asyncio.create_task(self._copy(there, writer))}
            )
            self._writers.discard(away)
        writer.transport.abort()
        self._writers.discard(writer)

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK_BYTES):
                await self._passing.wait()
                writer.write(data)
                await writer.drain()
        writer.transport.abort()


@asynccontextmanager
async def wire_to(url: str) -> AsyncIterator[Wire]:
    """A wire to a database for as long as this is open."""
    wire = Wire(url)
    await wire.mend()
    try:
        yield wire
    finally:
        wire.let_go()
        wire.cut()
