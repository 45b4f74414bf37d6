"""A home: what it is, what it has, when it is free, what a stay costs."""

import asyncio
from collections.abc import Callable
from typing import Any

import flet as ft

from client import paths
from client.core import clock
from client.core.action import Action
from client.core.boundaries import panel, screen
from client.core.hooks import memo, use_memo, use_once
from client.core.http import ApiError
from client.core.language import money, month, t, tn
from client.core.problem_words import problem_words
from client.core.routing import use_query
from client.core.session import use_session
from client.core.tasks import use_task
from client.core.title import use_title
from client.design.buttons import outlined
from client.design.date_range_rules import DateRange, StayRules
from client.design.feedback import Loading, empty, failure, grey_block, grey_lines, note
from client.design.layout import SizeClass, at_most, card, reading, scroll_page, use_size
from client.design.sheets import sheet
from client.design.text import copyable, header, text
from client.design.tokens import Colour, Radius, Status, Style
from client.features.home.cancelling import Cancelling
from client.features.home.frame import Frame, narrow, wide
from client.features.home.nearby import Similar, Where
from client.features.home.panel import Deal
from client.features.home.report import ReportLink
from client.features.home.state import GUESTS_PAUSE_SECONDS, HomeState, limits_of, night_range, offer
from client.features.home.viewer import Viewer
from client.parts.amenities import amenity_groups
from client.parts.dates import StayCalendar, rules_of, stay_range
from client.parts.facts import facts_of, facts_row
from client.parts.last_search import last_search
from client.parts.listing import place_words, type_word
from client.parts.price_rules import discounts, rule_sentence
from client.parts.rules import house_rules
from client.parts.shell import avatar, tenant_shell
from client.parts.stay_query import read_guests, read_stay
from shared_models.properties import LetType, PropertyRead, PropertyStatus
from shared_models.search import SearchHit


@screen
def HomeScreen() -> ft.Control:
    """The page of the home in the address."""
    session, size = use_session(), use_size()
    slug = ft.use_route_params().get("slug", "")
    state = use_once(lambda: HomeState(session.http))
    load = use_once(lambda: Action(state.load, latest=True))
    load_taken = use_once(lambda: Action(state.load_taken, latest=True))
    load_around = use_once(lambda: Action(state.load_around, latest=True))
    load_mine = use_once(lambda: Action(state.load_mine, latest=True))
    here = state.home if state.slug == slug else None
    use_title(here.title if here else t("Home"))

    async def fetch() -> None:
        if await load.start(slug):
            mine = [load_mine.start()] if session.me is not None else []
            await asyncio.gather(load_taken.start(), load_around.start(), *mine)

    use_task(fetch, [slug, session.me is not None])
    if here is not None:
        return _Home(here, state, load_taken)
    if state.missing and state.slug == slug:
        return tenant_shell(scroll_page([_missing()], size), "search")
    if load.problem is not None and not load.running:
        return tenant_shell(scroll_page([_failed(load, load.problem, slug)], size), "search")
    waiting = Loading(_grey(size), t("Loading the home"), t("Still loading the home"))
    return tenant_shell(scroll_page([waiting], size), "search")


def _missing() -> ft.Control:
    page = ft.context.page
    return empty(
        t("This home is not on show"),
        t("It may have been taken down, or the link was cut off. There are others."),
        action=t("Search for a home"),
        on_action=lambda _: page.navigate(last_search(page)),
    )


def _failed(load: Action, problem: ApiError, slug: str) -> ft.Control:
    async def again(_: Any) -> None:
        await load.start(slug)

    return card(
        failure(
            t("The home did not load"), problem_words(problem), retry=t("Try again"), on_retry=again, busy=load.running
        )
    )


