"""Sending: claim in one transaction, hand over in none, settle in another."""

from uuid import UUID

from server.core.jobs import ExternalJob, Queue, external_job
from server.core.retries import MAILS
from server.notifications import gateway, service
from shared_models.notifications import DeliveryStatus


@external_job(service.SEND_MAIL, queue=Queue.MAIL, retry=MAILS)
async def send_mail(out: ExternalJob, notification_id: str) -> None:
    """Mail a notification. Run twice, it sends once; killed in between, the next attempt has the same Message-ID."""
    async with out.database.transaction() as session:
        claim = await service.claim(session, out.settings, UUID(notification_id))
    if claim is None:
        return
    try:
        await gateway.send(out.settings, claim.letter)
        status = DeliveryStatus.SENT
    except gateway.Refused:
        status = DeliveryStatus.FAILED
    except gateway.NotSent:
        status = DeliveryStatus.WAITING
    async with out.database.transaction() as session:
        await service.settle(session, claim, status)
