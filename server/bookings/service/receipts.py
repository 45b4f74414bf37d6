"""What a receipt says of a stay, of other dates of one, or of a month, that was paid for."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings import rules
from server.bookings.repository.bookings import Bookings
from server.bookings.repository.changes import Changes
from server.bookings.repository.quotes import Quotes
from server.bookings.repository.rent import Rent
from server.bookings.service.refunding import lines_of
from server.bookings.tables import BookingTable, QuoteTable
from server.core import clock
from server.core.words import Translator
from server.payments.service.door import Line, Sold
from server.properties.service import door as properties
from server.properties.service.door import Home
from shared_models.booking_steps import status_at
from shared_models.bookings import BookingStatus
from shared_models.prices import LineKind, QuoteLine
from shared_models.tourist_taxes import TAXES


async def of_booking(session: AsyncSession, booking_id: UUID, spoken: Translator) -> Sold | None:
    """A stay as it was when it was booked, whatever was changed since."""
    booking = await Bookings(session).by_id(booking_id)
    return None if booking is None else await _sold(session, booking, booking.quote_id, spoken)


async def of_change(session: AsyncSession, change_id: UUID, spoken: Translator) -> Sold | None:
    """A stay as it is with the change: what was paid for it before is taken off by whoever writes the receipt."""
    change = (await Changes(session).by_ids([change_id])).get(change_id)
    booking = None if change is None else await Bookings(session).by_id(change.booking_id)
    return None if change is None or booking is None else await _sold(session, booking, change.quote_id, spoken)


async def of_month(session: AsyncSession, month_id: UUID, spoken: Translator) -> Sold | None:
    """A month of a stay, and the stay it is of as it is now."""
    month = (await Rent(session).by_ids([month_id])).get(month_id)
    booking = None if month is None else await Bookings(session).by_id(month.booking_id)
    if month is None or booking is None:
        return None
    home = await properties.home(session, booking.property_id)
    named = (spoken.t("Month"), f"{month.number}: {spoken.day(month.due)} – {spoken.day(month.last)}")
    lines = [Line(_words(line, spoken), line.amount) for line in map(QuoteLine.model_validate, month.lines)]
    return Sold([*_facts(booking, booking, home, spoken), named], lines, home.zone)


async def _sold(session: AsyncSession, booking: BookingTable, quote_id: UUID, spoken: Translator) -> Sold:
    quote = (await Quotes(session).by_ids([quote_id]))[quote_id]
    home = await properties.home(session, booking.property_id)
    lines = [Line(_words(line, spoken), line.amount, line.kind is LineKind.TOURIST_TAX) for line in lines_of(quote)]
    return Sold(_facts(booking, quote, home, spoken), lines, home.zone)


def _facts(
    booking: BookingTable, quote: QuoteTable | BookingTable, home: Home, spoken: Translator
) -> list[tuple[str, str]]:
    t = spoken.t
    status = status_at(BookingStatus(booking.status), booking.hold_expires_at, clock.now())
    street = [home.address_line, home.postcode] if status in rules.SHOWS_STREET else []
    return [
        (t("Home"), home.title),
        (t("Address"), ", ".join(part for part in (*street, home.city) if part)),
        (t("Check-in"), spoken.day(quote.check_in)),
        (t("Check-out"), spoken.day(quote.check_out)),
        (t("Guests"), str(quote.guests)),
        (t("Reference"), booking.reference),
    ]


def _words(line: QuoteLine, spoken: Translator) -> str:
    """`3 nights × £80.00`; `Edinburgh visitor levy`."""
    t, tn, price = spoken.t, spoken.tn, spoken.money(line.unit)
    words = {
        LineKind.NIGHTS: lambda: f"{tn('{n} night', '{n} nights', line.quantity)} × {price}",
        LineKind.MONTHS: lambda: f"{tn('{n} month', '{n} months', line.quantity)} × {price}",
        LineKind.DAYS: lambda: t(
            "{days} of {all} days of {price}", days=line.quantity, all=line.of_days or line.quantity, price=price
        ),
        LineKind.EXTRA_GUESTS: lambda: t("Further guests, {n} × {price}", n=line.quantity, price=price),
        LineKind.CLEANING: lambda: t("Cleaning, once"),
        LineKind.TOURIST_TAX: lambda: _tax_name(line, spoken),
    }
    return words.get(line.kind, lambda: t("Other"))()


def _tax_name(line: QuoteLine, spoken: Translator) -> str:
    """The name of a tax, which the data has in English and the catalogue in the reader's language."""
    tax = next((TAXES.get(rule.tax) for rule in line.rules if rule.tax), None)
    t = spoken.t
    return t("Tourist tax") if tax is None else spoken.t(tax.name)
