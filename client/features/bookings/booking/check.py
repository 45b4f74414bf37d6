"""Step one of a booking: the price, until when it is kept, and the button that holds the dates."""

from typing import Any

import flet as ft

from client.core.action import Action
from client.core.boundaries import panel
from client.core.language import money, t
from client.core.session import Session
from client.design.buttons import filled
from client.design.layout import SizeClass, use_size
from client.design.text import text
from client.design.tokens import Colour, Style
from client.features.bookings.booking.panels import (
    act_with,
    beside,
    home_row,
    is_about,
    line,
    other_dates,
    price_card,
    problem_of,
)
from client.features.bookings.booking.state import BookingState
from client.parts.status import deadline
from shared_models.bookings import ANSWER_HOURS
from shared_models.problems import ProblemCode
from shared_models.properties import PropertyRead


@panel
def Check(session: Session, state: BookingState, hold: Action, price: Action) -> ft.Control:
    """Step one: the price and until when it is kept; on a phone its button stands at the foot of the page."""
    size, quote, home = use_size(), state.quote, state.home
    if quote is None or home is None:
        return ft.Container()
    until, lapsed = deadline(quote.expires_at, home.zone), _lapsed(state)
    if lapsed:
        kept = line(ft.Icons.LOCK_CLOCK_OUTLINED, t("The price was kept until {until}.", until=until), Colour.WAITING)
    else:
        kept = line(ft.Icons.LOCK_CLOCK_OUTLINED, t("This price is kept for you until {until}.", until=until))
    told = [kept, *_what_happens(state, home), *other_dates(state)]
    return beside(
        [home_row(session, state), price_card(list(quote.lines), quote.total, faded=lapsed)],
        told if size is SizeClass.PHONE else [*told, CheckButton(state, hold, price)],
        size,
    )


@panel
def CheckButton(state: BookingState, hold: Action, price: Action) -> ft.Control:
    """The button that holds the dates, with what went wrong above it and what it means below it."""
    quote, home = state.quote, state.home
    if quote is None or home is None:
        return ft.Container()

    async def renew(_: Any) -> None:
        await price.start()

    async def go(_: Any) -> None:
        await hold.start()

    lapsed = _lapsed(state)
    if lapsed:
        button = filled(t("Get the price of now"), renew, busy=price.running, large=True)
    else:
        asks = t("Ask to book · {total}", total=money(quote.total))
        button = filled(asks if state.asks else t("Hold these dates"), go, busy=hold.running, large=True)
    if state.asks:
        after = t("You pay nothing until {name} accepts.", name=home.landlord_name)
    else:
        after = t("Nobody else can take them for 15 minutes. You pay nothing now.")
    problem = problem_of(None if lapsed else state.trouble, hold if hold.problem else price)
    return act_with([*problem, button, text(after, Style.SMALL, Colour.TEXT_2, align=ft.TextAlign.CENTER)])


def _lapsed(state: BookingState) -> bool:
    return state.quote_lapsed or is_about(state.trouble, ProblemCode.QUOTE_EXPIRED)


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
