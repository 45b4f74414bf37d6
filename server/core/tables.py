"""What every table shares: names of constraints, text enums with a check, instants in UTC."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, LargeBinary, MetaData, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from server.core import clock
from server.core.ids import new_id
from shared_models.base import known

SQLModel.metadata.naming_convention = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
).naming_convention


def one_of(column: str, enum: type[StrEnum]) -> CheckConstraint:
    """A check that `column` holds a known value of `enum` (values are stored, not member names)."""
    values = ", ".join(f"'{value}'" for value in known(enum))
    return CheckConstraint(f"{column} IN ({values})", name=f"{column}_known")


def text_field(length: int, **more: Any) -> Any:
    """A text column of at most `length` characters."""
    return Field(sa_type=String(length), **more)


def instant(**more: Any) -> Any:
    """A column for an instant (timestamptz)."""
    return Field(sa_type=DateTime(timezone=True), **more)


def made_at() -> Any:
    """A column that is set to now when the row is made."""
    return instant(default_factory=clock.now)


class IdempotentReply(SQLModel, table=True):
    """The 2xx answer a person got for an Idempotency-Key, kept for 24 hours."""

    __tablename__ = "idempotent_reply"

    person_id: UUID = Field(primary_key=True)
    route: str = text_field(200, primary_key=True)
    key: str = text_field(100, primary_key=True)
    body_hash: str = text_field(64)
    status: int
    body: dict[str, Any] | list[Any] | None = Field(default=None, sa_type=JSONB)
    headers: list[list[str]] | None = Field(default=None, sa_type=JSONB)
    """Pairs of name and value. None: kept by a server that knew no headers yet."""
    created_at: datetime = made_at()


class CallStatus(StrEnum):
    """Where a call to another service stands."""

    WAITING = "waiting"
    CALLING = "calling"
    DONE = "done"
    DROPPED = "dropped"
    """There was nothing to call for any more."""
    FAILED = "failed"


class OutgoingCall(SQLModel, table=True):
    """A call to another service that is to be made, and what became of it: see `attempts.py`."""

    __tablename__ = "outgoing_call"
    __table_args__ = (one_of("status", CallStatus), UniqueConstraint("kind", "subject_id"))

    id: UUID = Field(default_factory=new_id, primary_key=True)
    """Goes along with the call as its idempotency key, the same at every attempt."""
    kind: str = text_field(60)
    """The name of the job that makes it."""
    subject_id: UUID
    """What it is made for; which table that is in, the room knows that asked for it."""
    status: str = text_field(20, default=CallStatus.WAITING.value)
    attempts: int = 0
    """How often it was tried; it goes on counting when a person lets it be tried again."""
    claimed_at: datetime | None = instant(default=None)
    first_tried_at: datetime | None = instant(default=None)
    settled_at: datetime | None = instant(default=None)
    error: str | None = text_field(80, default=None)
    """The class of what the last attempt failed with: no words, which may name people."""


class FailedJob(SQLModel, table=True):
    """A job that failed for good, or that needs a person before it can succeed: see `failed_jobs.py`."""

    __tablename__ = "failed_job"

    job_id: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    """Of the queue's row, which goes away when the job has succeeded."""
    name: str = text_field(128, index=True)
    error: str = text_field(80)
    """The class of what it failed with last: no words, which may name people. "" when nobody could write it down."""
    tries: int
    since: datetime = instant()
    failed_at: datetime = instant()


MAX_EXTERNAL_ID = 200


class InboxEvent(SQLModel, table=True):
    """Something another service told us, as it came, and what became of it: see `inbox.py`."""

    __tablename__ = "inbox_event"
    __table_args__ = (UniqueConstraint("source", "external_id"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    source: str = text_field(40)
    external_id: str = text_field(MAX_EXTERNAL_ID)
    """The other side's id of it, by which a repetition is told."""
    body: bytes = Field(sa_type=LargeBinary)
    headers: dict[str, str] = Field(sa_type=JSONB)
    received_at: datetime = made_at()
    processed_at: datetime | None = instant(default=None)
    error: str | None = text_field(80, default=None)
    """The class of what handling it failed with last, or that its kind is unknown."""
