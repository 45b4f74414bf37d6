"""My trips, and one of them: what happens next, where, when, for how much."""

from datetime import date, time
from typing import Any

import flet as ft

from client import paths
from client.core.action import Action
from client.core.flet_session import screen, use_task
from client.core.hooks import use_made, use_remade
from client.core.http import words_for
from client.core.language import day, day_range, hour, instant, money, t
from client.core.routing import use_query
from client.core.session import Session, use_session
from client.core.title import use_title
from client.design.buttons import filled, icon_button, outlined, quiet, target
from client.design.chips import segments
from client.design.feedback import Loading, empty, failure, grey_block
from client.design.fields import error_summary
from client.design.layout import SizeClass, card, page_header, scroll_page, use_size
from client.design.text import header, one_line, text
from client.design.tokens import Colour, Radius, Size, Style
from client.features.trips.state import TripsState, TripState, next_words, trip_id
from client.parts.cover import cover, thumbnail
from client.parts.facts import guests_words, nights_words
from client.parts.price_lines import price_lines, why_button
from client.parts.shell import tenant_shell
from client.parts.status import booking_chip, is_live_hold, status_words, zone_name
from shared_models.bookings import BookingRead, BookingStatus, BookingTime
from shared_models.properties import PropertyType
from shared_models.stay_dates import Stay, local_instant

WIDTH = 760


@screen
def TripsScreen() -> ft.Control:
    """What comes and what was."""
    session, size = use_session(), use_size()
    query, set_query = use_query()
    when = BookingTime.PAST if query.get("when") == BookingTime.PAST else BookingTime.UPCOMING
    state = use_made(lambda: TripsState(session.http))
    load = use_made(lambda: Action(state.load, latest=True))
    more = use_made(lambda: Action(state.load_more))
    use_title(t("Trips"))

    async def fetch() -> None:
        await load.start(when)

    async def choose(value: str) -> None:
        await set_query(when=value if value == BookingTime.PAST else None)

    use_task(fetch, [when])
    page = ft.context.page
    tabs = segments(
        [(BookingTime.UPCOMING.value, t("Upcoming")), (BookingTime.PAST.value, t("Past"))],
        when.value,
        lambda value: page.run_task(choose, value),
    )
    body = [page_header(t("Trips"), t("Your stays, with what happens next.")), tabs, *_list(session, state, load, when)]
    if state.when == when and state.next_cursor is not None:
        body.append(_more(more))
    return tenant_shell(scroll_page(body, size, width=WIDTH, spacing=16), "trips")


def _more(more: Action) -> ft.Control:
    async def fetch(_: Any) -> None:
        await more.start()

    problem = [error_summary(words_for(more.problem))] if more.problem is not None else []
    return ft.Column(
        [*problem, outlined(t("Show more"), fetch, busy=more.running)],
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
    )


def _list(session: Session, state: TripsState, load: Action, when: BookingTime) -> list[ft.Control]:
    page = ft.context.page

    async def again(_: Any) -> None:
        await load.start(when)

    if load.problem is not None and not load.running:
        words = words_for(load.problem)
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
    return [_card(session, booking) for booking in state.items]


def _card(session: Session, booking: BookingRead) -> ft.Control:
    page, home = ft.context.page, booking.home
    when = day_range(booking.arrive, booking.leave)
    place = f"{home.neighbourhood}, {home.city}" if home.neighbourhood else home.city
    facts = f"{when} · {guests_words(booking.guests)} · {money(booking.total)}"
    words = ft.Column(
        [
            one_line(home.title, Style.H3, Colour.TEXT),
            one_line(place),
            text(facts, color=Colour.TEXT_2, max_lines=2),
            ft.Container(ft.Row([booking_chip(booking)], wrap=True), padding=ft.Padding.only(top=6)),
        ],
        spacing=2,
        expand=True,
    )
    face = ft.Row([thumbnail(session, home.id, size=96), words], spacing=16)
    return target(
        face,
        f"{home.title}. {status_words(booking)[0]}. {place}. {facts}",
        lambda _: page.navigate(paths.trip(booking.id)),
        padding=14,
        align=ft.Alignment.CENTER_LEFT,
    )


