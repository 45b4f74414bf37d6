"""How a booking stands at a moment, as conditions: whether it claims its nights, and whose answer it waits for."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_

from server.bookings.tables import BookingChangeTable, BookingTable
from shared_models.bookings import LIVE, BookingSide, BookingStatus, ChangeStatus

_booking: Any = BookingTable
_change: Any = BookingChangeTable
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
    a change to pay."""
    tenant = side == BookingSide.TENANT
    status = BookingStatus.HELD if tenant else BookingStatus.REQUESTED
    to_answer = and_(_change.status == ChangeStatus.ASKED.value, _change.asked_by == side.other.value)
    to_pay = _change.status == ChangeStatus.AWAITING_PAYMENT.value
    change = exists().where(
        _change.booking_id == _booking.id, _change.expires_at > now, or_(to_answer, to_pay) if tenant else to_answer
    )
    mine = and_(_booking.status == status.value, _booking.hold_expires_at > now)
    return or_(mine, and_(_booking.status == BookingStatus.CONFIRMED.value, change))
