"""What people are told, in the app and by mail: one fact for both, and where it is about."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from shared_models.base import Output
from shared_models.bookings import BookingSide, PaymentWay
from shared_models.money import Money
from shared_models.payment_history import MoneyAt
from shared_models.stay_dates import WallClock


class NotificationKind(StrEnum):
    """What happened, as the reader sees it."""

    REQUEST_SENT = "request_sent"
    REQUEST_RECEIVED = "request_received"
    REQUEST_ACCEPTED = "request_accepted"
    REQUEST_DECLINED = "request_declined"
    REQUEST_WITHDRAWN = "request_withdrawn"
    REQUEST_RAN_OUT = "request_ran_out"
    REQUEST_MISSED = "request_missed"
    HOLD_RAN_OUT = "hold_ran_out"
    STAY_AGREED = "stay_agreed"
    STAY_BOOKED = "stay_booked"
    STAY_CANCELLED = "stay_cancelled"
    STAY_CANCELLED_BY_YOU = "stay_cancelled_by_you"
    STAY_OVER = "stay_over"
    NO_SHOW = "no_show"
    CHANGE_ASKED = "change_asked"
    CHANGE_AGREED = "change_agreed"
    """It costs more, and counts once the difference is paid."""
    CHANGE_UNPAID = "change_unpaid"
    CHANGE_ACCEPTED = "change_accepted"
    CHANGE_DECLINED = "change_declined"
    CHANGE_WITHDRAWN = "change_withdrawn"
    CHANGE_RAN_OUT = "change_ran_out"
    PAYMENT_MADE = "payment_made"
    PAYMENT_TOO_LATE = "payment_too_late"
    """It came when what it was for could no longer be had, and goes back."""
    CARD_RELEASED = "card_released"
    REFUND_SENT = "refund_sent"
    REFUND_FAILED = "refund_failed"
    RENT_COMING = "rent_coming"
    """A month begins in some days, and is to be paid."""
    RENT_DUE = "rent_due"
    RENT_OVERDUE = "rent_overdue"
    RENT_PAID = "rent_paid"
    VERIFY_EMAIL = "verify_email"
    REGISTRATION_TRIED = "registration_tried"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - a word, no secret
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    UNKNOWN = "unknown"


class AboutKind(StrEnum):
    """What a notification can be about; with an id it says which."""

    ACCOUNT = "account"
    """The reader's own: the id is the reader's."""
    BOOKING = "booking"
    UNKNOWN = "unknown"


class RentFacts(Output):
    """A month of a stay that is paid month by month."""

    number: int
    due: date
    last: date
    amount: Money


class StayFacts(Output):
    """A booking as it stood when something happened to it, for one of its two sides."""

    booking_id: UUID
    reference: str
    side: BookingSide
    """Which side the reader is on."""
    other_name: str
    """The other side."""
    home_title: str
    zone: str
    """The home's time zone; all times are told in it."""
    check_in: date
    check_out: date
    guests: int
    total: Money
    check_in_from: WallClock | None = None
    until: datetime | None = None
    """By when somebody must answer, or the tenant pay what a change costs more."""
    payment: PaymentWay = PaymentWay.ON_ARRIVAL
    """How it is paid; all that were told before this was told were paid on arrival."""
    refund: Money | None = None
    """Of a stay paid through us: what goes back when it was cancelled or, paid by card, if its tenant cancels now."""
    paid: Money | None = None
    """Of a stay that is paid month by month and was cancelled: what was paid of it; None: all of it."""
    refund_until: datetime | None = None
    """When that becomes less, and then is `refund_then`."""
    refund_then: Money | None = None
    payment_id: UUID | None = None
    """Of a message about money: the payment it is about."""
    money: MoneyAt | None = None
    """And the amount, with where it was then."""
    rent: RentFacts | None = None
    """Of a message about a month: which."""


class NotificationRead(Output):
    """One thing a person was told."""

    id: UUID
    kind: NotificationKind
    about_kind: AboutKind = AboutKind.UNKNOWN
    about_id: UUID | None = None
    created_at: datetime
    read_at: datetime | None = None
    stay: StayFacts | None = None
    """The booking it is about, as it stood then."""


class Unread(Output):
    """How much there is to read."""

    count: int
