"""Buttons and the custom target every other pressable thing is made of.

Hover, focus ring, Enter and Space are the client's work: they cost no round trip. Each target is at least 44 high
and has exactly one node with one name for readers.
"""

from collections.abc import Callable
from typing import Any, Final

import flet as ft

from client.design.text import text
from client.design.theme import text_style
from client.design.tokens import Colour, Motion, Radius, Size, Style

OnClick = Callable[..., Any]

REST: Final = ft.ControlState.DEFAULT
HOVER: Final = ft.ControlState.HOVERED
FOCUS: Final = ft.ControlState.FOCUSED
PRESS: Final = ft.ControlState.PRESSED
OFF: Final = ft.ControlState.DISABLED

# Two pixels wide and two away from the shape: the ring with a gap, in one property.
RING: Final = ft.BorderSide(2, Colour.TEXT, stroke_align=3)
NO_LINE: Final = ft.BorderSide.none()


def filled(
    label: str,
    on_click: OnClick | None = None,
    *,
    icon: ft.IconData | None = None,
    busy: bool = False,
    disabled: bool = False,
    expand: bool = False,
    large: bool = False,
    width: float | None = None,
    autofocus: bool = False,
) -> ft.Control:
    """The one accent button of a zone. Busy: a ring takes the icon's place and a second press does nothing."""
    style = _style(
        bgcolor={OFF: Colour.PRESS, HOVER: Colour.ACCENT_HOVER, REST: Colour.ACCENT},
        color={OFF: Colour.TEXT_3, REST: Colour.ON_ACCENT},
        padding=ft.Padding.symmetric(horizontal=18, vertical=14 if large else 12),
    )
    return ft.FilledButton(
        _face(label, icon, busy, Colour.TEXT_3 if disabled else Colour.ON_ACCENT),
        on_click=None if busy else on_click,
        disabled=disabled,
        style=style,
        elevation=0,
        width=width,
        expand=expand or None,
        autofocus=autofocus,
    )


def outlined(
    label: str,
    on_click: OnClick | None = None,
    *,
    icon: ft.IconData | None = None,
    busy: bool = False,
    disabled: bool = False,
    expand: bool = False,
    danger: bool = False,
    width: float | None = None,
) -> ft.Control:
    """The second choice beside a filled button, or the only button of a page header."""
    colour = Colour.TEXT_3 if disabled else Colour.DANGER if danger else Colour.TEXT
    style = _style(
        bgcolor={OFF: Colour.PRESS, HOVER: Colour.SUNKEN, REST: Colour.SURFACE},
        color=colour,
        side={OFF: NO_LINE, FOCUS: RING, REST: ft.BorderSide(1, Colour.LINE_STRONG)},
    )
    return ft.OutlinedButton(
        _face(label, icon, busy, colour),
        on_click=None if busy else on_click,
        disabled=disabled,
        style=style,
        width=width,
        expand=expand or None,
    )


def quiet(
    label: str,
    on_click: OnClick | None = None,
    *,
    icon: ft.IconData | None = None,
    accent: bool = False,
    busy: bool = False,
    disabled: bool = False,
    name: str = "",
    url: str = "",
) -> ft.Control:
    """A button without a shape. `accent` for a link to an explanation ("Why this price").

    `name` is what readers hear instead of the label, where many buttons have the same. `url` leads a browser out of the
    client, in the same window.
    """
    colour = Colour.TEXT_3 if disabled else Colour.ACCENT_TEXT if accent else Colour.TEXT
    style = _style(bgcolor={HOVER: Colour.SUNKEN, REST: ft.Colors.TRANSPARENT}, color=colour, padding=12)
    face = _face(label, icon, busy, colour)
    if name:
        face = ft.Semantics(label=name, exclude_semantics=True, content=face)
    way = ft.Url(url, target=ft.UrlTarget.SELF) if url else None
    button = ft.TextButton(face, on_click=None if busy else on_click, disabled=disabled, style=style, url=way)
    return ft.MergeSemantics(content=button) if name else button


