"""What the logs say of a request, and what they never say."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
import structlog
from procrastinate.exceptions import ConnectorException
from sqlalchemy import text

from server.core.database import Database
from server.core.logging import keep_in, set_up
from tests.conftest import Api
from tests.mailbox import verify_token
from tests.server.core.conftest import mode_of

EMAIL, PASSWORD, NAME = "ann.of.green.gables@example.com", "open sesame, please", "Anne Shirley"


Logs = Callable[[], str]


@contextmanager
def written(style: str) -> Iterator[Logs]:
    """Everything from debug on, as the process would write it."""
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level, sink = root.handlers[:], root.level, io.StringIO()
    set_up(style, logging.DEBUG)
    (handler,) = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(sink)
    try:
        yield sink.getvalue
    finally:
        for added in root.handlers[1:]:
            with suppress(OSError):  # what a full disk did not take
                added.close()
        root.handlers[:], _ = handlers, root.setLevel(level)
        structlog.configure(**before)


@pytest.fixture(params=["json", "console"])
def logs(request: pytest.FixtureRequest) -> Iterator[Logs]:
    with written(request.param) as logs:
        yield logs


async def test_accounts_leave_no_secret_and_no_personal_data_in_the_logs(
    api: Api, database: Database, logs: Logs
) -> None:
    request_body = {"email": EMAIL, "password": PASSWORD, "name": NAME, "roles": ["tenant"]}
    for path in ("/auth/register?from=newsletter", "/auth/register"):
        assert (await api.post(path, request_body)).status_code == 202
    opened = {"token": await verify_token(database, EMAIL), "client": "device"}
    tokens = [(await api.post("/auth/verify-email", opened)).json()["tokens"]]
    tokens.append((await api.post("/auth/sign-in?next=secret", {"email": EMAIL, "password": PASSWORD})).json())
    await api.post("/auth/sign-in", {"email": EMAIL, "password": "wrong " + PASSWORD})
    await api.post("/auth/sign-in", {"email": EMAIL + "\x00", "password": PASSWORD})
    tokens.append((await api.post("/auth/refresh", {"refresh_token": tokens[0]["refresh_token"]})).json())
    me = await api.get("/users/me", headers={"Authorization": f"Bearer {tokens[0]['access_token']}"})
    assert me.status_code == 200
    said = logs()
    secrets = {secret for pair in tokens for secret in (pair["access_token"], pair["refresh_token"])}
    assert [hidden for hidden in {EMAIL, PASSWORD, NAME, "newsletter", "next=", *secrets} if hidden in said] == []
    assert said.count("/auth/sign-in") == 3
    assert me.headers["x-request-id"] in said


async def test_a_line_of_a_request_can_be_read_by_machines(api: Api) -> None:
    with written("json") as logs:
        reply = await api.get("/users/me", headers={"X-Request-Id": "request-0001"})
    (line,) = [json.loads(line) for line in logs().splitlines() if "request-0001" in line]
    assert reply.status_code == 401
    assert line | {"ms": 0, "timestamp": ""} == {
        "event": "request",
        "level": "info",
        "method": "GET",
        "request_id": "request-0001",
        "route": "/users/me",
        "status": 401,
        "ms": 0,
        "timestamp": "",
    }


async def test_an_error_of_the_database_is_logged_without_the_values_it_quotes(database: Database, logs: Logs) -> None:
    log = structlog.get_logger("tests")
    for statement in (
        "INSERT INTO identity (id, email, created_at) VALUES (gen_random_uuid(), :value, now())",
        "SELECT CAST(:value AS integer)",
    ):
        try:
            async with database.engine.connect() as connection:
                await connection.execute(text(statement), {"value": EMAIL})
        except Exception:
            log.exception("it_failed")
    told = logs()
    assert told.count("it_failed") == 2
    assert "23514" in told or "23502" in told
    assert "test_logging.py" in told
    assert EMAIL not in told


async def test_an_error_of_ours_keeps_its_words_and_its_cause(logs: Logs) -> None:
    try:
        try:
            raise KeyError("the cause")
        except KeyError as cause:
            raise RuntimeError("what followed") from cause
    except RuntimeError:
        structlog.get_logger("tests").exception("it_failed")
    told = logs()
    assert told.index("the cause") < told.index("what followed")


def test_the_log_file_and_its_predecessors_are_for_their_owner_only(tmp_path: Path) -> None:
    for name in ("estospaces.log", "estospaces.log.1"):
        (tmp_path / name).write_text("of a version that did not care\n")
        (tmp_path / name).chmod(0o644)
    with written("console"):
        keep_in(tmp_path / "estospaces.log")
        structlog.get_logger().info("more")
    assert (tmp_path / "estospaces.log").read_text().count("\n") == 2
    assert [mode_of(tmp_path / name) for name in ("estospaces.log", "estospaces.log.1")] == [0o600, 0o600]


def test_a_full_disk_leaves_lines_out_and_breaks_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no device that is always full")
    with written("console") as logs:
        keep_in(Path("/dev/full"))
        structlog.get_logger().warning("to_the_terminal")
    assert "to_the_terminal" in logs()
    assert capfd.readouterr().err == ""


def refused() -> Exception:
    try:
        try:
            raise psycopg.OperationalError("connection refused")
        except psycopg.OperationalError as problem:
            raise ConnectorException from problem
    except ConnectorException as error:
        return error


def test_of_a_database_that_is_away_only_news_is_written() -> None:
    with written("console") as logs:
        for name in ("procrastinate.worker", "procrastinate.worker.worker", "asyncio"):
            logging.getLogger(name).error("a try of many", exc_info=refused())
        logging.getLogger("psycopg.pool").warning("error connecting")
        assert logs() == ""
        logging.getLogger("procrastinate.worker").error("failed", exc_info=refused(), extra={"action": "job_error"})
        assert logs().count("\n") == 1, "a job that failed for good, without a traceback"
        logging.getLogger("procrastinate.worker").error("broken", exc_info=KeyError("a fault of ours"))
        assert "Traceback" in logs() or "KeyError" in logs()
