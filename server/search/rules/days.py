"""Where on earth the dates of a search can still be booked. Pure."""

from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

from shared_models.stay_dates import Stay, local_day
from shared_models.stay_limits import StayLimits, refusals


def zones_open_for(stay: Stay, now: datetime) -> list[str] | None:
    """The time zones in which `stay` is neither past nor too far ahead; None when it is so everywhere.

    Answered here rather than by the database, so that search and booking read the same time zone data.
    """
    # Local clocks are between 12 hours behind and 14 hours ahead of UTC.
    todays = {(now + timedelta(hours=ahead)).date() for ahead in (-12, 0, 14)}
    open_on = {today for today in todays if not refusals(StayLimits(), stay, 1, today)}
    if open_on == todays:
        return None
    return sorted(zone for zone in _zones() if local_day(now, zone) in open_on) if open_on else []


def days_ahead(check_in: date, now: datetime) -> tuple[int, dict[int, list[str]]]:
    """How many days ahead an arrival lies where most zones are, and the zones where it is another number of days.

    A day begins at different instants, so at any moment there are two or three dates on earth.
    """
    dates = _dates_on_earth(now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0))
    usual = max(dates, key=lambda today: len(dates[today]))
    others = {(check_in - today).days: zones for today, zones in dates.items() if today != usual}
    return (check_in - usual).days, others


@lru_cache(maxsize=4)
def _dates_on_earth(quarter: datetime) -> dict[date, list[str]]:
    # Clocks are whole quarters of an hour from UTC everywhere, so a date lasts for the whole quarter.
    dates: dict[date, list[str]] = {}
    for zone in sorted(_zones()):
        dates.setdefault(local_day(quarter, zone), []).append(zone)
    return dates


@cache
def _zones() -> dict[str, ZoneInfo]:
    # Kept, because `zoneinfo` itself keeps only a few and would read 600 files for each search.
    return {zone: ZoneInfo(zone) for zone in available_timezones()}
