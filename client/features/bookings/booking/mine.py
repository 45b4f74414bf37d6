"""What one has on the dates of a booking already: the stay itself or a request for it, or a hold that ended."""

from typing import Any

import flet as ft

from client import paths
from client.core.action import Action
from client.core.boundaries import panel
from client.core.history import go_instead
from client.core.hooks import use_once
from client.core.language import t
from client.core.problem_words import problem_words
from client.design.buttons import filled, outlined
from client.design.fields import error_summary
from client.design.layout import card
from client.design.text import header, text
from client.design.tokens import Colour
from client.features.bookings.booking.state import BookingState
from client.parts.steps import stay_words
from shared_models.bookings import BookingRead, BookingStatus


def mine(state: BookingState, booking: BookingRead) -> ft.Control:
    """That these dates are one's own, with the way to them."""
    page = ft.context.page
    asked = booking.status is BookingStatus.REQUESTED
    title = t("You have asked for these dates") if asked else t("You have booked these dates")
    look = filled(t("Look at them"), lambda _: go_instead(page, paths.trip(booking.id)))
    return _told(title, stay_words(booking), [look, _other_dates(state)])


@panel
def Ended(state: BookingState) -> ft.Control:
    """That a hold has ended, and the way to hold the dates anew."""
    again = use_once(lambda: Action(state.hold_again))

    async def hold(_: Any) -> None:
        await again.start()

    words = t("The dates are open to others, and nothing was booked. Hold them again if they are still free.")
    problem = [error_summary(problem_words(again.problem))] if again.problem is not None else []
    button = filled(t("Hold these dates again"), hold, busy=again.running)
    return _told(t("The hold has ended"), words, [button, _other_dates(state)], problem)


def _other_dates(state: BookingState) -> ft.Control:
    page, home = ft.context.page, paths.home(state.slug, guests=state.guests)
    return outlined(t("Other dates"), lambda _: page.navigate(home))


def _told(title: str, words: str, ways: list[ft.Control], problem: list[ft.Control] | None = None) -> ft.Control:
    return card(
        ft.Column(
            [
                header(title, 2, live=True),
                text(words, color=Colour.TEXT_2),
                *(problem or []),
                ft.Row(ways, wrap=True, spacing=8, run_spacing=8),
            ],
            spacing=12,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    )
