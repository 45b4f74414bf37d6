"""The `estospaces` command as people run it: real processes, real signals, one clear line when it cannot be done."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import httpx
import psycopg
import pytest

from server.core.embedded_postgres import process
from tests.server.core.conftest import IS_ROOT, STRANGER, cluster_of

ROOT = Path(__file__).parents[2]
PATIENCE = 120
COMMANDS = ["serve", "worker", "migrate", "check", "create-admin", "remove-admin", "openapi"]
PASSWORD = "a long enough password"
BROWSER = httpx.Client(timeout=PATIENCE)


class Run:
    """One process of ours."""

    def __init__(self, home: Path, *words: str, before: Sequence[str] = (), **env: str) -> None:
        self.process = subprocess.Popen(
            [*before, sys.executable, "-c", "from server.cli import main; main()", *words],
            cwd=home,
            env={"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(ROOT), "COLUMNS": "200", **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def end(self) -> tuple[int, str, str]:
        """Wait for its end: code, output, complaints."""
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, err

    def url(self) -> str:
        """The address it prints once it serves."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            for word in line.split():
                if word.startswith("http://"):
                    return word
        raise AssertionError(self.end())

    def stop(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.end()[0]


Start = Callable[..., Run]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    process.stop_server(cluster_of(tmp_path / "data" / "postgres"))


@pytest.fixture
def start(home: Path) -> Iterator[Start]:
    runs: list[Run] = []

    def begin(*words: str, before: Sequence[str] = (), **env: str) -> Run:
        runs.append(Run(home, *words, before=before, **env))
        return runs[-1]

    yield begin
    for run in runs:
        with suppress(ProcessLookupError):
            run.process.kill()
        run.process.communicate()


def nothing_runs(home: Path) -> bool:
    cluster = cluster_of(home / "data" / "postgres")
    return process.find_server(cluster) is None and process.find_children(cluster) == []


def one_line(ended: tuple[int, str, str], *words: str, secret: str = "sesame") -> None:
    """It ended with 1, and one clear line with these words in it."""
    code, out, err = ended
    assert code == 1, (out, err)
    lines = [line for line in err.splitlines() if line.strip()]
    assert len(lines) == 1, err
    assert lines[0].startswith("estospaces: ")
    assert [word for word in words if word not in lines[0]] == []
    assert "Traceback" not in out + err
    assert secret not in out + err


def test_help_is_there_for_every_command(start: Start) -> None:
    runs = [start("--help"), *(start(command, "--help") for command in COMMANDS)]
    for run in runs:
        code, out, err = run.end()
        assert (code, err) == (0, "")
        assert "Usage" in out


def test_help_loads_neither_web_client_nor_database(home: Path) -> None:
    heavy = "flet", "fastapi", "sqlalchemy", "alembic", "procrastinate"
    code = f"import sys, server.cli; print([name for name in {heavy} if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout == "[]\n"


def test_wrong_usage_is_exit_code_2(start: Start) -> None:
    for run in (start("--colour", "red"), start("serve", "--port", "70000"), start("paint"), start("worker", "-x")):
        code, _, err = run.end()
        assert code == 2
        assert "Traceback" not in err


def test_a_queue_that_is_not_there_is_one_line_with_those_that_are(start: Start, postgres_url: str) -> None:
    run = start("worker", "--queues", "mail,mial", DATABASE_URL=postgres_url)
    one_line(run.end(), "no queue mial", "mail, default, providers, bulk")


def test_nobody_else_is_let_in_while_nothing_is_set(start: Start, home: Path) -> None:
    for command in (["--host", "0.0.0.0"], ["serve", "--host", "::"]):
        one_line(start(*command, "--data-dir", "data").end(), "SECRET_KEY", "PUBLIC_URL")
    assert not (home / "data").exists()


def test_a_taken_port_is_told_before_anything_starts(start: Start, home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        one_line(start("--port", str(port), "--data-dir", "data").end(), str(port), "--port")
    assert not (home / "data").exists()


@pytest.mark.parametrize("command", [["migrate"], ["--port", "0"]])
def test_a_data_folder_that_cannot_be_written_is_one_line(start: Start, home: Path, command: list[str]) -> None:
    (home / "file").write_text("in the way")
    one_line(start(*command, "--data-dir", "file/data").end(), "file/data")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sesame", ["DATABASE_URL"]),
        ("postgresql://ann:sesame@host:port/home", ["DATABASE_URL"]),
        ("postgresql://ann:sesame@127.0.0.1:1/home", ["database does not answer"]),
        ("postgresql://ann:sesame@no-such-host.invalid/home", ["database does not answer"]),
    ],
)
def test_a_database_that_cannot_be_reached_is_one_line(start: Start, url: str, words: list[str]) -> None:
    one_line(start("migrate", DATABASE_URL=url).end(), *words)


