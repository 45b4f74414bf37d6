"""Check the price, hold the dates, confirm: the two steps of a booking."""

import asyncio
from datetime import datetime
from typing import Any

import flet as ft

from client import paths
from client.core import clock
from client.core.action import Action
from client.core.flet_session import screen
from client.core.hooks import use_made, use_remade
from client.core.http import words_for
from client.core.language import day, day_range, hour, money, t, tn
from client.core.routing import use_query
from client.core.session import Session, use_session
from client.core.tasks import use_task
from client.core.title import use_title
from client.design.buttons import filled, icon_button, outlined, quiet
from client.design.feedback import Loading, empty, failure, grey_block, note, toast
from client.design.fields import error_summary
from client.design.layout import SizeClass, card, columns, scroll_page, use_size
from client.design.text import header, text
from client.design.tokens import Colour, Size, Status, Style
from client.features.booking.state import BookingState, Step, Trouble
from client.parts.cover import thumbnail
from client.parts.facts import guests_words, nights_words
from client.parts.last_search import last_search
from client.parts.price_lines import price_lines, why_button
from client.parts.shell import tenant_shell
from client.parts.status import deadline
from client.parts.stay_query import read_guests, read_stay
from shared_models.bookings import ANSWER_HOURS, BookingStatus, QuoteLine
from shared_models.money import Money
from shared_models.problems import ProblemCode
from shared_models.properties import PropertyRead
from shared_models.stay_dates import Stay

WIDTH = 1060
TICK_SECONDS = 30


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
    return _Steps(state, enter)


@ft.component
def _Steps(state: BookingState, enter: Action) -> ft.Control:
    session, size = use_session(), use_size()
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
        body = [_head(state, size), _Refused(state)]
    elif step is Step.CONFIRM:
        body = [_head(state, size), _Confirm(session, state)]
    else:
        body = [_head(state, size), _Check(session, state)]
    return tenant_shell(scroll_page(body, size, width=WIDTH), "search")