@screen
def TripScreen() -> ft.Control:
    """One stay of mine."""
    id_ = ft.use_route_params().get("id", "")
    session = use_session()
    state = use_remade(lambda: TripState(session.http, trip_id(id_)), [id_])
    load = use_remade(lambda: Action(state.load, latest=True), [id_])

    async def fetch() -> None:
        await load.start()

    use_task(fetch, [id_])
    return _Trip(state, load)


@ft.component
def _Trip(state: TripState, load: Action) -> ft.Control:
    session, size, page = use_session(), use_size(), ft.context.page
    booking = state.booking
    use_title(booking.home.title if booking else t("Your stay"))

    async def fetch(_: Any) -> None:
        await load.start()

    if booking is not None:
        body = [_head(booking), *_sections(session, booking, state, size)]
    elif state.missing:
        body = [
            empty(
                t("There is no such stay"),
                t("It may belong to another account, or the link was cut off."),
                action=t("Your trips"),
                on_action=lambda _: page.navigate(paths.TRIPS),
            )
        ]
    elif load.problem is not None and not load.running:
        words = words_for(load.problem)
        body = [card(failure(t("Your stay did not load"), words, retry=t("Try again"), on_retry=fetch))]
    else:
        grey = ft.Column([grey_block(220, radius=Radius.CARD), grey_block(120, radius=Radius.CARD)], spacing=16)
        body = [Loading(grey, t("Loading your stay"), t("Still loading your stay"))]
    return tenant_shell(scroll_page(body, size, width=WIDTH, spacing=20), "trips")


def _head(booking: BookingRead) -> ft.Control:
    page = ft.context.page
    words = ft.Column(
        [
            header(t("Your stay"), 1, style=Style.H2),
            text(t("Booking {reference}", reference=booking.reference), Style.SMALL, Colour.TEXT_2, selectable=True),
        ],
        spacing=0,
        expand=True,
    )
    back = icon_button(ft.Icons.ARROW_BACK_ROUNDED, t("Back to your trips"), lambda _: page.navigate(paths.TRIPS))
    return ft.Row([back, words], spacing=6)


def _sections(session: Session, booking: BookingRead, state: TripState, size: SizeClass) -> list[ft.Control]:
    live = is_live_hold(booking)
    return [
        _summary(session, booking, size),
        _YourTurn(booking, state) if live else _next(booking),
        _times(booking),
        _where(booking),
        _price(booking),
        _people(booking),
    ]


