"""My payments, and one of them with where its money is."""

import dataclasses
from uuid import UUID

import flet as ft

from client.api import payments as api
from client.core.http import ApiError, Http
from client.core.rows import joined
from shared_models.payment_history import PaymentHistory
from shared_models.problems import ProblemCode


@ft.observable
@dataclasses.dataclass
class PaymentsState:
    """My payments, as far as their pages have been read; the newest first."""

    http: Http
    items: tuple[PaymentHistory, ...] | None = None
    next_cursor: str | None = None

    async def load(self) -> None:
        """The first page. Raises ApiError."""
        page = await api.mine(self.http)
        self.items, self.next_cursor = tuple(page.items), page.next_cursor

    async def load_more(self) -> None:
        """The next page, when there is one. Raises ApiError."""
        cursor = self.next_cursor
        if cursor is None:
            return
        page = await api.mine(self.http, cursor=cursor)
        if self.next_cursor == cursor:
            self.items, self.next_cursor = joined(self.items or (), page.items), page.next_cursor

    async def as_file(self) -> bytes:
        """All of them for a spreadsheet. Raises ApiError."""
        return await api.as_file(self.http)


@ft.observable
@dataclasses.dataclass
class PaymentState:
    """One payment of mine."""

    http: Http
    id: UUID | None
    payment: PaymentHistory | None = None
    missing: bool = False

    async def load(self) -> None:
        """What happened to it, as of now. Raises ApiError."""
        if self.id is None:
            self.missing = True
            return
        try:
            self.payment = await api.one(self.http, self.id)
        except ApiError as problem:
            if problem.code is not ProblemCode.NOT_FOUND:
                raise
            self.missing = True

    async def receipt(self) -> bytes:
        """Its receipt as a PDF. Raises ApiError."""
        assert self.payment is not None  # noqa: S101 - its button stands beside it
        return await api.receipt(self.http, self.payment.id)
