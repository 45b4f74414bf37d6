"""What happens to bookings."""

from uuid import UUID

from server.core.events import Event


class BookingEvent(Event):
    """Something happened to a booking: whose, at which home, let by whom."""

    booking_id: UUID
    property_id: UUID
    tenant_id: UUID
    landlord_id: UUID


class BookingHeld(BookingEvent):
    """Nights are kept for a tenant for some minutes."""


class BookingConfirmed(BookingEvent):
    """The stay is agreed."""


class BookingExpired(BookingEvent):
    """A hold ran out."""


class BookingCancelled(BookingEvent):
    """The nights were given back."""


class BookingCompleted(BookingEvent):
    """The stay is over."""
