"""What the steps of a booking share: the home, its price, what went wrong, and another hold here."""

import asyncio
from typing import Any

import flet as ft

from client import paths
from client.core.action import Action
from client.core.language import day_range, t
from client.core.problem_words import problem_words
from client.core.session import Session
from client.core.tasks import use_task
from client.design.buttons import outlined, quiet
from client.design.feedback import note
from client.design.fields import error_summary
from client.design.layout import SizeClass, card, columns
from client.design.text import header, text
from client.design.tokens import Colour, Size, Status, Style
from client.features.bookings.booking.state import BookingState, Trouble
from client.parts.confirm_address import ConfirmAddress, needs_confirmed_address
from client.parts.cover import thumbnail
from client.parts.facts import guests_words, nights_words
from client.parts.price_lines import price_lines, why_button
from shared_models.bookings import BookingStatus
from shared_models.money import Money
from shared_models.prices import QuoteLine
from shared_models.problems import ProblemCode

TICK_SECONDS = 30


def beside(lead: list[ft.Control], act: list[ft.Control], size: SizeClass) -> ft.Control:
    """The home and its price, and beside them what one can do about it."""
    column = ft.Column(act, spacing=16, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    return columns(lead, [card(column)], size, of=5)


def act_with(rows: list[ft.Control]) -> ft.Control:
    """What can be done now: in the card beside the price, or at the foot of a phone."""
    return ft.Column(rows, spacing=8, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def below(words: str) -> ft.Control:
    """What the button means; readers hear when it changes."""
    told = text(words, Style.SMALL, Colour.TEXT_2, align=ft.TextAlign.CENTER)
    return ft.Semantics(live_region=True, content=told)


def home_row(session: Session, state: BookingState) -> ft.Control:
    """The home with its dates and guests."""
    home, stay = state.home, state.stay
    if home is None:
        return ft.Container()
    words = [
        day_range(stay.check_in, stay.check_out),
        nights_words(stay.nights),
        guests_words(state.held.guests if state.held else state.guests),
    ]
    return ft.Row(
        [
            thumbnail(session, home.id, size=84),
            ft.Column(
                [header(home.title, 2, style=Style.H3), text(" · ".join(words), color=Colour.TEXT_2)],
                spacing=2,
                expand=True,
            ),
        ],
        spacing=16,
    )


def price_card(lines: list[QuoteLine], total: Money, *, faded: bool = False) -> ft.Control:
    """What is paid, line by line; `faded` when the price is no longer kept."""
    page = ft.context.page
    return card(
        ft.Column(
            [
                ft.Row(
                    [ft.Container(header(t("What you pay"), 2), expand=True), why_button(page, lines, total)],
                ),
                price_lines(lines, total, faded=faded),
            ],
            spacing=10,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    )


def line(icon: ft.IconData, words: str, color: str = Colour.TEXT_2) -> ft.Control:
    """A sentence with its icon."""
    return ft.Row([ft.Icon(icon, size=Size.ICON, color=color), text(words, color=color, expand=True)], spacing=12)


def is_about(trouble: Trouble | None, code: ProblemCode) -> bool:
    """Whether this is what went wrong."""
    return trouble is not None and trouble.code == code


def problem_of(trouble: Trouble | None, action: Action) -> list[ft.Control]:
    """What went wrong, with the way on where there is one; or nothing."""
    if trouble is not None:
        box = note(trouble.words, title=trouble.title, status=Status.WAITING)
        shown: list[ft.Control] = [ft.Semantics(live_region=True, content=box)]
        if trouble.code == ProblemCode.TOO_MANY_HOLDS:
            page = ft.context.page
            shown.append(ft.Row([outlined(t("Your trips"), lambda _: page.navigate(paths.TRIPS))]))
        return shown
    if action.problem is None:
        return []
    if needs_confirmed_address(action.problem):
        return [ConfirmAddress(action.start)]
    return [error_summary(problem_words(action.problem))]


def other_dates(state: BookingState) -> list[ft.Control]:
    """That one has other dates here, with the way to them; or nothing."""
    other = state.other
    if other is None:
        return []
    page = ft.context.page
    dates = day_range(other.check_in, other.check_out)
    if other.status is BookingStatus.REQUESTED:
        words = t("You asked for dates here already: {dates}.", dates=dates)
    elif other.status is BookingStatus.CONFIRMED:
        words = t("You have booked other dates here: {dates}.", dates=dates)
    else:
        words = t("You hold other dates here: {dates}.", dates=dates)
    return [
        card(
            ft.Row(
                [
                    text(words, expand=True),
                    quiet(t("Look at them"), lambda _: page.navigate(paths.trip(other.id)), accent=True),
                ]
            ),
            padding=ft.Padding(16, 4, 4, 4),
        )
    ]


def use_tick() -> int:
    """Hook: renders the component again every half minute."""
    beat, set_beat = ft.use_state(0)
    ref: Any = ft.use_ref(0)

    async def tick() -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            ref.current += 1
            set_beat(ref.current)

    use_task(tick)
    return int(beat)
