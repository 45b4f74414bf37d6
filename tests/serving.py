"""The product as `launch.serve` starts it, on a real socket, in the process of the test.

`create_app` alone hides how it is started: lifespan, sockets, limits of connections, what stands in front of the app.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from server import launch
from server.core.database import Database
from server.core.settings import Settings
from tests.conftest import Api


@asynccontextmanager
async def serving(settings: Settings, database: Database) -> AsyncIterator[str]:
    """The address of a server that answers for as long as this is open."""
    async with serving_at(settings, database) as port:
        yield settings.model_copy(update={"port": port}).public_origin


@asynccontextmanager
async def serving_at(settings: Settings, database: Database) -> AsyncIterator[int]:
    """The port of a server that answers for as long as this is open, whatever its public address is."""
    settings = settings.model_copy(update={"port": 0})
    listener = launch.listen(settings)
    settings.port = listener.getsockname()[1]
    stop, ready = asyncio.Event(), asyncio.Event()
    server = asyncio.create_task(launch.serve(settings, database, listener, stop, ready.set))
    server.add_done_callback(lambda _: ready.set())  # one that fails to start is not waited for
    await ready.wait()
    try:
        yield settings.port
    finally:
        stop.set()
        await server


@pytest.fixture
async def served_url(settings: Settings, database: Database) -> AsyncIterator[str]:
    """Where the server of this test answers."""
    async with serving(settings, database) as url:
        yield url


@pytest.fixture
async def served_api(served_url: str) -> AsyncIterator[Api]:
    """The API over that socket, called by nobody in particular; `served_api.as_(person)` signs in."""
    async with httpx.AsyncClient(base_url=served_url, timeout=30) as client:
        yield Api(client)
