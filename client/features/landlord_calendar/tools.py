"""What stands over the calendar: its title, the way to other days, homes and views."""

import dataclasses
from collections.abc import Callable
from datetime import date
from typing import Any, Final
from uuid import UUID

import flet as ft

from client import paths
from client.core.hooks import Start
from client.core.language import day_range, month, month_short, t, tn
from client.core.routing import SetQuery
from client.design.buttons import filled, icon_button, outlined, quiet
from client.design.chips import chip_row, filter_chip, segments
from client.design.layout import SizeClass, page_header
from client.design.rows import keyed
from client.design.text import header, one_line
from client.design.tokens import Style
from client.features.landlord_calendar.grid import MONTHS, Span, View, moved
from client.features.landlord_calendar.state import CalendarState
from client.parts.search_box import SearchBox

ONE_ROW_FROM: Final = 1120
"""A narrower page has its tools in two rows."""
TAB_LETTERS: Final = 24
SEARCH_FROM: Final = 13
"""With fewer homes on a phone there is nothing to search."""


@dataclasses.dataclass(frozen=True)
class Tools:
    """What the tools show and do. `open_*` open what floats over the page."""

    cal: CalendarState
    view: View
    span: Span
    text: str
    size: SizeClass
    room: float
    start: Start
    set_query: SetQuery
    open_form: Callable[[], Any]
    open_links: Callable[[], Any]
    open_jump: Callable[[], Any]

    def go(self, day: date | None) -> Callable[..., None]:
        """A handler that shows the days from one on; None: from now on."""

        async def show() -> None:
            await self.set_query(**{"from": day})

        return self.start(show)

    def show_home(self, id_: UUID | None) -> Callable[..., None]:
        """A handler that shows one home; None: all."""

        async def show() -> None:
            await self.set_query(home=id_)

        return self.start(show)


def title(tools: Tools) -> ft.Control:
    """The page's title with what can be done here."""
    cal = tools.cal
    if cal.wanted is None or not (cal.homes or tools.text):
        return page_header(t("Calendar"))
    if not cal.homes:
        return page_header(t("Calendar"), _summary(cal))
    block = filled(t("Block dates"), lambda _: tools.open_form(), icon=ft.Icons.BLOCK_ROUNDED)
    if tools.size is SizeClass.DESKTOP:
        links = outlined(t("Calendar link"), lambda _: tools.open_links(), icon=ft.Icons.LINK_ROUNDED)
        return page_header(t("Calendar"), _summary(cal), [links, block])
    icon = icon_button(ft.Icons.LINK_ROUNDED, t("Calendar link"), lambda _: tools.open_links(), outlined=True)
    if tools.size is SizeClass.TABLET:
        return page_header(t("Calendar"), _summary(cal), [icon, block])
    # A phone has no line to spare for them.
    number = one_line(tn("{n} home", "{n} homes", len(cal.homes)))
    words = ft.Column([header(t("Calendar"), 1), number], spacing=2, expand=True)
    return ft.Row([words, icon, block], spacing=8)


def _summary(cal: CalendarState) -> str:
    number = len(cal.homes)
    if cal.wanted is not None and cal.wanted.property_id is not None and cal.homes:
        return cal.homes[0].title
    if cal.next_cursor is not None:
        return tn("The first {n} home. Load more below.", "The first {n} homes. Load more below.", number)
    return tn(
        "{n} home. Every stay, request and block.",
        "{n} homes. Every stay, request and block.",
        number,
    )


def toolbar(tools: Tools) -> ft.Control:
    """The way to other days, homes and views."""
    earlier = icon_button(
        ft.Icons.CHEVRON_LEFT_ROUNDED, t("Earlier"), tools.go(moved(tools.span, tools.view, -1)), outlined=True
    )
    later = icon_button(
        ft.Icons.CHEVRON_RIGHT_ROUNDED, t("Later"), tools.go(moved(tools.span, tools.view, 1)), outlined=True
    )
    jump = icon_button(ft.Icons.CALENDAR_MONTH_OUTLINED, t("Go to a date"), lambda _: tools.open_jump(), outlined=True)
    shown = ft.Container(header(_dates(tools), 2, style=Style.H3, live=True), padding=ft.Padding.only(left=8))
    if tools.size is SizeClass.PHONE:
        now = icon_button(ft.Icons.TODAY_ROUNDED, t("Today"), tools.go(None), outlined=True)
        shown.expand = True
        return ft.Row([earlier, later, shown, now, jump], spacing=8)
    days: list[ft.Control] = [earlier, later, outlined(t("Today"), tools.go(None)), jump, shown]
    if tools.room >= ONE_ROW_FROM:
        return ft.Row(
            [*days, ft.Container(expand=True), ft.Container(_search(tools), width=230), _views(tools)], spacing=8
        )
    return ft.Column(
        [ft.Row(days, spacing=8), ft.Row([ft.Container(_search(tools), expand=True), _views(tools)], spacing=12)],
        spacing=12,
    )


def _dates(tools: Tools) -> str:
    first, last = tools.span.start, tools.span.each()[-1]
    if tools.view is View.QUARTER:
        return f"{month_short(first)} – {month_short(last)}"
    if tools.view in MONTHS:
        return month_short(first) if tools.size is SizeClass.PHONE else month(first)
    return day_range(first, last)


def _search(tools: Tools) -> ft.Control:
    async def find(words: str) -> None:
        await tools.set_query(text=words)

    return SearchBox(t("Find a home by its title or place"), t("Title or place"), tools.text, find)


def _views(tools: Tools) -> ft.Control:
    async def choose(word: str) -> None:
        await tools.set_query(view=word)

    views = [
        (View.TWO_WEEKS, t("2 weeks")),
        (View.THREE_WEEKS, t("3 weeks")),
        (View.MONTH, t("Month")),
        (View.QUARTER, t("Quarter")),
    ]
    return segments([(each.value, words) for each, words in views], tools.view.value, choose)


def only_chip(tools: Tools, only: UUID) -> ft.Control:
    """That one home alone is shown, and the way back to all."""
    home = tools.cal.home(only)
    shown = home.title if home is not None else t("One home")
    chip = filter_chip(
        shown,
        tools.show_home(None),
        chosen=True,
        removable=True,
        name=t("Only {title}. Show all homes", title=shown),
    )
    return ft.Row([chip, prices_button(only, shown)], wrap=True, spacing=8, run_spacing=0)


def prices_button(home: UUID, title: str) -> ft.Control:
    """The way to the prices of a home."""
    page = ft.context.page
    return quiet(
        t("Prices"),
        lambda _: page.navigate(paths.landlord_prices(home)),
        icon=ft.Icons.SELL_OUTLINED,
        name=t("Prices of {title}", title=title),
    )


def tabs(tools: Tools, chosen: UUID, load_more: Callable[..., Any] | None) -> list[ft.Control]:
    """The homes of a phone, one of which is shown. Titles are cut so that the next one can be seen."""
    homes = tools.cal.homes
    search = [_search(tools)] if len(homes) >= SEARCH_FROM or tools.text else []
    if len(homes) == 1:
        return [*search, header(homes[0].title, 2, style=Style.STRONG)]
    chips = [
        keyed(
            home.property_id,
            filter_chip(
                home.title if len(home.title) <= TAB_LETTERS else home.title[: TAB_LETTERS - 1].rstrip() + "…",
                tools.show_home(home.property_id),
                chosen=home.property_id == chosen,
                name=home.title,
            ),
        )
        for home in homes
    ]
    if load_more is not None:
        chips.append(filter_chip(t("More homes"), load_more))
    return [*search, chip_row(chips)]
