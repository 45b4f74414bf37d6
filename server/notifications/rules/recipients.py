"""Who is told what: one table. Pure, so it knows events by their names; a test holds it to all that there are."""

from collections.abc import Mapping
from enum import StrEnum

from shared_models.bookings import BookingSide, BookingStatus
from shared_models.notifications import AboutKind
from shared_models.notifications import NotificationKind as Kind


class Party(StrEnum):
    """Whom an event of a booking concerns."""

    TENANT = "tenant"
    LANDLORD = "landlord"
    DOER = "doer"
    """The side the event names: who cancelled, who asked for a change."""
    OTHER = "other"
    """The side across from that one."""


Recipients = Mapping[Party, Kind]

OF_BOOKINGS: Mapping[tuple[str, BookingStatus | None], Recipients] = {
    ("BookingHeld", None): {},
    ("BookingRequested", None): {Party.TENANT: Kind.REQUEST_SENT, Party.LANDLORD: Kind.REQUEST_RECEIVED},
    ("BookingConfirmed", None): {Party.TENANT: Kind.STAY_AGREED, Party.LANDLORD: Kind.STAY_BOOKED},
    ("BookingAccepted", None): {Party.TENANT: Kind.REQUEST_ACCEPTED},
    ("BookingDeclined", None): {Party.TENANT: Kind.REQUEST_DECLINED},
    ("BookingExpired", BookingStatus.HELD): {Party.TENANT: Kind.HOLD_RAN_OUT},
    ("BookingExpired", BookingStatus.REQUESTED): {
        Party.TENANT: Kind.REQUEST_RAN_OUT,
        Party.LANDLORD: Kind.REQUEST_MISSED,
    },
    ("BookingCancelled", BookingStatus.HELD): {},  # a landlord never heard of the hold
    ("BookingCancelled", BookingStatus.REQUESTED): {Party.OTHER: Kind.REQUEST_WITHDRAWN},
    ("BookingCancelled", BookingStatus.CONFIRMED): {
        Party.OTHER: Kind.STAY_CANCELLED,
        Party.DOER: Kind.STAY_CANCELLED_BY_YOU,
    },
    ("BookingNoShow", None): {Party.TENANT: Kind.NO_SHOW},
    ("BookingCompleted", None): {Party.TENANT: Kind.STAY_OVER},
    ("BookingChangeAsked", None): {Party.OTHER: Kind.CHANGE_ASKED},
    ("BookingChangeAgreed", None): {Party.DOER: Kind.CHANGE_AGREED},
    ("BookingChangeUnpaid", None): {Party.TENANT: Kind.CHANGE_UNPAID, Party.LANDLORD: Kind.CHANGE_UNPAID},
    ("BookingChangeAccepted", None): {Party.DOER: Kind.CHANGE_ACCEPTED},
    ("BookingChangeDeclined", None): {Party.DOER: Kind.CHANGE_DECLINED},
    ("BookingChangeWithdrawn", None): {Party.OTHER: Kind.CHANGE_WITHDRAWN},
    ("BookingChangeExpired", None): {Party.DOER: Kind.CHANGE_RAN_OUT},
    ("RentComing", None): {Party.TENANT: Kind.RENT_COMING},
    ("RentDue", None): {Party.TENANT: Kind.RENT_DUE},
    ("RentOverdue", None): {Party.TENANT: Kind.RENT_OVERDUE, Party.LANDLORD: Kind.RENT_OVERDUE},
    ("RentPaid", None): {Party.LANDLORD: Kind.RENT_PAID},  # its tenant is told of the payment, with the receipt
}
"""What happened to a booking (and what it was before, where that matters), and who is told what of it."""

OF_PAYMENTS: Mapping[str, Mapping[BookingSide, Kind]] = {
    "PaymentAuthorised": {},  # the request that begins with it says what the card holds
    "PaymentCaptured": {BookingSide.TENANT: Kind.PAYMENT_MADE},  # landlords are told of the stay that is paid
    "PaymentLetGo": {BookingSide.TENANT: Kind.CARD_RELEASED},
    "LateMoneyReturned": {
        BookingSide.TENANT: Kind.PAYMENT_TOO_LATE,
        BookingSide.LANDLORD: Kind.PAYMENT_TOO_LATE,
    },
    "RefundSent": {BookingSide.TENANT: Kind.REFUND_SENT},
    "RefundFailed": {BookingSide.TENANT: Kind.REFUND_FAILED},
}
"""What happened to the money of a stay, and who is told what of it."""

OF_ACCOUNTS: Mapping[str, Kind] = {
    "VerificationAsked": Kind.VERIFY_EMAIL,
    "RegistrationTried": Kind.REGISTRATION_TRIED,
    "ResetAsked": Kind.RESET_PASSWORD,
    "PasswordChanged": Kind.PASSWORD_CHANGED,
}

ONLY_IN_APP = frozenset({Kind.HOLD_RAN_OUT})
"""Not worth a mail: a quarter of an hour ago the reader was here."""
ONLY_BY_MAIL = frozenset({Kind.VERIFY_EMAIL, Kind.REGISTRATION_TRIED, Kind.RESET_PASSWORD})


def of_booking(event: str, was: BookingStatus | None, by: BookingSide | None) -> Mapping[BookingSide, Kind]:
    """Which side is told what. Nobody for an event that the table does not name."""
    kinds = OF_BOOKINGS.get((event, was), {})
    return {_side(party, by): kind for party, kind in kinds.items()}


def _side(party: Party, by: BookingSide | None) -> BookingSide:
    if party in (Party.TENANT, Party.LANDLORD):
        return BookingSide(party.value)
    doer_is_tenant = by is BookingSide.TENANT
    return BookingSide.TENANT if doer_is_tenant is (party is Party.DOER) else BookingSide.LANDLORD


def keeps_order(about: AboutKind) -> bool:
    """Whether the mails of one reader about one such thing go out in the order of what happened to it.

    Those about an account wait for none: who is locked out must not wait for another mail.
    """
    return about is not AboutKind.ACCOUNT


def is_in_app(kind: Kind) -> bool:
    """Whether it stands in the list of the app."""
    return kind not in ONLY_BY_MAIL


def is_mailed(kind: Kind) -> bool:
    """Whether it goes out by mail."""
    return kind not in ONLY_IN_APP
