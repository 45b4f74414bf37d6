"""The PostgreSQL server as processes: finding, starting, awaiting and ending those that serve one cluster.

A server is known by its *mark*, which it carries as `cluster_name` in its command line and in the titles of its
children. That survives what a pid file does not: a pid used again by a stranger, a deleted file, a dead postmaster
whose children still hold the shared memory.
"""

import errno
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from server.core.embedded_postgres.account import Account, EmbeddedPostgresError, digest_of
from server.core.embedded_postgres.sizing import memory_of_the_machine, memory_settings
from server.core.private_files import open_private

HOST = "127.0.0.1"
POLL_SECONDS = 0.01
READY_SECONDS = 300  # recovery after a crash replays up to 1 GB of log
# A fast shutdown writes one checkpoint. Where that takes longer, the next start replays the log instead: nothing that
# was committed is lost, and who asked us to end does not wait.
STOP_SIGNALS = ((signal.SIGINT, 3.0), (signal.SIGQUIT, 0.7), (signal.SIGKILL, 0.7))
ORPHAN_SIGNALS = ((signal.SIGQUIT, 0.7), (signal.SIGKILL, 0.7))
"""Signals, and the seconds each has to show."""
LOG_BYTES = 1_000_000

SAFE_SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",  # a socket's path has 107 characters at most, a data folder may have more
    "max_connections": "120",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "log_checkpoints": "off",
}
FAST_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PortTakenError(Exception):
    """Somebody else listens on the port we chose."""


@dataclass(frozen=True)
class Cluster:
    """One cluster: the account it runs under, where its data lies and how its processes are known."""

    account: Account

    @property
    def data(self) -> Path:
        """PostgreSQL's own folder."""
        return self.account.folder / "cluster"

    @property
    def log(self) -> Path:
        """What the server has to say; the file before it is kept as `server.old.log`."""
        return self.account.folder / "server.log"

    @property
    def mark(self) -> str:
        """The name every process of this cluster carries."""
        return f"estospaces-{digest_of(self.account.folder)}"


@dataclass(frozen=True)
class Server:
    """A living postmaster. `fast` means that it may lose data when the machine fails."""

    pid: int
    fast: bool


def find_server(cluster: Cluster) -> Server | None:
    """The living postmaster of the cluster, if any; a zombie does not count."""
    name = f"cluster_name={cluster.mark}"
    found = {pid: Server(pid, fast="fsync=off" in words) for pid, words in _processes() if name in words}
    # A child just forked looks like its postmaster for a moment; the pid file knows which is which.
    noted = _pid_file(cluster)[:1]
    return next((found[pid] for pid in found if noted == [str(pid)]), None) or found.get(min(found, default=0))


def find_children(cluster: Cluster) -> list[int]:
    """The server's other processes; they may outlive their postmaster."""
    return [pid for pid, words in _processes() if words[:2] == ["postgres:", f"{cluster.mark}:"]]


def is_alive(cluster: Cluster, server: Server) -> bool:
    """Whether a postmaster found or spawned before still runs; cheap enough to ask all the time."""
    words = _words_of(server.pid)
    return words is not None and (not words or cluster.mark in words)


def clear_remains(cluster: Cluster) -> None:
    """End orphaned children of a dead postmaster and remove its pid file. Only for the holder of the start lock.

    PostgreSQL trusts a pid file as long as any process has that pid, so a pid used again would block it for ever.
    """
    _end(lambda: find_children(cluster), ORPHAN_SIGNALS)
    (cluster.data / "postmaster.pid").unlink(missing_ok=True)


def spawn_server(cluster: Cluster, *, port: int, fast: bool, give_up: Callable[[], bool] = lambda: False) -> Server:
    """Start a postmaster and wait until it takes connections, or until `give_up` says that nobody wants it any more.

    Raises PortTakenError, or EmbeddedPostgresError with PostgreSQL's own reason.
    """
    sized = memory_settings(memory_of_the_machine())
    here = {"cluster_name": cluster.mark, "port": str(port)}
    settings = {**SAFE_SETTINGS, **sized, **(FAST_SETTINGS if fast else {}), **here}
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    with _open_log(cluster.log) as log:
        start = log.tell()
        process = cluster.account.spawn("postgres", "-D", str(cluster.data), *options, log=log.fileno())
    server = Server(process.pid, fast)
    try:
        await_ready(cluster, server, ended=lambda: process.poll() is not None or give_up())
    except EmbeddedPostgresError as problem:
        _give_up(process)
        reason = reason_in(cluster.log.read_bytes()[start:].decode(errors="replace"))
        if "could not create any TCP/IP sockets" in reason:
            raise PortTakenError from None
        raise EmbeddedPostgresError(f"{str(problem).rstrip('.')}: {reason}." if reason else str(problem)) from None
    except BaseException:
        _give_up(process)
        raise
    # Somebody has to collect the exit code, whichever process stops the server; otherwise it stays as a zombie.
    threading.Thread(target=process.wait, name="embedded-postgres", daemon=True).start()
    return server


