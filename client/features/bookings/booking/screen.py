"""Check the price, hold the dates, confirm: the two steps of a booking."""

import contextlib
from typing import Any

import flet as ft

from client import paths
from client.core.action import Action
from client.core.boundaries import screen
from client.core.history import go_instead
from client.core.hooks import use_memo, use_once
from client.core.http import ApiError
from client.core.language import t
from client.core.problem_words import problem_words
from client.core.routing import use_query
from client.core.session import use_session
from client.core.tasks import use_deadline, use_task
from client.core.title import use_title
from client.design.buttons import icon_button
from client.design.feedback import Loading, empty, failure, grey_block, toast
from client.design.layout import SizeClass, card, foot_bar, scroll_page, use_size
from client.design.rows import keyed
from client.design.text import header
from client.design.tokens import Style
from client.features.bookings.booking.check import Check, CheckButton
from client.features.bookings.booking.confirm import Confirm, ConfirmButton
from client.features.bookings.booking.mine import Ended, mine
from client.features.bookings.booking.refused import Refused
from client.features.bookings.booking.state import MOVED, BookingState, Step
from client.features.bookings.paying.opening import pay_now
from client.parts.last_search import last_search
from client.parts.shell import tenant_shell
from client.parts.stay_query import read_guests, read_stay
from shared_models.problems import ProblemCode
from shared_models.stay_dates import Stay

WIDTH = 1060


@screen
def BookScreen() -> ft.Control:
    """The booking of the home and dates in the address."""
    slug = ft.use_route_params().get("slug", "")
    query, _ = use_query()
    stay, guests = read_stay(query), read_guests(query) or 1
    size, page = use_size(), ft.context.page
    use_title(t("Book"))
    if stay is None:
        words = empty(
            t("Choose your dates first"),
            t("The address has no dates, so there is no price yet."),
            action=t("Back to the home"),
            on_action=lambda _: page.navigate(paths.home(slug)),
        )
        return tenant_shell(scroll_page([words], size), "search")
    return _Booking(slug, stay, guests)


@ft.component
def _Booking(slug: str, stay: Stay, guests: int) -> ft.Control:
    session = use_session()
    wished = [slug, stay, guests]
    state = use_memo(lambda: BookingState(session.http, slug, stay, guests), wished)
    enter = use_memo(lambda: Action(state.enter, latest=True), wished)

    async def begin() -> None:
        await enter.start()

    async def look_again() -> None:
        """Whoever comes back may have paid, or let go, in another window."""
        with contextlib.suppress(ApiError):
            await state.look_again()

    use_task(begin, wished)
    use_task(look_again, wished, on_return=True)
    # With another stay everything begins anew: what runs in a step is for its own.
    return keyed((slug, stay, guests), _Steps(state, enter))


@ft.component
def _Steps(state: BookingState, enter: Action) -> ft.Control:
    session, size, page = use_session(), use_size(), ft.context.page
    held, quote = state.held, state.quote
    hold, price = use_once(lambda: Action(lambda: _hold(state, page))), use_once(lambda: Action(state.price))
    confirm = use_once(lambda: Action(lambda: _confirm(state, page)))
    let_go = use_once(lambda: Action(lambda: _let_go(state, page)))
    pay = use_once(lambda: Action(lambda: _pay(state, page)))
    ends = held.hold_expires_at if held is not None else quote.expires_at if quote is not None else None
    use_deadline(ends, state.look_again)
    foot: ft.Control | None = None
    if enter.problem is not None and not enter.running:
        body = _failed(enter)
    elif state.step is Step.LOADING:
        grey = ft.Column([grey_block(76), grey_block(240)], spacing=20)
        body, foot = Loading(grey, t("Getting the price"), t("Still getting the price")), ft.Container()
    elif state.step is Step.REFUSED:
        body = Refused(state)
    elif state.step is Step.MINE and held is not None:
        body = mine(state, held)
    elif state.step is Step.ENDED:
        body = Ended(state)
    elif state.step is Step.CONFIRM:
        agree = pay if state.by_card else confirm
        body, foot = Confirm(session, state, agree, let_go), foot_bar(ConfirmButton(state, agree, let_go))
    else:
        begin = pay if state.by_card else hold
        body, foot = Check(session, state, begin, price), foot_bar(CheckButton(state, begin, price))
    return tenant_shell(scroll_page([_head(state, size), body], size, width=WIDTH), "search", foot=foot)


async def _hold(state: BookingState, page: ft.Page) -> None:
    asked = await state.hold()
    if asked is not None:
        go_instead(page, paths.trip(asked.id))


async def _confirm(state: BookingState, page: ft.Page) -> None:
    booked = await state.confirm()
    if booked is not None:
        go_instead(page, paths.trip(booked.id))


async def _pay(state: BookingState, page: ft.Page) -> None:
    paying = await state.pay()
    if paying is None:
        return
    try:
        await pay_now(page, paying, instead=True)
    except ApiError as error:
        if error.code not in MOVED:
            raise
        await state.look_again()


async def _let_go(state: BookingState, page: ft.Page) -> None:
    if await state.let_go():
        stay = state.stay
        toast(page, t("The dates are free again. Nothing was booked."))
        go_instead(page, paths.home(state.slug, stay.check_in, stay.check_out, state.guests))


def _head(state: BookingState, size: SizeClass) -> ft.Control:
    page = ft.context.page
    back = paths.home(state.slug, state.stay.check_in, state.stay.check_out, state.guests)
    title = t("Check and ask") if state.asks else t("Check and book")
    return ft.Row(
        [
            icon_button(ft.Icons.ARROW_BACK_ROUNDED, t("Back to the home"), lambda _: page.navigate(back)),
            header(title, 1, style=Style.H2 if size is SizeClass.PHONE else Style.H1),
        ],
        spacing=6,
    )


def _failed(enter: Action) -> ft.Control:
    page = ft.context.page
    problem = enter.problem
    if problem is not None and problem.code == ProblemCode.NOT_FOUND:
        return empty(
            t("This home is not on show"),
            t("It may have been taken down. There are others."),
            action=t("Search for a home"),
            on_action=lambda _: page.navigate(last_search(page)),
        )

    async def again(_: Any) -> None:
        await enter.start()

    words = t("{reason}. Your dates are kept.", reason=problem_words(problem).rstrip(".") if problem else "")
    return card(failure(t("The price did not load"), words, retry=t("Try again"), on_retry=again, busy=enter.running))
