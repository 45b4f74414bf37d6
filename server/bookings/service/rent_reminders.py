"""Tenants are reminded of months that are to be paid: some days before, on the day, and when it is over.

Each reminder is told once. Who was away for a while is told the latest alone.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.bookings.events import RentComing, RentDue, RentEvent, RentOverdue
from server.bookings.repository.rent import Rent
from server.bookings.service.acting import who
from server.bookings.service.reading import packed, unpacked
from server.core import clock
from server.core.events import publish
from server.properties.service import door as properties
from shared_models.rent_months import COMING_DAYS, Reminder, reminder_at

AT_A_TIME = 500
_EVENTS: dict[Reminder, type[RentEvent]] = {
    Reminder.COMING: RentComing,
    Reminder.DUE: RentDue,
    Reminder.OVERDUE: RentOverdue,
}


async def remind(session: AsyncSession, after: str | None) -> str | None:
    """Remind of the months of which it is time, among the next `AT_A_TIME` that may be; answers where it stopped.

    Which day it is differs by up to a day from UTC's, so one day more is looked at.
    """
    now = clock.now()
    place = None if after is None else unpacked(after)
    found = await Rent(session).to_remind_of(now.date() + timedelta(days=COMING_DAYS + 1), place, AT_A_TIME)
    homes = await properties.homes(session, {home_id for _, home_id, _ in found})
    reached = {id_: reminder_at(due, homes[home_id].zone, now) for id_, home_id, due in found}
    await _tell(session, {id_: reminder for id_, reminder in reached.items() if reminder is not None})
    return packed(*_last(found)) if len(found) == AT_A_TIME else None


def _last(found: Sequence[tuple[UUID, UUID, date]]) -> tuple[date, UUID]:
    id_, _, due = found[-1]
    return due, id_


async def _tell(session: AsyncSession, reached: dict[UUID, Reminder]) -> None:
    for month, booking in await Rent(session).unpaid_among(reached):
        reminder = reached[month.id]
        if month.reminded != reminder.value:
            month.reminded = reminder.value
            await publish(session, _EVENTS[reminder](**who(booking), number=month.number))
    await session.flush()
