"""Lives of a program that uses the embedded PostgreSQL: real processes that can be killed, and small disks."""

import json
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from server.core.embedded_postgres import process
from server.core.embedded_postgres.account import Account, installed_programs
from server.core.embedded_postgres.process import Cluster

ROOT = Path(__file__).parents[3]
IS_ROOT = os.geteuid() == 0
STRANGER = 61234  # a user id nobody has, so it has no name either

# One life of our program: start, say so, wait for a line (or the end) of input, stop. Everything is imported before the
# user changes, because the interpreter may lie in a folder only root can enter.
PROGRAM = """
import encodings.idna, json, os, sys
from pathlib import Path
import psycopg
from server.core.embedded_postgres.server import EmbeddedPostgres, EmbeddedPostgresError

folder, uid, fast = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "fast"
if uid:
    os.setgroups([]); os.setgid(uid); os.setuid(uid)
database = EmbeddedPostgres(folder, fast=fast)
try:
    url = database.start()
except EmbeddedPostgresError as problem:
    print(json.dumps({"problem": str(problem)}), flush=True)
    sys.exit(1)
with psycopg.connect(url) as connection:
    fsync = connection.execute("show fsync").fetchone()[0]
print(json.dumps({"url": url, "adopted": database.adopted, "fsync": fsync, "uid": os.geteuid()}), flush=True)
sys.stdin.readline()
"""


class Life:
    """A process of ours that uses a database folder."""

    def __init__(self, folder: Path, *, uid: int = 0, fast: bool = True, before: tuple[str, ...] = ()) -> None:
        words = [*before, sys.executable, "-c", PROGRAM, str(folder), str(uid), "fast" if fast else "safe"]
        self.process = subprocess.Popen(
            words,
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "HOME": "", "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def report(self) -> dict[str, Any]:
        """What it says once its database is up, or why it is not."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.process.communicate()[1]
        said: dict[str, Any] = json.loads(line)
        return said

    def leave(self) -> str:
        """Let it end by itself; the server is stopped at its exit, nobody calls `stop`. Returns what it complained."""
        return self.process.communicate("\n", timeout=60)[1]

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def live() -> Iterator[Callable[..., Life]]:
    lives: list[Life] = []

    def begin(folder: Path, **wishes: Any) -> Life:
        lives.append(Life(folder, **wishes))
        return lives[-1]

    yield begin
    for life in lives:
        life.kill()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "data"
    process.stop_server(cluster_of(tmp_path / "data"))


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A data folder that belongs to the stranger. Not in pytest's own, which only root may enter."""
    if not IS_ROOT:
        pytest.skip("only root can become another user")
    with tempfile.TemporaryDirectory(prefix="estospaces-stranger-") as parent:
        Path(parent).chmod(0o711)
        folder = Path(parent, "data")
        folder.mkdir(mode=0o700)
        os.chown(folder, STRANGER, STRANGER)
        yield folder
        process.stop_server(cluster_of(folder))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 20 MB; a cluster needs about 40."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if mount("-t", "tmpfs", "-o", "size=20m,mode=700", "none", str(disk)) != 0:
        pytest.skip("this user may not mount a file system")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def mount(*words: str) -> int:
    return subprocess.run(["mount", *words], capture_output=True, check=False).returncode


def cluster_of(folder: Path) -> Cluster:
    return Cluster(Account(folder, installed_programs()))


def server_of(folder: Path) -> int:
    server = process.find_server(cluster_of(folder))
    assert server is not None
    return server.pid


def is_running(folder: Path) -> bool:
    return process.find_server(cluster_of(folder)) is not None


def write_a_row(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("create table kept (word text)")
        connection.execute("insert into kept values ('home')")


def read_the_row(url: str) -> str:
    with psycopg.connect(url) as connection:
        row = connection.execute("select word from kept").fetchone()
    assert row is not None
    return str(row[0])


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
