"""Work by the clock."""

from sqlalchemy.ext.asyncio import AsyncSession

from server.calendars.service import claims
from server.core import jobs

REMOVE_LAPSED = "calendars.remove_lapsed"


@jobs.job(REMOVE_LAPSED, queue=jobs.Queue.DEFAULT, cron="* * * * *")
async def remove_lapsed(session: AsyncSession) -> None:
    """Remove holds whose time is over; goes on in another short job when there are many."""
    if await claims.remove_lapsed(session):
        await jobs.defer(session, REMOVE_LAPSED)
