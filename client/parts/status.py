"""Where a booking stands, in words, with its deadline in the home's own time."""

from datetime import datetime
from zoneinfo import ZoneInfo

import flet as ft

from client.core import clock
from client.core.language import day_short, hour, instant, t, weekdays
from client.design.chips import status_chip
from client.design.tokens import Status
from shared_models.booking_steps import NextAction, next_step, waiting_month
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


def is_waiting(booking: BookingRead) -> bool:
    """Whether the dates are kept right now, for a confirmation, a payment or an answer."""
    waits = booking.status in (BookingStatus.HELD, BookingStatus.REQUESTED)
    return waits and next_step(booking, clock.now()).action is not NextAction.NOTHING


def status_words(booking: BookingRead) -> tuple[str, Status]:
    """The state in a few words, with the deadline if there is one, and its colour."""
    step, month = next_step(booking, clock.now()), waiting_month(booking, clock.now())
    if month is not None:
        if month.pay_by <= clock.now():
            return t("Overdue since {day}", day=day_short(month.due)), Status.DANGER
        return t("Pay by {until}", until=day_short(month.due)), Status.WAITING
    if step.by is not None and step.blocker is not None:
        there = step.by.astimezone(ZoneInfo(booking.home.zone))
        words = {
            NextAction.CONFIRM: t("Confirm by {hour}", hour=hour(there.time())),
            NextAction.PAY: t("Pay by {until}", until=short_deadline(step.by, booking.home.zone)),
            NextAction.ANSWER_REQUEST: t("Asked, answer by {until}", until=short_deadline(step.by, booking.home.zone)),
            NextAction.ANSWER_CHANGE: t("Change asked for"),
        }.get(step.action, t("Waits"))
        return words, Status.WAITING
    agreed = booking.confirmed_at is not None
    return {
        BookingStatus.HELD: (t("Hold ended"), Status.NEUTRAL),
        BookingStatus.REQUESTED: (t("Not answered"), Status.NEUTRAL),
        BookingStatus.CONFIRMED: (t("Confirmed"), Status.SUCCESS),
        BookingStatus.COMPLETED: (t("Stayed"), Status.NEUTRAL),
        BookingStatus.DECLINED: (t("Declined"), Status.DANGER),
        BookingStatus.CANCELLED: (t("Cancelled") if agreed else t("Let go"), Status.NEUTRAL),
        BookingStatus.EXPIRED: (t("Ran out"), Status.NEUTRAL),
        BookingStatus.NO_SHOW: (t("No-show"), Status.NEUTRAL),
    }.get(booking.status, (t("Ask the landlord"), Status.NEUTRAL))


def short_deadline(when: datetime, zone: str) -> str:
    """`18:32` today, `Thu 18:32` within the week: for a chip, where there is no room for the zone."""
    there = when.astimezone(ZoneInfo(zone))
    told = hour(there.time())
    return told if there.date() == local_day(clock.now(), zone) else f"{weekdays()[there.weekday()]} {told}"


def booking_chip(booking: BookingRead) -> ft.Control:
    """The status chip of a booking."""
    words, status = status_words(booking)
    return status_chip(words, status)
