"""Calls to other services, each made once as far as that can be had.

What is to be done is written down first, under an id of ours that goes along as the idempotency key. A job *claims* the
call in one short transaction, makes it in none, and *settles* it in another:

    waiting ──claim──▶ calling ──answered──▶ done
     ▲   ▲               │ │ └──refused for good, or its time is over──▶ failed ──┐
     │   └─failed for now┘ └────nothing to call for any more──▶ dropped           │
     └──────────────────────────── run again by a person ────────────────────────┘

A claim is a lease: who dies between claim and settling is followed by another attempt once it is over. Whether the call
went out then nobody can know; it is repeated under the same id, by which the other side tells it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

import structlog
from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.core import clock, jobs
from server.core.jobs import ExternalJob, Queue
from server.core.retries import FailedForGood, RetryAt, RetryPolicy
from server.core.settings import Settings
from server.core.tables import CallStatus, OutgoingCall

Request = TypeVar("Request")
Reply = TypeVar("Reply")
log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=2)
"""How long an attempt has the call for itself. A claim that is older was left behind by a process that died."""
MAX_CALL_SECONDS = 90
"""Less than the lease: nobody is still calling when the next one begins."""
_call: Any = OutgoingCall
_REOPEN = text(
    "UPDATE outgoing_call SET status = 'waiting', first_tried_at = NULL, settled_at = NULL WHERE id IN ("
    "SELECT id FROM outgoing_call WHERE status = 'failed' AND id IN (SELECT CAST(args->>'call_id' AS uuid) "
    "FROM procrastinate_jobs WHERE task_name = :name AND status = 'failed') ORDER BY id FOR UPDATE)"
)


@dataclass(frozen=True)
class Attempt:
    """One attempt at a call. `id` is the same at every attempt: send it along as the idempotency key."""

    id: UUID
    subject_id: UUID
    number: int


@dataclass(frozen=True)
class Steps(Generic[Request, Reply]):
    """How the calls of one kind are made."""

    prepare: Callable[[AsyncSession, Settings, Attempt], Awaitable[Request | None]]
    """What to ask, in the transaction of the claim; None when there is nothing to call for any more."""
    call: Callable[[Settings, Request], Awaitable[Reply]]
    """The call itself, in no transaction. What it raises is tried again, but for `FailedForGood`."""
    record: Callable[[AsyncSession, Attempt, Reply], Awaitable[None]] | None = None
    """What follows from the answer, in the transaction that settles: once, however often the call was made."""
    gave_up: Callable[[AsyncSession, Attempt, str], Awaitable[None]] | None = None
    """What follows when it is given up; told the class of the last error."""


class GivenUp(FailedForGood):
    """The time of this call is over; `error` is the class of what it failed with last."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self._error = error

    @property
    def error(self) -> str:
        return self._error


def declare(name: str, steps: Steps[Any, Any], *, queue: Queue, retry: RetryPolicy) -> None:
    """Declare the calls of one kind: the job `name` makes them."""

    async def run(external: ExternalJob, call_id: str) -> None:
        await _make(external, UUID(call_id), steps, retry)

    run.__module__, run.__qualname__ = steps.call.__module__, f"{steps.call.__qualname__}[{name}]"
    jobs.register(name, jobs.Job(run=run, queue=queue, retry=retry, external=True))


async def intend(session: AsyncSession, name: str, subject_id: UUID, *, lock: str | None = None) -> None:
    """Let the call `name` be made for a subject, as part of this transaction: once, however often it is asked for.

    Calls of one `lock` are made in the order in which they were asked for; one that waits to be tried again keeps its
    place.
    """
    call_id = await session.scalar(
        insert(OutgoingCall)
        .values(OutgoingCall(kind=name, subject_id=subject_id).model_dump())
        .on_conflict_do_nothing(index_elements=["kind", "subject_id"])
        .returning(_call.id)
    )
    if call_id is not None:
        await jobs.defer(session, name, {"call_id": str(call_id)}, lock=lock)


async def run_again(session: AsyncSession, name: str) -> int:
    """Run the jobs of a name again that failed for good, their time counted anew, and with them the calls that they
    gave up; answers how many."""
    await session.execute(_REOPEN, {"name": name})
    return await jobs.run_again(session, name)


