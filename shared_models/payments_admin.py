"""Payments as admins see and correct them."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from shared_models.base import Input, Output
from shared_models.money import Money
from shared_models.paging import Page
from shared_models.payments import DisputeReason, DisputeStatus, PaymentStatus, RefundStatus
from shared_models.visible_text import visible

MAX_REASON = 1000
Reason = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_REASON), AfterValidator(visible)
]
Amount = Annotated[int, Field(ge=0, le=2**53)]
Authority = Annotated[str, StringConstraints(min_length=1, max_length=80)]


class RefundRequestStatus(StrEnum):
    """Where a refund stands that an admin wants."""

    WAITING = "waiting"
    """A second admin has to agree."""
    APPROVED = "approved"
    """The refund was asked for: by a second admin's word, or at once where none was needed."""
    REJECTED = "rejected"
    UNKNOWN = "unknown"


class RefundOrder(Input):
    """What an admin wants to go back of a payment, and why: an amount of all of it, shared among what is left of its
    parts, or an amount of each part. In minor units of the payment's currency."""

    amount_minor: Amount | None = None
    stay_minor: Amount | None = None
    taxes_minor: Annotated[Mapping[Authority, Amount], Field(max_length=20)] = {}
    reason: Reason

    @model_validator(mode="after")
    def _names_one_amount(self) -> "RefundOrder":
        by_part = self.stay_minor is not None or bool(self.taxes_minor)
        if (self.amount_minor is None) != by_part:
            raise ValueError("name an amount, or one of each part")
        if not (self.amount_minor or self.stay_minor or any(self.taxes_minor.values())):
            raise ValueError("an amount that goes back is above zero")
        return self


class Rejection(Input):
    """Why a refund is not agreed to."""

    reason: Reason


class TaxPart(Output):
    """A tax within an amount, by the key of its authority."""

    authority: str
    amount: Money


class AmountParts(Output):
    """What an amount consists of."""

    total: Money
    stay: Money
    taxes: tuple[TaxPart, ...] = ()


class RefundRequestRead(Output):
    """A refund that an admin wants: who, how much, why, and what came of it."""

    id: UUID
    payment_id: UUID
    title: str
    """What was paid for."""
    payer_name: str
    parts: AmountParts
    reason: str
    status: RefundRequestStatus
    asked_by: UUID
    asked_by_name: str
    asked_at: datetime
    decided_by: UUID | None = None
    """The second admin; None while it waits, and where none was needed."""
    decided_by_name: str = ""
    decided_at: datetime | None = None
    note: str | None = None
    """Why it was not agreed to."""
    refund_id: UUID | None = None


class RefundRequestPage(Page[RefundRequestRead]):
    """Those that wait for a second admin, the oldest first; or those that were decided, the latest first."""

    waiting: int


class RefundRead(Output):
    """An amount that goes back of a payment."""

    id: UUID
    parts: AmountParts
    status: RefundStatus
    is_of_credit: bool
    """It goes back of what the payer has with us: the payment came too late."""
    external_id: str | None
    created_at: datetime


class BookLine(Output):
    """One posting: + debit, − credit. The words are those of the books (`shared_models/ledger.py`), as text: an app
    that does not know one yet shows it as it is."""

    account: str
    owner: str
    """`platform`, or a kind and what it is: `tax_authority:…`, `tenant:…`, `booking:…`."""
    amount: Money


class BookEntry(Output):
    """One fact in the books about what was paid for."""

    id: UUID
    kind: str
    source: str
    external_id: str
    happened_at: datetime
    posted_at: datetime
    """When we heard of it and wrote it down."""
    lines: tuple[BookLine, ...]


class ProviderCall(Output):
    """A call to the provider for a payment or one of its refunds."""

    name: str
    """Of the job that makes it."""
    status: str
    attempts: int
    first_tried_at: datetime | None
    settled_at: datetime | None
    error: str | None
    """The class of what the last attempt failed with."""


class DisputeRead(Output):
    """A payment that a bank asks about, or has taken back."""

    id: UUID
    payment_id: UUID
    title: str
    """What was paid for."""
    reference: str
    payer_name: str
    external_id: str
    status: DisputeStatus
    reason: DisputeReason
    amount: Money
    """What is disputed; it may be more than was paid."""
    answer_by: datetime | None
    """Until when the provider takes our answer."""
    opened_at: datetime
    closed_at: datetime | None


class DisputePage(Page[DisputeRead]):
    """Disputes, the latest first."""

    undecided: int
    """How many of all are not decided yet."""


class PaymentRow(Output):
    """A payment as a line of the admins' list."""

    id: UUID
    subject_kind: str
    subject_id: UUID
    reference: str
    """Of what is paid for, as its tenant knows it; "" where there is none."""
    title: str
    payer_id: UUID
    payer_name: str
    payer_email: str | None
    amount: Money
    refunded: Money
    """What goes back of it, asked for and not failed."""
    status: PaymentStatus
    created_at: datetime
    settled_at: datetime | None


class PaymentRows(Page[PaymentRow]):
    """Payments, the latest first."""

    waiting: int
    """How many refunds wait for a second admin."""


class PaymentFull(PaymentRow):
    """A payment with all that is known of it."""

    parts: AmountParts
    left: AmountParts
    """What has not gone back of each part, and is not asked for by an admin who waits."""
    refunded_alone_up_to: Money
    """How much the admin who asks may let go back of it without a second one."""
    is_held: bool
    expires_at: datetime
    capture_before: datetime | None
    looked_at: datetime
    """When we last read what has come of it, or asked to."""
    session_id: str | None
    intent_id: str | None
    balance_transaction_id: str | None
    refunds: tuple[RefundRead, ...]
    requests: tuple[RefundRequestRead, ...]
    is_disputed: bool
    """A bank has the money and has not decided: what is to go back waits for that."""
    disputes: tuple[DisputeRead, ...]
    entries: tuple[BookEntry, ...]
    """All that the books say of what was paid for, the oldest first: of its other payments, too."""
    calls: tuple[ProviderCall, ...]
