"""What happens next to a booking: who must act, by when, what stands in the way, and who may do what.

One truth for trips, stays, the page of a booking and every mail. Pure: a booking and an instant in, an answer out.
Deadlines are instants; people are shown them in the home's own time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from shared_models.bookings import (
    ANSWER_HOURS,
    THROUGH_US,
    Actor,
    BookingRead,
    BookingSide,
    BookingStatus,
    ChangeStatus,
    PaymentWay,
)
from shared_models.money import Money
from shared_models.rent_months import RentMonth, next_to_pay
from shared_models.stay_dates import Stay, local_instant

CHECK_OUT_WHEN_UNSAID = time(12)


class NextAction(StrEnum):
    """What is to be done next."""

    CONFIRM = "confirm"
    PAY = "pay"
    """What is held, or of an agreed stay the difference of a change, or a month."""
    ANSWER_REQUEST = "answer_request"
    ANSWER_CHANGE = "answer_change"
    CHECK_IN = "check_in"
    CHECK_OUT = "check_out"
    NOTHING = "nothing"


class Blocker(StrEnum):
    """What stands between now and the stay as it is booked."""

    UNCONFIRMED = "unconfirmed"
    UNPAID = "unpaid"
    UNANSWERED = "unanswered"
    CHANGE_OPEN = "change_open"
    TIME_OVER = "time_over"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    NOBODY_CAME = "nobody_came"


@dataclass(frozen=True)
class NextStep:
    """The next action, who takes it, by when, and what stands in the way; None where there is no such thing."""

    action: NextAction
    who: Actor | None = None
    by: datetime | None = None
    blocker: Blocker | None = None


class Act(StrEnum):
    """What a party may do to a booking."""

    CONFIRM = "confirm"
    PAY = "pay"
    LET_GO = "let_go"
    WITHDRAW = "withdraw"
    ACCEPT = "accept"
    DECLINE = "decline"
    CANCEL = "cancel"
    REPORT_NO_SHOW = "report_no_show"
    ASK_CHANGE = "ask_change"
    ANSWER_CHANGE = "answer_change"
    WITHDRAW_CHANGE = "withdraw_change"
    PAY_CHANGE = "pay_change"


class Place(Protocol):
    """Where a stay is, as far as its clock goes."""

    @property
    def zone(self) -> str: ...

    @property
    def check_out_by(self) -> time | None: ...


class AskedChange(Protocol):
    """Other dates or guests that one side asked for."""

    @property
    def by(self) -> BookingSide: ...

    @property
    def status(self) -> ChangeStatus: ...

    @property
    def expires_at(self) -> datetime: ...


Change = TypeVar("Change", bound=AskedChange, covariant=True)


class Standing(Protocol[Change]):
    """How a booking stands, as far as these rules ask: a `BookingRead` for a client, rows for the server."""

    @property
    def status(self) -> BookingStatus: ...

    @property
    def hold_expires_at(self) -> datetime | None: ...

    @property
    def payment(self) -> PaymentWay: ...

    @property
    def check_in(self) -> date: ...

    @property
    def check_out(self) -> date: ...

    @property
    def home(self) -> Place: ...

    @property
    def change(self) -> Change | None: ...


class Going(Standing[Change], Protocol[Change]):
    """The same with the months it is paid by, of which the next may have to be paid."""

    @property
    def months(self) -> Sequence[RentMonth]: ...


def answer_by(asked: datetime, last_day: date, zone: str) -> datetime:
    """Until when an answer may come: 24 hours, but not beyond the end of the day it is about, as the home counts it."""
    return min(asked + timedelta(hours=ANSWER_HOURS), day_over(last_day, zone))


def last_day_to_answer(now: Stay, wished: Stay, today: date) -> date:
    """The last day on which a change still makes sense: the sooner arrival, or once arrived, the sooner leaving."""
    if now.check_in < today:
        return max(today, min(now.check_out, wished.check_out))
    return max(today, min(now.check_in, wished.check_in))


def day_over(day: date, zone: str) -> datetime:
    """The instant a day ends at the home."""
    return local_instant(day + timedelta(days=1), time(0), zone).astimezone(UTC)


def last_night_over(check_out: date, zone: str) -> datetime:
    """The instant from which no night of a stay is left to be given back."""
    return day_over(check_out - timedelta(days=1), zone)


def ends_at(check_out: date, check_out_by: time | None, zone: str) -> datetime:
    """The instant a stay ends: on its last day, at the home's own time to leave (noon when it has none)."""
    return local_instant(check_out, check_out_by or CHECK_OUT_WHEN_UNSAID, zone).astimezone(UTC)


def status_at(stored: BookingStatus, hold_expires_at: datetime | None, now: datetime) -> BookingStatus:
    """The status as people see it: a hold is over when its time is, not only when a job has written it down."""
    lapsed = hold_expires_at is not None and hold_expires_at <= now
    return BookingStatus.EXPIRED if lapsed and stored in (BookingStatus.HELD, BookingStatus.REQUESTED) else stored


def open_change(booking: Standing[Change], now: datetime) -> Change | None:
    """The change that can still be answered."""
    return _waiting_change(booking, ChangeStatus.ASKED, now)


def unpaid_change(booking: Standing[Change], now: datetime) -> Change | None:
    """The change that both sides agreed to and whose difference can still be paid."""
    return _waiting_change(booking, ChangeStatus.AWAITING_PAYMENT, now)


