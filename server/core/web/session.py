"""The one transaction of a request, and its turn at what it locks."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Annotated, Any, Self

from fastapi import Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database import Database, Pool
from server.core.lock_queue import MustWait, Place
from server.core.row_locks import PLACE
from server.core.web.routes import Answerer

CLIENT_CLOSED = 499
"""In the log, for a request nobody waits for any more; no such answer is ever seen."""


class RequestTransaction:
    """One attempt to answer a request: its transaction begins when it is first asked for and ends with it."""

    def __init__(self, pool: Pool, place: Place | None = None) -> None:
        self._pool, self._place = pool, place
        self._session: AsyncSession | None = None
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *problem: Any) -> None:
        await self._open.__aexit__(*problem)

    async def session(self) -> AsyncSession:
        """The session of this attempt."""
        if self._session is None:
            again, info = self._place is not None and self._place.has_waited, {PLACE: self._place}
            self._session = await self._open.enter_async_context(self._pool.transaction(again=again, **info))
        return self._session


async def in_turn(request: Request, answer: Answerer) -> Response:
    """Answer a request that has been read, in one transaction that is committed before the reply is sent.

    One that must wait for a lock is rolled back, waits without a connection, and is answered anew from its beginning.
    Raises TryAgain when its turn does not come.
    """
    database: Database = request.app.state.database
    place = database.lock_queue.place()
    try:
        while True:
            try:
                async with RequestTransaction(database, place) as request.state.transaction:
                    return await answer(request)
            except MustWait as problem:
                await place.wait(problem)
            if await request.is_disconnected():
                return Response(status_code=CLIENT_CLOSED)
    finally:
        place.leave()


async def _session(request: Request) -> AsyncIterator[AsyncSession]:
    attempt: RequestTransaction | None = getattr(request.state, "transaction", None)
    if attempt is not None:
        yield await attempt.session()
        return
    database: Database = request.app.state.database
    async with database.transaction() as session:
        yield session


Session = Annotated[AsyncSession, Depends(_session, scope="function")]
"""The one transaction of a request, committed before the reply is sent. Guards and endpoints share it."""
