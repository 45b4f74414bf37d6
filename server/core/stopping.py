"""Stopping within ten seconds of being asked, whatever hangs.

Every part has less time than that for an orderly end. Should one of them wait for what never comes (a database that
hangs, a file system that is gone, a thread that looks up a name), the process ends all the same, and says so.
"""

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

STOP_SECONDS = 10.0
"""From the signal to the end of the process, at most."""
LAST_RESORT_SECONDS = 8.5
"""After so long nothing is waited for any more, but what must not be left behind: see `leaving_behind`."""

_asked = threading.Event()
_to_end: list[Callable[[], None]] = []


def within_deadline(exit_code: int) -> None:
    """Let this process end with `exit_code` within the deadline from now; what comes first holds. Call when asked to
    stop, from a signal handler too."""
    if not _asked.is_set():
        _asked.set()
        threading.Thread(target=_watch, args=(exit_code,), name="stopping", daemon=True).start()


@contextmanager
def not_left_behind(end: Callable[[], None]) -> Iterator[None]:
    """Call `end` also when the process ends as a last resort: it ends what would outlive us. May be called twice, and
    from another thread."""
    _to_end.append(end)
    try:
        yield
    finally:
        _to_end.remove(end)


def _watch(exit_code: int) -> None:
    threading.Event().wait(LAST_RESORT_SECONDS)
    with suppress(OSError, ValueError):  # nobody may read any more
        sys.stderr.write("estospaces: Not all ended in time and was cut off. Nothing that was answered is lost.\n")
        sys.stderr.flush()
    ending = threading.Thread(target=lambda: [end() for end in list(_to_end)], daemon=True)
    ending.start()
    ending.join(STOP_SECONDS - LAST_RESORT_SECONDS - 0.5)
    os._exit(exit_code)
