"""Choosing other dates or guests: the calendar, the new price with the difference, and the other side is asked."""

from collections.abc import Callable
from typing import Any

import flet as ft

from client.core.action import Action
from client.core.boundaries import panel
from client.core.hooks import use_once
from client.core.language import t
from client.core.problem_words import problem_words
from client.core.session import use_session
from client.core.tasks import use_task
from client.design.buttons import filled, outlined
from client.design.date_range_rules import DateRange, StayRules
from client.design.feedback import Loading, grey_block
from client.design.fields import error_summary, stepper
from client.design.form_fields import use_form_fields
from client.design.text import header, text
from client.design.tokens import Colour, Style
from client.features.bookings.stay.state import ChangeState, StayState
from client.parts.dates import StayCalendar, rules_of
from client.parts.payment_words import difference_words
from client.parts.price_lines import price_lines
from client.parts.steps import other_name, stay_words
from client.parts.wrong_fields import field_error, form_problem, sent
from shared_models.bookings import BookingRead
from shared_models.problems import ProblemCode
from shared_models.stay_dates import Stay

PRICE_IS_OLD = frozenset({ProblemCode.QUOTE_EXPIRED, ProblemCode.DATES_TAKEN})
"""After these the price has to be asked for again."""


@panel
def ChangeForm(booking: BookingRead, stay: StayState, close: Callable[[], None]) -> ft.Control:
    """What stands in the sheet; it says first what asking does."""
    session = use_session()
    change = use_once(lambda: ChangeState.of(session.http, booking, stay.side))
    load = use_once(lambda: Action(change.load))

    async def fetch() -> None:
        await load.start()

    use_task(fetch)
    if load.problem is not None:
        return error_summary(problem_words(load.problem))
    if not change.loaded:
        return Loading(grey_block(320), t("Loading the calendar"), t("Still loading the calendar"))
    return _Form(change, stay, close)


@ft.component
def _Form(change: ChangeState, stay: StayState, close: Callable[[], None]) -> ft.Control:
    booking = change.booking
    price = use_once(lambda: Action(change.price))
    ask = use_once(lambda: Action(stay.ask_change))
    name, places = other_name(booking, change.side), use_form_fields()

    async def see(_: Any) -> None:
        await sent(price, places)

    async def send(_: Any) -> None:
        if change.quote is None:
            return
        if await ask.start(change.quote.id):
            close()
        elif ask.problem is not None and ask.problem.code in PRICE_IS_OLD:
            change.quote = None

    def chosen(wished: DateRange) -> None:
        if wished.check_in is not None and wished.check_out is not None:
            price.forget()
            change.choose(Stay(check_in=wished.check_in, check_out=wished.check_out))

    def choose_guests(guests: int) -> None:
        price.forget()
        change.choose_guests(guests)

    # What stands against a choice is told at once; that nothing was chosen yet, only to whom asks for the price of it.
    wrong = {} if change.unchanged else change.errors
    dates_wrong = wrong.get("check_in") or field_error(price, "check_in", "check_out")
    labels = {"check_in": t("Dates"), "guests": t("Guests")}
    sentence = t(
        "{name} is asked and answers within a day. Until then the booked dates count, and the new nights are kept.",
        name=name,
    )
    rows: list[ft.Control] = [
        text(sentence, color=Colour.TEXT_2),
        text(t("Booked: {what}", what=stay_words(booking)), Style.SMALL, Colour.TEXT_2),
        StayCalendar(
            DateRange(change.stay.check_in, change.stay.check_out),
            _rules(change),
            chosen,
            error=dates_wrong,
            ref=places.ref("check_in"),
        ),
        stepper(
            labels["guests"],
            change.guests,
            choose_guests,
            less_name=t("One guest less"),
            more_name=t("One guest more"),
            least=1,
            most=change.limits.sleeps or 100,
            error=wrong.get("guests") or field_error(price, "guests"),
            ref=places.ref("guests"),
        ),
        *_price(change),
        *form_problem(price if price.problem is not None else ask, labels, places.go_to),
    ]
    if change.quote is None:
        go = filled(t("See the new price"), see, busy=price.running)
    else:
        go = filled(t("Ask {name}", name=name), send, busy=ask.running)
    keep = outlined(t("Keep the stay as booked"), lambda _: close())
    foot = ft.Row([keep, go], alignment=ft.MainAxisAlignment.END, wrap=True, spacing=8, run_spacing=8)
    return ft.Column([*rows, foot], spacing=14, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _price(change: ChangeState) -> list[ft.Control]:
    quote = change.quote
    if quote is None:
        if change.unchanged:
            return [text(t("Choose other dates or another number of guests."), Style.SMALL, Colour.TEXT_2)]
        return []
    return [
        header(t("The new price"), 3),
        price_lines(quote.lines, quote.total),
        ft.Semantics(
            live_region=True, content=text(difference_words(change.booking, quote.total, change.side), Style.LABEL)
        ),
    ]


def _rules(change: ChangeState) -> StayRules:
    """The rules for a change of this very stay."""
    return rules_of(change.limits, change.booking.home.zone, change.taken, booked=change.booked)
