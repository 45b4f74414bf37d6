"""A worker in a process of its own, for tests that kill it: `python -m tests.server.payments.till_worker`.

It is told by `DATABASE_URL` and `STRIPE_API_BASE` where to work, fulfils whatever was paid for at the till, and ends
when nothing is due.
"""

import asyncio
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.core import jobs
from server.core.database import Database
from server.core.settings import Settings
from server.payments import jobs as payments_jobs
from server.payments.payouts import jobs as payouts_jobs
from server.payments.service.door import Settle, register_settler

KIND = "stay"
"""What the till is paid for."""


async def settle(session: AsyncSession, subject_id: UUID, settle: Settle) -> None:
    """Everything can be had."""
    del session, subject_id

    async def fulfil() -> bool:
        return True

    await settle(fulfil)


async def work() -> None:
    """Run what is due until nothing is."""
    settings = Settings()
    assert settings.database_url is not None
    database = Database(settings.database_url.get_secret_value())
    register_settler(KIND, settle)
    assert payments_jobs.look is not None
    assert payouts_jobs.earn is not None
    queue = jobs.queue(database, settings)
    async with queue.open_async():
        await queue.run_worker_async(wait=False, install_signal_handlers=False, delete_jobs="successful")
    await database.close()


if __name__ == "__main__":
    asyncio.run(work())
