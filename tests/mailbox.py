"""Mails as they arrive: the sandbox's inbox over a real socket, and the jobs that fill it."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from server.auth.service import accounts
from server.auth.service import door as auth
from server.core import jobs
from server.core.database import Database
from server.core.settings import Settings
from server.launch import answer
from server.sandbox.mail import inbox
from shared_models.auth import LinkPurpose


class Mailbox:
    """Everyone's mail, read over HTTP as a person would at `/sandbox`."""

    def __init__(self, url: str) -> None:
        self.url = url

    async def of(self, to: str) -> list[dict[str, Any]]:
        """The mails to someone, the newest first."""
        async with httpx.AsyncClient(base_url=self.url) as client:
            reply = await client.get("/sandbox/mails", params={"to": to})
        found: list[dict[str, Any]] = reply.raise_for_status().json()
        return found

    async def subjects(self, to: str) -> list[str]:
        """What they are about, the newest first."""
        return [mail["subject"] for mail in await self.of(to)]

    async def link(self, to: str) -> str:
        """The link in someone's newest mail."""
        found = re.search(r"https?://\S+", (await self.of(to))[0]["text"])
        assert found is not None
        return found[0]

    async def token(self, to: str) -> str:
        """The token in that link."""
        return (await self.link(to)).partition("token=")[2]


@asynccontextmanager
async def _served(app: FastAPI, settings: Settings) -> AsyncIterator[str]:
    listener = socket.create_server(("127.0.0.1", 0))
    stop, ready = asyncio.Event(), asyncio.Event()
    serving = asyncio.create_task(answer(app, settings, listener, stop, ready.set))
    await ready.wait()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        stop.set()
        await serving


@pytest.fixture
async def mailbox(settings: Settings) -> AsyncIterator[Mailbox]:
    """An empty mailbox that takes what jobs send with these settings."""
    app = FastAPI()
    app.include_router(inbox(settings))
    async with _served(app, settings) as url:
        settings.sandbox_url = url
        yield Mailbox(url)


RunJobs = Callable[[], Awaitable[None]]


@pytest.fixture
def run_jobs(database: Database, settings: Settings) -> RunJobs:
    """Run what is due in the queue, and what follows from it, by a real worker."""

    async def run() -> None:
        queue = jobs.queue(database, settings)
        async with queue.open_async():
            await queue.run_worker_async(wait=False, install_signal_handlers=False, delete_jobs="successful")

    return run


async def verify_token(database: Database, email: str) -> str:
    """The token of a link as it is mailed to who registered."""
    async with database.transaction() as session:
        id_ = await accounts.id_of_email(session, email)
        assert id_ is not None, f"nobody registered as {email}"
        token = await auth.mail_link(session, id_, LinkPurpose.VERIFY_EMAIL)
    assert token is not None, "it is confirmed already"
    return token


async def queued(database: Database, name: str) -> list[dict[str, Any]]:
    """The arguments of the waiting jobs of a name."""
    async with database.engine.connect() as connection:
        found = await connection.execute(
            text("SELECT args FROM procrastinate_jobs WHERE task_name = :name AND status = 'todo' ORDER BY id"),
            {"name": name},
        )
        return [row.args for row in found]
