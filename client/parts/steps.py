"""What happens next to a stay and what happened so far, in words and as a line of steps, for either side of it."""

import dataclasses
from enum import StrEnum

import flet as ft

from client.core import clock
from client.core.language import day, day_range, instant, money, t
from client.design.chips import tag
from client.design.text import header, text
from client.design.tokens import Colour, Size, Style
from client.parts.facts import guests_words
from client.parts.payment_words import (
    agreed_words,
    arrival_words,
    asked_words,
    cancelled_words,
    check_in_words,
    month_words,
    to_pay_words,
)
from client.parts.status import deadline, zone_name
from shared_models.booking_steps import Blocker, NextAction, NextStep, day_over, ends_at, next_step, waiting_month
from shared_models.bookings import (
    Actor,
    BookingRead,
    BookingSide,
    BookingStatus,
    ChangeRead,
    HistoryEntry,
    HistoryEventKind,
)
from shared_models.stay_dates import local_day, local_instant


def name_of(actor: Actor | BookingSide, booking: BookingRead, side: BookingSide) -> str:
    """How the reader, who is on one side, calls someone: themselves "You"."""
    if actor.value == side.value:
        return t("You")
    return {
        BookingSide.TENANT.value: booking.tenant_name,
        BookingSide.LANDLORD.value: booking.landlord_name,
    }.get(actor.value, t("The clock"))


def other_name(booking: BookingRead, side: BookingSide) -> str:
    """The name of the other side."""
    return name_of(side.other, booking, side)


def stay_words(told: BookingRead | ChangeRead | HistoryEntry) -> str:
    """`Fri 11 – Mon 14 Dec, 2 guests, £328.04`."""
    return ", ".join((day_range(told.check_in, told.check_out), guests_words(told.guests), money(told.total)))


def change_words(change: ChangeRead, booking: BookingRead) -> str:
    """What a change asks for, told where it differs: `3 guests instead of 4 guests`."""
    pairs = [
        (day_range(change.check_in, change.check_out), day_range(booking.check_in, booking.check_out)),
        (guests_words(change.guests), guests_words(booking.guests)),
        (money(change.total), money(booking.total)),
    ]
    new, old = zip(*([pair for pair in pairs if pair[0] != pair[1]] or pairs), strict=True)
    return t("{new} instead of {old}", new=", ".join(new), old=", ".join(old))


def next_words(booking: BookingRead, side: BookingSide) -> str:
    """What happens next, who acts, by when, and what happens when the time runs out."""
    step = next_step(booking, clock.now())
    mine, name = step.who is not None and step.who.value == side.value, other_name(booking, side)
    until = "" if step.by is None else deadline(step.by, booking.home.zone)
    if step.action is NextAction.CONFIRM:
        if mine:
            return t("Confirm by {until}, or the dates open to others.", until=until)
        return t("{name} confirms by {until}, or the dates open to others.", name=name, until=until)
    if step.action is NextAction.PAY:
        return to_pay_words(booking, side, until)
    if step.action is NextAction.ANSWER_REQUEST:
        if mine:
            return t("Answer by {until}. After that the dates open to others, and nothing is booked.", until=until)
        return asked_words(booking.payment, name, until)
    if step.action is NextAction.ANSWER_CHANGE:
        if mine:
            return t("Answer by {until}. Until you accept, the old dates count.", until=until)
        return t("{name} answers by {until}. Until then the old dates count.", name=name, until=until)
    return _stay_words(booking, side, step, until)


def _stay_words(booking: BookingRead, side: BookingSide, step: NextStep, until: str) -> str:
    name, tenant = other_name(booking, side), side is BookingSide.TENANT
    if step.action is NextAction.CHECK_IN:
        return arrival_words(booking, side)
    if step.action is NextAction.CHECK_OUT:
        return (
            t("Check out by {until}.", until=until)
            if tenant
            else t("{name} checks out by {until}.", name=name, until=until)
        )
    if step.blocker is Blocker.TIME_OVER:
        return t("The time ran out, and nothing was booked. The dates are open to others.")
    if step.blocker is Blocker.DECLINED:
        return (
            t("{name} could not take you. Nothing was booked.", name=name)
            if tenant
            else t("You declined. Nothing was booked, and the dates are open to others.")
        )
    if step.blocker is Blocker.CANCELLED:
        return _cancelled_words(booking, side)
    if step.blocker is Blocker.NOBODY_CAME:
        return t("Nobody arrived. The nights were given back.")
    if booking.status is BookingStatus.UNKNOWN:
        return t("Ask {name} how it stands.", name=name)
    return t("This stay is over.")


def _cancelled_words(booking: BookingRead, side: BookingSide) -> str:
    if booking.confirmed_at is None:
        return t("The dates were let go. Nothing was booked.")
    who = name_of(booking.ended_by or BookingSide.TENANT, booking, side)
    return cancelled_words(booking, side, who)


