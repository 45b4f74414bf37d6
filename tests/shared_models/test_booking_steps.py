"""What happens next, and who may do what: one table for every screen, every mail and the server."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from shared_models.booking_steps import (
    Act,
    Blocker,
    NextAction,
    NextStep,
    acts,
    answer_by,
    difference,
    ends_at,
    last_day_to_answer,
    next_step,
    open_change,
    status_at,
    unpaid_change,
    waiting_month,
)
from shared_models.bookings import (
    Actor,
    BookedHome,
    BookingRead,
    BookingSide,
    BookingStatus,
    ChangeRead,
    ChangeStatus,
    PaymentWay,
    payment_way,
)
from shared_models.money import Currency, Money
from shared_models.properties import LetType
from shared_models.rent_months import RentMonth, RentMonthStatus, pay_by, waits_from
from shared_models.stay_dates import Stay, add_months

ID = UUID(int=7)
NOON = datetime(2030, 6, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=3)
CHECK_IN_OVER = datetime(2030, 6, 11, 23, tzinfo=UTC)
"""Midnight in London, in summer."""
SLEPT = datetime(2030, 6, 13, 23, tzinfo=UTC)
"""The last night is over."""
ENDS = datetime(2030, 6, 14, 11, tzinfo=UTC)
TENANT, LANDLORD = BookingSide.TENANT, BookingSide.LANDLORD
ENDED = [
    BookingStatus.COMPLETED,
    BookingStatus.DECLINED,
    BookingStatus.CANCELLED,
    BookingStatus.EXPIRED,
    BookingStatus.NO_SHOW,
    BookingStatus.UNKNOWN,
]


def pounds(minor: int) -> Money:
    return Money(amount_minor=minor, currency=Currency.GBP)


def a_booking(status: BookingStatus, **more: Any) -> BookingRead:
    """From 11 to 14 June 2030 in London; what waits, waits until `LATER`."""
    waits = status in (BookingStatus.HELD, BookingStatus.REQUESTED)
    home = BookedHome(
        id=ID,
        slug="flat",
        title="Flat",
        city="London",
        neighbourhood=None,
        zone="Europe/London",
        check_in_from=None,
        check_out_by=more.pop("check_out_by", None),
    )
    facts: dict[str, Any] = {
        "id": ID,
        "reference": "ABCD2345",
        "status": status,
        "home": home,
        "check_in": date(2030, 6, 11),
        "check_out": date(2030, 6, 14),
        "guests": 2,
        "lines": [],
        "total": pounds(300_00),
        "payment": PaymentWay.ON_ARRIVAL,
        "tenant_name": "Isla",
        "landlord_name": "Morag",
        "hold_expires_at": LATER if waits else None,
        "created_at": NOON,
        "confirmed_at": None,
    }
    return BookingRead(**facts | more)


def a_change(by: BookingSide, status: ChangeStatus = ChangeStatus.ASKED) -> ChangeRead:
    return ChangeRead(
        id=ID,
        by=by,
        status=status,
        check_in=date(2030, 6, 11),
        check_out=date(2030, 6, 16),
        guests=2,
        lines=[],
        total=pounds(500_00),
        expires_at=LATER,
    )


HELD, REQUESTED, CONFIRMED = (
    a_booking(status) for status in (BookingStatus.HELD, BookingStatus.REQUESTED, BookingStatus.CONFIRMED)
)
BY_CARD = a_booking(BookingStatus.CONFIRMED, payment=PaymentWay.CARD)
TENANT_WISHES = a_booking(BookingStatus.CONFIRMED, change=a_change(TENANT))
LANDLORD_WISHES = a_booking(BookingStatus.CONFIRMED, change=a_change(LANDLORD))
HELD_BY_CARD = a_booking(BookingStatus.HELD, payment=PaymentWay.CARD)
TENANT_TO_PAY = a_booking(BookingStatus.CONFIRMED, change=a_change(TENANT, ChangeStatus.AWAITING_PAYMENT))
LANDLORDS_TO_PAY = a_booking(BookingStatus.CONFIRMED, change=a_change(LANDLORD, ChangeStatus.AWAITING_PAYMENT))
SECOND = timedelta(seconds=1)
WAITS, PAY_BY = datetime(2030, 6, 7, 23, tzinfo=UTC), datetime(2030, 6, 11, 23, tzinfo=UTC)
"""Three days before it begins, and the end of that day, in London."""


def a_month(number: int, status: RentMonthStatus) -> RentMonth:
    due = add_months(date(2030, 6, 11), number - 1)
    return RentMonth(
        number=number,
        due=due,
        last=add_months(due, 1) - timedelta(days=1),
        lines=[],
        amount=pounds(100_00),
        payable_from=add_months(due, -1),
        waits_from=waits_from(due, add_months(due, -1), "Europe/London"),
        pay_by=pay_by(due, "Europe/London"),
        status=status,
    )


def letting(first: RentMonthStatus, status: BookingStatus = BookingStatus.CONFIRMED, **more: Any) -> BookingRead:
    """Two months, the first of which stands so."""
    months = (a_month(1, first), a_month(2, RentMonthStatus.TO_PAY))
    facts = {"payment": PaymentWay.MONTHLY, "months": months, "check_out": date(2030, 8, 11)}
    return a_booking(status, **facts | more)


PAY_MONTH = NextStep(NextAction.PAY, Actor.TENANT, PAY_BY, Blocker.UNPAID)
OWES, OWES_NOTHING = letting(RentMonthStatus.TO_PAY), letting(RentMonthStatus.PAID)


@pytest.mark.parametrize(
    ("booking", "now", "step"),
    [
        (OWES, WAITS - SECOND, NextStep(NextAction.CHECK_IN, Actor.TENANT, PAY_BY)),
        (OWES, WAITS, PAY_MONTH),
        (OWES, PAY_BY, PAY_MONTH),
        (OWES_NOTHING, WAITS, NextStep(NextAction.CHECK_IN, Actor.TENANT, PAY_BY)),
        (letting(RentMonthStatus.TO_PAY, BookingStatus.CANCELLED), WAITS, NextStep(NextAction.NOTHING)),
        (letting(RentMonthStatus.TO_PAY, BookingStatus.COMPLETED), WAITS, NextStep(NextAction.NOTHING)),
        (
            letting(RentMonthStatus.TO_PAY, change=a_change(TENANT).model_copy(update={"expires_at": PAY_BY})),
            WAITS,
            NextStep(NextAction.ANSWER_CHANGE, Actor.LANDLORD, PAY_BY, Blocker.CHANGE_OPEN),
        ),
        (letting(RentMonthStatus.TO_PAY, change=a_change(TENANT)), WAITS, PAY_MONTH),  # its time is over
    ],
)
def test_a_month_is_the_next_step_once_it_waits_unless_a_change_does(
    booking: BookingRead, now: datetime, step: NextStep
) -> None:
    found = next_step(booking, now)
    assert (found.action, found.who, found.by) == (step.action, step.who, step.by)
    assert (waiting_month(booking, now) is not None) is (step is PAY_MONTH)


@pytest.mark.parametrize(
    ("booking", "now", "step"),
    [
        (HELD, NOON, NextStep(NextAction.CONFIRM, Actor.TENANT, LATER, Blocker.UNCONFIRMED)),
        (HELD, LATER - SECOND, NextStep(NextAction.CONFIRM, Actor.TENANT, LATER, Blocker.UNCONFIRMED)),
        (HELD, LATER, NextStep(NextAction.NOTHING, blocker=Blocker.TIME_OVER)),
        (HELD_BY_CARD, LATER - SECOND, NextStep(NextAction.PAY, Actor.TENANT, LATER, Blocker.UNPAID)),
        (HELD_BY_CARD, LATER, NextStep(NextAction.NOTHING, blocker=Blocker.TIME_OVER)),
        (REQUESTED, NOON, NextStep(NextAction.ANSWER_REQUEST, Actor.LANDLORD, LATER, Blocker.UNANSWERED)),
        (REQUESTED, LATER, NextStep(NextAction.NOTHING, blocker=Blocker.TIME_OVER)),
        (CONFIRMED, NOON, NextStep(NextAction.CHECK_IN, Actor.TENANT, CHECK_IN_OVER)),
        (CONFIRMED, CHECK_IN_OVER - SECOND, NextStep(NextAction.CHECK_IN, Actor.TENANT, CHECK_IN_OVER)),
        (CONFIRMED, CHECK_IN_OVER, NextStep(NextAction.CHECK_OUT, Actor.TENANT, ENDS)),
        (CONFIRMED, ENDS - SECOND, NextStep(NextAction.CHECK_OUT, Actor.TENANT, ENDS)),
        (CONFIRMED, ENDS, NextStep(NextAction.NOTHING)),
        (TENANT_WISHES, NOON, NextStep(NextAction.ANSWER_CHANGE, Actor.LANDLORD, LATER, Blocker.CHANGE_OPEN)),
        (LANDLORD_WISHES, NOON, NextStep(NextAction.ANSWER_CHANGE, Actor.TENANT, LATER, Blocker.CHANGE_OPEN)),
        (LANDLORD_WISHES, LATER, NextStep(NextAction.CHECK_IN, Actor.TENANT, CHECK_IN_OVER)),
        (TENANT_TO_PAY, LATER - SECOND, NextStep(NextAction.PAY, Actor.TENANT, LATER, Blocker.UNPAID)),
        (LANDLORDS_TO_PAY, LATER - SECOND, NextStep(NextAction.PAY, Actor.TENANT, LATER, Blocker.UNPAID)),
        (TENANT_TO_PAY, LATER, NextStep(NextAction.CHECK_IN, Actor.TENANT, CHECK_IN_OVER)),
        (a_booking(BookingStatus.COMPLETED), NOON, NextStep(NextAction.NOTHING)),
        (a_booking(BookingStatus.DECLINED), NOON, NextStep(NextAction.NOTHING, blocker=Blocker.DECLINED)),
        (a_booking(BookingStatus.CANCELLED), NOON, NextStep(NextAction.NOTHING, blocker=Blocker.CANCELLED)),
        (a_booking(BookingStatus.EXPIRED), NOON, NextStep(NextAction.NOTHING, blocker=Blocker.TIME_OVER)),
        (a_booking(BookingStatus.NO_SHOW), NOON, NextStep(NextAction.NOTHING, blocker=Blocker.NOBODY_CAME)),
        (a_booking(BookingStatus.UNKNOWN), NOON, NextStep(NextAction.NOTHING)),
    ],
)
def test_every_booking_says_what_is_next_who_acts_by_when_and_what_stands_in_the_way(
    booking: BookingRead, now: datetime, step: NextStep
) -> None:
    assert next_step(booking, now) == step


@pytest.mark.parametrize(
    ("booking", "now", "tenant", "landlord"),
    [
        (HELD, NOON, {Act.CONFIRM, Act.LET_GO}, set()),
        (HELD, LATER, set(), set()),
        (HELD_BY_CARD, NOON, {Act.PAY, Act.LET_GO}, set()),
        (HELD_BY_CARD, LATER, set(), set()),
        (REQUESTED, NOON, {Act.WITHDRAW}, {Act.ACCEPT, Act.DECLINE}),
        (REQUESTED, LATER, set(), set()),
        (CONFIRMED, NOON, {Act.CANCEL, Act.ASK_CHANGE}, {Act.CANCEL, Act.ASK_CHANGE}),
        (CONFIRMED, CHECK_IN_OVER - SECOND, {Act.CANCEL, Act.ASK_CHANGE}, {Act.CANCEL, Act.ASK_CHANGE}),
        (CONFIRMED, CHECK_IN_OVER, {Act.ASK_CHANGE}, {Act.ASK_CHANGE, Act.REPORT_NO_SHOW}),
        (CONFIRMED, ENDS, set(), set()),
        (TENANT_WISHES, NOON, {Act.CANCEL, Act.WITHDRAW_CHANGE}, {Act.CANCEL, Act.ANSWER_CHANGE}),
        (LANDLORD_WISHES, NOON, {Act.CANCEL, Act.ANSWER_CHANGE}, {Act.CANCEL, Act.WITHDRAW_CHANGE}),
        (LANDLORD_WISHES, LATER, {Act.CANCEL, Act.ASK_CHANGE}, {Act.CANCEL, Act.ASK_CHANGE}),
        (TENANT_TO_PAY, NOON, {Act.CANCEL, Act.PAY_CHANGE, Act.WITHDRAW_CHANGE}, {Act.CANCEL}),
        (LANDLORDS_TO_PAY, NOON, {Act.CANCEL, Act.PAY_CHANGE, Act.WITHDRAW_CHANGE}, {Act.CANCEL, Act.WITHDRAW_CHANGE}),
        (BY_CARD, CHECK_IN_OVER - SECOND, {Act.CANCEL, Act.ASK_CHANGE}, {Act.CANCEL, Act.ASK_CHANGE}),
        (BY_CARD, CHECK_IN_OVER, {Act.CANCEL, Act.ASK_CHANGE}, {Act.CANCEL, Act.ASK_CHANGE, Act.REPORT_NO_SHOW}),
        (BY_CARD, SLEPT - SECOND, {Act.CANCEL, Act.ASK_CHANGE}, {Act.CANCEL, Act.ASK_CHANGE, Act.REPORT_NO_SHOW}),
        (BY_CARD, SLEPT, {Act.ASK_CHANGE}, {Act.ASK_CHANGE, Act.REPORT_NO_SHOW}),
        (TENANT_TO_PAY, LATER, {Act.CANCEL, Act.ASK_CHANGE}, {Act.CANCEL, Act.ASK_CHANGE}),
        *[(a_booking(status), NOON, set(), set()) for status in ENDED],
    ],
)
def test_each_side_may_do_exactly_this(
    booking: BookingRead, now: datetime, tenant: set[Act], landlord: set[Act]
) -> None:
    assert (acts(booking, TENANT, now), acts(booking, LANDLORD, now)) == (tenant, landlord)


def test_whoever_must_act_may_act() -> None:
    needed = {
        NextAction.CONFIRM: Act.CONFIRM,
        NextAction.PAY: Act.PAY,
        NextAction.ANSWER_REQUEST: Act.ACCEPT,
        NextAction.ANSWER_CHANGE: Act.ANSWER_CHANGE,
    }
    for booking in (HELD, HELD_BY_CARD, REQUESTED, TENANT_WISHES, LANDLORD_WISHES):
        step = next_step(booking, NOON)
        assert step.who is not None
        assert needed[step.action] in acts(booking, BookingSide(step.who), NOON)
        assert needed[step.action] not in acts(booking, BookingSide(step.who).other, NOON)


@pytest.mark.parametrize("status", [status for status in ChangeStatus if status != ChangeStatus.ASKED])
def test_a_decided_change_waits_for_nobody(status: ChangeStatus) -> None:
    booking = a_booking(BookingStatus.CONFIRMED, change=a_change(TENANT, status))
    assert open_change(booking, NOON) is None
    assert (unpaid_change(booking, NOON) is not None) is (status is ChangeStatus.AWAITING_PAYMENT)


@pytest.mark.parametrize(
    ("stored", "seconds", "shown"),
    [
        (BookingStatus.HELD, 1, BookingStatus.HELD),
        (BookingStatus.HELD, 0, BookingStatus.EXPIRED),
        (BookingStatus.REQUESTED, -1, BookingStatus.EXPIRED),
        (BookingStatus.CONFIRMED, None, BookingStatus.CONFIRMED),
        (BookingStatus.CANCELLED, None, BookingStatus.CANCELLED),
    ],
)
def test_a_hold_is_over_to_the_second(stored: BookingStatus, seconds: int | None, shown: BookingStatus) -> None:
    until = None if seconds is None else NOON + timedelta(seconds=seconds)
    assert status_at(stored, until, NOON) == shown


@pytest.mark.parametrize(
    ("day", "check_out", "zone", "instant"),
    [
        ("2030-07-01", None, "Europe/London", "2030-07-01T11:00:00+00:00"),  # noon, summer time
        ("2030-07-01", time(10), "Europe/London", "2030-07-01T09:00:00+00:00"),
        ("2030-07-01", time(10), "Pacific/Honolulu", "2030-07-01T20:00:00+00:00"),
        ("2030-07-01", time(10), "Pacific/Kiritimati", "2030-06-30T20:00:00+00:00"),
        ("2028-02-29", time(10), "Asia/Kathmandu", "2028-02-29T04:15:00+00:00"),
        ("2030-03-31", time(10), "Europe/Berlin", "2030-03-31T08:00:00+00:00"),  # the clocks went forward that night
        ("2030-10-27", time(10), "Europe/Berlin", "2030-10-27T09:00:00+00:00"),  # and back that night
        ("2030-03-31", time(2, 30), "Europe/Berlin", "2030-03-31T01:30:00+00:00"),  # an hour that is not there
    ],
)
def test_a_stay_ends_at_the_homes_own_time_to_leave(day: str, check_out: time | None, zone: str, instant: str) -> None:
    assert ends_at(date.fromisoformat(day), check_out, zone) == datetime.fromisoformat(instant)


@pytest.mark.parametrize(
    ("asked", "last_day", "zone", "by"),
    [
        # Twenty-four hours are twenty-four hours, whatever the clocks do meanwhile.
        ("2030-03-30T17:00:00+00:00", "2030-06-01", "Europe/London", "2030-03-31T17:00:00+00:00"),
        ("2030-10-26T17:00:00+00:00", "2030-12-01", "Europe/London", "2030-10-27T17:00:00+00:00"),
        # For a stay of today the answer comes today, as the home counts its days.
        ("2030-06-01T17:00:00+00:00", "2030-06-01", "Europe/London", "2030-06-01T23:00:00+00:00"),
        ("2030-06-01T17:00:00+00:00", "2030-06-01", "Pacific/Honolulu", "2030-06-02T10:00:00+00:00"),
        ("2030-06-01T09:00:00+00:00", "2030-06-01", "Pacific/Kiritimati", "2030-06-01T10:00:00+00:00"),
        # A day of twenty-three hours, and one of twenty-five.
        ("2030-03-31T00:30:00+00:00", "2030-03-31", "Europe/London", "2030-03-31T23:00:00+00:00"),
        ("2030-10-27T00:30:00+00:00", "2030-10-27", "Europe/London", "2030-10-28T00:00:00+00:00"),
        ("2028-02-28T20:00:00+00:00", "2028-02-29", "Europe/London", "2028-02-29T20:00:00+00:00"),
    ],
)
def test_an_answer_comes_within_a_day_and_before_the_day_it_is_about_is_over(
    asked: str, last_day: str, zone: str, by: str
) -> None:
    found = answer_by(datetime.fromisoformat(asked), date.fromisoformat(last_day), zone)
    assert found == datetime.fromisoformat(by)


@pytest.mark.parametrize(
    ("today", "wished", "last"),
    [
        (1, (12, 16), 11),  # before both arrivals
        (1, (9, 13), 9),
        (9, (9, 13), 9),
        (11, (11, 16), 11),  # the day of arrival itself is not over
        (11, (12, 16), 11),
        (12, (11, 16), 14),  # arrived: until the old leaving
        (12, (11, 13), 13),
        (13, (11, 13), 13),
    ],
)
def test_a_change_is_answered_while_it_still_makes_sense(today: int, wished: tuple[int, int], last: int) -> None:
    def june(day: int) -> date:
        return date(2030, 6, day)

    old, new = Stay(check_in=june(11), check_out=june(14)), Stay(check_in=june(wished[0]), check_out=june(wished[1]))
    assert last_day_to_answer(old, new, june(today)) == june(last)


def test_the_difference_is_what_the_change_costs_more() -> None:
    assert difference(CONFIRMED, pounds(500_00)) == pounds(200_00)
    assert difference(CONFIRMED, pounds(250_00)) == pounds(-50_00)


def test_nights_are_paid_when_they_are_booked_and_months_as_they_come() -> None:
    assert {let_type: payment_way(let_type) for let_type in LetType if let_type is not LetType.UNKNOWN} == {
        LetType.NIGHTLY: PaymentWay.CARD,
        LetType.MONTHLY: PaymentWay.MONTHLY,
    }
