"""What came of a payment: checked, followed until it is known, and the way on at every stage of it."""

from typing import Any

import flet as ft

from client import paths
from client.core import clock
from client.core.action import Action
from client.core.boundaries import screen
from client.core.hooks import use_memo, use_once
from client.core.http import ApiError
from client.core.language import t
from client.core.problem_words import problem_words
from client.core.routing import use_query
from client.core.session import Session, use_session
from client.core.tasks import use_deadline, use_task
from client.core.title import use_title
from client.design.buttons import filled, icon_button, outlined
from client.design.feedback import Loading, empty, failure, grey_block, note
from client.design.fields import error_summary
from client.design.layout import SizeClass, card, columns, scroll_page, use_size
from client.design.progress import busy_ring
from client.design.rows import keyed
from client.design.text import header, text
from client.design.tokens import Colour, Radius, Size, Status, Style
from client.features.bookings.paying.opening import pay_now
from client.features.bookings.paying.stages import Stage, month_of
from client.features.bookings.paying.state import PayingState
from client.features.bookings.paying.words import Told, button_label, month_told_of, told_of
from client.parts.confirm_address import ConfirmAddress, needs_confirmed_address
from client.parts.cover import thumbnail
from client.parts.payment_words import opening_words
from client.parts.price_lines import price_lines, why_button
from client.parts.shell import tenant_shell
from client.parts.steps import stay_words
from shared_models.booking_steps import next_step, unpaid_change
from shared_models.bookings import BookingRead, ChangeRead
from shared_models.rent_months import RentMonth

WIDTH = 1060
MAX_DIGITS = 2
"""A stay has less than a hundred months."""
_SIGNS: dict[Stage, tuple[ft.IconData, str]] = {
    Stage.AGREED: (ft.Icons.CHECK_CIRCLE_ROUNDED, Colour.SUCCESS),
    Stage.ASKED: (ft.Icons.HOURGLASS_TOP_ROUNDED, Colour.WAITING),
    Stage.TO_PAY: (ft.Icons.PAYMENTS_OUTLINED, Colour.ACCENT_TEXT),
    Stage.OPEN: (ft.Icons.PAYMENTS_OUTLINED, Colour.ACCENT_TEXT),
    Stage.GIVEN_BACK: (ft.Icons.UNDO_ROUNDED, Colour.WAITING),
}


@screen
def TripPaymentScreen() -> ft.Control:
    """The payment of the stay in the address, or of the change or the month that its query names."""
    session, (query, _) = use_session(), use_query()
    id_, change, month = ft.use_route_params().get("id", ""), query.get("change", ""), query.get("month", "")
    paid = "paid" in query
    wished = [id_, change, month, paid]
    state = use_memo(lambda: _state_of(session, id_, change, month, came_back_paid=paid), wished)
    use_task(state.follow, wished, on_return=True)
    use_title(t("Your payment"))
    return keyed((id_, change, month, paid), _Payment(state))


def _state_of(session: Session, booking: str, change: str, month: str, *, came_back_paid: bool) -> PayingState:
    """Of an address; with a change or a month that is none there is nothing to pay."""
    change_id, number = paths.id_in(change), int(month) if month.isdecimal() and len(month) <= MAX_DIGITS else None
    is_whole = (change_id is not None or not change) and (number is not None or not month)
    booking_id = paths.id_in(booking) if is_whole else None
    return PayingState(session.http, booking_id, change_id, number, came_back_paid=came_back_paid)


@ft.component
def _Payment(state: PayingState) -> ft.Control:
    session, size, page = use_session(), use_size(), ft.context.page
    again = use_once(lambda: Action(state.look))
    booking, stage = state.booking, state.stage
    use_deadline(next_step(booking, clock.now()).by if booking is not None else None, again.start)
    use_task(session.recount, [stage])
    if state.missing:
        words = t("It may belong to another account, or the link was cut off.")
        return _page(
            state,
            [
                empty(
                    t("There is no such stay"),
                    words,
                    action=t("Your trips"),
                    on_action=lambda _: page.navigate(paths.TRIPS),
                )
            ],
            size,
        )
    if booking is not None and stage is not None:
        return _page(
            state, [columns([_Result(state, stage, booking)], [_about(session, state, booking)], size, of=5)], size
        )
    if state.problem is not None:
        return _page(state, [_unread(state.problem, again)], size)
    grey = ft.Column([grey_block(180, radius=Radius.CARD), grey_block(120, radius=Radius.CARD)], spacing=16)
    return _page(state, [Loading(grey, t("Loading your payment"), t("Still loading your payment"))], size)


def _page(state: PayingState, body: list[ft.Control], size: SizeClass) -> ft.Control:
    page = ft.context.page
    back = paths.TRIPS if state.booking_id is None or state.missing else paths.trip(state.booking_id)
    head = ft.Row(
        [
            icon_button(ft.Icons.ARROW_BACK_ROUNDED, t("Back to the stay"), lambda _: page.navigate(back)),
            header(t("Your payment"), 1, style=Style.H2 if size is SizeClass.PHONE else Style.H1),
        ],
        spacing=6,
    )
    return tenant_shell(scroll_page([head, *body], size, width=WIDTH), "trips")


