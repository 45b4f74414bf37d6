"""A PostgreSQL of our own for trying and testing: no installation, no root, no second server by accident.

    database = EmbeddedPostgres(folder)
    url = database.start()
    ...
    database.stop()

Several processes may use one folder: the first starts the server, the others adopt it, the last one out stops it. Who
uses it is told by file locks, which the kernel gives back however a process ends. A server that ends while it is used
is started again. The folder holds:

    cluster/             PostgreSQL's own data; it appears complete or not at all
    password             of the app's role, readable by the owner only
    superuser_password   of the role that made it
    port                 the last one used, tried first again
    server.log           and server.old.log
    start.lock           held while somebody starts or stops the server
    users.lock           shared by everybody who uses it
"""

import atexit
import os
import shutil
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path

import psycopg

from server.core.embedded_postgres import process, roles
from server.core.embedded_postgres.account import EmbeddedPostgresError, account_for
from server.core.embedded_postgres.keeper import Keeper
from server.core.embedded_postgres.locks import NotOurTurn, Turn, share, turn
from server.core.embedded_postgres.process import HOST, Cluster, PortTakenError, Server
from server.core.private_files import make_private, tighten, write_privately

__all__ = ["EmbeddedPostgres", "EmbeddedPostgresError"]

PORT_ATTEMPTS = 5
NOTES = ("password", "superuser_password", "port", "server.log", "server.old.log")
"""The files of a folder that only its owner reads."""
TURN_SECONDS = 2.0
"""How long `stop` waits for somebody who starts or stops the server; then it is left to them."""


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
        self._keeper: Keeper | None = None
        self._users_lock: int | None = None
        self._owner = 0
        self._stopping = threading.RLock()
        self._hurry = threading.Event()

    def start(self) -> str:
        """Have a server running, with an empty database at first, and return its URL.

        Raises EmbeddedPostgresError, after which nothing half-made is left.
        """
        self.stop()
        self._hurry.clear()
        try:
            make_private(self.data_dir)
            (self.data_dir / "start.lock").touch(mode=0o600)  # says at once when we may not write here
            cluster = self._cluster = Cluster(account_for(self.data_dir))
            with turn(cluster.account.folder) as ours:
                server = self._start(cluster, ours)
                self._users_lock = share(ours)
            url = roles.app_url(cluster)
            self._keeper = Keeper(cluster, server)
        except OSError as problem:
            raise EmbeddedPostgresError(
                f"The database folder {self.data_dir} cannot be used: {problem.strerror or problem}."
            ) from problem
        self._owner = os.getpid()
        atexit.register(self.stop)
        return url

    def superuser_url(self) -> str:
        """How to sign in with all rights to a server that was started: for tests that make databases of their own."""
        if self._cluster is None:
            raise EmbeddedPostgresError("The embedded PostgreSQL was not started.")
        return roles.superuser_url(self._cluster)

    def stop(self) -> None:
        """End this use; the last user stops the server. Does nothing when not started, or in a forked child.

        Takes some seconds at most: a server that somebody else starts or stops meanwhile is left to them.
        """
        atexit.unregister(self.stop)
        if self._owner == os.getpid():
            with self._stopping:  # who asks a second time, from another thread, waits for the first
                self._stop()

    def stop_at_once(self) -> None:
        """End this use in less than a second, the server without its leave-taking: for a process that may wait no
        longer. It hastens a `stop` that is under way in another thread.
        """
        self._hurry.set()
        self.stop()

    def _stop(self) -> None:
        lock, self._users_lock = self._users_lock, None
        if lock is None or self._cluster is None:
            return
        if self._keeper is not None:
            self._keeper.end()
        os.close(lock)
        end = time.monotonic() + TURN_SECONDS
        try:
            with turn(self._cluster.account.folder, give_up=lambda: time.monotonic() > end) as ours:
                if ours.alone:
                    process.stop_server(self._cluster, hurry=self._hurry.is_set)
        except NotOurTurn:
            return
        except OSError:  # the folder was deleted or its disk taken away: nobody can use that server any more
            process.stop_server(self._cluster, hurry=self._hurry.is_set)

    def remove(self) -> bool:
        """End this use and delete the folder with its data, unless somebody else uses it; tells whether it is gone."""
        self.stop()
        if not self.data_dir.exists():
            return True
        cluster = self._cluster or Cluster(account_for(self.data_dir))
        with turn(cluster.account.folder) as ours:
            if ours.alone:
                process.stop_server(cluster)
                shutil.rmtree(cluster.account.folder, ignore_errors=True)
                shutil.rmtree(self.data_dir, ignore_errors=True)
            return ours.alone

    def _start(self, cluster: Cluster, ours: Turn) -> Server:
        _refuse_another_container(cluster, alone=ours.alone)
        for note in NOTES:  # of versions, and by hands, that did not care
            with suppress(FileNotFoundError):
                tighten(cluster.account.folder / note)
        if not cluster.data.exists():
            process.stop_server(cluster)  # one that outlived its deleted folder
            _initialise(cluster, ours, fast=self.fast)
        server = process.find_server(cluster)
        if server is not None:
            if self._adopt(cluster, server, alone=ours.alone):
                self.adopted = True
                return server
            process.stop_server(cluster)
        self.adopted = False
        process.clear_remains(cluster)
        make_private(cluster.data)  # PostgreSQL refuses one that others may enter
        server = _spawn(cluster, fast=self.fast)
        try:
            roles.make_ready(cluster)
        except BaseException as problem:
            process.stop_server(cluster)
            if isinstance(problem, psycopg.Error):
                raise EmbeddedPostgresError(
                    f"PostgreSQL in {cluster.account.folder} does not let us in: {_one_line(problem)}."
                ) from problem
            raise
        return server

    def _adopt(self, cluster: Cluster, server: Server, *, alone: bool) -> bool:
        """Whether a server already running is sound; if not it has to be restarted, which only its sole user may do."""
        unsafe = server.fast and not self.fast
        if unsafe and not alone:
            raise EmbeddedPostgresError(f"A throw-away server uses {cluster.account.folder}. Stop it first.")
        if unsafe:
            return False
        try:
            process.await_ready(cluster, server, ended=lambda: process.find_server(cluster) != server)
            roles.make_ready(cluster)
        except (EmbeddedPostgresError, psycopg.Error) as problem:
            if alone or process.find_server(cluster) is None:
                return False
            raise EmbeddedPostgresError(
                f"The server in {cluster.account.folder} does not answer: {_one_line(problem)}."
            ) from problem
        return True


