"""`/quotes` and `/bookings`: from a price to a stay, and every way it can go."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query

from server.auth.guards import SignedIn, Verified
from server.bookings import rules
from server.bookings.rules import MonthClosed, MonthNotYet
from server.bookings.service import (
    change_answers,
    change_payments,
    changes,
    endings,
    holds,
    paying,
    prices,
    reading,
    rent_payments,
    simulation,
)
from server.bookings.service.acting import NotBookable, QuoteExpired
from server.bookings.service.holds import TooManyHolds
from server.calendars.service.door import MAX_CALENDARS, HoldLapsed
from server.core.budgets import CallClass
from server.core.errors import DatesTaken, InvalidTransition, NotFound
from server.core.rates import counted_as
from server.core.web.problems import documented
from server.core.web.routers import room_router
from server.core.web.session import Session
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
from shared_models.paging import Cursor, Page, PageSize
from shared_models.payments import PaymentRead
from shared_models.price_simulation import PriceSimulation, PriceSimulationRequest
from shared_models.rent_months import MAX_MONTHS

MonthNumber = Annotated[int, Path(ge=1, le=MAX_MONTHS)]
PropertyIds = Annotated[list[UUID], Query(max_length=MAX_CALENDARS)]

quotes = room_router("quotes")
router = room_router("bookings")


@quotes.post("", status_code=201, responses=documented(NotFound, NotBookable, DatesTaken))
@counted_as(CallClass.QUOTE)
async def quote(request: QuoteRequest, tenant: SignedIn, session: Session) -> Quote:
    """The price of a stay, kept for half an hour."""
    return await prices.quote(session, tenant, request)


@quotes.post("/simulations", responses=documented(NotFound))
@counted_as(CallClass.QUOTE)
async def simulate(request: PriceSimulationRequest, landlord: SignedIn, session: Session) -> PriceSimulation:
    """What a home's price rules would do before they are saved: the year to come, and the stays of the last."""
    return await simulation.simulate(session, landlord, request)


@router.post("", status_code=201, responses=documented(NotFound, QuoteExpired, NotBookable, TooManyHolds, DatesTaken))
@counted_as(CallClass.BOOKING)
async def hold(request: BookingRequest, tenant: Verified, session: Session) -> BookingRead:
    """Keep the nights of a quote: a quarter of an hour to confirm, or until the landlord answers."""
    return await holds.hold(session, tenant, request.quote_id)


@router.post("/{booking_id}/confirm", responses=documented(NotFound, HoldLapsed, InvalidTransition))
@counted_as(CallClass.BOOKING)
async def confirm(booking_id: UUID, tenant: Verified, session: Session) -> BookingRead:
    """Agree to a held stay."""
    return await holds.confirm(session, tenant, booking_id)


@router.post("/{booking_id}/payment", status_code=202, responses=documented(NotFound, HoldLapsed, InvalidTransition))
@counted_as(CallClass.BOOKING)
async def pay(booking_id: UUID, tenant: Verified, session: Session) -> PaymentRead:
    """Go to pay what is held: the nights are held for longer, and the page to pay on follows."""
    return await paying.pay(session, tenant, booking_id)


@router.get("/{booking_id}/payment", responses=documented(NotFound))
async def payment(booking_id: UUID, tenant: SignedIn, session: Session) -> PaymentRead:
    """The latest payment of one's own booking."""
    return await paying.payment(session, tenant, booking_id)


@router.post("/{booking_id}/payment/check", status_code=202, responses=documented(NotFound))
@counted_as(CallClass.BOOKING)
async def check_payment(booking_id: UUID, tenant: SignedIn, session: Session) -> PaymentRead:
    """Have the provider asked now what has come of it; the answer is what was known before."""
    return await paying.check(session, tenant, booking_id)


@router.post("/{booking_id}/release", responses=documented(NotFound, InvalidTransition))
@counted_as(CallClass.BOOKING)
async def release(booking_id: UUID, tenant: SignedIn, session: Session) -> BookingRead:
    """Let a hold go, or take a request back."""
    return await holds.release(session, tenant, booking_id)


@router.post("/{booking_id}/accept", responses=documented(NotFound, InvalidTransition))
@counted_as(CallClass.BOOKING)
async def accept(booking_id: UUID, landlord: Verified, session: Session) -> BookingRead:
    """Accept a request."""
    return await holds.accept(session, landlord, booking_id)


@router.post("/{booking_id}/decline", responses=documented(NotFound, InvalidTransition))
@counted_as(CallClass.BOOKING)
async def decline(booking_id: UUID, request: Decline, landlord: SignedIn, session: Session) -> BookingRead:
    """Decline a request, and say why."""
    return await holds.decline(session, landlord, booking_id, request.reason)


@router.post("/{booking_id}/cancel", responses=documented(NotFound, InvalidTransition))
@counted_as(CallClass.BOOKING)
async def cancel(booking_id: UUID, request: Cancel, caller: SignedIn, session: Session) -> BookingRead:
    """Give an agreed stay back: until the day of arrival is over or, where it was paid by card, the last night."""
    return await endings.cancel(session, caller, booking_id, request.reason)


@router.post("/{booking_id}/no-show", responses=documented(NotFound, InvalidTransition))
@counted_as(CallClass.BOOKING)
async def no_show(booking_id: UUID, landlord: SignedIn, session: Session) -> BookingRead:
    """Say that nobody came, once the day of arrival is over."""
    return await endings.report_no_show(session, landlord, booking_id)


