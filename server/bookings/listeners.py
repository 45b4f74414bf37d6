"""What runs out with its hold, in the transaction that removes it; and who tells the stays."""

from sqlalchemy.ext.asyncio import AsyncSession

from server.auth.service import door as auth
from server.bookings.service import (
    change_payments,
    data_export,
    earning,
    endings,
    reading,
    receipts,
    refunding,
    rent_payments,
    settling,
    things,
)
from server.calendars.events import HoldsLapsed
from server.core.events import within
from server.payments.service import door as payments
from server.properties.service import door as properties
from server.users import service as users

properties.register_open_stays(reading.open_stays)
users.register_data_export(data_export.data_export)
auth.asked_before_closing(reading.obstacles)
payments.register_settler(refunding.BOOKING, settling.settle)
payments.register_settler(refunding.CHANGE, change_payments.settle)
payments.register_settler(refunding.MONTH, rent_payments.settle)
payments.register_things(refunding.BOOKING, payments.Things(things.of_bookings, receipts.of_booking, things.find))
payments.register_things(refunding.CHANGE, payments.Things(things.of_changes, receipts.of_change, things.find_changes))

payments.register_things(refunding.MONTH, payments.Things(things.of_months, receipts.of_month, things.find_months))
payments.register_dues(refunding.BOOKING, earning.of_bookings)
payments.register_dues(refunding.CHANGE, earning.of_changes)
payments.register_dues(refunding.MONTH, earning.of_months)


@within(HoldsLapsed)
async def expire(session: AsyncSession, event: HoldsLapsed) -> None:
    """Say so in the booking, too."""
    await endings.expire(session, event.source_ids)
