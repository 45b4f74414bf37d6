"""Step two of a booking: the dates are held; confirm them or let them go."""

from datetime import datetime
from typing import Any

import flet as ft

from client.core import clock
from client.core.action import Action
from client.core.boundaries import panel
from client.core.language import day, hour, t, tn
from client.core.session import Session
from client.design.buttons import filled, outlined
from client.design.layout import SizeClass, use_size
from client.design.text import header, text
from client.design.tokens import Colour, Style
from client.features.bookings.booking.panels import (
    act_with,
    below,
    beside,
    home_row,
    line,
    price_card,
    problem_of,
    use_tick,
)
from client.features.bookings.booking.state import BookingState
from client.parts.payment_words import (
    before_paying_words,
    confirm_label,
    how_it_is_paid_words,
    of_months_refund_words,
    opening_words,
    while_asking_words,
)
from client.parts.refund_bar import refund_bar
from client.parts.refund_clock import refund_lines, steps_button
from client.parts.status import deadline
from shared_models.bookings import BookingRead, PaymentWay
from shared_models.cancellation import CancelledStay
from shared_models.stay_dates import Stay


@panel
def Confirm(session: Session, state: BookingState, confirm: Action, let_go: Action) -> ft.Control:
    """Step two: the dates are held; on a phone the button that confirms stands at the foot of the page."""
    size, held = use_size(), state.held
    if held is None or held.hold_expires_at is None:
        return ft.Container()

    async def no(_: Any) -> None:
        await let_go.start()

    return beside(
        [home_row(session, state), price_card(list(held.lines), held.total)],
        [
            _Turn(held.hold_expires_at, held.home.zone, by_card=state.by_card),
            line(ft.Icons.PAYMENTS_OUTLINED, _how(state, held)),
            *_times(state),
            *_refund(held),
            *([] if size is SizeClass.PHONE else [ConfirmButton(state, confirm, let_go)]),
            outlined(t("Let the dates go"), None if confirm.running else no, busy=let_go.running),
        ],
        size,
    )


@panel
def ConfirmButton(state: BookingState, confirm: Action, let_go: Action) -> ft.Control:
    """The button that takes the dates for good, with what went wrong above it."""
    held = state.held
    if held is None:
        return ft.Container()

    async def yes(_: Any) -> None:
        await confirm.start()

    button = filled(
        t("Open the payment page") if state.is_being_paid else confirm_label(held),
        None if let_go.running else yes,
        busy=confirm.running,
        large=True,
    )
    problem = problem_of(state.trouble, confirm if confirm.problem else let_go)
    after = [below(opening_words() if confirm.running else before_paying_words())] if state.by_card else []
    return act_with([*problem, button, *after])


def _how(state: BookingState, held: BookingRead) -> str:
    if state.is_being_paid:
        return t("You are paying in another window. Go on there, or open the payment page once more: you pay once.")
    if held.payment is PaymentWay.CARD and not held.instant_book:
        return while_asking_words(held.payment, held.landlord_name)
    return how_it_is_paid_words(held.payment)


def _times(state: BookingState) -> list[ft.Control]:
    if state.held is None:
        return []
    home, stay = state.held.home, state.stay
    parts = [
        t("Check-in {day} from {hour}", day=day(stay.check_in), hour=hour(home.check_in_from))
        if home.check_in_from
        else t("Check-in {day}", day=day(stay.check_in)),
        t("check-out {day} by {hour}", day=day(stay.check_out), hour=hour(home.check_out_by))
        if home.check_out_by
        else t("check-out {day}", day=day(stay.check_out)),
    ]
    return [line(ft.Icons.EVENT_AVAILABLE_OUTLINED, ", ".join(parts) + ".")]


def _refund(held: BookingRead) -> list[ft.Control]:
    """What comes back of a stay that is paid by card, by the terms it is held with."""
    if held.payment is PaymentWay.ON_ARRIVAL:
        return []
    if held.payment is PaymentWay.MONTHLY:
        nights = Stay(check_in=held.check_in, check_out=held.check_out).nights
        return [line(ft.Icons.EVENT_BUSY_OUTLINED, of_months_refund_words(held.cancellation, nights))]
    booked = CancelledStay.of(held)
    now, steps = clock.now(), ft.Row([steps_button(ft.context.page, booked)])
    words = ft.Column([*refund_lines(booked, now), steps], spacing=2)
    return [*refund_bar(booked, now), words]


def minutes_left(ends: datetime) -> int:
    """Whole minutes until a moment, rounded up; 1 in the last of them."""
    return max(1, -int(-(ends - clock.now()).total_seconds() // 60))


@ft.component
def _Turn(ends: datetime, zone: str, *, by_card: bool) -> ft.Control:
    """Whose turn it is, until when, and what happens then."""
    use_tick()
    until = deadline(ends, zone)
    words = tn(
        "{n} minute left. After that the dates open to others, and nothing is booked.",
        "{n} minutes left. After that the dates open to others, and nothing is booked.",
        minutes_left(ends),
    )
    return ft.Container(
        ft.Column(
            [
                text(t("Your turn"), Style.SMALL_STRONG, Colour.ACCENT_TEXT),
                header(t("Pay by {until}", until=until) if by_card else t("Confirm by {until}", until=until), 2),
                text(words, color=Colour.TEXT_2),
            ],
            spacing=4,
        ),
        bgcolor=Colour.ACCENT_SOFT,
        border=ft.Border.all(1, Colour.ACCENT_TEXT),
        border_radius=14,
        padding=20,
    )
