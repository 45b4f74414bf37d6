"""What PostgreSQL ends by itself: statements and waits that take too long, and transactions nobody goes on with."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.testing import capture_logs

from server.core.database import Database
from server.core.errors import TryAgain
from server.core.limits import JOBS, MAINTENANCE, MIGRATIONS, REQUESTS, SEARCHES, Limits
from tests.server.core.little import backend, note_table, write

SHORT = 0.2
LONG = Limits(statement=60, lock=60, idle_in_transaction=60)
"""The guard taken off: what is ended within a fifth of a second elsewhere goes on."""


@pytest.fixture
async def notes(database: Database) -> AsyncIterator[Database]:
    async with note_table(database):
        async with database.transaction() as session:
            await write(session, "home")
        yield database


@asynccontextmanager
async def limited(database: Database, **seconds: float) -> AsyncIterator[Database]:
    """One connection to the same database, with these limits shorter than the others."""
    limits = Limits(**{"statement": 60, "lock": 60, "idle_in_transaction": 60} | seconds)
    async with database.apart(limits, pool=1) as other:
        yield other


async def lock(session: AsyncSession) -> None:
    await session.execute(text("SELECT FROM note WHERE word = 'home' FOR UPDATE"))


@pytest.mark.parametrize("limits", [REQUESTS, SEARCHES, MAINTENANCE, JOBS, MIGRATIONS])
async def test_every_connection_has_its_limits_from_the_start(database: Database, limits: Limits) -> None:
    names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    async with database.apart(limits, pool=1) as other, other.transaction() as session:
        shown = [await session.scalar(text(f"SELECT current_setting('{name}')::interval")) for name in names]
    assert [found.total_seconds() for found in shown if found is not None] == [
        limits.statement,
        limits.lock,
        limits.idle_in_transaction,
    ]


@pytest.mark.parametrize("name", ["statement", "lock", "idle_in_transaction"])
@pytest.mark.parametrize("seconds", [0, 0.0004, -1])
def test_no_limit_is_for_ever(name: str, seconds: float) -> None:
    with pytest.raises(ValueError, match="for ever"):
        Limits(**{"statement": 1, "lock": 1, "idle_in_transaction": 1} | {name: seconds})


async def test_whoever_waits_for_a_lock_too_long_is_told_to_try_again(notes: Database) -> None:
    async with notes.transaction() as stuck:
        await lock(stuck)
        async with limited(notes, lock=SHORT) as other:
            with pytest.raises(TryAgain) as caught, capture_logs() as logs:
                async with other.transaction() as session:
                    await lock(session)
            async with other.transaction() as session:  # the one connection works on
                await backend(session)
    assert caught.value.detail == "Someone else is changing this. Try again in a moment."
    assert caught.value.retry_after == 1
    assert [(line["event"], line["sqlstate"]) for line in logs] == [("limit_of_the_database", "55P03")]


async def test_a_statement_that_takes_too_long_is_ended(notes: Database) -> None:
    async with limited(notes, statement=SHORT) as other:
        with pytest.raises(TryAgain) as caught:
            async with other.transaction() as session:
                await session.execute(text("SELECT count(*) FROM generate_series(1, 1000000000)"))
        async with other.transaction() as session:
            await backend(session)
    assert caught.value.detail == "This took too long. Try again in a moment."


async def test_a_transaction_nobody_goes_on_with_is_ended_and_frees_what_it_locked(notes: Database) -> None:
    async with limited(notes, idle_in_transaction=SHORT) as other:
        with pytest.raises(TryAgain):  # noqa: PT012
            async with other.transaction() as stuck:
                await write(stuck, "boat")
                await lock(stuck)
                async with limited(notes, lock=20) as waiting, waiting.transaction() as session:
                    await lock(session)  # comes as soon as PostgreSQL has cut the other off
                await write(stuck, "barn")
        async with other.transaction() as session:  # a new connection: the dead one is not given out again
            await write(session, "tent")
    async with notes.transaction() as session:
        assert (await session.scalars(text("SELECT word FROM note ORDER BY word"))).all() == ["home", "tent"]


async def test_without_the_limits_all_three_would_go_on(notes: Database) -> None:
    async with notes.transaction() as stuck, notes.apart(LONG, pool=3) as other:
        await lock(stuck)

        async def wait_for_the_lock() -> None:
            async with other.transaction() as session:
                await lock(session)

        async def count() -> None:
            async with other.transaction() as session:
                await session.execute(text("SELECT count(*) FROM generate_series(1, 1000000000)"))

        async def idle() -> None:
            async with other.transaction() as session:
                await backend(session)
                await asyncio.Event().wait()

        going = [asyncio.create_task(one()) for one in (wait_for_the_lock, count, idle)]
        done, _ = await asyncio.wait(going, timeout=3 * SHORT)
        for task in going:
            task.cancel()
        await asyncio.gather(*going, return_exceptions=True)
    assert done == set()