def _unread(problem: ApiError, again: Action) -> ft.Control:
    """Nothing could be read yet: nothing is known, so nothing is said but that."""

    async def retry(_: Any) -> None:
        await again.start()

    words = t("{reason}. We go on checking.", reason=problem_words(problem).rstrip("."))
    return card(
        failure(t("Still checking your payment"), words, retry=t("Try again"), on_retry=retry, busy=again.running)
    )


@ft.component
def _Result(state: PayingState, stage: Stage, booking: BookingRead) -> ft.Control:
    page = ft.context.page
    pay = use_once(lambda: Action(lambda: _pay(state, page)))
    title, words = _told(state, stage, booking)
    rows: list[ft.Control] = [
        ft.Row(
            [_sign(stage), ft.Container(header(title, 2, live=True), expand=True)],
            spacing=12,
            vertical_alignment=ft.CrossAxisAlignment.CENTER,
        ),
        text(words, color=Colour.TEXT_2),
        *_remarks(state, stage),
        *_problems(pay),
        *_ways(state, stage, booking, pay),
    ]
    return card(ft.Column(rows, spacing=12, horizontal_alignment=ft.CrossAxisAlignment.STRETCH))


def _told(state: PayingState, stage: Stage, booking: BookingRead) -> Told:
    if state.month is not None:
        return month_told_of(stage, booking, month_of(booking, state.month), state.payment)
    return told_of(stage, booking, state.payment, is_change=state.change_id is not None)


async def _pay(state: PayingState, page: ft.Page) -> None:
    try:
        await pay_now(page, state)
    finally:
        await state.look()


def _sign(stage: Stage) -> ft.Control:
    if stage in (Stage.CHECKING, Stage.OPENING):
        return busy_ring(t("Checking"))
    icon, colour = _SIGNS.get(stage, (ft.Icons.INFO_OUTLINE_ROUNDED, Colour.TEXT_2))
    return ft.Icon(icon, size=Size.ICON_NAV, color=colour)


def _remarks(state: PayingState, stage: Stage) -> list[ft.Control]:
    if state.problem is not None:
        reason = problem_words(state.problem).rstrip(".")
        return [note(t("{reason}. We go on checking.", reason=reason), status=Status.WAITING)]
    if state.is_slow and stage in (Stage.CHECKING, Stage.OPENING):
        return [note(t("It takes longer than usual. Nothing is lost: as soon as we know, you get a mail."))]
    return []


def _problems(pay: Action) -> list[ft.Control]:
    if pay.problem is None:
        return []
    if needs_confirmed_address(pay.problem):
        return [ConfirmAddress(pay.start)]
    return [error_summary(problem_words(pay.problem))]


def _ways(state: PayingState, stage: Stage, booking: BookingRead, pay: Action) -> list[ft.Control]:
    """The buttons of a stage, and below them what is happening."""
    page = ft.context.page

    async def go(_: Any) -> None:
        await pay.start()

    ways: list[ft.Control] = []
    if label := button_label(stage, booking, _part(state, booking)):
        ways.append(filled(label, go, busy=pay.running, large=True))
    is_all = state.change_id is None and state.month is None
    if stage is Stage.ENDED and is_all and booking.check_in >= clock.today_in(booking.home.zone):
        book = paths.book(booking.home.slug, booking.check_in, booking.check_out, booking.guests)
        ways.append(filled(t("See whether they are still free"), lambda _: page.navigate(book)))
    look = filled if stage is Stage.AGREED else outlined
    ways.append(look(t("Look at the stay"), lambda _: page.navigate(paths.trip(booking.id))))
    opening = [text(opening_words(), Style.SMALL, Colour.TEXT_2)] if pay.running else []
    return [ft.Row(ways, wrap=True, spacing=8, run_spacing=8), *opening]


def _part(state: PayingState, booking: BookingRead) -> ChangeRead | RentMonth | None:
    """What of the stay is paid, where it is not all of it."""
    if state.month is not None:
        return month_of(booking, state.month)
    return None if state.change_id is None else unpaid_change(booking, clock.now())


def _about(session: Session, state: PayingState, booking: BookingRead) -> ft.Control:
    """What is paid for, and what it costs line by line."""
    page, month = ft.context.page, None if state.month is None else month_of(booking, state.month)
    lines, total = (booking.lines, booking.total) if month is None else (month.lines, month.amount)
    words = ft.Column(
        [text(booking.home.title, Style.H3), text(stay_words(booking), color=Colour.TEXT_2)], spacing=2, expand=True
    )
    top = ft.Row([ft.Container(header(t("The price"), 2), expand=True), why_button(page, lines, total)])
    return card(
        ft.Column(
            [
                ft.Row([thumbnail(session, booking.home.id, size=72), words], spacing=14),
                top,
                price_lines(lines, total),
            ],
            spacing=12,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    )
