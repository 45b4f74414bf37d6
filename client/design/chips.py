"""Filter chips that are pressed and status chips that are read."""

from collections.abc import Sequence
from typing import Final

import flet as ft

from client.design.buttons import OnClick, target
from client.design.handlers import calling
from client.design.text import text
from client.design.tokens import Colour, Radius, Size, Status, Style

STATUS_ICONS: Final[dict[Status, ft.IconData]] = {
    Status.SUCCESS: ft.Icons.CHECK_CIRCLE_OUTLINE_ROUNDED,
    Status.WAITING: ft.Icons.SCHEDULE_ROUNDED,
    Status.DANGER: ft.Icons.ERROR_OUTLINE_ROUNDED,
    Status.NEUTRAL: ft.Icons.INFO_OUTLINE_ROUNDED,
}

STATUS_COLOURS: Final[dict[Status, tuple[Colour, Colour]]] = {
    Status.SUCCESS: (Colour.SUCCESS, Colour.SUCCESS_SOFT),
    Status.WAITING: (Colour.WAITING, Colour.WAITING_SOFT),
    Status.DANGER: (Colour.DANGER, Colour.DANGER_SOFT),
    Status.NEUTRAL: (Colour.NEUTRAL, Colour.NEUTRAL_SOFT),
}


def filter_chip(
    label: str,
    on_click: OnClick | None,
    *,
    chosen: bool = False,
    icon: ft.IconData | None = None,
    removable: bool = False,
    name: str | None = None,
    disabled: bool = False,
) -> ft.Control:
    """A filter: chosen shows a check, or a cross when pressing takes it away. `name` is what readers hear.

    Drawn 36 high in a target of 44.
    """
    colour = Colour.TEXT_3 if disabled else Colour.ACCENT_TEXT if chosen else Colour.TEXT
    lead = icon or (ft.Icons.CHECK_ROUNDED if chosen and not removable else None)
    face = ft.Row(
        [
            *([ft.Icon(lead, size=18, color=colour)] if lead else []),
            text(label, Style.CHIP, colour),
            *([ft.Icon(ft.Icons.CLOSE_ROUNDED, size=16, color=colour)] if removable else []),
        ],
        spacing=8,
        tight=True,
    )
    pill = ft.Container(
        face,
        bgcolor=Colour.ACCENT_SOFT if chosen else Colour.SURFACE,
        border=ft.Border.all(1, Colour.ACCENT_TEXT if chosen else Colour.LINE),
        border_radius=Radius.PILL,
        # Wide enough that a word of four letters fills the least width of a button, else the gaps would differ.
        padding=ft.Padding.symmetric(horizontal=18, vertical=7),
    )
    return target(
        pill,
        name or label,
        on_click,
        radius=Size.TARGET / 2,
        bgcolor=ft.Colors.TRANSPARENT,
        hover=Colour.PRESS,
        line=None,
        padding=ft.Padding.symmetric(vertical=(Size.TARGET - Size.CHIP) / 2),
        align=ft.Alignment.CENTER,
        disabled=disabled,
        selected=chosen,
    )


def chip_row(chips: Sequence[ft.Control], *, wrap: bool = False) -> ft.Control:
    """Chips in one row that scrolls sideways, or wrapped. Each has 4 px above and below that belong to its target."""
    if wrap:
        return ft.Row([*chips], wrap=True, spacing=8, run_spacing=0)
    return ft.Row([*chips], scroll=ft.ScrollMode.HIDDEN, spacing=8)


def status_chip(label: str, status: Status, icon: ft.IconData | None = None) -> ft.Control:
    """A state in a word with an icon, never by colour alone; with the deadline if there is one ("Pay by Thu 18:00")."""
    colour, behind = STATUS_COLOURS[status]
    return ft.Container(
        ft.Row(
            [
                ft.Icon(icon or STATUS_ICONS[status], size=16, color=colour),
                text(label, Style.CAPTION_STRONG, colour),
            ],
            spacing=6,
            tight=True,
        ),
        bgcolor=behind,
        border_radius=Radius.PILL,
        padding=ft.Padding.symmetric(horizontal=10, vertical=5),
    )


def tag(label: str, *, accent: bool = False) -> ft.Control:
    """A small word in a soft pill: whose turn it is ("You" in accent, another's name in neutral)."""
    return ft.Container(
        text(label, Style.CAPTION_STRONG, Colour.ACCENT_TEXT if accent else Colour.NEUTRAL),
        bgcolor=Colour.ACCENT_SOFT if accent else Colour.NEUTRAL_SOFT,
        border_radius=Radius.PILL,
        padding=ft.Padding.symmetric(horizontal=10, vertical=5),
    )


def segments(options: Sequence[tuple[str, str]], chosen: str, on_choose: OnClick) -> ft.Control:
    """One choice among few, side by side; `options` are (value, label), `on_choose` gets the value."""

    def one(value: str, label: str) -> ft.Control:
        on = value == chosen
        colour = Colour.ACCENT_TEXT if on else Colour.TEXT_2
        check = [ft.Icon(ft.Icons.CHECK_ROUNDED, size=18, color=colour)] if on else []
        return target(
            ft.Row([*check, text(label, Style.CHIP, colour)], spacing=6, tight=True),
            label,
            calling(on_choose, value),
            radius=8,
            bgcolor=Colour.ACCENT_SOFT if on else Colour.SURFACE,
            hover=Colour.ACCENT_SOFT if on else Colour.SUNKEN,
            line=None,
            selected=on,
            padding=ft.Padding.symmetric(horizontal=14, vertical=12),
            align=ft.Alignment.CENTER,
        )

    return ft.Row(
        [
            ft.Container(
                ft.Row([one(value, label) for value, label in options], spacing=2, tight=True),
                border=ft.Border.all(1, Colour.LINE_STRONG),
                border_radius=Radius.CONTROL,
                bgcolor=Colour.SURFACE,
                padding=1,
            )
        ],
        scroll=ft.ScrollMode.HIDDEN,
    )
