"""Work that failed, as an admin sees it: which, since when, how often tried, and one button that runs it again."""

import pytest
from sqlalchemy import text

from client.parts.case_words import line_words
from client.parts.job_words import job_word
from server import app as server_app
from server.core import jobs
from server.core.database import Database
from shared_models.auth import Role
from shared_models.cases import CaseAct, CaseEntry, CaseKind, CaseOutcome
from tests.client.conftest import OpenClient
from tests.client.harness import App
from tests.client.waiting import see
from tests.conftest import MakePerson
from tests.server.core.queue import a_failed_job

MAIL = "notifications.send_mail"


async def look(database: Database) -> None:
    await jobs.run_now(database, "core.follow_failed_jobs", {})


async def statuses(database: Database) -> list[str]:
    async with database.engine.connect() as connection:
        found = await connection.scalars(
            text("SELECT status::text FROM procrastinate_jobs WHERE task_name = :name"), {"name": MAIL}
        )
        return list(found)


@pytest.fixture
async def failed_mails(database: Database) -> Database:
    """Two mails that failed for good, and their case."""
    for _ in range(2):
        await a_failed_job(database, MAIL)
    async with database.transaction() as session:
        await session.execute(
            text(
                "INSERT INTO failed_job SELECT id, task_name, 'Refused', 7, now(), now() FROM procrastinate_jobs "
                "WHERE status = 'failed'"
            )
        )
    await look(database)
    return database


@pytest.fixture
async def app(open_client: OpenClient, a_person: MakePerson, failed_mails: Database) -> App:
    """An admin who looks at it."""
    app = await open_client("/admin/review", await a_person(Role.ADMIN))
    await see(app, "Sending mails")
    await see(app, "What failed")
    return app


async def test_it_says_what_failed_since_when_and_how_often_it_was_tried(app: App) -> None:
    shown = app.texts()
    for words in (
        "2 have failed",
        "Since",
        "7 times",
        "Refused",
        MAIL,
        "It failed",
        "1 case waits, the most urgent first.",
    ):
        assert words in shown
    assert "The home is not there any more. The case can be closed." not in shown


async def test_one_button_runs_all_of_it_again_and_the_case_stays_until_it_has_worked(
    app: App, failed_mails: Database
) -> None:
    await app.press("Run again")
    await see(app, "2 are tried again")
    await see(app, "It runs again. The case closes when it has worked.")
    assert await statuses(failed_mails) == ["todo", "todo"]
    await see(app, "1 case waits")


async def test_it_can_be_left_undone(app: App, failed_mails: Database) -> None:
    await app.press("Leave it undone")
    await see(app, "Nothing waits")
    assert await statuses(failed_mails) == []


@pytest.mark.parametrize("letter", ["A", "R"])
async def test_the_keys_that_decide_about_homes_do_nothing_here(app: App, failed_mails: Database, letter: str) -> None:
    key = {"key": letter, "ctrl": False, "alt": False, "shift": False, "meta": False}
    await app.event(app.page, "keyboard_event", key)
    assert "Say why" not in app.texts()
    assert await statuses(failed_mails) == ["failed", "failed"]


async def test_it_stands_in_the_list_of_the_day_and_has_a_filter(
    open_client: OpenClient, a_person: MakePerson, failed_mails: Database
) -> None:
    admin = await a_person(Role.ADMIN)
    await see(await open_client("/admin/today", admin), "Sending mails")
    await see(await open_client("/admin/review?show=failed_job", admin), "Failed work · 1")


async def test_what_has_worked_is_read_among_what_was_decided(
    open_client: OpenClient, a_person: MakePerson, failed_mails: Database
) -> None:
    async with failed_mails.transaction() as session:
        await session.execute(text("DELETE FROM procrastinate_jobs"))
    await look(failed_mails)
    app = await open_client("/admin/review?show=closed", await a_person(Role.ADMIN))
    await see(app, "It has worked")
    await see(app, "Sending mails")


def test_every_job_of_the_server_has_a_name_in_plain_words() -> None:
    assert server_app.JOBS
    named = [name for name in jobs.registered() if not job_word(name).startswith("Work in the background")]
    assert named == list(jobs.registered())
    assert job_word("inbox.bank") == "Acting on what another service told us"
    assert job_word("tests.newer") == "Work in the background: tests.newer"


def test_what_nobody_did_is_told_without_a_name() -> None:
    def line(act: CaseAct, by_name: str = "") -> CaseEntry:
        return CaseEntry(at="2030-01-01T00:00:00Z", by_name=by_name, act=act, outcome=CaseOutcome.SUCCEEDED)  # type: ignore[arg-type]

    said = [line_words(line(act), CaseKind.FAILED_JOB) for act in (CaseAct.OPENED, CaseAct.CLOSED)]
    assert said == ["It failed", "It has worked"]
    assert line_words(line(CaseAct.RUN_AGAIN, "Ada"), CaseKind.FAILED_JOB) == "Ada ran it again"
