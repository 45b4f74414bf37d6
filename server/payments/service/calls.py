"""When the provider was first asked for something."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.core import attempts

OPEN_PAGE = "payments.open_page"


async def first_sent(session: AsyncSession, name: str, subject_id: UUID) -> datetime | None:
    """When a call was first made; None while it was not."""
    return next((call.first_tried_at for call in await attempts.of_subjects(session, name, [subject_id])), None)