def deed_words(entry: HistoryEntry, booking: BookingRead, side: BookingSide) -> str:
    """One thing that happened, as a sentence without its full stop."""
    who, what = name_of(entry.by, booking, side), stay_words(entry)
    return {
        HistoryEventKind.HELD: t("{who} held the dates", who=who),
        HistoryEventKind.REQUESTED: t("{who} asked for the stay", who=who),
        HistoryEventKind.CONFIRMED: agreed_words(booking, who),
        HistoryEventKind.ACCEPTED: t("{who} accepted the request", who=who),
        HistoryEventKind.DECLINED: t("{who} declined the request", who=who),
        HistoryEventKind.LET_GO: t("{who} let the dates go", who=who),
        HistoryEventKind.WITHDRAWN: t("{who} took the request back", who=who),
        HistoryEventKind.CANCELLED: t("{who} cancelled the stay", who=who),
        HistoryEventKind.EXPIRED: t("The time ran out, and the dates opened to others"),
        HistoryEventKind.NO_SHOW: t("{who} said that nobody came", who=who),
        HistoryEventKind.COMPLETED: t("The stay ended"),
        HistoryEventKind.CHANGE_ASKED: t("{who} asked for a change: {what}", who=who, what=what),
        HistoryEventKind.CHANGE_AGREED: t("{who} agreed to the change, which costs more: {what}", who=who, what=what),
        HistoryEventKind.CHANGE_UNPAID: t("The change was not paid in time: {what}", what=what),
        HistoryEventKind.CHANGE_ACCEPTED: t("{who} agreed to the change: {what}", who=who, what=what),
        HistoryEventKind.CHANGE_DECLINED: t("{who} declined the change: {what}", who=who, what=what),
        HistoryEventKind.CHANGE_WITHDRAWN: t("{who} took the wish for a change back: {what}", who=who, what=what),
        HistoryEventKind.CHANGE_EXPIRED: t("Nobody answered the wish for a change in time: {what}", what=what),
    }.get(entry.kind, t("Something happened that this version of the app does not know"))


class Place(StrEnum):
    """Where a step stands: behind, here, ahead, or the end of it all."""

    DONE = "done"
    NOW = "now"
    LATER = "later"
    STOPPED = "stopped"


@dataclasses.dataclass(frozen=True)
class Step:
    """One row of the line: what, when, and who acts if someone does."""

    place: Place
    title: str
    when: str
    who: Actor | None = None


_ENDS = frozenset(
    {
        HistoryEventKind.DECLINED,
        HistoryEventKind.LET_GO,
        HistoryEventKind.WITHDRAWN,
        HistoryEventKind.CANCELLED,
        HistoryEventKind.EXPIRED,
        HistoryEventKind.NO_SHOW,
    }
)
_MILESTONES = (
    frozenset(
        {
            HistoryEventKind.REQUESTED,
            HistoryEventKind.HELD,
            HistoryEventKind.CONFIRMED,
            HistoryEventKind.ACCEPTED,
            HistoryEventKind.COMPLETED,
        }
    )
    | _ENDS
)


def steps_of(booking: BookingRead, side: BookingSide) -> list[Step]:
    """Every step of a stay: those behind with their time, the one of now, those ahead (none once it has ended)."""
    zone = booking.home.zone
    behind = [
        Step(
            Place.STOPPED if entry.kind in _ENDS else Place.DONE,
            deed_words(entry, booking, side),
            instant(entry.at, zone),
        )
        for entry in booking.history or ()
        if entry.kind in _MILESTONES
    ]
    now = next_step(booking, clock.now())
    ahead = [Step(Place.LATER, *words) for words in _ahead(booking, now)]
    if now.action is NextAction.NOTHING:
        return behind
    here = Step(Place.NOW, _action_words(booking, side, now), _by(booking, now), now.who)
    return [*behind, here, *ahead]


def _action_words(booking: BookingRead, side: BookingSide, step: NextStep) -> str:
    mine = step.who is not None and step.who.value == side.value
    other = other_name(booking, side)
    return {
        NextAction.CONFIRM: t("Confirm the booking") if mine else t("{name} confirms", name=other),
        NextAction.PAY: _paying_words(booking, other, mine=mine),
        NextAction.ANSWER_REQUEST: t("Accept or decline") if mine else t("{name} accepts or declines", name=other),
        NextAction.ANSWER_CHANGE: t("Answer the change") if mine else t("{name} answers the change", name=other),
        NextAction.CHECK_IN: check_in_words(booking.payment),
    }.get(step.action, t("Check-out"))


def _paying_words(booking: BookingRead, other: str, *, mine: bool) -> str:
    if waiting_month(booking, clock.now()) is not None:
        return t("Pay the month") if mine else t("{name} pays the month", name=other)
    return t("Pay by card") if mine else t("{name} pays by card", name=other)


