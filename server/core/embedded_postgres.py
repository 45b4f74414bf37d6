"""A PostgreSQL of our own for trying and testing: no installation, no root, no second server by accident.

    database = EmbeddedPostgres(folder)
    url = database.start()
    ...
    database.stop()

Several processes may use one folder: the first starts the server, the others adopt it, the last one out stops it. Who
uses it is told by file locks, which the kernel gives back however a process ends. The folder holds:

    cluster/      PostgreSQL's own data; it appears complete or not at all
    password      of the one role, readable by the owner only
    port          the last one used, tried first again
    server.log    and server.old.log
    start.lock    held while somebody starts or stops the server
    users.lock    shared by everybody who uses it
"""

import atexit
import fcntl
import os
import secrets
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from server.core import embedded_postgres_process as process
from server.core.embedded_postgres_account import EmbeddedPostgresError, account_for
from server.core.embedded_postgres_process import Cluster, PortTakenError, Server

__all__ = ["EmbeddedPostgres", "EmbeddedPostgresError"]

NAME = "estospaces"  # of the role and of the database
HOST = "127.0.0.1"
PORT_ATTEMPTS = 5


class EmbeddedPostgres:
    """One use of the server of one folder.

    `fast` trades safety for speed and is for throw-away clusters only: data is lost when the machine fails.
    `adopted` tells, after `start`, whether the server was already running.
    """

    def __init__(self, data_dir: Path, *, fast: bool = False) -> None:
        self.data_dir = data_dir.expanduser().resolve()
        self.fast = fast
        self.adopted = False
        self._cluster: Cluster | None = None
        self._users_lock: int | None = None
        self._owner = 0

    def start(self) -> str:
        """Have a server running, with an empty database at first, and return its URL.

        Raises EmbeddedPostgresError, after which nothing half-made is left.
        """
        self.stop()
        try:
            self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            (self.data_dir / "start.lock").touch(mode=0o600)  # says at once when we may not write here
            self._cluster = Cluster(account_for(self.data_dir))
            with _turn(self._cluster) as users:
                url = self._start(self._cluster, alone=users.alone)
                fcntl.flock(users.lock, fcntl.LOCK_SH)
                self._users_lock = os.dup(users.lock)
        except OSError as problem:
            raise EmbeddedPostgresError(
                f"The database folder {self.data_dir} cannot be used: {problem.strerror or problem}."
            ) from problem
        self._owner = os.getpid()
        atexit.register(self.stop)
        return url

    def stop(self) -> None:
        """End this use; the last user stops the server. Does nothing when not started, or in a forked child."""
        atexit.unregister(self.stop)
        lock, self._users_lock = self._users_lock, None
        if lock is None or self._cluster is None or self._owner != os.getpid():
            return
        os.close(lock)
        try:
            with _turn(self._cluster) as users:
                if users.alone:
                    process.stop_server(self._cluster)
        except OSError:  # the folder was deleted or its disk taken away: nobody can use that server any more
            process.stop_server(self._cluster)

    def remove(self) -> bool:
        """End this use and delete the folder with its data, unless somebody else uses it; tells whether it is gone."""
        self.stop()
        if not self.data_dir.exists():
            return True
        cluster = self._cluster or Cluster(account_for(self.data_dir))
        with _turn(cluster) as users:
            if users.alone:
                process.stop_server(cluster)
                shutil.rmtree(cluster.account.folder, ignore_errors=True)
                shutil.rmtree(self.data_dir, ignore_errors=True)
            return users.alone

    def _start(self, cluster: Cluster, *, alone: bool) -> str:
        _refuse_another_container(cluster, alone=alone)
        if not cluster.data.exists():
            process.stop_server(cluster)  # one that outlived its deleted folder
            _initialise(cluster, fast=self.fast)
        server = process.find_server(cluster)
        if server is not None:
            url = self._adopt(cluster, server, alone=alone)
            if url is not None:
                self.adopted = True
                return url
            process.stop_server(cluster)
        self.adopted = False
        process.clear_remains(cluster)
        _spawn(cluster, fast=self.fast)
        try:
            return _open(cluster)
        except BaseException as problem:
            process.stop_server(cluster)
            if isinstance(problem, psycopg.Error):
                raise EmbeddedPostgresError(
                    f"PostgreSQL in {cluster.account.folder} does not let us in: {_one_line(problem)}."
                ) from problem
            raise

    def _adopt(self, cluster: Cluster, server: Server, *, alone: bool) -> str | None:
        """The URL of a server already running, or None when it has to be restarted, which only its sole user may do."""
        unsafe = server.fast and not self.fast
        if unsafe and not alone:
            raise EmbeddedPostgresError(f"A throw-away server uses {cluster.account.folder}. Stop it first.")
        if unsafe:
            return None
        try:
            process.await_ready(cluster, server, ended=lambda: process.find_server(cluster) != server)
            return _open(cluster)
        except (EmbeddedPostgresError, psycopg.Error) as problem:
            if alone or process.find_server(cluster) is None:
                return None
            raise EmbeddedPostgresError(
                f"The server in {cluster.account.folder} does not answer: {_one_line(problem)}."
            ) from problem


