"""Where the payment of a stay, or of a change or a month of one, stands for the one who pays it. Pure.

Nothing is called unpaid, and nothing can be paid once more, before it is known that what was begun came to nothing.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared_models.booking_steps import status_at, unpaid_change
from shared_models.bookings import BookingRead, BookingStatus, PaymentWay
from shared_models.payments import PaymentRead, PaymentStatus
from shared_models.rent_months import RentMonth, RentMonthStatus, is_payable, next_to_pay
from shared_models.stay_dates import local_day


class Stage(StrEnum):
    """What the payment's page says."""

    NOTHING = "nothing"
    """Nothing is paid through us."""
    TO_PAY = "to_pay"
    """What is to be paid is kept, and no payment is under way."""
    OPENING = "opening"
    """The provider is making the page."""
    OPEN = "open"
    """There is a page, and nothing was paid on it as far as we know."""
    CHECKING = "checking"
    """It may have been paid: we do not know yet."""
    AGREED = "agreed"
    """Paid, and what it was for is agreed."""
    ASKED = "asked"
    """Authorised, and the landlord has to answer."""
    LET_GO = "let_go"
    """Authorised, and let go of: nothing was taken."""
    GIVEN_BACK = "given_back"
    """Paid too late for what it was for; it goes back."""
    ENDED = "ended"
    """Not paid, and no longer to be had."""
    OVER = "over"
    """The stay was agreed once, and has been cancelled since."""


FOLLOWED = frozenset({Stage.TO_PAY, Stage.OPENING, Stage.OPEN, Stage.CHECKING})
"""The stages in which something is still to be heard."""

_AGREED = frozenset({BookingStatus.CONFIRMED, BookingStatus.COMPLETED, BookingStatus.NO_SHOW})
_NEVER_PAID = frozenset({PaymentStatus.EXPIRED, PaymentStatus.FAILED})
_ON_THE_PAGE = frozenset({PaymentStatus.INTENDED, PaymentStatus.OPEN})


def stage_of(
    booking: BookingRead, payment: PaymentRead | None, now: datetime, *, came_back_paid: bool = False
) -> Stage:
    """The stage of a stay's latest payment; `came_back_paid`: the provider's page says that it took the payment."""
    if booking.payment is not PaymentWay.CARD:
        return Stage.NOTHING
    status = status_at(booking.status, booking.hold_expires_at, now)
    if status in _AGREED:
        return Stage.AGREED
    if booking.confirmed_at is not None:
        return Stage.OVER
    if status is BookingStatus.REQUESTED:
        return Stage.ASKED
    is_kept = status is BookingStatus.HELD
    if payment is not None and payment.status is PaymentStatus.CAPTURED:
        # The stay is agreed in the moment in which the money is written down, or it all goes back.
        return Stage.GIVEN_BACK if payment.refunded.amount_minor else Stage.CHECKING
    if payment is not None and payment.status is PaymentStatus.AUTHORISED:
        return Stage.CHECKING if is_kept else Stage.LET_GO
    return _before_money(payment, is_kept=is_kept, came_back_paid=came_back_paid)


def change_stage_of(
    booking: BookingRead,
    change_id: UUID,
    payment: PaymentRead | None,
    now: datetime,
    *,
    came_back_paid: bool = False,
) -> Stage:
    """The stage of the latest payment of a change that costs more."""
    if booking.payment is not PaymentWay.CARD:
        return Stage.NOTHING
    if booking.status not in _AGREED:
        return Stage.OVER
    waits = unpaid_change(booking, now)
    is_kept = waits is not None and waits.id == change_id
    if payment is not None and payment.status is PaymentStatus.CAPTURED:
        if is_kept:
            return Stage.CHECKING
        return Stage.GIVEN_BACK if payment.refunded == payment.amount else Stage.AGREED
    return _before_money(payment, is_kept=is_kept, came_back_paid=came_back_paid)


def month_stage_of(
    booking: BookingRead, number: int, payment: PaymentRead | None, now: datetime, *, came_back_paid: bool = False
) -> Stage:
    """The stage of the latest payment of a month of an agreed stay."""
    if booking.payment is not PaymentWay.MONTHLY or booking.confirmed_at is None:
        return Stage.NOTHING
    month = month_of(booking, number)
    if month is not None and month.status is RentMonthStatus.PAID:
        return Stage.AGREED
    if payment is not None and payment.status is PaymentStatus.CAPTURED:
        # It is paid in the moment in which the money is written down, or it all goes back.
        return Stage.GIVEN_BACK if payment.refunded.amount_minor else Stage.CHECKING
    if booking.status not in _AGREED or month is None:
        return Stage.OVER
    is_next = month == next_to_pay(booking.months)
    is_kept = is_next and is_payable(month, local_day(now, booking.home.zone))
    return _before_money(payment, is_kept=is_kept, came_back_paid=came_back_paid)


def month_of(booking: BookingRead, number: int) -> RentMonth | None:
    """The month of a stay that goes by this number; None where it has none."""
    return next((month for month in booking.months if month.number == number), None)


def _before_money(payment: PaymentRead | None, *, is_kept: bool, came_back_paid: bool) -> Stage:
    """Where it stands before money was seen; `is_kept`: what is to be paid can still be had."""
    # A page that was given up may be there after all (`PAYMENT_MOVES`), and then says that it was paid on.
    was_given_up = payment is not None and payment.status is PaymentStatus.FAILED and came_back_paid
    if payment is None or (payment.status in _NEVER_PAID and not was_given_up):
        return Stage.TO_PAY if is_kept else Stage.ENDED
    if payment.status is PaymentStatus.VOIDED:
        return Stage.LET_GO
    # A page may be paid on in its last second; what a newer server says is not known here.
    if payment.status not in _ON_THE_PAGE or not is_kept or came_back_paid:
        return Stage.CHECKING
    return Stage.OPENING if payment.status is PaymentStatus.INTENDED else Stage.OPEN
