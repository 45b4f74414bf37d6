"""Everyone does everything at once, on a real PostgreSQL: nothing that was promised is broken.

After each round: no two live claims overlap, each live booking and each open change has exactly its claims, each
success is in the database, each refusal for taken dates is explained by a claim that stood while it was asked for.
"""

from collections.abc import AsyncIterator
from random import SystemRandom

import pytest

from server.core.database import Database
from server.core.ids import new_id
from server.core.limits import JOBS
from tests.databases import create_database, drop_database
from tests.server.bookings.crowd import Crowd, Note, all_at_once, answers, unexplained
from tests.server.stays import broken_promises, day, rows

pytestmark = pytest.mark.usefixtures("on_arrival")


@pytest.fixture
async def apart(postgres_url: str, migrated: str) -> AsyncIterator[Database]:
    """A migrated database for this test alone, with a connection for everyone."""
    name = f"crowd_{new_id().hex}"
    database = Database(await create_database(postgres_url, name, migrated), pool=10, limits=JOBS)
    yield database
    await database.close()
    await drop_database(postgres_url, name)


async def rounds(database: Database, seed: int, *, workers: int, acts: int, many: int) -> Crowd:
    """Some rounds, each looked at; a failure names the seed of all dice."""
    people = await Crowd.at(database)
    for number in range(many):
        await all_at_once(people, [seed * 1000 + number * workers + worker for worker in range(workers)], acts)
        assert await broken_promises(database) == [], f"seed {seed}, round {number}"
        assert await unexplained(people) == [], f"seed {seed}, round {number}"
    unended = (
        "SELECT status, lines, created + changed + unchanged + refused FROM import_run WHERE status <> 'cancelled'"
    )
    for status, lines, told in await rows(database, unended):
        assert (status, told) == ("done", lines), f"seed {seed}"
    deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    assert await rows(database, deadlocks) == [(0,)], f"seed {seed}"
    return people


async def test_a_crowd_breaks_no_promise(apart: Database) -> None:
    people = await rounds(apart, 1 + SystemRandom().randrange(10**6), workers=8, acts=10, many=1)
    assert len(people.notes) >= 80


async def test_the_witness_is_not_blind(apart: Database) -> None:
    people = await Crowd.at(apart)
    assert await unexplained(people) == []
    nights = {"home": people.homes[0], "wanted": (day(2), day(3))}
    people.notes = [
        Note("quote", 1, 2, "", "dates_taken", **nights),
        Note("accept", 1, 2, "", "ok", booking=new_id()),
        Note("book", 1, 2, "", "try_again", **nights),
    ]
    assert len(await unexplained(people)) == 3


@pytest.mark.prove
@pytest.mark.parametrize("_", range(5))
async def test_a_crowd_that_stays_long_breaks_no_promise_and_has_done_everything(apart: Database, _: int) -> None:
    people = await rounds(apart, 1 + SystemRandom().randrange(10**6), workers=10, acts=60, many=3)
    assert len(people.notes) >= 1000
    done = {name for (name, answer), _ in answers(people).items() if answer == "ok"}
    assert done >= {"book", "confirm", "release", "accept", "cancel", "ask_change", "accept_change", "block", "unblock"}
    assert done >= {"import", "step", "cancel_import"}
    refused = {answer for _, answer in answers(people)}
    assert refused >= {"dates_taken", "invalid_transition", "not_bookable"}
