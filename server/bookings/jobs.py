"""Work by the clock."""

from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings import service
from server.core import jobs

COMPLETE_STAYS = "bookings.complete_stays"


@jobs.job(COMPLETE_STAYS, cron="5 * * * *")
async def complete_stays(session: AsyncSession, after: str | None = None) -> None:
    """Complete the stays that are over, some at a time; `after` is where the job before this one stopped."""
    reached = await service.complete_stays(session, after)
    if reached is not None:
        await jobs.defer(session, COMPLETE_STAYS, {"after": reached})
