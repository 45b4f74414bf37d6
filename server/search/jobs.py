"""Work by the clock."""

from sqlalchemy.ext.asyncio import AsyncSession

from server.core import jobs
from server.search import service

LEARN_WORDS = "search.learn_words"


@jobs.job(LEARN_WORDS, queue=jobs.Queue.BULK, cron="*/5 * * * *")
async def learn_words(session: AsyncSession) -> None:
    """Learn the words and places of the published homes anew."""
    await service.learn(session)
