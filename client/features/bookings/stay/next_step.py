"""Whose turn it is: the card above everything when it is the reader's, and what the reader waits for when it is not."""

from typing import Any

import flet as ft

from client import paths
from client.core import clock
from client.core.action import Action
from client.core.boundaries import panel
from client.core.hooks import use_once, use_start
from client.core.http import ApiError
from client.core.language import t
from client.core.problem_words import problem_words
from client.design.buttons import filled, outlined
from client.design.fields import error_summary
from client.design.layout import card
from client.design.text import header, text
from client.design.tokens import Colour, Radius, Style
from client.features.bookings.paying.opening import pay_now
from client.features.bookings.stay.state import MEANWHILE, StayState
from client.parts.confirm_address import ConfirmAddress, needs_confirmed_address
from client.parts.dialogs import Question, use_confirmation
from client.parts.payment_words import (
    before_paying_words,
    confirm_label,
    difference_words,
    opening_words,
    pay_change_label,
    taken_back_words,
)
from client.parts.reason_question import use_reasons
from client.parts.stay_answers import (
    accept_change_question,
    accept_question,
    decline_change_question,
    decline_question,
)
from client.parts.steps import next_words, other_name, stay_words
from shared_models.booking_steps import Act, Blocker, acts, next_step, open_change, unpaid_change
from shared_models.bookings import BookingRead, BookingSide, ChangeRead
from shared_models.payments import UNSETTLED

Row = list[ft.Control]


def turn(booking: BookingRead, state: StayState) -> ft.Control:
    """The card that fits how the stay stands for this side, or a sentence when nothing is to be done."""
    may = acts(booking, state.side, clock.now())
    change, unpaid = open_change(booking, clock.now()), unpaid_change(booking, clock.now())
    if Act.CONFIRM in may:
        return _ToConfirm(booking, state)
    if Act.PAY in may:
        return _ToPay(booking, state)
    if unpaid is not None:
        return _UnpaidChange(booking, unpaid, state)
    if Act.ACCEPT in may:
        return _ToAnswer(booking, state)
    if change is not None:
        return _Change(booking, change, state)
    if Act.WITHDRAW in may:
        return _Asked(booking, state)
    reason = [text(f"“{booking.reason}”", color=Colour.TEXT_2)] if booking.reason else []
    told = [text(next_words(booking, state.side), Style.LABEL), *reason, *_once_more(booking, state.side)]
    return card(ft.Column(told, spacing=4))


def _once_more(booking: BookingRead, side: BookingSide) -> Row:
    """Where the time ran out before the stay was agreed: the way to hold or ask for the same dates again."""
    ended = next_step(booking, clock.now()).blocker is Blocker.TIME_OVER
    if not ended or side is BookingSide.LANDLORD or booking.check_in < clock.today_in(booking.home.zone):
        return []
    page, home = ft.context.page, booking.home
    book = paths.book(home.slug, booking.check_in, booking.check_out, booking.guests)
    return [ft.Row([outlined(t("See whether they are still free"), lambda _: page.navigate(book))])]


