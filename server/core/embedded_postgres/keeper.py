"""Starts the embedded PostgreSQL again when it ends while somebody uses it: a crash, a `kill -9`, a disk that was full.

A server that merely hangs is left alone: it may be a suspended machine, a slow disk or a debugger, and it goes on by
itself. Only one of those who use the folder starts it; the others find it running when their turn comes.
"""

import threading
import time
from typing import Final

import structlog

from server.core.embedded_postgres import process
from server.core.embedded_postgres.account import EmbeddedPostgresError
from server.core.embedded_postgres.locks import NotOurTurn, turn
from server.core.embedded_postgres.process import Cluster, PortTakenError, Server

log = structlog.get_logger(__name__)

LOOK_SECONDS = 0.1
FIRST_WAIT_SECONDS = 0.5
MAX_WAIT_SECONDS = 5.0
SOUND_SECONDS = 30.0
"""A server that lived this long is started again at once; one that keeps ending sooner is not, lest we only start."""
END_SECONDS: Final = 2.0
"""How long `end` waits for a start that is under way; it gives up within a few hundredths."""


class Keeper:
    """Watches one server in a thread of its own, until `end`."""

    def __init__(self, cluster: Cluster, server: Server) -> None:
        """`server` is ready; it is started again on the port it has now, which its users know."""
        self._cluster, self._server, self._port = cluster, server, process.port_of(cluster)
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="embedded-postgres-keeper", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Start it no more. Whatever is under way is given up."""
        self._ending.set()
        self._thread.join(END_SECONDS)

    def _keep(self) -> None:
        wait, born, logged = 0.0, time.monotonic(), ""
        while not self._ending.wait(LOOK_SECONDS):
            if process.is_alive(self._cluster, self._server):
                continue
            if time.monotonic() - born > SOUND_SECONDS:
                wait = 0.0
            if self._ending.wait(wait):
                return
            wait = min(max(2 * wait, FIRST_WAIT_SECONDS), MAX_WAIT_SECONDS)
            problem = self._start_again()
            if problem is None:
                born, logged = time.monotonic(), ""
            elif problem != logged and not self._ending.is_set():
                log.error("postgres_not_restarted", reason=problem)
                logged = problem

    def _start_again(self) -> str | None:
        """What kept it from running, or None when it runs."""
        try:
            with turn(self._cluster.account.folder, give_up=self._ending.is_set):
                found = process.find_server(self._cluster)
                if found is None:
                    process.clear_remains(self._cluster)
                    found = process.spawn_server(
                        self._cluster, port=self._port, fast=self._server.fast, give_up=self._ending.is_set
                    )
                    log.info("postgres_restarted", port=self._port)
                self._server = found
        except PortTakenError:
            return f"Somebody else listens on its port {self._port}."
        except (EmbeddedPostgresError, NotOurTurn) as problem:
            return str(problem)
        except OSError as problem:
            return f"The database folder {self._cluster.account.folder} cannot be used: {problem.strerror or problem}."
        return None
