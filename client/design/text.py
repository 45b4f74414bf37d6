"""Words on the screen: every text takes a slot of the theme and a colour role, so that dark mode needs no update."""

import flet as ft

from client.design.theme import text_style
from client.design.tokens import Colour, Style

_LEVELS = {1: Style.H1, 2: Style.H2, 3: Style.H3}


def text(
    value: str,
    style: ft.TextThemeStyle = Style.BODY,
    color: str = Colour.TEXT,
    *,
    align: ft.TextAlign = ft.TextAlign.START,
    max_lines: int | None = None,
    struck: bool = False,
    expand: bool = False,
) -> ft.Text:
    """A text in one of the theme's styles. `struck` draws a line through it (a taken day, an old price)."""
    # A struck text needs a style of its own: the theme's slots have no decoration.
    line = ft.TextStyle(decoration=ft.TextDecoration.LINE_THROUGH) if struck else None
    return ft.Text(
        value,
        theme_style=style,
        style=line,
        color=color,
        text_align=align,
        max_lines=max_lines,
        overflow=ft.TextOverflow.ELLIPSIS if max_lines else ft.TextOverflow.CLIP,
        expand=expand or None,
    )


def copyable(value: str, style: ft.TextThemeStyle = Style.BODY, color: str = Colour.TEXT) -> ft.Semantics:
    """A text that can be selected and copied. Flutter tells readers of such a text a field without a name or words."""
    words = text(value, style, color)
    words.selectable = True
    return ft.Semantics(label=value, exclude_semantics=True, content=words)


def header(
    value: str,
    level: int = 1,
    *,
    style: ft.TextThemeStyle | None = None,
    color: str = Colour.TEXT,
    live: bool = False,
) -> ft.Semantics:
    """A heading that readers find as one. `live` announces changes ("126 homes free")."""
    return ft.Semantics(
        container=True,  # else the texts beside it become part of the heading
        header=True,
        heading_level=level,
        live_region=live or None,
        content=text(value, style or _LEVELS.get(level, Style.H3), color),
    )


def one_line(
    value: str, style: ft.TextThemeStyle = Style.BODY, color: str = Colour.TEXT_2, *, expand: bool = False
) -> ft.Text:
    """A text cut with an ellipsis instead of a second line."""
    return text(value, style, color, max_lines=1, expand=expand)


def amount(value: str, *, strong: bool = False, color: str = Colour.TEXT, struck: bool = False) -> ft.Text:
    """Money or a time in a column: figures of one width, aligned to the end."""
    style = Style.AMOUNT_STRONG if strong else Style.AMOUNT
    return text(value, style, color, align=ft.TextAlign.END, struck=struck)


def price(value: str, note: str = "", *, size: str = "figure") -> ft.Text:
    """A figure and its note on one baseline ("£328.04 for 3 nights"). `size` is a type token: figure, h1, h2."""
    spans = [ft.TextSpan(value, text_style(size, color=Colour.TEXT))]
    if note:
        spans.append(ft.TextSpan(f" {note}", text_style("body", color=Colour.TEXT_2)))
    return ft.Text(spans=spans)