def _summary(session: Session, booking: BookingRead, size: SizeClass) -> ft.Control:
    home, page = booking.home, ft.context.page
    nights = Stay(arrive=booking.arrive, leave=booking.leave).nights
    facts = [day_range(booking.arrive, booking.leave), nights_words(nights), guests_words(booking.guests)]
    top = Radius.CARD - 1
    picture = ft.Container(
        cover(session, home.id, PropertyType.UNKNOWN, aspect=2.0 if size is SizeClass.PHONE else 3.0),
        border_radius=ft.BorderRadius(top, top, 0, 0),
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
    )
    words = ft.Column(
        [
            text(home.title, Style.H3),
            text(" · ".join(facts), color=Colour.TEXT_2),
            ft.Row(
                [
                    booking_chip(booking),
                    quiet(t("Look at the home"), lambda _: page.navigate(paths.home(home.slug)), accent=True),
                ],
                alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
                wrap=True,
            ),
        ],
        spacing=4,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    inside = ft.Column(
        [picture, ft.Container(words, padding=ft.Padding(16, 12, 16, 10))],
        spacing=0,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    return card(inside, padding=0)


@ft.component
def _YourTurn(booking: BookingRead, state: TripState) -> ft.Control:
    confirm, let_go = use_made(lambda: Action(state.confirm)), use_made(lambda: Action(state.let_go))
    busy = confirm.running or let_go.running
    problem = confirm.problem or let_go.problem

    async def yes(_: Any) -> None:
        await confirm.start()

    async def no(_: Any) -> None:
        await let_go.start()

    return ft.Container(
        ft.Column(
            [
                text(t("Your turn"), Style.SMALL_STRONG, Colour.ACCENT_TEXT),
                header(t("Confirm to keep the dates"), 2),
                text(next_words(booking), color=Colour.TEXT_2),
                *([error_summary(words_for(problem))] if problem is not None else []),
                filled(
                    t("Confirm booking, pay {total} on arrival", total=money(booking.total)),
                    None if busy else yes,
                    busy=confirm.running,
                    large=True,
                ),
                outlined(t("Let the dates go"), None if busy else no, busy=let_go.running),
            ],
            spacing=10,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
        bgcolor=Colour.ACCENT_SOFT,
        border=ft.Border.all(1, Colour.ACCENT_TEXT),
        border_radius=Radius.CARD,
        padding=20,
    )


def _next(booking: BookingRead) -> ft.Control:
    rows: list[ft.Control] = [header(t("What happens next"), 2), text(next_words(booking), color=Colour.TEXT_2)]
    if booking.status is BookingStatus.CONFIRMED and booking.confirmed_at is not None:
        told = instant(booking.confirmed_at, booking.home.zone)
        rows.append(text(t("Confirmed {when}.", when=told), Style.SMALL, Colour.TEXT_3))
    return ft.Column(rows, spacing=4)


def _times(booking: BookingRead) -> ft.Control:
    home = booking.home

    def half(name: str, on: date, words: str) -> ft.Control:
        return ft.Column(
            [text(name, Style.SMALL_STRONG, Colour.TEXT_2), text(day(on), Style.H3), text(words, color=Colour.TEXT_2)],
            spacing=2,
        )

    def at(template: str, hour_: time | None, on: date) -> str:
        if hour_ is None:
            return t("Time not said: ask")
        return template.format(hour=hour(hour_), zone=zone_name(local_instant(on, hour_, home.zone), home.zone))

    arrive = half(t("Arrive"), booking.arrive, at(t("from {hour} {zone}"), home.check_in_from, booking.arrive))
    leave = half(t("Leave"), booking.leave, at(t("by {hour} {zone}"), home.check_out_by, booking.leave))
    columns: dict[str | ft.ResponsiveRowBreakpoint, float] = {"xs": 6}
    return card(ft.ResponsiveRow([ft.Container(arrive, col=columns), ft.Container(leave, col=columns)], spacing=16))


def _where(booking: BookingRead) -> ft.Control:
    home = booking.home
    place = f"{home.neighbourhood}, {home.city}" if home.neighbourhood else home.city
    street = ", ".join(part for part in (home.address_line, home.postcode) if part)
    told = t("The street is told once the booking is confirmed.")
    if booking.status in (BookingStatus.CONFIRMED, BookingStatus.COMPLETED):
        told = t("The street is not said: ask {name}.", name=booking.landlord_name)
    first, second = (street, place) if street else (place, told)
    words = [text(first, Style.STRONG, selectable=True), text(second, color=Colour.TEXT_2)]
    return _panel(ft.Icons.PLACE_OUTLINED, t("Where"), words)


def _people(booking: BookingRead) -> ft.Control:
    words = [text(booking.landlord_name, Style.STRONG), text(t("Your landlord for this stay."), color=Colour.TEXT_2)]
    return _panel(ft.Icons.PERSON_OUTLINE_ROUNDED, t("Landlord"), words)


def _panel(icon: ft.IconData, title: str, words: list[ft.Text]) -> ft.Control:
    column = ft.Column(
        [header(title, 2, style=Style.SMALL_STRONG, color=Colour.TEXT_2), *words], spacing=2, expand=True
    )
    row = ft.Row(
        [ft.Icon(icon, size=Size.ICON_NAV, color=Colour.TEXT_2), column],
        spacing=16,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
    return card(row)


def _price(booking: BookingRead) -> ft.Control:
    page = ft.context.page
    title = t("What you pay on arrival") if booking.status is BookingStatus.CONFIRMED else t("The price")
    return card(
        ft.Column(
            [
                ft.Row(
                    [ft.Container(header(title, 2), expand=True), why_button(page, booking.lines, booking.total)],
                ),
                price_lines(booking.lines, booking.total),
            ],
            spacing=10,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    )