async def of_subjects(session: AsyncSession, name: str, subject_ids: Iterable[UUID]) -> Sequence[OutgoingCall]:
    """The calls of a kind for these subjects."""
    found = await session.scalars(
        select(OutgoingCall).where(_call.kind == name, _call.subject_id.in_(list(subject_ids))).order_by(_call.id)
    )
    return found.all()


async def forget(session: AsyncSession, name: str, subject_ids: Iterable[UUID]) -> None:
    """Remove the calls of a kind for these subjects; what waits of them is not made any more."""
    await session.execute(delete(OutgoingCall).where(_call.kind == name, _call.subject_id.in_(list(subject_ids))))


async def _make(external: ExternalJob, call_id: UUID, steps: Steps[Any, Any], retry: RetryPolicy) -> None:
    async with external.database.transaction() as session:
        claimed = await _claim(session, external.settings, call_id, steps)
    if claimed is None:
        return
    attempt, request = claimed
    try:
        async with asyncio.timeout(MAX_CALL_SECONDS):
            reply = await steps.call(external.settings, request)
    except Exception as error:
        async with external.database.transaction() as session:
            again = await _failed(session, attempt, error, steps, retry)
        if again is not None:
            raise RetryAt(again) from error
        if isinstance(error, FailedForGood):
            raise
        raise GivenUp(type(error).__name__) from error
    async with external.database.transaction() as session:
        await _answered(session, attempt, reply, steps)


async def _claim(
    session: AsyncSession, settings: Settings, call_id: UUID, steps: Steps[Any, Any]
) -> tuple[Attempt, Any] | None:
    """Begin an attempt; None when there is nothing to do. Raises RetryAt while another one is at it, GivenUp."""
    row = await _locked(session, call_id)
    if row is None or row.status in (CallStatus.DONE.value, CallStatus.DROPPED.value):
        return None
    if row.status == CallStatus.FAILED.value:
        raise GivenUp(row.error or "")
    now = clock.now()
    if row.status == CallStatus.CALLING.value and row.claimed_at is not None and now < row.claimed_at + LEASE:
        raise RetryAt(row.claimed_at + LEASE)  # should it have died, the call must still be made
    attempt = Attempt(row.id, row.subject_id, row.attempts + 1)
    request = await steps.prepare(session, settings, attempt)
    if request is None:
        row.status, row.settled_at = CallStatus.DROPPED.value, now
        return None
    row.status, row.claimed_at, row.attempts = CallStatus.CALLING.value, now, attempt.number
    row.first_tried_at = row.first_tried_at or now
    return attempt, request


async def _answered(session: AsyncSession, attempt: Attempt, reply: Any, steps: Steps[Any, Any]) -> None:
    row = await _locked(session, attempt.id)
    if row is None or row.status != CallStatus.CALLING.value:
        return  # its subject was erased meanwhile, or another attempt has settled it
    row.status, row.settled_at, row.error = CallStatus.DONE.value, clock.now(), None
    if steps.record is not None:
        await steps.record(session, attempt, reply)
    _log(row)


async def _failed(
    session: AsyncSession, attempt: Attempt, error: Exception, steps: Steps[Any, Any], retry: RetryPolicy
) -> datetime | None:
    """Write down that an attempt failed; when to try again, or None: it is given up."""
    row = await _locked(session, attempt.id)
    if row is None or row.status != CallStatus.CALLING.value or row.attempts != attempt.number:
        return clock.now()  # erased, or another attempt is at it or has settled it: let the job see which
    now, row.error = clock.now(), type(error).__name__
    wait = None
    if not isinstance(error, FailedForGood):
        wait = retry.wait(attempt.number, now - (row.first_tried_at or now))
    if wait is not None:
        row.status = CallStatus.WAITING.value
        return now + wait
    row.status, row.settled_at = CallStatus.FAILED.value, now
    if steps.gave_up is not None:
        await steps.gave_up(session, attempt, row.error)
    _log(row)
    return None


async def _locked(session: AsyncSession, call_id: UUID) -> OutgoingCall | None:
    return await session.scalar(select(OutgoingCall).where(_call.id == call_id).with_for_update())


def _log(row: OutgoingCall) -> None:
    log.info("call_settled", kind=row.kind, id=str(row.id), status=row.status, attempts=row.attempts, error=row.error)
