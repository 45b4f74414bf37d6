"""Every claim in the database. A hold whose time is over counts as gone everywhere here."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    Select,
    Uuid,
    and_,
    any_,
    cast,
    delete,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import Range, insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.calendars.tables import BlockTable, OccupancyTable
from server.core import clock
from server.core.ids import new_id
from shared_models.calendars import ClaimKind, Period

_claim: Any = OccupancyTable
_block: Any = BlockTable


def nights(period: Period) -> Range[date]:
    """A period as PostgreSQL writes it: from the first night up to, not including, the end."""
    return Range(period.start, period.end, bounds="[)")


def _period(stored: Range[date]) -> Period:
    """A stored range; one without an end (an open tenancy) ends with the calendar."""
    if stored.lower is None:
        raise ValueError("a claim has a first night")
    return Period(start=stored.lower, end=stored.upper or date.max)


def _live(now: datetime) -> ColumnElement[bool]:
    live: ColumnElement[bool] = or_(_claim.expires_at.is_(None), _claim.expires_at > now)
    return live


def _lapsed(now: datetime) -> ColumnElement[bool]:
    lapsed: ColumnElement[bool] = and_(_claim.kind == ClaimKind.HOLD.value, _claim.expires_at <= now)
    return lapsed


@dataclass(frozen=True)
class Claim:
    """A claim with its note, if it is a block."""

    id: UUID
    property_id: UUID
    kind: ClaimKind
    period: Period
    source_id: UUID
    note: str
    expires_at: datetime | None
    changed_at: datetime


def _with_notes() -> Select[OccupancyTable, str | None]:
    of_block = and_(_claim.kind == ClaimKind.BLOCK.value, _block.id == _claim.source_id)
    return select(OccupancyTable, _block.note).outerjoin(BlockTable, of_block)


def _to_claim(row: OccupancyTable, note: str | None) -> Claim:
    return Claim(
        id=row.id,
        property_id=row.property_id,
        kind=ClaimKind(row.kind),
        period=_period(row.period),
        source_id=row.source_id,
        note=note or "",
        expires_at=row.expires_at,
        changed_at=row.changed_at,
    )


class Occupancy:
    """Every claim on every home."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def add(
        self, property_id: UUID, period: Period, kind: ClaimKind, source_id: UUID, expires_at: datetime | None
    ) -> UUID:
        """Write a claim. A night that is taken breaks `NO_OVERLAP`, which answers as DatesTaken."""
        id_, moment = new_id(), clock.now()
        await self.session.execute(
            insert(OccupancyTable).values(
                id=id_,
                property_id=property_id,
                period=nights(period),
                kind=kind.value,
                source_id=source_id,
                expires_at=expires_at,
                created_at=moment,
                changed_at=moment,
            )
        )
        return id_

    async def add_all(self, nights_of: Iterable[tuple[UUID, Period, UUID]], kind: ClaimKind) -> None:
        """Write many lasting claims, (home, nights, source) each; the constraint watches as ever."""
        moment = clock.now()
        rows = [
            {
                "id": new_id(),
                "property_id": property_id,
                "period": nights(period),
                "kind": kind.value,
                "source_id": source_id,
                "created_at": moment,
                "changed_at": moment,
            }
            for property_id, period, source_id in nights_of
        ]
        if rows:
            await self.session.execute(insert(OccupancyTable), rows)

    async def remove_lapsed_of(self, property_ids: Iterable[UUID], now: datetime) -> Sequence[UUID]:
        """Remove every lapsed hold on these homes; answers what they were for."""
        removed = await self.session.scalars(
            delete(OccupancyTable)
            .where(_claim.property_id.in_(list(property_ids)), _lapsed(now))
            .returning(_claim.source_id)
        )
        return removed.all()

    async def remove_lapsed_within(self, property_id: UUID, period: Period, now: datetime) -> Sequence[UUID]:
        """Remove the lapsed holds on these nights; answers what they were for."""
        removed = await self.session.scalars(
            delete(OccupancyTable)
            .where(_claim.property_id == property_id, _claim.period.overlaps(nights(period)), _lapsed(now))
            .returning(_claim.source_id)
        )
        return removed.all()

    async def is_taken(
        self, property_id: UUID, period: Period, wide: Period, now: datetime, exclude: Collection[UUID] = ()
    ) -> bool:
        """Whether a live claim, but for those of `exclude`, is on one of these nights, or a guest's in the `wide`."""
        wanted = select(_claim.id).where(
            _claim.property_id == property_id,
            _claim.period.overlaps(nights(wide)),
            or_(_claim.kind != ClaimKind.BLOCK.value, _claim.period.overlaps(nights(period))),
            _live(now),
        )
        if exclude:
            wanted = wanted.where(_claim.source_id.not_in(list(exclude)))
        return await self.session.scalar(wanted.limit(1)) is not None

    async def confirm(self, source_id: UUID, kind: ClaimKind, now: datetime) -> bool:
        """Make a live hold a lasting claim; answers whether there was one."""
        changed = await self.session.scalar(
            update(OccupancyTable)
            .where(_claim.kind == ClaimKind.HOLD.value, _claim.source_id == source_id, _claim.expires_at > now)
            .values(kind=kind.value, expires_at=None, changed_at=now)
            .returning(_claim.id)
        )
        return changed is not None

    async def extend(self, source_id: UUID, until: datetime, now: datetime) -> bool:
        """Let a live hold end at another moment; answers whether there was one."""
        changed = await self.session.scalar(
            update(OccupancyTable)
            .where(_claim.kind == ClaimKind.HOLD.value, _claim.source_id == source_id, _claim.expires_at > now)
            .values(expires_at=until, changed_at=now)
            .returning(_claim.id)
        )
        return changed is not None

    async def move(self, kind: ClaimKind, source_id: UUID, period: Period) -> bool:
        """Put a claim on other nights; answers whether there was one."""
        moved = await self.session.scalar(
            update(OccupancyTable)
            .where(_claim.kind == kind.value, _claim.source_id == source_id)
            .values(period=nights(period), changed_at=clock.now())
            .returning(_claim.id)
        )
        return moved is not None

    async def remove(self, kind: ClaimKind, source_id: UUID) -> bool:
        """Give nights back; answers whether there was a claim."""
        removed = await self.session.scalar(
            delete(OccupancyTable).where(_claim.kind == kind.value, _claim.source_id == source_id).returning(_claim.id)
        )
        return removed is not None

    async def taken(self, property_id: UUID, period: Period, now: datetime) -> list[tuple[ClaimKind, Period]]:
        """The live claims on these nights, by date."""
        found = await self.session.execute(
            select(_claim.kind, _claim.period)
            .where(_claim.property_id == property_id, _claim.period.overlaps(nights(period)), _live(now))
            .order_by(func.lower(_claim.period))
        )
        return [(ClaimKind(kind), _period(stored)) for kind, stored in found]

    async def claims(self, property_ids: Iterable[UUID], period: Period, now: datetime) -> list[Claim]:
        """The live claims on these nights of many homes, by date, in one statement."""
        found = await self.session.execute(
            _with_notes()
            .where(_claim.property_id.in_(list(property_ids)), _claim.period.overlaps(nights(period)), _live(now))
            .order_by(func.lower(_claim.period))
        )
        return [_to_claim(row, note) for row, note in found]

    async def kinds_by_night(
        self, property_ids: Iterable[UUID], period: Period, now: datetime
    ) -> list[tuple[date, ClaimKind, int]]:
        """On how many of these homes there is a live claim of each kind, night by night, in one statement."""
        series = func.generate_series(period.start, period.end - timedelta(days=1), timedelta(days=1))
        night = cast(series.column_valued("night"), Date)
        found = await self.session.execute(
            select(night, _claim.kind, func.count())
            .where(
                _claim.property_id == any_(literal(list(property_ids), ARRAY(Uuid))),
                _claim.period.overlaps(nights(period)),
                _claim.period.contains(night),
                _live(now),
            )
            .group_by(night, _claim.kind)
        )
        return [(day, ClaimKind(kind), number) for day, kind, number in found]

    async def of_source(self, kind: ClaimKind, source_id: UUID) -> Claim | None:
        """The claim made for a booking, a block or a tenancy."""
        found = await self.session.execute(
            _with_notes().where(_claim.kind == kind.value, _claim.source_id == source_id)
        )
        pair = found.one_or_none()
        return None if pair is None else _to_claim(*pair)

    async def lapsed(self, now: datetime, limit: int) -> Sequence[tuple[UUID, UUID]]:
        """Some lapsed holds, the oldest first: (claim, home)."""
        found = await self.session.execute(
            select(_claim.id, _claim.property_id).where(_lapsed(now)).order_by(_claim.expires_at).limit(limit)
        )
        return [(id_, property_id) for id_, property_id in found]

    async def remove_lapsed(self, ids: Iterable[UUID], now: datetime) -> Sequence[UUID]:
        """Remove those of these claims that are lapsed holds (still); answers what they were for."""
        removed = await self.session.scalars(
            delete(OccupancyTable).where(_claim.id.in_(list(ids)), _lapsed(now)).returning(_claim.source_id)
        )
        return removed.all()
