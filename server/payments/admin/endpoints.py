"""`/admin/payments`, `/admin/refund-requests`, `/admin/disputes`: payments as admins see and correct them."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from server.auth.guards import Admin, AppSettings
from server.core.errors import InvalidTransition, Malformed, NotAllowed, NotFound
from server.core.web.problems import documented
from server.core.web.routers import room_router
from server.core.web.session import Session
from server.payments.admin.service import reading, refunding
from shared_models.paging import Cursor, PageSize
from shared_models.payments import PaymentStatus
from shared_models.payments_admin import (
    DisputePage,
    PaymentFull,
    PaymentRows,
    RefundOrder,
    RefundRequestPage,
    RefundRequestRead,
    Rejection,
)

payments = room_router("admin/payments")
requests = room_router("admin/refund-requests")
disputes = room_router("admin/disputes")
SearchText = Annotated[str, Query(max_length=200, pattern=r"^[^\x00]*$")]


@payments.get("")
async def search(
    _: Admin,
    session: Session,
    text: SearchText | None = None,
    status: PaymentStatus | None = None,
    cursor: Cursor | None = None,
    limit: PageSize = 50,
) -> PaymentRows:
    """Payments, the latest first. `text`: a booking's reference, who pays, an amount, or an id of the provider's."""
    return await reading.search(session, text, status, cursor, limit)


@payments.get("/{payment_id}", responses=documented(NotFound))
async def read(payment_id: UUID, admin: Admin, session: Session, settings: AppSettings) -> PaymentFull:
    """A payment with all that is known of it."""
    return await reading.read(session, settings, admin, payment_id)


@payments.post("/{payment_id}/refunds", status_code=201, responses=documented(NotFound, Malformed, InvalidTransition))
async def refund(
    payment_id: UUID, order: RefundOrder, admin: Admin, session: Session, settings: AppSettings
) -> RefundRequestRead:
    """Let a part of a payment go back; above a limit it waits for a second admin."""
    return await refunding.ask(session, settings, admin, payment_id, order)


@requests.get("")
async def waiting(
    _: Admin, session: Session, decided: bool = False, cursor: Cursor | None = None, limit: PageSize = 50
) -> RefundRequestPage:
    """Refunds that wait for a second admin, the oldest first; or those that were decided, the latest first."""
    return await reading.waiting_requests(session, decided=decided, cursor=cursor, limit=limit)


@requests.post("/{request_id}/approve", responses=documented(NotFound, NotAllowed, InvalidTransition))
async def approve(request_id: UUID, admin: Admin, session: Session) -> RefundRequestRead:
    """Agree to a refund that another admin wants."""
    return await refunding.approve(session, admin, request_id)


@requests.post("/{request_id}/reject", responses=documented(NotFound, InvalidTransition))
async def reject(request_id: UUID, rejection: Rejection, admin: Admin, session: Session) -> RefundRequestRead:
    """Do not agree to a refund, or take back one's own wish for it."""
    return await refunding.reject(session, admin, request_id, rejection)


@disputes.get("")
async def disputed(
    _: Admin, session: Session, undecided: bool = False, cursor: Cursor | None = None, limit: PageSize = 50
) -> DisputePage:
    """Payments that banks ask about or have taken back, the latest first."""
    return await reading.disputes(session, undecided=undecided, cursor=cursor, limit=limit)
