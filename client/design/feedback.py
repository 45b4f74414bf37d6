"""What a screen says while it waits, when there is nothing, when something failed, and after an act."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final

import flet as ft

from client.design.buttons import OnClick, filled, icon_button, outlined, quiet
from client.design.chips import STATUS_COLOURS, STATUS_ICONS
from client.design.handlers import calling
from client.design.layout import SizeClass, window_of
from client.design.text import copyable, header, text
from client.design.tokens import Colour, Motion, Radius, Space, Status, Style

FAILED_PART_WIDTH: Final = 360


@ft.component
def Loading(shapes: ft.Control, label: str, still_label: str) -> ft.Control:
    """Grey shapes of the final size, after 300 ms so that a quick answer does not flash; at 5 s a word."""
    stage, set_stage = ft.use_state(0)

    async def wait() -> None:
        await asyncio.sleep(Motion.SPINNER_AFTER / 1000)
        set_stage(1)
        await asyncio.sleep((Motion.STILL_LOADING_AFTER - Motion.SPINNER_AFTER) / 1000)
        set_stage(2)

    ft.use_effect(wait, [])
    if stage == 0:
        return ft.Container()
    words = [text(still_label, Style.SMALL, Colour.TEXT_2)] if stage == 2 else []
    grey = ft.Semantics(label=label, live_region=True, exclude_semantics=True, content=skeleton(shapes))
    return ft.Column([grey, *words], spacing=Space.S1_5, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def skeleton(shapes: ft.Control) -> ft.Control:
    """A slow gleam over grey shapes, drawn by the client alone."""
    return ft.Shimmer(shapes, base_color=Colour.PRESS, highlight_color=Colour.SUNKEN, period=Motion.SKELETON)


def grey_block(
    height: float, width: float | None = None, *, radius: float = Radius.SMALL, expand: bool = False
) -> ft.Control:
    """One grey shape of a skeleton."""
    return ft.Container(height=height, width=width, bgcolor=Colour.PRESS, border_radius=radius, expand=expand or None)


def grey_lines(widths: Sequence[float] = (260, 180, 120)) -> ft.Control:
    """Grey lines of text."""
    return ft.Column([ft.Row([grey_block(14, width)]) for width in widths], spacing=12)


def grey_card(aspect: float = 1.85) -> ft.Control:
    """The grey shape of a card with a picture above two lines."""
    picture = ft.Container(bgcolor=Colour.PRESS, border_radius=Radius.CARD, aspect_ratio=aspect)
    return ft.Column([picture, grey_lines((220, 300, 140))], spacing=12)


def empty(
    title: str,
    words: str,
    *,
    picture: ft.Control | None = None,
    action: str = "",
    on_action: OnClick | None = None,
    compact: bool = False,
) -> ft.Control:
    """Nothing here yet: a drawing (132 x 84), what will be here, one button that fills it."""
    drawing = ft.Container(
        picture or ft.Icon(ft.Icons.COTTAGE_OUTLINED, size=36, color=Colour.TEXT_3),
        width=132,
        height=84,
        border_radius=Radius.CONTROL,
        bgcolor=Colour.SUNKEN,
        alignment=ft.Alignment.CENTER,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
    )
    centre = ft.TextAlign.CENTER
    column = ft.Column(
        [
            *([] if compact else [drawing]),
            ft.Container(height=2),
            header(title, 2, style=Style.H3),
            ft.Container(text(words, color=Colour.TEXT_2, align=centre), width=340, alignment=ft.Alignment.CENTER),
            *([ft.Container(filled(action, on_action), padding=ft.Padding.only(top=8))] if action else []),
        ],
        spacing=6,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
    )
    return ft.Container(column, alignment=ft.Alignment.CENTER, padding=Space.S3)


def failure(
    title: str,
    words: str,
    *,
    retry: str = "",
    on_retry: OnClick | None = None,
    reference: str = "",
    busy: bool = False,
    icon: ft.IconData = ft.Icons.CLOUD_OFF_OUTLINED,
) -> ft.Control:
    """What did not work, what is kept, and a button to try again. Only the failed panel shows this, the rest stays."""
    rows: list[ft.Control] = [header(title, 2, style=Style.LABEL, live=True), text(words, color=Colour.TEXT_2)]
    if reference:
        rows.append(copyable(reference, Style.SMALL, Colour.TEXT_3))
    if retry:
        button = outlined(retry, on_retry, busy=busy)
        rows.append(ft.Container(ft.Row([button]), padding=ft.Padding.only(top=8)))
    mark = ft.Icon(icon, color=Colour.DANGER, size=24)
    return ft.Row(
        [mark, ft.Column(rows, spacing=2, expand=True)], spacing=14, vertical_alignment=ft.CrossAxisAlignment.START
    )


def failed_part(title: str, words: str, reference: str, *, retry: str, on_retry: OnClick) -> ft.Control:
    """What stands where a part could not be drawn, wherever that is: in a row, over a map, in a sheet."""
    rows: list[ft.Control] = [
        ft.Row(
            [ft.Icon(ft.Icons.ERROR_OUTLINE_ROUNDED, color=Colour.DANGER, size=24), text(title, Style.LABEL)],
            spacing=10,
            wrap=True,
            vertical_alignment=ft.CrossAxisAlignment.CENTER,
        ),
        text(words, color=Colour.TEXT_2),
        copyable(reference, Style.SMALL, Colour.TEXT_3),
        ft.Row([outlined(retry, on_retry)], tight=True),
    ]
    box = ft.Container(
        ft.Column(rows, spacing=6, tight=True),
        # A row or a list that scrolls sideways gives no width to fill.
        width=FAILED_PART_WIDTH,
        padding=16,
        bgcolor=Colour.SURFACE,
        border=ft.Border.all(1, Colour.LINE),
        border_radius=Radius.CARD,
    )
    return ft.Container(ft.Semantics(live_region=True, content=box), alignment=ft.Alignment.TOP_LEFT)


def banner(
    words: str,
    *,
    status: Status = Status.DANGER,
    action: str = "",
    on_action: OnClick | None = None,
    close_name: str = "",
    on_close: OnClick | None = None,
) -> ft.Control:
    """A line across the page for what concerns all of it: a failed handler, a lost connection, an expired sign-in."""
    colour, behind = STATUS_COLOURS[status]
    row: list[ft.Control] = [
        ft.Icon(STATUS_ICONS[status], color=colour, size=20),
        text(words, Style.SMALL, Colour.TEXT, expand=True),
    ]
    if action:
        row.append(quiet(action, on_action))
    if on_close:
        row.append(icon_button(ft.Icons.CLOSE_ROUNDED, close_name, on_close))
    return ft.Semantics(
        live_region=True,
        content=ft.Container(
            ft.Row(row, spacing=12), bgcolor=behind, padding=ft.Padding.symmetric(horizontal=20, vertical=6)
        ),
    )


def note(words: str, *, title: str = "", status: Status | None = None) -> ft.Control:
    """An explanation in a soft box inside a panel."""
    behind = STATUS_COLOURS[status][1] if status else Colour.SUNKEN
    rows: list[ft.Control] = [*([text(title, Style.LABEL)] if title else []), text(words, Style.BODY, Colour.TEXT_2)]
    return ft.Container(ft.Column(rows, spacing=2), bgcolor=behind, border_radius=Radius.CONTROL, padding=14)


def toast(
    page: ft.Page, words: str, *, undo: Callable[[], Any] | None = None, undo_label: str = "", above: float = 0
) -> None:
    """One line at the bottom left, 6 s, with Undo 10 s. Never for an error that needs an answer.

    `above` is the height of a bar at the foot of a phone that the toast must not cover.
    """
    phone = window_of(page).size is SizeClass.PHONE
    right = 16.0 if phone else max(24.0, (page.width or 1024) - 24 - 420)
    action = (
        ft.SnackBarAction(undo_label, text_color=Colour.INVERSE_ACTION, on_click=calling(undo))
        if undo and undo_label
        else None
    )
    page.show_dialog(
        ft.SnackBar(
            text(words, Style.BODY, Colour.ON_INVERSE),
            action=action,
            behavior=ft.SnackBarBehavior.FLOATING,
            bgcolor=Colour.INVERSE,
            duration=Motion.TOAST_WITH_UNDO if action else Motion.TOAST,
            persist=False,
            elevation=6,
            shape=ft.RoundedRectangleBorder(radius=Radius.CARD),
            margin=ft.Margin(16 if phone else 24, 0, right, 12 + above if phone else 24),
            padding=ft.Padding(18, 6, 10, 6) if action else ft.Padding.symmetric(horizontal=18, vertical=16),
        )
    )
