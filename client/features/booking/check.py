"""Step one of a booking: the price, until when it is kept, and the button that holds the dates."""

from typing import Any

import flet as ft

from client import paths
from client.core.action import Action
from client.core.boundaries import panel
from client.core.history import go_instead
from client.core.hooks import use_made
from client.core.language import money, t
from client.core.session import Session
from client.design.buttons import filled
from client.design.layout import use_size
from client.design.text import text
from client.design.tokens import Colour, Style
from client.features.booking.panels import (
    beside,
    home_row,
    is_about,
    line,
    other_dates,
    price_card,
    problem_of,
    use_tick,
)
from client.features.booking.state import BookingState
from client.parts.status import deadline
from shared_models.bookings import ANSWER_HOURS
from shared_models.problems import ProblemCode
from shared_models.properties import PropertyRead


@panel
def Check(session: Session, state: BookingState) -> ft.Control:
    """Step one: the price, until when it is kept, and the button that holds the dates."""
    page, size = ft.context.page, use_size()
    hold = use_made(lambda: Action(lambda: _hold(state, page)))
    price = use_made(lambda: Action(state.price))
    quote, home = state.quote, state.home
    use_tick()
    if quote is None or home is None:
        return ft.Container()
    lapsed = state.quote_lapsed or is_about(state.trouble, ProblemCode.QUOTE_EXPIRED)

    async def renew(_: Any) -> None:
        await price.start()

    async def go(_: Any) -> None:
        await hold.start()

    until = deadline(quote.expires_at, home.zone)
    if lapsed:
        kept = line(ft.Icons.LOCK_CLOCK_OUTLINED, t("The price was kept until {until}.", until=until), Colour.WAITING)
        button = filled(t("Get the price of now"), renew, busy=price.running, large=True)
    else:
        kept = line(ft.Icons.LOCK_CLOCK_OUTLINED, t("This price is kept for you until {until}.", until=until))
        asks = t("Ask to book · {total}", total=money(quote.total))
        button = filled(asks if state.asks else t("Hold these dates"), go, busy=hold.running, large=True)
    trouble = None if lapsed else state.trouble
    if state.asks:
        after = t("You pay nothing until {name} accepts.", name=home.landlord_name)
    else:
        after = t("Nobody else can take them for 15 minutes. You pay nothing now.")
    return beside(
        [home_row(session, state), price_card(list(quote.lines), quote.total, faded=lapsed)],
        [
            kept,
            *_what_happens(state, home),
            *other_dates(state),
            *problem_of(trouble, hold if hold.problem else price),
            button,
            text(after, Style.SMALL, Colour.TEXT_2, align=ft.TextAlign.CENTER),
        ],
        size,
    )


def _what_happens(state: BookingState, home: PropertyRead) -> list[ft.Control]:
    cancel = t(
        "You can cancel until the day of arrival is over. You pay on arrival, so before it nothing is to be paid back."
    )
    lines = [line(ft.Icons.EVENT_BUSY_OUTLINED, cancel)]
    if state.asks:
        asked = t(
            "{name} answers within {n} hours. The dates are kept for you until then; after that they open to others.",
            name=home.landlord_name,
            n=ANSWER_HOURS,
        )
        lines.insert(0, line(ft.Icons.SCHEDULE_ROUNDED, asked))
    return lines


async def _hold(state: BookingState, page: ft.Page) -> None:
    asked = await state.hold()
    if asked is not None:
        go_instead(page, paths.trip(asked.id))
