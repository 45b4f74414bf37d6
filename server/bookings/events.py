"""What happens to bookings. Each step is told once, by exactly one of these."""

from uuid import UUID

from server.core.events import Event
from shared_models.bookings import BookingSide, BookingStatus


class BookingEvent(Event):
    """Something happened to a booking: whose, at which home, let by whom."""

    booking_id: UUID
    property_id: UUID
    tenant_id: UUID
    landlord_id: UUID

    @property
    def lane(self) -> str:
        return f"booking:{self.booking_id}"


class BookingHeld(BookingEvent):
    """Nights are kept for a tenant for some minutes."""


class BookingRequested(BookingEvent):
    """A tenant asked for a stay; the landlord answers, and the nights are kept meanwhile."""


class BookingConfirmed(BookingEvent):
    """The tenant confirmed what they held: the stay is agreed."""


class BookingAccepted(BookingEvent):
    """The landlord said yes to a request: the stay is agreed."""


class BookingDeclined(BookingEvent):
    """The landlord said no to a request; the reason stands in the booking."""


class BookingExpired(BookingEvent):
    """A hold or a request ran out; `was` says which."""

    was: BookingStatus


class BookingCancelled(BookingEvent):
    """The nights were given back: by whom, and what it was (a hold let go, a request withdrawn, a stay cancelled)."""

    by: BookingSide
    was: BookingStatus


class BookingNoShow(BookingEvent):
    """The landlord said that nobody came; the nights were given back."""


class BookingCompleted(BookingEvent):
    """The stay is over."""


class BookingChangeEvent(BookingEvent):
    """Something happened to a wish for other dates or guests; `by` is who asked for it."""

    change_id: UUID
    by: BookingSide


class BookingChangeAsked(BookingChangeEvent):
    """One side asked for other dates or guests; the other answers."""


class BookingChangeAgreed(BookingChangeEvent):
    """The other side agreed to what costs more: it counts once the tenant has paid the difference."""


class BookingChangeAccepted(BookingChangeEvent):
    """The other side agreed: the booking has the new dates, guests and price."""


class BookingChangeDeclined(BookingChangeEvent):
    """The other side said no: the booking stays as it was."""


class BookingChangeWithdrawn(BookingChangeEvent):
    """It was taken back; `by` is who did: who asked for it or, while it waited for their payment, the tenant."""


class BookingChangeExpired(BookingChangeEvent):
    """Nobody answered in time: the booking stays as it was."""


class BookingChangeUnpaid(BookingChangeEvent):
    """Both sides agreed, and the tenant did not pay the difference in time: the booking stays as it was."""


class RentEvent(BookingEvent):
    """Something is to be said of a month of a stay that is paid month by month; `number` says which."""

    number: int


class RentComing(RentEvent):
    """It is not paid, and begins in some days."""


class RentDue(RentEvent):
    """It is not paid, and begins today."""


class RentOverdue(RentEvent):
    """It is not paid, and began some days ago."""


class RentPaid(RentEvent):
    """It is paid."""