def test_a_wrong_password_of_the_database_is_one_line(start: Start, postgres_url: str) -> None:
    url = postgres_url.replace("//estospaces:", "//estospaces:sesame", 1)
    one_line(start("serve", "--port", "0", DATABASE_URL=url).end(), "password authentication failed")


def test_production_names_the_secrets_it_lacks(start: Start) -> None:
    commands: list[list[str]] = [[], ["serve"], ["worker"], ["migrate"]]
    for run in [start(*command, ENVIRONMENT="production", SECRET_KEY="sesame") for command in commands]:
        one_line(run.end(), "SECRET_KEY", "DATABASE_URL", "PUBLIC_URL")


@pytest.mark.parametrize(("name", "value"), [("PORT", "many"), ("ENVIRONMENT", "mars"), ("PUBLIC_URL", "sesame")])
def test_a_setting_that_cannot_be_used_is_named(start: Start, name: str, value: str) -> None:
    one_line(start("migrate", **{name: value}).end(), name)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("PORT=8000\nMAIL_FROM=Zoë\n".encode("latin-1"), "UTF-8 text (line 2)"),
        ("PORT=8000".encode("utf-16"), "(line 1)"),
    ],
    ids=["latin-1", "utf-16"],
)
def test_an_env_file_that_is_not_utf_8_is_one_line(start: Start, home: Path, content: bytes, words: str) -> None:
    (home / ".env").write_bytes(content)
    for run in (start("migrate"), start("openapi")):
        one_line(run.end(), ".env", words, secret="Zo")


def test_an_env_file_with_a_byte_order_mark_is_read(start: Start, home: Path) -> None:
    (home / ".env").write_bytes("ENVIRONMENT=mars".encode("utf-8-sig"))
    one_line(start("migrate").end(), "ENVIRONMENT")


def test_an_env_file_that_is_a_folder_is_one_line_unless_it_is_pythons(start: Start, home: Path) -> None:
    (home / ".env").mkdir()
    one_line(start("migrate").end(), ".env is a folder")
    (home / ".env" / "pyvenv.cfg").touch()
    assert start("openapi").end()[0] == 0


def test_an_env_file_that_may_not_be_read_is_one_line(start: Start, home: Path) -> None:
    (home / ".env").write_text("PORT=8000")
    (home / ".env").chmod(0o000)
    if IS_ROOT:  # who may read everything, but not a stranger's file in a namespace where that stranger is nobody
        os.chown(home / ".env", STRANGER, STRANGER)
    one_line(
        start("migrate", before=("unshare", "--user", "--map-root-user") if IS_ROOT else ()).end(), ".env", "denied"
    )


def test_a_database_that_is_not_migrated_is_one_line(start: Start, postgres_url: str) -> None:
    for run in [start(*words, DATABASE_URL=postgres_url) for words in (["serve", "--port", "0"], ["worker"])]:
        one_line(run.end(), "estospaces migrate")


def test_openapi_is_printed_without_a_database_and_without_touching_files(start: Start, home: Path) -> None:
    code, out, _ = start("openapi", DATABASE_URL="postgresql://ann:sesame@127.0.0.1:1/home").end()
    assert code == 0
    assert "/api/v1/auth/register" in json.loads(out)["paths"]
    assert list(home.iterdir()) == []


def mailed_token(url: str, to: str) -> str:
    """The token of the first mail to somebody, from the inbox of a running product."""
    end = time.monotonic() + PATIENCE
    while not (mails := BROWSER.get(f"{url}/sandbox/mails", params={"to": to}).json()):
        assert time.monotonic() < end, "no mail came"
        time.sleep(0.1)  # another process sends it
    token: str = re.findall(r"token=(\S+)", mails[0]["text"])[0]
    return token


def test_the_whole_product_starts_stops_and_keeps_its_data(start: Start, home: Path) -> None:
    whole = ("--data-dir", "data", "--port", "0", "--empty")
    first = start(*whole)
    url = first.url()
    assert BROWSER.get(f"{url}/readyz").json()["ready"] is True
    assert BROWSER.get(f"{url}/app/").status_code == 200
    request_body = {"email": "ann@example.com", "password": PASSWORD, "name": "Ann", "roles": ["tenant"]}
    assert BROWSER.post(f"{url}/api/v1/auth/register", json=request_body).status_code == 202
    opened = BROWSER.post(f"{url}/api/v1/auth/verify-email", json={"token": mailed_token(url, "ann@example.com")})
    assert opened.status_code == 200
    first.process.send_signal(signal.SIGINT)
    first.process.send_signal(signal.SIGINT)  # one press may arrive twice
    code, _, err = first.end()
    assert (code, err) == (0, "")  # nothing but what people must read stands in the terminal
    assert "route=/auth/register status=202" in (home / "data" / "estospaces.log").read_text()
    assert nothing_runs(home)

    second = start(*whole)
    second.url()
    os.kill(second.process.pid, signal.SIGKILL)
    second.end()

    third = start(*whole)
    url = third.url()
    reply = BROWSER.post(f"{url}/api/v1/auth/sign-in", json={"email": "ann@example.com", "password": PASSWORD})
    assert reply.status_code == 200
    assert third.stop(signal.SIGTERM) == 0
    assert nothing_runs(home)