def _mine(rows: Row) -> ft.Control:
    return ft.Container(
        ft.Column(
            [text(t("Your turn"), Style.SMALL_STRONG, Colour.ACCENT_TEXT), *rows],
            spacing=10,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
        bgcolor=Colour.ACCENT_SOFT,
        border=ft.Border.all(1, Colour.ACCENT_TEXT),
        border_radius=Radius.CARD,
        padding=20,
    )


def _buttons(yes: ft.Control, no: ft.Control) -> ft.Control:
    half: dict[str | ft.ResponsiveRowBreakpoint, float] = {"xs": 12, "sm": 6}
    return ft.ResponsiveRow([ft.Container(one, col=half) for one in (yes, no)], spacing=10, run_spacing=10)


def _problems(*actions: Action) -> Row:
    failed = next((action for action in actions if action.problem is not None), None)
    if failed is None or failed.problem is None:
        return []
    if needs_confirmed_address(failed.problem):
        return [ConfirmAddress(failed.start)]
    return [error_summary(problem_words(failed.problem))]


@panel
def _ToConfirm(booking: BookingRead, state: StayState) -> ft.Control:
    confirm, let_go = use_once(lambda: Action(state.confirm)), use_once(lambda: Action(state.let_go))
    busy = confirm.running or let_go.running

    async def yes(_: Any) -> None:
        await confirm.start()

    async def no(_: Any) -> None:
        await let_go.start()

    return _mine(
        [
            header(t("Confirm to keep the dates"), 2),
            text(next_words(booking, state.side), color=Colour.TEXT_2),
            *_problems(confirm, let_go),
            filled(
                confirm_label(booking),
                None if busy else yes,
                busy=confirm.running,
                large=True,
            ),
            outlined(t("Let the dates go"), None if busy else no, busy=let_go.running),
        ]
    )


@panel
def _ToPay(booking: BookingRead, state: StayState) -> ft.Control:
    page, let_go = ft.context.page, use_once(lambda: Action(state.let_go))
    pay = use_once(lambda: Action(lambda: _pay(state, page)))
    busy = pay.running or let_go.running
    under_way = booking.payment_status in UNSETTLED

    async def yes(_: Any) -> None:
        await pay.start()

    async def no(_: Any) -> None:
        await let_go.start()

    return _mine(
        [
            header(t("Pay to keep the dates"), 2),
            text(next_words(booking, state.side), color=Colour.TEXT_2),
            *_problems(pay, let_go),
            filled(
                t("Open the payment page") if under_way else confirm_label(booking),
                None if busy else yes,
                busy=pay.running,
                large=True,
            ),
            text(opening_words() if pay.running else before_paying_words(), Style.SMALL, Colour.TEXT_2),
            outlined(t("Let the dates go"), None if busy else no, busy=let_go.running),
        ]
    )


async def _pay(state: StayState, page: ft.Page) -> None:
    try:
        await pay_now(page, state.paying())
    except ApiError as error:
        if error.code in MEANWHILE:
            await state.load()
        raise


@panel
def _UnpaidChange(booking: BookingRead, change: ChangeRead, state: StayState) -> ft.Control:
    """A change that both sides agree to, which counts once its difference is paid."""
    page, withdraw = ft.context.page, use_once(lambda: Action(state.withdraw_change))
    pay = use_once(lambda: Action(lambda: _pay(state, page)))
    may = acts(booking, state.side, clock.now())
    busy = pay.running or withdraw.running

    async def yes(_: Any) -> None:
        await pay.start()

    async def back(_: Any) -> None:
        await withdraw.start()

    rows: Row = [
        header(t("Pay for the change") if Act.PAY_CHANGE in may else t("The change waits for its payment"), 2),
        _compared(t("As booked"), stay_words(booking)),
        _compared(t("As agreed"), stay_words(change), strong=True),
        text(next_words(booking, state.side), color=Colour.TEXT_2),
        *_problems(pay, withdraw),
    ]
    if Act.PAY_CHANGE in may:
        under_way = change.payment_status in UNSETTLED
        label = t("Open the payment page") if under_way else pay_change_label(booking, change)
        rows.append(filled(label, None if busy else yes, busy=pay.running, large=True))
        if pay.running:
            rows.append(text(opening_words(), Style.SMALL, Colour.TEXT_2))
    if Act.WITHDRAW_CHANGE in may:
        keep = t("Take it back, keep the stay as booked")
        rows.append(ft.Row([outlined(keep, None if busy else back, busy=withdraw.running)]))
    if Act.PAY_CHANGE in may:
        return _mine(rows)
    return card(ft.Column(rows, spacing=10))


@panel
def _ToAnswer(booking: BookingRead, state: StayState) -> ft.Control:
    accept, start = use_once(lambda: Action(state.accept)), use_start()
    ask, confirm = use_reasons(), use_confirmation()
    question = accept_question(booking, start(accept.start))
    return _mine(
        [
            header(t("{name} asks to stay", name=booking.tenant_name), 2),
            text(stay_words(booking), Style.LABEL),
            text(next_words(booking, state.side), color=Colour.TEXT_2),
            *_problems(accept),
            _buttons(
                filled(t("Accept"), lambda _: confirm(question), busy=accept.running),
                outlined(t("Decline"), lambda _: ask(decline_question(booking, state.decline))),
            ),
        ]
    )


@panel
def _Asked(booking: BookingRead, state: StayState) -> ft.Control:
    let_go, ask, start = use_once(lambda: Action(state.let_go)), use_confirmation(), use_start()
    question = Question(
        title=t("Take the request back?"),
        consequence=taken_back_words(booking.payment),
        act=t("Take it back"),
        go=start(let_go.start),
        keep=t("Keep asking"),
        danger=True,
    )
    return card(
        ft.Column(
            [
                header(t("You asked to book"), 2),
                text(next_words(booking, state.side), color=Colour.TEXT_2),
                *_problems(let_go),
                ft.Row([outlined(t("Take the request back"), lambda _: ask(question), busy=let_go.running)]),
            ],
            spacing=10,
        )
    )


@panel
def _Change(booking: BookingRead, change: ChangeRead, state: StayState) -> ft.Control:
    side = state.side
    rows: Row = [
        _compared(t("As booked"), stay_words(booking)),
        _compared(t("As wished"), stay_words(change), strong=True),
        text(difference_words(booking, change.total, side), Style.LABEL),
        text(next_words(booking, side), color=Colour.TEXT_2),
    ]
    if change.by is side:
        return _MyChange(rows, state)
    return _TheirChange(rows, booking, change, state)


@ft.component
def _TheirChange(rows: Row, booking: BookingRead, change: ChangeRead, state: StayState) -> ft.Control:
    page, start = ft.context.page, use_start()
    accept = use_once(lambda: Action(lambda: _accept_change(state, page)))
    ask, confirm = use_reasons(), use_confirmation()
    name = other_name(booking, state.side)
    yes = accept_change_question(booking, change, state.side, start(accept.start))
    no = decline_change_question(booking, change, state.side, state.decline_change)
    return _mine(
        [
            header(t("{name} asks for a change", name=name), 2),
            *rows,
            *_problems(accept),
            _buttons(
                filled(t("Accept the change"), lambda _: confirm(yes), busy=accept.running),
                outlined(t("Decline"), lambda _: ask(no)),
            ),
        ]
    )


async def _accept_change(state: StayState, page: ft.Page) -> None:
    """Agree, and go on to the payment where it costs more and the reader is who pays."""
    await state.accept_change()
    booking = state.booking
    if booking is not None and Act.PAY_CHANGE in acts(booking, state.side, clock.now()):
        await _pay(state, page)


@ft.component
def _MyChange(rows: Row, state: StayState) -> ft.Control:
    withdraw = use_once(lambda: Action(state.withdraw_change))

    async def back(_: Any) -> None:
        await withdraw.start()

    return card(
        ft.Column(
            [
                header(t("You asked for a change"), 2),
                *rows,
                *_problems(withdraw),
                ft.Row([outlined(t("Take it back, keep the stay as booked"), back, busy=withdraw.running)]),
            ],
            spacing=10,
        )
    )


def _compared(label: str, words: str, *, strong: bool = False) -> ft.Control:
    return ft.Column(
        [text(label, Style.SMALL, Colour.TEXT_2), text(words, Style.LABEL if strong else Style.BODY)], spacing=0
    )
