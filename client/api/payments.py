"""`/payments`: one's own payments, and where their money is."""

from uuid import UUID

from client.core.http import Http
from shared_models.paging import Page
from shared_models.payment_history import PaymentHistory


async def mine(http: Http, reference: str | None = None, *, cursor: str | None = None) -> Page[PaymentHistory]:
    """What one was asked to pay, for the stay of a `reference` alone if there is one; the newest first."""
    query = {"reference": reference, "cursor": cursor}
    return await http.call("GET", "/payments", Page[PaymentHistory], query=query)


async def one(http: Http, payment_id: UUID) -> PaymentHistory:
    """One payment."""
    return await http.call("GET", f"/payments/{payment_id}", PaymentHistory)


async def as_file(http: Http) -> bytes:
    """All that happened to one's payments, as a CSV file for a spreadsheet."""
    return await http.download("/payments.csv")


async def receipt(http: Http, payment_id: UUID) -> bytes:
    """The receipt of a payment that was made, as a PDF."""
    return await http.download(f"/payments/{payment_id}/receipt.pdf")
