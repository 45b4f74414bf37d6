"""A little app on a real socket, behind what stands before the product."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from server import launch
from server.core.settings import Settings
from server.core.web.front import behind_front


@asynccontextmanager
async def put_on_a_socket(app: FastAPI, settings: Settings) -> AsyncIterator[str]:
    """The address of an app that answers for as long as this is open."""
    listener, stop = launch.listen(settings.model_copy(update={"port": 0})), asyncio.Event()
    serving = asyncio.create_task(launch.answer(behind_front(app, settings), settings, listener, stop, lambda: None))
    try:
        yield f"http://localhost:{listener.getsockname()[1]}"
    finally:
        stop.set()
        await serving
