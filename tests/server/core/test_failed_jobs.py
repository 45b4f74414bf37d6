"""What fails for good is known, with the class of its last error, until it succeeds; it can be run again."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.testing import capture_logs

from server.core import attempts, clock, failed_jobs, failure_watch, jobs
from server.core.database import Database
from server.core.failed_jobs import Standing
from server.core.retries import PROVIDERS, FailedForGood, NeedsAttention, RetryAt
from tests.server.core.little import words, write
from tests.server.core.queue import notebook, rows, run_all

__all__ = ["notebook"]
NAME = "tests.job"


class Refused(FailedForGood):
    """The other side said no."""


class WrongPassword(NeedsAttention):
    """Somebody has to mend it."""


class Work:
    """A job that fails as it is told to, then succeeds."""

    def __init__(self, database: Database) -> None:
        self.database, self.errors = database, list[Exception]()
        jobs.register(NAME, jobs.Job(run=self.run, queue=jobs.Queue.DEFAULT, retry=PROVIDERS))

    async def run(self, session: AsyncSession, word: str) -> None:
        if self.errors:
            raise self.errors.pop(0)
        await write(session, word)

    async def failing(self, *errors: Exception) -> None:
        """Put one job for each of these errors in the queue, and let a worker run them."""
        self.errors = list(errors)
        async with self.database.transaction() as session:
            for number in range(len(errors)):
                await jobs.defer(session, NAME, {"word": f"done {number}"})
        await run_all(self.database)

    async def standing(self) -> Standing | None:
        """How it stands once it was followed."""
        async with self.database.transaction() as session:
            await failed_jobs.follow(session)
            return (await failed_jobs.standing(session, [NAME])).get(NAME)

    async def run_again(self) -> int:
        async with self.database.transaction() as session:
            return await attempts.run_again(session, NAME)


@pytest.fixture
def work(notebook: Database) -> Work:
    return Work(notebook)


async def test_all_that_failed_of_a_job_stands_together_with_the_class_of_its_last_error(work: Work) -> None:
    began = clock.now()
    await work.failing(Refused("at 1 Secret Road"), Refused("of ann@example.com"))
    stands = await work.standing()
    assert stands is not None
    assert (stands.failed, stands.trying, stands.tries, stands.error) == (2, 0, 1, "Refused")
    assert began <= stands.since <= clock.now()


async def test_what_is_tried_again_is_nobodys_concern(work: Work) -> None:
    await work.failing(RuntimeError())
    assert await rows(work.database) != []
    assert await work.standing() is None


async def test_what_ran_out_of_time_is_known_by_what_it_failed_with(work: Work) -> None:
    await work.failing(RuntimeError())
    work.errors = [KeyError("at 1 Secret Road")]
    async with work.database.transaction() as session:
        await session.execute(text("UPDATE procrastinate_events SET at = at - interval '49 hours'"))
        await session.execute(text("UPDATE procrastinate_jobs SET scheduled_at = now()"))
    await run_all(work.database)
    stands = await work.standing()
    assert stands is not None
    assert (stands.failed, stands.tries, stands.error) == (1, 2, "KeyError")


async def test_a_failure_that_nobody_could_write_down_is_found_all_the_same(work: Work) -> None:
    await work.failing(Refused())
    async with work.database.transaction() as session:
        await session.execute(text("DELETE FROM failed_job"))  # its worker died before the note, or in it
    stands = await work.standing()
    assert stands is not None
    assert (stands.failed, stands.tries, stands.error) == (1, 1, "")


async def test_what_is_run_again_has_all_its_time_and_is_forgotten_once_it_succeeds(work: Work) -> None:
    await work.failing(Refused(), Refused())
    async with work.database.transaction() as session:
        await session.execute(text("UPDATE procrastinate_events SET at = at - interval '9 days'"))
    first = await work.standing()
    assert await work.run_again() == 2
    stands = await work.standing()
    assert first is not None
    assert stands is not None
    assert (stands.failed, stands.trying, stands.since) == (0, 2, first.since)
    work.errors = [RuntimeError()]  # for now, in a window that has begun anew
    await run_all(work.database)
    assert [row[1] for row in await rows(work.database)] == ["todo"]
    assert await words(work.database) == ["done 1"]
    async with work.database.transaction() as session:
        await session.execute(text("UPDATE procrastinate_jobs SET scheduled_at = now()"))
    await run_all(work.database)
    assert await words(work.database) == ["done 0", "done 1"]
    assert await work.standing() is None


async def test_what_fails_again_is_known_since_the_first_time(work: Work) -> None:
    await work.failing(Refused())
    first = await work.standing()
    assert first is not None
    with time_machine.travel(clock.now() + timedelta(days=1), tick=False):
        await work.run_again()
        async with work.database.transaction() as session:
            await session.execute(text("UPDATE procrastinate_jobs SET scheduled_at = now()"))
        work.errors = [type("Gone", (FailedForGood,), {})()]
        await run_all(work.database)
        stands = await work.standing()
    assert stands is not None
    assert (stands.failed, stands.since, stands.tries, stands.error) == (1, first.since, 2, "Gone")


async def test_what_needs_a_person_is_known_at_its_first_try_and_goes_on_when_it_is_run_again(work: Work) -> None:
    await work.failing(WrongPassword("sesame"))
    stands = await work.standing()
    assert stands is not None
    assert (stands.failed, stands.trying, stands.error) == (0, 1, "WrongPassword")
    assert await work.run_again() == 1
    assert await work.run_again() == 0
    await run_all(work.database)
    assert await words(work.database) == ["done 0"]
    assert await work.standing() is None


async def test_a_call_that_needs_a_person_is_known_at_its_first_try(work: Work) -> None:
    later = RetryAt(clock.now() + timedelta(hours=1))
    later.__cause__ = WrongPassword("sesame")
    await work.failing(later)
    stands = await work.standing()
    assert stands is not None
    assert (stands.trying, stands.error) == (1, "WrongPassword")


async def test_what_is_left_undone_is_forgotten(work: Work) -> None:
    await work.failing(Refused())
    async with work.database.transaction() as session:
        await jobs.leave_undone(session, NAME)
    assert (await work.standing(), await rows(work.database)) == (None, [])


async def test_no_word_of_an_error_is_logged(work: Work) -> None:
    with capture_logs() as logs:
        await work.failing(Refused("at 1 Secret Road"))
    assert [line["error"] for line in logs if line["event"] == "job_needs_a_person"] == ["Refused"]
    assert "Secret" not in str(logs)


def test_a_process_without_rooms_does_not_follow_unheard() -> None:
    assert failure_watch.FailedJobsFollowed.must_be_heard
