"""All homes in one calendar, and the nights a landlord keeps for themselves."""

from datetime import date
from typing import Any
from uuid import UUID

import flet as ft

from client import paths
from client.core import clock
from client.core.action import Action
from client.core.flet_session import screen, use_task
from client.core.hooks import Start, use_made, use_start
from client.core.language import day_range, month, t, tn
from client.core.routing import use_query
from client.core.session import use_session
from client.core.title import use_title
from client.design.buttons import icon_button, outlined
from client.design.chips import chip_row, filter_chip, segments
from client.design.feedback import Loading, empty, grey_block
from client.design.layout import SizeClass, at_most, card, page_header, use_size
from client.design.text import header, one_line, text
from client.design.tokens import Colour, Radius, Size, Style
from client.features.landlord_calendar.bars import legend
from client.features.landlord_calendar.blocks import Opened, block_bar, opened_sheet
from client.features.landlord_calendar.grid import Span, View, day_in, moved, span_of, view_in
from client.features.landlord_calendar.month import month_grid
from client.features.landlord_calendar.state import CalendarState
from client.features.landlord_calendar.timeline import DAY, HOME, GridActs, Shown, timeline
from client.parts.panels import failed, load_more
from client.parts.shell import landlord_shell

MARGIN = {SizeClass.PHONE: 16, SizeClass.TABLET: 20, SizeClass.DESKTOP: 20}
WIDEST = HOME + 31 * DAY + 4


@screen
def LandlordCalendarScreen() -> ft.Control:
    """Every stay, hold and block of all homes."""
    use_title(t("Calendar"))
    return landlord_shell(_Calendar(), "calendar")


@screen
def _Calendar() -> ft.Control:
    session, size, page = use_session(), use_size(), ft.context.page
    query, set_query = use_query()
    phone = size is SizeClass.PHONE
    view = View.MONTH if phone else view_in(query.get("view"), _usual(size))
    one = _id_in(query.get("home"))
    cal = use_made(lambda: CalendarState(session.http))
    load = use_made(lambda: Action(cal.load, latest=True))
    more = use_made(lambda: Action(cal.more))
    save = use_made(lambda: Action(lambda act, *args: act(*args)))
    opening: Any = ft.use_state(None)
    opened: Opened | None = opening[0]
    open_ = opening[1]
    start = use_start()
    today = clock.today_in(cal.homes[0].zone if cal.homes else "UTC")
    span = span_of(view, day_in(query.get("from")), today)
    only = None if phone else one  # a phone shows one home at a time and needs the others for its tabs

    async def show() -> None:
        await load.start(span, only)

    async def again(_: Any) -> None:
        await load.start(span, only)

    async def load_next(_: Any) -> None:
        await more.start()

    acts = use_made(
        lambda: GridActs(
            press=cal.press,
            claim=lambda home, claim: open_((home, claim)),
            activate=lambda home: setattr(cal, "active", home.property_id),
        )
    )
    use_task(show, [span, only])
    ft.use_dialog(opened_sheet(cal, opened, open_, save, page, start, phone))
    tools = _tools(cal, view, span, one, size, start, set_query)
    body: list[ft.Control] = [_header(cal, phone), tools]
    if load.problem is not None:
        body.append(failed(t("The calendar did not load"), load.problem, again, busy=load.running))
    if not cal.loaded or cal.span is None:
        if load.problem is None:
            body.append(_loading())
    elif not cal.homes:
        body.append(card(_nothing(page)))
    elif phone:
        body += _phone(cal, one, today, acts, page, start, set_query)
    else:
        shown = Shown(cal.homes, cal.span, today, cal.pick, cal.active, cal.stays, cal.next_cursor is not None)
        exact = HOME + cal.span.days * DAY + 2
        body.append(at_most(timeline(session, shown, acts), exact, align=ft.Alignment.TOP_LEFT))
    if cal.homes:
        body.append(legend({claim.kind for home in cal.homes for claim in home.claims}))
    if more.problem is not None:
        body.append(failed(t("The next homes did not load"), more.problem, load_next))
    body += load_more(cal.next_cursor is not None and not phone, more.running, load_next)
    scroll = ft.ListView(
        [at_most(control, WIDEST) for control in body],
        expand=True,
        spacing=16,
        padding=ft.Padding(MARGIN[size], 16 if phone else 26, MARGIN[size], 40),
    )
    return ft.Column([scroll, *block_bar(cal, save, page, start, size)], expand=True, spacing=0)


def _usual(size: SizeClass) -> View:
    return View.THREE_WEEKS if size is SizeClass.DESKTOP else View.TWO_WEEKS


def _id_in(word: str | None) -> UUID | None:
    try:
        return UUID(word or "")
    except ValueError:
        return None


def _header(cal: CalendarState, phone: bool) -> ft.Control:
    if not cal.loaded:
        return page_header(t("Calendar"))
    if cal.property_id is not None and cal.homes:
        return page_header(t("Calendar"), cal.homes[0].title)
    number = len(cal.homes)
    words = tn(
        "{n} home. Every stay, hold and block is here.",
        "{n} homes, one calendar. Every stay, hold and block is here.",
        number,
    )
    if cal.next_cursor is not None and not phone:
        words = tn("The first {n} home.", "The first {n} homes. Load more below.", number)
    return page_header(t("Calendar"), words if cal.homes else "")


