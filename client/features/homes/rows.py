"""A home as a line of a table or as a card, with what may be done with it."""

import dataclasses
from collections.abc import Callable
from typing import Any

import flet as ft

from client.core import clock
from client.core.hooks import memo
from client.core.language import day, t
from client.core.session import Session
from client.design.buttons import target
from client.design.layout import SizeClass
from client.design.table import Sorting, sort_button
from client.design.text import one_line, text
from client.design.tokens import Colour, Radius, Size, Style
from client.features.homes.state import Act, acts_for, label_of
from client.parts.listing import cover, listing_chip, place_words, price_words, type_word
from shared_models.properties import PropertyRow, PropertyStatus

THUMB = 40


@dataclasses.dataclass(frozen=True, eq=False)
class RowActs:
    """What the rows call. One object for the life of the screen, so that unchanged rows need not render again."""

    open: Callable[[PropertyRow], Any]
    choose: Callable[[PropertyRow, bool], Any]
    act: Callable[[PropertyRow, Act], Any]
    duplicate: Callable[[PropertyRow], Any]
    page: Callable[[PropertyRow], Any]
    prices: Callable[[PropertyRow], Any]
    calendar: Callable[[PropertyRow], Any]


@dataclasses.dataclass(frozen=True)
class Mark:
    """Whether a row is chosen for a bulk act, and whether the keys are on it."""

    chosen: bool
    here: bool


@dataclasses.dataclass(frozen=True)
class Sorts:
    """How the table is ordered, and what pressing the name of a column calls."""

    now: Sorting
    by: Callable[[str], Any]


def changed_words(row: PropertyRow) -> str:
    """When a home was last changed."""
    when = row.updated_at.date()
    return t("Today") if when == clock.now().date() else day(when)


def table_head(size: SizeClass, all_box: tuple[bool, Callable[[bool], Any]], sorts: Sorts) -> ft.Control:
    """The header line of the table: the box that chooses every loaded home, and the columns that order it."""
    chosen_all, choose_all = all_box
    all_ = _box(t("Choose all homes shown"), chosen_all, choose_all)
    cells = [
        _cell(_sorts(t("Home"), "title", sorts), 5),
        *([_cell(_title(t("Type")), 2)] if size is SizeClass.DESKTOP else []),
        _cell(_sorts(t("Price"), "price", sorts, figure=True), 3, end=True),
        _cell(_title(t("Status")), 3),
        *([_cell(_sorts(t("Changed"), "changed", sorts), 2)] if size is SizeClass.DESKTOP else []),
    ]
    return ft.Container(
        ft.Row(
            [all_, ft.Row(cells, spacing=16, expand=True), ft.Container(width=Size.TARGET)],
            spacing=4,
        ),
        height=Size.TABLE_ROW_DENSE,
        padding=ft.Padding.symmetric(horizontal=8),
        bgcolor=Colour.SURFACE,
    )


@ft.component
def _TableRow(session: Session, row: PropertyRow, mark: Mark, size: SizeClass, acts: RowActs) -> ft.Control:
    desktop = size is SizeClass.DESKTOP
    words = ft.Column(
        [
            one_line(row.title, Style.STRONG, Colour.TEXT),
            one_line(place_words(row.city, row.neighbourhood), Style.SMALL),
        ],
        spacing=0,
        tight=True,
        expand=True,
    )
    home = ft.Row([cover(session, row.id, width=THUMB, height=THUMB), words], spacing=12)
    cells = [
        _cell(home, 5),
        *([_cell(one_line(type_word(row.type)), 2)] if desktop else []),
        _cell(one_line(price_words(row.price, row.let_type), Style.AMOUNT, Colour.TEXT), 3, end=True),
        _cell(ft.Row([listing_chip(row.status)], scroll=ft.ScrollMode.HIDDEN), 3),
        *([_cell(one_line(changed_words(row)), 2)] if desktop else []),
    ]
    face = target(
        ft.Container(ft.Row(cells, spacing=16), padding=ft.Padding.symmetric(vertical=8)),
        t("Edit {title}", title=row.title),
        lambda _: acts.open(row),
        radius=Radius.SMALL,
        line=None,
        bgcolor=ft.Colors.TRANSPARENT,
        hover=ft.Colors.TRANSPARENT,
        align=ft.Alignment.CENTER_LEFT,
        expand=True,
    )
    box = _box(t("Choose {title}", title=row.title), mark.chosen, lambda on: acts.choose(row, on))
    return ft.Container(
        ft.Row([box, face, _menu(row, acts)], spacing=4),
        key=ft.ScrollKey(str(row.id)),  # type: ignore[call-arg]  # its class is made by a decorator
        padding=ft.Padding(5 if mark.here else 8, 0, 8, 0),
        bgcolor=Colour.ACCENT_SOFT if mark.chosen else Colour.SUNKEN if mark.here else Colour.SURFACE,
        border=ft.Border.only(
            top=ft.BorderSide(1, Colour.LINE), left=ft.BorderSide(3, Colour.ACCENT) if mark.here else None
        ),
    )


