"""`/quotes` and `/bookings`: from a price to a stay, and every way it can go."""

from collections.abc import Sequence
from uuid import UUID

from client.core.http import Http
from shared_models.bookings import (
    BookingOrder,
    BookingRead,
    BookingRequest,
    BookingSide,
    BookingTime,
    Cancel,
    ChangeQuoteRequest,
    ChangeRequest,
    Decline,
    Quote,
    QuoteRequest,
)
from shared_models.calendars import Period
from shared_models.paging import MAX_PAGE, Page
from shared_models.payments import PaymentRead
from shared_models.price_simulation import PriceSimulation, PriceSimulationRequest

PartOfStay = UUID | int | None
"""What of a stay is paid: a change by its id, a month by its number, or all of it."""


async def quote(http: Http, request: QuoteRequest) -> Quote:
    """A price that is kept for a while."""
    return await http.call("POST", "/quotes", Quote, body=request, once=True)


async def hold(http: Http, quote_id: UUID) -> BookingRead:
    """Hold a quote's dates, or ask the landlord for them."""
    return await http.call("POST", "/bookings", BookingRead, body=BookingRequest(quote_id=quote_id), once=True)


async def confirm(http: Http, booking_id: UUID) -> BookingRead:
    """Take the held dates for good."""
    return await http.call("POST", f"/bookings/{booking_id}/confirm", BookingRead, once=True)


async def release(http: Http, booking_id: UUID) -> BookingRead:
    """Let held dates go, or take a request back."""
    return await http.call("POST", f"/bookings/{booking_id}/release", BookingRead, once=True)


async def accept(http: Http, booking_id: UUID) -> BookingRead:
    """Accept a request."""
    return await http.call("POST", f"/bookings/{booking_id}/accept", BookingRead, once=True)


async def decline(http: Http, booking_id: UUID, reason: str) -> BookingRead:
    """Decline a request, and say why."""
    body = Decline(reason=reason)
    return await http.call("POST", f"/bookings/{booking_id}/decline", BookingRead, body=body, once=True)


async def cancel(http: Http, booking_id: UUID, reason: str) -> BookingRead:
    """Give an agreed stay back, and say why."""
    body = Cancel(reason=reason)
    return await http.call("POST", f"/bookings/{booking_id}/cancel", BookingRead, body=body, once=True)


async def report_no_show(http: Http, booking_id: UUID) -> BookingRead:
    """Say that nobody came."""
    return await http.call("POST", f"/bookings/{booking_id}/no-show", BookingRead, once=True)


async def quote_change(http: Http, booking_id: UUID, request: ChangeQuoteRequest) -> Quote:
    """What the stay would cost with other dates or guests."""
    return await http.call("POST", f"/bookings/{booking_id}/quotes", Quote, body=request, once=True)


async def ask_change(http: Http, booking_id: UUID, quote_id: UUID) -> BookingRead:
    """Ask the other side for the change that was quoted."""
    body = ChangeRequest(quote_id=quote_id)
    return await http.call("POST", f"/bookings/{booking_id}/changes", BookingRead, body=body, once=True)


async def accept_change(http: Http, booking_id: UUID, change_id: UUID) -> BookingRead:
    """Agree to the other side's change."""
    return await http.call("POST", f"/bookings/{booking_id}/changes/{change_id}/accept", BookingRead, once=True)


async def decline_change(http: Http, booking_id: UUID, change_id: UUID, reason: str) -> BookingRead:
    """Decline the other side's change, and say why."""
    path = f"/bookings/{booking_id}/changes/{change_id}/decline"
    return await http.call("POST", path, BookingRead, body=Decline(reason=reason), once=True)


async def withdraw_change(http: Http, booking_id: UUID, change_id: UUID) -> BookingRead:
    """Take one's own wish for a change back."""
    return await http.call("POST", f"/bookings/{booking_id}/changes/{change_id}/withdraw", BookingRead, once=True)


async def pay(http: Http, booking_id: UUID, part: PartOfStay = None) -> PaymentRead:
    """Begin the payment of a held stay or of a part of one; the same again while one is under way."""
    return await http.call("POST", _payment(booking_id, part), PaymentRead, once=True)


async def payment(http: Http, booking_id: UUID, part: PartOfStay = None) -> PaymentRead:
    """The latest payment of a stay, or of a part of it."""
    return await http.call("GET", _payment(booking_id, part), PaymentRead)


async def check_payment(http: Http, booking_id: UUID, part: PartOfStay = None) -> PaymentRead:
    """Have the provider asked now what came of it; what is answered is how it stood before."""
    return await http.call("POST", f"{_payment(booking_id, part)}/check", PaymentRead, once=True)


def _payment(booking_id: UUID, part: PartOfStay) -> str:
    if part is None:
        return f"/bookings/{booking_id}/payment"
    return f"/bookings/{booking_id}/{'months' if isinstance(part, int) else 'changes'}/{part}/payment"


async def bookings(
    http: Http,
    side: BookingSide,
    when: BookingTime = BookingTime.ALL,
    *,
    order: BookingOrder | None = None,
    cursor: str | None = None,
) -> Page[BookingRead]:
    """My stays, or the stays at my homes; without an order as fits what is asked for."""
    query = {"side": side, "when": when, "order": order, "cursor": cursor}
    return await http.call("GET", "/bookings", Page[BookingRead], query=query)


async def to_come_at(http: Http, slug: str) -> list[BookingRead]:
    """What I have to come at one home: stays, holds and requests."""
    found: list[BookingRead] = []
    cursor: str | None = None
    while True:
        page = await bookings(http, BookingSide.TENANT, BookingTime.UPCOMING, cursor=cursor)
        found += [booking for booking in page.items if booking.home.slug == slug]
        cursor = page.next_cursor
        if cursor is None:
            return found


async def bookings_within(
    http: Http, period: Period, *, property_ids: Sequence[UUID] = (), cursor: str | None = None
) -> Page[BookingRead]:
    """The stays at my homes, or at some of them, that have or ask for nights of this stretch."""
    query = {
        "side": BookingSide.LANDLORD,
        "when": BookingTime.ALL,
        "start": period.start,
        "end": period.end,
        "property_ids": list(property_ids) or None,
        "cursor": cursor,
        "limit": MAX_PAGE,
    }
    return await http.call("GET", "/bookings", Page[BookingRead], query=query)


async def booking(http: Http, booking_id: UUID) -> BookingRead:
    """One stay."""
    return await http.call("GET", f"/bookings/{booking_id}", BookingRead)


async def simulate_prices(http: Http, request: PriceSimulationRequest) -> PriceSimulation:
    """What prices would do before they are saved."""
    return await http.call("POST", "/quotes/simulations", PriceSimulation, body=request)
