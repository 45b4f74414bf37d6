"""Who uses a cluster, and whose turn it is to start or stop its server. The kernel gives locks back however a process
ends, so nothing has to be tidied up after a kill.

    start.lock    held while somebody starts or stops the server
    users.lock    shared by everybody who uses it
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

POLL_SECONDS = 0.02


class NotOurTurn(Exception):
    """Somebody else starts or stops the server, and we do not want to wait any longer."""


@dataclass(frozen=True)
class Turn:
    """The open locks, and whether nobody else uses the cluster."""

    start: int
    users: int
    alone: bool


@contextmanager
def turn(folder: Path, *, give_up: Callable[[], bool] = lambda: False) -> Iterator[Turn]:
    """Wait until nobody else starts or stops this server, and see whether anybody uses it.

    Raises NotOurTurn once `give_up` says so, OSError when the folder cannot be written.
    """
    with _opened(folder / "start.lock") as start, _opened(folder / "users.lock") as users:
        while not _locked(start):
            if give_up():
                raise NotOurTurn
            time.sleep(POLL_SECONDS)
        yield Turn(start, users, alone=_locked(users))


def share(turn: Turn) -> int:
    """Note that we use the cluster too; until the descriptor that comes back is closed."""
    fcntl.flock(turn.users, fcntl.LOCK_SH)
    return os.dup(turn.users)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
