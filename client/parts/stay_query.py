"""Dates and guests as they stand in an address. What makes no sense is ignored, never an error."""

from datetime import date
from typing import Final

from client.core import clock
from client.paths import Query
from shared_models.stay_dates import MAX_DAYS_AHEAD, MAX_STAY_NIGHTS, Stay

MAX_GUESTS: Final = 100


def read_day(value: str | None) -> date | None:
    """A date as `2026-12-11`; None when it is not one."""
    try:
        return date.fromisoformat(value or "")
    except ValueError:
        return None


def read_guests(query: Query) -> int | None:
    """How many guests; None when nobody said."""
    value = query.get("guests", "")
    if not value.isascii() or not value.isdecimal() or len(value) > 3:
        return None
    return int(value) if 1 <= int(value) <= MAX_GUESTS else None


def read_stay(query: Query) -> Stay | None:
    """The stay of an address, whenever it is; None unless both dates are there and in order."""
    check_in, check_out = read_day(query.get("check_in")), read_day(query.get("check_out"))
    if check_in is None or check_out is None or not 0 < (check_out - check_in).days <= MAX_STAY_NIGHTS:
        return None
    return Stay(check_in=check_in, check_out=check_out)


def stay_to_come(query: Query) -> tuple[date | None, date | None]:
    """The dates of an address when a stay could still begin then somewhere in the world."""
    stay = read_stay(query)
    if stay is None:
        return None, None
    # Somewhere west it may still be yesterday.
    ahead = (stay.check_in - clock.today_in("UTC")).days
    return (stay.check_in, stay.check_out) if -1 <= ahead <= MAX_DAYS_AHEAD + 1 else (None, None)
