"""One stay: whose turn it is, what happens next, where, when, for how much, and what happened so far."""

from collections.abc import Sequence
from datetime import date, time
from typing import Any

import flet as ft

from client import paths
from client.core import clock
from client.core.action import Action
from client.core.boundaries import panel, screen
from client.core.device import save_one
from client.core.hooks import use_memo, use_once, use_start
from client.core.language import day, day_range, hour, t
from client.core.problem_words import problem_words
from client.core.session import Session, use_session
from client.core.tasks import use_deadline, use_task
from client.core.title import use_title
from client.design.buttons import icon_button, outlined, quiet
from client.design.feedback import Loading, empty, failure, grey_block
from client.design.fields import error_summary
from client.design.layout import SizeClass, card, columns, scroll_page, use_size
from client.design.rows import keyed
from client.design.sheets import sheet
from client.design.text import copyable, header, text
from client.design.tokens import Colour, Radius, Size, Style
from client.features.bookings.stay.change import ChangeForm
from client.features.bookings.stay.months import Months
from client.features.bookings.stay.next_step import turn
from client.features.bookings.stay.printout import file_name, paper
from client.features.bookings.stay.state import StayState
from client.parts.cover import cover
from client.parts.dialogs import Question, use_confirmation
from client.parts.facts import guests_words, nights_words
from client.parts.payment_words import paid_words, price_title
from client.parts.price_lines import price_lines, why_button
from client.parts.reason_question import use_reasons
from client.parts.refund_clock import RefundCard, shows_refund
from client.parts.shell import landlord_shell, tenant_shell
from client.parts.status import booking_chip, zone_name
from client.parts.stay_answers import cancel_question
from client.parts.steps import history_list, other_name, steps_line
from shared_models.booking_steps import Act, acts, next_step
from shared_models.bookings import THROUGH_US, BookingRead, BookingSide, BookingStatus
from shared_models.properties import PropertyType
from shared_models.stay_dates import Stay, local_instant

PICTURE_WIDTH = 280


@screen
def TripScreen() -> ft.Control:
    """One stay of mine."""
    return _page(BookingSide.TENANT)


@screen
def LandlordStayScreen() -> ft.Control:
    """One stay at a home of mine."""
    return _page(BookingSide.LANDLORD)


def _page(side: BookingSide) -> ft.Control:
    id_ = ft.use_route_params().get("id", "")
    session = use_session()
    state = use_memo(lambda: StayState(session.http, paths.id_in(id_), side), [id_])
    load = use_memo(lambda: Action(state.load, latest=True), [id_])

    async def fetch() -> None:
        await load.start()

    use_task(fetch, [id_], on_return=True)
    return keyed(id_, _Stay(state, load))


@ft.component
def _Stay(state: StayState, load: Action) -> ft.Control:
    session, size, page = use_session(), use_size(), ft.context.page
    booking, tenant = state.booking, state.side is BookingSide.TENANT
    use_title(booking.home.title if booking else t("Your stay") if tenant else t("Stay"))
    back = paths.TRIPS if tenant else paths.LANDLORD_STAYS

    async def fetch(_: Any) -> None:
        await load.start()

    use_deadline(next_step(booking, clock.now()).by if booking is not None else None, load.start)
    if booking is not None:
        body = [_head(booking, tenant), *_sections(session, booking, state, size)]
    elif state.missing:
        body = [
            empty(
                t("There is no such stay"),
                t("It may belong to another account, or the link was cut off."),
                action=t("Your trips") if tenant else t("All stays"),
                on_action=lambda _: page.navigate(back),
            )
        ]
    elif load.problem is not None and not load.running:
        words = problem_words(load.problem)
        body = [card(failure(t("Your stay did not load"), words, retry=t("Try again"), on_retry=fetch))]
    else:
        grey = ft.Column([grey_block(220, radius=Radius.CARD), grey_block(120, radius=Radius.CARD)], spacing=16)
        body = [Loading(grey, t("Loading your stay"), t("Still loading your stay"))]
    inside = scroll_page(body, size)
    return tenant_shell(inside, "trips") if tenant else landlord_shell(inside, "stays")


