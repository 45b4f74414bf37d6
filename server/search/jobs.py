"""Learning what is on show: by the clock, and soon after that changed."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from server.core import clock, jobs
from server.search import service

LEARN_WORDS = "search.learn_words"
GATHER = timedelta(seconds=2)
"""How long a change waits for others, which are then learned together."""


@jobs.job(LEARN_WORDS, queue=jobs.Queue.BULK, cron="*/5 * * * *")
async def learn_words(session: AsyncSession) -> None:
    """Learn the words and places of the published homes anew, once for all who asked for it until now."""
    await jobs.drop_waiting(session, LEARN_WORDS)
    await service.learn(session)


async def learn_soon(session: AsyncSession) -> None:
    """Learn once this transaction is committed. One learns at a time; who comes meanwhile is learned of next."""
    await jobs.defer(session, LEARN_WORDS, run_at=clock.now() + GATHER, lock=LEARN_WORDS)
