"""Tables: rows on a wide window, cards on a phone, from one description of the columns."""

import dataclasses
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import flet as ft

from client.design.buttons import target
from client.design.handlers import calling
from client.design.layout import SizeClass
from client.design.rows import keyed
from client.design.text import text
from client.design.tokens import Colour, Radius, Size, Style

T = TypeVar("T")
Order = TypeVar("Order")
Ways = Mapping[str, tuple[Order, Order]]
"""The two orders by a column: that of the first press, and that of the next."""


@dataclasses.dataclass(frozen=True)
class Column(Generic[T]):
    """One column. Text stands left; `figure` right and in tabular figures; `wide` shares of the width.

    `tablet` False leaves the column out below desktop. `sort_key` makes the header a button.
    """

    title: str
    cell: Callable[[T], str | ft.Control]
    wide: int = 1
    figure: bool = False
    tablet: bool = True
    sort_key: str = ""


@dataclasses.dataclass(frozen=True)
class Sorting:
    """How a table is ordered, with the words readers hear for it ("sorted, oldest first")."""

    key: str
    descending: bool
    words: str


def next_order(ways: Ways[Order], column: str, now: Order) -> Order:
    """What pressing the name of a column leads to."""
    first, other = ways[column]
    return other if now is first else first


def column_of(ways: Ways[Order], order: Order) -> str:
    """The column that an order is by."""
    return next(column for column, both in ways.items() if order in both)


