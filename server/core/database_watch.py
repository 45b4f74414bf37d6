"""Asks the database each second whether it is there, on a connection of its own.

Who finds it gone at once says so anyway. What only this finds out is a database that hangs: connections stay open and
nothing comes back, so each request would wait until its client gives up. Their connections are cut, which answers them
with 503, and what comes meanwhile is refused at once.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from server.core.database import AWAY, Database

ASK_AGAIN_SECONDS = 1.0
ANSWER_SECONDS = 3.0
LATE_SECONDS = 0.5
"""Who notices later than this that there was no answer in time was stopped or busy: the answer may have lain there."""
HANGS_AFTER = 2
"""So many questions in a row without an answer."""
END_SECONDS = 1.0


@asynccontextmanager
async def watching(database: Database) -> AsyncIterator[None]:
    """Watch a database for as long as this is open; once, where several parts of a process want it."""
    if database.outage.watched:
        yield
        return
    database.outage.watched, watch = True, asyncio.create_task(_Watch(database).keep())
    try:
        yield
    finally:
        database.outage.watched = False
        watch.cancel()
        await asyncio.wait({watch}, timeout=END_SECONDS)


class _Watch:
    """The one who asks, and what they know so far."""

    def __init__(self, database: Database) -> None:
        self._database, self._outage = database, database.outage
        self._connection: asyncpg.Connection | None = None
        self._unanswered = 0

    async def keep(self) -> None:
        """Ask until cancelled."""
        try:
            while True:
                await self._look()
                await asyncio.sleep(ASK_AGAIN_SECONDS)
        finally:
            self._drop()

    async def _look(self) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._ask()
        except TimeoutError as problem:
            self._unanswered += loop.time() - began - ANSWER_SECONDS < LATE_SECONDS
            self._drop()
            if self._unanswered >= HANGS_AFTER:
                self._outage.hanging = True
                self._outage.lost(problem)
                self._database.cut_off()
        except (*AWAY, OSError) as problem:
            self._unanswered, self._outage.hanging = 0, False
            self._drop()
            self._outage.lost(problem)
        else:
            self._unanswered, self._outage.hanging = 0, False
            await self._see_whether_it_is_back()

    async def _see_whether_it_is_back(self) -> None:
        """During an outage, whether new connections get in: a postmaster that hangs answers on those that are there."""
        try:
            if self._outage.is_on:
                async with asyncio.timeout(ANSWER_SECONDS):
                    (await asyncpg.connect(self._database.url)).terminate()
        except (*AWAY, OSError) as problem:
            self._outage.lost(problem)
        else:
            self._outage.found()

    async def _ask(self) -> None:
        if self._connection is None:
            self._connection = await asyncpg.connect(self._database.url)
        await self._connection.execute("SELECT 1")

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
        self._connection = None
