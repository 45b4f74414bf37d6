"""Where a booking stands, in words, with its deadline in the home's own time."""

from datetime import datetime
from zoneinfo import ZoneInfo

import flet as ft

from client.core import clock
from client.core.language import hour, instant, t
from client.design.chips import status_chip
from client.design.tokens import Status
from shared_models.bookings import BookingRead, BookingStatus
from shared_models.stay_dates import local_day


def zone_name(when: datetime, zone: str) -> str:
    """`GMT`, `CET`; zones without letters read `UTC+3`."""
    name = when.astimezone(ZoneInfo(zone)).strftime("%Z")
    if name[:1] not in "+-":
        return name
    hours, minutes = name[:3], name[3:]
    return f"UTC{hours[0]}{int(hours[1:])}" + (f":{minutes}" if minutes else "")


def deadline(when: datetime, zone: str) -> str:
    """`today, 18:32 GMT`, or with the day when it is another one."""
    there = when.astimezone(ZoneInfo(zone))
    told = instant(when, zone)
    if there.date() == local_day(clock.now(), zone):
        told = t("today, {hour}", hour=hour(there.time()))
    return f"{told} {zone_name(when, zone)}"


def is_live_hold(booking: BookingRead) -> bool:
    """Whether the dates are held right now."""
    ends = booking.hold_expires_at
    return booking.status is BookingStatus.HELD and ends is not None and ends > clock.now()


def status_words(booking: BookingRead) -> tuple[str, Status]:
    """The state in a few words, with the deadline if there is one, and its colour."""
    if booking.status is BookingStatus.HELD:
        if not is_live_hold(booking) or booking.hold_expires_at is None:
            return t("Hold ended"), Status.NEUTRAL
        there = booking.hold_expires_at.astimezone(ZoneInfo(booking.home.zone))
        return t("Confirm by {hour}", hour=hour(there.time())), Status.WAITING
    return {
        BookingStatus.REQUESTED: (t("Waits for an answer"), Status.WAITING),
        BookingStatus.CONFIRMED: (t("Confirmed"), Status.SUCCESS),
        BookingStatus.COMPLETED: (t("Stayed"), Status.NEUTRAL),
        BookingStatus.DECLINED: (t("Declined"), Status.DANGER),
        BookingStatus.CANCELLED: (t("Let go"), Status.NEUTRAL),
        BookingStatus.EXPIRED: (t("Hold ended"), Status.NEUTRAL),
        BookingStatus.NO_SHOW: (t("Not arrived"), Status.NEUTRAL),
    }.get(booking.status, (t("Ask the landlord"), Status.NEUTRAL))


def booking_chip(booking: BookingRead) -> ft.Control:
    """The status chip of a booking."""
    words, status = status_words(booking)
    return status_chip(words, status)
