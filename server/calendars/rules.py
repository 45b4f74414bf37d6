"""What a calendar decides by itself. Pure."""

from collections.abc import Iterable
from datetime import date, timedelta

from shared_models.calendars import Period
from shared_models.stay_dates import shifted

BLOCK_BACK_DAYS = 1
"""A block may begin yesterday, so that a landlord can write down the night that has just begun."""


def joined(periods: Iterable[Period], start: date, end: date) -> list[Period]:
    """The periods cut to `start`..`end` and joined where they touch, by date."""
    found: list[Period] = []
    for period in sorted(periods, key=lambda period: period.start):
        first, last = max(period.start, start), min(period.end, end)
        if first >= last:
            continue
        if found and first <= found[-1].end:
            found[-1] = Period(start=found[-1].start, end=max(found[-1].end, last))
        else:
            found.append(Period(start=first, end=last))
    return found


def may_block_from(start: date, today: date) -> bool:
    """Whether a block may begin on `start`; `today` is the home's local date."""
    return start >= today - timedelta(days=BLOCK_BACK_DAYS)


def widened(period: Period, days: int) -> Period:
    """A period with so many more nights on either side, as far as the calendar goes."""
    return Period(start=shifted(period.start, -days), end=shifted(period.end, days))