def await_ready(cluster: Cluster, server: Server, *, ended: Callable[[], bool]) -> None:
    """Wait until the server takes connections. Raises EmbeddedPostgresError when it ends first or is too slow."""
    deadline = time.monotonic() + READY_SECONDS
    while True:
        lines = _pid_file(cluster)
        if len(lines) > 7 and lines[0] == str(server.pid) and lines[7] == "ready":
            return
        if ended():
            raise EmbeddedPostgresError(f"PostgreSQL does not start in {cluster.account.folder}.")
        if time.monotonic() > deadline:
            raise EmbeddedPostgresError(f"PostgreSQL takes too long to start in {cluster.account.folder}.")
        time.sleep(POLL_SECONDS)


def port_of(cluster: Cluster) -> int:
    """The port of a server that is ready."""
    return int(_pid_file(cluster)[3])


def stop_server(cluster: Cluster, *, hurry: Callable[[], bool] = lambda: False) -> None:
    """End the cluster's server, politely, then firmly; at once firmly as soon as `hurry` says so. Its clients are cut
    off, what they committed stays.
    """
    for pid in find_children(cluster):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)  # the server waits for those that were halted

    def postmaster() -> list[int]:
        server = find_server(cluster)
        return [server.pid] if server else []

    _end(postmaster, STOP_SIGNALS, hurry)
    _end(lambda: find_children(cluster), ORPHAN_SIGNALS, hurry)


def reason_in(output: str) -> str:
    """The first complaint in PostgreSQL's output, bare of prefix and full stop: a cause stands before its effects."""
    complaint = re.search(r"(?:PANIC|FATAL|ERROR|error): +(.+)|^postgres: (.+)", output, re.MULTILINE)
    reason = (complaint[1] or complaint[2]).strip().rstrip(".") if complaint else ""
    # Half of a page still fits on the disk: PostgreSQL says how much of it, and what that means in a hint.
    return f"{reason}: {os.strerror(errno.ENOSPC)}" if "wrote only" in reason else reason


def _processes() -> Iterator[tuple[int, list[str]]]:
    """Every process with the words of its command line; a zombie has none."""
    if not Path("/proc/self/cmdline").exists():
        lines = subprocess.run(["/bin/ps", "-axww", "-o", "pid=,command="], capture_output=True, text=True, check=True)
        yield from ((int(line.split()[0]), line.split()[1:]) for line in lines.stdout.splitlines())
        return
    for name in filter(str.isdigit, os.listdir("/proc")):
        with suppress(OSError):  # gone meanwhile
            words = Path("/proc", name, "cmdline").read_bytes().decode(errors="replace").split("\0")
            yield int(name), words[0].split() if words[0].startswith("postgres: ") else words


def _pid_file(cluster: Cluster) -> list[str]:
    """The lines of `postmaster.pid`: pid, folder, start, port, socket folder, address, memory, state."""
    try:
        return [line.strip() for line in (cluster.data / "postmaster.pid").read_text().splitlines()]
    except (FileNotFoundError, NotADirectoryError):
        return []


def _open_log(path: Path) -> BinaryIO:
    with suppress(FileNotFoundError):
        if path.stat().st_size > LOG_BYTES:
            path.replace(path.with_name("server.old.log"))
    return open(path, "ab", opener=open_private)


def _give_up(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGQUIT)
    try:
        process.wait(ORPHAN_SIGNALS[0][1])
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _end(
    alive: Callable[[], list[int]],
    signals: tuple[tuple[signal.Signals, float], ...],
    hurry: Callable[[], bool] = lambda: False,
) -> None:
    """Send each signal in turn to what is alive, until nothing is. What was halted goes on, or it would not hear.

    In a hurry only the last one is given time to show.
    """
    last, _ = signals[-1]
    for number, seconds in signals:
        pids = alive()
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, number)
                os.kill(pid, signal.SIGCONT)
        deadline = time.monotonic() + seconds
        while any(_words_of(pid) is not None for pid in pids) and time.monotonic() < deadline:
            if hurry() and number != last:
                break
            time.sleep(POLL_SECONDS)


def _words_of(pid: int) -> str | None:
    """What a living process was started with, empty where the system does not tell; None for one that ended."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace") or None  # a zombie has none
    with suppress(ProcessLookupError):
        if not Path("/proc/self/cmdline").exists():
            os.kill(pid, 0)
            return ""
    return None