@dataclass(frozen=True)
class _Users:
    """The open users.lock, and whether nobody else holds it."""

    lock: int
    alone: bool


@contextmanager
def _turn(cluster: Cluster) -> Iterator[_Users]:
    """Wait until nobody else starts or stops this server, and see whether anybody uses it."""
    with _opened(cluster.account.folder / "start.lock") as turn, _opened(cluster.account.folder / "users.lock") as lock:
        fcntl.flock(turn, fcntl.LOCK_EX)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield _Users(lock, alone=False)
        else:
            yield _Users(lock, alone=True)


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _refuse_another_container(cluster: Cluster, *, alone: bool) -> None:
    """Two containers may share a folder and its locks, but neither sees the other's processes."""
    note = cluster.account.folder / "users.lock"
    with suppress(FileNotFoundError):  # no /proc: no containers either
        here = os.readlink("/proc/self/ns/pid")
        if not alone and note.read_text() not in ("", here):
            raise EmbeddedPostgresError(f"Another container uses {cluster.account.folder}. Stop it first.")
        note.write_text(here)


def _initialise(cluster: Cluster, *, fast: bool) -> None:
    """Make the cluster beside its place and move it there when it is complete."""
    password = cluster.account.folder / "password"
    if not password.exists():
        _write_privately(password, secrets.token_urlsafe(24))
        cluster.account.own(password)
    unfinished = cluster.data.with_name("cluster.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    cluster.account.own(unfinished)
    try:
        made = cluster.account.run(
            "initdb",
            f"--pgdata={unfinished}",
            f"--username={NAME}",
            f"--pwfile={password}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--locale=C.UTF-8",
            *(["--no-sync"] if fast else []),
        )
        if made.returncode != 0:
            reason = process.reason_in(made.stdout) or "initdb gave up"
            raise EmbeddedPostgresError(f"PostgreSQL cannot be set up in {cluster.account.folder}: {reason}.")
        unfinished.rename(cluster.data)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _spawn(cluster: Cluster, *, fast: bool) -> None:
    """Start the server on its port of last time, or on another when that is taken."""
    note = cluster.account.folder / "port"
    last = 0
    with suppress(FileNotFoundError, ValueError):
        last = int(note.read_text())
    for wanted in (last, *[0] * PORT_ATTEMPTS):
        port = _free_port(wanted)
        try:
            process.spawn_server(cluster, port=port, fast=fast)
        except PortTakenError:  # between our look and PostgreSQL's
            continue
        if port != last:
            _write_privately(note, str(port))
        return
    raise EmbeddedPostgresError(f"No free port found on {HOST} for PostgreSQL. Try again.")


def _free_port(wanted: int) -> int:
    """`wanted` if nobody listens there, else any other; 0 wants any."""
    for port in (wanted, 0):
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as PostgreSQL does
            probe.bind((HOST, port))
            return int(probe.getsockname()[1])
    raise EmbeddedPostgresError(f"No free port found on {HOST} for PostgreSQL. Try again.")


def _open(cluster: Cluster) -> str:
    """Sign in, create the database when it is missing, and return its URL."""
    password = (cluster.account.folder / "password").read_text()
    server = f"postgresql://{NAME}:{password}@{HOST}:{process.port_of(cluster)}"
    with psycopg.connect(f"{server}/postgres", autocommit=True, connect_timeout=10) as connection:
        found = connection.execute("select from pg_database where datname = %s", [NAME]).rowcount
        if not found:
            connection.execute(f"create database {NAME}")
    return f"{server}/{NAME}"


def _write_privately(path: Path, text: str) -> None:
    """Write a file that only we can read; it appears complete or not at all."""
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.unlink(missing_ok=True)
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())  # an empty password file after a power cut would lock us out for ever
    unfinished.replace(path)


def _one_line(problem: Exception) -> str:
    return " ".join(str(problem).split()).rstrip(".")
