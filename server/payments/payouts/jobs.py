"""What is due is earned and paid out by the clock; each call to the provider is made once."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.core import attempts
from server.core.attempts import Steps
from server.core.jobs import ExternalJob, Queue, external_job, job
from server.core.retries import INTERNAL, PROVIDERS
from server.payments.payouts.gateway import read_account_balance, reverse_transfer, send_transfer
from server.payments.payouts.service import earning, giving_back, reversals, transfers

_CALLS: Mapping[str, Steps[Any, Any]] = {
    earning.SEND_TRANSFER: Steps(
        transfers.transfer_request, send_transfer, transfers.transfer_sent, transfers.transfer_refused
    ),
    reversals.REVERSE_TRANSFER: Steps(
        reversals.reversal_request, reverse_transfer, reversals.reversal_done, reversals.reversal_refused
    ),
}
for name, steps in _CALLS.items():
    attempts.declare(name, steps, queue=Queue.PROVIDERS, retry=PROVIDERS)


@job("payouts.find_due", queue=Queue.DEFAULT, cron="*/10 * * * *")
async def find_due(session: AsyncSession) -> None:
    """What is due is earned and paid out, and what waited is asked about again."""
    await earning.find_due(session)


@job("payouts.send_waiting", queue=Queue.DEFAULT, cron="17 * * * *")
async def send_waiting(session: AsyncSession) -> None:
    """What our balance did not cover, or a dispute kept back, is sent again."""
    await transfers.send_waiting(session)


@external_job(earning.EARN, queue=Queue.DEFAULT, retry=INTERNAL)
async def earn(external: ExternalJob, earning_id: str) -> None:
    """Earn what is due, and ask for it to be paid out. It calls nobody: it is told by the settings what the fee is."""
    async with external.database.transaction() as session:
        await earning.earn(session, external.settings, UUID(earning_id))


@external_job(giving_back.CLAW_BACK, queue=Queue.PROVIDERS, retry=PROVIDERS)
async def claw_back(external: ExternalJob, clawback_id: str) -> None:
    """Read what a landlord's account has of what they owe, and ask for that back."""
    async with external.database.transaction() as session:
        asked = await reversals.account_to_ask(session, UUID(clawback_id))
    if asked is None:
        return
    there = await read_account_balance(external.settings, *asked)
    async with external.database.transaction() as session:
        await reversals.ask_back(session, UUID(clawback_id), asked[0], there)
