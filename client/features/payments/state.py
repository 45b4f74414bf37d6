"""My payments, one of them with where its money is, and the cards I had saved."""

import asyncio
import contextlib
import dataclasses
from typing import Final
from uuid import UUID

import flet as ft

from client.api import payment_methods
from client.api import payments as api
from client.core.http import ApiError, Http
from client.core.rows import joined
from shared_models.payment_history import PaymentHistory
from shared_models.payment_methods import SavedCard
from shared_models.problems import ProblemCode

FOLLOW_PAUSES: Final = (1.0, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0)
"""Seconds between looks while a card is being removed; mostly it is gone after the first. Then nobody asks any more."""


@ft.observable
@dataclasses.dataclass
class PaymentsState:
    """My payments, or those of the stay of a `reference`, as far as their pages have been read; the newest first."""

    http: Http
    reference: str | None = None
    items: tuple[PaymentHistory, ...] | None = None
    next_cursor: str | None = None

    async def load(self) -> None:
        """The first page. Raises ApiError."""
        page = await api.mine(self.http, self.reference)
        self.items, self.next_cursor = tuple(page.items), page.next_cursor

    async def load_more(self) -> None:
        """The next page, when there is one. Raises ApiError."""
        cursor = self.next_cursor
        if cursor is None:
            return
        page = await api.mine(self.http, self.reference, cursor=cursor)
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


@ft.observable
@dataclasses.dataclass
class CardsState:
    """The cards I had saved, and what was removed of them."""

    http: Http
    cards: tuple[SavedCard, ...] | None = None
    removing: UUID | None = None
    """The card whose removal is being asked for."""

    @property
    def on_their_way(self) -> frozenset[UUID]:
        """Those that the provider has yet to remove."""
        return frozenset(card.id for card in self.cards or () if card.is_being_removed)

    async def load(self) -> None:
        """Which there are now. Raises ApiError."""
        self.cards = tuple(await payment_methods.mine(self.http))

    async def remove(self, card_id: UUID) -> None:
        """Have one removed. One that is gone meanwhile is no error: it is what was wanted. Raises ApiError."""
        self.removing = card_id
        try:
            told = await payment_methods.remove(self.http, card_id)
        except ApiError as problem:
            if problem.code is not ProblemCode.NOT_FOUND:
                raise
            await self.load()
        else:
            self.cards = tuple(told if card.id == card_id else card for card in self.cards or ())
        finally:
            self.removing = None

    async def follow(self) -> None:
        """Look again while a card is being removed, less and less often. That the server cannot be asked then is no
        failure: what stands there stays true."""
        for pause in FOLLOW_PAUSES:
            if not self.on_their_way:
                return
            await asyncio.sleep(pause)
            with contextlib.suppress(ApiError):
                await self.load()
