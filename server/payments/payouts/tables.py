"""What landlords earn, what of it is taken back, and how it is paid out and recovered."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import BigInteger, Field, SQLModel

from server.core.ids import new_id
from server.core.tables import MAX_EXTERNAL_ID, instant, made_at, one_of, text_field
from shared_models.earnings import TransferStatus, WaitReason
from shared_models.fee_tax import FeeTaxRule
from shared_models.money import Currency


def _amount(**more: Any) -> Any:
    return Field(sa_type=BigInteger, **more)


class EarningTable(SQLModel, table=True):
    """What a landlord earns with one payment: written down when the payment comes, earned when it is due.

    `net`, `fee` and `tax` are what was ever earned; `back_…` of it is with the tenant again. What is left of the net
    and was neither paid out nor taken for a debt is to be paid.
    """

    __tablename__ = "earning"
    __table_args__ = (
        one_of("currency", Currency),
        one_of("waits_for", WaitReason),
        one_of("tax_rule", FeeTaxRule),
        CheckConstraint("least(net_minor, fee_minor, tax_minor, paid_minor, recovered_minor) >= 0", name="sane"),
        CheckConstraint("back_net_minor BETWEEN 0 AND net_minor", name="back_net_sane"),
        CheckConstraint("back_fee_minor BETWEEN 0 AND fee_minor", name="back_fee_sane"),
        CheckConstraint("back_tax_minor BETWEEN 0 AND tax_minor", name="back_tax_sane"),
        CheckConstraint("returned_minor BETWEEN 0 AND back_net_minor", name="returned_sane"),
        CheckConstraint("paid_minor + recovered_minor + returned_minor <= net_minor", name="paid_once"),
        CheckConstraint("(earned_at IS NULL) = (times = 0)", name="earned_at_a_time"),
        Index("ix_earning_ask_at", "ask_at", "id", postgresql_where=text("is_open")),
        Index("ix_earning_landlord_id_due_at_id", "landlord_id", "due_at", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    payment_id: UUID = Field(foreign_key="payment.id", unique=True)
    landlord_id: UUID = Field(foreign_key="identity.id")
    currency: str = text_field(3)
    due_at: datetime = instant()
    """A day after check-in, in the home's zone."""
    is_open: bool = True
    """Something of it is still to be earned or paid out."""
    ask_at: datetime = instant()
    """When that is looked at next."""
    waits_for: str | None = text_field(20, default=None)
    net_minor: int = _amount(default=0)
    fee_minor: int = _amount(default=0)
    tax_minor: int = _amount(default=0)
    tax_rule: str | None = text_field(30, default=None)
    tax_authority: str | None = text_field(30, default=None)
    back_net_minor: int = _amount(default=0)
    back_fee_minor: int = _amount(default=0)
    back_tax_minor: int = _amount(default=0)
    returned_minor: int = _amount(default=0)
    """Of `back_net_minor` what the landlord had not been paid yet."""
    recovered_minor: int = _amount(default=0)
    """What was taken of it for what the landlord owed."""
    paid_minor: int = _amount(default=0)
    """What was asked to be paid out, and has not failed or come back for nothing."""
    times: int = 0
    """How often something of it was earned: again, where money came back from a bank after all."""
    earned_at: datetime | None = instant(default=None)
    created_at: datetime = made_at()


