"""The text of a feed, read back by a reader of its own."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from server.calendars import rules
from server.calendars.rules import FeedEvent
from server.core.ids import new_id
from shared_models.calendars import ClaimKind, Period

CHANGED = datetime(2030, 3, 31, 0, 30, tzinfo=UTC)
ID, END = new_id(), date(2033, 1, 1)
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
EVENTS = st.builds(
    FeedEvent,
    uid=st.builds(lambda: f"{new_id()}@estospaces"),
    period=st.builds(
        lambda start, nights: Period(start=start, end=start + timedelta(days=nights)), DAYS, st.integers(1, 800)
    ),
    words=st.sampled_from(["Reserved", "Blocked"]),
    changed_at=st.integers(1_600_000_000, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
)


def read(text: bytes) -> Calendar:
    """The only calendar in a text."""
    found = Calendar.from_ical(text)
    assert isinstance(found, Calendar)
    return found


def nights(calendar: Calendar) -> list[tuple[str, date, date, str]]:
    """Its events as a reader of calendars understands them."""
    return [(str(e["uid"]), e["dtstart"].dt, e["dtend"].dt, str(e["summary"])) for e in calendar.walk("VEVENT")]


@given(st.lists(EVENTS, max_size=8), st.text(max_size=250))
def test_a_feed_read_back_says_the_same_nights_and_words(events: list[FeedEvent], title: str) -> None:
    found = read(rules.feed_text(title, events))
    assert nights(found) == [(event.uid, event.period.start, event.period.end, event.words) for event in events]
    assert [e["dtstamp"].dt for e in found.walk("VEVENT")] == [event.changed_at for event in events]


@given(st.text(st.characters(blacklist_categories=["Cc", "Cs", "Zl", "Zp", "Cn", "Co", "Cf", "Zs"]), max_size=250))
def test_the_title_survives_in_any_script(title: str) -> None:
    found = content_lines(rules.feed_text(title, []))
    for name in ("NAME", "X-WR-CALNAME"):
        assert unescaped(found[name]) == title


def content_lines(text: bytes) -> dict[str, str]:
    """The value of each property, unfolded as RFC 5545 (3.1) says; the last one of a name counts."""
    lines = text.decode().replace("\r\n ", "").split("\r\n")
    return dict(line.split(":", 1) for line in lines if line)


def unescaped(value: str) -> str:
    """A TEXT as RFC 5545 (3.3.11) has it read; fails where a comma or semicolon stands bare."""
    assert re.fullmatch(r"(?:[^\\,;]|\\[\\,;nN])*", value), value
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)


def test_commas_semicolons_and_backslashes_of_a_title_are_escaped() -> None:
    found = content_lines(rules.feed_text("Castle, View; \\ Süß", []))
    assert found["NAME"] == found["X-WR-CALNAME"] == "Castle\\, View\\; \\\\ Süß"


def test_a_feed_without_events_has_a_component_all_the_same_and_shows_nothing() -> None:
    found = read(rules.feed_text("Loft", []))
    assert [part.name for part in found.subcomponents] == ["VTIMEZONE"]
    moment = datetime(2030, 1, 1)  # noqa: DTZ001 - as a zone is asked
    assert found.subcomponents[0].to_tz().utcoffset(moment) == timedelta(0)
    assert nights(found) == []


STAY = Period(start=date(2030, 3, 30), end=date(2030, 4, 1))


def told_of(kind: ClaimKind, preparation: int, until: date = date(2033, 1, 1)) -> list[tuple[str, str, str]]:
    """What a feed says of a claim: days and words."""
    found = rules.feed_events(new_id(), kind, STAY, CHANGED, preparation=preparation, until=until)
    return [(event.period.start.isoformat(), event.period.end.isoformat(), event.words) for event in found]


@pytest.mark.parametrize("kind", [ClaimKind.BOOKING, ClaimKind.HOLD, ClaimKind.TENANCY])
def test_the_nights_a_home_keeps_free_round_a_guest_are_told_too(kind: ClaimKind) -> None:
    assert told_of(kind, 2) == [
        ("2030-03-28", "2030-03-30", "Preparation"),
        ("2030-03-30", "2030-04-01", "Reserved"),
        ("2030-04-01", "2030-04-03", "Preparation"),
    ]
    assert told_of(kind, 0) == [("2030-03-30", "2030-04-01", "Reserved")]
    assert told_of(kind, 2, until=date(2030, 4, 2))[-1] == ("2030-04-01", "2030-04-02", "Preparation")
    assert told_of(kind, 2, until=date(2030, 4, 1))[-1] == ("2030-03-30", "2030-04-01", "Reserved")


def test_nobody_prepares_for_a_block_and_other_platforms_are_not_told_of() -> None:
    assert told_of(ClaimKind.BLOCK, 2) == [("2030-03-30", "2030-04-01", "Blocked")]
    assert told_of(ClaimKind.EXTERNAL, 2) == []


def test_other_nights_to_prepare_are_other_events_for_their_time_of_change_is_the_claims() -> None:
    uids = [
        {event.uid for event in rules.feed_events(ID, ClaimKind.BOOKING, STAY, CHANGED, preparation=days, until=END)}
        for days in (1, 2)
    ]
    assert [len(each) for each in uids] == [3, 3]
    assert uids[0] & uids[1] == {f"{ID}@estospaces"}


@given(st.lists(EVENTS, max_size=4), st.text(max_size=250))
def test_lines_end_and_fold_as_the_standard_wants(events: list[FeedEvent], title: str) -> None:
    text = rules.feed_text(title, events)
    assert text.endswith(b"\r\n")
    lines = text[:-2].split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    assert all(line.decode() for line in lines)  # no letter is cut in two


def test_an_event_is_whole_days_without_a_zone_and_takes_the_time() -> None:
    told = FeedEvent(
        f"{new_id()}@estospaces", Period(start=date(2030, 3, 30), end=date(2030, 4, 1)), "Reserved", CHANGED
    )
    text = rules.feed_text("Loft", [told]).decode()
    assert "DTSTART;VALUE=DATE:20300330\r\nDTEND;VALUE=DATE:20300401\r\n" in text
    assert "TRANSP:OPAQUE" in text
    assert "TZID" not in text
    assert "VTIMEZONE" not in text


@pytest.mark.parametrize("zone", ["Europe/London", "Pacific/Kiritimati", "Pacific/Honolulu", "America/New_York"])
@pytest.mark.parametrize("change", [date(2030, 3, 31), date(2030, 10, 27), date(2030, 3, 10), date(2028, 2, 29)])
def test_a_stay_over_a_change_of_the_clocks_keeps_its_days_wherever_it_is_read(zone: str, change: date) -> None:
    stay = Period(start=change - timedelta(days=1), end=change + timedelta(days=1))
    changed = datetime(change.year, change.month, change.day, 2, 30, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    told = FeedEvent(f"{new_id()}@estospaces", stay, "Reserved", changed)
    ((_, start, end, _),) = nights(read(rules.feed_text("Loft", [told])))
    assert (start, end, (end - start).days) == (stay.start, stay.end, 2)
    assert not isinstance(start, datetime)


def test_the_same_events_make_the_same_bytes() -> None:
    told = FeedEvent(f"{new_id()}@estospaces", Period(start=date(2030, 5, 1), end=date(2030, 5, 2)), "Blocked", CHANGED)
    assert rules.feed_text("Loft", [told]) == rules.feed_text("Loft", [told])


def test_every_kind_of_claim_is_told_or_left_out_on_purpose() -> None:
    assert set(ClaimKind) - set(rules.FEED_WORDS) == {ClaimKind.EXTERNAL, ClaimKind.UNKNOWN}


@pytest.mark.parametrize("today", [date(2030, 1, 1), date(2030, 12, 31), date(2032, 2, 29)])
def test_a_feed_tells_of_a_month_back_and_to_the_end_of_a_year_to_come(today: date) -> None:
    period = rules.feed_period(today)
    assert period == Period(start=today - timedelta(days=31), end=date(today.year + 3, 1, 1))


def test_a_secret_is_that_of_its_home_its_salt_and_its_server() -> None:
    home, salt = new_id(), new_id()
    secret = rules.secret_of(b"key", home, salt)
    assert secret == rules.secret_of(b"key", home, salt)
    others = {rules.secret_of(b"yek", home, salt), rules.secret_of(b"key", new_id(), salt)}
    others.add(rules.secret_of(b"key", home, new_id()))
    assert len(others | {secret}) == 4
    assert rules.is_secret(secret, secret)
    assert not any(rules.is_secret(wrong, secret) for wrong in (*others, "", secret[:-1], secret + "A", "ß\ud800"))


@pytest.mark.parametrize(
    ("before", "now", "then"),
    [
        ("12:00:00.9", "12:00:05.7", "12:00:05.0"),
        ("12:00:05.1", "12:00:05.7", "12:00:06.0"),
        ("12:00:06.0", "12:00:05.9", "12:00:07.0"),
    ],
)
def test_two_states_never_share_a_second(before: str, now: str, then: str) -> None:
    at = [datetime.fromisoformat(f"2030-05-01T{time}00000+00:00") for time in (before, now, then)]
    assert rules.later_second(at[0], at[1]) == at[2]


TODAY = date(2030, 5, 10)


def may(start: int, end: int) -> Period:
    return Period(start=date(2030, 5, start), end=date(2030, 5, end))


@pytest.mark.parametrize(
    ("before", "after", "wrong"),
    [
        (may(12, 15), may(11, 20), None),
        (may(12, 15), may(9, 15), None),
        (may(12, 15), may(8, 15), "start"),
        (may(12, 15), may(15, 15), "end"),
        (may(12, 15), Period(start=date(2030, 5, 12), end=date(2032, 12, 1)), "end"),
        (may(1, 15), may(1, 10), None),
        (may(1, 15), may(1, 9), "end"),
        (may(1, 15), may(10, 15), "start"),
        (may(1, 5), may(1, 15), "end"),
        (may(9, 15), may(10, 15), None),
    ],
)
def test_nights_that_are_over_stay_as_they_were(before: Period, after: Period, wrong: str | None) -> None:
    found = rules.wrong_in_change(before, after, TODAY)
    assert (None if found is None else found[0]) == wrong
