"""What price rules would do to a home, before its landlord saves them."""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings.repository.bookings import Bookings
from server.bookings.tables import BookingTable
from server.core import clock
from server.core.errors import NotFound
from server.core.identity import Identity
from server.properties.service import door as properties
from server.properties.service.door import Home
from shared_models.auth import Role
from shared_models.money import Currency, Money
from shared_models.price_simulation import (
    DAYS_BACK,
    PriceSimulation,
    PriceSimulationRequest,
    RepricedStay,
    repriced_sums,
    simulated_days,
)
from shared_models.prices import PriceTerms, price_stay, terms_of, total_of
from shared_models.stay_dates import Stay, local_day

MAX_STAYS = 400
"""A home has no more stays a year that begin on days of their own."""


async def simulate(session: AsyncSession, caller: Identity, request: PriceSimulationRequest) -> PriceSimulation:
    """The year to come and the stays of the last, at the rules as typed. Raises NotFound for a home of another."""
    home = await properties.home(session, request.property_id)
    if home.landlord_id != caller.id and not caller.has(Role.ADMIN):
        raise NotFound
    today = clock.today_in(home.zone)
    rows = await Bookings(session).begun_at(home.id, today - timedelta(days=DAYS_BACK), today, MAX_STAYS)
    # A year is some 3,000 nights to price: others need not wait for it.
    return await asyncio.to_thread(_simulated, home, request, rows, today)


def _simulated(
    home: Home, request: PriceSimulationRequest, agreed: Sequence[tuple[BookingTable, bool]], today: date
) -> PriceSimulation:
    typed = terms_of(request)
    stays = [_repriced(typed, booking, home.zone, non_refundable=given_up) for booking, given_up in agreed]
    return PriceSimulation(
        currency=request.currency,
        saved_currency=home.terms.price.currency,
        days=simulated_days(typed, home.terms, guests=request.guests, today=today),
        stays=stays,
        sums=repriced_sums(stays),
    )


def _repriced(terms: PriceTerms, booking: BookingTable, zone: str, *, non_refundable: bool) -> RepricedStay:
    booked_on = local_day(booking.created_at, zone)
    stay = Stay(check_in=booking.check_in, check_out=booking.check_out)
    lines = price_stay(terms, stay, guests=booking.guests, today=booked_on, non_refundable=non_refundable)
    return RepricedStay(
        booking_id=booking.id,
        reference=booking.reference,
        check_in=booking.check_in,
        check_out=booking.check_out,
        guests=booking.guests,
        booked_on=booked_on,
        agreed=Money(amount_minor=booking.total_minor, currency=Currency(booking.currency)),
        repriced=total_of(lines),
    )
