"""Dates and guests as they stand in an address. What makes no sense is ignored, never an error."""

from datetime import date
from typing import Final

from client.core import clock
from client.paths import Query
from shared_models.stay_dates import FARTHEST_ARRIVAL_DAYS, LONGEST_STAY_NIGHTS, Stay

MOST_GUESTS: Final = 100


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
    return int(value) if 1 <= int(value) <= MOST_GUESTS else None


def read_stay(query: Query) -> Stay | None:
    """The stay of an address, whenever it is; None unless both dates are there and in order."""
    arrive, leave = read_day(query.get("arrive")), read_day(query.get("leave"))
    if arrive is None or leave is None or not 0 < (leave - arrive).days <= LONGEST_STAY_NIGHTS:
        return None
    return Stay(arrive=arrive, leave=leave)


def stay_to_come(query: Query) -> tuple[date | None, date | None]:
    """The dates of an address when a stay could still begin then somewhere in the world."""
    stay = read_stay(query)
    if stay is None:
        return None, None
    # Somewhere west it may still be yesterday.
    ahead = (stay.arrive - clock.today_in("UTC")).days
    return (stay.arrive, stay.leave) if -1 <= ahead <= FARTHEST_ARRIVAL_DAYS + 1 else (None, None)