class ClawbackTable(SQLModel, table=True):
    """What was taken back of something earned, for a refund or a lost dispute; `owed` is what the landlord had been
    paid of it."""

    __tablename__ = "clawback"
    __table_args__ = (
        one_of("currency", Currency),
        CheckConstraint("least(payable_minor, owed_minor, fee_minor, tax_minor) >= 0", name="sane"),
        CheckConstraint("recovered_minor >= 0 AND reversed_minor >= 0", name="recovered_sane"),
        CheckConstraint("recovered_minor + reversed_minor <= owed_minor", name="recovered_once"),
        Index("uq_clawback_cause", "cause_id", unique=True, postgresql_where=text("undone_at IS NULL")),
        Index("ix_clawback_landlord_id", "landlord_id", "currency", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    earning_id: UUID = Field(foreign_key="earning.id", index=True)
    cause_id: UUID
    """Of the refund or the dispute."""
    landlord_id: UUID = Field(foreign_key="identity.id")
    currency: str = text_field(3)
    payable_minor: int = _amount()
    owed_minor: int = _amount()
    fee_minor: int = _amount()
    tax_minor: int = _amount()
    recovered_minor: int = _amount(default=0)
    """What was taken of later earnings."""
    reversed_minor: int = _amount(default=0)
    """What came back, or was asked back, from the landlord's account."""
    undone_at: datetime | None = instant(default=None)
    """Since when it counts no more: what was to go back did not."""
    created_at: datetime = made_at()


class RecoveryTable(SQLModel, table=True):
    """What was taken of an earning for what its landlord owed."""

    __tablename__ = "recovery"
    __table_args__ = (CheckConstraint("amount_minor > 0", name="amount_sane"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    earning_id: UUID = Field(foreign_key="earning.id", index=True)
    clawback_id: UUID = Field(foreign_key="clawback.id", index=True)
    amount_minor: int = _amount()
    created_at: datetime = made_at()


class TransferTable(SQLModel, table=True):
    """What is moved to a landlord's account of what they earned with one payment. Its id, with the number of refusals,
    is the idempotency key."""

    __tablename__ = "transfer"
    __table_args__ = (
        one_of("status", TransferStatus),
        CheckConstraint("amount_minor BETWEEN 1 AND 9007199254740992", name="amount_sane"),
        CheckConstraint("reversed_minor BETWEEN 0 AND amount_minor", name="reversed_sane"),
        CheckConstraint("(status = 'done') = (balance_transaction_id IS NOT NULL)", name="done_in_the_books"),
        Index("ix_transfer_asked", "id", postgresql_where=text("status = 'asked'")),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    earning_id: UUID = Field(foreign_key="earning.id", index=True)
    account_id: str = text_field(MAX_EXTERNAL_ID)
    """The provider's id of the account."""
    is_of_charge: bool = True
    """It is a part of the charge; of that no more can be moved than it was, and what is more comes of our balance."""
    amount_minor: int = _amount()
    """In the currency of the payment."""
    status: str = text_field(20, default=TransferStatus.ASKED.value)
    external_id: str | None = text_field(MAX_EXTERNAL_ID, default=None, unique=True)
    balance_transaction_id: str | None = text_field(MAX_EXTERNAL_ID, default=None, unique=True)
    refusals: int = 0
    """How often our balance did not cover it."""
    refused_since: datetime | None = instant(default=None)
    reversed_minor: int = _amount(default=0)
    """What came back of it, or was asked back."""
    created_at: datetime = made_at()
    done_at: datetime | None = instant(default=None)


class TransferReversalTable(SQLModel, table=True):
    """What is taken back of a transfer, for something that was taken back of what was earned."""

    __tablename__ = "transfer_reversal"
    __table_args__ = (
        one_of("status", TransferStatus),
        CheckConstraint("amount_minor BETWEEN 1 AND 9007199254740992", name="amount_sane"),
        CheckConstraint("(status = 'done') = (balance_transaction_id IS NOT NULL)", name="done_in_the_books"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    transfer_id: UUID = Field(foreign_key="transfer.id", index=True)
    clawback_id: UUID = Field(foreign_key="clawback.id", index=True)
    amount_minor: int = _amount()
    status: str = text_field(20, default=TransferStatus.ASKED.value)
    external_id: str | None = text_field(MAX_EXTERNAL_ID, default=None, unique=True)
    balance_transaction_id: str | None = text_field(MAX_EXTERNAL_ID, default=None, unique=True)
    created_at: datetime = made_at()
    done_at: datetime | None = instant(default=None)
