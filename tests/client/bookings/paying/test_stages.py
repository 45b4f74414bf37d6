"""Where a payment stands: never unpaid, and never to be paid once more, before it is known that it came to nothing."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest
import time_machine

from client.features.bookings.paying.stages import FOLLOWED, Stage, change_stage_of, stage_of
from client.features.bookings.paying.words import button_label, told_of
from shared_models.base import known
from shared_models.bookings import BookingRead, BookingSide, BookingStatus, ChangeRead, ChangeStatus, PaymentWay
from shared_models.money import Currency, Money
from shared_models.payments import PaymentRead, PaymentStatus
from tests.client.parts.test_words import booking

NOW = datetime(2026, 11, 22, 18, 20, tzinfo=UTC)
ID, OTHER = UUID(int=7), UUID(int=8)
LIVE, OVER = NOW + timedelta(minutes=20), NOW - timedelta(seconds=1)
WAITING = (BookingStatus.HELD, BookingStatus.REQUESTED)


def pounds(minor: int) -> Money:
    return Money(amount_minor=minor, currency=Currency.GBP)


def a_stay(status: BookingStatus, *, ends: datetime = LIVE, agreed: bool = False, **more: Any) -> BookingRead:
    """A stay paid by card; what waits, waits until `ends`."""
    told = booking(status.value, ends=ends if status in WAITING else None)
    facts = {"payment": PaymentWay.CARD, "confirmed_at": NOW if agreed else None, "instant_book": True}
    return told.model_copy(update=facts | more)


def a_payment(status: PaymentStatus, *, refunded: int = 0, is_held: bool = False) -> PaymentRead:
    """A payment of £80."""
    return PaymentRead(
        id=ID,
        status=status,
        amount=pounds(80_00),
        refunded=pounds(refunded),
        is_held=is_held,
        page_url="https://pay.test/1" if status is PaymentStatus.OPEN else None,
        expires_at=LIVE,
        created_at=NOW,
    )


def a_change(status: ChangeStatus = ChangeStatus.AWAITING_PAYMENT, *, id_: UUID = ID, ends: datetime = LIVE) -> Any:
    """A night more, for £60."""
    stay = booking("confirmed")
    return ChangeRead(
        id=id_,
        by=BookingSide.TENANT,
        status=status,
        check_in=stay.check_in,
        check_out=stay.check_out + timedelta(days=1),
        guests=1,
        lines=[],
        total=pounds(140_00),
        expires_at=ends,
    )


HELD, CONFIRMED = a_stay(BookingStatus.HELD), a_stay(BookingStatus.CONFIRMED, agreed=True)
LAPSED = a_stay(BookingStatus.HELD, ends=OVER)
EXPIRED, DECLINED, LET_GO = (
    a_stay(BookingStatus(word)) for word in (BookingStatus.EXPIRED, BookingStatus.DECLINED, BookingStatus.CANCELLED)
)
P = PaymentStatus

STAGES: list[tuple[str, BookingRead, PaymentRead | None, Stage]] = [
    ("nothing was begun", HELD, None, Stage.TO_PAY),
    ("the page is being made", HELD, a_payment(P.INTENDED), Stage.OPENING),
    ("the page is there", HELD, a_payment(P.OPEN), Stage.OPEN),
    ("nobody paid while it was there", HELD, a_payment(P.EXPIRED), Stage.TO_PAY),
    ("there never was a page", HELD, a_payment(P.FAILED), Stage.TO_PAY),
    ("the card holds it, the stay does not say so yet", HELD, a_payment(P.AUTHORISED), Stage.CHECKING),
    ("the money is there, the stay does not say so yet", HELD, a_payment(P.CAPTURED), Stage.CHECKING),
    ("a newer server says something else", HELD, a_payment(P.UNKNOWN), Stage.CHECKING),
    ("let go of while the dates are held", HELD, a_payment(P.VOIDED), Stage.LET_GO),
    ("the hold is over, nothing was begun", LAPSED, None, Stage.ENDED),
    ("the hold is over, the page may have been paid on", LAPSED, a_payment(P.OPEN), Stage.CHECKING),
    ("the hold is over, the page may come yet", LAPSED, a_payment(P.INTENDED), Stage.CHECKING),
    ("the hold is over, nobody paid", LAPSED, a_payment(P.EXPIRED), Stage.ENDED),
    ("written down as over, the page is still open", EXPIRED, a_payment(P.OPEN), Stage.CHECKING),
    ("written down as over", EXPIRED, a_payment(P.EXPIRED), Stage.ENDED),
    ("over, the money is there, not yet given back", EXPIRED, a_payment(P.CAPTURED), Stage.CHECKING),
    ("over, the money came late", EXPIRED, a_payment(P.CAPTURED, refunded=80_00), Stage.GIVEN_BACK),
    ("let go, the money came late", LET_GO, a_payment(P.CAPTURED, refunded=80_00), Stage.GIVEN_BACK),
    ("let go before anybody paid", LET_GO, a_payment(P.EXPIRED), Stage.ENDED),
    ("paid", CONFIRMED, a_payment(P.CAPTURED), Stage.AGREED),
    ("paid, and a part went back for a change", CONFIRMED, a_payment(P.CAPTURED, refunded=20_00), Stage.AGREED),
    ("accepted, and being captured", CONFIRMED, a_payment(P.AUTHORISED), Stage.AGREED),
    ("it stands as agreed, whatever the payment is called", CONFIRMED, a_payment(P.UNKNOWN), Stage.AGREED),
    ("stayed", a_stay(BookingStatus.COMPLETED, agreed=True), a_payment(P.CAPTURED), Stage.AGREED),
    ("nobody came", a_stay(BookingStatus.NO_SHOW, agreed=True), a_payment(P.CAPTURED), Stage.AGREED),
    (
        "cancelled since",
        a_stay(BookingStatus.CANCELLED, agreed=True),
        a_payment(P.CAPTURED, refunded=80_00),
        Stage.OVER,
    ),
    ("asked", a_stay(BookingStatus.REQUESTED), a_payment(P.AUTHORISED), Stage.ASKED),
    ("not answered in time", a_stay(BookingStatus.REQUESTED, ends=OVER), a_payment(P.AUTHORISED), Stage.LET_GO),
    ("declined, still held by the card", DECLINED, a_payment(P.AUTHORISED), Stage.LET_GO),
    ("declined, and let go of", DECLINED, a_payment(P.VOIDED), Stage.LET_GO),
]


@pytest.mark.parametrize(("stay", "payment", "stage"), [row[1:] for row in STAGES], ids=[row[0] for row in STAGES])
def test_where_a_payment_stands(stay: BookingRead, payment: PaymentRead | None, stage: Stage) -> None:
    assert stage_of(stay, payment, NOW) is stage


def test_a_stay_that_is_paid_on_arrival_has_nothing_to_pay_here() -> None:
    for status in known(BookingStatus):
        told = a_stay(BookingStatus(status)).model_copy(update={"payment": PaymentWay.ON_ARRIVAL})
        assert stage_of(told, None, NOW) is Stage.NOTHING
        assert change_stage_of(told, ID, None, NOW) is Stage.NOTHING


def test_the_second_in_which_a_hold_ends_is_over() -> None:
    ends = a_stay(BookingStatus.HELD, ends=NOW)
    assert stage_of(ends, None, NOW - timedelta(seconds=1)) is Stage.TO_PAY
    assert stage_of(ends, None, NOW) is Stage.ENDED


@pytest.mark.parametrize("status", [PaymentStatus.INTENDED, PaymentStatus.OPEN])
def test_what_the_page_says_was_paid_is_never_offered_again(status: PaymentStatus) -> None:
    assert stage_of(HELD, a_payment(status), NOW, came_back_paid=True) is Stage.CHECKING
    unpaid = CONFIRMED.model_copy(update={"change": a_change()})
    assert change_stage_of(unpaid, ID, a_payment(status), NOW, came_back_paid=True) is Stage.CHECKING


def test_a_page_that_was_given_up_and_then_paid_on_is_checked() -> None:
    for stay in (HELD, LAPSED, EXPIRED):
        assert stage_of(stay, a_payment(P.FAILED), NOW, came_back_paid=True) is Stage.CHECKING
        assert stage_of(stay, a_payment(P.EXPIRED), NOW, came_back_paid=True) is not Stage.CHECKING


def test_only_what_came_to_nothing_can_be_paid_anew() -> None:
    """Whatever the stay, whatever the payment, whatever the address says."""
    begun = (a_payment(P(status), refunded=back) for status in known(PaymentStatus) for back in (0, 80_00))
    for payment, status, ends, paid, agreed in product(
        begun, known(BookingStatus), (LIVE, OVER), (True, False), (True, False)
    ):
        for change in (None, a_change(), a_change(ends=OVER), a_change(id_=OTHER), a_change(ChangeStatus.ASKED)):
            stay = a_stay(BookingStatus(status), ends=ends, agreed=agreed, change=change)
            for stage in (
                stage_of(stay, payment, NOW, came_back_paid=paid),
                change_stage_of(stay, ID, payment, NOW, came_back_paid=paid),
            ):
                if stage is Stage.TO_PAY:
                    assert payment.status in (P.EXPIRED, P.FAILED)
                if payment.status is P.CAPTURED:
                    assert stage not in (Stage.TO_PAY, Stage.OPEN, Stage.OPENING, Stage.ENDED, Stage.LET_GO)
                if stage is Stage.ENDED:
                    assert payment.status in (P.EXPIRED, P.FAILED)


UNPAID = CONFIRMED.model_copy(update={"change": a_change()})
CHANGES: list[tuple[str, BookingRead, PaymentRead | None, Stage]] = [
    ("agreed, nothing was begun", UNPAID, None, Stage.TO_PAY),
    ("the page is being made", UNPAID, a_payment(P.INTENDED), Stage.OPENING),
    ("the page is there", UNPAID, a_payment(P.OPEN), Stage.OPEN),
    ("nobody paid while it was there", UNPAID, a_payment(P.EXPIRED), Stage.TO_PAY),
    ("the money is there, the stay does not say so yet", UNPAID, a_payment(P.CAPTURED), Stage.CHECKING),
    ("paid", CONFIRMED, a_payment(P.CAPTURED), Stage.AGREED),
    ("paid, and a part went back since", CONFIRMED, a_payment(P.CAPTURED, refunded=79_99), Stage.AGREED),
    ("the money came late", CONFIRMED, a_payment(P.CAPTURED, refunded=80_00), Stage.GIVEN_BACK),
    ("not paid in time", CONFIRMED, a_payment(P.EXPIRED), Stage.ENDED),
    ("nothing was begun in time", CONFIRMED, None, Stage.ENDED),
    ("over, the page may have been paid on", CONFIRMED, a_payment(P.OPEN), Stage.CHECKING),
    (
        "another change waits",
        CONFIRMED.model_copy(update={"change": a_change(id_=OTHER)}),
        None,
        Stage.ENDED,
    ),
    (
        "the other side has not agreed yet",
        CONFIRMED.model_copy(update={"change": a_change(ChangeStatus.ASKED)}),
        None,
        Stage.ENDED,
    ),
    (
        "the stay was cancelled since",
        a_stay(BookingStatus.CANCELLED, agreed=True),
        a_payment(P.CAPTURED, refunded=80_00),
        Stage.OVER,
    ),
]


@pytest.mark.parametrize(("stay", "payment", "stage"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES])
def test_where_the_payment_of_a_change_stands(stay: BookingRead, payment: PaymentRead | None, stage: Stage) -> None:
    assert change_stage_of(stay, ID, payment, NOW) is stage


def test_what_is_not_known_yet_is_followed() -> None:
    assert {Stage.CHECKING, Stage.OPENING, Stage.OPEN, Stage.TO_PAY} == FOLLOWED


@time_machine.travel(NOW, tick=False)
def test_every_stage_has_words_and_none_says_that_it_failed() -> None:
    payments = (None, *(a_payment(P(status), refunded=80_00) for status in known(PaymentStatus)))
    for stage, payment, is_change in product(Stage, payments, (True, False)):
        stay = UNPAID if is_change else HELD
        title, words = told_of(stage, stay, payment, is_change=is_change)
        assert title
        assert words
        assert "  " not in words
        assert "fail" not in f"{title} {words}".lower()


@time_machine.travel(NOW, tick=False)
def test_the_button_says_what_it_costs() -> None:
    asks = HELD.model_copy(update={"instant_book": False})
    assert button_label(Stage.TO_PAY, HELD, None) == "Book and pay £80.00"
    assert button_label(Stage.TO_PAY, asks, None) == "Ask and authorise £80.00"
    assert button_label(Stage.TO_PAY, UNPAID, UNPAID.change) == "Pay £60.00 to change"
    assert button_label(Stage.OPEN, HELD, None) == "Open the payment page"
    for stage in set(Stage) - {Stage.TO_PAY, Stage.OPEN}:
        assert button_label(stage, HELD, None) == ""


@time_machine.travel(NOW, tick=False)
def test_what_came_late_says_how_much_goes_back_and_what_stands() -> None:
    payment = a_payment(P.CAPTURED, refunded=80_00)
    title, words = told_of(Stage.GIVEN_BACK, EXPIRED, payment, is_change=False)
    assert title == "Your payment came too late"
    assert "nothing is booked" in words
    assert "£80.00 goes back to your card" in words
    _, words = told_of(Stage.GIVEN_BACK, CONFIRMED, payment, is_change=True)
    assert "nothing is booked" not in words
    assert "£80.00 goes back to your card" in words


@time_machine.travel(NOW, tick=False)
def test_what_is_authorised_is_not_called_paid() -> None:
    asked = a_stay(BookingStatus.REQUESTED, instant_book=False)
    held = a_payment(P.AUTHORISED, is_held=True)
    _, words = told_of(Stage.ASKED, asked, held, is_change=False)
    assert "£80.00 is authorised, nothing is taken yet." in words
    assert told_of(Stage.OPEN, HELD, a_payment(P.OPEN, is_held=True), is_change=False)[0] == "Nothing is authorised yet"
    title, words = told_of(Stage.AGREED, CONFIRMED, held, is_change=False)
    assert title == "Morag has accepted"
    assert "is paid" not in words
    assert "£80.00 is charged to your card now." in words
