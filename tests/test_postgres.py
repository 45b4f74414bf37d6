"""The test cluster itself: shared by all workers, gone after the run, however that ends."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from server.core.embedded_postgres import process
from server.core.embedded_postgres.account import Account, installed_programs
from server.core.embedded_postgres.process import Cluster
from server.core.embedded_postgres.server import EmbeddedPostgres
from tests.databases import create_database, drop_database
from tests.postgres import start_for_tests

ROOT = Path(__file__).parents[1]
SUITE = """
import os, signal
import psycopg, pytest

@pytest.mark.parametrize("number", range(4))
def test_use(postgres_url, number):
    with psycopg.connect(postgres_url) as connection:
        fsync = connection.execute("show fsync").fetchone()
    with open(os.environ["SEEN"], "a") as seen:
        seen.write(f"{postgres_url} {fsync[0]}\\n")
    if os.environ.get("WAIT"):
        os.write(2, b"waiting\\n")  # in one piece: two workers share the pipe
        signal.pause()
"""


class Run:
    """The small suite in a pytest of its own, whose temporary files all go to `folder`."""

    def __init__(self, folder: Path, *words: str, **environment: str) -> None:
        (folder / "tmp").mkdir(exist_ok=True)
        (folder / "test_suite.py").write_text(SUITE)
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "TEST_", "COV"))
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "pytest", "-p", "tests.postgres", "-s", *words, str(folder / "test_suite.py")],
            cwd=ROOT,
            env={**inherited, "TMPDIR": str(folder / "tmp"), "SEEN": str(folder / "seen"), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def wait_until_it_waits(self) -> None:
        assert self.process.stderr is not None
        lines = iter(self.process.stderr.readline, "")
        assert "waiting\n" in lines, "the run ended before its test began"

    def end(self) -> str:
        return "".join(self.process.communicate(timeout=60))

    def signal(self, number: signal.Signals) -> None:
        """Signal it and its workers, as a terminal does."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[..., Run]]:
    runs: list[Run] = []

    def begin(*words: str, **environment: str) -> Run:
        runs.append(Run(tmp_path, *words, **environment))
        return runs[-1]

    yield begin
    for each in runs:
        each.signal(signal.SIGKILL)
        each.end()
    for cluster in clusters(tmp_path):
        process.stop_server(cluster_of(cluster))


def clusters(folder: Path) -> list[Path]:
    return list((folder / "tmp").glob("estospaces-tests-*"))


def cluster_of(folder: Path) -> Cluster:
    return Cluster(Account(folder / "server", installed_programs()))


def is_running(folder: Path) -> bool:
    return process.find_server(cluster_of(folder)) is not None


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_run_shares_one_fast_server_and_leaves_nothing(tmp_path: Path, run: Callable[..., Run], workers: str) -> None:
    suite = run("-n", workers)
    output = suite.end()
    assert suite.process.returncode == 0, output
    seen = (tmp_path / "seen").read_text().splitlines()
    assert len(seen) == 4
    assert len(set(seen)) == 1
    assert seen[0].endswith(" off")
    assert clusters(tmp_path) == []


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_run_ended_by_ctrl_c_leaves_nothing(tmp_path: Path, run: Callable[..., Run], workers: str) -> None:
    suite = run("-n", workers, WAIT="yes")
    suite.wait_until_it_waits()
    (cluster,) = clusters(tmp_path)
    assert is_running(cluster)
    suite.signal(signal.SIGINT)
    suite.end()
    assert not is_running(cluster)
    assert clusters(tmp_path) == []


def test_what_a_killed_run_left_is_removed_by_the_next(tmp_path: Path, run: Callable[..., Run]) -> None:
    killed = run("-n", "0", WAIT="yes")
    killed.wait_until_it_waits()
    (cluster,) = clusters(tmp_path)
    killed.signal(signal.SIGKILL)
    killed.end()
    assert is_running(cluster)
    run("-n", "0").end()
    assert not is_running(cluster)
    assert clusters(tmp_path) == []


def test_a_server_given_by_the_environment_is_used_instead(tmp_path: Path, run: Callable[..., Run]) -> None:
    given = EmbeddedPostgres(tmp_path / "given", fast=True)
    url = start_for_tests(given)
    run("-n", "0", TEST_DATABASE_URL=url).end()
    assert (tmp_path / "seen").read_text().splitlines() == [f"{url} off"] * 4
    given.stop()


async def test_a_database_copies_its_template_and_is_dropped_in_use(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "data", fast=True)
    url = start_for_tests(server)
    template = await asyncpg.connect(await create_database(url, "template"))
    await template.execute("create table marks (word text)")
    await template.close()
    copy = await asyncpg.connect(await create_database(url, 'a "copy"', "template"))
    assert await copy.fetch("select * from marks") == []
    await drop_database(url, 'a "copy"')
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)):
        await copy.fetch("select 1")
    await drop_database(url, "never there")
    server.stop()
