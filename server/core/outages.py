"""When the database goes away and when it is back: said once each, whoever meets it."""

import time

import structlog

log = structlog.get_logger(__name__)

QUIET_SECONDS = 6.0
"""How long nothing may fail before it counts as back. A full disk fails writes between reads that work; a postmaster
that hangs fails new connections, five seconds each, between answers on those that are there (which is why the watch,
where there is one, has the say: it tries whether new ones get in)."""


class Outage:
    """Whether one database answers, as everybody in this process who asks it has found."""

    def __init__(self) -> None:
        self.hanging = False
        """It takes what it is told and answers nothing: whoever asks would only wait."""
        self.watched = False
        """Somebody asks it all the time, see `database_watch`."""
        self._since: float | None = None
        self._last = 0.0

    @property
    def is_on(self) -> bool:
        """Whether it was said to be away, and not yet to be back."""
        return self._since is not None

    def lost(self, problem: BaseException) -> None:
        """Somebody got no answer. Logs a line when this is the first time."""
        self._last = time.monotonic()
        if not self.is_on:
            self._since = self._last
            # Neither address nor message: the one may hold a password, the other a person's data.
            state = getattr(getattr(problem, "orig", problem), "sqlstate", None)
            log.warning("database_away", error=type(problem).__name__, **({"sqlstate": state} if state else {}))

    def found(self) -> None:
        """Somebody got an answer. Logs a line when nothing has failed for a while."""
        if self._since is not None and time.monotonic() - self._last >= QUIET_SECONDS:
            log.warning("database_back", away_seconds=round(self._last - self._since, 1))
            self._since = None
