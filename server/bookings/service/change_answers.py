"""What comes of a change that was asked for: agreed to, declined, taken back; and how it takes effect.

On a yes the holds go and the booking's own claim is moved in one UPDATE, in one transaction and under the lock of the
home, so nobody else gets in between. Of a stay that was paid by card what it costs less goes back with it; one that
costs more keeps its nights until its tenant has paid the difference (`change_payments`).
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings import rules
from server.bookings.events import (
    BookingChangeAccepted,
    BookingChangeAgreed,
    BookingChangeDeclined,
    BookingChangeWithdrawn,
)
from server.bookings.repository.changes import Changes
from server.bookings.repository.quotes import Quotes
from server.bookings.service import billing, earning, refunding, rent
from server.bookings.service.acting import HistoryEvent, Locked, lock, period_of, record, who
from server.bookings.service.change_endings import decide, free, give_back, which
from server.bookings.service.reading import to_read
from server.bookings.tables import BookingChangeTable, BookingTable, QuoteTable
from server.calendars.service import door as calendars
from server.core import clock
from server.core.errors import InvalidTransition, NotFound
from server.core.events import publish
from server.core.identity import Identity
from shared_models.booking_steps import Act, answer_by, last_day_to_answer
from shared_models.bookings import Actor, BookingRead, BookingSide, ChangeStatus, HistoryEventKind
from shared_models.calendars import ClaimKind
from shared_models.payments import UNSETTLED
from shared_models.stay_dates import Stay


async def accept(session: AsyncSession, caller: Identity, booking_id: UUID, change_id: UUID) -> BookingRead:
    """Agree to a change: the booking gets its dates, guests and price, or waits for the tenant to pay the difference.

    Twice is once. Raises NotFound, InvalidTransition.
    """
    locked = await lock(session, caller, booking_id)
    change = await _to_answer(session, locked, change_id, ChangeStatus.ACCEPTED)
    if change is not None:
        await _check_paid(session, locked.booking)
        kept = await quote_of(session, change)
        await rent.check_change(session, locked.booking, kept)
        if refunding.more_to_pay(locked.booking, kept).total.amount_minor:
            await _await_payment(session, locked, change, kept)
        else:
            await refunding.refund_difference(session, locked.booking, kept)
            await take_effect(session, locked, change, kept)
    return await to_read(session, locked.booking, locked.home)


async def decline(
    session: AsyncSession, caller: Identity, booking_id: UUID, change_id: UUID, reason: str
) -> BookingRead:
    """Say no to a change, and why: the booking stays as it was. Twice is once. Raises NotFound, InvalidTransition."""
    locked = await lock(session, caller, booking_id)
    change = await _to_answer(session, locked, change_id, ChangeStatus.DECLINED)
    if change is not None:
        change.reason = reason
        event = HistoryEvent(HistoryEventKind.CHANGE_DECLINED, Actor(locked.side), reason)
        await _leave_as_it_was(session, locked, change, event)
    return await to_read(session, locked.booking, locked.home)


async def withdraw(session: AsyncSession, caller: Identity, booking_id: UUID, change_id: UUID) -> BookingRead:
    """Take a wish for a change back: one's own or, while it waits for their payment, the tenant either side's.

    Twice is once. Raises NotFound, InvalidTransition.
    """
    locked = await lock(session, caller, booking_id)
    change = await _to_answer(session, locked, change_id, ChangeStatus.WITHDRAWN)
    if change is not None:
        event = HistoryEvent(HistoryEventKind.CHANGE_WITHDRAWN, Actor(locked.side))
        await _leave_as_it_was(session, locked, change, event)
    return await to_read(session, locked.booking, locked.home)


async def take_effect(session: AsyncSession, locked: Locked, change: BookingChangeTable, kept: QuoteTable) -> None:
    """Give a locked booking the dates, guests and price of a change that both sides agreed to. Raises DatesTaken."""
    await free(session, change)
    wished = Stay(check_in=kept.check_in, check_out=kept.check_out)
    await calendars.move(session, locked.home.id, ClaimKind.BOOKING, locked.booking.id, period_of(wished))
    _rewrite(locked.booking, kept)
    await earning.put_off(session, locked)
    await rent.write_down(session, locked.booking, locked.home)
    await decide(session, change, ChangeStatus.ACCEPTED)
    agreed_by = Actor(BookingSide(change.asked_by).other)
    await record(session, locked.booking, HistoryEvent(HistoryEventKind.CHANGE_ACCEPTED, agreed_by))
    await publish(session, BookingChangeAccepted(**who(locked.booking), **which(change)))


async def quote_of(session: AsyncSession, change: BookingChangeTable) -> QuoteTable:
    """The price that a change is made of."""
    return (await Quotes(session).by_ids([change.quote_id]))[change.quote_id]


async def hold_until(
    session: AsyncSession, locked: Locked, change: BookingChangeTable, wished: Stay, until: datetime
) -> None:
    """Keep an open change, and the nights it holds, until an instant. Raises HoldLapsed."""
    change.expires_at = until
    stretches = rules.extra_nights(locked.stay, wished)
    for source, _ in zip((change.id, change.other_hold_id), stretches, strict=False):
        assert source is not None  # noqa: S101 - a second stretch has a second id
        await calendars.extend(session, source, until)
    await session.flush()


async def _check_paid(session: AsyncSession, booking: BookingTable) -> None:
    """Raises InvalidTransition while a stay is being paid: what goes back, or comes on top, is of what was paid."""
    if any(payment.status in UNSETTLED for payment in await billing.payments_of(session, booking.id)):
        raise InvalidTransition("The stay is still being paid. Try again in a moment.")
    await rent.check_settled(session, booking)


async def _await_payment(session: AsyncSession, locked: Locked, change: BookingChangeTable, kept: QuoteTable) -> None:
    """The nights stay held for as long as an answer may take, for the tenant to pay."""
    wished, now = Stay(check_in=kept.check_in, check_out=kept.check_out), clock.now()
    last_day = last_day_to_answer(locked.stay, wished, clock.today_in(locked.home.zone))
    change.status = rules.move_change(ChangeStatus(change.status), ChangeStatus.AWAITING_PAYMENT).value
    await hold_until(session, locked, change, wished, answer_by(now, last_day, locked.home.zone))
    event = HistoryEvent(HistoryEventKind.CHANGE_AGREED, Actor(locked.side), of=kept)
    await record(session, locked.booking, event)
    await publish(session, BookingChangeAgreed(**who(locked.booking), **which(change)))


async def _to_answer(
    session: AsyncSession, locked: Locked, change_id: UUID, then: ChangeStatus
) -> BookingChangeTable | None:
    """The change to decide; None when it is decided so already. Raises NotFound, InvalidTransition."""
    change = await Changes(session).locked(locked.booking.id, change_id)
    if change is None:
        raise NotFound
    status = ChangeStatus(change.status)
    agreed = status is ChangeStatus.AWAITING_PAYMENT
    if status is then or (agreed and then is ChangeStatus.ACCEPTED):
        return None
    rules.answer_change(ChangeStatus.EXPIRED if change.expires_at <= clock.now() else status, then)
    mine = change.asked_by == locked.side or (agreed and locked.side is BookingSide.TENANT)
    if mine is not (then is ChangeStatus.WITHDRAWN):
        raise InvalidTransition("You asked for this yourself." if mine else "The other side asked for this.")
    await locked.check(session, Act.WITHDRAW_CHANGE if mine else Act.ANSWER_CHANGE)
    return change


async def _leave_as_it_was(
    session: AsyncSession, locked: Locked, change: BookingChangeTable, event: HistoryEvent
) -> None:
    kept = await quote_of(session, change)
    declined = event.kind == HistoryEventKind.CHANGE_DECLINED
    await decide(session, change, ChangeStatus.DECLINED if declined else ChangeStatus.WITHDRAWN)
    await give_back(session, change)
    await record(session, locked.booking, HistoryEvent(event.kind, event.actor, event.note, of=kept))
    if declined:
        await publish(session, BookingChangeDeclined(**who(locked.booking), **which(change)))
    else:
        await publish(session, BookingChangeWithdrawn(**who(locked.booking), change_id=change.id, by=locked.side))


def _rewrite(booking: BookingTable, kept: QuoteTable) -> None:
    booking.check_in, booking.check_out, booking.guests = kept.check_in, kept.check_out, kept.guests
    booking.lines, booking.total_minor, booking.currency = kept.lines, kept.total_minor, kept.currency
    booking.updated_at = clock.now()
