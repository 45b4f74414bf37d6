"""Staying somewhere: a quote, the states of a booking, and how its dates change.

What a stay costs stands in `prices`, what a home allows in `stay_limits`, what happens next and who may do what in
`booking_steps`.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from shared_models.base import Input, Output
from shared_models.cancellation_terms import AgreedTerms
from shared_models.money import Money
from shared_models.payments import PaymentStatus
from shared_models.prices import QuoteLine
from shared_models.properties import LetType
from shared_models.rent_months import RentMonth
from shared_models.stay_dates import WallClock
from shared_models.visible_text import visible

QUOTE_MINUTES = 30
HOLD_MINUTES = 15
PAY_HOLD_MINUTES = 35
"""How long nights are held from the moment their tenant goes to pay. A hold is made longer once."""
PAY_PAGE_MINUTES = 31
"""How long the page is there on which they pay: the provider's least is 30
(docs.stripe.com/api/checkout/sessions/create, `expires_at`)."""
ANSWER_HOURS = 24
"""How long a landlord may take to answer a request, and either side to answer a wish for a change."""
MAX_HOLDS = 3
"""How many live holds one person may have, requests included."""

Guests = Annotated[int, Field(ge=1, le=100)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), AfterValidator(visible)]
"""Why, in the words of the one who says so; the other side reads it."""


class BookingStatus(StrEnum):
    """Where a booking stands."""

    REQUESTED = "requested"
    HELD = "held"
    CONFIRMED = "confirmed"
    COMPLETED = "completed"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    NO_SHOW = "no_show"
    UNKNOWN = "unknown"


MOVES: dict[BookingStatus, frozenset[BookingStatus]] = {
    BookingStatus.REQUESTED: frozenset(
        {BookingStatus.CONFIRMED, BookingStatus.DECLINED, BookingStatus.CANCELLED, BookingStatus.EXPIRED}
    ),
    BookingStatus.HELD: frozenset(
        {BookingStatus.REQUESTED, BookingStatus.CONFIRMED, BookingStatus.CANCELLED, BookingStatus.EXPIRED}
    ),
    BookingStatus.CONFIRMED: frozenset({BookingStatus.COMPLETED, BookingStatus.CANCELLED, BookingStatus.NO_SHOW}),
    BookingStatus.COMPLETED: frozenset(),
    BookingStatus.DECLINED: frozenset(),
    BookingStatus.CANCELLED: frozenset(),
    # The money came late, and the nights were still free.
    BookingStatus.EXPIRED: frozenset({BookingStatus.CONFIRMED}),
    BookingStatus.NO_SHOW: frozenset(),
}
"""Every allowed move of a booking."""


class ChangeStatus(StrEnum):
    """Where a wish for other dates or guests stands."""

    ASKED = "asked"
    AWAITING_PAYMENT = "awaiting_payment"
    """Both sides agree, and it costs more: it counts once the tenant has paid the difference."""
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CLOSED = "closed"
    """The booking ended before anyone answered."""
    UNKNOWN = "unknown"


CHANGE_MOVES: dict[ChangeStatus, frozenset[ChangeStatus]] = {
    ChangeStatus.ASKED: frozenset(
        {
            ChangeStatus.AWAITING_PAYMENT,
            ChangeStatus.ACCEPTED,
            ChangeStatus.DECLINED,
            ChangeStatus.WITHDRAWN,
            ChangeStatus.EXPIRED,
            ChangeStatus.CLOSED,
        }
    ),
    ChangeStatus.AWAITING_PAYMENT: frozenset(
        {ChangeStatus.ACCEPTED, ChangeStatus.WITHDRAWN, ChangeStatus.EXPIRED, ChangeStatus.CLOSED}
    ),
    ChangeStatus.ACCEPTED: frozenset(),
    ChangeStatus.DECLINED: frozenset(),
    ChangeStatus.WITHDRAWN: frozenset(),
    # Agreed to, and the money came late: nothing stood against it.
    ChangeStatus.EXPIRED: frozenset({ChangeStatus.ACCEPTED}),
    ChangeStatus.CLOSED: frozenset(),
}
"""Every allowed move of a change: it is answered once, and counts once it is paid where it costs more."""

LIVE = frozenset({BookingStatus.REQUESTED, BookingStatus.HELD, BookingStatus.CONFIRMED})
"""The states in which a booking claims its nights."""


class PaymentWay(StrEnum):
    """How a stay is paid."""

    ON_ARRIVAL = "on_arrival"
    """To the landlord, at the home; nothing passes through us, so nothing is ever given back."""
    CARD = "card"
    """To us, when it is booked: what a tenant who cancels gets back, the agreed terms say."""
    MONTHLY = "monthly"
    """To us by card, each month as it comes, once the stay is agreed."""
    UNKNOWN = "unknown"


THROUGH_US = frozenset({PaymentWay.CARD, PaymentWay.MONTHLY})
"""The ways in which money passes through us, so that something may come back."""


def payment_way(let_type: LetType) -> PaymentWay:
    """How a stay at such a home is paid: nights by card when they are booked, months as they come."""
    return PaymentWay.CARD if let_type is LetType.NIGHTLY else PaymentWay.MONTHLY


class QuoteRequest(Input):
    """Ask for the price of a stay."""

    property_id: UUID
    check_in: date
    check_out: date
    guests: Guests
    non_refundable: bool = False
    """Whether to give up every refund, for the cheaper nights that the home offers in turn."""


class Quote(Output):
    """A price that is kept for its asker until `expires_at`, even if the landlord changes theirs meanwhile."""

    id: UUID
    property_id: UUID
    check_in: date
    check_out: date
    guests: int
    lines: list[QuoteLine]
    total: Money
    rules_version: int
    payment: PaymentWay = PaymentWay.ON_ARRIVAL
    cancellation: AgreedTerms = AgreedTerms()
    """What is given back when a stay that was paid by card is cancelled; as it stands here it will be agreed."""
    expires_at: datetime
    non_refundable: bool = False
    instant_book: bool = True
    """Whether the stay is booked at once; otherwise the landlord is asked."""


class BookingRequest(Input):
    """Hold the dates of a quote: for 15 minutes to confirm, or, where the landlord is asked, until the answer."""

    quote_id: UUID


class Decline(Input):
    """Say no, and why."""

    reason: Reason


class Cancel(Input):
    """Give an agreed stay back, and say why."""

    reason: Reason


class ChangeQuoteRequest(Input):
    """Other dates or guests for a booked stay."""

    check_in: date
    check_out: date
    guests: Guests


class ChangeRequest(Input):
    """Ask the other side for the change whose price was quoted."""

    quote_id: UUID


class BookedHome(Output):
    """The home of a booking, as both parties see it in their lists. The street is told once it is confirmed."""

    id: UUID
    slug: str
    title: str
    city: str
    neighbourhood: str | None
    address_line: str | None = None
    postcode: str | None = None
    zone: str
    check_in_from: WallClock | None
    check_out_by: WallClock | None


class BookingSide(StrEnum):
    """One of the two parties of a booking; whose bookings a list shows."""

    TENANT = "tenant"
    LANDLORD = "landlord"

    @property
    def other(self) -> "BookingSide":
        return BookingSide.LANDLORD if self is BookingSide.TENANT else BookingSide.TENANT


class ChangeRead(Output):
    """Other dates, guests and price that one side asked for; the old ones count until the other side agrees."""

    id: UUID
    by: BookingSide
    status: ChangeStatus
    check_in: date
    check_out: date
    guests: int
    lines: list[QuoteLine]
    total: Money
    expires_at: datetime
    other_hold_id: UUID | None = None
    """What the calendar calls the second stretch it keeps, if there are two; the first goes by `id`."""
    payment_status: PaymentStatus | None = None
    """Where the payment of the difference stands; None where none was begun."""


class Actor(StrEnum):
    """Who did something: a party, or the clock."""

    TENANT = "tenant"
    LANDLORD = "landlord"
    CLOCK = "clock"
    UNKNOWN = "unknown"


class HistoryEventKind(StrEnum):
    """What happened to a booking."""

    HELD = "held"
    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LET_GO = "let_go"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    NO_SHOW = "no_show"
    COMPLETED = "completed"
    CHANGE_ASKED = "change_asked"
    CHANGE_AGREED = "change_agreed"
    """The other side agreed, and the difference is to be paid."""
    CHANGE_UNPAID = "change_unpaid"
    CHANGE_ACCEPTED = "change_accepted"
    CHANGE_DECLINED = "change_declined"
    CHANGE_WITHDRAWN = "change_withdrawn"
    CHANGE_EXPIRED = "change_expired"
    UNKNOWN = "unknown"


class HistoryEntry(Output):
    """One thing that happened, with the dates, guests and total it is about: for a change, those wished for."""

    at: datetime
    kind: HistoryEventKind
    by: Actor
    check_in: date
    check_out: date
    guests: int
    total: Money
    note: str | None = None
    """The reason given, if one was."""


class BookingRead(Output):
    """A booking as its tenant or its landlord sees it."""

    id: UUID
    reference: str
    """Eight letters and figures to say on the phone."""
    status: BookingStatus
    home: BookedHome
    check_in: date
    check_out: date
    guests: int
    lines: list[QuoteLine]
    total: Money
    payment: PaymentWay
    payment_status: PaymentStatus | None = None
    """Where its latest payment stands; None where none was begun. A change has its own."""
    paid: Money | None = None
    """What was paid to us for it, its changes included, less what went back; None while nothing was."""
    instant_book: bool = True
    """Whether it is agreed as soon as its tenant confirms or pays; otherwise the landlord is asked then."""
    cancellation: AgreedTerms = AgreedTerms()
    """What is given back when a stay that was paid by card is cancelled, as it was agreed."""
    refund: Money | None = None
    """What goes back to the tenant of a stay that was paid by card and cancelled."""
    tenant_name: str
    landlord_name: str
    hold_expires_at: datetime | None
    """Until when the nights of a hold or a request are kept."""
    created_at: datetime
    confirmed_at: datetime | None
    ended_by: BookingSide | None = None
    """Who declined or cancelled it, if someone did."""
    reason: str | None = None
    """Why, in their words."""
    months: tuple[RentMonth, ...] = ()
    """Of an agreed stay that is paid month by month: its months, in order. None of one that is paid otherwise."""
    change: ChangeRead | None = None
    """Other dates or guests that wait for an answer, or for the payment of the difference."""
    history: list[HistoryEntry] | None = None
    """What happened, the oldest first; None where a list leaves it out."""


class BookingTime(StrEnum):
    """Which bookings a list shows: to come (or on now), past, all, or those that wait for the reader's own answer."""

    WAITING = "waiting"
    UPCOMING = "upcoming"
    PAST = "past"
    ALL = "all"


class BookingOrder(StrEnum):
    """The order of a list of bookings. Prices are compared within a currency."""

    EARLIEST_CHECK_IN = "earliest_check_in"
    LATEST_CHECK_IN = "latest_check_in"
    BOOKED_LAST = "booked_last"
    """The last made first."""
    BOOKED_FIRST = "booked_first"
    PRICE_LOW = "price_low"
    PRICE_HIGH = "price_high"
