"""Events: listeners within fail with the publisher; listeners after it are jobs, one each, in its transaction."""

from collections.abc import AsyncIterator
from typing import ClassVar
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.core import events, jobs
from server.core.database import Database
from server.core.events import Event, after, publish, within
from server.core.ids import new_id
from tests.server.core.little import note_table, words, write


class KeyLost(Event):
    id: UUID
    door: str


@pytest.fixture
async def notes(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
    monkeypatch.setattr(jobs, "_JOBS", {})
    monkeypatch.setattr(events, "_WITHIN", {})
    monkeypatch.setattr(events, "_AFTER", {})
    async with note_table(database):
        yield database


async def change_lock(session: AsyncSession, event: KeyLost) -> None:
    await write(session, f"new lock: {event.door}")


async def tell(session: AsyncSession, event: KeyLost) -> None:
    """Like every job it may run twice; the unique word makes the second time harmless."""
    await session.execute(
        text("INSERT INTO note (word) VALUES (:word) ON CONFLICT DO NOTHING"),
        {"word": f"told: {event.door} {event.id}"},
    )


async def refuse(session: AsyncSession, event: KeyLost) -> None:
    raise LookupError("no locksmith")


async def queued(database: Database) -> list[tuple[str, dict[str, str]]]:
    async with database.engine.connect() as connection:
        found = await connection.execute(text("SELECT task_name, args FROM procrastinate_jobs ORDER BY id"))
        return [(row[0], row[1]) for row in found]


async def test_a_listener_within_shares_the_transaction(notes: Database) -> None:
    within(KeyLost)(change_lock)
    async with notes.transaction() as session:
        await publish(session, KeyLost(id=new_id(), door="front"))
        assert await words(notes) == []
    assert await words(notes) == ["new lock: front"]


async def test_a_listener_within_that_fails_takes_everything_back(notes: Database) -> None:
    within(KeyLost)(change_lock)
    after(KeyLost, "tests.tell")(tell)
    within(KeyLost)(refuse)
    with pytest.raises(LookupError):  # noqa: PT012
        async with notes.transaction() as session:
            await write(session, "key lost")
            await publish(session, KeyLost(id=new_id(), door="front"))
    assert (await words(notes), await queued(notes)) == ([], [])


async def test_each_listener_after_becomes_one_job_in_the_same_transaction(notes: Database) -> None:
    after(KeyLost, "tests.tell")(tell)
    after(KeyLost, "tests.refuse")(refuse)
    lost = KeyLost(id=new_id(), door="back")
    payload = {"event_id": str(lost.event_id), "id": str(lost.id), "door": "back"}
    async with notes.transaction() as session:
        await publish(session, lost)
        assert await queued(notes) == []
    assert await queued(notes) == [("tests.tell", payload), ("tests.refuse", payload)]
    assert await words(notes) == []


async def test_a_job_of_an_event_is_taken_back_with_the_transaction(notes: Database) -> None:
    after(KeyLost, "tests.tell")(tell)
    with pytest.raises(RuntimeError):  # noqa: PT012
        async with notes.transaction() as session:
            await publish(session, KeyLost(id=new_id(), door="back"))
            raise RuntimeError("second thoughts")
    assert await queued(notes) == []


async def test_a_listener_after_gets_the_event_whole_and_twice_is_as_good_as_once(notes: Database) -> None:
    after(KeyLost, "tests.tell")(tell)
    lost = KeyLost(id=new_id(), door="cellar")
    async with notes.transaction() as session:
        await publish(session, lost)
    ((name, payload),) = await queued(notes)
    for _ in range(2):
        await jobs.run_now(notes, name, payload)
    assert await words(notes) == [f"told: cellar {lost.id}"]


async def test_registering_twice_listens_once(notes: Database) -> None:
    for _ in range(2):
        within(KeyLost)(change_lock)
        after(KeyLost, "tests.tell")(tell)
    async with notes.transaction() as session:
        await publish(session, KeyLost(id=new_id(), door="front"))
    assert await words(notes) == ["new lock: front"]
    assert len(await queued(notes)) == 1


async def test_two_listeners_after_cannot_share_a_name(notes: Database) -> None:
    after(KeyLost, "tests.tell")(tell)
    with pytest.raises(ValueError, match=r"tests\.tell"):
        after(KeyLost, "tests.tell")(refuse)


async def test_an_event_that_must_be_heard_is_not_published_into_silence(database: Database) -> None:
    class Unheard(Event):
        must_be_heard: ClassVar[bool] = True

    with pytest.raises(RuntimeError, match="nobody listens to Unheard"):
        async with database.transaction() as session:
            await publish(session, Unheard())
