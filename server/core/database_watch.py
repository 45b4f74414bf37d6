"""Asks the database each second whether it is there, on a connection of its own.

Who finds it gone at once says so anyway. What only this finds out is a database that hangs: connections stay open and
nothing comes back, so each request would wait until its client gives up. Their connections are cut, which answers them
with 503, and what comes meanwhile is refused at once.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text

from server.core.database import AWAY, Database

ASK_AGAIN_SECONDS = 1.0
ANSWER_SECONDS = 3.0
HANGS_AFTER = 2
"""So many questions in a row without an answer. After one it may be we who were stopped and not the database."""
END_SECONDS = 1.0


@asynccontextmanager
async def watching(database: Database) -> AsyncIterator[None]:
    """Watch a database for as long as this is open; once, where several parts of a process want it."""
    if database.outage.watched:
        yield
        return
    database.outage.watched, watch = True, asyncio.create_task(_watch(database))
    try:
        yield
    finally:
        database.outage.watched = False
        watch.cancel()
        await asyncio.wait({watch}, timeout=END_SECONDS)


async def _watch(database: Database) -> None:
    own, unanswered = Database(database.url, pool=1), 0
    while True:
        try:
            async with asyncio.timeout(ANSWER_SECONDS), own.engine.connect() as connection:
                await connection.execute(text("SELECT 1"))
        except TimeoutError as problem:
            own.cut_off()
            unanswered += 1
            if unanswered >= HANGS_AFTER:
                database.outage.hanging = True
                database.outage.lost(problem)
                database.cut_off()
        except (*AWAY, OSError) as problem:
            unanswered, database.outage.hanging = 0, False
            database.outage.lost(problem)
        else:
            unanswered, database.outage.hanging = 0, False
            database.outage.found()
        await asyncio.sleep(ASK_AGAIN_SECONDS)
