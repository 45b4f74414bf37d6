"""The test cluster itself: shared by all workers, gone after the run, however that ends."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from server.core import embedded_postgres_process as process
from server.core.embedded_postgres import EmbeddedPostgres
from server.core.embedded_postgres_account import Account, installed_programs
from server.core.embedded_postgres_process import Cluster
from tests.postgres import create_database, drop_database

ROOT = Path(__file__).parents[1]
SUITE = """
import os, pathlib, sys, time
import psycopg, pytest

@pytest.mark.parametrize("number", range(4))
def test_use(postgres_url, number):
    with psycopg.connect(postgres_url) as connection:
        fsync = connection.execute("show fsync").fetchone()
    with open(os.environ["SEEN"], "a") as seen:
        seen.write(f"{postgres_url} {fsync[0]}\\n")
    if os.environ.get("WAIT"):
        print("waiting", file=sys.__stderr__, flush=True)
        time.sleep(60)
"""


def begin(folder: Path, *words: str, **environment: str) -> subprocess.Popen[str]:
    """Run the small suite in a pytest of its own, whose temporary files all go to `folder`."""
    (folder / "tmp").mkdir(exist_ok=True)
    (folder / "test_suite.py").write_text(SUITE)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "TEST_", "COV"))}
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", "-p", "tests.postgres", "-s", *words, str(folder / "test_suite.py")],
        cwd=ROOT,
        env={**inherited, "TMPDIR": str(folder / "tmp"), "SEEN": str(folder / "seen"), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def clusters(folder: Path) -> list[Path]:
    return list((folder / "tmp").glob("estospaces-tests-*"))


def is_running(clusters_folder: Path) -> bool:
    return process.find_server(Cluster(Account(clusters_folder / "server", installed_programs()))) is not None


@pytest.mark.parametrize("words", [["-n", "0"], ["-n", "2"]], ids=["alone", "two workers"])
def test_a_run_shares_one_fast_server_and_leaves_nothing(tmp_path: Path, words: list[str]) -> None:
    run = begin(tmp_path, *words)
    output, complaints = run.communicate(timeout=60)
    assert run.returncode == 0, output + complaints
    seen = (tmp_path / "seen").read_text().splitlines()
    assert len(seen) == 4
    assert len(set(seen)) == 1
    assert seen[0].endswith(" off")
    assert clusters(tmp_path) == []


@pytest.mark.parametrize("words", [["-n", "0"], ["-n", "2"]], ids=["alone", "two workers"])
def test_a_run_ended_by_ctrl_c_leaves_nothing(tmp_path: Path, words: list[str]) -> None:
    run = begin(tmp_path, *words, WAIT="yes")
    assert run.stderr is not None
    assert run.stderr.readline() == "waiting\n"
    (cluster,) = clusters(tmp_path)
    assert is_running(cluster)
    os.killpg(run.pid, signal.SIGINT)
    run.communicate(timeout=60)
    assert not is_running(cluster)
    assert clusters(tmp_path) == []


def test_what_a_killed_run_left_is_removed_by_the_next(tmp_path: Path) -> None:
    killed = begin(tmp_path, "-n", "0", WAIT="yes")
    assert killed.stderr is not None
    assert killed.stderr.readline() == "waiting\n"
    (cluster,) = clusters(tmp_path)
    killed.kill()
    killed.communicate()
    assert is_running(cluster)
    following = begin(tmp_path, "-n", "0")
    following.communicate(timeout=60)
    assert not is_running(cluster)
    assert clusters(tmp_path) == []


def test_a_server_given_by_the_environment_is_used_instead(tmp_path: Path) -> None:
    given = EmbeddedPostgres(tmp_path / "given", fast=True)
    url = given.start()
    run = begin(tmp_path, "-n", "0", TEST_DATABASE_URL=url)
    run.communicate(timeout=60)
    assert (tmp_path / "seen").read_text().splitlines() == [f"{url} off"] * 4
    given.stop()


async def test_a_database_copies_its_template_and_is_dropped_in_use(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "data", fast=True)
    url = server.start()
    template = await asyncpg.connect(await create_database(url, "template"))
    await template.execute("create table marks (word text)")
    await template.close()
    copy = await asyncpg.connect(await create_database(url, 'a "copy"', "template"))
    assert await copy.fetch("select * from marks") == []
    await drop_database(url, 'a "copy"')
    with pytest.raises((asyncpg.PostgresConnectionError, asyncpg.AdminShutdownError)):
        await copy.fetch("select 1")
    await drop_database(url, "never there")
    server.stop()
