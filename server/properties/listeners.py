"""A home that others can see keeps its landlord's account."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.auth import service as auth
from server.properties import service
from shared_models.auth import Obstacle


@auth.asked_before_closing
async def seen_homes(session: AsyncSession, person_id: UUID) -> list[Obstacle]:
    """Who has published a home, or sent one in for review, pauses or archives it first."""
    return await service.seen_homes(session, person_id)
