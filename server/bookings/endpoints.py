"""`/quotes` and `/bookings`: from a price to a stay."""

from uuid import UUID

from server.auth.guards import SignedIn
from server.bookings import service
from server.bookings.service import NotBookable, QuoteExpired, TooManyHolds
from server.calendars.service import HoldLapsed
from server.core.errors import DatesTaken, NotFound, WrongMove
from server.core.web import Session, documented, room_router
from shared_models.bookings import BookingRead, BookingRequest, BookingSide, BookingTime, Quote, QuoteRequest
from shared_models.paging import Cursor, Page, PageSize

quotes = room_router("quotes")
router = room_router("bookings")


@quotes.post("", status_code=201, responses=documented(NotFound, NotBookable, DatesTaken))
async def quote(wish: QuoteRequest, tenant: SignedIn, session: Session) -> Quote:
    """The price of a stay, kept for half an hour."""
    return await service.quote(session, tenant, wish)


@router.post("", status_code=201, responses=documented(NotFound, QuoteExpired, NotBookable, TooManyHolds, DatesTaken))
async def hold(wish: BookingRequest, tenant: SignedIn, session: Session) -> BookingRead:
    """Keep the nights of a quote for a quarter of an hour."""
    return await service.hold(session, tenant, wish.quote_id)


@router.post("/{booking_id}/confirm", responses=documented(NotFound, HoldLapsed, WrongMove))
async def confirm(booking_id: UUID, tenant: SignedIn, session: Session) -> BookingRead:
    """Agree to a held stay, paid on arrival."""
    return await service.confirm(session, tenant, booking_id)


@router.post("/{booking_id}/release", responses=documented(NotFound, WrongMove))
async def release(booking_id: UUID, tenant: SignedIn, session: Session) -> BookingRead:
    """Let a hold go."""
    return await service.release(session, tenant, booking_id)


@router.get("")
async def bookings(
    caller: SignedIn,
    session: Session,
    side: BookingSide = BookingSide.TENANT,
    when: BookingTime = BookingTime.UPCOMING,
    cursor: Cursor | None = None,
    limit: PageSize = 20,
) -> Page[BookingRead]:
    """The caller's bookings: those made, or those at their homes."""
    return await service.page(session, caller, side, when, cursor=cursor, limit=limit)


@router.get("/{booking_id}", responses=documented(NotFound))
async def booking(booking_id: UUID, caller: SignedIn, session: Session) -> BookingRead:
    """One booking, for its tenant and its landlord."""
    return await service.one(session, caller, booking_id)
