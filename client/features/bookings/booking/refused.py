"""A booking that cannot go on as it is: why, and the ways on."""

from typing import Any

import flet as ft

from client import paths
from client.core.action import Action
from client.core.boundaries import panel
from client.core.hooks import use_once
from client.core.language import t
from client.core.problem_words import problem_words
from client.design.buttons import filled, outlined
from client.design.fields import error_summary
from client.design.layout import card
from client.design.text import header, text
from client.design.tokens import Colour
from client.features.bookings.booking.panels import other_dates
from client.features.bookings.booking.state import BookingState
from shared_models.problems import ProblemCode


@panel
def Refused(state: BookingState) -> ft.Control:
    """The stay cannot go on as it is: why, and the ways on."""
    page, trouble = ft.context.page, state.trouble
    price = use_once(lambda: Action(state.price))
    if trouble is None:
        return ft.Container()

    async def again(_: Any) -> None:
        await price.start()

    home = paths.home(state.slug, guests=state.guests)
    ways: list[ft.Control] = []
    if trouble.code is ProblemCode.QUOTE_EXPIRED:
        ways.append(filled(t("Get the price of now"), again, busy=price.running))
        ways.append(outlined(t("Other dates"), lambda _: page.navigate(home)))
    else:
        ways.append(filled(t("Other dates"), lambda _: page.navigate(home)))
        similar = similar_homes(state)
        ways.append(outlined(t("Other homes for these dates"), lambda _: page.navigate(similar)))
    inside = ft.Column(
        [
            header(trouble.title, 2, live=True),
            text(trouble.words, color=Colour.TEXT_2),
            *other_dates(state),
            *([error_summary(problem_words(price.problem))] if price.problem is not None else []),
            ft.Row(ways, wrap=True, spacing=8, run_spacing=8),
        ],
        spacing=12,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    return card(inside)


def similar_homes(state: BookingState) -> str:
    """A search for the same city, dates and guests."""
    stay = state.stay
    return paths.search(
        text=state.home.address.city if state.home else None,
        check_in=stay.check_in,
        check_out=stay.check_out,
        guests=state.guests,
        let_type=state.home.let_type if state.home else None,
    )
