"""A home: what it is, what it has, when it is free, what a stay costs."""

import asyncio
from collections.abc import Callable
from typing import Any

import flet as ft

from client import paths
from client.core import clock
from client.core.action import Action
from client.core.flet_session import screen, use_task
from client.core.hooks import still, use_made, use_remade
from client.core.http import ApiError, words_for
from client.core.language import t
from client.core.routing import use_query
from client.core.session import Session, use_session
from client.core.title import use_title
from client.design.buttons import icon_button, outlined, quiet
from client.design.date_range_rules import DateRange, StayRules
from client.design.feedback import Loading, empty, failure, grey_block, grey_lines, note
from client.design.layout import SizeClass, at_most, card, page_margin, reading, scroll_page, use_size
from client.design.sheets import sheet
from client.design.text import copyable, header, text
from client.design.tokens import Colour, Radius, Status, Style
from client.features.home.gallery import gallery, room_strip
from client.features.home.panel import Deal, price_bar, price_panel
from client.features.home.report import ReportLink
from client.features.home.state import GUESTS_PAUSE_SECONDS, HomeState, limits_of, offer
from client.parts.amenities import amenity_groups
from client.parts.dates import StayCalendar, rules_of, stay_range
from client.parts.facts import facts_of, facts_row
from client.parts.last_search import last_search
from client.parts.listing import place_words, type_word
from client.parts.rules import house_rules
from client.parts.shell import avatar, tenant_shell
from client.parts.stay_query import read_guests, read_stay
from shared_models.properties import PropertyRead, PropertyStatus

PANEL = 408
GAP = 56


@screen
def HomeScreen() -> ft.Control:
    """The page of the home in the address."""
    session, size = use_session(), use_size()
    slug = ft.use_route_params().get("slug", "")
    state = use_made(lambda: HomeState(session.http))
    load = use_made(lambda: Action(state.load, latest=True))
    load_taken = use_made(lambda: Action(state.load_taken, latest=True))
    here = state.home if state.slug == slug else None
    use_title(here.title if here else t("Home"))

    async def fetch() -> None:
        if await load.start(slug):
            await load_taken.start()

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
        failure(t("The home did not load"), words_for(problem), retry=t("Try again"), on_retry=again, busy=load.running)
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
    typed, set_typed = ft.use_state(0)
    stay, guests = read_stay(query), typed or read_guests(query) or 1
    rules = rules_of(limits_of(home), home.zone, state.taken or ())

    async def put_guests(number: int) -> None:
        await asyncio.sleep(GUESTS_PAUSE_SECONDS)
        await set_query(guests=number)

    settle = use_made(lambda: Action(put_guests, latest=True))

    def choose_guests(number: int) -> None:
        set_typed(number)
        page.run_task(settle.start, number)

    def chooser() -> Callable[[DateRange], None]:
        def choose(chosen: DateRange) -> None:
            set_picking(False)
            page.run_task(set_query, arrive=chosen.arrive, leave=chosen.leave)

        return choose

    choose_dates = use_remade(chooser, [home.id])

    def book() -> None:
        if stay is not None:
            page.navigate(paths.book(home.slug, stay.arrive, stay.leave, guests))

    offered = offer(home, stay, guests, state.taken or (), clock.today_in(home.zone)) if stay else None
    deal = Deal(home, offered, guests, lambda: set_picking(True), choose_guests, book)
    chosen = stay_range(stay.arrive, stay.leave) if stay else DateRange()
    dialogs: list[ft.Control] = []
    if picking:
        dialogs.append(_DatesSheet(chosen, rules, size is SizeClass.PHONE, choose_dates, lambda: set_picking(False)))
    mine = session.me is not None and session.me.id == home.landlord_id
    sections = [_StillSections(home, mine, state, load_taken, chosen, choose_dates)]
    if not mine:
        sections.append(ReportLink(session, state))
    if size is SizeClass.DESKTOP:
        layers = [_wide(session, sections, deal, mine), *dialogs]
        return tenant_shell(ft.Stack(layers, expand=True, fit=ft.StackFit.EXPAND), "search")
    return _narrow(session, size, sections, deal, mine, dialogs)


@ft.component
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
        [*_notes(home, mine), *_about(home, size), free, _where(home)],
        spacing=28 if size is SizeClass.DESKTOP else 24,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