def icon_button(
    icon: ft.IconData,
    label: str,
    on_click: OnClick | None = None,
    *,
    color: str = Colour.TEXT,
    bgcolor: str | None = None,
    outlined: bool = False,
    disabled: bool = False,
    badge: str | None = None,
    ref: ft.Ref[Any] | None = None,
) -> ft.Control:
    """An icon alone, 44 x 44. The name is merged into the button's node: a tooltip alone gives none.

    `ref` gets the control itself, to move the focus there.
    """
    button = ft.IconButton(
        ref=ref,
        icon=ft.Icon(icon, size=Size.ICON_NAV if not outlined else Size.ICON, color=color, badge=count_badge(badge)),
        on_click=on_click,
        disabled=disabled,
        width=Size.TARGET,
        height=Size.TARGET,
        style=ft.ButtonStyle(
            padding=0,
            bgcolor={HOVER: Colour.SUNKEN, REST: bgcolor or (Colour.SURFACE if outlined else ft.Colors.TRANSPARENT)},
            overlay_color=ft.Colors.TRANSPARENT,
            side={FOCUS: RING, REST: ft.BorderSide(1, Colour.LINE_STRONG) if outlined else NO_LINE},
            shape=ft.RoundedRectangleBorder(radius=Radius.CONTROL) if outlined else ft.CircleBorder(),
        ),
    )
    return ft.MergeSemantics(content=ft.Semantics(label=label, content=button))


def target(
    content: ft.Control,
    label: str,
    on_click: OnClick | None,
    *,
    radius: float = Radius.CARD,
    bgcolor: str = Colour.SURFACE,
    hover: str = Colour.SUNKEN,
    line: str | None = Colour.LINE,
    chosen: bool = False,
    padding: ft.PaddingValue = 0,
    align: ft.Alignment = ft.Alignment.TOP_LEFT,
    height: float | None = None,
    width: float | None = None,
    disabled: bool = False,
    on_hover: OnClick | None = None,
    on_focus: OnClick | None = None,
    selected: bool | None = None,
    autofocus: bool = False,
    expand: bool = False,
    key: str | None = None,
    ref: ft.Ref[Any] | None = None,
) -> ft.Control:
    """A pressable card, row, chip or day: one node for readers with `label` as its name and what it shows hidden.

    `chosen` draws the accent line two wide. What must be pressed on its own (a heart) stands beside it in a Stack.
    `ref` gets the control itself, to move the focus there.
    """
    edge = _edge(line, chosen)
    button = ft.OutlinedButton(
        ft.Semantics(label=label, exclude_semantics=True, selected=selected, content=content),
        ref=ref,
        on_click=on_click,
        on_hover=on_hover,
        on_focus=on_focus,
        disabled=disabled,
        height=height,
        width=width,
        autofocus=autofocus,
        key=key,
        style=ft.ButtonStyle(
            padding=padding,
            shape=ft.RoundedRectangleBorder(radius=radius),
            bgcolor={OFF: bgcolor, HOVER: hover, REST: bgcolor},
            overlay_color={PRESS: Colour.PRESS, REST: ft.Colors.TRANSPARENT},
            side={FOCUS: RING, REST: edge},
            alignment=align,
            color=Colour.TEXT,
            animation_duration=Motion.PRESS,
        ),
    )
    return ft.MergeSemantics(content=button, expand=expand or None)


def _edge(line: str | None, chosen: bool) -> ft.BorderSide:
    if chosen:
        return ft.BorderSide(2, Colour.ACCENT, stroke_align=0)
    return ft.BorderSide(1, line) if line else NO_LINE


def _style(**more: Any) -> ft.ButtonStyle:
    # Height comes from padding: a fixed one would cut text at 200 %.
    values: dict[str, Any] = {
        "overlay_color": {PRESS: ft.Colors.with_opacity(0.12, Colour.TEXT), REST: ft.Colors.TRANSPARENT},
        "side": {FOCUS: RING, REST: NO_LINE},
        "shape": ft.RoundedRectangleBorder(radius=Radius.CONTROL),
        "padding": ft.Padding.symmetric(horizontal=18, vertical=12),
        "elevation": 0,
        "text_style": text_style("label"),
        "animation_duration": Motion.PRESS,
    }
    return ft.ButtonStyle(**{**values, **more})


def _face(label: str, icon: ft.IconData | None, busy: bool, colour: str) -> ft.Control:
    words = text(label, Style.LABEL, colour, align=ft.TextAlign.CENTER)
    if busy:
        lead: ft.Control = ft.ProgressRing(width=Size.ICON, height=Size.ICON, stroke_width=2, color=colour)
    elif icon is not None:
        lead = ft.Icon(icon, size=Size.ICON, color=colour)
    else:
        return words
    return ft.Row([lead, words], spacing=9, tight=True, alignment=ft.MainAxisAlignment.CENTER)


def count_badge(words: str | None) -> ft.Badge | None:
    """A count at the corner of an icon. A bare text would be broken after its first figure."""
    if not words:
        return None
    label = ft.Text(words, theme_style=Style.CAPTION_STRONG, color=Colour.ON_ACCENT, no_wrap=True)
    return ft.Badge(label, bgcolor=Colour.ACCENT)
