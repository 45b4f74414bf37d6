"""My trips: what comes and what was, each with what happens next."""

from typing import Any

import flet as ft

from client import paths
from client.core.action import Action
from client.core.boundaries import screen
from client.core.hooks import use_once
from client.core.language import day_range, money, t
from client.core.problem_words import problem_words
from client.core.routing import use_query
from client.core.session import Session, use_session
from client.core.tasks import use_task
from client.core.title import use_title
from client.design.buttons import target
from client.design.chips import segments
from client.design.feedback import Loading, empty, failure, grey_block
from client.design.layout import SizeClass, card, grid_gap, page_header, scroll_page, use_size
from client.design.rows import keyed
from client.design.scroll_place import Pages, use_scroll_place
from client.design.text import one_line, text
from client.design.tokens import Colour, Radius, Style
from client.features.bookings.trips.state import TripsState
from client.parts.cover import thumbnail
from client.parts.facts import guests_words
from client.parts.panels import next_page
from client.parts.shell import tenant_shell
from client.parts.status import booking_chip, status_words
from client.parts.steps import next_words
from shared_models.bookings import BookingRead, BookingSide, BookingTime


@screen
def TripsScreen() -> ft.Control:
    """What comes and what was."""
    session, size = use_session(), use_size()
    query, set_query = use_query()
    when = BookingTime.PAST if query.get("when") == BookingTime.PAST else BookingTime.UPCOMING
    state = use_once(lambda: TripsState(session.http))
    load = use_once(lambda: Action(state.load, latest=True))
    more = use_once(lambda: Action(state.load_more))
    use_title(t("Trips"))

    async def fetch() -> None:
        await load.start(when)

    async def choose(value: str) -> None:
        await set_query(when=value if value == BookingTime.PAST else None)

    use_task(fetch, [when], on_return=True)
    page = ft.context.page
    tabs = segments(
        [(BookingTime.UPCOMING.value, t("Upcoming")), (BookingTime.PAST.value, t("Past"))],
        when.value,
        lambda value: page.run_task(choose, value),
    )
    body = [
        page_header(t("Trips"), t("Your stays, with what happens next.")),
        tabs,
        *_list(session, state, load, when, size),
    ]
    body += next_page(state.next_cursor if state.when == when else None, more)
    place = use_scroll_place(state.when == when, Pages(lambda: len(state.items), more.start))
    return tenant_shell(scroll_page(body, size, place=place), "trips")


def _list(session: Session, state: TripsState, load: Action, when: BookingTime, size: SizeClass) -> list[ft.Control]:
    page = ft.context.page

    async def again(_: Any) -> None:
        await load.start(when)

    if load.problem is not None and not load.running:
        words = problem_words(load.problem)
        return [card(failure(t("Your trips did not load"), words, retry=t("Try again"), on_retry=again))]
    if state.when != when:
        grey = ft.Column([grey_block(116, radius=Radius.CARD) for _ in range(3)], spacing=16)
        return [Loading(grey, t("Loading your trips"), t("Still loading your trips"))]
    if not state.items:
        past = when is BookingTime.PAST
        return [
            empty(
                t("No past trips") if past else t("No trips yet"),
                t("Stays that are over appear here.")
                if past
                else t("Homes you book appear here, with what happens next."),
                action=t("Find a home"),
                on_action=lambda _: page.navigate(paths.SEARCH),
            )
        ]
    half: dict[str | ft.ResponsiveRowBreakpoint, float] = {"xs": 12, "xl": 6}
    cards: list[ft.Control] = [
        keyed(booking.id, ft.Container(_card(session, booking), col=half)) for booking in state.items
    ]
    gap = grid_gap(size)
    return [ft.ResponsiveRow(cards, spacing=gap, run_spacing=gap, vertical_alignment=ft.CrossAxisAlignment.START)]


def _card(session: Session, booking: BookingRead) -> ft.Control:
    page, home = ft.context.page, booking.home
    when = day_range(booking.check_in, booking.check_out)
    place = f"{home.neighbourhood}, {home.city}" if home.neighbourhood else home.city
    step = next_words(booking, BookingSide.TENANT)
    facts = f"{when} · {guests_words(booking.guests)} · {money(booking.total)}"
    words = ft.Column(
        [
            one_line(home.title, Style.H3, Colour.TEXT),
            one_line(place),
            text(facts, color=Colour.TEXT_2, max_lines=2),
            text(step, Style.SMALL, Colour.TEXT_2),
            ft.Container(ft.Row([booking_chip(booking)], wrap=True), padding=ft.Padding.only(top=6)),
        ],
        spacing=2,
        expand=True,
    )
    face = ft.Row([thumbnail(session, home.id, size=96), words], spacing=16)
    return target(
        face,
        f"{home.title}. {status_words(booking)[0]}. {place}. {facts}. {step}",
        lambda _: page.navigate(paths.trip(booking.id)),
        padding=14,
        align=ft.Alignment.CENTER_LEFT,
    )
