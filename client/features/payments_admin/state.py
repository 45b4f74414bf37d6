"""What admins see of money, and what they do about it."""

import dataclasses
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from uuid import UUID

import flet as ft

from client.api import payments_admin as api
from client.api import reconciliation as reconciliation_api
from client.core.http import Http, wrong_input
from client.core.language import money, t
from client.core.rows import joined
from shared_models.money import Currency, Money
from shared_models.payments import PaymentStatus
from shared_models.payments_admin import (
    AmountParts,
    DisputeRead,
    PaymentFull,
    PaymentRow,
    RefundOrder,
    RefundRequestRead,
    Rejection,
)
from shared_models.reconciliation import Finding, ReconciliationRun, RunStatus

STAY, TAX = "stay_minor", "tax:"
"""The names of the fields of a refund's parts; a tax is followed by its authority."""


@ft.observable
@dataclasses.dataclass
class PaymentsState:
    """Payments, as far as their pages have been read; the latest first."""

    http: Http
    rows: tuple[PaymentRow, ...] | None = None
    next_cursor: str | None = None
    waiting: int = 0
    _asked: tuple[str, PaymentStatus | None] = ("", None)

    async def load(self, text: str, status: PaymentStatus | None) -> None:
        """The first page of what is sought. Raises ApiError."""
        page = await api.payments(self.http, text=text, status=status)
        self._asked = text, status
        self.rows, self.next_cursor, self.waiting = tuple(page.items), page.next_cursor, page.waiting

    async def more(self) -> None:
        """The next page. Raises ApiError."""
        asked = (text, status), cursor = self._asked, self.next_cursor
        if cursor is None:
            return
        page = await api.payments(self.http, text=text, status=status, cursor=cursor)
        if asked == (self._asked, self.next_cursor):
            self.rows, self.next_cursor = joined(self.rows or (), page.items), page.next_cursor


@ft.observable
@dataclasses.dataclass
class PaymentState:
    """One payment, and the refund that is being written."""

    http: Http
    id: UUID | None
    payment: PaymentFull | None = None
    by_part: bool = False
    typed: dict[str, str] = dataclasses.field(default_factory=dict)
    """What stands in the fields of the refund; it outlives the sheet, so that Escape loses nothing."""
    asked: RefundRequestRead | None = None
    """What came of the refund that was asked for last."""

    async def load(self) -> None:
        """Read it anew. Raises ApiError."""
        if self.id is not None:
            self.payment = await api.payment(self.http, self.id)

    def put(self, field: str, words: str) -> None:
        """Something was typed."""
        self.typed = self.typed | {field: words}

    def wanted(self) -> Money | None:
        """How much would go back by what is typed; None while that is no amount."""
        if self.payment is None:
            return None
        currency = self.payment.amount.currency
        try:
            amounts = [amount_typed(self.typed.get(field, ""), currency) for field in self.fields(self.payment.left)]
        except ValueError:
            return None
        total = sum(amount.amount_minor for amount in amounts if amount is not None)
        return Money(amount_minor=total, currency=currency) if total else None

    def fields(self, left: AmountParts) -> list[str]:
        """The names of the fields for amounts."""
        return parts_of(left) if self.by_part else ["amount_minor"]

    async def refund(self) -> None:
        """Send what is typed. Raises ApiError, with what is wrong with which field."""
        if self.payment is None:
            return
        self.asked = await api.refund(self.http, self.payment.id, self._order(self.payment))
        self.typed = {}
        await self.load()

    def _order(self, payment: PaymentFull) -> RefundOrder:
        wrong, amounts = dict[str, str](), dict[str, int]()
        for field in self.fields(payment.left):
            try:
                amount = amount_typed(self.typed.get(field, ""), payment.amount.currency)
            except ValueError:
                wrong[field] = t("Write an amount, such as {example}.", example=_example(payment.amount.currency))
                continue
            most = left_of_field(payment.left, field)
            if amount is not None and amount.amount_minor > most.amount_minor:
                wrong[field] = t("No more than {amount} is left.", amount=money(most))
            amounts[field] = 0 if amount is None else amount.amount_minor
        if not wrong and not sum(amounts.values()):
            wrong[self.fields(payment.left)[0]] = t("Say how much goes back.")
        reason = self.typed.get("reason", "").strip()
        if not reason:
            wrong["reason"] = t("Say why in a few words.")
        if wrong:
            raise wrong_input(wrong)
        return _order_of(amounts, reason, by_part=self.by_part)

    async def approve(self, request_id: UUID) -> None:
        """Agree to a refund of it. Raises ApiError."""
        await api.approve(self.http, request_id)
        await self.load()

    async def reject(self, request_id: UUID, reason: str) -> None:
        """Do not agree to a refund of it. Raises ApiError."""
        await api.reject(self.http, request_id, Rejection(reason=reason))
        await self.load()


