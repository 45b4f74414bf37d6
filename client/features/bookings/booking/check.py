"""Step one of a booking: the price, until when it is kept, and the button that holds the dates."""

from typing import Any

import flet as ft

from client.core import clock
from client.core.action import Action
from client.core.boundaries import panel
from client.core.language import money, t
from client.core.session import Session
from client.design.buttons import filled
from client.design.layout import SizeClass, use_size
from client.design.tokens import Colour
from client.features.bookings.booking.panels import (
    act_with,
    below,
    beside,
    home_row,
    is_about,
    line,
    other_dates,
    price_card,
    problem_of,
)
from client.features.bookings.booking.state import BookingState
from client.parts.payment_words import (
    before_paying_words,
    cancelling_is_free_words,
    how_it_is_paid_words,
    of_months_refund_words,
    opening_words,
    pay_label,
    while_asking_words,
)
from client.parts.refund_bar import refund_bar
from client.parts.refund_clock import steps_button
from client.parts.refund_words import now_words, then_words
from client.parts.status import deadline
from shared_models.bookings import ANSWER_HOURS, PaymentWay, Quote
from shared_models.cancellation import CancelledStay
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
    told = [kept, *_what_happens(state, home, quote), *other_dates(state)]
    return beside(
        [home_row(session, state), price_card(list(quote.lines), quote.total, faded=lapsed)],
        told if size is SizeClass.PHONE else [*told, CheckButton(state, hold, price)],
        size,
    )


@panel
def CheckButton(state: BookingState, hold: Action, price: Action) -> ft.Control:
    """The button that holds the dates, and leads on to paying by card; above it what went wrong, below its meaning."""
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
        button = filled(_label(state, quote), go, busy=hold.running, large=True)
    if state.by_card and hold.running:
        after = opening_words()
    elif state.asks:
        after = while_asking_words(quote.payment, home.landlord_name)
    else:
        after = (
            before_paying_words()
            if state.by_card
            else t("Nobody else can take them for 15 minutes. You pay nothing now.")
        )
    problem = problem_of(None if lapsed else state.trouble, hold if hold.problem else price)
    return act_with([*problem, button, below(after)])


def _label(state: BookingState, quote: Quote) -> str:
    if state.by_card:
        return pay_label(quote.total, asks=state.asks)
    if state.asks:
        return t("Ask to book · {total}", total=money(quote.total))
    return t("Hold these dates")


def _lapsed(state: BookingState) -> bool:
    return state.quote_lapsed or is_about(state.trouble, ProblemCode.QUOTE_EXPIRED)


def _what_happens(state: BookingState, home: PropertyRead, quote: Quote) -> list[ft.Control]:
    lines = [line(ft.Icons.EVENT_BUSY_OUTLINED, cancelling_is_free_words())]
    if quote.payment is PaymentWay.MONTHLY:
        lines = [
            line(ft.Icons.CALENDAR_MONTH_OUTLINED, how_it_is_paid_words(quote.payment)),
            line(ft.Icons.EVENT_BUSY_OUTLINED, of_months_refund_words(quote.cancellation, state.stay.nights)),
        ]
    elif quote.payment is not PaymentWay.ON_ARRIVAL:
        lines = _refund(state, home, quote)
    if state.asks:
        asked = t(
            "{name} answers within {n} hours. The dates are kept for you until then; after that they open to others.",
            name=home.landlord_name,
            n=ANSWER_HOURS,
        )
        lines.insert(0, line(ft.Icons.SCHEDULE_ROUNDED, asked))
    return lines


def _refund(state: BookingState, home: PropertyRead, quote: Quote) -> list[ft.Control]:
    """What comes back of a stay that is paid by card."""
    booked = CancelledStay(quote.cancellation, state.stay, home.zone, quote.lines)
    now = clock.now()
    words = " ".join(part for part in (now_words(booked, now), then_words(booked, now)) if part)
    steps = ft.Row([steps_button(ft.context.page, booked)])
    return [*refund_bar(booked, now), line(ft.Icons.EVENT_BUSY_OUTLINED, words), steps]
