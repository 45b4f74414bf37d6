"""Work by the clock."""

from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings.service import change_endings, endings, rent_reminders
from server.core import jobs

COMPLETE_STAYS = "bookings.complete_stays"
LAPSE_CHANGES = "bookings.lapse_changes"
REMIND_OF_RENT = "bookings.remind_of_rent"


@jobs.job(COMPLETE_STAYS, queue=jobs.Queue.DEFAULT, cron="5 * * * *")
async def complete_stays(session: AsyncSession, after: str | None = None) -> None:
    """Complete the stays that are over, some at a time; `after` is where the job before this one stopped."""
    reached = await endings.complete_stays(session, after)
    if reached is not None:
        await jobs.defer(session, COMPLETE_STAYS, {"after": reached})


@jobs.job(LAPSE_CHANGES, queue=jobs.Queue.DEFAULT, cron="* * * * *")
async def lapse_changes(session: AsyncSession) -> None:
    """End changes nobody answered in time; goes on in another short job when there are many."""
    if await change_endings.lapse(session):
        await jobs.defer(session, LAPSE_CHANGES)


@jobs.job(REMIND_OF_RENT, queue=jobs.Queue.DEFAULT, cron="10 * * * *")
async def remind_of_rent(session: AsyncSession, after: str | None = None) -> None:
    """Remind of the months that are to be paid, some at a time; `after` is where the job before this one stopped."""
    reached = await rent_reminders.remind(session, after)
    if reached is not None:
        await jobs.defer(session, REMIND_OF_RENT, {"after": reached})
