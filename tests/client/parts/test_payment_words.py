"""Every word on paying follows the booking's own way of paying, wherever it is said."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
import time_machine

from client.features.bookings.stay.printout import paper
from client.parts import payment_words
from client.parts.stay_answers import cancel_question
from client.parts.steps import next_words, steps_of
from server.notifications.rules import emails
from server.notifications.rules.recipients import ONLY_IN_APP
from shared_models.base import known
from shared_models.bookings import BookingRead, BookingSide, BookingStatus, PaymentWay
from shared_models.languages import Language
from shared_models.money import Currency, Money
from shared_models.notifications import NotificationKind, StayFacts
from shared_models.payments import PaymentStatus
from tests.client.bookings.paying.test_stages import a_change
from tests.client.parts.test_words import ID, NOW, booking
from tools.words import CLIENT, SERVER, spoken

TENANT, LANDLORD = BookingSide.TENANT, BookingSide.LANDLORD
SAYS_ON_ARRIVAL = ("on arrival", "when you arrive", "pay nothing", "paid nothing", "pays you", "Nothing was paid")
TRUE_OF_ALL = {
    "Nobody else can take them for 15 minutes. You pay nothing now.",
    "This is all you pay for the stay. Nothing is added on arrival.",
    "The nights are no longer kept, and you paid nothing. You can ask again, or choose another home.",
    "You paid nothing, and the nights are no longer kept. The reason, if one was given, stands with your request.",
}
"""A hold is not paid yet, whatever comes; what ends before a yes was never charged; and no price grows on arrival."""


def test_only_one_module_and_the_mails_say_how_a_stay_is_paid() -> None:
    said = {
        (text.place.partition(":")[0], text.key)
        for text in spoken(CLIENT, SERVER)
        if isinstance(text.key, str) and any(words in text.key for words in SAYS_ON_ARRIVAL)
    }
    elsewhere = {(file, key) for file, key in said if file != "payment_words.py" and not file.endswith(".txt")}
    assert {key for _, key in elsewhere} <= TRUE_OF_ALL
    assert len(said) > 15


def _bookings(payment: str) -> Iterator[tuple[BookingRead, BookingSide]]:
    """Every state a booking can be in, agreed before or not, for both of its sides."""
    for status, agreed, side in product(known(BookingStatus), (True, False), BookingSide):
        ends = NOW + timedelta(minutes=5) if status in ("held", "requested") else None
        told = booking(status, ends=ends).model_copy(
            update={
                "payment": PaymentWay(payment),
                "confirmed_at": NOW if agreed else None,
                "ended_by": BookingSide.TENANT,
                "refund": Money(amount_minor=8000, currency=Currency.GBP) if payment == "card" else None,
                "history": [],
            }
        )
        yield told, side


def _words(told: BookingRead, side: BookingSide) -> str:
    """All that screens, dialogs and paper say about paying and paying back of one booking."""
    steps = " ".join(f"{step.title} {step.when}" for step in steps_of(told, side))
    parts = [
        next_words(told, side),
        steps,
        cancel_question(told, side, None).consequence,  # type: ignore[arg-type]  # nothing is cancelled
        paper(told, side).decode(),
        payment_words.confirm_label(told),
        payment_words.price_title(told, side),
        payment_words.price_words(told),
        payment_words.how_it_is_paid_words(told.payment),
        payment_words.taken_back_words(told.payment),
        payment_words.while_asking_words(told.payment, "Morag"),
        payment_words.before_booking_words(told.payment).replace("You pay nothing now.", ""),
        payment_words.difference_words(told, Money(amount_minor=9000, currency=Currency.GBP), side),
    ]
    return " ".join(parts)


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize("payment", ["card", "unknown"])
def test_nobody_who_paid_otherwise_is_told_to_pay_on_arrival(payment: str) -> None:
    for told, side in _bookings(payment):
        words = _words(told, side)
        wrong = [said for said in SAYS_ON_ARRIVAL if said in words]
        # An app that does not know the way of paying may say what is true of a request in any way.
        assert [said for said in wrong if not (payment == "unknown" and said in ("pay nothing", "paid nothing"))] == []


@time_machine.travel(NOW, tick=False)
def test_nobody_who_pays_on_arrival_is_told_of_a_card_or_a_refund() -> None:
    for told, side in _bookings("on_arrival"):
        words = _words(told, side)
        assert [said for said in ("card", "goes back", "comes back", "Book and pay") if said in words] == []


@time_machine.travel(NOW, tick=False)
def test_each_way_of_paying_is_told_somewhere() -> None:
    assert all("paid on arrival" in payment_words.price_words(told) for told, _ in _bookings("on_arrival"))
    for told, _ in _bookings("card"):
        paid = told.model_copy(update={"paid": told.total, "payment_status": PaymentStatus.CAPTURED})
        assert payment_words.price_words(paid) == "£80.00, paid by card"
        held = told.model_copy(update={"payment_status": PaymentStatus.AUTHORISED})
        assert payment_words.price_words(held) == "£80.00, authorised by card"
        unpaid = payment_words.price_words(told)
        assert unpaid == ("£80.00, to be paid by card" if told.status is BookingStatus.HELD else "£80.00")


PAID: list[tuple[dict[str, Any], BookingSide, str]] = [
    ({"status": "confirmed", "payment_status": "captured", "paid": 80_00}, TENANT, "£80.00 is paid by card."),
    (
        {"status": "cancelled", "payment_status": "captured", "paid": 30_00},
        TENANT,
        "£30.00 is paid by card, after what went back.",
    ),
    (
        {"status": "cancelled", "payment_status": "captured", "paid": 0},
        TENANT,
        "All that was paid by card has gone back.",
    ),
    (
        {"status": "requested", "payment_status": "authorised"},
        TENANT,
        "Authorised on your card; taken only if Morag accepts.",
    ),
    (
        {"status": "requested", "payment_status": "authorised"},
        LANDLORD,
        "Authorised on the card of Isla; taken when you accept.",
    ),
    ({"status": "confirmed", "payment_status": "authorised"}, LANDLORD, "It is being charged to the card."),
    ({"status": "held", "payment_status": "open"}, TENANT, "It is being paid by card."),
    ({"status": "held", "payment_status": "intended"}, LANDLORD, "It is being paid by card."),
    ({"status": "held"}, TENANT, "To be paid by card."),
    ({"status": "expired", "payment_status": "expired"}, TENANT, "Nothing was taken."),
    ({"status": "declined", "payment_status": "voided"}, LANDLORD, "Nothing was taken."),
]


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(("facts", "side", "words"), PAID)
def test_what_was_paid_so_far_is_said_and_nothing_that_was_not(
    facts: dict[str, Any], side: BookingSide, words: str
) -> None:
    ends = NOW + timedelta(minutes=5) if facts["status"] in ("held", "requested") else None
    status, paid = facts.get("payment_status"), facts.get("paid")
    told = booking(facts["status"], ends=ends).model_copy(
        update={
            "payment": PaymentWay.CARD,
            "payment_status": None if status is None else PaymentStatus(status),
            "paid": None if paid is None else Money(amount_minor=paid, currency=Currency.GBP),
        }
    )
    assert payment_words.paid_words(told, side) == words


def _more(minor: int) -> Money:
    return Money(amount_minor=minor, currency=Currency.GBP)


@time_machine.travel(NOW, tick=False)
def test_a_change_says_who_pays_the_difference_or_gets_it_back() -> None:
    told = booking("confirmed").model_copy(update={"payment": PaymentWay.CARD})
    words = payment_words.difference_words
    assert words(told, _more(140_00), TENANT) == "£60.00 more than now: you pay it by card once it is agreed."
    assert words(told, _more(140_00), LANDLORD) == "£60.00 more than now: Isla pays it by card once it is agreed."
    assert words(told, _more(20_00), TENANT) == "£60.00 less than now: it goes back to your card."
    assert words(told, _more(20_00), LANDLORD) == "£60.00 less than now: it goes back to Isla."
    assert words(told, _more(80_00), TENANT) == "The price stays the same."
    old = booking("confirmed")
    assert words(old, _more(20_00), TENANT) == "£60.00 less than now."
    assert words(old, _more(140_00), LANDLORD) == "£60.00 more than now, paid on arrival."


@time_machine.travel(NOW, tick=False)
def test_only_who_pays_for_a_change_accepts_and_pays() -> None:
    told = booking("confirmed").model_copy(update={"payment": PaymentWay.CARD})
    dearer = a_change()
    cheaper = dearer.model_copy(update={"total": _more(20_00)})
    label = payment_words.accept_change_label
    assert label(told, dearer, TENANT) == "Accept and pay £60.00"
    assert label(told, dearer, LANDLORD) == "Accept £140.00"
    assert label(told, cheaper, TENANT) == "Accept £20.00"
    assert label(booking("confirmed"), dearer, TENANT) == "Accept £140.00"


@time_machine.travel(NOW, tick=False)
def test_until_when_to_pay_is_said_to_either_side() -> None:
    held = booking("held", ends=NOW + timedelta(minutes=5)).model_copy(update={"payment": PaymentWay.CARD})
    assert next_words(held, TENANT) == "Pay £80.00 by today, 18:25 GMT, or the dates open to others."
    assert next_words(held, LANDLORD) == "Isla pays by today, 18:25 GMT, or the dates open to others."
    asks = held.model_copy(update={"instant_book": False})
    assert next_words(asks, TENANT).startswith("Authorise £80.00 by")
    changed = booking("confirmed").model_copy(update={"payment": PaymentWay.CARD, "change": a_change()})
    assert next_words(changed, TENANT) == "Pay £60.00 by today, 18:40 GMT, or the stay remains as it is."
    assert next_words(changed, LANDLORD) == "Isla pays £60.00 more by today, 18:40 GMT, or the stay remains as it is."


def test_the_last_button_says_that_it_costs_and_how_much() -> None:
    total = _more(412_00)
    assert payment_words.pay_label(total, asks=False) == "Book and pay £412.00"
    assert payment_words.pay_label(total, asks=True) == "Ask and authorise £412.00"


def _facts(payment: PaymentWay, side: BookingSide) -> StayFacts:
    price = Money(amount_minor=8000, currency=Currency.GBP)
    return StayFacts(
        booking_id=ID,
        reference="ABCD2345",
        side=side,
        other_name="Morag",
        home_title="A home",
        zone="Europe/London",
        check_in=NOW.date(),
        check_out=NOW.date() + timedelta(days=1),
        guests=1,
        total=price,
        payment=payment,
        refund=price if payment is PaymentWay.CARD else None,
        refund_until=NOW if payment is PaymentWay.CARD else None,
        refund_then=Money(amount_minor=0, currency=Currency.GBP) if payment is PaymentWay.CARD else None,
    )


ABOUT_ACCOUNTS = {"verify_email", "registration_tried", "reset_password", "password_changed"}
ABOUT_MONEY = {"payment_made", "payment_too_late", "card_released", "refund_sent", "refund_failed"}
ABOUT_MONEY |= {"rent_coming", "rent_due", "rent_overdue", "rent_paid"}
"""Only what is paid through us brings these."""
ABOUT_STAYS = [
    NotificationKind(kind) for kind in known(NotificationKind) if kind not in ABOUT_ACCOUNTS | ABOUT_MONEY | ONLY_IN_APP
]


def _mail(kind: NotificationKind, payment: PaymentWay, side: BookingSide) -> str:
    stay = _facts(payment, side)
    return emails.write(
        kind, Language.ENGLISH, id_="1", to="isla@example.com", link="https://x.test", stay=stay, moment=NOW
    ).text


@pytest.mark.parametrize("kind", ABOUT_STAYS)
@pytest.mark.parametrize("side", list(BookingSide))
def test_a_mail_follows_the_way_of_paying(kind: NotificationKind, side: BookingSide) -> None:
    card, arrival = (_mail(kind, payment, side) for payment in (PaymentWay.CARD, PaymentWay.ON_ARRIVAL))
    for said in TRUE_OF_ALL:
        card = card.replace(said, "")
    assert [said for said in SAYS_ON_ARRIVAL if said in card] == []
    assert [said for said in ("card", "goes back") if said in arrival] == []
    agreed = kind in (NotificationKind.STAY_AGREED, NotificationKind.REQUEST_ACCEPTED, NotificationKind.STAY_BOOKED)
    if agreed:
        assert "£80.00 of £80.00 goes back" in card
        assert "from then on it is £0.00" in card
    if kind is NotificationKind.STAY_CANCELLED:
        assert "£80.00 of £80.00 goes back to" in card
