"""What was refused to whom asked for too much: counted, and told in one line an interval instead of one each.

One count for the process, as metrics are: connections, sockets and calls all end here.
"""

import time
from collections import Counter
from enum import StrEnum

import structlog

log = structlog.get_logger(__name__)

TOLD_EVERY_SECONDS = 60.0


class Reason(StrEnum):
    """Why something was refused."""

    TOO_MANY = "too_many_connections"
    TOO_MANY_OF_ADDRESS = "too_many_of_one_address"
    MADE_ROOM = "idle_connections_closed_for_others"
    SLOW_HEAD = "slow_heads"
    LARGE_HEAD = "large_heads"
    BROKEN = "broken_requests"
    SLOW_READER = "slow_readers"
    UNREGISTERED = "sockets_that_never_registered"
    TOO_MANY_UNREGISTERED = "too_many_unregistered_sockets"
    BAD_MESSAGE = "unreadable_socket_messages"
    TOO_OFTEN = "calls_too_often"


class Refusals:
    """Counts by reason. The first is told at once, what follows when the interval is over."""

    def __init__(self, every: float = TOLD_EVERY_SECONDS) -> None:
        self.every = every
        self._counts: Counter[str] = Counter()
        self._told_at = float("-inf")

    def count(self, reason: Reason, of: str = "") -> None:
        """Count one; `of` is a part of the product, never of a person: a class of calls."""
        self._counts[f"{reason.value}_{of}" if of else reason.value] += 1
        self.tell()

    def tell(self) -> None:
        """Tell what was counted since the last line, unless that is too recent."""
        now = time.monotonic()
        if self._counts and now - self._told_at >= self.every:
            log.warning("refused", **self._counts)
            self._counts.clear()
            self._told_at = now


refusals = Refusals()
"""Those of this process."""
