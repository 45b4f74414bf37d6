"""Jobs that failed for good, in the admins' queue: one case for all the failed jobs of a name."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from server.cases import service as cases
from server.cases.service import Opening, SubjectSummary
from server.core import attempts, failed_jobs, jobs
from server.core.identity import Identity
from shared_models.cases import CaseAct, CaseDecision, CaseFull, CaseKind, CaseOutcome, FailedJobs

log = structlog.get_logger(__name__)

SUCCEEDED = CaseDecision(outcome=CaseOutcome.SUCCEEDED)


def subject_of(name: str) -> UUID:
    """What the case about the jobs of a name is about. `server/invariants.py` makes the same of it in SQL."""
    return UUID(bytes=hashlib.md5(name.encode(), usedforsecurity=False).digest())


async def follow(session: AsyncSession, names: Sequence[str]) -> None:
    """Let there be an open case about the jobs of each of these names, and of no others."""
    wanted = {subject_of(name): name for name in names}
    there = await cases.open_subjects(session, CaseKind.FAILED_JOB)
    new = [Opening(subject_id, by=None) for subject_id in wanted if subject_id not in there]
    await cases.open_cases(session, CaseKind.FAILED_JOB, new)
    for opening in new:
        log.warning("case_of_failed_jobs_opened", job=wanted[opening.subject_id])
    await cases.settle(session, CaseKind.FAILED_JOB, there - wanted.keys(), SUCCEEDED, None)


async def summarise(session: AsyncSession, ids: Iterable[UUID]) -> Mapping[UUID, SubjectSummary]:
    """What the queue calls these, and how they stand."""
    wanted = set(ids)
    names = {subject_of(name): name for name in {*jobs.registered(), *await failed_jobs.names(session)}}
    stand = await failed_jobs.standing(session, [names[id_] for id_ in wanted & names.keys()])
    failed = {name: FailedJobs(**asdict(standing)) for name, standing in stand.items()}
    return {id_: SubjectSummary(names[id_], failed=failed.get(names[id_])) for id_ in wanted & names.keys()}


async def run_again(session: AsyncSession, admin: Identity, case_id: UUID) -> CaseFull:
    """Run all again that a case is about and that is not tried any more; twice is once.

    Raises NotFound, CaseTaken, InvalidTransition (it is closed, or about something else).
    """
    return await cases.acted(session, admin, case_id, CaseKind.FAILED_JOB, _run_again)


async def _run_again(session: AsyncSession, subject_id: UUID) -> CaseAct | None:
    name = await _name_of(session, subject_id)
    return CaseAct.RUN_AGAIN if name is not None and await attempts.run_again(session, name) else None


async def lock(session: AsyncSession, subject_id: UUID) -> None:
    """Let the failed jobs that a case is about stay as they are."""
    if (name := await _name_of(session, subject_id)) is not None:
        await failed_jobs.lock(session, name)


async def decide(session: AsyncSession, admin: Identity, subject_id: UUID, decision: CaseDecision) -> None:
    """Leave undone what is not tried any more; what still is may open another case."""
    del admin, decision  # there is one way to decide
    if (name := await _name_of(session, subject_id)) is not None:
        await jobs.leave_undone(session, name)
        await failed_jobs.follow(session)


async def _name_of(session: AsyncSession, subject_id: UUID) -> str | None:
    return next((name for name in await failed_jobs.names(session) if subject_of(name) == subject_id), None)