def _tools(
    cal: CalendarState,
    view: View,
    span: Span,
    one: UUID | None,
    size: SizeClass,
    start: Start,
    set_query: Any,
) -> ft.Control:
    async def go(day: date | None) -> None:
        await set_query(**{"from": day})

    async def choose_view(word: str) -> None:
        await set_query(view=word)

    async def choose_home(id_: UUID | None) -> None:
        await set_query(home=id_)

    phone = size is SizeClass.PHONE
    arrows = [
        icon_button(ft.Icons.CHEVRON_LEFT_ROUNDED, t("Earlier"), start(go, moved(span, view, -1)), outlined=True),
        icon_button(ft.Icons.CHEVRON_RIGHT_ROUNDED, t("Later"), start(go, moved(span, view, 1)), outlined=True),
        outlined(t("Today"), start(go, None)),
    ]
    words = month(span.start) if view is View.MONTH else day_range(span.start, span.each()[-1])
    title = header(words, 2, style=Style.H3, live=True)
    if phone:
        return ft.Row([*arrows, ft.Container(title, expand=True)], spacing=8)
    views = [(View.TWO_WEEKS, t("2 weeks")), (View.THREE_WEEKS, t("3 weeks")), (View.MONTH, t("Month"))]
    switch = segments(
        [(each.value, words) for each, words in views], view.value, lambda word: start(choose_view, word)()
    )
    row = [
        *arrows,
        ft.Container(title, padding=ft.Padding.only(left=8)),
        _home_menu(cal, one, start, choose_home),
        switch,
    ]
    if size is SizeClass.DESKTOP:
        row.insert(-2, ft.Container(expand=True))
        return ft.Row(row, spacing=8)
    return ft.Row(row, spacing=8, run_spacing=8, wrap=True, vertical_alignment=ft.CrossAxisAlignment.CENTER)


def _home_menu(cal: CalendarState, one: UUID | None, start: Start, choose: Any) -> ft.Control:
    if one is not None:
        title = cal.titles.get(one, t("One home"))
        return filter_chip(
            title, start(choose, None), chosen=True, removable=True, name=t("Only {title}. Show all homes", title=title)
        )
    items = [
        ft.PopupMenuItem(text(title), on_click=start(choose, id_))
        for id_, title in sorted(cal.titles.items(), key=lambda home: home[1].casefold())
    ]
    face = ft.Container(
        ft.Row(
            [text(t("All homes"), Style.CHIP), ft.Icon(ft.Icons.EXPAND_MORE_ROUNDED, size=18, color=Colour.TEXT)],
            spacing=6,
            tight=True,
        ),
        border=ft.Border.all(1, Colour.LINE),
        border_radius=Size.CHIP / 2,
        bgcolor=Colour.SURFACE,
        padding=ft.Padding.symmetric(horizontal=14, vertical=7),
    )
    menu = ft.PopupMenuButton(
        face,
        items=items,
        bgcolor=Colour.RAISED,
        shape=ft.RoundedRectangleBorder(radius=Radius.CARD),
        menu_position=ft.PopupMenuPosition.UNDER,
        padding=4,
    )
    return ft.MergeSemantics(content=ft.Semantics(label=t("All homes. Show only one"), content=menu))


def _loading() -> ft.Control:
    rows: list[ft.Control] = [ft.Row([grey_block(44, 200), grey_block(36, expand=True)], spacing=20) for _ in range(6)]
    return card(Loading(ft.Column(rows, spacing=20), t("Loading the calendar"), t("Still loading.")))


def _nothing(page: ft.Page) -> ft.Control:
    return empty(
        t("No home to show"),
        t("Each of your homes gets a line here, with its stays and the nights you block."),
        action=t("Add a home"),
        on_action=lambda _: page.navigate(paths.LANDLORD_NEW_HOME),
    )


def _phone(
    cal: CalendarState, one: UUID | None, today: date, acts: GridActs, page: ft.Page, start: Start, set_query: Any
) -> list[ft.Control]:
    home = (cal.home(one) if one else None) or cal.homes[0]

    async def show(id_: UUID) -> None:
        await set_query(home=id_)

    parts: list[ft.Control] = []
    if len(cal.homes) > 1:
        tabs = [
            filter_chip(each.title, start(show, each.property_id), chosen=each.property_id == home.property_id)
            for each in cal.homes
        ]
        parts.append(chip_row(tabs))
    elif cal.homes:
        parts.append(one_line(home.title, Style.STRONG, Colour.TEXT))
    width = min(560.0, (page.width or 390) - 2 * MARGIN[SizeClass.PHONE] - 2)
    shown = cal.span or span_of(View.MONTH, None, today)
    parts.append(month_grid(home, shown, today, cal.pick, cal.stays, acts, width=width))
    return parts
