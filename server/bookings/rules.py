"""What a booking decides. Pure but for the randomness of a reference."""

import secrets
from collections.abc import Callable, Iterable
from datetime import date, datetime

from server.core.errors import InvalidTransition
from shared_models.booking_steps import Act
from shared_models.bookings import CHANGE_MOVES, MOVES, BookingOrder, BookingStatus, BookingTime, ChangeStatus
from shared_models.calendars import Period
from shared_models.moves import may_move
from shared_models.problems import FieldProblem, ProblemCode
from shared_models.rent_months import RENT_MONTH_MOVES, RentMonthStatus
from shared_models.stay_dates import Stay
from shared_models.stay_limits import Refusal, StayLimits, max_days_ahead, shortest_stay

REFERENCE_LENGTH = 8
REFERENCE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Figures and letters that nobody confuses on the phone: no 0 and O, no 1, I and L, no U (which sounds like V)."""

KEYS: dict[BookingOrder, tuple[type, ...]] = {
    BookingOrder.EARLIEST_CHECK_IN: (date,),
    BookingOrder.LATEST_CHECK_IN: (date,),
    BookingOrder.BOOKED_LAST: (datetime,),
    BookingOrder.BOOKED_FIRST: (datetime,),
    BookingOrder.PRICE_LOW: (str, int),
    BookingOrder.PRICE_HIGH: (str, int),
}
"""What the keys of each order are, for its cursors; `repository` has them in SQL."""


class MonthNotYet(InvalidTransition):
    code, title = ProblemCode.MONTH_NOT_YET, "This month cannot be paid yet"


class MonthClosed(InvalidTransition):
    code, title = ProblemCode.MONTH_CLOSED, "This month is not to be paid any more"


SHOWS_STREET = frozenset({BookingStatus.CONFIRMED, BookingStatus.COMPLETED})
"""From then on both parties see street and postcode."""


def order_of(when: BookingTime) -> BookingOrder:
    """How a list comes unless told otherwise: what waits or is to come nearest first, all else latest first."""
    ahead = when in (BookingTime.UPCOMING, BookingTime.WAITING)
    return BookingOrder.EARLIEST_CHECK_IN if ahead else BookingOrder.LATEST_CHECK_IN


def move(now: BookingStatus, then: BookingStatus) -> BookingStatus:
    """`then`, when a booking may go there from `now`. Raises InvalidTransition."""
    if not may_move(MOVES, now, then):
        raise InvalidTransition(_STANDS[now])
    return then


def move_change(now: ChangeStatus, then: ChangeStatus) -> ChangeStatus:
    """`then`, when a change may go there from `now`. Raises InvalidTransition."""
    if not may_move(CHANGE_MOVES, now, then):
        raise _decided_already(now)
    return then


def answer_change(now: ChangeStatus, then: ChangeStatus) -> ChangeStatus:
    """The same, when somebody says so: one whose time is over comes about by late money alone."""
    if now is ChangeStatus.EXPIRED:
        raise _decided_already(now)
    return move_change(now, then)


def _decided_already(now: ChangeStatus) -> InvalidTransition:
    return InvalidTransition(f"This change was decided already: it is {now.value.replace('_', ' ')}.")


def move_month(now: RentMonthStatus, then: RentMonthStatus) -> RentMonthStatus:
    """`then`, when a month may go there from `now`. Raises InvalidTransition, MonthClosed when it is closed."""
    if not may_move(RENT_MONTH_MOVES, now, then):
        raise (MonthClosed if now is RentMonthStatus.CLOSED else InvalidTransition)(_MONTH_STANDS[now])
    return then


_MONTH_STANDS = {
    RentMonthStatus.TO_PAY: "This month is not paid yet.",
    RentMonthStatus.PAID: "This month is paid already.",
    RentMonthStatus.CLOSED: "This month is not to be paid any more.",
    RentMonthStatus.UNKNOWN: "Nobody knows how this month stands.",
}
_STANDS = {
    BookingStatus.REQUESTED: "The landlord has not answered this request yet.",
    BookingStatus.HELD: "The tenant holds these nights and has not confirmed them yet.",
    BookingStatus.CONFIRMED: "This stay is agreed already.",
    BookingStatus.COMPLETED: "This stay is over.",
    BookingStatus.DECLINED: "This request was declined.",
    BookingStatus.CANCELLED: "This booking was cancelled.",
    BookingStatus.EXPIRED: "The time ran out, and the nights are free again.",
    BookingStatus.NO_SHOW: "Nobody came to this stay.",
    BookingStatus.UNKNOWN: "Nobody knows how this booking stands.",
}
_OF_HOLDS = {
    Act.CONFIRM: "It is agreed when it is paid.",
    Act.PAY: "This stay is not paid when it is booked. Confirm it instead.",
}
_OF_AGREED_STAYS = {
    Act.LET_GO: "Only a hold can be let go; what is agreed is cancelled.",
    Act.WITHDRAW: "Only a request can be taken back; what is agreed is cancelled.",
    Act.CANCEL: "It is too late to cancel this stay. Ask for another day of leaving instead.",
    Act.REPORT_NO_SHOW: "The day of arrival is not over yet.",
    Act.ASK_CHANGE: "Another change waits for an answer already.",
    Act.ANSWER_CHANGE: "Nothing waits for your answer.",
    Act.WITHDRAW_CHANGE: "Nothing of yours waits for an answer.",
    Act.PAY_CHANGE: "No change waits for your payment.",
}


def why_not_now(act: Act, status: BookingStatus) -> str:
    """What to tell someone who may not do this now."""
    words = {BookingStatus.HELD: _OF_HOLDS, BookingStatus.CONFIRMED: _OF_AGREED_STAYS}.get(status, {})
    return words.get(act) or _STANDS[status]


def extra_nights(now: Stay, then: Stay) -> list[Period]:
    """The nights of `then` that are not in `now`: none, one stretch, or one before and one after."""
    if not now.overlaps(then):
        return [Period(start=then.check_in, end=then.check_out)]
    stretches = (
        (then.check_in, min(then.check_out, now.check_in)),
        (max(then.check_in, now.check_out), then.check_out),
    )
    return [Period(start=start, end=end) for start, end in stretches if start < end]


def new_reference() -> str:
    """A reference to say on the phone; two are equal once in 650,000,000,000."""
    return "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(REFERENCE_LENGTH))


def _nights(count: int | None) -> str:
    return f"{count} night" if count == 1 else f"{count} nights"


def _days(count: int | None) -> str:
    return f"{count} day" if count == 1 else f"{count} days"


def _weekdays(limits: StayLimits) -> str:
    return " or ".join(day.value.capitalize() for day in limits.check_in_weekdays or ())


_Words = Callable[[StayLimits, date], str]
_WORDS: dict[Refusal, tuple[str, _Words]] = {
    Refusal.IN_THE_PAST: ("check_in", lambda *_: "is in the past"),
    Refusal.TOO_SOON: (
        "check_in",
        lambda limits, _: f"must be at least {_days(limits.advance_notice_days)} from today",
    ),
    Refusal.TOO_FAR_AHEAD: ("check_in", lambda limits, _: f"is more than {_days(max_days_ahead(limits))} ahead"),
    Refusal.NOT_THAT_WEEKDAY: ("check_in", lambda limits, _: f"must be a {_weekdays(limits)}"),
    Refusal.TOO_SHORT: (
        "check_out",
        lambda limits, check_in: f"must be at least {_nights(shortest_stay(limits, check_in))} after check-in",
    ),
    Refusal.TOO_LONG: ("check_out", lambda limits, _: f"must be at most {_nights(limits.max_nights)} after check-in"),
    Refusal.TOO_MANY_GUESTS: (
        "guests",
        lambda limits, _: f"must be at most {limits.sleeps}, which is what the home sleeps",
    ),
    Refusal.NOTHING_CHANGES: ("check_in", lambda *_: "is what is booked already; change the dates or the guests"),
    Refusal.HAS_BEGUN: ("check_in", lambda *_: "cannot change any more, because the stay has begun"),
    Refusal.CHECK_OUT_IN_THE_PAST: ("check_out", lambda *_: "is in the past"),
}
"""For each refusal the field it is about, and what to tell the person."""


def to_problems(found: Iterable[Refusal], limits: StayLimits, check_in: date) -> list[FieldProblem]:
    """Each reason why a stay cannot be booked, with its field."""
    return [FieldProblem(field=_WORDS[one][0], reason=_WORDS[one][1](limits, check_in)) for one in found]