def table(
    columns: Sequence[Column[T]],
    rows: Sequence[T],
    *,
    size: SizeClass,
    row_key: Callable[[T], Hashable] | None,
    row_name: Callable[[T], str],
    on_row: Callable[[T], Any] | None = None,
    row_card: Callable[[T], ft.Control] | None = None,
    chosen: Callable[[T], bool] = lambda _: False,
    sorting: Sorting | None = None,
    on_sort: Callable[[str], Any] | None = None,
    dense: bool = False,
) -> ft.Control:
    """Rows with a header, or on a phone one card per row (`row_card`, or a plain one made of the columns).

    `row_key` tells the rows apart (None: nothing does, they are only read); with `on_row` each is one target named by
    `row_name`.
    """
    if size is SizeClass.PHONE:
        return ft.Column(
            _keyed(rows, row_key, lambda row: _card(columns, row, row_name, on_row, row_card)),
            spacing=12,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    shown = [column for column in columns if column.tablet or size is SizeClass.DESKTOP]
    height = Size.TABLE_ROW_DENSE if dense else Size.TABLE_ROW
    lines = _keyed(rows, row_key, lambda row: _row(shown, row, row_name, on_row, chosen(row), height))
    return ft.Container(
        ft.Column(
            [_head(shown, sorting, on_sort), *lines], spacing=0, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
        ),
        bgcolor=Colour.SURFACE,
        border=ft.Border.all(1, Colour.LINE),
        border_radius=Radius.CARD,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
    )


def _keyed(rows: Sequence[T], key: Callable[[T], Hashable] | None, draw: Callable[[T], ft.Control]) -> list[ft.Control]:
    return [draw(row) if key is None else keyed(key(row), draw(row)) for row in rows]


def _head(columns: Sequence[Column[T]], sorting: Sorting | None, on_sort: Callable[[str], Any] | None) -> ft.Control:
    cells = [_head_cell(column, sorting, on_sort) for column in columns]
    return ft.Container(
        ft.Row(cells, spacing=16),
        padding=ft.Padding.symmetric(horizontal=16),
        height=Size.TABLE_ROW_DENSE,
        border=ft.Border.only(bottom=ft.BorderSide(1, Colour.LINE)),
    )


def _head_cell(column: Column[T], sorting: Sorting | None, on_sort: Callable[[str], Any] | None) -> ft.Control:
    side = ft.Alignment.CENTER_RIGHT if column.figure else ft.Alignment.CENTER_LEFT
    words = text(column.title, Style.SMALL, Colour.TEXT_2, max_lines=1)
    if not column.sort_key or on_sort is None:
        return ft.Container(words, expand=column.wide, alignment=side)
    button = sort_button(column.title, column.sort_key, sorting, on_sort, figure=column.figure)
    return ft.Container(button, expand=column.wide, alignment=side)


def sort_button(
    title: str, key: str, sorting: Sorting | None, on_sort: Callable[[str], Any], *, figure: bool = False
) -> ft.Control:
    """The name of a column that orders the table: pressed once so, once more the other way round.

    It begins where the cells of its column begin; that of a column of figures ends where they end.
    """
    by_this = sorting is not None and sorting.key == key
    arrow = ft.Icons.ARROW_DOWNWARD_ROUNDED if sorting and sorting.descending else ft.Icons.ARROW_UPWARD_ROUNDED
    words = text(title, Style.SMALL_STRONG if by_this else Style.SMALL, Colour.TEXT if by_this else Colour.TEXT_2)
    face = ft.Row([words, *([ft.Icon(arrow, size=16, color=Colour.TEXT)] if by_this else [])], spacing=4, tight=True)
    return target(
        face,
        f"{title}, {sorting.words}" if by_this and sorting else title,
        calling(on_sort, key),
        radius=Radius.SMALL,
        line=None,
        height=Size.TARGET,
        align=ft.Alignment.CENTER_RIGHT if figure else ft.Alignment.CENTER_LEFT,
    )


def _row(
    columns: Sequence[Column[T]],
    row: T,
    row_name: Callable[[T], str],
    on_row: Callable[[T], Any] | None,
    chosen: bool,
    height: int,
) -> ft.Control:
    cells: list[ft.Control] = [
        ft.Container(
            _cell(column, row),
            expand=column.wide,
            alignment=ft.Alignment.CENTER_RIGHT if column.figure else ft.Alignment.CENTER_LEFT,
        )
        for column in columns
    ]
    face = ft.Container(
        ft.Row(cells, spacing=16, vertical_alignment=ft.CrossAxisAlignment.CENTER),
        padding=ft.Padding(13 if chosen else 16, (height - 22) / 2, 16, (height - 22) / 2),
        border=ft.Border.only(
            left=ft.BorderSide(3, Colour.ACCENT) if chosen else None, bottom=ft.BorderSide(1, Colour.LINE)
        ),
    )
    if on_row is None:
        return ft.Container(face, bgcolor=Colour.ACCENT_SOFT if chosen else None)
    press = on_row
    return target(
        face,
        row_name(row),
        lambda _: press(row),
        radius=0,
        line=None,
        bgcolor=Colour.ACCENT_SOFT if chosen else Colour.SURFACE,
        hover=Colour.ACCENT_SOFT if chosen else Colour.SUNKEN,
        selected=chosen or None,
    )


def _cell(column: Column[T], row: T) -> ft.Control:
    value = column.cell(row)
    if isinstance(value, ft.Control):
        return value
    style = Style.AMOUNT if column.figure else Style.BODY
    return text(value, style, max_lines=1)


def _card(
    columns: Sequence[Column[T]],
    row: T,
    row_name: Callable[[T], str],
    on_row: Callable[[T], Any] | None,
    row_card: Callable[[T], ft.Control] | None,
) -> ft.Control:
    face = row_card(row) if row_card else _plain_card(columns, row)
    if on_row is None:
        return ft.Container(
            face, padding=16, bgcolor=Colour.SURFACE, border=ft.Border.all(1, Colour.LINE), border_radius=Radius.CARD
        )
    press = on_row
    return target(face, row_name(row), lambda _: press(row), padding=16)


def _plain_card(columns: Sequence[Column[T]], row: T) -> ft.Control:
    first, *rest = columns
    lines: list[ft.Control] = [_cell(first, row)]
    lines += [
        ft.Row(
            [text(column.title, Style.SMALL, Colour.TEXT_2), _cell(column, row)],
            alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
        )
        for column in rest
    ]
    return ft.Column(lines, spacing=8, tight=True)
