"""What is still under way when the server stops is told to come back, over a real socket."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from starlette.types import Receive, Scope, Send
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from server import launch
from server.core.settings import Settings


async def waits_for_ever(scope: Scope, receive: Receive, send: Send) -> None:
    """An app that takes every request and socket and answers none."""
    if scope["type"] == "lifespan":
        while (message := await receive())["type"] != "lifespan.shutdown":
            await send({"type": f"{message['type']}.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
    if scope.get("path") == "/half":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"10")]})
        await send({"type": "http.response.body", "body": b"half", "more_body": True})
    await asyncio.Event().wait()


@asynccontextmanager
async def answering(settings: Settings, stop: asyncio.Event) -> AsyncIterator[str]:
    listener = launch.listen(settings.model_copy(update={"port": 0}))
    ready = asyncio.Event()
    server = asyncio.create_task(launch.answer(waits_for_ever, settings, listener, stop, ready.set))
    await ready.wait()
    yield f"127.0.0.1:{listener.getsockname()[1]}"
    stop.set()
    await asyncio.wait_for(server, 30)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "CLOSE_SECONDS", 1)


async def test_requests_and_sockets_that_wait_are_told_to_come_back_and_nothing_draws_a_traceback(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    stop = asyncio.Event()
    async with answering(settings, stop) as address, httpx.AsyncClient(timeout=30) as client:
        asked = [asyncio.create_task(client.get(f"http://{address}/whole")) for _ in range(3)]
        half = asyncio.create_task(client.get(f"http://{address}/half"))
        async with connect(f"ws://{address}/socket") as socket:
            hears = asyncio.create_task(socket.recv())
            await asyncio.wait([*asked, half, hears], timeout=0.3)
            stop.set()
            for reply in await asyncio.gather(*asked):
                assert (reply.status_code, reply.headers["retry-after"]) == (503, "1")
                assert reply.json()["code"] == "try_again"
            with pytest.raises(httpx.RemoteProtocolError):
                await half
            with pytest.raises(ConnectionClosed) as closed:
                await hears
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1012
    assert [record.message for record in caplog.records if record.exc_info and record.levelno >= logging.ERROR] == []
