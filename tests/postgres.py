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
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from server.core.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresError

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
    """The URL of a database on a server where `create_database` works."""
    if "TEST_DATABASE_URL" in os.environ:
        yield os.environ["TEST_DATABASE_URL"]
        return
    server = EmbeddedPostgres(pytestconfig.stash[FOLDER] / "server", fast=True)
    yield server.start()
    server.stop()


async def create_database(server_url: str, name: str, template: str | None = None) -> str:
    """Create a database, as a copy of `template` if given (nobody may be connected to that), and return its URL."""
    connection = await asyncpg.connect(server_url)
    try:
        source = f" TEMPLATE {_quoted(template)}" if template else ""
        await connection.execute(f"CREATE DATABASE {_quoted(name)}{source}")
    finally:
        await connection.close()
    return urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))


async def drop_database(server_url: str, name: str) -> None:
    """Drop a database if it is there, whoever is connected to it."""
    connection = await asyncpg.connect(server_url)
    try:
        await connection.execute(f"DROP DATABASE IF EXISTS {_quoted(name)} WITH (FORCE)")
    finally:
        await connection.close()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


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
