"""Stays that were agreed elsewhere and have begun: what imports and the demo write down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings import rules
from server.bookings.repository.bookings import Bookings
from server.bookings.repository.history import History
from server.bookings.repository.quotes import Quotes
from server.bookings.service.acting import HistoryEvent, entry_of, period_of
from server.bookings.service.holds import booking_of
from server.bookings.service.prices import Wish, priced
from server.bookings.tables import BookingHistoryTable, BookingTable, QuoteTable
from server.calendars.service import door as calendars
from server.core import clock
from server.core.errors import Malformed, NotFound
from server.properties.service import door as properties
from server.properties.service.door import Home
from shared_models.booking_steps import ends_at
from shared_models.bookings import Actor, BookingStatus, HistoryEventKind, PaymentWay
from shared_models.calendars import ClaimKind
from shared_models.stay_dates import Stay


@dataclass(frozen=True)
class PastStay:
    """A stay that was agreed elsewhere, at `agreed_at`, and has begun."""

    property_id: UUID
    tenant_id: UUID
    stay: Stay
    guests: int
    agreed_at: datetime


async def record_past_stays(session: AsyncSession, stays: Sequence[PastStay]) -> list[UUID]:
    """Write down stays that have begun, at the homes' prices of today: completed if over, else confirmed.

    For what did not happen here: imports and the demo. Limits are not asked, nights are claimed as ever, and nobody is
    told. Answers the ids of the bookings, in the order of the stays. Raises NotFound, DatesTaken, or Malformed for a
    stay that has not begun.
    """
    homes = await properties.homes(session, {past.property_id for past in stays})
    if any(past.property_id not in homes for past in stays):
        raise NotFound
    await calendars.lock(session, homes)
    kept = [_kept_of(past, homes[past.property_id]) for past in stays]
    await Quotes(session).add_all(kept)
    made = [_begun(quoted, past, homes[past.property_id]) for quoted, past in zip(kept, stays, strict=True)]
    while taken := await Bookings(session).references_among({booking.reference for booking in made}):
        for booking in made:
            booking.reference = rules.new_reference() if booking.reference in taken else booking.reference
    nights = [
        (booking.property_id, period_of(past.stay), booking.id) for booking, past in zip(made, stays, strict=True)
    ]
    await calendars.claim_all(session, nights, ClaimKind.BOOKING)
    await Bookings(session).add_all(made)
    await History(session).add_all([entry for booking in made for entry in _history(booking, homes)])
    return [booking.id for booking in made]


def _kept_of(past: PastStay, home: Home) -> QuoteTable:
    """What was agreed elsewhere was not paid to us. Raises Malformed for a stay that has not begun."""
    if past.stay.check_in >= clock.today_in(home.zone):
        raise Malformed.field("check_in", "is not in the past; book the stay instead")
    return priced(home, past.tenant_id, Wish(past.stay, past.guests, payment=PaymentWay.ON_ARRIVAL), past.agreed_at)


def _begun(kept: QuoteTable, past: PastStay, home: Home) -> BookingTable:
    over = _end(past.stay, home) <= clock.now()
    booking = booking_of(kept, home, BookingStatus.COMPLETED if over else BookingStatus.CONFIRMED, past.agreed_at)
    booking.confirmed_at = past.agreed_at
    return booking


def _end(stay: Stay, home: Home) -> datetime:
    return ends_at(stay.check_out, home.check_out_by, home.zone)


def _history(booking: BookingTable, homes: Mapping[UUID, Home]) -> list[BookingHistoryTable]:
    entries = [entry_of(booking, HistoryEvent(HistoryEventKind.CONFIRMED, Actor.TENANT, at=booking.confirmed_at))]
    if booking.status == BookingStatus.COMPLETED:
        stay = Stay(check_in=booking.check_in, check_out=booking.check_out)
        over = _end(stay, homes[booking.property_id])
        entries.append(entry_of(booking, HistoryEvent(HistoryEventKind.COMPLETED, Actor.CLOCK, at=over)))
    return entries