def _head(booking: BookingRead, tenant: bool) -> ft.Control:
    page = ft.context.page
    title = t("Your stay") if tenant else t("Stay of {name}", name=booking.tenant_name)
    words = ft.Column(
        [
            header(title, 1, style=Style.H2),
            copyable(t("Booking {reference}", reference=booking.reference), Style.SMALL, Colour.TEXT_2),
        ],
        spacing=0,
        expand=True,
    )
    name, to = (t("Back to your trips"), paths.TRIPS) if tenant else (t("Back to all stays"), paths.LANDLORD_STAYS)
    side = BookingSide.TENANT if tenant else BookingSide.LANDLORD

    async def keep(_: Any) -> None:
        await save_one(t("Keep the booking"), file_name(booking), paper(booking, side))

    back = icon_button(ft.Icons.ARROW_BACK_ROUNDED, name, lambda _: page.navigate(to))
    return ft.Row([back, words, icon_button(ft.Icons.PRINT_OUTLINED, t("Save it to print"), keep)], spacing=6)


def _sections(session: Session, booking: BookingRead, state: StayState, size: SizeClass) -> list[ft.Control]:
    side = state.side
    act = [turn(booking, state), *_months(booking, state), _Manage(booking, state), card(steps_line(booking, side))]
    facts = [
        _times(booking),
        *([_where(booking)] if side is BookingSide.TENANT else []),
        _price(booking, side),
        *([RefundCard(booking, side)] if shows_refund(booking) else []),
        _people(booking, side),
        card(history_list(booking, side)),
    ]
    return [_summary(session, booking, side, size), columns(act, facts, size, of=5)]


def _months(booking: BookingRead, state: StayState) -> list[ft.Control]:
    return [Months(booking, state)] if booking.months else []


