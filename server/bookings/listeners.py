"""A booking or a change whose hold is gone is expired, in the transaction that removes the hold."""

from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings.service import endings
from server.calendars.events import HoldsLapsed
from server.core.events import within


@within(HoldsLapsed)
async def expire(session: AsyncSession, event: HoldsLapsed) -> None:
    """Say so in the booking, too."""
    await endings.expire(session, event.source_ids)