def test_server_and_worker_run_apart_and_stop_when_asked(start: Start, database: object, settings: object) -> None:
    url = settings.database_url.get_secret_value()  # type: ignore[attr-defined]
    server = start("serve", "--port", "0", DATABASE_URL=url)
    worker = start("worker", "--queues", "mail,bulk", DATABASE_URL=url)
    assert BROWSER.get(f"{server.url()}/readyz").json()["ready"] is True
    assert worker.process.stderr is not None
    assert "queues=mail,bulk" in next(line for line in worker.process.stderr if "worker_started" in line)
    assert server.stop(signal.SIGTERM) == 0
    assert worker.stop(signal.SIGINT) == 0


@pytest.mark.prove  # two starts of the database, and a wait for its lock
def test_a_short_command_that_is_ended_leaves_no_database_behind(start: Start, home: Path) -> None:
    assert start("migrate", "--data-dir", "data").end()[0] == 0
    assert nothing_runs(home)
    url = start("--data-dir", "data", "--port", "0", "--empty")
    url.url()
    assert url.stop(signal.SIGTERM) == 0
    # A lock keeps the migration waiting until the signal comes.
    held = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home / "data" / "postgres")],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert held.stdout is not None
    address = held.stdout.readline().strip()
    waiting = start("migrate", "--data-dir", "data")
    with psycopg.connect(address, autocommit=True) as connection:
        for _ in range(PATIENCE * 20):
            if connection.execute("select from pg_locks where locktype = 'advisory' and not granted").rowcount:
                break
            connection.execute("select pg_sleep(0.05)")
    waiting.process.send_signal(signal.SIGTERM)
    assert waiting.end()[0] == 128 + signal.SIGTERM
    held.communicate("\n")
    assert nothing_runs(home)


HOLD = """
import sys
from pathlib import Path
import psycopg
from server.core.embedded_postgres.server import EmbeddedPostgres
from server.schema import _ONE_AT_A_TIME
database = EmbeddedPostgres(Path(sys.argv[1]))
url = database.start()
with psycopg.connect(url) as connection:
    connection.execute("select pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
    print(url, flush=True)
    sys.stdin.readline()
database.stop()
"""


def test_an_admin_is_made_new_or_of_an_account_that_is_there(start: Start, database: object, settings: object) -> None:
    env = {"DATABASE_URL": settings.database_url.get_secret_value(), "ADMIN_PASSWORD": PASSWORD}  # type: ignore[attr-defined]
    code, out, _ = start("create-admin", "Boss@Example.com", "--name", "Boss", **env).end()
    assert (code, "boss@example.com is an admin now." in out) == (0, True)
    again = start("create-admin", "boss@example.com", **env | {"ADMIN_PASSWORD": "another long password"}).end()
    assert (again[0], "the password stays as it was" in again[1]) == (0, True)
    nobody = start("create-admin", "nobody", **env)
    weak = start("create-admin", "a@example.com", **env | {"ADMIN_PASSWORD": "sesame"})
    one_line(nobody.end(), "EMAIL", secret=PASSWORD)
    one_line(weak.end(), "PASSWORD")
    with psycopg.connect(env["DATABASE_URL"]) as connection:
        found = connection.execute(
            "select email, array_agg(role order by role) from identity "
            "join identity_role on identity_id = id group by 1"
        ).fetchall()
    assert found == [("boss@example.com", ["admin", "tenant"])]
    code, out, _ = start("remove-admin", " Boss@example.com", **env).end()
    assert (code, "is no admin any more" in out) == (0, True)
    one_line(start("remove-admin", "boss@example.com", **env).end(), "is no admin")
    one_line(start("remove-admin", "nobody@example.com", **env).end(), "is no admin")
    code, out, _ = start("check", **env).end()
    assert (code, "broken" in out, "No two claims hold the same night" in out) == (0, False, True)
    with psycopg.connect(env["DATABASE_URL"]) as connection:
        left = "update identity set email = null, email_verified_at = null, password_hash = null, erased_at = now()"
        ((who,),) = connection.execute(f"{left} returning id::text").fetchall()
    code, out, err = start("check", **env).end()
    assert (code, who in out, "broken  Nobody who has left has a live session, a role" in out) == (1, True, True)
    assert "2 of " in err  # their name is there, too
