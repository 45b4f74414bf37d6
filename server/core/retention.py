"""What the cellar keeps no longer than it must."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from server.core import clock, inbox
from server.core.jobs import Queue, job
from server.core.tables import IdempotentReply

REPLIES_KEPT = timedelta(hours=24)
_reply: Any = IdempotentReply


async def forget_replies_to(session: AsyncSession, person_id: UUID) -> None:
    """Forget the answers kept for someone who leaves: they name people, and nobody may have them again."""
    await session.execute(delete(IdempotentReply).where(_reply.person_id == person_id))


@job("core.forget_replies", queue=Queue.BULK, cron="17 * * * *")
async def forget_replies(session: AsyncSession) -> None:
    """Forget the answers to Idempotency-Keys that nobody repeats any more. Running twice forgets no more than once."""
    await session.execute(delete(IdempotentReply).where(_reply.created_at < clock.now() - REPLIES_KEPT))


@job("core.forget_inbox", queue=Queue.BULK, cron="23 4 * * *")
async def forget_inbox(session: AsyncSession) -> None:
    """Keep what other services told us no longer than it is asked for. Running twice forgets no more than once."""
    await inbox.purge_expired(session)
