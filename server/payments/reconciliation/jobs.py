"""Every night, and when an admin wants it: the provider's lines are read and compared with the books."""

from datetime import datetime
from uuid import UUID

from server.core.jobs import ExternalJob, Queue, external_job
from server.core.retries import PROVIDERS
from server.payments.reconciliation import gateway, service

MAX_READINGS = 5
"""How often the lines are read again because money moved meanwhile, before the balance is left to the next look."""


@external_job(service.RECONCILE, queue=Queue.PROVIDERS, retry=PROVIDERS, cron="10 3 * * *")
async def reconcile(external: ExternalJob) -> None:
    """One look, begun anew or gone on with where it was cut off."""
    async with external.database.transaction() as session:
        run = await service.begin(session)
        asked = await service.unknown_there(session)
    for id_ in asked:
        line = await gateway.read_movement(external.settings, id_)
        if line is not None:
            async with external.database.transaction() as session:
                await service.keep(session, run.id, [line], run.cursor)
    held, since, cursor = service.held_by(run), run.since, run.cursor
    if held is None:
        held = await gateway.read_balance(external.settings)
        async with external.database.transaction() as session:
            await service.hold(session, run.id, held)
    for _ in range(MAX_READINGS):
        await _read(external, run.id, since, cursor)
        now = await gateway.read_balance(external.settings)
        if now == held:
            break
        async with external.database.transaction() as session:
            since, cursor, held = await service.hold(session, run.id, now), None, now
    else:
        held = None
    async with external.database.transaction() as session:
        await service.finish(session, run.id, held)


async def _read(external: ExternalJob, run_id: UUID, since: datetime | None, cursor: str | None) -> None:
    """Read all lines since an instant, from after one on; each page is kept before the next is asked for."""
    is_last = False
    while not is_last:
        page = await gateway.read_movements(external.settings, since, cursor)
        is_last = page.is_last or not page.lines
        cursor = page.lines[-1].id if page.lines else cursor
        async with external.database.transaction() as session:
            await service.keep(session, run_id, page.lines, cursor)