def _grey(size: SizeClass) -> ft.Control:
    return ft.Column(
        [
            grey_block(340 if size is SizeClass.DESKTOP else 280, radius=Radius.CARD),
            grey_lines((420, 260)) if size is SizeClass.DESKTOP else grey_lines(),
            grey_block(84, radius=Radius.CARD),
            grey_lines((300, 280, 300)),
        ],
        spacing=24,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


@ft.component
def _Home(home: PropertyRead, state: HomeState, load_taken: Action) -> ft.Control:
    session, size, page = use_session(), use_size(), ft.context.page
    query, set_query = use_query()
    picking, set_picking = ft.use_state(False)
    looking: Any = ft.use_state(None)
    looked_at, set_looked_at = looking
    load_similar = use_once(lambda: Action(state.load_similar, latest=True))
    typed, set_typed = ft.use_state(0)
    stay, guests = read_stay(query), typed or read_guests(query) or 1
    rules = rules_of(limits_of(home), home.zone, state.taken or ())

    async def put_guests(number: int) -> None:
        await asyncio.sleep(GUESTS_PAUSE_SECONDS)
        await set_query(guests=number)

    async def find_similar() -> None:
        await load_similar.start(stay, read_guests(query))

    def open_home(hit: SearchHit) -> None:
        check_in, check_out = (stay.check_in, stay.check_out) if stay else (None, None)
        page.navigate(paths.home(hit.slug, check_in, check_out, read_guests(query)))

    settle = use_once(lambda: Action(put_guests, latest=True))
    use_task(find_similar, [home.id, stay, read_guests(query)])

    def choose_guests(number: int) -> None:
        set_typed(number)
        page.run_task(settle.start, number)

    def chooser() -> Callable[[DateRange], None]:
        def choose(chosen: DateRange) -> None:
            set_picking(False)
            page.run_task(set_query, check_in=chosen.check_in, check_out=chosen.check_out)

        return choose

    choose_dates = use_memo(chooser, [home.id])

    def book() -> None:
        if stay is not None:
            page.navigate(paths.book(home.slug, stay.check_in, stay.check_out, guests))

    today = clock.today_in(home.zone)
    offered = offer(home, stay, guests, state.taken or (), today, state.mine) if stay else None
    deal = Deal(home, offered, guests, lambda: set_picking(True), choose_guests, book)
    chosen = stay_range(stay.check_in, stay.check_out) if stay else DateRange()
    dialogs: list[ft.Control] = []
    if picking:
        dialogs.append(_DatesSheet(chosen, rules, size is SizeClass.PHONE, choose_dates, lambda: set_picking(False)))
    if looked_at is not None:
        dialogs.append(Viewer(home, looked_at, lambda: set_looked_at(None)))
    mine = session.me is not None and session.me.id == home.landlord_id
    on_open = use_memo(lambda: open_home, [home.id, stay, read_guests(query)])
    sections = [
        _StillSections(home, mine, state, load_taken, chosen, choose_dates),
        Cancelling(home, offered),
        Similar(session, state, load_similar, stay.nights if stay else None, on_open),
    ]
    if not mine:
        sections.insert(2, ReportLink(session, state))
    frame = Frame(deal, mine, set_looked_at, dialogs)
    if size is SizeClass.DESKTOP:
        return wide(session, sections, frame)
    return narrow(session, size, sections, frame)


@panel
def _Sections(
    home: PropertyRead,
    mine: bool,
    state: HomeState,
    load_taken: Action,
    chosen: DateRange,
    on_chosen: Callable[[DateRange], None],
) -> ft.Control:
    size = use_size()
    rules = rules_of(limits_of(home), home.zone, state.taken or ())
    free = _free(chosen, rules, state, load_taken, on_chosen, 2 if size is SizeClass.DESKTOP else 1)
    return ft.Column(
        [*_notes(home, mine), *_about(home, size), free, Where(home, state)],
        spacing=28 if size is SizeClass.DESKTOP else 24,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


_StillSections = memo(_Sections)
"""What does not change with the number of guests is not rendered again for it."""


def _notes(home: PropertyRead, mine: bool) -> list[ft.Control]:
    page = ft.context.page
    notes: list[ft.Control] = []
    if mine:
        row = ft.Row(
            [
                text(t("This is your home. Guests see this page.")),
                outlined(t("Its prices"), lambda _: page.navigate(paths.landlord_prices(home.id))),
                outlined(t("Open its calendar"), lambda _: page.navigate(paths.landlord_calendar(home=home.id))),
            ],
            spacing=12,
            run_spacing=8,
            wrap=True,
        )
        notes.append(card(row, padding=ft.Padding(20, 12, 12, 12)))
    if home.status != PropertyStatus.PUBLISHED:
        notes.append(note(t("It is not published. Nobody else sees this page."), status=Status.WAITING))
    return notes


def _section(title: str, *inside: ft.Control) -> ft.Control:
    return ft.Column([header(title, 2), *inside], spacing=14, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _place(home: PropertyRead) -> str:
    return place_words(home.address.city, home.address.neighbourhood)


def _about(home: PropertyRead, size: SizeClass) -> list[ft.Control]:
    title = ft.Column(
        [
            header(home.title, 1, style=Style.H0 if size is SizeClass.DESKTOP else Style.H1),
            text(f"{type_word(home.type)} · {_place(home)}", color=Colour.TEXT_2),
        ],
        spacing=4,
    )
    said: list[ft.Control] = []
    if home.description:
        said.append(_section(t("About this home"), reading(copyable(home.description))))
    has = _section(t("What this home has"), amenity_groups(home.amenities, size, ft.context.page))
    return [
        title,
        facts_row(facts_of(home), size),
        _landlord(home),
        *said,
        has,
        _section(t("Good to know"), house_rules(home)),
    ]


def _landlord(home: PropertyRead) -> ft.Control:
    name = home.landlord_name or t("the landlord")
    told = [] if home.landlord_since is None else [t("On EstoSpaces since {month}", month=month(home.landlord_since))]
    if home.landlord_homes and home.landlord_homes > 1:
        told.append(tn("{n} home on show", "{n} homes on show", home.landlord_homes))
    words = " · ".join(told) or t("Signed up on EstoSpaces")
    if not home.landlord_claimed:
        words = t("Has not claimed this listing yet. It was added by an import.")
    return ft.Row(
        [
            avatar(name, 52),
            ft.Column(
                [text(t("Let by {name}", name=name), Style.H3), text(words, Style.SMALL, Colour.TEXT_2)],
                spacing=2,
                expand=True,
            ),
        ],
        spacing=16,
    )


def _free(
    chosen: DateRange,
    rules: StayRules,
    state: HomeState,
    load_taken: Action,
    on_chosen: Callable[[DateRange], None],
    months: int,
) -> ft.Control:
    async def again(_: Any) -> None:
        await load_taken.start()

    if load_taken.problem is not None and not load_taken.running:
        inside: ft.Control = failure(
            t("The calendar did not load"), problem_words(load_taken.problem), retry=t("Try again"), on_retry=again
        )
    elif state.taken is None:
        inside = Loading(grey_block(320), t("Loading the calendar"), t("Still loading the calendar"))
    else:
        inside = StayCalendar(chosen, rules, on_chosen, months=months)
    home = state.home
    costs = [] if home is None else [text(words, color=Colour.TEXT_2) for words in _costs(home)]
    return _section(
        t("When it is free"),
        *costs,
        at_most(card(inside), 760 if months > 1 else 400, align=ft.Alignment.TOP_LEFT),
    )


def _costs(home: PropertyRead) -> list[str]:
    """A sentence on what a night costs instead of a figure on every day, and one for each way to pay less."""
    if home.let_type == LetType.MONTHLY:
        return [t("Every month costs {price}.", price=money(home.price))]
    low, high = night_range(home, clock.today_in(home.zone))
    if low == high:
        night = t("Every night costs {price}, whatever the day.", price=money(low))
    else:
        night = t("A night costs {low} to {high}, by weekday and season.", low=money(low), high=money(high))
    return [night, *(rule_sentence(rule, home.price) for rule in discounts(home))]


@panel
def _DatesSheet(
    chosen: DateRange,
    rules: StayRules,
    phone: bool,
    on_chosen: Callable[[DateRange], None],
    on_close: Callable[[], None],
) -> ft.Control:
    ft.use_dialog(
        sheet(
            t("Your dates"),
            StayCalendar(chosen, rules, on_chosen, months=1 if phone else 2),
            phone=phone,
            close_name=t("Close the calendar"),
            on_close=on_close,
            width=720,
        )
    )
    return ft.Container()
