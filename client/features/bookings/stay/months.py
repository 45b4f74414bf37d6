"""The months of a stay that is paid month by month: what is paid, what is due, and the button that pays the next."""

from typing import Any

import flet as ft

from client.core import clock
from client.core.action import Action
from client.core.boundaries import panel
from client.core.hooks import use_once
from client.core.http import ApiError
from client.core.language import day, day_range, money, t
from client.core.problem_words import problem_words
from client.design.buttons import filled
from client.design.fields import error_summary
from client.design.layout import card, divider
from client.design.rows import keyed
from client.design.text import amount, header, text
from client.design.tokens import Colour, Style
from client.features.bookings.paying.opening import pay_now
from client.features.bookings.stay.state import MEANWHILE, StayState
from client.parts.confirm_address import ConfirmAddress, needs_confirmed_address
from client.parts.payment_words import month_words, opening_words, pay_month_label
from shared_models.bookings import BookingRead, BookingSide
from shared_models.payments import UNSETTLED
from shared_models.rent_months import RentMonth, is_overdue, is_payable, next_to_pay
from shared_models.stay_dates import local_day


@panel
def Months(booking: BookingRead, state: StayState) -> ft.Control:
    """Every month with how it stands; below them, for the tenant, the next to pay."""
    page = ft.context.page
    today, following = local_day(clock.now(), booking.home.zone), next_to_pay(booking.months)
    pay = use_once(lambda: Action(lambda: _pay(state, page)))

    async def go(_: Any) -> None:
        await pay.start()

    rows: list[ft.Control] = [header(t("Month by month"), 2)]
    for month in booking.months:
        rows += [divider(), keyed(month.number, _row(booking, month))]
    if following is not None and state.side is BookingSide.TENANT:
        rows.append(divider())
        if is_payable(following, today):
            under_way = following.payment_status in UNSETTLED
            label = t("Open the payment page") if under_way else pay_month_label(following)
            rows += [*_problems(pay), filled(label, go, busy=pay.running, large=True)]
            if pay.running:
                rows.append(text(opening_words(), Style.SMALL, Colour.TEXT_2))
        else:
            words = t("The next month can be paid from {day} on.", day=day(following.payable_from))
            rows.append(text(words, Style.SMALL, Colour.TEXT_2))
    return card(ft.Column(rows, spacing=10, horizontal_alignment=ft.CrossAxisAlignment.STRETCH))


def _row(booking: BookingRead, month: RentMonth) -> ft.Control:
    today = local_day(clock.now(), booking.home.zone)
    colour = Colour.DANGER if is_overdue(month, today) else Colour.TEXT_2
    words = ft.Column(
        [text(day_range(month.due, month.last)), text(month_words(month, today), Style.SMALL, colour)],
        spacing=0,
        expand=True,
    )
    return ft.MergeSemantics(content=ft.Row([words, amount(money(month.amount))], spacing=12))


async def _pay(state: StayState, page: ft.Page) -> None:
    """Go to pay the next month. Raises ApiError; a stay that moved meanwhile is then read again."""
    following = None if state.booking is None else next_to_pay(state.booking.months)
    if following is None:
        return
    try:
        await pay_now(page, state.paying_month(following.number))
    except ApiError as error:
        if error.code in MEANWHILE:
            await state.load()
        raise


def _problems(pay: Action) -> list[ft.Control]:
    if pay.problem is None:
        return []
    if needs_confirmed_address(pay.problem):
        return [ConfirmAddress(pay.start)]
    return [error_summary(problem_words(pay.problem))]
