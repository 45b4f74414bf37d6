"""What opens over a page: a dialog on a wide window, a sheet from the bottom on a phone."""

from collections.abc import Callable, Sequence
from typing import Any

import flet as ft

from client.design.buttons import filled, icon_button, outlined
from client.design.handlers import calling
from client.design.layout import SizeClass, window_of
from client.design.text import header, text
from client.design.tokens import Colour, Radius, Style


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
    """A dialog or bottom sheet, for `ft.use_dialog(...)` or `page.show_dialog(...)`. The body scrolls, actions stay."""
    close = icon_button(ft.Icons.CLOSE_ROUNDED, close_name, calling(on_close))
    head = ft.Row([ft.Container(header(title, 2), expand=True), close], spacing=8)
    foot = [ft.Row([*actions], alignment=ft.MainAxisAlignment.END, wrap=True, spacing=8, run_spacing=8)]
    # As high as it is or as there is room for, whichever is less: `expand_loose` alone would leave it without a limit.
    middle = ft.Column([body], scroll=ft.ScrollMode.AUTO, tight=True, expand=True, expand_loose=True)
    column = ft.Column(
        [head, middle, *(foot if actions else [])],
        spacing=14,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    gone = on_dismiss or on_close
    if phone:
        return ft.BottomSheet(
            ft.Container(column, padding=ft.Padding(20, 0, 20, 24)),
            show_drag_handle=True,
            scrollable=True,
            bgcolor=Colour.RAISED,
            shape=ft.RoundedRectangleBorder(radius=ft.BorderRadius(Radius.SHEET, Radius.SHEET, 0, 0)),
            on_dismiss=lambda _: gone(),
        )
    return ft.AlertDialog(
        content=ft.Container(column, width=width),
        bgcolor=Colour.RAISED,
        content_padding=ft.Padding(24, 18, 24, 24),
        shape=ft.RoundedRectangleBorder(radius=Radius.SHEET, side=ft.BorderSide(1, Colour.LINE)),
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
