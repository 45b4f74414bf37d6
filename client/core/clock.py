"""The only place of the client that asks the time."""

from datetime import UTC, date, datetime

from shared_models.stay_dates import local_day


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)


def today_in(zone: str) -> date:
    """The date it is now in `zone` (IANA name)."""
    return local_day(now(), zone)