@router.post(
    "/{booking_id}/quotes", status_code=201, responses=documented(NotFound, InvalidTransition, NotBookable, DatesTaken)
)
@counted_as(CallClass.QUOTE)
async def quote_change(booking_id: UUID, request: ChangeQuoteRequest, caller: SignedIn, session: Session) -> Quote:
    """What the stay would cost with other dates or guests, kept for half an hour."""
    return await changes.quote(session, caller, booking_id, request)


@router.post(
    "/{booking_id}/changes",
    status_code=201,
    responses=documented(NotFound, InvalidTransition, QuoteExpired, NotBookable, DatesTaken),
)
@counted_as(CallClass.BOOKING)
async def ask_change(booking_id: UUID, request: ChangeRequest, caller: Verified, session: Session) -> BookingRead:
    """Ask the other side for the change that was quoted."""
    return await changes.ask(session, caller, booking_id, request.quote_id)


@router.post("/{booking_id}/changes/{change_id}/accept", responses=documented(NotFound, InvalidTransition))
@counted_as(CallClass.BOOKING)
async def accept_change(booking_id: UUID, change_id: UUID, caller: Verified, session: Session) -> BookingRead:
    """Agree to the other side's change."""
    return await change_answers.accept(session, caller, booking_id, change_id)


@router.post("/{booking_id}/changes/{change_id}/decline", responses=documented(NotFound, InvalidTransition))
@counted_as(CallClass.BOOKING)
async def decline_change(
    booking_id: UUID, change_id: UUID, request: Decline, caller: SignedIn, session: Session
) -> BookingRead:
    """Decline the other side's change, and say why."""
    return await change_answers.decline(session, caller, booking_id, change_id, request.reason)


@router.post("/{booking_id}/changes/{change_id}/withdraw", responses=documented(NotFound, InvalidTransition))
@counted_as(CallClass.BOOKING)
async def withdraw_change(booking_id: UUID, change_id: UUID, caller: SignedIn, session: Session) -> BookingRead:
    """Take one's own wish for a change back."""
    return await change_answers.withdraw(session, caller, booking_id, change_id)


@router.post(
    "/{booking_id}/changes/{change_id}/payment",
    status_code=202,
    responses=documented(NotFound, HoldLapsed, InvalidTransition),
)
@counted_as(CallClass.BOOKING)
async def pay_change(booking_id: UUID, change_id: UUID, tenant: Verified, session: Session) -> PaymentRead:
    """Ask for a page on which to pay what a change costs more; its address follows."""
    return await change_payments.pay(session, tenant, booking_id, change_id)


@router.get("/{booking_id}/changes/{change_id}/payment", responses=documented(NotFound))
async def change_payment(booking_id: UUID, change_id: UUID, tenant: SignedIn, session: Session) -> PaymentRead:
    """How the payment of what a change costs more stands, for the one who pays."""
    return await change_payments.read(session, tenant, booking_id, change_id)


@router.post("/{booking_id}/changes/{change_id}/payment/check", status_code=202, responses=documented(NotFound))
@counted_as(CallClass.BOOKING)
async def check_change_payment(booking_id: UUID, change_id: UUID, tenant: SignedIn, session: Session) -> PaymentRead:
    """Have a look now at what has come of the payment of a change."""
    return await change_payments.check(session, tenant, booking_id, change_id)


@router.post(
    "/{booking_id}/months/{number}/payment",
    status_code=202,
    responses=documented(NotFound, InvalidTransition, MonthNotYet, MonthClosed),
)
@counted_as(CallClass.BOOKING)
async def pay_month(booking_id: UUID, number: MonthNumber, tenant: Verified, session: Session) -> PaymentRead:
    """Ask for a page on which to pay a month of an agreed stay; its address follows."""
    return await rent_payments.pay(session, tenant, booking_id, number)


@router.get("/{booking_id}/months/{number}/payment", responses=documented(NotFound))
async def month_payment(booking_id: UUID, number: MonthNumber, tenant: SignedIn, session: Session) -> PaymentRead:
    """How the payment of a month stands, for the one who pays."""
    return await rent_payments.read(session, tenant, booking_id, number)


@router.post("/{booking_id}/months/{number}/payment/check", status_code=202, responses=documented(NotFound))
@counted_as(CallClass.BOOKING)
async def check_month_payment(booking_id: UUID, number: MonthNumber, tenant: SignedIn, session: Session) -> PaymentRead:
    """Have a look now at what has come of the payment of a month."""
    return await rent_payments.check(session, tenant, booking_id, number)


@router.get("")
async def bookings(
    caller: SignedIn,
    session: Session,
    side: BookingSide = BookingSide.TENANT,
    when: BookingTime = BookingTime.UPCOMING,
    start: date | None = None,
    end: date | None = None,
    property_ids: PropertyIds = [],  # noqa: B006 - FastAPI copies it
    order: BookingOrder | None = None,
    cursor: Cursor | None = None,
    limit: PageSize = 20,
) -> Page[BookingRead]:
    """The caller's bookings: those made, or those at their homes; by dates, those whose nights touch them.

    A booking touches them with its own nights, or with those of a change that waits for an answer.
    """
    which = reading.which(start, end, property_ids, order or rules.order_of(when))
    return await reading.page(session, caller, side, when, which=which, cursor=cursor, limit=limit)


@router.get("/{booking_id}", responses=documented(NotFound))
async def booking(booking_id: UUID, caller: SignedIn, session: Session) -> BookingRead:
    """One booking with its history, for its tenant and its landlord."""
    return await reading.one(session, caller, booking_id)
