"""Who is told what, and with which words: every event has a verdict, every mail a template."""

import re
from datetime import UTC, date, datetime, time
from uuid import UUID

import pytest

from client import paths
from server.bookings import events
from server.core.ids import new_id
from server.notifications import listeners
from server.notifications.rules import emails, money_of, recipients
from server.payments import events as payment_events
from shared_models.bookings import BookingSide, BookingStatus, PaymentWay
from shared_models.languages import Language
from shared_models.money import Currency, Money
from shared_models.notifications import NotificationKind, RentFacts, StayFacts
from shared_models.payment_history import MoneyAt, Movement, MovementKind, PaymentHistory, Whereabouts
from shared_models.payments import PaymentStatus

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


def gbp(minor: int) -> Money:
    return Money(amount_minor=minor, currency=Currency.GBP)


def write(kind: NotificationKind, stay: StayFacts | None = None, language: Language = Language.ENGLISH) -> emails.Email:
    moment, link = datetime(2026, 1, 1, tzinfo=UTC), "https://home.example"
    return emails.write(kind, language, id_="1", to="ann@example.com", link=link, stay=stay, moment=moment)


def test_every_event_of_a_booking_has_a_verdict_and_is_heard_when_it_concerns_somebody() -> None:
    named = {name for name, _ in recipients.OF_BOOKINGS}
    assert named == {event.__name__ for event in all_events()}
    concerning = {name for (name, _), parties in recipients.OF_BOOKINGS.items() if parties}
    assert {event.__name__ for event in listeners.OF_BOOKINGS} == concerning


def test_everything_that_happens_to_money_has_a_verdict_and_is_heard_when_it_concerns_somebody() -> None:
    every = {event.__name__ for event in heirs(payment_events.PaymentEvent)}
    assert set(recipients.OF_PAYMENTS) == every
    concerning = {name for name, told in recipients.OF_PAYMENTS.items() if told}
    assert {event.__name__ for event in listeners.OF_PAYMENTS} == concerning == set(money_of.WHERE)
    tenant, landlord = BookingSide.TENANT, BookingSide.LANDLORD
    assert {name for name in concerning if landlord in recipients.OF_PAYMENTS[name]} == {"LateMoneyReturned"}
    assert all(tenant in recipients.OF_PAYMENTS[name] for name in concerning), "who pays hears of all of it"


def heirs(root: type[payment_events.PaymentEvent]) -> set[type[payment_events.PaymentEvent]]:
    below = root.__subclasses__()
    return {root} if not below else {found for heir in below for found in heirs(heir)}


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
        other: NotificationKind.STAY_CANCELLED,
        side: NotificationKind.STAY_CANCELLED_BY_YOU,
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


REFUND = new_id()
SENT_AT = datetime(2026, 11, 30, 12, tzinfo=UTC)
PAID = PaymentHistory(
    id=new_id(),
    title="Attic",
    subject_kind="booking",
    subject_id=new_id(),
    status=PaymentStatus.CAPTURED,
    amount=gbp(12345),
    created_at=SENT_AT,
    movements=[
        Movement(kind=MovementKind.PAID, at=SENT_AT, amount=gbp(12345)),
        Movement(kind=MovementKind.REFUND_ASKED, at=SENT_AT, amount=gbp(5000), refund_id=REFUND),
        Movement(kind=MovementKind.REFUND_SENT, at=SENT_AT, amount=gbp(5000), refund_id=REFUND),
    ],
    money=[],
    has_receipt=True,
)


@pytest.mark.parametrize(
    ("event", "refund", "told"),
    [
        ("PaymentCaptured", None, (Whereabouts.WITH_US, 12345, None)),
        ("PaymentLetGo", None, (Whereabouts.RELEASED, 12345, None)),
        ("LateMoneyReturned", None, (Whereabouts.REFUND_BEGUN, 12345, None)),
        ("RefundSent", REFUND, (Whereabouts.ON_ITS_WAY, 5000, date(2026, 12, 14))),
        ("RefundFailed", REFUND, (Whereabouts.CREDIT, 5000, None)),
    ],
)
def test_a_message_about_money_tells_its_amount_and_where_that_was(
    event: str, refund: UUID | None, told: tuple[Whereabouts, int, date | None]
) -> None:
    money = money_of.money_of(event, PAID, refund)
    assert (money.where, money.amount.amount_minor, money.usually_by) == told


