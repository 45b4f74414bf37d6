"""A booking whose hold is gone is expired, in the transaction that removes the hold; and who tells the stays."""

from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings import service
from server.calendars.events import HoldsLapsed
from server.core.events import within
from server.properties import service as properties

properties.stays_told_by(service.open_stays)


@within(HoldsLapsed)
async def expire(session: AsyncSession, event: HoldsLapsed) -> None:
    """Say so in the booking, too."""
    await service.expire(session, event.source_ids)
