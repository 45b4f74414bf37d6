"""`/admin/payments`, `/admin/refund-requests`, `/admin/disputes`: payments as admins see and correct them."""

from uuid import UUID

from client.core.http import Http
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


async def payments(
    http: Http, *, text: str = "", status: PaymentStatus | None = None, cursor: str | None = None
) -> PaymentRows:
    """Payments, the latest first."""
    query = {"text": text or None, "status": status, "cursor": cursor}
    return await http.call("GET", "/admin/payments", PaymentRows, query=query)


async def payment(http: Http, payment_id: UUID) -> PaymentFull:
    """A payment with all that is known of it."""
    return await http.call("GET", f"/admin/payments/{payment_id}", PaymentFull)


async def refund(http: Http, payment_id: UUID, order: RefundOrder) -> RefundRequestRead:
    """Let a part of a payment go back."""
    return await http.call("POST", f"/admin/payments/{payment_id}/refunds", RefundRequestRead, body=order, once=True)


async def refund_requests(http: Http, *, decided: bool = False, cursor: str | None = None) -> RefundRequestPage:
    """Refunds that wait for a second admin, or those that were decided."""
    query = {"decided": decided or None, "cursor": cursor}
    return await http.call("GET", "/admin/refund-requests", RefundRequestPage, query=query)


async def approve(http: Http, request_id: UUID) -> RefundRequestRead:
    """Agree to a refund that another admin wants."""
    return await http.call("POST", f"/admin/refund-requests/{request_id}/approve", RefundRequestRead, once=True)


async def reject(http: Http, request_id: UUID, rejection: Rejection) -> RefundRequestRead:
    """Do not agree to a refund."""
    return await http.call(
        "POST", f"/admin/refund-requests/{request_id}/reject", RefundRequestRead, body=rejection, once=True
    )


async def disputes(http: Http, *, undecided: bool = False, cursor: str | None = None) -> DisputePage:
    """Disputes, the latest first."""
    query = {"undecided": undecided or None, "cursor": cursor}
    return await http.call("GET", "/admin/disputes", DisputePage, query=query)
