"""Routes that only search: on connections of their own, few at a time for each caller, only while they are awaited."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

from fastapi import Request, Response

from server.core.addresses import network_of, provider_range_of
from server.core.fair_queue import Caller
from server.core.web.routes import Answerer, BoundedRoute
from server.core.web.session import CLIENT_CLOSED, RequestTransaction


class ReadingRoute(BoundedRoute):
    """The session of these endpoints reads only. What it asks for is ended after some seconds, or when the caller goes.

    A caller has a few such requests at a time; others of theirs wait, and too many are answered 429.
    """

    async def answer(self, request: Request, original: Answerer) -> Response:
        reads = request.app.state.database.reads

        async def attempt() -> Response:
            async with (
                reads.turns.one(_caller(request)),
                RequestTransaction(reads) as request.state.transaction,
            ):
                return await original(request)

        return await _while_awaited(request, attempt)


def _caller(request: Request) -> Caller:
    """Who asks: a person, or where a visitor comes from, as calls are counted (`rates`)."""
    person: UUID | None = request.app.state.person_of(request)
    if person is not None:
        return "people", person
    address = request.client.host if request.client is not None else ""
    return "visitors", provider_range_of(address), network_of(address)


async def _while_awaited(request: Request, answer: Callable[[], Awaitable[Response]]) -> Response:
    """The answer. When its reader leaves the work on it ends, its statement too: the driver cancels that."""
    loop, leaving = asyncio.get_running_loop(), asyncio.create_task(_left(request))
    awaited, over = asyncio.timeout(None), False

    def end(task: asyncio.Task[None]) -> None:
        if not (over or task.cancelled() or task.exception()):
            awaited.reschedule(loop.time())

    leaving.add_done_callback(end)
    try:
        async with awaited:
            return await answer()
    except TimeoutError:
        if awaited.expired():
            return Response(status_code=CLIENT_CLOSED)
        raise
    finally:
        over = True
        leaving.cancel()


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