def _refuse_another_container(cluster: Cluster, *, alone: bool) -> None:
    """Two containers may share a folder and its locks, but neither sees the other's processes."""
    note = cluster.account.folder / "users.lock"
    with suppress(FileNotFoundError):  # no /proc: no containers either
        here = os.readlink("/proc/self/ns/pid")
        if not alone and note.read_text() not in ("", here):
            raise EmbeddedPostgresError(f"Another container uses {cluster.account.folder}. Stop it first.")
        note.write_text(here)


def _initialise(cluster: Cluster, ours: Turn, *, fast: bool) -> None:
    """Make the cluster beside its place and move it there when it is complete."""
    roles.write_passwords(cluster)
    unfinished = cluster.data.with_name("cluster.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    cluster.account.own(unfinished)
    try:
        made = cluster.account.run(
            "initdb",
            f"--pgdata={unfinished}",
            f"--username={roles.SUPERUSER}",
            f"--pwfile={roles.superuser_password(cluster)}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--locale=C.UTF-8",
            *(["--no-sync"] if fast else []),
            holding=(ours.start,),  # when we are killed, the next start waits until nobody writes here any more
        )
        if made.returncode != 0:
            reason = process.reason_in(made.stdout) or "initdb gave up"
            raise EmbeddedPostgresError(f"PostgreSQL cannot be set up in {cluster.account.folder}: {reason}.")
        unfinished.rename(cluster.data)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _spawn(cluster: Cluster, *, fast: bool) -> Server:
    """Start the server on its port of last time, or on another when that is taken."""
    note = cluster.account.folder / "port"
    last = 0
    with suppress(FileNotFoundError, ValueError):
        last = int(note.read_text())
    for wanted in (last, *[0] * PORT_ATTEMPTS):
        port = _free_port(wanted)
        try:
            server = process.spawn_server(cluster, port=port, fast=fast)
        except PortTakenError:  # between our look and PostgreSQL's
            continue
        if port != last:
            write_privately(note, str(port))
        return server
    raise EmbeddedPostgresError(f"No free port found on {HOST} for PostgreSQL. Try again.")


def _free_port(wanted: int) -> int:
    """`wanted` if nobody listens there, else any other; 0 wants any."""
    for port in (wanted, 0):
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as PostgreSQL does
            probe.bind((HOST, port))
            return int(probe.getsockname()[1])
    raise EmbeddedPostgresError(f"No free port found on {HOST} for PostgreSQL. Try again.")


def _one_line(problem: Exception) -> str:
    return " ".join(str(problem).split()).rstrip(".")
