"""When to try again, and when to stop. Pure."""

from datetime import datetime, timedelta

from shared_models.notifications import DeliveryStatus

MOST_ATTEMPTS = 12
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=6)
LEASE = timedelta(minutes=2)
"""How long one attempt may take. A claim that is older was left behind by a process that died."""


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """When to try again after so many attempts; None when it is enough. In all it goes on for more than a day."""
    if attempts >= MOST_ATTEMPTS:
        return None
    return now + min(FIRST_WAIT * (1 << attempts - 1), LONGEST_WAIT)


def is_claimed(status: DeliveryStatus, claimed_at: datetime | None, now: datetime) -> bool:
    """Whether another attempt is under way."""
    return status is DeliveryStatus.SENDING and claimed_at is not None and now < claimed_at + LEASE