def _by(booking: BookingRead, step: NextStep) -> str:
    if step.action is NextAction.CHECK_IN:
        return _arrival(booking)
    month = waiting_month(booking, clock.now())
    if month is not None:
        return month_words(month, local_day(clock.now(), booking.home.zone))
    return "" if step.by is None else t("By {until}", until=deadline(step.by, booking.home.zone))


def _arrival(booking: BookingRead) -> str:
    home = booking.home
    if home.check_in_from is None:
        return day(booking.check_in)
    begins = local_instant(booking.check_in, home.check_in_from, home.zone)
    return t("{when} {zone} or later", when=instant(begins, home.zone), zone=zone_name(begins, home.zone))


def _ahead(booking: BookingRead, now: NextStep) -> list[tuple[str, str, Actor | None]]:
    home = booking.home
    check_in = (check_in_words(booking.payment), _arrival(booking), Actor.TENANT)
    check_out = (
        t("Check-out"),
        t("By {until}", until=deadline(ends_at(booking.check_out, home.check_out_by, home.zone), home.zone)),
        Actor.TENANT,
    )
    if now.action is NextAction.CHECK_OUT:
        return []
    arrived = clock.now() >= day_over(booking.check_in, home.zone)
    if now.action is NextAction.CHECK_IN or arrived:
        return [check_out]
    return [check_in, check_out]


def steps_line(booking: BookingRead, side: BookingSide) -> ft.Control:
    """*What happens next* as a vertical line; of a stay that ended, how it went."""
    steps = steps_of(booking, side)
    over = not any(step.place in (Place.NOW, Place.LATER) for step in steps)
    rows = [_row(step, booking, side, last=number == len(steps) - 1) for number, step in enumerate(steps)]
    return ft.Column(
        [header(t("How it went") if over else t("What happens next"), 2), ft.Column(rows, spacing=0)],
        spacing=12,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


_MARKS: dict[Place, tuple[ft.IconData | None, str, str]] = {
    Place.DONE: (ft.Icons.CHECK_ROUNDED, Colour.SUCCESS, Colour.SUCCESS_SOFT),
    Place.NOW: (ft.Icons.ARROW_FORWARD_ROUNDED, Colour.ON_ACCENT, Colour.ACCENT),
    Place.LATER: (None, Colour.TEXT_3, ft.Colors.TRANSPARENT),
    Place.STOPPED: (ft.Icons.CLOSE_ROUNDED, Colour.NEUTRAL, Colour.NEUTRAL_SOFT),
}
_MARK = 28


def _mark(place: Place) -> ft.Control:
    icon, colour, behind = _MARKS[place]
    if icon is None:
        ring = ft.Container(width=14, height=14, border_radius=7, border=ft.Border.all(2, Colour.LINE_STRONG))
        return ft.Container(ring, width=_MARK, height=_MARK, alignment=ft.Alignment.CENTER)
    return ft.Container(
        ft.Icon(icon, size=Size.ICON, color=colour),
        width=_MARK,
        height=_MARK,
        border_radius=_MARK / 2,
        bgcolor=behind,
        alignment=ft.Alignment.CENTER,
    )


def _row(step: Step, booking: BookingRead, side: BookingSide, *, last: bool) -> ft.Control:
    strong = step.place in (Place.DONE, Place.NOW, Place.STOPPED)
    words = ft.Column(
        [
            text(step.title, Style.LABEL if strong else Style.BODY, Colour.TEXT if strong else Colour.TEXT_2),
            *([text(step.when, color=Colour.TEXT_2)] if step.when else []),
        ],
        spacing=0,
        expand=True,
    )
    line = ft.Container(width=2, height=0 if last else 22, bgcolor=Colour.LINE_STRONG)
    mark = ft.Column([_mark(step.place), line], spacing=3, horizontal_alignment=ft.CrossAxisAlignment.CENTER)
    mine = step.who is not None and step.who.value == side.value
    who = [tag(name_of(step.who, booking, side), accent=mine)] if step.who is not None else []
    return ft.Row(
        [mark, words, *who],
        spacing=14,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def history_list(booking: BookingRead, side: BookingSide) -> ft.Control:
    """*What happened so far*, the latest first, in the home's own time."""
    zone = booking.home.zone

    def row(entry: HistoryEntry) -> ft.Control:
        told = [text(f"“{entry.note}”", color=Colour.TEXT_2)] if entry.note else []
        when = f"{instant(entry.at, zone)} {zone_name(entry.at, zone)}"
        return ft.Column(
            [text(deed_words(entry, booking, side)), *told, text(when, Style.SMALL, Colour.TEXT_3)], spacing=0
        )

    return ft.Column(
        [header(t("What happened so far"), 2), *[row(entry) for entry in reversed(booking.history or [])]], spacing=12
    )
