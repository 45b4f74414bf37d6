"""Looks, lines of the provider's and findings in the database."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.payments.reconciliation.rules import Movement
from server.payments.reconciliation.tables import (
    IS_RUNNING,
    ProviderMovementTable,
    ReconciliationFindingTable,
    ReconciliationRunTable,
)
from shared_models.money import Currency, Money
from shared_models.reconciliation import FindingKind, FindingStatus, RunStatus

_movement: Any = ProviderMovementTable
_run: Any = ReconciliationRunTable
_finding: Any = ReconciliationFindingTable
_LIVE = (FindingStatus.OPEN.value, FindingStatus.EXPLAINED.value)


class Reconciliations:
    """Every look, what it read and what it found."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def begin(self, until: datetime, since: datetime | None, asked_by: UUID | None) -> ReconciliationRunTable:
        """The look that is running; a new one where none is. Waits for whoever begins one at the same time."""
        row = ReconciliationRunTable(until=until, since=since, asked_by=asked_by)
        added = insert(ReconciliationRunTable).values(row.model_dump(exclude={"held", "balances"}))
        await self.session.execute(added.on_conflict_do_nothing(index_elements=["status"], index_where=IS_RUNNING))
        found = await self.session.scalars(select(ReconciliationRunTable).where(IS_RUNNING))
        return found.one()

    async def locked(self, run_id: UUID) -> ReconciliationRunTable | None:
        """A look as it is now, locked."""
        return await self.session.scalar(
            select(ReconciliationRunTable)
            .where(_run.id == run_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )

    async def read_up_to(self) -> datetime | None:
        """Up to when the lines of the last look that came to its end were read; None when there was none."""
        found: datetime | None = await self.session.scalar(
            select(func.max(_run.until)).where(_run.status == RunStatus.DONE.value)
        )
        return found

    async def newest_line(self) -> datetime | None:
        """When the last movement was of which we have a line."""
        found: datetime | None = await self.session.scalar(select(func.max(_movement.happened_at)))
        return found

    async def keep(self, lines: Sequence[Movement]) -> int:
        """Keep the lines that are new; answers how many."""
        if not lines:
            return 0
        added = await self.session.scalars(
            insert(ProviderMovementTable)
            .values([_line_row(line) for line in lines])
            .on_conflict_do_nothing()
            .returning(_movement.id)
        )
        return len(added.all())

    async def lines(self) -> AsyncIterator[Movement]:
        """All lines, in the order of the bytes of their ids."""
        found = await self.session.stream_scalars(
            select(ProviderMovementTable).order_by(_movement.id.collate("C")).execution_options(yield_per=1000)
        )
        async for row in found:
            yield _line(row)

    async def live(self) -> Sequence[ReconciliationFindingTable]:
        """Differences that are open or explained, locked: whoever decides a case of them takes these locks first."""
        found = await self.session.scalars(
            select(ReconciliationFindingTable)
            .where(_finding.status.in_(_LIVE))
            .order_by(_finding.found_at, _finding.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        return found.all()

    async def live_to_read(self) -> Sequence[ReconciliationFindingTable]:
        """Differences that are open or explained, the oldest first."""
        found = await self.session.scalars(
            select(ReconciliationFindingTable)
            .where(_finding.status.in_(_LIVE))
            .order_by(_finding.found_at, _finding.id)
        )
        return found.all()

    async def unknown_there(self, limit: int) -> Sequence[str]:
        """Movements that the provider did not know when it was last asked."""
        found = await self.session.scalars(
            select(_finding.external_id)
            .where(_finding.kind == FindingKind.NOT_AT_PROVIDER.value, _finding.status.in_(_LIVE))
            .order_by(_finding.found_at)
            .limit(limit)
        )
        return found.all()

    async def add(self, rows: Sequence[ReconciliationFindingTable]) -> None:
        self.session.add_all(rows)
        await self.session.flush()

    async def page(self, after: tuple[datetime, UUID] | None, limit: int) -> Sequence[ReconciliationRunTable]:
        """Looks, the latest first."""
        chosen = select(ReconciliationRunTable).order_by(_run.started_at.desc(), _run.id.desc()).limit(limit)
        if after is not None:
            chosen = chosen.where(tuple_(_run.started_at, _run.id) < after)
        return (await self.session.scalars(chosen)).all()

    async def explained_by(self, person_id: UUID) -> Sequence[ReconciliationFindingTable]:
        """What an admin has explained."""
        found = await self.session.scalars(
            select(ReconciliationFindingTable).where(_finding.explained_by == person_id).order_by(_finding.id)
        )
        return found.all()

    async def asked_by(self, person_id: UUID) -> Sequence[ReconciliationRunTable]:
        """Looks that an admin wanted."""
        found = await self.session.scalars(
            select(ReconciliationRunTable).where(_run.asked_by == person_id).order_by(_run.id)
        )
        return found.all()


def _line_row(line: Movement) -> dict[str, Any]:
    return {
        "id": line.id,
        "kind": line.kind,
        "amount_minor": line.amount.amount_minor,
        "fee_minor": line.fee.amount_minor,
        "currency": line.amount.currency.value,
        "happened_at": line.at,
    }


def _line(row: ProviderMovementTable) -> Movement:
    currency = Currency(row.currency)
    return Movement(
        row.id,
        row.kind,
        Money(amount_minor=row.amount_minor, currency=currency),
        Money(amount_minor=row.fee_minor, currency=currency),
        row.happened_at,
    )
