"""What the demo does once it is served."""

from collections.abc import Sequence
from uuid import UUID

from server.core import clock
from server.core.jobs import ExternalJob, Queue, external_job
from server.core.retries import PROVIDERS, RetryAt
from server.demo import paid
from server.demo.gateway import press_pay


@external_job(paid.PAY, queue=Queue.PROVIDERS, retry=PROVIDERS)
async def pay(external: ExternalJob, stays: Sequence[tuple[str, str, bool]]) -> None:
    """Pay the pages of stays as they are made; once no payment is under way any more some of the stays are given up."""
    read = [paid.Paid(UUID(booking_id), UUID(tenant_id), given_up) for booking_id, tenant_id, given_up in stays]
    async with external.database.transaction() as session:
        under_way = await paid.under_way(session, read)
    for payment in under_way:
        if payment.page_url is not None:
            await press_pay(payment.page_url)
    if under_way:
        raise RetryAt(clock.now() + paid.LOOK_AGAIN)
    async with external.database.transaction() as session:
        await paid.give_up(session, read)
