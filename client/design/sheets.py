"""What opens over a page: a dialog on a wide window, a sheet from the bottom on a phone."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import flet as ft

from client.design.buttons import filled, icon_button, outlined
from client.design.handlers import calling
from client.design.layout import SizeClass, window_of
from client.design.text import header, text
from client.design.tokens import Colour, Radius, Style

WHOLE_WIDTH: Final = 4000
"""More than any phone has: as wide as there is room."""


def sheet(
    title: str,
    body: ft.Control,
    *,
    phone: bool,
    close_name: str,
    on_close: Callable[[], Any],
    actions: Sequence[ft.Control] = (),
    width: float = 480,
    on_dismiss: Callable[[], Any] | None = None,
) -> ft.DialogControl:
    """A dialog, or on a phone a sheet at its bottom edge, for `ft.use_dialog(...)` or `page.show_dialog(...)`.

    As high as what stands in it; where the window is lower the title and the body scroll, the actions stay. A sheet is
    a dialog too: Flet's own is either as high as the window or cannot scroll.
    """
    close = icon_button(ft.Icons.CLOSE_ROUNDED, close_name, calling(on_close))
    head = ft.Row([ft.Container(header(title, 2), expand=True), close], spacing=8)
    foot = ft.Row([*actions], alignment=ft.MainAxisAlignment.END, wrap=True, spacing=8, run_spacing=8)
    side, wide, below = (20, WHOLE_WIDTH, 0) if phone else (24, width, Radius.SHEET)
    gone = on_dismiss or on_close
    return ft.AlertDialog(
        title=ft.Container(head, width=wide),
        title_padding=ft.Padding(side, 14, side, 0),
        content=ft.Container(body, width=wide),
        content_padding=ft.Padding(side, 14, side, 20 if actions else 24),
        actions=[ft.Container(foot, width=wide)] if actions else [],
        actions_padding=ft.Padding(side, 0, side, 24),
        scrollable=True,
        alignment=ft.Alignment.BOTTOM_CENTER if phone else None,
        inset_padding=ft.Padding.only(top=24) if phone else ft.Padding.all(24),
        bgcolor=Colour.RAISED,
        shape=ft.RoundedRectangleBorder(
            radius=ft.BorderRadius(Radius.SHEET, Radius.SHEET, below, below), side=ft.BorderSide(1, Colour.LINE)
        ),
        on_dismiss=lambda _: gone(),
    )


def open_sheet(
    page: ft.Page,
    title: str,
    body: ft.Control,
    *,
    close_name: str,
    actions: Sequence[ft.Control] = (),
    width: float = 480,
) -> None:
    """Show a sheet that closes itself. For one whose content changes while open use `sheet` with `ft.use_dialog`."""
    page.show_dialog(
        sheet(
            title,
            body,
            phone=window_of(page).size is SizeClass.PHONE,
            close_name=close_name,
            on_close=lambda: page.pop_dialog(),
            on_dismiss=lambda: None,
            actions=actions,
            width=width,
        )
    )


def confirmation(
    title: str,
    consequence: str,
    *,
    act: str,
    keep: str,
    on_act: Callable[[], Any],
    on_close: Callable[[], Any],
    phone: bool,
    close_name: str,
    busy: bool = False,
    danger: bool = False,
) -> ft.DialogControl:
    """Asks before what cannot be undone and says what it does; `keep` leaves all as it is."""
    go = outlined(act, calling(on_act), busy=busy, danger=True) if danger else filled(act, calling(on_act), busy=busy)
    return sheet(
        title,
        text(consequence, Style.BODY, Colour.TEXT_2),
        phone=phone,
        close_name=close_name,
        on_close=on_close,
        actions=[outlined(keep, calling(on_close)), go],
        width=420,
    )
