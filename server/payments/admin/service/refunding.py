"""Admins let money go back: alone up to a limit, above it by the word of a second one. Who, what and why is kept."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.core import clock
from server.core.errors import InvalidTransition, NotAllowed, NotFound
from server.core.identity import Identity
from server.core.settings import Settings
from server.payments.admin import rules
from server.payments.admin.repository import PaymentsOfAll
from server.payments.admin.service.reading import alone_up_to, left_of, requests_to_read
from server.payments.admin.tables import RefundRequestTable
from server.payments.repository import Payments
from server.payments.service import refunds
from server.payments.service.amounts import parts_from, parts_of, taxes_of
from server.payments.tables import PaymentTable
from server.users import service as users
from shared_models.money import Currency
from shared_models.payments import PaymentStatus
from shared_models.payments_admin import RefundOrder, RefundRequestRead, RefundRequestStatus, Rejection


async def ask(
    session: AsyncSession, settings: Settings, admin: Identity, payment_id: UUID, order: RefundOrder
) -> RefundRequestRead:
    """Let a part of a payment go back, or have it wait for a second admin.

    Raises NotFound, Malformed for more than is left, InvalidTransition for money that has not come or is disputed.
    """
    payment, payments = await _locked(session, payment_id), PaymentsOfAll(session)
    if payment.status != PaymentStatus.CAPTURED.value:
        raise InvalidTransition("Nothing was paid that could go back.")
    requests = await payments.requests_of(payment.id)
    left = left_of(payment, await Payments(session).refunds_of([payment.id]), requests)
    parts = parts_from(rules.parts_of_order(order, left))
    row = RefundRequestTable(
        payment_id=payment.id,
        stay_minor=parts.stay.amount_minor,
        taxes=taxes_of(parts),
        amount_minor=parts.total.amount_minor,
        reason=order.reason,
        asked_by=admin.id,
    )
    if parts.total.amount_minor > alone_up_to(settings, admin, payment, requests).amount_minor:
        await payments.add(row)
    else:
        await _let_go(session, payment, row)
    return (await requests_to_read(session, [row]))[0]


async def approve(session: AsyncSession, admin: Identity, request_id: UUID) -> RefundRequestRead:
    """Agree to a refund that another admin wants; twice is once.

    Raises NotFound, NotAllowed for one's own, InvalidTransition when it was decided otherwise, there is less left, or
    the payment is disputed.
    """
    payment, row = await _locked_request(session, request_id)
    if row.status == RefundRequestStatus.APPROVED.value and row.decided_by == admin.id:
        return (await requests_to_read(session, [row]))[0]
    await _check_undecided(session, row)
    if admin.id in (row.asked_by, payment.payer_id):
        raise NotAllowed("Another admin has to agree to this.")
    row.decided_by = admin.id
    await _let_go(session, payment, row)
    return (await requests_to_read(session, [row]))[0]


async def reject(session: AsyncSession, admin: Identity, request_id: UUID, rejection: Rejection) -> RefundRequestRead:
    """Do not agree to a refund, or take back one's own wish for it. Raises NotFound, InvalidTransition (decided)."""
    _, row = await _locked_request(session, request_id)
    await _check_undecided(session, row)
    row.status, row.decided_at, row.note = RefundRequestStatus.REJECTED.value, clock.now(), rejection.reason
    row.decided_by = None if admin.id == row.asked_by else admin.id
    await session.flush()
    return (await requests_to_read(session, [row]))[0]


async def _let_go(session: AsyncSession, payment: PaymentTable, row: RefundRequestTable) -> None:
    parts = parts_of(row, Currency(payment.currency))
    row.refund_id = await refunds.ask(session, payment.id, parts)
    row.status, row.decided_at = RefundRequestStatus.APPROVED.value, clock.now()
    await PaymentsOfAll(session).add(row)


async def _locked(session: AsyncSession, payment_id: UUID) -> PaymentTable:
    payment = await Payments(session).locked(payment_id)
    if payment is None:
        raise NotFound
    return payment


async def _locked_request(session: AsyncSession, request_id: UUID) -> tuple[PaymentTable, RefundRequestTable]:
    """The payment first, then what is wanted of it."""
    payments = PaymentsOfAll(session)
    found = await payments.request(request_id)
    if found is None:
        raise NotFound
    return await _locked(session, found.payment_id), await payments.locked_request(request_id)


async def _check_undecided(session: AsyncSession, row: RefundRequestTable) -> None:
    if row.status == RefundRequestStatus.WAITING.value:
        return
    by = (await users.names(session, [row.decided_by or row.asked_by])).get(row.decided_by or row.asked_by, "")
    raise InvalidTransition(f"This was {row.status} by {by}." if by else f"This was {row.status}.")