def parts_of(left: AmountParts) -> list[str]:
    """The fields for an amount of each part."""
    return [STAY, *(f"{TAX}{tax.authority}" for tax in left.taxes)]


def left_of_field(left: AmountParts, field: str) -> Money:
    """How much is left of what a field is for."""
    taxes = {f"{TAX}{tax.authority}": tax.amount for tax in left.taxes}
    return {"amount_minor": left.total, STAY: left.stay, **taxes}[field]


def _order_of(amounts: Mapping[str, int], reason: str, *, by_part: bool) -> RefundOrder:
    if not by_part:
        return RefundOrder(amount_minor=amounts["amount_minor"], reason=reason)
    taxes = {field.removeprefix(TAX): minor for field, minor in amounts.items() if field.startswith(TAX)}
    return RefundOrder(stay_minor=amounts[STAY], taxes_minor=taxes, reason=reason)


def amount_typed(words: str, currency: Currency) -> Money | None:
    """The amount that was typed, with a point or a comma; None for nothing. Raises ValueError for no amount."""
    figures = words.replace(" ", "")
    if not figures:
        return None
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", figures):
        figures = figures.replace(",", "")
    try:
        amount = Money.of(Decimal(figures.replace(",", ".")), currency)
    except InvalidOperation:
        raise ValueError("no amount") from None
    if amount.amount_minor < 0:
        raise ValueError("below zero")
    return amount


def _example(currency: Currency) -> str:
    return str(Money(amount_minor=9400, currency=currency).major)


@ft.observable
@dataclasses.dataclass
class ApprovalsState:
    """Refunds that wait for a second admin, or those that were decided."""

    http: Http
    rows: tuple[RefundRequestRead, ...] | None = None
    next_cursor: str | None = None
    waiting: int = 0
    _decided: bool = False

    async def load(self, decided: bool) -> None:
        """The first page. Raises ApiError."""
        page = await api.refund_requests(self.http, decided=decided)
        self._decided = decided
        self.rows, self.next_cursor, self.waiting = tuple(page.items), page.next_cursor, page.waiting

    async def more(self) -> None:
        """The next page. Raises ApiError."""
        asked = decided, cursor = self._decided, self.next_cursor
        if cursor is None:
            return
        page = await api.refund_requests(self.http, decided=decided, cursor=cursor)
        if asked == (self._decided, self.next_cursor):
            self.rows, self.next_cursor = joined(self.rows or (), page.items), page.next_cursor

    async def approve(self, request_id: UUID) -> None:
        """Agree to one; the list is read anew, also when somebody else was quicker. Raises ApiError."""
        try:
            await api.approve(self.http, request_id)
        finally:
            await self.load(self._decided)

    async def reject(self, request_id: UUID, reason: str) -> None:
        """Do not agree to one. Raises ApiError."""
        await api.reject(self.http, request_id, Rejection(reason=reason))
        await self.load(self._decided)


@ft.observable
@dataclasses.dataclass
class DisputesState:
    """What banks ask about or have taken back, the latest first."""

    http: Http
    rows: tuple[DisputeRead, ...] | None = None
    next_cursor: str | None = None
    undecided: int = 0
    _all: bool = False

    async def load(self, all_: bool) -> None:
        """The first page; `all_`: also of those that are decided. Raises ApiError."""
        page = await api.disputes(self.http, undecided=not all_)
        self._all = all_
        self.rows, self.next_cursor, self.undecided = tuple(page.items), page.next_cursor, page.undecided

    async def more(self) -> None:
        """The next page. Raises ApiError."""
        asked = all_, cursor = self._all, self.next_cursor
        if cursor is None:
            return
        page = await api.disputes(self.http, undecided=not all_, cursor=cursor)
        if asked == (self._all, self.next_cursor):
            self.rows, self.next_cursor = joined(self.rows or (), page.items), page.next_cursor


@ft.observable
@dataclasses.dataclass
class ReconciliationState:
    """Looks at the books and the provider, and what differs."""

    http: Http
    runs: tuple[ReconciliationRun, ...] | None = None
    findings: tuple[Finding, ...] = ()
    next_cursor: str | None = None

    @property
    def is_running(self) -> bool:
        """Whether a look is under way."""
        return any(run.status is RunStatus.RUNNING for run in self.runs or ())

    async def load(self) -> None:
        """The last looks, and what differs now. Raises ApiError."""
        page = await reconciliation_api.runs(self.http)
        self.runs, self.findings, self.next_cursor = tuple(page.items), page.findings, page.next_cursor

    async def more(self) -> None:
        """Older looks. Raises ApiError."""
        cursor = self.next_cursor
        if cursor is None:
            return
        page = await reconciliation_api.runs(self.http, cursor=cursor)
        if self.next_cursor == cursor:
            self.runs, self.next_cursor = joined(self.runs or (), page.items), page.next_cursor

    async def run(self) -> None:
        """Have a look begun. Raises ApiError."""
        await reconciliation_api.run(self.http)
        await self.load()
