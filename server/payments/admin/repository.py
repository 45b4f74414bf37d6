"""Payments as admins look for them, and what they want to go back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from server.payments.admin.rules import Sought
from server.payments.admin.tables import RefundRequestTable
from server.payments.tables import DisputeTable, PaymentTable, RefundTable
from shared_models.payments import UNDECIDED, PaymentStatus
from shared_models.payments_admin import RefundRequestStatus

_payment: Any = PaymentTable
_refund: Any = RefundTable
_dispute: Any = DisputeTable
_UNDECIDED = [status.value for status in UNDECIDED]
_request: Any = RefundRequestTable
_WAITING = _request.status == RefundRequestStatus.WAITING.value
Place = tuple[datetime, UUID]
"""Of a row in a list: its moment and its id."""


@dataclass(frozen=True)
class Wanted:
    """Which payments: of a status, and of those that are sought what a text may mean (None: any)."""

    status: PaymentStatus | None = None
    sought: Sought | None = None
    payer_ids: Sequence[UUID] = ()
    """Who is called so, or has this e-mail address."""
    subject_ids: Sequence[UUID] = ()
    """What is known by this reference."""

    def where(self) -> ColumnElement[bool]:
        of_status = true() if self.status is None else _payment.status == self.status.value
        return and_(of_status, true() if self.sought is None else self._means(self.sought))

    def _means(self, sought: Sought) -> ColumnElement[bool]:
        subjects = [*self.subject_ids, *([sought.id] if sought.id is not None else [])]
        means: list[ColumnElement[bool]] = [
            _payment.id == sought.id,
            _payment.subject_id.in_(subjects),
            _payment.payer_id.in_(self.payer_ids),
            tuple_(_payment.currency, _payment.amount_minor).in_(
                [(currency.value, minor) for currency, minor in sought.minor_units]
            ),
        ]
        if sought.external_id is not None:
            columns = (_payment.intent_id, _payment.balance_transaction_id)
            means += [column == sought.external_id for column in columns]
            theirs = or_(
                _refund.external_id == sought.external_id, _refund.balance_transaction_id == sought.external_id
            )
            means.append(_payment.id.in_(select(_refund.payment_id).where(theirs)))
        return or_(*means)


class PaymentsOfAll:
    """Everybody's payments, and the refunds that admins want."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def page(self, wanted: Wanted, after: Place | None, limit: int) -> Sequence[PaymentTable]:
        """Payments, the latest first; `after` is the place of the last one seen."""
        chosen = (
            select(PaymentTable)
            .where(wanted.where())
            .order_by(_payment.created_at.desc(), _payment.id.desc())
            .limit(limit)
        )
        if after is not None:
            chosen = chosen.where(tuple_(_payment.created_at, _payment.id) < after)
        return (await self.session.scalars(chosen)).all()

    async def add(self, row: RefundRequestTable) -> None:
        self.session.add(row)
        await self.session.flush()

    async def request(self, request_id: UUID) -> RefundRequestTable | None:
        return await self.session.get(RefundRequestTable, request_id)

    async def locked_request(self, request_id: UUID) -> RefundRequestTable:
        """What an admin wants as it stands now, locked; its payment is locked already."""
        found = await self.session.scalars(
            select(RefundRequestTable)
            .where(_request.id == request_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        return found.one()

    async def requests_of(self, payment_id: UUID) -> Sequence[RefundRequestTable]:
        """What admins wanted to go back of a payment, in the order in which they asked."""
        found = await self.session.scalars(
            select(RefundRequestTable)
            .where(_request.payment_id == payment_id)
            .order_by(_request.asked_at, _request.id)
            .execution_options(populate_existing=True)
        )
        return found.all()

    async def requests(self, *, decided: bool, after: Place | None, limit: int) -> Sequence[RefundRequestTable]:
        """Those that wait, the oldest first; or those that were decided, the latest first."""
        key = tuple_(_request.decided_at if decided else _request.asked_at, _request.id)
        chosen = select(RefundRequestTable).where(~_WAITING if decided else _WAITING).limit(limit)
        if decided:
            chosen = chosen.order_by(_request.decided_at.desc(), _request.id.desc())
        else:
            chosen = chosen.order_by(_request.asked_at, _request.id)
        if after is not None:
            chosen = chosen.where(key < after if decided else key > after)
        return (await self.session.scalars(chosen)).all()

    async def waiting(self) -> int:
        """How many refunds wait for a second admin."""
        return await self.session.scalar(select(func.count()).select_from(RefundRequestTable).where(_WAITING)) or 0

    async def payments(self, ids: Sequence[UUID]) -> dict[UUID, PaymentTable]:
        found = await self.session.scalars(select(PaymentTable).where(_payment.id.in_(ids)))
        return {row.id: row for row in found}

    async def disputes(self, *, undecided: bool, after: Place | None, limit: int) -> Sequence[DisputeTable]:
        """Disputes, the latest first; `undecided`: only those of which more is to be heard."""
        chosen = select(DisputeTable).order_by(_dispute.opened_at.desc(), _dispute.id.desc()).limit(limit)
        if undecided:
            chosen = chosen.where(_dispute.status.in_(_UNDECIDED))
        if after is not None:
            chosen = chosen.where(tuple_(_dispute.opened_at, _dispute.id) < after)
        return (await self.session.scalars(chosen)).all()

    async def undecided(self) -> int:
        """How many disputes are not decided."""
        asked = select(func.count()).select_from(DisputeTable).where(_dispute.status.in_(_UNDECIDED))
        return await self.session.scalar(asked) or 0

    async def requests_about(self, person_id: UUID) -> Sequence[RefundRequestTable]:
        """What somebody wanted or decided as an admin, and what was wanted of their own payments."""
        paid = select(_payment.id).where(_payment.payer_id == person_id)
        whose = or_(_request.asked_by == person_id, _request.decided_by == person_id, _request.payment_id.in_(paid))
        found = await self.session.scalars(select(RefundRequestTable).where(whose).order_by(_request.id))
        return found.all()
