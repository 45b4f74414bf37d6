"""Changes that come to nothing: nobody answered or paid in time, somebody took theirs back, or the booking ended.

What they held is free again, and a page on which the difference could be paid is ended.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings import rules
from server.bookings.events import BookingChangeEvent, BookingChangeExpired, BookingChangeUnpaid
from server.bookings.repository.bookings import Bookings
from server.bookings.repository.changes import Changes
from server.bookings.repository.quotes import Quotes
from server.bookings.service.acting import HistoryEvent, record, who
from server.bookings.service.refunding import CHANGE
from server.bookings.tables import BookingChangeTable
from server.calendars.service import door as calendars
from server.core import clock
from server.core.events import publish
from server.payments.service import door as payments
from server.payments.service.door import Subject
from shared_models.bookings import Actor, BookingSide, ChangeStatus, HistoryEventKind
from shared_models.calendars import ClaimKind
from shared_models.payments import UNSETTLED

LAPSED_AT_A_TIME = 500


async def expire_holding(session: AsyncSession, source_ids: Collection[UUID]) -> None:
    """End the changes whose holds have gone; their homes are locked."""
    await expire(session, await Changes(session).holding(source_ids))


async def lapse(session: AsyncSession) -> bool:
    """End changes nobody answered or paid in time, `LAPSED_AT_A_TIME` at most; answers whether there may be more."""
    found = await Changes(session).lapsed(clock.now(), LAPSED_AT_A_TIME)
    if not found:
        return False
    await calendars.lock(session, [home_id for _, home_id in found])
    await expire(session, await Changes(session).lapsed_among([id_ for id_, _ in found], clock.now()))
    return len(found) == LAPSED_AT_A_TIME


async def close(session: AsyncSession, booking_ids: Iterable[UUID]) -> None:
    """End the open changes of bookings that have ended, and give their nights back."""
    open_changes = await Changes(session).open_of(booking_ids)
    for change in await Changes(session).end([row.id for row in open_changes.values()], ChangeStatus.CLOSED):
        await give_back(session, change)


async def expire(session: AsyncSession, wanted: Collection[BookingChangeTable]) -> None:
    """End those of these changes that are still open, and tell who waited; their homes are locked."""
    agreed = {change.id for change in wanted if change.status == ChangeStatus.AWAITING_PAYMENT.value}
    ended = await Changes(session).end([change.id for change in wanted], ChangeStatus.EXPIRED)
    bookings = await Bookings(session).by_ids([change.booking_id for change in ended])
    kept = await Quotes(session).by_ids([change.quote_id for change in ended])
    for change in ended:
        booking = bookings[change.booking_id]
        await give_back(session, change)
        entry = HistoryEventKind.CHANGE_UNPAID if change.id in agreed else HistoryEventKind.CHANGE_EXPIRED
        await record(session, booking, HistoryEvent(entry, Actor.CLOCK, of=kept[change.quote_id]))
        event: type[BookingChangeEvent] = BookingChangeUnpaid if change.id in agreed else BookingChangeExpired
        await publish(session, event(**who(booking), **which(change)))


async def give_back(session: AsyncSession, change: BookingChangeTable) -> None:
    """Free what a change held beyond its booking's own nights, and let go of what is being paid for it."""
    await free(session, change)
    subject = Subject(CHANGE, change.id)
    for payment in (await payments.payments_of(session, [subject]))[subject]:
        if payment.status in UNSETTLED:
            await payments.let_go(session, payment.id)


async def free(session: AsyncSession, change: BookingChangeTable) -> None:
    """Free the nights that a change held beyond its booking's own."""
    for source in (change.id, change.other_hold_id):
        if source is not None:
            await calendars.release(session, ClaimKind.HOLD, source)


async def decide(session: AsyncSession, change: BookingChangeTable, then: ChangeStatus) -> None:
    """Move a change to where it ends. Raises InvalidTransition."""
    change.status = rules.move_change(ChangeStatus(change.status), then).value
    change.decided_at = clock.now()
    await session.flush()


def which(change: BookingChangeTable) -> dict[str, object]:
    """What every event of a change carries beside its booking's ids."""
    return {"change_id": change.id, "by": BookingSide(change.asked_by)}
