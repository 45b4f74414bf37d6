"""When a job that failed is tried again, and when it is given up. Pure.

The bound is a time since the first try, not a number of tries: an outage of a provider is measured in hours.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

SHORTEST_SHARE = 0.5
"""A wait is between this share of its length and all of it: what failed together does not come back together."""


class FailedForGood(Exception):
    """Trying again would not help: the job ends as failed at once. Its class is what an admin reads of it."""

    @property
    def error(self) -> str:
        """The class of what went wrong."""
        return type(self).__name__


class NeedsAttention(Exception):
    """Trying again helps once a person has mended something, such as a password: they hear of it at the first try."""


class RetryAt(Exception):
    """The job is not done and goes on at `moment`, in the place it has in the queue; it decided that by itself."""

    def __init__(self, moment: datetime) -> None:
        super().__init__(f"goes on at {moment:%Y-%m-%dT%H:%M:%SZ}")
        self.moment = moment


@dataclass(frozen=True)
class RetryPolicy:
    """Waits that double from `first_wait` up to `longest_wait`, for as long as `window` since the first try."""

    first_wait: timedelta
    longest_wait: timedelta
    window: timedelta

    def wait(self, tries: int, tried_for: timedelta) -> timedelta | None:
        """How long to wait after `tries` of them failed, the first of them `tried_for` ago; None: it is given up.

        The last try comes when the window ends, however long the waits have become.
        """
        left = self.window - tried_for
        if left <= timedelta(0):
            return None
        doublings = min(tries - 1, 40)  # beyond any cap, and far from what a timedelta can hold
        whole = min(self.first_wait.total_seconds() * 2.0**doublings, self.longest_wait.total_seconds())
        return min(timedelta(seconds=whole * random.uniform(SHORTEST_SHARE, 1)), left)


INTERNAL = RetryPolicy(timedelta(seconds=2), timedelta(minutes=5), timedelta(minutes=30))
"""For work in our own database: what goes wrong there passes soon, or is a fault that somebody has to see soon."""
MAILS = RetryPolicy(timedelta(seconds=30), timedelta(minutes=30), timedelta(hours=48))
"""RFC 5321, 4.5.4.1, tells those who send to come back after 30 minutes, sooner for the first tries."""
PROVIDERS = RetryPolicy(timedelta(seconds=10), timedelta(hours=1), timedelta(hours=48))
"""For calls to other services: their worst outages are over within two days."""
