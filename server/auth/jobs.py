"""Work by the clock."""

from sqlalchemy.ext.asyncio import AsyncSession

from server.auth import service
from server.core.jobs import Queue, job


@job("auth.purge_expired", queue=Queue.BULK, cron="41 3 * * *")
async def purge_expired(session: AsyncSession) -> None:
    """Keep old sessions, links and counts of tries no longer than they are asked for."""
    await service.purge_expired(session)
