"""`/quotes` and `/bookings`: from a price to a stay."""

from uuid import UUID

from client.core.http import Http
from shared_models.bookings import BookingRead, BookingRequest, BookingSide, BookingTime, Quote, QuoteRequest
from shared_models.paging import Page


async def quote(http: Http, wish: QuoteRequest) -> Quote:
    """A price that is kept for a while."""
    return await http.call("POST", "/quotes", Quote, body=wish, once=True)


async def hold(http: Http, quote_id: UUID) -> BookingRead:
    """Hold a quote's dates for 15 minutes."""
    return await http.call("POST", "/bookings", BookingRead, body=BookingRequest(quote_id=quote_id), once=True)


async def confirm(http: Http, booking_id: UUID) -> BookingRead:
    """Take the held dates for good; the stay is paid on arrival."""
    return await http.call("POST", f"/bookings/{booking_id}/confirm", BookingRead, once=True)


async def release(http: Http, booking_id: UUID) -> BookingRead:
    """Let held dates go."""
    return await http.call("POST", f"/bookings/{booking_id}/release", BookingRead, once=True)


async def bookings(
    http: Http, side: BookingSide, when: BookingTime = BookingTime.ALL, *, cursor: str | None = None
) -> Page[BookingRead]:
    """My stays, or the stays at my homes."""
    query = {"side": side, "when": when, "cursor": cursor}
    return await http.call("GET", "/bookings", Page[BookingRead], query=query)


async def booking(http: Http, booking_id: UUID) -> BookingRead:
    """One stay."""
    return await http.call("GET", f"/bookings/{booking_id}", BookingRead)