def test_a_refund_of_another_payment_is_none_of_this_one() -> None:
    with pytest.raises(LookupError):
        money_of.money_of("RefundSent", PAID, new_id())


PROMISES = re.compile(r"goes back|on its way|refund", re.IGNORECASE)
NO_REFUND = {
    "on arrival": {"payment": PaymentWay.ON_ARRIVAL},
    "nothing comes back": {"payment": PaymentWay.CARD, "refund": gbp(0)},
    "with us": {"payment": PaymentWay.CARD, "money": MoneyAt(where=Whereabouts.WITH_US, amount=gbp(12345))},
    "credit": {"payment": PaymentWay.CARD, "money": MoneyAt(where=Whereabouts.CREDIT, amount=gbp(12345))},
    "released": {"payment": PaymentWay.CARD, "money": MoneyAt(where=Whereabouts.RELEASED, amount=gbp(12345))},
}
PROMISING = {NotificationKind.REFUND_SENT, NotificationKind.PAYMENT_TOO_LATE}
"""What is only told when money does go back."""


@pytest.mark.parametrize("side", list(BookingSide))
@pytest.mark.parametrize("no_refund", NO_REFUND)
@pytest.mark.parametrize("kind", [kind for kind in MAILED if kind not in PROMISING], ids=str)
def test_no_mail_promises_a_refund_that_is_none(kind: NotificationKind, no_refund: str, side: BookingSide) -> None:
    account = kind in recipients.OF_ACCOUNTS.values()
    email = write(kind, None if account else a_stay(side, **NO_REFUND[no_refund]))
    said = re.sub(r"[Nn]othing of \S+ goes back( to you)?|nothing to pay back", "", email.text)
    assert PROMISES.findall(said) == [], said


@pytest.mark.parametrize("side", list(BookingSide))
def test_what_goes_back_is_told_to_both_sides(side: BookingSide) -> None:
    told = {"payment": PaymentWay.CARD, "refund": gbp(5000)}
    to = "you" if side is BookingSide.TENANT else "Morag"
    for kind in (NotificationKind.STAY_CANCELLED, NotificationKind.STAY_CANCELLED_BY_YOU):
        assert f"£50.00 of £123.45 goes back to {to}." in write(kind, a_stay(side, **told)).text


def test_a_name_cannot_break_a_mail() -> None:
    email = write(NotificationKind.STAY_BOOKED, a_stay(other_name="<script>\nBcc: all@example.com"))
    assert "\n" not in email.subject
    assert "<script>" not in email.html
    assert "<script>" in email.text  # where nothing can run it, a text stays as it is


def test_links_lead_where_the_client_has_a_screen() -> None:
    stay = a_stay()
    assert emails.link_of(NotificationKind.STAY_AGREED, stay, None) == paths.trip(UUID(str(stay.booking_id)))
    rent = RentFacts(number=2, due=date(2027, 2, 1), last=date(2027, 2, 28), amount=gbp(100))
    owed, owing = a_stay(rent=rent), a_stay(BookingSide.LANDLORD, rent=rent)
    assert emails.link_of(NotificationKind.RENT_DUE, owed, None) == paths.trip_payment(owed.booking_id, month=2)
    assert emails.link_of(NotificationKind.RENT_OVERDUE, owing, None) == paths.landlord_stay(owing.booking_id)
    paid = a_stay(payment_id=REFUND)
    assert emails.link_of(NotificationKind.PAYMENT_MADE, paid, None) == paths.payment(REFUND)
    hers = a_stay(BookingSide.LANDLORD, payment_id=REFUND)
    assert emails.link_of(NotificationKind.PAYMENT_TOO_LATE, hers, None) == paths.landlord_stay(hers.booking_id)
    hosted = a_stay(BookingSide.LANDLORD)
    assert emails.link_of(NotificationKind.STAY_BOOKED, hosted, None) == paths.landlord_stay(hosted.booking_id)
    assert emails.link_of(NotificationKind.PASSWORD_CHANGED, None, None) == paths.ACCOUNT
    assert emails.link_of(NotificationKind.VERIFY_EMAIL, None, "a-b_c") == f"{paths.VERIFY_EMAIL}?token=a-b_c"
    assert emails.link_of(NotificationKind.RESET_PASSWORD, None, "a-b_c") == f"{paths.RESET_PASSWORD}?token=a-b_c"
