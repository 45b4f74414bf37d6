"""What other services tell us of their own accord: each event is kept as it came and processed once.

A room declares a source and how its events are handled. Its endpoint checks who speaks, calls `receive` and answers
once that is committed, so the other side may stop repeating. A job of each event's own then handles it:

    received ──handled, or of a kind we do not know──▶ processed
        ▲  └──handling failed──┐
        └──────again later─────┘   given up when its time is over, like every job: that opens a case

Other services repeat what they told, tell it late and in any order. What comes again is not kept again; a handler whose
event makes no sense yet raises, and is asked again later, while others go on.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.core import clock, jobs
from server.core.errors import Malformed
from server.core.jobs import ExternalJob, Queue
from server.core.retries import PROVIDERS, RetryPolicy
from server.core.tables import MAX_EXTERNAL_ID, InboxEvent

KEPT = timedelta(days=90)
"""How long an event is kept once it is processed: as long as anyone may ask what we were told."""
KEPT_UNPROCESSED = timedelta(days=365)
"""How long one is kept that was given up and left undone."""
log = structlog.get_logger(__name__)
_event: Any = InboxEvent


@dataclass(frozen=True)
class Received:
    """An event as it came. `id` is ours, `external_id` the other side's."""

    id: UUID
    external_id: str
    body: bytes
    headers: Mapping[str, str]
    received_at: datetime


Handler = Callable[[AsyncSession, Received], Awaitable[None]]
"""Does what follows from an event, in the transaction that marks it as processed, and calls nobody outside (see
`attempts.intend`). What it raises is tried again, but for `FailedForGood` and `UnknownKind`."""


class UnknownKind(Exception):
    """Events of this kind mean nothing to us; a newer version may know them."""


def declare(source: str, handle: Handler, *, retry: RetryPolicy = PROVIDERS) -> None:
    """Declare a service that tells us things, and how its events are handled: by the job `inbox.{source}`."""

    async def run(external: ExternalJob, event_id: str) -> None:
        await _process(external, UUID(event_id), handle)

    run.__module__, run.__qualname__ = handle.__module__, f"{handle.__qualname__}[{source}]"
    jobs.register(_job(source), jobs.Job(run=run, queue=Queue.PROVIDERS, retry=retry, external=True))


async def receive(
    session: AsyncSession, source: str, external_id: str, body: bytes, headers: Mapping[str, str] | None = None
) -> bool:
    """Keep an event and let it be handled, as part of this transaction; False when it had come before.

    `headers` are those that say something of it; no secrets. Raises Malformed for an id that cannot be one, KeyError
    for a source that nobody declared.
    """
    if not (0 < len(external_id) <= MAX_EXTERNAL_ID and external_id.isprintable()):
        raise Malformed.field("external_id", f"must be 1 to {MAX_EXTERNAL_ID} characters that can be read")
    row = InboxEvent(source=source, external_id=external_id, body=body, headers=dict(headers or {}))
    event_id = await session.scalar(
        insert(InboxEvent)
        .values(row.model_dump())
        .on_conflict_do_nothing(index_elements=["source", "external_id"])
        .returning(_event.id)
    )
    if event_id is not None:
        await jobs.defer(session, _job(source), {"event_id": str(event_id)})
    return event_id is not None


async def purge_expired(session: AsyncSession) -> None:
    """Forget what was processed a while ago; bodies may name people."""
    now = clock.now()
    old = or_(_event.processed_at < now - KEPT, _event.received_at < now - KEPT_UNPROCESSED)
    await session.execute(delete(InboxEvent).where(old))


def _job(source: str) -> str:
    return f"inbox.{source}"


async def _process(external: ExternalJob, event_id: UUID, handle: Handler) -> None:
    try:
        async with external.database.transaction() as session:
            row = await _unprocessed(session, event_id)
            if row is not None:
                await handle(session, Received(row.id, row.external_id, row.body, row.headers, row.received_at))
                row.processed_at, row.error = clock.now(), None
    except UnknownKind:
        await _note(external, event_id, UnknownKind.__name__, processed=True)
        log.warning("inbox_event_unknown", id=str(event_id))
    except Exception as error:
        await _note(external, event_id, type(error).__name__, processed=False)
        raise


async def _note(external: ExternalJob, event_id: UUID, error: str, *, processed: bool) -> None:
    """Write down what came of handling it, once that was taken back."""
    async with external.database.transaction() as session:
        row = await _unprocessed(session, event_id)
        if row is not None:
            row.error, row.processed_at = error, clock.now() if processed else None


async def _unprocessed(session: AsyncSession, event_id: UUID) -> InboxEvent | None:
    """The event for whoever handles it, alone; None when that was done."""
    return await session.scalar(
        select(InboxEvent).where(_event.id == event_id, _event.processed_at.is_(None)).with_for_update()
    )
