"""What is kept of a person's stays: their own part of each, and nothing that the other side said or is called."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings.repository.bookings import Bookings
from server.bookings.repository.changes import Changes
from server.bookings.repository.history import History
from server.bookings.repository.quotes import Quotes
from server.bookings.repository.rent import Rent
from server.bookings.tables import BookingTable
from shared_models.bookings import BookingSide

Row = dict[str, Any]


async def data_export(session: AsyncSession, person_id: UUID) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Prices they were shown, stays on either side, their months, the changes they asked for, and what they did."""
    rows = await Bookings(session).all_of(person_id)
    side_of = {row.id: _side(row, person_id) for row in rows}
    changes = await Changes(session).of_all(side_of)
    entries = await History(session).of_all(side_of)
    return {
        "prices_shown": [_plain(row, "tenant_id") for row in await Quotes(session).all_of(person_id)],
        "stays_as_tenant": [_stay(row, BookingSide.TENANT) for row in rows if side_of[row.id] is BookingSide.TENANT],
        "stays_as_landlord": [
            _stay(row, BookingSide.LANDLORD) for row in rows if side_of[row.id] is BookingSide.LANDLORD
        ],
        "changes_asked": [_plain(row) for row in changes if row.asked_by == side_of[row.booking_id].value],
        "rent_months": [_plain(row) for row in await Rent(session).of_all(side_of)],
        "what_you_did": [_plain(row) for row in entries if row.actor == side_of[row.booking_id].value],
    }


def _side(row: BookingTable, person_id: UUID) -> BookingSide:
    return BookingSide.TENANT if row.tenant_id == person_id else BookingSide.LANDLORD


def _stay(row: BookingTable, side: BookingSide) -> Row:
    """A stay without the people in it; a reason is told to whoever gave it."""
    stay = _plain(row, "tenant_id", "landlord_id", "quote_id")
    return stay if row.ended_by == side.value else stay | {"reason": None}


def _plain(row: Any, *without: str) -> Row:
    plain: Row = row.model_dump(mode="json", exclude={*without})
    return plain
