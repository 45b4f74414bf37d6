"""Step two of a booking: the dates are held; confirm them or let them go."""

from datetime import datetime
from typing import Any

import flet as ft

from client import paths
from client.core import clock
from client.core.action import Action
from client.core.boundaries import panel
from client.core.history import go_instead
from client.core.hooks import use_made
from client.core.language import day, hour, money, t, tn
from client.core.session import Session
from client.design.buttons import filled, outlined
from client.design.feedback import toast
from client.design.layout import use_size
from client.design.text import header, text
from client.design.tokens import Colour, Style
from client.features.booking.panels import beside, home_row, line, price_card, problem_of, use_tick
from client.features.booking.state import BookingState
from client.parts.status import deadline


@panel
def Confirm(session: Session, state: BookingState) -> ft.Control:
    """Step two: the dates are held; confirm them or let them go."""
    page, size, held = ft.context.page, use_size(), state.held
    confirm = use_made(lambda: Action(lambda: _confirm(state, page)))
    let_go = use_made(lambda: Action(lambda: _let_go(state, page)))
    if held is None or held.hold_expires_at is None:
        return ft.Container()

    async def yes(_: Any) -> None:
        await confirm.start()

    async def no(_: Any) -> None:
        await let_go.start()

    busy = confirm.running or let_go.running
    return beside(
        [home_row(session, state), price_card(list(held.lines), held.total)],
        [
            _Turn(held.hold_expires_at, held.home.zone),
            line(ft.Icons.PAYMENTS_OUTLINED, t("You pay the landlord when you arrive, nothing before.")),
            *_times(state),
            *problem_of(state.trouble, confirm if confirm.problem else let_go),
            filled(
                t("Confirm booking, pay {total} on arrival", total=money(held.total)),
                None if busy else yes,
                busy=confirm.running,
                large=True,
            ),
            outlined(t("Let the dates go"), None if busy else no, busy=let_go.running),
        ],
        size,
    )


async def _confirm(state: BookingState, page: ft.Page) -> None:
    booked = await state.confirm()
    if booked is not None:
        go_instead(page, paths.trip(booked.id))


async def _let_go(state: BookingState, page: ft.Page) -> None:
    if await state.let_go():
        stay = state.stay
        toast(page, t("The dates are free again. Nothing was booked."))
        go_instead(page, paths.home(state.slug, stay.arrive, stay.leave, state.guests))


def _times(state: BookingState) -> list[ft.Control]:
    if state.held is None:
        return []
    home, stay = state.held.home, state.stay
    parts = [
        t("Arrive {day} from {hour}", day=day(stay.arrive), hour=hour(home.check_in_from))
        if home.check_in_from
        else t("Arrive {day}", day=day(stay.arrive)),
        t("leave {day} by {hour}", day=day(stay.leave), hour=hour(home.check_out_by))
        if home.check_out_by
        else t("leave {day}", day=day(stay.leave)),
    ]
    return [line(ft.Icons.EVENT_AVAILABLE_OUTLINED, ", ".join(parts) + ".")]


def minutes_left(ends: datetime) -> int:
    """Whole minutes until a moment, rounded up; 1 in the last of them."""
    return max(1, -int(-(ends - clock.now()).total_seconds() // 60))


@ft.component
def _Turn(ends: datetime, zone: str) -> ft.Control:
    """Whose turn it is, until when, and what happens then."""
    use_tick()
    words = tn(
        "{n} minute left. After that the dates open to others, and nothing is booked.",
        "{n} minutes left. After that the dates open to others, and nothing is booked.",
        minutes_left(ends),
    )
    return ft.Container(
        ft.Column(
            [
                text(t("Your turn"), Style.SMALL_STRONG, Colour.ACCENT_TEXT),
                header(t("Confirm by {until}", until=deadline(ends, zone)), 2),
                text(words, color=Colour.TEXT_2),
            ],
            spacing=4,
        ),
        bgcolor=Colour.ACCENT_SOFT,
        border=ft.Border.all(1, Colour.ACCENT_TEXT),
        border_radius=14,
        padding=20,
    )
