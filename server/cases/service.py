"""What a person must decide. Rooms above open cases about their own things, and say here how each kind is decided."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.cases import rules
from server.cases.repository import Cases, Wanted
from server.cases.tables import CaseEntryTable, CaseTable
from server.core import clock, cursors
from server.core.errors import AppError, InvalidTransition, Malformed, NotFound
from server.core.identity import Identity
from shared_models.base import known
from shared_models.cases import (
    CaseAct,
    CaseDecision,
    CaseEntry,
    CaseFull,
    CaseKind,
    CaseMoney,
    CaseOutcome,
    CasePage,
    CaseRead,
    CaseStatus,
    FailedJobs,
)
from shared_models.problems import ProblemCode


class CaseTaken(AppError):
    status, code, title = 409, ProblemCode.CASE_TAKEN, "Someone else has this case"


@dataclass(frozen=True)
class SubjectSummary:
    """What a case is about, in the words of now."""

    title: str
    place: str = ""
    whose: str = ""
    failed: FailedJobs | None = None
    money: CaseMoney | None = None


@dataclass(frozen=True)
class Subject:
    """How the room that opens cases of a kind locks, names and decides what they are about."""

    lock: Callable[[AsyncSession, UUID], Awaitable[None]]
    """Comes before the case is locked: the order of locks is the same for everyone."""
    summarise: Callable[[AsyncSession, Iterable[UUID]], Awaitable[Mapping[UUID, SubjectSummary]]]
    decide: Callable[[AsyncSession, Identity, UUID, CaseDecision], Awaitable[None]]
    """Does what follows from a decision. Raises what forbids it."""


@dataclass(frozen=True)
class Opening:
    """A case to open: on what, by whom, why in short words, and by when where others set the deadline."""

    subject_id: UUID
    by: UUID | None
    words: Sequence[str] = ()
    note: str | None = None
    due_at: datetime | None = None


@dataclass(frozen=True)
class Load:
    """How many cases are open, how many of them are overdue, and how many the asking admin has."""

    open: int
    overdue: int
    mine: int


Act = Callable[[AsyncSession, UUID], Awaitable[CaseAct | None]]
"""Does something about the subject of a case; None when nothing came of it."""
Names = Callable[[AsyncSession, Iterable[UUID]], Awaitable[Mapping[UUID, str]]]

_subjects: dict[CaseKind, Subject] = {}
_names: list[Names] = []


def about(kind: CaseKind, subject: Subject) -> None:
    """Say how cases of a kind are named and decided."""
    _subjects[kind] = subject


def register_names(names: Names) -> None:
    """Say who knows how people are called: a room above."""
    if names not in _names:
        _names.append(names)


async def open_cases(session: AsyncSession, kind: CaseKind, openings: Sequence[Opening]) -> None:
    """Open a case on each subject; where one is open already, a line is added to its log instead."""
    if not openings:
        return
    now, cases = clock.now(), Cases(session)
    new = await cases.open_all(
        [
            {
                "kind": kind.value,
                "subject_id": opening.subject_id,
                "words": list(opening.words),
                "opened_by": opening.by,
                "opened_at": now,
                "due_at": opening.due_at or rules.due(kind, now),
                "status": CaseStatus.WAITING.value,
            }
            for opening in openings
        ]
    )
    ids = await cases.open_on(kind, [opening.subject_id for opening in openings])
    await cases.note_all(
        [
            CaseEntryTable(
                case_id=ids[opening.subject_id],
                at=now,
                by=opening.by,
                act=(CaseAct.OPENED if opening.subject_id in new else CaseAct.ADDED).value,
                words=list(opening.words),
                note=opening.note,
            )
            for opening in openings
        ]
    )


async def settle(
    session: AsyncSession, kind: CaseKind, subject_ids: Iterable[UUID], decision: CaseDecision, by: UUID | None
) -> None:
    """Close the open cases on these subjects; subjects without one are left out. None: nobody decided."""
    now, cases = clock.now(), Cases(session)
    withdrawn = decision.outcome == CaseOutcome.WITHDRAWN
    owner = None if withdrawn else by
    closed = await cases.close_all(kind, subject_ids, decision.outcome, now, owner)
    lines = [_line(case_id, CaseAct.CLOSED, by, decision) for case_id in closed]
    await cases.note_all(lines)


async def open_subjects(session: AsyncSession, kind: CaseKind) -> set[UUID]:
    """On what the open cases of a kind are."""
    return await Cases(session).open_subjects(kind)


async def taken_by_others(
    session: AsyncSession, kind: CaseKind, subject_ids: Iterable[UUID], me: Identity
) -> Mapping[UUID, str]:
    """On which of these subjects someone else works, by name: theirs is the decision."""
    taken = await Cases(session).taken_by_others(kind, subject_ids, me.id)
    names = await _people(session, taken.values())
    return {subject_id: names.get(owner_id, "") for subject_id, owner_id in taken.items()}


async def queue(
    session: AsyncSession,
    cursor: str | None,
    limit: int,
    *,
    kind: CaseKind | None = None,
    closed: bool = False,
    owner_id: UUID | None = None,
) -> CasePage:
    """Cases for an admin, of a kind or an owner: open ones by deadline, or closed ones with the latest first."""
    cases, wanted = Cases(session), Wanted(closed=closed, kind=kind, owner_id=owner_id)
    rows = await cases.page(wanted, cursors.unpack_moment(cursor), limit + 1)
    counts = await cases.open_by_kind()
    return CasePage(
        items=await _to_read_all(session, rows[:limit]),
        next_cursor=_next(rows, limit),
        total=await cases.how_many(wanted),
        counts={kind: counts.get(kind, 0) for kind in known(CaseKind)},
    )


async def load(session: AsyncSession, admin: Identity) -> Load:
    """How much there is to decide, in one statement."""
    return Load(*await Cases(session).load(admin.id, clock.now()))


async def due_of(session: AsyncSession, kind: CaseKind, opened_by: UUID, *, limit: int) -> Mapping[UUID, datetime]:
    """By when what someone asked for will be decided: subject to deadline, the nearest first."""
    return dict(await Cases(session).due_of(kind, opened_by, limit))


async def data_export(session: AsyncSession, person_id: UUID) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """What a person asked us to decide, and what they wrote in logs or decided themselves."""
    cases = Cases(session)
    hidden = {"opened_by", "owner_id"}
    return {
        "cases": [row.model_dump(mode="json", exclude=hidden) for row in await cases.opened_by(person_id)],
        "case_entries": [row.model_dump(mode="json", exclude={"by"}) for row in await cases.written_by(person_id)],
    }


async def read(session: AsyncSession, case_id: UUID) -> CaseFull:
    """A case with its log. Raises NotFound."""
    row = await Cases(session).by_id(case_id)
    if row is None:
        raise NotFound
    return await _full(session, row)


async def take(session: AsyncSession, admin: Identity, case_id: UUID) -> CaseFull:
    """Work on a case; twice is once. Raises NotFound, CaseTaken, InvalidTransition (it is closed)."""
    row = await _locked(session, admin, case_id)
    if row.status != CaseStatus.TAKEN.value:
        row.status, row.owner_id = rules.move(CaseStatus(row.status), CaseStatus.TAKEN).value, admin.id
        await Cases(session).note_all([_line(row.id, CaseAct.TAKEN, admin.id)])
    return await _full(session, row)


async def release(session: AsyncSession, admin: Identity, case_id: UUID) -> CaseFull:
    """Give a case back to the queue, also one that a colleague left. Raises NotFound, InvalidTransition."""
    row = await _locked(session, admin, case_id, anyones=True)
    if row.status == CaseStatus.TAKEN.value:
        row.status, row.owner_id = rules.move(CaseStatus(row.status), CaseStatus.WAITING).value, None
        await Cases(session).note_all([_line(row.id, CaseAct.RELEASED, admin.id)])
    return await _full(session, row)


async def acted(session: AsyncSession, admin: Identity, case_id: UUID, kind: CaseKind, act: Act) -> CaseFull:
    """Do something about an open case of a kind that does not end it; its log tells when something came of it.

    Raises NotFound, CaseTaken, InvalidTransition.
    """
    row = await _locked(session, admin, case_id)
    if row.kind != kind.value:
        raise InvalidTransition("This cannot be done in a case of this kind.")
    done = await act(session, row.subject_id)
    if done is not None:
        await Cases(session).note_all([_line(row.id, done, admin.id)])
    return await _full(session, row)


async def decide(session: AsyncSession, admin: Identity, case_id: UUID, decision: CaseDecision) -> CaseFull:
    """End a case and do what follows from it. Raises NotFound, CaseTaken, InvalidTransition, Malformed."""
    row = await _locked(session, admin, case_id)
    kind = CaseKind(row.kind)
    if not rules.may_decide(kind, decision.outcome):
        raise Malformed.field("outcome", f"a {kind.value.replace('_', ' ')} cannot end so")
    await settle(session, kind, [row.subject_id], decision, admin.id)
    await _subjects[kind].decide(session, admin, row.subject_id, decision)
    await session.refresh(row)
    return await _full(session, row)


async def _locked(session: AsyncSession, admin: Identity, case_id: UUID, *, anyones: bool = False) -> CaseTable:
    """An open case that is nobody's or the admin's own (`anyones`: also another's), its subject locked first."""
    cases = Cases(session)
    found = await cases.by_id(case_id)
    if found is None:
        raise NotFound
    await _subjects[CaseKind(found.kind)].lock(session, found.subject_id)
    row = await cases.locked(case_id)
    owner = (await _people(session, [row.owner_id])).get(row.owner_id or row.id, "")
    if row.status == CaseStatus.CLOSED.value:
        who = f" by {owner}" if owner else ""
        raise InvalidTransition(f"This case was closed{who}: {(row.outcome or '').replace('_', ' ')}.")
    if not anyones and rules.is_anothers(CaseStatus(row.status), row.owner_id, admin.id):
        raise CaseTaken(f"{owner or 'Someone else'} works on it.")
    return row


def _line(case_id: UUID, act: CaseAct, by: UUID | None, decision: CaseDecision | None = None) -> CaseEntryTable:
    line = CaseEntryTable(case_id=case_id, at=clock.now(), by=by, act=act.value)
    if decision is not None:
        line.words, line.note = [reason.value for reason in decision.reasons], decision.note
        line.outcome = decision.outcome.value
    return line


async def _people(session: AsyncSession, ids: Iterable[UUID | None]) -> Mapping[UUID, str]:
    wanted = {id_ for id_ in ids if id_ is not None}
    if not wanted:
        return {}
    return {id_: name for names in _names for id_, name in (await names(session, wanted)).items()}


async def _to_read_all(session: AsyncSession, rows: Sequence[CaseTable]) -> list[CaseRead]:
    names = await _people(session, [person for row in rows for person in (row.opened_by, row.owner_id)])
    subjects: dict[tuple[str, UUID], SubjectSummary] = {}
    for kind in {row.kind for row in rows}:
        ids = [row.subject_id for row in rows if row.kind == kind]
        summaries = await _subjects[CaseKind(kind)].summarise(session, ids)
        subjects |= {(kind, id_): words for id_, words in summaries.items()}
    return [_to_read(row, subjects.get((row.kind, row.subject_id), SubjectSummary("")), names) for row in rows]


def _to_read(row: CaseTable, subject: SubjectSummary, names: Mapping[UUID, str]) -> CaseRead:
    return CaseRead(
        **row.model_dump(exclude={"opened_by"}),
        title=subject.title,
        place=subject.place,
        whose=subject.whose,
        money=subject.money,
        failed=subject.failed if row.status != CaseStatus.CLOSED.value else None,
        opened_by_name=names.get(row.opened_by, "") if row.opened_by else "",
        owner_name=names.get(row.owner_id, "") if row.owner_id else "",
    )


async def _full(session: AsyncSession, row: CaseTable) -> CaseFull:
    await session.flush()
    (case,) = await _to_read_all(session, [row])
    lines = await Cases(session).log(row.id)
    names = await _people(session, [line.by for line in lines])
    log = [
        CaseEntry(
            at=line.at,
            by_name=names.get(line.by, "") if line.by else "",
            act=CaseAct(line.act),
            words=line.words,
            note=line.note,
            outcome=None if line.outcome is None else CaseOutcome(line.outcome),
        )
        for line in lines
    ]
    return CaseFull(**case.model_dump(), log=log)


def _next(rows: Sequence[CaseTable], limit: int) -> str | None:
    if len(rows) <= limit:
        return None
    last = rows[limit - 1]
    return cursors.pack_moment(last.closed_at or last.due_at, last.id)