def _summary(session: Session, booking: BookingRead, side: BookingSide, size: SizeClass) -> ft.Control:
    home, page = booking.home, ft.context.page
    nights = Stay(check_in=booking.check_in, check_out=booking.check_out).nights
    facts = [day_range(booking.check_in, booking.check_out), nights_words(nights), guests_words(booking.guests)]
    above, edge = size is SizeClass.PHONE, Radius.CARD - 1
    picture = ft.Container(
        cover(session, home.id, PropertyType.UNKNOWN, aspect=2.0),
        border_radius=ft.BorderRadius(edge, edge if above else 0, 0 if above else edge, 0),
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
        width=None if above else PICTURE_WIDTH,
    )
    if side is BookingSide.TENANT:
        link = quiet(t("Look at the home"), lambda _: page.navigate(paths.home(home.slug)), accent=True)
    else:
        to = paths.landlord_calendar(**{"home": home.id, "from": booking.check_in})
        link = quiet(t("Show in the calendar"), lambda _: page.navigate(to), accent=True)
    words = ft.Column(
        [
            text(home.title, Style.H3),
            text(" · ".join(facts), color=Colour.TEXT_2),
            ft.Row([booking_chip(booking), link], alignment=ft.MainAxisAlignment.SPACE_BETWEEN, wrap=True),
        ],
        spacing=4,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    told = ft.Container(words, padding=ft.Padding(16, 12, 16, 10), expand=not above)
    if above:
        return card(
            ft.Column([picture, told], spacing=0, horizontal_alignment=ft.CrossAxisAlignment.STRETCH), padding=0
        )
    return card(ft.Row([picture, told], spacing=8), padding=0)


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

    check_in = half(t("Check-in"), booking.check_in, at(t("from {hour} {zone}"), home.check_in_from, booking.check_in))
    check_out = half(t("Check-out"), booking.check_out, at(t("by {hour} {zone}"), home.check_out_by, booking.check_out))
    columns: dict[str | ft.ResponsiveRowBreakpoint, float] = {"xs": 6}
    return card(
        ft.ResponsiveRow([ft.Container(check_in, col=columns), ft.Container(check_out, col=columns)], spacing=16)
    )


def _where(booking: BookingRead) -> ft.Control:
    home = booking.home
    place = f"{home.neighbourhood}, {home.city}" if home.neighbourhood else home.city
    street = ", ".join(part for part in (home.address_line, home.postcode) if part)
    told = t("The street is told once the booking is confirmed.")
    if booking.status in (BookingStatus.CONFIRMED, BookingStatus.COMPLETED):
        told = t("The street is not said: ask {name}.", name=booking.landlord_name)
    first, second = (street, place) if street else (place, told)
    words = [copyable(first, Style.STRONG), text(second, color=Colour.TEXT_2)]
    return _panel(ft.Icons.PLACE_OUTLINED, t("Where"), words)


def _people(booking: BookingRead, side: BookingSide) -> ft.Control:
    tenant = side is BookingSide.TENANT
    role = t("Your landlord for this stay.") if tenant else t("Your guest for this stay.")
    words = [text(other_name(booking, side), Style.STRONG), text(role, color=Colour.TEXT_2)]
    return _panel(ft.Icons.PERSON_OUTLINE_ROUNDED, t("Landlord") if tenant else t("Guest"), words)


def _panel(icon: ft.IconData, title: str, words: Sequence[ft.Control]) -> ft.Control:
    column = ft.Column(
        [header(title, 2, style=Style.SMALL_STRONG, color=Colour.TEXT_2), *words], spacing=2, expand=True
    )
    row = ft.Row(
        [ft.Icon(icon, size=Size.ICON_NAV, color=Colour.TEXT_2), column],
        spacing=16,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
    return card(row)


def _price(booking: BookingRead, side: BookingSide) -> ft.Control:
    page = ft.context.page
    title = t("The price")
    if booking.status is BookingStatus.CONFIRMED:
        title = price_title(booking, side)
    return card(
        ft.Column(
            [
                ft.Row(
                    [ft.Container(header(title, 2), expand=True), why_button(page, booking.lines, booking.total)],
                ),
                price_lines(booking.lines, booking.total),
                *_paid(booking, side),
            ],
            spacing=10,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    )


def _paid(booking: BookingRead, side: BookingSide) -> list[ft.Control]:
    """What was paid through us so far; how a stay is paid on arrival its title says."""
    words = paid_words(booking, side) if booking.payment in THROUGH_US else ""
    page, tenant = ft.context.page, side is BookingSide.TENANT
    way = paths.payments_of(booking.reference)
    where = quiet(t("Where is my money"), lambda _: page.navigate(way), accent=True)
    return [text(words, Style.SMALL, Colour.TEXT_2), *([ft.Row([where])] if tenant else [])] if words else []


@panel
def _Manage(booking: BookingRead, state: StayState) -> ft.Control:
    """What else may be done: each button says first what it does."""
    changing: Any = ft.use_state(False)
    ask_reason, ask, start = use_reasons(), use_confirmation(), use_start()
    no_show = use_once(lambda: Action(state.report_no_show))
    may, phone = acts(booking, state.side, clock.now()), use_size() is SizeClass.PHONE

    def close() -> None:
        changing[1](False)

    title = t("Change dates or guests")
    form = ChangeForm(booking, state, close) if changing[0] else None
    ft.use_dialog(
        sheet(title, form, phone=phone, close_name=t("Close"), on_close=close, width=520) if form is not None else None
    )
    nobody = Question(
        title=t("Did nobody come?"),
        consequence=t(
            "{name} is told, and all nights of this stay open to others. This cannot be undone.",
            name=booking.tenant_name,
        ),
        act=t("Yes, nobody came"),
        go=start(no_show.start),
        keep=t("Keep the stay"),
        danger=True,
    )
    cancel = cancel_question(booking, state.side, state.cancel)
    buttons: list[ft.Control] = []
    if Act.ASK_CHANGE in may:
        buttons.append(outlined(title, lambda _: changing[1](True), icon=ft.Icons.EDIT_CALENDAR_OUTLINED))
    if Act.REPORT_NO_SHOW in may:
        buttons.append(outlined(t("Nobody came"), lambda _: ask(nobody), busy=no_show.running, danger=True))
    if Act.CANCEL in may:
        buttons.append(outlined(t("Cancel the stay"), lambda _: ask_reason(cancel), danger=True))
    problem = [error_summary(problem_words(no_show.problem))] if no_show.problem is not None else []
    return ft.Column([*problem, ft.Row(buttons, wrap=True, spacing=8, run_spacing=8)], visible=bool(buttons))
