"""The payments of bookings: what is asked for, how they look to who pays, and their end where nobody wants them.

All of it comes after the locks of the home and the booking, and takes those of the payments.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings.repository.changes import Changes
from server.bookings.repository.rent import Rent
from server.bookings.service import rent
from server.bookings.service.parts import parts_of_lines
from server.bookings.service.refunding import BOOKING, CHANGE, lines_of
from server.bookings.tables import BookingTable, QuoteTable, RentMonthTable
from server.core.errors import InvalidTransition, NotFound
from server.core.words import translator
from server.payments.service import door as payments
from server.payments.service.door import Bill, Payment, Subject
from server.properties.service.door import Home
from server.users import service as users
from shared_models.bookings import PAY_PAGE_MINUTES, PaymentWay
from shared_models.money import Money
from shared_models.payments import UNSETTLED, PaymentRead, PaymentStatus
from shared_models.rent_months import RentMonth, RentMonthStatus
from shared_models.stay_dates import Stay

MAX_TITLE = 200
"""What the provider's page says is paid for has so many characters."""


async def bill(session: AsyncSession, booking: BookingTable, home: Home, now: datetime) -> None:
    """Ask for all that a booking costs. What the landlord is asked about first is authorised only."""
    wanted = Bill(
        subject=subject_of(booking.id),
        payer_id=booking.tenant_id,
        parts=parts_of_lines(lines_of(booking)),
        title=await title_of(session, home, booking, booking.tenant_id),
        return_path=f"/app/trips/{booking.id}/payment",
        expires_at=now + timedelta(minutes=PAY_PAGE_MINUTES),
        is_held=not booking.instant_book,
    )
    await payments.bill(session, wanted)


async def title_of(session: AsyncSession, home: Home, stay: BookingTable | QuoteTable | Stay, payer_id: UUID) -> str:
    """What the provider's page says is paid for: a home, and from when until when, as its reader writes days."""
    spoken = translator(await users.language_of(session, payer_id))
    dates = f" · {spoken.short_day(stay.check_in)} – {spoken.short_day(stay.check_out)}"
    return home.title[: MAX_TITLE - len(dates)] + dates


def subject_of(booking_id: UUID) -> Subject:
    """What is paid for when a booking is."""
    return Subject(BOOKING, booking_id)


async def payments_of(session: AsyncSession, booking_id: UUID) -> Sequence[Payment]:
    """The payments for a booking itself, the newest last; those of its changes are not among them."""
    return (await payments_of_all(session, [booking_id]))[booking_id]


async def payments_of_all(session: AsyncSession, booking_ids: Iterable[UUID]) -> Mapping[UUID, Sequence[Payment]]:
    """The same for many, in one statement."""
    found = await payments.payments_of(session, map(subject_of, booking_ids))
    return {subject.id: each for subject, each in found.items()}


@dataclass(frozen=True)
class Paid:
    """How a booking is paid: where its latest payment stands, what was paid less what went back; of its changes and
    its months."""

    status: PaymentStatus | None = None
    amount: Money | None = None
    of_changes: Mapping[UUID, PaymentStatus] = field(default_factory=dict)
    months: Sequence[RentMonth] = ()


async def paid_of_all(session: AsyncSession, bookings: Iterable[BookingTable]) -> Mapping[UUID, Paid]:
    """How these bookings are paid, those that are paid through us: two statements for any number that are paid at once,
    two for those that are paid month by month, none for none."""
    rows = list(bookings)
    at_once = [row.id for row in rows if row.payment == PaymentWay.CARD.value]
    monthly = [row.id for row in rows if row.payment == PaymentWay.MONTHLY.value]
    return {**await _paid_at_once(session, at_once), **await _paid_by_the_month(session, monthly)}


async def _paid_at_once(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, Paid]:
    if not ids:
        return {}
    changes: dict[UUID, list[UUID]] = {id_: [] for id_ in ids}
    for change in await Changes(session).of_all(ids):
        changes[change.booking_id].append(change.id)
    subjects = [Subject(CHANGE, id_) for of_one in changes.values() for id_ in of_one]
    found = await payments.payments_of(session, [*map(subject_of, ids), *subjects])
    return {
        id_: _paid(found[subject_of(id_)], {change: found[Subject(CHANGE, change)] for change in changes[id_]})
        for id_ in ids
    }


async def _paid_by_the_month(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, Paid]:
    if not ids:
        return {}
    months: dict[UUID, list[RentMonthTable]] = {id_: [] for id_ in ids}
    for month in await Rent(session).of_all(ids):
        months[month.booking_id].append(month)
    found = await rent.payments_of(session, [month.id for each in months.values() for month in each])
    return {
        id_: Paid(
            amount=_came(payment for row in each for payment in found[row.id]),
            months=[rent.to_read(row, found[row.id]) for row in each if row.status != RentMonthStatus.CLOSED.value],
        )
        for id_, each in months.items()
    }


def _paid(found: Sequence[Payment], of_changes: Mapping[UUID, Sequence[Payment]]) -> Paid:
    every = [*found, *(payment for each in of_changes.values() for payment in each)]
    return Paid(
        status=found[-1].status if found else None,
        amount=_came(every),
        of_changes={change_id: each[-1].status for change_id, each in of_changes.items() if each},
    )


def _came(every: Iterable[Payment]) -> Money | None:
    """What was paid less what went back; None when nothing was."""
    came = [one.parts.total - one.refunded.total for one in every if one.status is PaymentStatus.CAPTURED]
    return sum(came[1:], start=came[0]) if came else None


async def let_go(session: AsyncSession, bookings: Iterable[BookingTable]) -> None:
    """Want the payments under way of these bookings no longer: no page is left to pay on, no card holds money."""
    paid_by_card = [booking.id for booking in bookings if booking.payment == PaymentWay.CARD.value]
    if not paid_by_card:
        return
    found = await payments_of_all(session, paid_by_card)
    under_way = [payment.id for each in found.values() for payment in each if payment.status in UNSETTLED]
    for payment_id in sorted(under_way):  # always in one order, so that no two wait for each other
        await payments.let_go(session, payment_id)


async def capture(session: AsyncSession, booking: BookingTable) -> None:
    """Have captured what a card holds for a booking that is paid by card. Raises InvalidTransition when none does."""
    if booking.payment != PaymentWay.CARD.value:
        return
    held = [one for one in await payments_of(session, booking.id) if one.status is PaymentStatus.AUTHORISED]
    if not held:
        raise InvalidTransition("The tenant's card no longer holds the money for this stay.")
    await payments.capture(session, held[-1].id)


def latest(found: Sequence[Payment]) -> PaymentRead:
    """The newest payment as the one who pays it sees it. Raises NotFound when there is none."""
    if not found:
        raise NotFound
    newest = found[-1]
    return PaymentRead(
        id=newest.id,
        status=newest.status,
        amount=newest.parts.total,
        refunded=newest.refunded.total,
        is_held=newest.is_held,
        page_url=newest.page_url,
        expires_at=newest.expires_at,
        created_at=newest.created_at,
        settled_at=newest.settled_at,
    )