def _waiting_change(booking: Standing[Change], status: ChangeStatus, now: datetime) -> Change | None:
    change = booking.change
    if change is None or change.status is not status or change.expires_at <= now:
        return None
    return change if booking.status is BookingStatus.CONFIRMED and not _is_over(booking, now) else None


def waiting_month(booking: Going[AskedChange], now: datetime) -> RentMonth | None:
    """The month of an agreed stay that its tenant has to pay: soon, today, or since some days ago.

    A change that waits comes before it: other dates write the months anew.
    """
    month = next_to_pay(booking.months)
    if month is None or booking.status is not BookingStatus.CONFIRMED or month.waits_from > now:
        return None
    waits = open_change(booking, now) or unpaid_change(booking, now)
    return month if waits is None else None


def difference(booking: BookingRead, wished: Money) -> Money:
    """How much more the stay costs at another total; negative when it costs less."""
    return wished - booking.total


_ENDED = {
    BookingStatus.EXPIRED: Blocker.TIME_OVER,
    BookingStatus.DECLINED: Blocker.DECLINED,
    BookingStatus.CANCELLED: Blocker.CANCELLED,
    BookingStatus.NO_SHOW: Blocker.NOBODY_CAME,
}


def next_step(booking: Going[AskedChange], now: datetime) -> NextStep:
    """What happens next to a booking at `now`."""
    status = status_at(booking.status, booking.hold_expires_at, now)
    if status is BookingStatus.HELD and booking.payment is PaymentWay.CARD:
        return NextStep(NextAction.PAY, Actor.TENANT, booking.hold_expires_at, Blocker.UNPAID)
    if status is BookingStatus.HELD:
        return NextStep(NextAction.CONFIRM, Actor.TENANT, booking.hold_expires_at, Blocker.UNCONFIRMED)
    if status is BookingStatus.REQUESTED:
        return NextStep(NextAction.ANSWER_REQUEST, Actor.LANDLORD, booking.hold_expires_at, Blocker.UNANSWERED)
    month = waiting_month(booking, now)
    if month is not None:
        return NextStep(NextAction.PAY, Actor.TENANT, month.pay_by, Blocker.UNPAID)
    if status is not BookingStatus.CONFIRMED or _is_over(booking, now):
        return NextStep(NextAction.NOTHING, blocker=_ENDED.get(status))
    change, unpaid = open_change(booking, now), unpaid_change(booking, now)
    if change is not None:
        return NextStep(NextAction.ANSWER_CHANGE, Actor(change.by.other), change.expires_at, Blocker.CHANGE_OPEN)
    if unpaid is not None:
        return NextStep(NextAction.PAY, Actor.TENANT, unpaid.expires_at, Blocker.UNPAID)
    arrived_by = day_over(booking.check_in, booking.home.zone)
    if now < arrived_by:
        return NextStep(NextAction.CHECK_IN, Actor.TENANT, arrived_by)
    return NextStep(NextAction.CHECK_OUT, Actor.TENANT, _end(booking))


def acts(booking: Standing[AskedChange], side: BookingSide, now: datetime) -> frozenset[Act]:
    """What this side may do at `now`; the server refuses everything else."""
    status = status_at(booking.status, booking.hold_expires_at, now)
    tenant = side is BookingSide.TENANT
    if status is BookingStatus.HELD:
        agree = Act.PAY if booking.payment is PaymentWay.CARD else Act.CONFIRM
        return frozenset({agree, Act.LET_GO}) if tenant else frozenset()
    if status is BookingStatus.REQUESTED:
        return frozenset({Act.WITHDRAW} if tenant else {Act.ACCEPT, Act.DECLINE})
    if status is not BookingStatus.CONFIRMED or _is_over(booking, now):
        return frozenset()
    allowed = {Act.CANCEL} if now < cancelled_until(booking) else set()
    if not tenant and now >= day_over(booking.check_in, booking.home.zone):
        allowed.add(Act.REPORT_NO_SHOW)
    return frozenset(allowed | _change_acts(booking, side, now))


def cancelled_until(booking: Standing[AskedChange]) -> datetime:
    """Until when either side may cancel an agreed stay: the end of the day of arrival at the home or, where it is paid
    through us and so something may come back, of the last night."""
    if booking.payment in THROUGH_US:
        return last_night_over(booking.check_out, booking.home.zone)
    return day_over(booking.check_in, booking.home.zone)


def _change_acts(booking: Standing[AskedChange], side: BookingSide, now: datetime) -> set[Act]:
    change, unpaid = open_change(booking, now), unpaid_change(booking, now)
    if change is not None:
        return {Act.WITHDRAW_CHANGE} if change.by is side else {Act.ANSWER_CHANGE}
    if unpaid is not None:
        # Who agreed to pay may think better of it; a landlord who agreed waits.
        if side is BookingSide.TENANT:
            return {Act.PAY_CHANGE, Act.WITHDRAW_CHANGE}
        return {Act.WITHDRAW_CHANGE} if unpaid.by is side else set()
    return {Act.ASK_CHANGE}


def _end(booking: Standing[AskedChange]) -> datetime:
    return ends_at(booking.check_out, booking.home.check_out_by, booking.home.zone)


def _is_over(booking: Standing[AskedChange], now: datetime) -> bool:
    return now >= _end(booking)
