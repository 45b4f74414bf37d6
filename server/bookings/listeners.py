"""A booking whose hold is gone is expired, in the transaction that removes the hold; open stays keep accounts."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.auth import service as auth
from server.bookings import service
from server.calendars.events import HoldsLapsed
from server.core.events import within
from shared_models.auth import Obstacle


@within(HoldsLapsed)
async def expire(session: AsyncSession, event: HoldsLapsed) -> None:
    """Say so in the booking, too."""
    await service.expire(session, event.source_ids)


@auth.asked_before_closing
async def open_stays(session: AsyncSession, person_id: UUID) -> list[Obstacle]:
    """Who has a stay to come, or a guest, cannot leave yet."""
    return await service.open_stays(session, person_id)
