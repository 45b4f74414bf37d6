"""A little app with the house's edge, and a table of its own to write in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import httpx
from fastapi import Depends, FastAPI, Request, Response
from pydantic import Field
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database import Database
from server.core.errors import NotFound
from server.core.rates import Rates
from server.core.web.bodies import BodyLimits, takes_body
from server.core.web.context import RequestContext
from server.core.web.problems import answer_problems
from server.core.web.routers import room_router
from server.core.web.session import Session
from shared_models.base import Input

LARGEST = 10_000


class Note(Input):
    """What may be written down."""

    word: str = Field(max_length=50)
    tags: list[str] = Field(default_factory=list, max_length=5)


class Gate:
    """Lets a test hold an endpoint half way."""

    def __init__(self) -> None:
        self.reached, self.opened = asyncio.Event(), asyncio.Event()
        self.opened.set()


async def settled() -> None:
    """Let everything that can go on go on."""
    for _ in range(10):
        await asyncio.sleep(0)


async def write(session: AsyncSession, word: str) -> None:
    await session.execute(text("INSERT INTO note (word) VALUES (:word)"), {"word": word})


async def backend(session: AsyncSession) -> int:
    return int(await session.scalar(text("SELECT pg_backend_pid()")) or 0)


async def words(database: Database) -> list[str]:
    """What is committed, as another connection sees it."""
    async with database.engine.connect() as connection:
        return list((await connection.execute(text("SELECT word FROM note ORDER BY word"))).scalars())


@asynccontextmanager
async def note_table(database: Database) -> AsyncIterator[None]:
    async with database.engine.begin() as connection:
        await connection.execute(text("CREATE TABLE note (word text CONSTRAINT uq_note_word UNIQUE)"))
    yield
    async with database.engine.begin() as connection:
        await connection.execute(text("DROP TABLE note"))


async def _guard(session: Session) -> int:
    return await backend(session)


def app_on(database: Database, gate: Gate | None = None) -> FastAPI:
    """Endpoints that write, fail and wait. `X-Person` says who asks."""
    app, room, gate = FastAPI(), room_router("notes"), gate or Gate()
    app.state.database = database
    app.state.person_of = lambda request: UUID(p) if (p := request.headers.get("x-person")) else None
    app.state.rates = Rates(None)
    answer_problems(app)
    app.add_middleware(RequestContext)

    @room.post("", status_code=201)
    async def add(note: Note, session: Session) -> dict[str, str]:
        await write(session, note.word)
        gate.reached.set()
        await gate.opened.wait()
        return {"word": note.word}

    @room.post("/failing")
    async def add_and_fail(note: Note, session: Session) -> None:
        await write(session, note.word)
        raise NotFound("There is no such shelf.")

    @room.post("/crashing")
    async def add_and_crash(note: Note, session: Session) -> None:
        await write(session, note.word)
        raise RuntimeError(f"secret words: {note.word}")

    @room.post("/tagged", status_code=201)
    async def add_with_headers(note: Note, session: Session, response: Response) -> dict[str, str]:
        await write(session, note.word)
        response.headers["ETag"] = f'"{note.word}"'
        response.headers["Location"] = f"/notes/{note.word}"
        response.headers["Set-Cookie"] = "secret=1"
        return {"word": note.word}

    @room.post("/silent", status_code=204)
    async def add_silently(note: Note, session: Session) -> None:
        await write(session, note.word)

    @room.get("/connections")
    async def connections(session: Session, guards: int = Depends(_guard)) -> list[int]:
        return [guards, await backend(session)]

    @room.post("/connections")
    async def posted_connections(session: Session, guards: int = Depends(_guard)) -> list[int]:
        return [guards, await backend(session)]

    @room.post("/read")
    @takes_body(BodyLimits(max_bytes=LARGEST))
    async def read(request: Request) -> int:
        return len(await request.body())

    @room.post("/slow")
    @takes_body(BodyLimits(seconds=0.3))
    async def read_in_time(request: Request) -> int:
        return len(await request.body())

    @room.get("/{name}")
    async def one(name: str, session: Session) -> str:
        return str(await session.scalar(text("SELECT CAST(:name AS text)"), {"name": name}))

    app.include_router(room)
    return app


def client_of(app: FastAPI) -> httpx.AsyncClient:
    # `raise_app_exceptions` stays on: whatever an edge lets through fails the test.
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")
