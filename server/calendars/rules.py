"""What a calendar decides by itself. Pure."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from icalendar import Calendar, Event, Timezone, TimezoneStandard, vDuration, vText

from shared_models.calendars import MAX_RANGE_DAYS, ClaimKind, Period
from shared_models.stay_dates import shifted

BLOCK_BACK_DAYS = 1
"""A block may begin yesterday, so that a landlord can write down the night that has just begun."""
FEED_BACK_DAYS = 31
FEED_YEARS_AHEAD = 3
FEED_AGAIN_AFTER = timedelta(hours=1)
"""How often readers of a feed are asked to come back."""
FEED_WORDS: Final[Mapping[ClaimKind, str]] = {
    ClaimKind.BOOKING: "Reserved",
    ClaimKind.HOLD: "Reserved",
    ClaimKind.TENANCY: "Reserved",
    ClaimKind.BLOCK: "Blocked",
}
"""What a feed says of a claim, and no more: nobody's name, no note. Claims of other platforms are left out: they would
come back to where they came from and hold the nights there after the stay is cancelled."""
FEED_PREPARATION: Final = "Preparation"
"""What a feed says of the nights a home keeps free between guests."""
_SECRET_BYTES = 24


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


def wrong_in_change(before: Period, after: Period, today: date) -> tuple[str, str] | None:
    """The field that is wrong with a block's new nights, and why; None when they will do.

    Nights that are over stay as they were: they are what happened.
    """
    if after.end <= after.start:
        return "end", "must come after the start"
    if (after.end - after.start).days > MAX_RANGE_DAYS:
        return "end", f"must be at most {MAX_RANGE_DAYS} days after the start"
    if after.start != before.start and not may_block_from(min(before.start, after.start), today):
        return "start", "is in the past"
    if after.end != before.end and min(before.end, after.end) < today:
        return "end", "is in the past"
    return None


def secret_of(key: bytes, property_id: UUID, salt: UUID) -> str:
    """The secret in the address of a home's feed: shown as often as one likes, yet nowhere stored.

    `key` is the server's own. Another `salt` makes another secret, and the old one is worth nothing.
    """
    message = b"calendar-link" + property_id.bytes + salt.bytes
    digest = hmac.digest(key, message, hashlib.sha256)
    return urlsafe_b64encode(digest[:_SECRET_BYTES]).decode()


def is_secret(given: str, secret: str) -> bool:
    """Whether someone knows a secret, in a time that tells nothing of how much they know."""
    return hmac.compare_digest(given.encode(errors="replace"), secret.encode())


def feed_period(today: date) -> Period:
    """What a feed tells of. Its end moves once a year, so that the text of an open tenancy does not change daily."""
    return Period(start=today - timedelta(days=FEED_BACK_DAYS), end=date(today.year + FEED_YEARS_AHEAD, 1, 1))


@dataclass(frozen=True)
class FeedEvent:
    """Nights that are not free, for other calendars. `uid` stays the same however they move."""

    uid: str
    period: Period
    words: str
    changed_at: datetime


def feed_events(
    id_: UUID, kind: ClaimKind, period: Period, changed_at: datetime, *, preparation: int, until: date
) -> list[FeedEvent]:
    """What a feed says of a claim: its nights up to `until`, and round a guest's those that the home keeps free.

    The number of these nights is a part of their uid: a landlord's change of mind leaves `changed_at` as it was, and
    readers pass over an event of the same uid that is no newer.
    """
    if kind not in FEED_WORDS:
        return []
    wide = period if kind == ClaimKind.BLOCK else widened(period, preparation)
    parts = (
        (f"{id_}-before-{preparation}", wide.start, period.start, FEED_PREPARATION),
        (f"{id_}", period.start, period.end, FEED_WORDS[kind]),
        (f"{id_}-after-{preparation}", period.end, wide.end, FEED_PREPARATION),
    )
    cut = [(uid, start, min(end, until), words) for uid, start, end, words in parts]
    return [
        FeedEvent(f"{uid}@estospaces", Period(start=start, end=end), words, changed_at)
        for uid, start, end, words in cut
        if start < end
    ]


def feed_text(title: str, events: Iterable[FeedEvent]) -> bytes:
    """An iCalendar (RFC 5545) of whole days, which need no zone: the day of leaving is the first free one.

    The same events make the same bytes: without METHOD, DTSTAMP says when an event changed and not when it was read.
    """
    feed = Calendar()
    feed.add("version", "2.0")
    feed.add("prodid", "-//EstoSpaces//Calendar of a home//EN")
    name = vText("".join(letter if letter.isprintable() else " " for letter in title))
    feed.add("name", name)  # not by `calendar_name`, which leaves commas and semicolons as they are
    feed.add("x-wr-calname", name)
    feed.add("refresh-interval", vDuration(FEED_AGAIN_AFTER, {"VALUE": "DURATION"}))
    for entry in events:
        event = Event()
        event.add("uid", entry.uid)
        event.add("dtstamp", entry.changed_at)
        event.add("dtstart", entry.period.start)
        event.add("dtend", entry.period.end)
        event.add("summary", entry.words)
        event.add("transp", "OPAQUE")
        feed.add_component(event)
    if not feed.subcomponents:
        feed.add_component(_utc())
    return bytes(feed.to_ical())


def _utc() -> Timezone:
    """A calendar has at least one component (RFC 5545, 3.6); of a zone that nothing is in, a reader shows nothing."""
    standard = TimezoneStandard()
    standard.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001 - the clock of the zone itself, as the standard wants
    standard.add("tzoffsetfrom", timedelta(0))
    standard.add("tzoffsetto", timedelta(0))
    zone = Timezone()
    zone.add("tzid", "Etc/UTC")
    zone.add_component(standard)
    return zone


def later_second(before: datetime, now: datetime) -> datetime:
    """This second, or the next if `before` was in it: two states of a feed never share their Last-Modified."""
    return max(now.replace(microsecond=0), before.replace(microsecond=0) + timedelta(seconds=1))
