"""A real PostgreSQL for the tests: one throw-away cluster for the whole run, shared by all xdist workers.

The process that was started by hand names the folder before its workers start and removes it after they ended, so a
run that is interrupted leaves nothing. A run that was killed leaves a folder nobody holds; the next run removes it.
`TEST_DATABASE_URL` (a server where its role may create databases) takes the place of all this.
"""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from server.core.embedded_postgres.server import EmbeddedPostgres, EmbeddedPostgresError

PREFIX = "estospaces-tests-"
FOLDER = pytest.StashKey[Path]()
HOLD = pytest.StashKey[int]()


def pytest_configure(config: pytest.Config) -> None:
    if "TEST_DATABASE_URL" in os.environ:
        return
    given: dict[str, str] | None = getattr(config, "workerinput", None)
    if given is not None:
        config.stash[FOLDER] = Path(given["postgres_folder"])
        return
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    config.stash[FOLDER] = folder
    config.stash[HOLD] = _hold(folder)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    if FOLDER in node.config.stash:
        node.workerinput["postgres_folder"] = str(node.config.stash[FOLDER])


def pytest_unconfigure(config: pytest.Config) -> None:
    if HOLD in config.stash:
        _remove(config.stash[FOLDER])
        os.close(config.stash[HOLD])


@pytest.fixture(scope="session")
def postgres_url(pytestconfig: pytest.Config) -> Iterator[str]:
    """The URL of a database on a server where `tests.databases` works."""
    if "TEST_DATABASE_URL" in os.environ:
        yield os.environ["TEST_DATABASE_URL"]
        return
    server = EmbeddedPostgres(pytestconfig.stash[FOLDER] / "server", fast=True)
    yield start_for_tests(server)
    server.stop()


def start_for_tests(server: EmbeddedPostgres) -> str:
    """Start a server on which the app's role may make databases, the one right of it that only tests need."""
    url = server.start()
    with psycopg.connect(server.superuser_url(), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(1)")  # workers of one run do this at once
        connection.execute("ALTER ROLE estospaces CREATEDB")
    return url


def _hold(folder: Path) -> int:
    """Lock the folder for as long as this process lives."""
    lock = os.open(folder / "hold", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return lock


def _remove(folder: Path) -> None:
    if EmbeddedPostgres(folder / "server", fast=True).remove():
        (folder / "hold").unlink()
        folder.rmdir()


def _sweep() -> None:
    """Remove what killed runs of ours left. A folder without a lock file is one that is being made."""
    for hold in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/hold"):
        with suppress(OSError, EmbeddedPostgresError):
            if hold.parent.lstat().st_uid == os.geteuid():  # others' folders may be traps
                lock = _hold(hold.parent)
                _remove(hold.parent)
                os.close(lock)
