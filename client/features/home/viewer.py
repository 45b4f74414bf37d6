"""The pictures of a home over the whole window."""

from collections.abc import Callable
from typing import Any

import flet as ft

from client.core.boundaries import panel
from client.core.language import t
from client.core.session import use_session
from client.design.buttons import icon_button
from client.design.text import text
from client.design.tokens import Colour, Style, hex_of
from client.features.home.gallery import pictures_of
from shared_models.properties import PropertyRead, cover_path

# Dark in both themes: pictures are looked at, not the page.
_BEHIND, _WORDS = hex_of(Colour.INVERSE, "light"), hex_of(Colour.ON_INVERSE, "light")
_STEPS = {"Arrow Right": 1, "Arrow Left": -1, "Page Down": 1, "Page Up": -1}
_SWIPE = 80
"""Pixels a second from which a drag is a swipe."""


@panel
def Viewer(home: PropertyRead, first: int, on_close: Callable[[], Any]) -> ft.Control:
    """The pictures from the one at `first` on: arrows and swipes lead on, Escape and the cross back."""
    page, state = ft.context.page, ft.use_state(first)
    place, set_place = state
    pictures = pictures_of(home)

    def step(by: int) -> None:
        set_place((place + by) % len(pictures))

    def key(e: ft.KeyDownEvent) -> None:
        if e.key in _STEPS:
            step(_STEPS[e.key])
        elif e.key == "Escape":
            on_close()

    words = t("{picture}. {n} of {all}", picture=pictures[place].label.rstrip("."), n=place + 1, all=len(pictures))
    body = ft.Container(
        ft.Column([_head(words, on_close), _middle(home, place, step)], spacing=8, expand=True),
        padding=ft.Padding(16, 12, 12, 24),
        width=page.width,
        height=page.height,
    )
    ft.use_dialog(
        ft.AlertDialog(
            content=ft.KeyboardListener(body, on_key_down=key, autofocus=True),
            bgcolor=_BEHIND,
            inset_padding=0,
            content_padding=0,
            shape=ft.RoundedRectangleBorder(radius=0),
            on_dismiss=lambda _: on_close(),
        )
    )
    return ft.Container()


def _head(words: str, on_close: Callable[[], Any]) -> ft.Control:
    close = icon_button(ft.Icons.CLOSE_ROUNDED, t("Close the pictures"), lambda _: on_close(), color=_WORDS)
    told = ft.Semantics(live_region=True, content=text(words, Style.BODY, _WORDS))
    return ft.Row([ft.Container(told, expand=True), close], spacing=12)


def _middle(home: PropertyRead, place: int, step: Callable[[int], None]) -> ft.Control:
    session, pictures = use_session(), pictures_of(home)

    def swiped(e: ft.DragEndEvent[Any]) -> None:
        speed = e.primary_velocity or 0
        if abs(speed) > _SWIPE:
            step(-1 if speed > 0 else 1)

    shown = ft.Image(
        src=session.device.url(cover_path(home.id, 1600, pictures[place].room)),
        fit=ft.BoxFit.CONTAIN,
        gapless_playback=True,
        exclude_from_semantics=True,
        expand=True,
    )
    row: list[ft.Control] = [ft.GestureDetector(shown, on_horizontal_drag_end=swiped, expand=True)]
    if len(pictures) > 1:
        row.insert(0, icon_button(ft.Icons.CHEVRON_LEFT_ROUNDED, t("Picture before"), lambda _: step(-1), color=_WORDS))
        row.append(icon_button(ft.Icons.CHEVRON_RIGHT_ROUNDED, t("Next picture"), lambda _: step(1), color=_WORDS))
    return ft.Row(row, expand=True)
