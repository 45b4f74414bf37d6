"""What fails for good is a case: one for each kind of work, run again with one call, closed by itself."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.core import jobs
from server.core.database import Database
from server.core.ids import new_id
from server.core.retries import FailedForGood
from server.invariants import violations
from tests.conftest import Api, MakePerson, MakeProperty
from tests.mailbox import RunJobs
from tests.server.cases.conftest import only_case, queue
from tests.server.core.queue import a_failed_job, run_all
from tests.server.notifications.test_smtp_answers import ScriptedServer, scripted

__all__ = ["scripted"]
CHECK_OUT = {"outcome": "left_undone"}
MENDED: set[str] = set()
"""Jobs that succeed from now on."""


class Refused(FailedForGood):
    """The other side said no."""


async def _do(session: AsyncSession, name: str) -> None:
    if name not in MENDED:
        raise Refused("at 1 Secret Road")


@pytest.fixture
async def work(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
    """A database whose jobs `tests.pay` and `tests.post` fail for good until they are mended."""
    monkeypatch.setattr(jobs, "_JOBS", dict(jobs._JOBS))
    for name in ("tests.pay", "tests.post"):
        jobs.register(name, jobs.Job(run=_do, queue=jobs.Queue.PROVIDERS))
    yield database
    MENDED.clear()


async def fail(database: Database, *names: str) -> None:
    """Jobs of these names fail for good; nobody has looked yet."""
    async with database.transaction() as session:
        for name in names:
            await jobs.defer(session, name, {"name": name})
    await run_all(database)


async def look(database: Database) -> None:
    """What a minute later happens."""
    await jobs.run_now(database, "core.follow_failed_jobs", {})


def told(case: dict[str, Any]) -> tuple[str, int, int, str]:
    failed = case["failed"]
    return case["title"], failed["failed"], failed["trying"], failed["error"]


async def test_all_failures_of_one_kind_are_one_case_with_their_number(work: Database, ada: Api) -> None:
    await fail(work, "tests.pay", "tests.pay")
    await look(work)
    await fail(work, "tests.pay", "tests.post")
    await look(work)
    cases = await queue(ada, kind="failed_job")
    assert sorted(told(case) for case in cases) == [("tests.pay", 3, 0, "Refused"), ("tests.post", 1, 0, "Refused")]
    case = next(case for case in cases if case["title"] == "tests.pay")
    read = (await ada.get(f"/cases/{case['id']}")).json()
    assert [line["act"] for line in read["log"]] == ["opened"]
    assert (read["failed"]["tries"], read["kind"], read["opened_by_name"]) == (1, "failed_job", "")
    assert "Secret" not in str(read)
    assert (await ada.get("/cases")).json()["counts"]["failed_job"] == 2
    assert (await ada.get("/today/admin")).json()["counts"]["failed_job"] == 2


async def test_run_again_runs_all_of_it_and_the_case_closes_when_it_has_worked(work: Database, ada: Api) -> None:
    await fail(work, "tests.pay", "tests.pay", "tests.post")
    await look(work)
    case = next(case for case in await queue(ada) if case["title"] == "tests.pay")
    for _ in range(2):  # twice is once
        running = (await ada.post(f"/cases/{case['id']}/run-again")).json()
        assert told(running) == ("tests.pay", 0, 2, "Refused")
        assert [(line["act"], line["by_name"]) for line in running["log"]] == [("opened", ""), ("run_again", "Ada")]
    await look(work)
    assert len(await queue(ada)) == 2  # it has not worked yet
    MENDED.add("tests.pay")
    await run_all(work)
    await look(work)
    assert (await only_case(ada))["title"] == "tests.post"
    closed = await only_case(ada, closed=True)
    assert [closed[name] for name in ("id", "status", "outcome", "title", "failed")] == [
        case["id"], "closed", "succeeded", "tests.pay", None,
    ]  # fmt: skip


async def test_what_fails_again_after_it_was_mended_is_a_new_case(work: Database, ada: Api) -> None:
    await fail(work, "tests.pay")
    await look(work)
    first = await only_case(ada)
    await ada.post(f"/cases/{first['id']}/run-again")
    MENDED.add("tests.pay")
    await run_all(work)
    await look(work)
    MENDED.clear()
    await fail(work, "tests.pay")
    await look(work)
    assert (await only_case(ada))["id"] != first["id"]


async def test_what_is_left_undone_is_not_run_any_more(work: Database, ada: Api) -> None:
    await fail(work, "tests.pay", "tests.post")
    await look(work)
    case = next(case for case in await queue(ada) if case["title"] == "tests.pay")
    closed = (await ada.post(f"/cases/{case['id']}/decide", CHECK_OUT)).json()
    assert (closed["status"], closed["outcome"], closed["owner_name"]) == ("closed", "left_undone", "Ada")
    await look(work)
    assert (await only_case(ada))["title"] == "tests.post"
    async with work.engine.connect() as connection:
        left = await connection.scalars(text("SELECT task_name FROM procrastinate_jobs WHERE status = 'failed'"))
        assert list(left) == ["tests.post"]


async def test_a_case_that_a_colleague_has_is_theirs_to_run_again(work: Database, ada: Api, ewan: Api) -> None:
    await fail(work, "tests.pay")
    await look(work)
    case = await only_case(ada)
    await ewan.post(f"/cases/{case['id']}/take")
    reply = await ada.post(f"/cases/{case['id']}/run-again")
    assert (reply.status_code, reply.json()["code"]) == (409, "case_taken")
    assert (await ewan.post(f"/cases/{case['id']}/run-again")).status_code == 200


async def test_only_failed_jobs_are_run_again(work: Database, ada: Api, a_property: MakeProperty) -> None:
    await a_property(status="pending_review", published_at=None)
    case = await only_case(ada)
    reply = await ada.post(f"/cases/{case['id']}/run-again")
    assert (reply.status_code, reply.json()["code"]) == (409, "invalid_transition")
    assert (await ada.post(f"/cases/{new_id()}/run-again")).status_code == 404


async def test_a_closed_case_is_not_run_again(work: Database, ada: Api) -> None:
    await fail(work, "tests.pay")
    await look(work)
    case = await only_case(ada)
    await ada.post(f"/cases/{case['id']}/decide", CHECK_OUT)
    assert (await ada.post(f"/cases/{case['id']}/run-again")).status_code == 409


async def test_a_failure_whose_worker_died_before_it_told_anyone_is_a_case_all_the_same(
    database: Database, ada: Api
) -> None:
    await a_failed_job(database, "tests.gone")
    assert [(found.invariant, *found.more) for found in await violations(database)] == [
        ("what_failed_has_a_case", "tests.gone", 1)
    ]
    await look(database)
    assert told(await only_case(ada)) == ("tests.gone", 1, 0, "")
    assert await violations(database) == []


async def test_a_mail_server_that_wants_another_password_is_a_case_at_once_and_ends_with_the_mail(
    api: Api, database: Database, ada: Api, run_jobs: RunJobs, a_person: MakePerson, scripted: ScriptedServer
) -> None:
    scripted.answers["auth"] = 535
    assert (await api.as_(await a_person(verified=False)).post("/auth/verify-email/send")).status_code == 202
    await run_jobs()
    await look(database)
    case = await only_case(ada)
    assert told(case) == ("notifications.send_mail", 0, 1, "SignInRefused")
    scripted.answers["auth"] = 235
    await ada.post(f"/cases/{case['id']}/run-again")
    await run_jobs()
    await look(database)
    assert (await queue(ada), scripted.taken) == ([], 1)
    assert (await only_case(ada, closed=True))["outcome"] == "succeeded"