_StillSections = still(_Sections)
"""What does not change with the number of guests is not rendered again for it."""


def _wide(session: Session, sections: list[ft.Control], deal: Deal, mine: bool) -> ft.Control:
    margin = page_margin(SizeClass.DESKTOP)
    left = ft.ListView(
        [_back(), gallery(session, deal.home, SizeClass.DESKTOP), *sections],
        expand=True,
        spacing=28,
        padding=ft.Padding(margin, 16, GAP // 2, 48),
    )
    right = ft.ListView([price_panel(deal)], padding=ft.Padding(GAP // 2, 88, margin, 40))
    side = ft.Container(right, width=PANEL + GAP // 2 + margin)
    row = ft.Row(
        [left, *([] if mine else [side])], spacing=0, vertical_alignment=ft.CrossAxisAlignment.STRETCH, expand=True
    )
    return ft.Container(ft.Container(row, width=1440), alignment=ft.Alignment.TOP_CENTER, expand=True)


def _narrow(
    session: Session, size: SizeClass, sections: list[ft.Control], deal: Deal, mine: bool, dialogs: list[ft.Control]
) -> ft.Control:
    home = deal.home
    margin = page_margin(size)
    phone = size is SizeClass.PHONE
    page = ft.context.page
    inside = [ft.Container(section, padding=ft.Padding.symmetric(horizontal=margin)) for section in sections]
    top: list[ft.Control]
    if phone:
        back = icon_button(
            ft.Icons.ARROW_BACK_ROUNDED,
            t("Back to the homes"),
            lambda _: page.navigate(last_search(page)),
            bgcolor=Colour.SURFACE,
        )
        lead = ft.Stack([gallery(session, home, size), ft.Container(back, left=12, top=12)])
        strip = [
            ft.Container(one, padding=ft.Padding.symmetric(horizontal=margin)) for one in room_strip(session, home)
        ]
        top = [lead, *strip]
    else:
        both = ft.Column(
            [_back(), gallery(session, home, size)], spacing=8, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
        )
        top = [ft.Container(both, padding=ft.Padding.symmetric(horizontal=margin))]
    listed = ft.ListView([*top, *inside], expand=True, spacing=24, padding=ft.Padding(0, 0 if phone else 12, 0, 32))
    bar = None if mine else price_bar(deal)
    if phone:
        return tenant_shell(ft.Stack([listed, *dialogs], expand=True, fit=ft.StackFit.EXPAND), "search", foot=bar)
    body = ft.Column([listed, *([bar] if bar else [])], expand=True, spacing=0)
    return tenant_shell(ft.Stack([body, *dialogs], expand=True, fit=ft.StackFit.EXPAND), "search")


def _back() -> ft.Control:
    page = ft.context.page
    return ft.Row(
        [quiet(t("Back to the homes"), lambda _: page.navigate(last_search(page)), icon=ft.Icons.ARROW_BACK_ROUNDED)]
    )


def _notes(home: PropertyRead, mine: bool) -> list[ft.Control]:
    page = ft.context.page
    notes: list[ft.Control] = []
    if mine:
        row = ft.Row(
            [
                text(t("This is your home. Guests see this page."), expand=True),
                outlined(t("Open its calendar"), lambda _: page.navigate(paths.LANDLORD_CALENDAR)),
            ],
            spacing=12,
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
    words = t("Signed up on EstoSpaces")
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
            t("The calendar did not load"), words_for(load_taken.problem), retry=t("Try again"), on_retry=again
        )
    elif state.taken is None:
        inside = Loading(grey_block(320), t("Loading the calendar"), t("Still loading the calendar"))
    else:
        inside = StayCalendar(chosen, rules, on_chosen, months=months)
    return _section(
        t("When it is free"), at_most(card(inside), 760 if months > 1 else 400, align=ft.Alignment.TOP_LEFT)
    )


def _where(home: PropertyRead) -> ft.Control:
    street = ", ".join(part for part in (home.address.line, home.address.postcode) if part)
    return _section(
        t("Where you will be"),
        text(f"{street}, {_place(home)}" if street else _place(home), Style.STRONG),
        *([] if street else [text(t("The street is told once your booking is confirmed."), color=Colour.TEXT_2)]),
    )


@ft.component
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