def _beside(lead: list[ft.Control], act: list[ft.Control], size: SizeClass) -> ft.Control:
    """The home and its price, and beside them what one can do about it."""
    column = ft.Column(act, spacing=16, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    return columns(lead, [card(column)], size, of=5)


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


def _home_row(session: Session, state: BookingState) -> ft.Control:
    home, stay = state.home, state.stay
    if home is None:
        return ft.Container()
    words = [
        day_range(stay.arrive, stay.leave),
        nights_words(stay.nights),
        guests_words(state.held.guests if state.held else state.guests),
    ]
    return ft.Row(
        [
            thumbnail(session, home.id, size=84),
            ft.Column(
                [header(home.title, 2, style=Style.H3), text(" · ".join(words), color=Colour.TEXT_2)],
                spacing=2,
                expand=True,
            ),
        ],
        spacing=16,
    )


def _price_card(lines: list[QuoteLine], total: Money, *, faded: bool = False) -> ft.Control:
    page = ft.context.page
    return card(
        ft.Column(
            [
                ft.Row(
                    [ft.Container(header(t("What you pay"), 2), expand=True), why_button(page, lines, total)],
                ),
                price_lines(lines, total, faded=faded),
            ],
            spacing=10,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    )


def _line(icon: ft.IconData, words: str, color: str = Colour.TEXT_2) -> ft.Control:
    return ft.Row([ft.Icon(icon, size=Size.ICON, color=color), text(words, color=color, expand=True)], spacing=12)


@ft.component
def _Check(session: Session, state: BookingState) -> ft.Control:
    """Step one: the price, until when it is kept, and the button that holds the dates."""
    page, size = ft.context.page, use_size()
    hold = use_made(lambda: Action(lambda: _hold(state, page)))
    price = use_made(lambda: Action(state.price))
    quote, home = state.quote, state.home
    _use_tick()
    if quote is None or home is None:
        return ft.Container()
    lapsed = state.quote_lapsed or _is(state.trouble, ProblemCode.QUOTE_EXPIRED)

    async def renew(_: Any) -> None:
        await price.start()

    async def go(_: Any) -> None:
        await hold.start()

    until = deadline(quote.expires_at, home.zone)
    if lapsed:
        kept = _line(ft.Icons.LOCK_CLOCK_OUTLINED, t("The price was kept until {until}.", until=until), Colour.WAITING)
        button = filled(t("Get the price of now"), renew, busy=price.running, large=True)
    else:
        kept = _line(ft.Icons.LOCK_CLOCK_OUTLINED, t("This price is kept for you until {until}.", until=until))
        asks = t("Ask to book · {total}", total=money(quote.total))
        button = filled(asks if state.asks else t("Hold these dates"), go, busy=hold.running, large=True)
    trouble = None if lapsed else state.trouble
    if state.asks:
        after = t("You pay nothing until {name} says yes.", name=home.landlord_name)
    else:
        after = t("Nobody else can take them for 15 minutes. You pay nothing now.")
    return _beside(
        [_home_row(session, state), _price_card(list(quote.lines), quote.total, faded=lapsed)],
        [
            kept,
            *_what_happens(state, home),
            *_other_hold(state),
            *_problem(trouble, hold if hold.problem else price),
            button,
            text(after, Style.SMALL, Colour.TEXT_2, align=ft.TextAlign.CENTER),
        ],
        size,
    )


def _what_happens(state: BookingState, home: PropertyRead) -> list[ft.Control]:
    cancel = t(
        "You can cancel until the day of arrival is over. You pay on arrival, so before it nothing is to be paid back."
    )
    lines = [_line(ft.Icons.EVENT_BUSY_OUTLINED, cancel)]
    if state.asks:
        asked = t(
            "{name} answers within {n} hours. The dates are kept for you until then; after that they open to others.",
            name=home.landlord_name,
            n=ANSWER_HOURS,
        )
        lines.insert(0, _line(ft.Icons.SCHEDULE_ROUNDED, asked))
    return lines


async def _hold(state: BookingState, page: ft.Page) -> None:
    asked = await state.hold()
    if asked is not None:
        page.navigate(paths.trip(asked.id))


def _is(trouble: Trouble | None, code: ProblemCode) -> bool:
    return trouble is not None and trouble.code == code


def _problem(trouble: Trouble | None, action: Action) -> list[ft.Control]:
    if trouble is not None:
        box = note(trouble.words, title=trouble.title, status=Status.WAITING)
        shown: list[ft.Control] = [ft.Semantics(live_region=True, content=box)]
        if trouble.code == ProblemCode.TOO_MANY_HOLDS:
            page = ft.context.page
            shown.append(ft.Row([outlined(t("Your trips"), lambda _: page.navigate(paths.TRIPS))]))
        return shown
    return [error_summary(words_for(action.problem))] if action.problem is not None else []


def _other_hold(state: BookingState) -> list[ft.Control]:
    other = state.other_hold
    if other is None:
        return []
    page = ft.context.page
    dates = day_range(other.arrive, other.leave)
    if other.status is BookingStatus.REQUESTED:
        words = t("You asked for dates here already: {dates}.", dates=dates)
    else:
        words = t("You hold other dates here: {dates}.", dates=dates)
    return [
        card(
            ft.Row(
                [
                    text(words, expand=True),
                    quiet(t("Look at them"), lambda _: page.navigate(paths.trip(other.id)), accent=True),
                ]
            ),
            padding=ft.Padding(16, 4, 4, 4),
        )
    ]


@ft.component
def _Confirm(session: Session, state: BookingState) -> ft.Control:
    """Step two: the dates are held; confirm them or let them go."""
    page, size, held = ft.context.page, use_size(), state.held
    confirm = use_made(lambda: Action(lambda: _confirm(state, page)))
    let_go = use_made(lambda: Action(lambda: _let_go(state, page)))
    if held is None or held.hold_expires_at is None:
        return ft.Container()

    async def yes(_: Any) -> None:
        await confirm.start()

    async def no(_: Any) -> None:
        await let_go.start()

    busy = confirm.running or let_go.running
    return _beside(
        [_home_row(session, state), _price_card(list(held.lines), held.total)],
        [
            _Turn(held.hold_expires_at, held.home.zone),
            _line(ft.Icons.PAYMENTS_OUTLINED, t("You pay the landlord when you arrive, nothing before.")),
            *_times(state),
            *_problem(state.trouble, confirm if confirm.problem else let_go),
            filled(
                t("Confirm booking, pay {total} on arrival", total=money(held.total)),
                None if busy else yes,
                busy=confirm.running,
                large=True,
            ),
            outlined(t("Let the dates go"), None if busy else no, busy=let_go.running),
        ],
        size,
    )


async def _confirm(state: BookingState, page: ft.Page) -> None:
    booked = await state.confirm()
    if booked is not None:
        page.navigate(paths.trip(booked.id))


async def _let_go(state: BookingState, page: ft.Page) -> None:
    if await state.let_go():
        stay = state.stay
        toast(page, t("The dates are free again. Nothing was booked."))
        page.navigate(paths.home(state.slug, stay.arrive, stay.leave, state.guests))


def _times(state: BookingState) -> list[ft.Control]:
    if state.held is None:
        return []
    home, stay = state.held.home, state.stay
    parts = [
        t("Arrive {day} from {hour}", day=day(stay.arrive), hour=hour(home.check_in_from))
        if home.check_in_from
        else t("Arrive {day}", day=day(stay.arrive)),
        t("leave {day} by {hour}", day=day(stay.leave), hour=hour(home.check_out_by))
        if home.check_out_by
        else t("leave {day}", day=day(stay.leave)),
    ]
    return [_line(ft.Icons.EVENT_AVAILABLE_OUTLINED, ", ".join(parts) + ".")]


def minutes_left(ends: datetime) -> int:
    """Whole minutes until a moment, rounded up; 0 when it is over."""
    return max(0, -int(-(ends - clock.now()).total_seconds() // 60))


def _use_tick() -> int:
    """Hook: renders the component again every half minute."""
    beat, set_beat = ft.use_state(0)
    ref: Any = ft.use_ref(0)

    async def tick() -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            ref.current += 1
            set_beat(ref.current)

    use_task(tick)
    return int(beat)


@ft.component
def _Turn(ends: datetime, zone: str) -> ft.Control:
    """Whose turn it is, until when, and what happens then."""
    _use_tick()
    left = minutes_left(ends)
    if left:
        until = deadline(ends, zone)
        title = t("Confirm by {until}", until=until)
        words = tn(
            "{n} minute left. After that the dates open to others, and nothing is booked.",
            "{n} minutes left. After that the dates open to others, and nothing is booked.",
            left,
        )
    else:
        title = t("The hold has ended")
        words = t("Confirm to see whether the dates are still yours, or let them go.")
    return ft.Container(
        ft.Column(
            [
                text(t("Your turn"), Style.SMALL_STRONG, Colour.ACCENT_TEXT),
                header(title, 2),
                text(words, color=Colour.TEXT_2),
            ],
            spacing=4,
        ),
        bgcolor=Colour.ACCENT_SOFT,
        border=ft.Border.all(1, Colour.ACCENT_TEXT),
        border_radius=14,
        padding=20,
    )


@ft.component
def _Refused(state: BookingState) -> ft.Control:
    """The stay cannot go on as it is: why, and the ways on."""
    page, trouble = ft.context.page, state.trouble
    price = use_made(lambda: Action(state.price))
    if trouble is None:
        return ft.Container()

    async def again(_: Any) -> None:
        await price.start()

    home = paths.home(state.slug, guests=state.guests)
    ways: list[ft.Control] = []
    if trouble.code in (ProblemCode.HOLD_LAPSED, ProblemCode.WRONG_MOVE, ProblemCode.QUOTE_EXPIRED):
        ways.append(filled(t("Get the price of now"), again, busy=price.running))
        ways.append(outlined(t("Other dates"), lambda _: page.navigate(home)))
    else:
        ways.append(filled(t("Other dates"), lambda _: page.navigate(home)))
        similar = similar_homes(state)
        ways.append(outlined(t("Other homes for these dates"), lambda _: page.navigate(similar)))
    inside = ft.Column(
        [
            header(trouble.title, 2, live=True),
            text(trouble.words, color=Colour.TEXT_2),
            *_other_hold(state),
            *([error_summary(words_for(price.problem))] if price.problem is not None else []),
            ft.Row(ways, wrap=True, spacing=8, run_spacing=8),
        ],
        spacing=12,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    return card(inside)


def similar_homes(state: BookingState) -> str:
    """A search for the same city, dates and guests."""
    stay = state.stay
    return paths.search(
        text=state.home.address.city if state.home else None,
        arrive=stay.arrive,
        leave=stay.leave,
        guests=state.guests,
        let_type=state.home.let_type if state.home else None,
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
