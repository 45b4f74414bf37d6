"""Stays that were paid by card, as if the provider had told so: captured and in the books, without its pages."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings.service.acting import HistoryEvent, record, set_agreed
from server.bookings.service.parts import minor_of, parts_from, parts_of_lines, taxes_of
from server.bookings.tables import BookingTable
from server.calendars.service import door as calendars
from server.core import clock
from server.core.database import Database
from server.core.ids import new_id
from server.payments.ledger import service as ledger
from server.payments.ledger.rules import postings
from server.payments.ledger.rules.entries import Fact
from server.payments.rules import STRIPE
from server.payments.service.door import Parts, Subject
from server.payments.tables import PaymentTable
from shared_models.bookings import Actor, HistoryEventKind
from shared_models.payments import PaymentStatus
from shared_models.prices import QuoteLine
from tests.server.stays import rows


async def agreed(database: Database, booking_id: str | UUID) -> None:
    """Let what is held by card be agreed, before its money is here."""
    async with database.transaction() as session:
        booking = await the_booking(session, booking_id)
        await calendars.lock(session, [booking.property_id])
        await calendars.confirm(session, booking.id)
        set_agreed(booking)
        await session.flush()
        await record(session, booking, HistoryEvent(HistoryEventKind.CONFIRMED, Actor.TENANT))


async def the_booking(session: AsyncSession, booking_id: str | UUID) -> BookingTable:
    """The row of a booking."""
    booking = await session.get(BookingTable, UUID(str(booking_id)))
    assert booking is not None
    return booking


async def paid(database: Database, booking_id: str | UUID, *shares: int) -> list[UUID]:
    """Let a booking be paid: at once, or in payments of these shares; answers their ids."""
    async with database.transaction() as session:
        booking = await the_booking(session, booking_id)
        whole = parts_of_lines([QuoteLine.model_validate(line) for line in booking.lines])
        subject = Subject("booking", booking.id)
        return [await captured(session, subject, booking.tenant_id, part) for part in in_shares(whole, shares or (1,))]


def in_shares(whole: Parts, shares: Sequence[int]) -> list[Parts]:
    """An amount in several, each part of it shared out alike."""
    split = [dict[str, int]() for _ in shares]
    for key, minor in minor_of(whole).items():
        done = 0
        for place, share in enumerate(shares):
            last = place == len(shares) - 1
            split[place][key] = minor - done if last else minor * share // sum(shares)
            done += split[place][key]
    return [found for minor in split if (found := parts_from(minor, whole.stay.currency)).total.amount_minor]


async def captured(session: AsyncSession, subject: Subject, payer_id: UUID, parts: Parts) -> UUID:
    """A payment that was captured, in the books."""
    id_, now = new_id(), clock.now()
    session.add(
        PaymentTable(
            id=id_,
            subject_kind=subject.kind,
            subject_id=subject.id,
            payer_id=payer_id,
            stay_minor=parts.stay.amount_minor,
            taxes=taxes_of(parts),
            amount_minor=parts.total.amount_minor,
            currency=parts.stay.currency.value,
            title="A home",
            return_path="/app/trips",
            status=PaymentStatus.CAPTURED.value,
            session_id=f"cs_{id_}",
            intent_id=f"pi_{id_}",
            balance_transaction_id=f"txn_{id_}",
            expires_at=now,
            settled_at=now,
        )
    )
    await session.flush()
    await ledger.post(session, postings.charge(subject, Fact(STRIPE, f"txn_{id_}", now), parts, parts.total))
    return id_


async def given_back(database: Database) -> dict[str, int]:
    """What goes back, all refunds together, by its parts: `""` for the stay, each tax by its authority."""
    found: dict[str, int] = {}
    for row in await rows(database, "SELECT stay_minor, taxes FROM refund WHERE status <> 'failed'"):
        for key, minor in [("", row.stay_minor), *row.taxes]:
            found[key] = found.get(key, 0) + minor
    return {key: minor for key, minor in found.items() if minor}


async def total_given_back(database: Database) -> int:
    """What goes back, all of it together."""
    return sum((await given_back(database)).values())


def lines_parts(booking: dict[str, Any]) -> dict[str, int]:
    """What the price of a booking consists of, as `given_back` tells it."""
    parts = parts_of_lines([QuoteLine.model_validate(line) for line in booking["lines"]])
    return {key: minor for key, minor in minor_of(parts).items() if minor}
