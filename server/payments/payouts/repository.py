"""What landlords earn in the database, and what is moved to and from their accounts."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.payments.payouts.tables import (
    ClawbackTable,
    EarningTable,
    RecoveryTable,
    TransferReversalTable,
    TransferTable,
)
from server.payments.tables import PaymentTable
from shared_models.earnings import TransferStatus

_earning: Any = EarningTable
_clawback: Any = ClawbackTable
_recovery: Any = RecoveryTable
_transfer: Any = TransferTable
_reversal: Any = TransferReversalTable
_payment: Any = PaymentTable
_LOCKED = select(EarningTable).with_for_update().execution_options(populate_existing=True)
_WITH_PAYMENT = select(EarningTable, PaymentTable).join(PaymentTable, _payment.id == _earning.payment_id)
WithPayment = tuple[EarningTable, PaymentTable]
Payout = EarningTable | ClawbackTable | RecoveryTable | TransferTable | TransferReversalTable


class Payouts:
    """Earnings with what was taken back, paid out and recovered of them."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def add(self, row: Payout) -> None:
        self.session.add(row)
        await self.session.flush()

    async def by_id(self, earning_id: UUID) -> EarningTable | None:
        return await self.session.get(EarningTable, earning_id)

    async def locked(self, earning_id: UUID) -> EarningTable:
        """An earning as it is now, locked after its payment. Raises NoResultFound."""
        return (await self.session.scalars(_LOCKED.where(_earning.id == earning_id))).one()

    async def of_payment(self, payment_id: UUID) -> EarningTable | None:
        """What is earned with a locked payment, locked."""
        return (await self.session.scalars(_LOCKED.where(_earning.payment_id == payment_id))).one_or_none()

    async def put_off(self, payment_ids: Collection[UUID], due_at: datetime) -> None:
        """Note when what is not earned yet is due."""
        await self.session.execute(
            update(EarningTable)
            .where(_earning.payment_id.in_(payment_ids), _earning.earned_at.is_(None))
            .values(due_at=due_at, ask_at=due_at)
        )

    async def due(self, now: datetime, limit: int) -> Sequence[UUID]:
        """Earnings of which something is to be earned or paid out now."""
        found = await self.session.scalars(
            select(_earning.id)
            .where(_earning.is_open, _earning.ask_at <= now)
            .order_by(_earning.ask_at, _earning.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return found.all()

    async def ask_again(self, earning_ids: Collection[UUID], at: datetime) -> None:
        """Look at these again then, should nothing come of it before."""
        await self.session.execute(update(EarningTable).where(_earning.id.in_(earning_ids)).values(ask_at=at))

    # What was taken back

    async def clawback(self, clawback_id: UUID) -> ClawbackTable:
        """One, locked as it is now. Raises NoResultFound."""
        found = await self.session.scalars(
            select(ClawbackTable)
            .where(_clawback.id == clawback_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        return found.one()

    async def earning_of(self, clawback_id: UUID) -> UUID:
        """Of what earning something was taken back. Raises NoResultFound."""
        found = await self.session.scalars(select(_clawback.earning_id).where(_clawback.id == clawback_id))
        earning_id: UUID = found.one()
        return earning_id

    async def taken_for(self, cause_id: UUID) -> ClawbackTable | None:
        """What was taken back for a refund or a dispute, and stands."""
        return await self.session.scalar(
            select(ClawbackTable)
            .where(_clawback.cause_id == cause_id, _clawback.undone_at.is_(None))
            .with_for_update()
            .execution_options(populate_existing=True)
        )

    async def debts_of(self, landlord_id: UUID, currency: str) -> Sequence[ClawbackTable]:
        """What a landlord owes in a currency, locked, the oldest first."""
        found = await self.session.scalars(
            select(ClawbackTable)
            .where(
                _clawback.landlord_id == landlord_id,
                _clawback.currency == currency,
                _clawback.undone_at.is_(None),
                _clawback.recovered_minor + _clawback.reversed_minor < _clawback.owed_minor,
            )
            .order_by(_clawback.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        return found.all()

    async def came_back_for(self, clawback_id: UUID) -> int:
        """What came back from the landlord's account for what was taken back."""
        found = await self.session.scalar(
            select(func.coalesce(func.sum(_reversal.amount_minor), 0)).where(
                _reversal.clawback_id == clawback_id, _reversal.status == TransferStatus.DONE.value
            )
        )
        return int(found or 0)

    # Transfers

    async def transfer(self, transfer_id: UUID) -> TransferTable | None:
        return await self.session.get(TransferTable, transfer_id, populate_existing=True)

    async def transfers_of(self, earning_ids: Collection[UUID]) -> Sequence[TransferTable]:
        """The transfers of these earnings as they are now, the oldest first."""
        found = await self.session.scalars(
            select(TransferTable)
            .where(_transfer.earning_id.in_(earning_ids))
            .order_by(_transfer.id)
            .execution_options(populate_existing=True)
        )
        return found.all()

    async def asked_transfers(self, limit: int) -> Sequence[UUID]:
        """Transfers that were asked for and have not left, of payments that no bank disputes."""
        found = await self.session.scalars(
            select(_transfer.id)
            .join(EarningTable, _earning.id == _transfer.earning_id)
            .join(PaymentTable, _payment.id == _earning.payment_id)
            .where(_transfer.status == TransferStatus.ASKED.value, _payment.is_disputed.is_(False))
            .order_by(_transfer.id)
            .limit(limit)
        )
        return found.all()

    async def reversal(self, reversal_id: UUID) -> TransferReversalTable | None:
        return await self.session.get(TransferReversalTable, reversal_id, populate_existing=True)

    # Reading

    async def page_of(
        self,
        landlord_id: UUID,
        before: tuple[datetime, UUID] | None,
        limit: int,
        *,
        due_within: tuple[datetime, datetime] | None = None,
    ) -> Sequence[WithPayment]:
        """Some of what a landlord earns with its payment, the latest due first, from before one on."""
        wanted = _WITH_PAYMENT.where(_earning.landlord_id == landlord_id)
        if due_within is not None:
            wanted = wanted.where(_earning.due_at >= due_within[0], _earning.due_at < due_within[1])
        if before is not None:
            wanted = wanted.where(tuple_(_earning.due_at, _earning.id) < before)
        found = await self.session.execute(wanted.order_by(_earning.due_at.desc(), _earning.id.desc()).limit(limit))
        return [(earning, payment) for earning, payment in found]

    async def one_of(self, landlord_id: UUID, earning_id: UUID) -> WithPayment | None:
        """One of what a landlord earns."""
        wanted = _WITH_PAYMENT.where(_earning.landlord_id == landlord_id, _earning.id == earning_id)
        return next(((earning, payment) for earning, payment in await self.session.execute(wanted)), None)

    async def open_of(self, landlord_id: UUID) -> Sequence[WithPayment]:
        """What a landlord has not earned yet, with its payment."""
        wanted = _WITH_PAYMENT.where(
            _earning.landlord_id == landlord_id, _earning.earned_at.is_(None), _earning.is_open
        )
        return [(earning, payment) for earning, payment in await self.session.execute(wanted)]

    async def sums_of(self, landlord_id: UUID) -> Sequence[tuple[str, int, int, int, int]]:
        """Of each currency: what a landlord earned and nothing was asked of yet, what is on its way to their account,
        what is there, and what they owe."""
        owed = (
            select(
                _clawback.currency,
                func.sum(_clawback.owed_minor - _clawback.recovered_minor - _clawback.reversed_minor).label("owed"),
            )
            .where(_clawback.landlord_id == landlord_id, _clawback.undone_at.is_(None))
            .group_by(_clawback.currency)
            .subquery()
        )
        rest = _earning.net_minor - _earning.returned_minor - _earning.recovered_minor - _earning.paid_minor
        found = await self.session.execute(
            select(_earning.currency, func.sum(rest), func.coalesce(func.max(owed.c.owed), 0))
            .outerjoin(owed, owed.c.currency == _earning.currency)
            .where(_earning.landlord_id == landlord_id)
            .group_by(_earning.currency)
            .order_by(_earning.currency)
        )
        moved = await self._moved_to(landlord_id)
        return [(code, int(rest), *moved.get(code, (0, 0)), int(owed)) for code, rest, owed in found]

    async def _moved_to(self, landlord_id: UUID) -> Mapping[str, tuple[int, int]]:
        """Of each currency what is on its way to a landlord's account, and what is there, less what came back."""
        left = _transfer.amount_minor - _transfer.reversed_minor
        is_done = _transfer.status == TransferStatus.DONE.value
        found = await self.session.execute(
            select(
                _earning.currency,
                func.coalesce(func.sum(left).filter(_transfer.status == TransferStatus.ASKED.value), 0),
                func.coalesce(func.sum(left).filter(is_done), 0),
            )
            .join(EarningTable, _earning.id == _transfer.earning_id)
            .where(_earning.landlord_id == landlord_id)
            .group_by(_earning.currency)
        )
        return {code: (int(asked), int(done)) for code, asked, done in found}

    async def clawbacks_of(self, earning_ids: Collection[UUID]) -> Sequence[ClawbackTable]:
        """What was taken back of these earnings, and stands."""
        found = await self.session.scalars(
            select(ClawbackTable)
            .where(_clawback.earning_id.in_(earning_ids), _clawback.undone_at.is_(None))
            .order_by(_clawback.id)
        )
        return found.all()

    async def with_payments(self, earning_ids: Collection[UUID]) -> Mapping[UUID, WithPayment]:
        """These earnings with their payments."""
        found = await self.session.execute(_WITH_PAYMENT.where(_earning.id.in_(earning_ids)))
        return {earning.id: (earning, payment) for earning, payment in found}

    async def all_of(self, person_id: UUID) -> Sequence[EarningTable]:
        """Everything a person earns, for their data export."""
        found = await self.session.scalars(
            select(EarningTable).where(_earning.landlord_id == person_id).order_by(_earning.id)
        )
        return found.all()
