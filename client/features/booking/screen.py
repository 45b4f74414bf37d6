"""Check the price, hold the dates, confirm: the two steps of a booking."""

from typing import Any

import flet as ft

from client import paths
from client.core.action import Action
from client.core.boundaries import screen
from client.core.hooks import use_remade
from client.core.http import words_for
from client.core.language import t
from client.core.routing import use_query
from client.core.session import use_session
from client.core.tasks import use_deadline, use_task
from client.core.title import use_title
from client.design.buttons import icon_button
from client.design.feedback import Loading, empty, failure, grey_block
from client.design.layout import SizeClass, card, scroll_page, use_size
from client.design.rows import keyed
from client.design.text import header
from client.design.tokens import Style
from client.features.booking.check import Check
from client.features.booking.confirm import Confirm
from client.features.booking.mine import Ended, mine
from client.features.booking.refused import Refused
from client.features.booking.state import BookingState, Step
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
    state = use_remade(lambda: BookingState(session.http, slug, stay, guests), wished)
    enter = use_remade(lambda: Action(state.enter, latest=True), wished)

    async def begin() -> None:
        await enter.start()

    use_task(begin, wished)
    # With another stay everything begins anew: what runs in a step is for its own.
    return keyed((slug, stay, guests), _Steps(state, enter))


@ft.component
def _Steps(state: BookingState, enter: Action) -> ft.Control:
    session, size = use_session(), use_size()
    held = state.held
    use_deadline(held.hold_expires_at if held is not None else None, state.look_again)
    step = state.step
    if enter.problem is not None and not enter.running:
        body: list[ft.Control] = [_head(state, size), _failed(enter)]
    elif step is Step.LOADING:
        grey = ft.Column([grey_block(76), grey_block(240)], spacing=20)
        body = [
            _head(state, size),
            Loading(grey, t("Getting the price"), t("Still getting the price")),
        ]
    elif step is Step.REFUSED:
        body = [_head(state, size), Refused(state)]
    elif step is Step.MINE and held is not None:
        body = [_head(state, size), mine(state, held)]
    elif step is Step.ENDED:
        body = [_head(state, size), Ended(state)]
    elif step is Step.CONFIRM:
        body = [_head(state, size), Confirm(session, state)]
    else:
        body = [_head(state, size), Check(session, state)]
    return tenant_shell(scroll_page(body, size, width=WIDTH), "search")


def _head(state: BookingState, size: SizeClass) -> ft.Control:
    page = ft.context.page
    back = paths.home(state.slug, state.stay.arrive, state.stay.leave, state.guests)
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

    words = t("{reason}. Your dates are kept.", reason=words_for(problem).rstrip(".") if problem else "")
    return card(failure(t("The price did not load"), words, retry=t("Try again"), on_retry=again, busy=enter.running))
