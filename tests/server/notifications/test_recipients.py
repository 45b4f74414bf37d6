"""Who is told what, and with which words: every event has a verdict, every mail a template."""

from datetime import UTC, date, datetime, time
from uuid import UUID

import pytest

from client import paths
from server.bookings import events
from server.core.ids import new_id
from server.notifications import listeners
from server.notifications.rules import emails, recipients
from shared_models.bookings import BookingSide, BookingStatus
from shared_models.languages import Language
from shared_models.money import Currency, Money
from shared_models.notifications import NotificationKind, StayFacts

MAILED = [kind for kind in NotificationKind if kind is not NotificationKind.UNKNOWN and recipients.is_mailed(kind)]


def all_events(root: type[events.BookingEvent] = events.BookingEvent) -> set[type[events.BookingEvent]]:
    """Every event of a booking that can happen: those without heirs."""
    below = root.__subclasses__()
    return {root} if not below else {found for heir in below for found in all_events(heir)}


def a_stay(side: BookingSide = BookingSide.TENANT, **more: object) -> StayFacts:
    facts = {
        "booking_id": new_id(),
        "reference": "ABCD2345",
        "side": side,
        "other_name": "Morag",
        "home_title": "Attic",
        "zone": "America/New_York",
        "check_in": date(2027, 1, 2),
        "check_out": date(2027, 1, 5),
        "guests": 2,
        "total": Money(amount_minor=12345, currency=Currency.GBP),
        "check_in_from": time(15),
        "until": datetime(2026, 11, 25, 23, tzinfo=UTC),
    }
    return StayFacts.model_validate(facts | more)


def write(kind: NotificationKind, stay: StayFacts | None = None, language: Language = Language.ENGLISH) -> emails.Email:
    moment, link = datetime(2026, 1, 1, tzinfo=UTC), "https://home.example"
    return emails.write(kind, language, id_="1", to="ann@example.com", link=link, stay=stay, moment=moment)


def test_every_event_of_a_booking_has_a_verdict_and_is_heard_when_it_concerns_somebody() -> None:
    named = {name for name, _ in recipients.OF_BOOKINGS}
    assert named == {event.__name__ for event in all_events()}
    concerning = {name for (name, _), parties in recipients.OF_BOOKINGS.items() if parties}
    assert {event.__name__ for event in listeners.OF_BOOKINGS} == concerning


@pytest.mark.parametrize("event", [events.BookingExpired, events.BookingCancelled])
def test_what_it_was_before_decides_and_no_state_is_forgotten(event: type[events.BookingEvent]) -> None:
    before = {
        events.BookingExpired: {BookingStatus.HELD, BookingStatus.REQUESTED},
        events.BookingCancelled: {BookingStatus.HELD, BookingStatus.REQUESTED, BookingStatus.CONFIRMED},
    }
    assert {was for name, was in recipients.OF_BOOKINGS if name == event.__name__} == before[event]


@pytest.mark.parametrize("side", list(BookingSide))
def test_the_other_side_is_told_of_what_one_side_did(side: BookingSide) -> None:
    other = BookingSide.LANDLORD if side is BookingSide.TENANT else BookingSide.TENANT
    assert recipients.of_booking("BookingCancelled", BookingStatus.CONFIRMED, side) == {
        other: NotificationKind.STAY_CANCELLED
    }
    assert recipients.of_booking("BookingChangeAccepted", None, side) == {side: NotificationKind.CHANGE_ACCEPTED}


@pytest.mark.parametrize("language", [Language.ENGLISH, Language.GERMAN], ids=str)
@pytest.mark.parametrize("kind", MAILED, ids=str)
def test_every_kind_that_is_mailed_has_words_a_button_and_its_link(kind: NotificationKind, language: Language) -> None:
    account = kind in recipients.OF_ACCOUNTS.values()
    email = write(kind, None if account else a_stay(), language)
    assert 10 < len(email.subject) < 120
    assert email.text.count("https://home.example") == 1
    assert "https://home.example" in email.html
    assert ("ABCD2345" in email.text) is not account


def test_a_deadline_is_told_in_the_home_s_own_time_and_says_so() -> None:
    email = write(NotificationKind.REQUEST_SENT, a_stay())
    assert "Wednesday, 25 November 2026, 18:00 (America/New_York)" in email.text
    german = write(NotificationKind.REQUEST_SENT, a_stay(), Language.GERMAN)
    assert "bis Mittwoch, 25. November 2026, 18:00 (America/New_York)" in german.text


def test_a_name_cannot_break_a_mail() -> None:
    email = write(NotificationKind.STAY_BOOKED, a_stay(other_name="<script>\nBcc: all@example.com"))
    assert "\n" not in email.subject
    assert "<script>" not in email.html
    assert "<script>" in email.text  # where nothing can run it, a text stays as it is


def test_links_lead_where_the_client_has_a_screen() -> None:
    stay = a_stay()
    assert emails.link_of(NotificationKind.STAY_AGREED, stay, None) == paths.trip(UUID(str(stay.booking_id)))
    hosted = a_stay(BookingSide.LANDLORD)
    assert emails.link_of(NotificationKind.STAY_BOOKED, hosted, None) == paths.landlord_stay(hosted.booking_id)
    assert emails.link_of(NotificationKind.PASSWORD_CHANGED, None, None) == paths.ACCOUNT
    assert emails.link_of(NotificationKind.VERIFY_EMAIL, None, "a-b_c") == f"{paths.VERIFY_EMAIL}?token=a-b_c"
    assert emails.link_of(NotificationKind.RESET_PASSWORD, None, "a-b_c") == f"{paths.RESET_PASSWORD}?token=a-b_c"
