"""How a booking stands at a moment, as conditions: whether it claims its nights, and whose answer it waits for."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_

from server.bookings.tables import BookingChangeTable, BookingTable, RentMonthTable
from shared_models.bookings import LIVE, BookingSide, BookingStatus, ChangeStatus
from shared_models.rent_months import RentMonthStatus

_booking: Any = BookingTable
_change: Any = BookingChangeTable
_month: Any = RentMonthTable
OPEN = [status.value for status in LIVE]
OPEN_CHANGES = [ChangeStatus.ASKED.value, ChangeStatus.AWAITING_PAYMENT.value]
"""Those that still wait: for an answer, or for the payment of the difference."""


def is_live(now: datetime) -> ColumnElement[bool]:
    """Whether a booking claims its nights: its status says so, and its hold, if it is one, is not over."""
    kept = or_(_booking.hold_expires_at.is_(None), _booking.hold_expires_at > now)
    live: ColumnElement[bool] = and_(_booking.status.in_(OPEN), kept)
    return live


def waits_for(side: BookingSide, now: datetime) -> ColumnElement[bool]:
    """Whether a booking waits for this side: a hold to confirm or pay, a request or the other side's change to answer,
    a change to pay or, where no change waits, a month. The same as `shared_models.booking_steps.next_step`."""
    tenant = side == BookingSide.TENANT
    status = BookingStatus.HELD if tenant else BookingStatus.REQUESTED
    mine = and_(_booking.status == status.value, _booking.hold_expires_at > now)
    to_answer = and_(_change.status == ChangeStatus.ASKED.value, _change.asked_by == side.other.value)
    to_pay = _change.status == ChangeStatus.AWAITING_PAYMENT.value
    change = exists().where(*waiting_changes(now), or_(to_answer, to_pay) if tenant else to_answer)
    month = and_(exists().where(*waiting_months(now)), ~exists().where(*waiting_changes(now)))
    agreed = or_(change, month) if tenant else change
    return or_(mine, and_(_booking.status == BookingStatus.CONFIRMED.value, agreed))


def waiting_changes(now: datetime) -> list[ColumnElement[bool]]:
    """The change of a booking that can still be answered or paid."""
    return [_change.booking_id == _booking.id, _change.status.in_(OPEN_CHANGES), _change.expires_at > now]


def waiting_months(now: datetime) -> list[ColumnElement[bool]]:
    """The months of a booking to be paid by now or soon: as they are paid in order, the next is one of them."""
    return [
        _month.booking_id == _booking.id,
        _month.status == RentMonthStatus.TO_PAY.value,
        _month.waits_from <= now,
    ]
