"""Work by the clock."""

from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.service import accounts
from server.core.jobs import Queue, job


@job("auth.purge_expired", queue=Queue.BULK, cron="41 3 * * *")
async def purge_expired(session: AsyncSession) -> None:
    """Keep old sessions, links and counts of tries no longer than they are asked for."""
    await accounts.purge_expired(session)
