"""Months of a stay that is paid month by month: what they are, when each is paid, and what comes back of them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared_models.bookings import BookingSide
from shared_models.cancellation import CancelledStay, refund_at, schedule
from shared_models.cancellation_terms import AgreedTerms
from shared_models.letting_law import LETTING_RULES, LettingRuleKind
from shared_models.money import Currency, Money
from shared_models.moves import may_move
from shared_models.prices import MonthlyPayment, PriceTerms, QuoteLine, monthly_payments, price_stay, total_of
from shared_models.properties import LetType
from shared_models.rent_months import (
    MAX_MONTHS,
    RENT_MONTH_MOVES,
    Reminder,
    RentMonth,
    RentMonthStatus,
    is_overdue,
    is_payable,
    next_to_pay,
    paid_of_lines,
    pay_by,
    payable_from,
    reminder_at,
    waits_from,
)
from shared_models.stay_dates import MAX_STAY_NIGHTS, Stay, add_months

PAID, TO_PAY, CLOSED = RentMonthStatus.PAID, RentMonthStatus.TO_PAY, RentMonthStatus.CLOSED
AHEAD = next(rule.months for rule in LETTING_RULES if rule.kind is LettingRuleKind.RENT_AHEAD)


def pounds(minor: int) -> Money:
    return Money(amount_minor=minor, currency=Currency.GBP)


@st.composite
def lettings(draw: st.DrawFn) -> tuple[Stay, list[QuoteLine]]:
    check_in = draw(st.dates(date(2026, 1, 1), date(2060, 1, 1)))
    stay = Stay(check_in=check_in, check_out=check_in + timedelta(days=draw(st.integers(1, MAX_STAY_NIGHTS))))
    fee = draw(st.none() | st.integers(1, 50_000).map(pounds))
    terms = PriceTerms(let_type=LetType.MONTHLY, price=pounds(draw(st.integers(1, 10**7))), cleaning_fee=fee)
    return stay, price_stay(terms, stay, guests=1, today=check_in)


def parts(months: list[MonthlyPayment]) -> list[QuoteLine]:
    return [line for month in months for line in month.lines]


@given(lettings())
def test_the_months_are_the_nights_and_the_price_without_a_gap(letting: tuple[Stay, list[QuoteLine]]) -> None:
    stay, lines = letting
    months = monthly_payments(lines)
    assert len(months) <= MAX_MONTHS
    ends = [month.last + timedelta(days=1) for month in months]
    assert [stay.check_in, *ends] == [*(month.due for month in months), stay.check_out]
    assert sum(month.amount.amount_minor for month in months) == total_of(lines).amount_minor
    assert [month.due for month in months] == [add_months(stay.check_in, place) for place in range(len(months))]


@given(lettings(), st.integers(0, MAX_MONTHS))
def test_what_is_paid_of_the_lines_is_what_is_paid_of_the_months(
    letting: tuple[Stay, list[QuoteLine]], count: int
) -> None:
    _, lines = letting
    months = monthly_payments(lines)[:count]
    paid = paid_of_lines(lines, parts(months))
    assert sum(amount.amount_minor for amount in paid) == sum(month.amount.amount_minor for month in months)
    assert all(amount.amount_minor <= line.amount.amount_minor for amount, line in zip(paid, lines, strict=True))


@given(lettings(), st.integers(0, MAX_MONTHS), st.integers(-90 * 24, MAX_STAY_NIGHTS * 24))
def test_a_refund_is_never_below_nothing_nor_above_what_was_paid_nor_more_than_the_whole_would_give(
    letting: tuple[Stay, list[QuoteLine]], count: int, hours: int
) -> None:
    stay, lines = letting
    whole = CancelledStay(AgreedTerms(), stay, "Europe/London", lines)
    booked = replace(whole, paid=paid_of_lines(lines, parts(monthly_payments(lines)[:count])))
    moment = datetime.combine(stay.check_in, datetime.min.time(), UTC) + timedelta(hours=hours)
    all_, found = refund_at(whole, moment), refund_at(booked, moment)
    for line, of_all in zip(found.lines, all_.lines, strict=True):
        assert 0 <= line.refund.amount_minor <= line.paid.amount_minor
        assert line.kept.amount_minor == min(line.paid.amount_minor, of_all.kept.amount_minor)
    paid = sum(line.paid.amount_minor for line in found.lines)
    assert refund_at(booked, moment, BookingSide.LANDLORD).total.amount_minor == paid
    assert found.total.amount_minor + sum(line.kept.amount_minor for line in found.lines) == paid
    steps = schedule(booked)
    assert all(step.refund.amount_minor + step.kept.amount_minor == paid for step in steps)
    falls = [step.refund.amount_minor for step in steps]
    assert falls == sorted(falls, reverse=True)


@pytest.mark.parametrize(
    ("due", "is_first", "agreed_on", "ahead", "expected"),
    [
        ("2030-03-15", True, "2030-01-10", None, "2030-01-10"),
        ("2030-03-15", True, "2030-01-10", AHEAD, "2030-02-15"),
        ("2030-03-15", True, "2030-03-01", AHEAD, "2030-03-01"),
        ("2030-04-15", False, "2030-01-10", None, "2030-03-15"),
        ("2030-04-15", False, "2030-01-10", AHEAD, "2030-03-15"),
        ("2030-03-31", False, "2030-01-10", AHEAD, "2030-02-28"),
        ("2030-04-15", False, "2030-04-01", None, "2030-04-01"),
        ("2030-04-15", False, "2030-01-10", 0, "2030-04-15"),
        ("2030-04-15", False, "2030-01-10", 6, "2030-03-15"),
    ],
)
def test_a_month_is_payable_a_month_ahead_and_no_sooner_than_the_law_says(
    due: str, is_first: bool, agreed_on: str, ahead: int | None, expected: str
) -> None:
    found = payable_from(
        date.fromisoformat(due), is_first=is_first, agreed_on=date.fromisoformat(agreed_on), ahead=ahead
    )
    assert found == date.fromisoformat(expected)


def month(number: int, status: RentMonthStatus, due: date = date(2030, 3, 15)) -> RentMonth:
    return RentMonth(
        number=number,
        due=due,
        last=add_months(due, 1) - timedelta(days=1),
        lines=[],
        amount=pounds(1),
        payable_from=add_months(due, -1),
        waits_from=waits_from(due, add_months(due, -1), "Europe/London"),
        pay_by=pay_by(due, "Europe/London"),
        status=status,
    )


@pytest.mark.parametrize(
    ("zone", "payable", "from_", "by"),
    [
        ("Europe/London", "2030-02-15", "2030-03-12T00:00Z", "2030-03-16T00:00Z"),
        ("America/New_York", "2030-02-15", "2030-03-12T04:00Z", "2030-03-16T04:00Z"),
        ("Pacific/Kiritimati", "2030-02-15", "2030-03-11T10:00Z", "2030-03-15T10:00Z"),
        ("Europe/London", "2030-03-15", "2030-03-15T00:00Z", "2030-03-16T00:00Z"),  # the law says no sooner
    ],
)
def test_a_month_waits_three_days_before_it_begins_as_the_home_counts_and_not_before_it_can_be_paid(
    zone: str, payable: str, from_: str, by: str
) -> None:
    due = date(2030, 3, 15)
    assert waits_from(due, date.fromisoformat(payable), zone) == datetime.fromisoformat(from_)
    assert pay_by(due, zone) == datetime.fromisoformat(by)


def test_the_next_month_is_the_first_that_is_not_paid() -> None:
    months = [month(1, PAID), month(2, TO_PAY), month(3, TO_PAY)]
    assert next_to_pay(months) == months[1]
    assert next_to_pay([month(1, PAID), month(2, CLOSED)]) is None
    assert next_to_pay([]) is None


@pytest.mark.parametrize(
    ("today", "payable", "overdue"),
    [
        ("2030-02-14", False, False),
        ("2030-02-15", True, False),
        ("2030-03-15", True, False),
        ("2030-03-16", True, True),
    ],
)
def test_a_month_is_payable_from_its_day_on_and_overdue_when_the_day_it_begins_is_over(
    today: str, payable: bool, overdue: bool
) -> None:
    on = date.fromisoformat(today)
    assert (is_payable(month(1, TO_PAY), on), is_overdue(month(1, TO_PAY), on)) == (payable, overdue)
    for status in (PAID, CLOSED):
        assert (is_payable(month(1, status), on), is_overdue(month(1, status), on)) == (False, False)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2030-03-12T08:59:59", None),
        ("2030-03-12T09:00:00", Reminder.COMING),
        ("2030-03-15T08:59:59", Reminder.COMING),
        ("2030-03-15T09:00:00", Reminder.DUE),
        ("2030-03-18T08:59:59", Reminder.DUE),
        ("2030-03-18T09:00:00", Reminder.OVERDUE),
        ("2030-06-01T09:00:00", Reminder.OVERDUE),
    ],
)
def test_reminders_come_three_days_before_on_the_day_and_three_days_after(at: str, expected: Reminder | None) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert reminder_at(date(2030, 3, 15), "Europe/London", moment) == expected
    # Nine in the morning is the home's: in Honolulu that is ten hours later.
    assert reminder_at(date(2030, 3, 15), "Pacific/Honolulu", moment + timedelta(hours=10)) == expected


def test_a_month_is_settled_once() -> None:
    known = [status for status in RentMonthStatus if status is not RentMonthStatus.UNKNOWN]
    allowed = {(now, then) for now in known for then in known if may_move(RENT_MONTH_MOVES, now, then)}
    assert allowed == {(TO_PAY, PAID), (TO_PAY, CLOSED)}
