"""Where the payment of a month stands: never to be paid once more before it is known that it came to nothing."""

from datetime import date, timedelta

import pytest
import time_machine

from client.features.bookings.paying.stages import Stage, month_stage_of
from client.features.bookings.paying.words import button_label, month_told_of
from shared_models.bookings import BookingRead, BookingStatus, PaymentWay
from shared_models.payments import PaymentRead, PaymentStatus
from shared_models.rent_months import RentMonth, RentMonthStatus, pay_by, waits_from
from shared_models.stay_dates import add_months
from tests.client.bookings.paying.test_stages import NOW, a_payment, a_stay, pounds

P, M = PaymentStatus, RentMonthStatus
SECOND = 2


def a_month(number: int, status: RentMonthStatus, payable_from: str = "2026-11-22") -> RentMonth:
    due = add_months(date(2026, 11, 1), number)
    return RentMonth(
        number=number,
        due=due,
        last=add_months(due, 1) - timedelta(days=1),
        lines=[],
        amount=pounds(80_00),
        payable_from=date.fromisoformat(payable_from),
        waits_from=waits_from(due, date.fromisoformat(payable_from), "Europe/London"),
        pay_by=pay_by(due, "Europe/London"),
        status=status,
    )


def letting(*months: RentMonth, status: BookingStatus = BookingStatus.CONFIRMED, agreed: bool = True) -> BookingRead:
    return a_stay(status, agreed=agreed, payment=PaymentWay.MONTHLY, months=months)


NEXT, LATER = letting(a_month(1, M.PAID), a_month(2, M.TO_PAY)), letting(a_month(1, M.TO_PAY), a_month(2, M.TO_PAY))
TOO_EARLY = letting(a_month(1, M.PAID), a_month(2, M.TO_PAY, "2026-11-23"))
PAID = letting(a_month(1, M.PAID), a_month(2, M.PAID))
ENDED = letting(a_month(1, M.PAID), status=BookingStatus.CANCELLED)
STAGES: list[tuple[str, BookingRead, PaymentRead | None, Stage]] = [
    ("it is the next", NEXT, None, Stage.TO_PAY),
    ("its page is being made", NEXT, a_payment(P.INTENDED), Stage.OPENING),
    ("it can be paid on its page", NEXT, a_payment(P.OPEN), Stage.OPEN),
    ("nobody paid", NEXT, a_payment(P.EXPIRED), Stage.TO_PAY),
    ("the money is here, and the stay was read before", NEXT, a_payment(P.CAPTURED), Stage.CHECKING),
    ("the money was not needed", NEXT, a_payment(P.CAPTURED, refunded=80_00), Stage.GIVEN_BACK),
    ("another comes first", LATER, None, Stage.ENDED),
    ("it is too early", TOO_EARLY, None, Stage.ENDED),
    ("it is paid", PAID, a_payment(P.CAPTURED), Stage.AGREED),
    ("it is paid, and a second payment went back", PAID, a_payment(P.CAPTURED, refunded=80_00), Stage.AGREED),
    ("the stay was cancelled", ENDED, None, Stage.OVER),
    ("the stay was cancelled while it was paid", ENDED, a_payment(P.CAPTURED, refunded=80_00), Stage.GIVEN_BACK),
    ("the stay is not agreed", letting(status=BookingStatus.HELD, agreed=False), None, Stage.NOTHING),
    ("the stay is paid at once", a_stay(BookingStatus.CONFIRMED, agreed=True), None, Stage.NOTHING),
]


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(("why", "booking", "payment", "stage"), STAGES, ids=[each[0] for each in STAGES])
def test_a_month_is_at_this_stage(why: str, booking: BookingRead, payment: PaymentRead | None, stage: Stage) -> None:
    del why
    assert month_stage_of(booking, SECOND, payment, NOW) is stage
    month = next((each for each in booking.months if each.number == SECOND), None)
    title, words = month_told_of(stage, booking, month, payment)
    assert title
    assert words
    assert (button_label(stage, booking, month) != "") is (stage in (Stage.TO_PAY, Stage.OPEN))


@time_machine.travel(NOW, tick=False)
def test_who_comes_back_from_having_paid_is_not_asked_to_pay() -> None:
    for status in (P.INTENDED, P.OPEN, P.FAILED):
        assert month_stage_of(NEXT, SECOND, a_payment(status), NOW, came_back_paid=True) is Stage.CHECKING


def test_the_button_names_the_days_and_the_amount() -> None:
    label = button_label(Stage.TO_PAY, NEXT, NEXT.months[1])
    assert label == "Pay Fri 1 – Sun 31 Jan 2027: £80.00"
