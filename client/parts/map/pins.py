"""What stands on a map: prices, dots, and circles that gather homes."""

from collections.abc import Callable
from typing import Any, Final

import flet as ft

from client.core.language import whole
from client.design.text import text
from client.design.tokens import SHADOW_PIN, Colour, Motion, Style
from client.parts.map.sheet import GROUP_HEIGHT, group_width

PIN_HEIGHT: Final = 32
PIN_WIDTH: Final = 60
"""Of a usual price."""
TARGET: Final = 44
DOT: Final = 11
PIN_ROOM: Final = 104
"""The width of a pin's place on the map; the pin itself is as wide as its words."""


def price_pin(
    words: str,
    *,
    chosen: bool = False,
    seen: bool = False,
    on_click: Callable[[], Any] | None = None,
    on_hover: Callable[[bool], Any] | None = None,
) -> ft.Control:
    """A price in whole units of its currency. Chosen: accent and a little larger."""
    colour = Colour.ON_ACCENT if chosen else Colour.TEXT_2 if seen else Colour.TEXT
    pill = ft.Container(
        text(words, Style.CHIP, colour, max_lines=1),
        height=PIN_HEIGHT,
        alignment=ft.Alignment.CENTER,
        padding=ft.Padding.symmetric(horizontal=11),
        bgcolor=Colour.ACCENT if chosen else Colour.SUNKEN if seen else Colour.SURFACE,
        border=ft.Border.all(2, Colour.SURFACE) if chosen else ft.Border.all(1, Colour.LINE_STRONG),
        border_radius=PIN_HEIGHT / 2,
        shadow=SHADOW_PIN,
        scale=1.12 if chosen else 1,
        animate_scale=Motion.APPEAR,
        on_click=None if on_click is None else lambda _: on_click(),
        on_hover=None if on_hover is None else lambda e: on_hover(bool(e.data)),
    )
    return ft.Row([pill], alignment=ft.MainAxisAlignment.CENTER, vertical_alignment=ft.CrossAxisAlignment.CENTER)


def dot(on_click: Callable[[], Any] | None = None, on_hover: Callable[[bool], Any] | None = None) -> ft.Control:
    """A home that is free but not on this page of the list, in a place that a finger can hit."""
    mark = ft.Container(
        width=DOT,
        height=DOT,
        border_radius=DOT / 2,
        bgcolor=Colour.SURFACE,
        border=ft.Border.all(3, Colour.LINE_STRONG),
    )
    return _hit(mark, on_click, on_hover)


def group(homes: int, on_click: Callable[[], Any] | None = None) -> ft.Control:
    """Homes that stand too near each other to be told apart."""
    mark = ft.Container(
        text(whole(homes), Style.SMALL_STRONG, Colour.ON_INVERSE, max_lines=1),
        width=group_width(homes),
        height=GROUP_HEIGHT,
        border_radius=GROUP_HEIGHT / 2,
        bgcolor=Colour.INVERSE,
        border=ft.Border.all(2, Colour.SURFACE),
        alignment=ft.Alignment.CENTER,
        shadow=SHADOW_PIN,
    )
    return _hit(mark, on_click)


def _hit(
    mark: ft.Control, on_click: Callable[[], Any] | None, on_hover: Callable[[bool], Any] | None = None
) -> ft.Control:
    return ft.Container(
        mark,
        alignment=ft.Alignment.CENTER,
        on_click=None if on_click is None else lambda _: on_click(),
        on_hover=None if on_hover is None else lambda e: on_hover(bool(e.data)),
    )