TableRow = memo(_TableRow)


@ft.component
def _HomeCard(session: Session, row: PropertyRow, mark: Mark, acts: RowActs) -> ft.Control:
    words = ft.Column(
        [
            text(row.title, Style.STRONG, max_lines=2),
            one_line(place_words(row.city, row.neighbourhood), Style.SMALL),
            one_line(price_words(row.price, row.let_type), Style.AMOUNT, Colour.TEXT),
        ],
        spacing=2,
        tight=True,
        expand=True,
    )
    top = target(
        ft.Row(
            [cover(session, row.id, width=72, height=72), words],
            spacing=12,
            vertical_alignment=ft.CrossAxisAlignment.START,
        ),
        t("Edit {title}", title=row.title),
        lambda _: acts.open(row),
        line=None,
        radius=Radius.CONTROL,
        bgcolor=ft.Colors.TRANSPARENT,
    )
    box = _box(t("Choose {title}", title=row.title), mark.chosen, lambda on: acts.choose(row, on))
    foot = ft.Row([box, listing_chip(row.status), ft.Container(expand=True), _menu(row, acts)], spacing=4)
    return ft.Container(
        ft.Column([top, foot], spacing=6, horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
        padding=ft.Padding(12, 12, 6, 4),
        bgcolor=Colour.ACCENT_SOFT if mark.chosen else Colour.SURFACE,
        border=ft.Border.all(1, Colour.LINE),
        border_radius=Radius.CARD,
    )


HomeCard = memo(_HomeCard)


def _title(words: str) -> ft.Control:
    return text(words, Style.SMALL, Colour.TEXT_2, max_lines=1)


def _sorts(words: str, column: str, sorts: Sorts, *, figure: bool = False) -> ft.Control:
    return sort_button(words, column, sorts.now, sorts.by, figure=figure)


def _cell(content: ft.Control, wide: int, *, end: bool = False) -> ft.Control:
    side = ft.Alignment.CENTER_RIGHT if end else ft.Alignment.CENTER_LEFT
    return ft.Container(content, expand=wide, alignment=side)


def _box(label: str, value: bool, on_change: Callable[[bool], Any]) -> ft.Control:
    box = ft.Checkbox(
        value=value,
        on_change=lambda e: on_change(bool(e.data)),
        active_color=Colour.ACCENT,
        check_color=Colour.ON_ACCENT,
        border_side=ft.BorderSide(2, Colour.LINE_STRONG),
        width=Size.TARGET,
        height=Size.TARGET,
    )
    return ft.MergeSemantics(content=ft.Semantics(label=label, content=box))


def _menu(row: PropertyRow, acts: RowActs) -> ft.Control:
    def item(words: str, icon: ft.IconData, go: Callable[[], Any]) -> ft.PopupMenuItem:
        face = ft.Row([ft.Icon(icon, size=Size.ICON, color=Colour.TEXT_2), text(words)], spacing=12)
        return ft.PopupMenuItem(face, on_click=lambda _: go())

    def of(act: Act) -> ft.PopupMenuItem:
        return item(label_of(act), _ICONS[act.key], lambda: acts.act(row, act))

    items = [of(act) for act in acts_for(row.status)]
    if row.status is PropertyStatus.PUBLISHED:
        items.append(item(t("Open its page"), ft.Icons.OPEN_IN_NEW_ROUNDED, lambda: acts.page(row)))
    items.append(item(t("Duplicate"), ft.Icons.COPY_ALL_OUTLINED, lambda: acts.duplicate(row)))
    items.append(item(t("Prices"), ft.Icons.SELL_OUTLINED, lambda: acts.prices(row)))
    items.append(item(t("Calendar"), ft.Icons.CALENDAR_MONTH_OUTLINED, lambda: acts.calendar(row)))
    button = ft.PopupMenuButton(
        icon=ft.Icon(ft.Icons.MORE_VERT_ROUNDED, color=Colour.TEXT_2),
        items=items,
        bgcolor=Colour.RAISED,
        shape=ft.RoundedRectangleBorder(radius=Radius.CARD),
        menu_position=ft.PopupMenuPosition.UNDER,
        width=Size.TARGET,
        height=Size.TARGET,
    )
    return ft.MergeSemantics(content=ft.Semantics(label=t("More for {title}", title=row.title), content=button))


_ICONS = {
    "submit": ft.Icons.SEND_OUTLINED,
    "withdraw": ft.Icons.UNDO_ROUNDED,
    "pause": ft.Icons.PAUSE_CIRCLE_OUTLINE_ROUNDED,
    "resume": ft.Icons.PLAY_CIRCLE_OUTLINE_ROUNDED,
    "rework": ft.Icons.EDIT_OUTLINED,
    "archive": ft.Icons.INVENTORY_2_OUTLINED,
}
