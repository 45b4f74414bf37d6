"""Errors of the database come out under the names callers know; a database that is away is no crash."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from server import launch
from server.core import errors
from server.core.database import Database, with_driver
from server.core.errors import AppError, DatesTaken, StartupError, TryAgain, when_broken
from server.core.rates import Rates
from server.core.settings import Settings
from server.core.web.problems import answer_problems
from server.core.web.session import Session
from shared_models.problems import ProblemCode
from tests.server.core.little import app_on, backend, client_of, note_table, words, write


class WordTaken(AppError):
    status, code, title = 409, ProblemCode.INVALID_TRANSITION, "This word is taken"


@pytest.fixture
async def notes(database: Database) -> AsyncIterator[Database]:
    async with note_table(database):
        yield database


def nobody_listens() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"postgresql://ann:sesame@127.0.0.1:{probe.getsockname()[1]}/home"


async def test_a_constraint_with_a_name_answers_as_its_error(notes: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors, "_BY_CONSTRAINT", dict(errors._BY_CONSTRAINT))
    when_broken("uq_note_word", WordTaken)
    with pytest.raises(WordTaken):  # noqa: PT012
        async with notes.transaction() as session:
            await write(session, "home")
            await write(session, "home")
    assert await words(notes) == []


async def test_a_constraint_without_a_name_stays_our_own_fault_and_quotes_no_values(notes: Database) -> None:
    with pytest.raises(DBAPIError) as caught:  # noqa: PT012
        async with notes.transaction() as session:
            await write(session, "sesame")
            await write(session, "sesame")
    assert "parameters hidden" in str(caught.value)


async def test_overlapping_dates_are_taken(notes: Database) -> None:
    add = text("INSERT INTO stay VALUES (daterange('2026-12-01', '2026-12-05'))")
    with pytest.raises(DatesTaken):  # noqa: PT012
        async with notes.transaction() as session:
            await session.execute(
                text("CREATE TEMPORARY TABLE stay (nights daterange, EXCLUDE USING gist (nights WITH &&))")
            )
            await session.execute(add)
            await session.execute(add)


async def test_a_deadlock_is_a_503_that_says_when_to_try_again(notes: Database) -> None:
    app = FastAPI()
    app.state.database = notes
    app.state.rates = Rates(None)
    answer_problems(app)
    both = asyncio.Barrier(2)

    @app.post("/{first}/{second}")
    async def lock(first: str, second: str, session: Session) -> str:
        await _lock(session, first)
        await both.wait()
        await _lock(session, second)
        return "locked"

    async with notes.transaction() as session:
        await write(session, "a")
        await write(session, "b")
    async with client_of(app) as client:
        replies = await asyncio.wait_for(asyncio.gather(client.post("/a/b"), client.post("/b/a")), 30)
    won, lost = sorted(replies, key=lambda reply: reply.status_code)
    assert (won.status_code, lost.status_code, lost.json()["code"]) == (200, 503, "try_again")
    assert lost.headers["retry-after"] == "1"


async def _lock(session: AsyncSession, word: str) -> None:
    await session.execute(text("SELECT FROM note WHERE word = :word FOR UPDATE"), {"word": word})


@pytest.mark.parametrize(
    "change",
    [
        lambda url: nobody_listens(),
        lambda url: url.rpartition("/")[0] + "/no_such_database",
        lambda url: url.replace("//estospaces:", "//estospaces:not", 1),
        lambda url: url.rpartition("@")[0] + "@no-such-host.invalid/home",
    ],
    ids=["nobody listens", "no such database", "wrong password", "no such host"],
)
async def test_a_database_that_does_not_let_us_in_is_a_503(database: Database, change: object) -> None:
    away = Database(change(database.url))  # type: ignore[operator]
    async with client_of(app_on(away)) as client:
        reply = await client.get("/notes/a")
    assert (reply.status_code, reply.json()["code"], reply.headers["retry-after"]) == (503, "try_again", "1")
    with pytest.raises(StartupError, match=r"^The database does not answer: .+$") as caught:
        await away.check()
    assert "sesame" not in str(caught.value)
    assert "\n" not in str(caught.value)
    await away.close()


async def test_a_killed_connection_is_a_503_and_the_next_request_gets_another(notes: Database) -> None:
    killed = Database(notes.url, pool=1)
    with pytest.raises(TryAgain):  # noqa: PT012
        async with killed.transaction() as session:
            await write(session, "home")
            async with notes.transaction() as other:
                await other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": await backend(session)})
            await write(session, "flat")
    async with killed.transaction() as session:
        await write(session, "boat")
    # Killed while it lay in the pool: nobody notices.
    async with killed.transaction() as session, notes.transaction() as other:
        pid = await backend(session)
    async with notes.transaction() as other:
        await other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    async with killed.transaction() as session:
        await write(session, "barn")
    await killed.close()
    assert await words(notes) == ["barn", "boat"]


async def test_a_server_has_the_pools_that_its_settings_say(settings: Settings, database: Database) -> None:
    own = settings.model_copy(update={"database_pool": 3, "database_read_pool": 2})
    async with launch.open_database(database.url, own) as opened:
        assert (opened.size, opened.reads.size) == (3, 2)


async def test_an_exhausted_pool_is_a_503(database: Database) -> None:
    small = Database(database.url, pool=1, wait_seconds=0.05)
    async with client_of(app_on(small)) as client, small.transaction() as session:
        await backend(session)
        reply = await client.get("/notes/a")
    assert (reply.status_code, reply.json()["code"], reply.headers["retry-after"]) == (503, "try_again", "1")
    await small.close()


async def test_a_missing_file_is_not_blamed_on_the_database(database: Database) -> None:
    with pytest.raises(FileNotFoundError):
        async with database.transaction():
            raise FileNotFoundError("cover.webp")


async def test_connections_come_back_after_errors(database: Database) -> None:
    one = Database(database.url, pool=1, wait_seconds=2)
    for _ in range(3):
        with pytest.raises(DBAPIError):
            async with one.transaction() as session:
                await session.execute(text("SELECT 1 / 0"))
    task = asyncio.create_task(_wait_in_transaction(one))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await one.check()
    await one.close()


async def _wait_in_transaction(database: Database) -> None:
    async with database.transaction() as session:
        await backend(session)
        await asyncio.Event().wait()


async def test_times_come_in_utc(database: Database) -> None:
    async with database.transaction() as session:
        assert await session.scalar(text("SHOW timezone")) == "UTC"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "home",
        "mysql://ann@host/home",
        "postgresql://ann@host:port/home",
        "postgresql://[::1/home",
        "sqlite:///home",
    ],
)
def test_what_is_no_address_of_postgresql_is_one_clear_line(url: str) -> None:
    with pytest.raises(StartupError, match=r"^DATABASE_URL must look like postgresql://.+$"):
        Database(url)


def test_an_address_keeps_password_and_options_for_either_driver() -> None:
    url = "postgres://ann:p%40ss%2F@host:6000/home?sslmode=require&application_name=x"
    assert with_driver(url, "").startswith("postgresql://ann:p%40ss%2F@host:6000/home?sslmode=require")
    assert with_driver(url, "asyncpg").startswith("postgresql+asyncpg://ann:p%40ss%2F@host:6000/home?")
    assert "ssl=require" in with_driver(url, "asyncpg").replace("sslmode", "")
