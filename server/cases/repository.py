"""Cases in the database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, and_, any_, func, literal, select, true, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.cases import rules
from server.cases.tables import OPEN, CaseEntryTable, CaseTable
from server.core.ids import new_id
from shared_models.cases import CaseKind, CaseOutcome, CaseStatus

# SQLModel types its class attributes as plain values; SQLAlchemy needs the columns.
_case: Any = CaseTable
_entry: Any = CaseEntryTable
_is_open = _case.status != literal(CaseStatus.CLOSED.value, literal_execute=True)
"""Its value stands in the statement: a prepared one with a parameter could not use the indexes of open cases."""


@dataclass(frozen=True)
class Wanted:
    """Which cases of the queue: closed ones or open ones, of a kind, of an owner (None: anyone's or nobody's)."""

    closed: bool = False
    kind: CaseKind | None = None
    owner_id: UUID | None = None

    def where(self) -> ColumnElement[bool]:
        return and_(
            ~_is_open if self.closed else _is_open,
            _case.kind == self.kind.value if self.kind is not None else true(),
            _case.owner_id == self.owner_id if self.owner_id is not None else true(),
        )


def _among(ids: Iterable[UUID]) -> ColumnElement[bool]:
    among: ColumnElement[bool] = _case.subject_id == any_(literal(list(ids), ARRAY(Uuid)))
    return among


class Cases:
    """Every case."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def open_all(self, cases: Sequence[Mapping[str, Any]]) -> set[UUID]:
        """Add cases where none is open on the same subject; answers which subjects got a new one."""
        added = await self.session.scalars(
            insert(CaseTable)
            .values([{"id": new_id(), **case} for case in cases])
            .on_conflict_do_nothing(index_elements=["kind", "subject_id"], index_where=OPEN)
            .returning(_case.subject_id)
        )
        return set(added)

    async def open_on(self, kind: CaseKind, subject_ids: Iterable[UUID]) -> Mapping[UUID, UUID]:
        """The open case on each of these subjects: subject to case."""
        found = await self.session.execute(
            select(_case.subject_id, _case.id).where(_case.kind == kind.value, _is_open, _among(subject_ids))
        )
        return dict(found.all())

    async def open_subjects(self, kind: CaseKind) -> set[UUID]:
        """On what the open cases of a kind are."""
        return set(await self.session.scalars(select(_case.subject_id).where(_case.kind == kind.value, _is_open)))

    async def taken_by_others(self, kind: CaseKind, subject_ids: Iterable[UUID], me: UUID) -> Mapping[UUID, UUID]:
        """Which of these subjects' open cases someone else has: subject to owner."""
        found = await self.session.execute(
            select(_case.subject_id, _case.owner_id).where(
                _case.kind == kind.value,
                _case.status == CaseStatus.TAKEN.value,
                _case.owner_id != me,
                _among(subject_ids),
            )
        )
        return dict(found.all())

    async def close_all(
        self, kind: CaseKind, subject_ids: Iterable[UUID], outcome: CaseOutcome, at: datetime, owner_id: UUID | None
    ) -> Sequence[UUID]:
        """End the open cases on these subjects; answers which. Without `owner_id` the owner stays."""
        closed = await self.session.scalars(
            update(CaseTable)
            .where(_case.kind == kind.value, _case.status.in_(rules.before(CaseStatus.CLOSED)), _among(subject_ids))
            .values(
                status=CaseStatus.CLOSED.value,
                outcome=outcome.value,
                closed_at=at,
                owner_id=func.coalesce(owner_id, _case.owner_id),
            )
            .returning(_case.id)
            .execution_options(synchronize_session=False)
        )
        return closed.all()

    async def note_all(self, entries: Sequence[CaseEntryTable]) -> None:
        """Add lines to logs."""
        self.session.add_all(entries)
        await self.session.flush()

    async def by_id(self, case_id: UUID) -> CaseTable | None:
        return await self.session.get(CaseTable, case_id)

    async def locked(self, case_id: UUID) -> CaseTable:
        """A case as it is now, locked; what it is about is locked already."""
        found = await self.session.scalars(
            select(CaseTable).where(_case.id == case_id).with_for_update().execution_options(populate_existing=True)
        )
        return found.one()

    async def page(self, wanted: Wanted, after: tuple[datetime, UUID] | None, limit: int) -> Sequence[CaseTable]:
        """Open cases by deadline, closed ones with the latest first; `after` is the key of the last one seen."""
        key = tuple_(_case.closed_at if wanted.closed else _case.due_at, _case.id)
        chosen = select(CaseTable).where(wanted.where()).limit(limit)
        if wanted.closed:
            chosen = chosen.order_by(_case.closed_at.desc(), _case.id.desc())
        else:
            chosen = chosen.order_by(_case.due_at, _case.id)
        if after is not None:
            chosen = chosen.where(key < after if wanted.closed else key > after)
        return (await self.session.scalars(chosen)).all()

    async def how_many(self, wanted: Wanted) -> int:
        return await self.session.scalar(select(func.count()).select_from(CaseTable).where(wanted.where())) or 0

    async def open_by_kind(self) -> dict[str, int]:
        """How many cases of each kind are open."""
        found = await self.session.execute(select(_case.kind, func.count()).where(_is_open).group_by(_case.kind))
        return dict(found.all())

    async def load(self, owner_id: UUID, now: datetime) -> tuple[int, int, int]:
        """How many cases are open, of these overdue, and in someone's hands."""
        found = await self.session.execute(
            select(
                func.count(),
                func.count().filter(_case.due_at < now),
                func.count().filter(_case.owner_id == owner_id),
            ).where(_is_open)
        )
        open_, overdue, mine = found.one()
        return open_, overdue, mine

    async def due_of(self, kind: CaseKind, opened_by: UUID, limit: int) -> Sequence[tuple[UUID, datetime]]:
        """What someone opened of a kind that is still open, the nearest deadline first: (subject, deadline)."""
        found = await self.session.execute(
            select(_case.subject_id, _case.due_at)
            .where(_is_open, _case.kind == kind.value, _case.opened_by == opened_by)
            .order_by(_case.due_at, _case.id)
            .limit(limit)
        )
        return [(subject_id, due_at) for subject_id, due_at in found]

    async def opened_by(self, person_id: UUID) -> Sequence[CaseTable]:
        """What someone opened, open or closed."""
        found = await self.session.scalars(
            select(CaseTable).where(_case.opened_by == person_id).order_by(_case.opened_at, _case.id)
        )
        return found.all()

    async def written_by(self, person_id: UUID) -> Sequence[CaseEntryTable]:
        """The lines that are someone's."""
        found = await self.session.scalars(
            select(CaseEntryTable).where(_entry.by == person_id).order_by(_entry.at, _entry.id)
        )
        return found.all()

    async def log(self, case_id: UUID) -> Sequence[CaseEntryTable]:
        """The lines of a case, oldest first."""
        found = await self.session.scalars(
            select(CaseEntryTable).where(_entry.case_id == case_id).order_by(_entry.at, _entry.id)
        )
        return found.all()
