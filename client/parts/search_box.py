"""A field that narrows a list while one types."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import flet as ft

from client.core.action import Action
from client.core.hooks import use_once
from client.core.language import t
from client.core.shortcuts import Shortcut, typing_begins, typing_ends, use_shortcuts
from client.design.buttons import FOCUS, REST, icon_button
from client.design.theme import text_style
from client.design.tokens import Colour, Radius, Size

SETTLE_SECONDS = 0.35


@ft.component
def SearchBox(label: str, hint: str, value: str, on_settled: Callable[[str], Awaitable[Any]]) -> ft.Control:
    """Calls `on_settled` once the typing pauses, or at Enter. `value` is the text settled last; `/` leads here."""
    field: Any = ft.use_ref(None)
    typed, set_typed = ft.use_state(value)
    settled: Any = ft.use_ref(value)
    wait = use_once(lambda: Action(lambda words, pause: _settle(words, pause), latest=True))

    def follow() -> None:
        # Back, forward and "show all" change the text from outside.
        if settled.current != value:
            settled.current = value
            set_typed(value)

    ft.use_effect(follow, [value])

    async def _settle(words: str, pause: float) -> None:
        await asyncio.sleep(pause)
        settled.current = words
        await on_settled(words)

    async def change(e: Any) -> None:
        set_typed(e.data)
        await wait.start(e.data, SETTLE_SECONDS)

    async def submit(_: Any) -> None:
        await wait.start(typed, 0)

    async def clear(_: Any) -> None:
        set_typed("")
        await wait.start("", 0)

    def line(colour: str, width: float) -> ft.InputBorder:
        return ft.OutlineInputBorder(side=ft.BorderSide(width, colour), border_radius=Radius.CONTROL)

    cross = icon_button(ft.Icons.CLOSE_ROUNDED, t("Clear the search"), clear, color=Colour.TEXT_2)

    async def focus() -> None:
        if field.current is not None:
            await field.current.focus()

    use_shortcuts(t("On this page"), [Shortcut("/", label, focus)])
    box = ft.TextField(
        ref=field,
        on_focus=typing_begins,
        on_blur=typing_ends,
        value=typed,
        on_change=change,
        on_submit=submit,
        hint_text=hint,
        prefix_icon=ft.Icon(ft.Icons.SEARCH_ROUNDED, size=Size.ICON, color=Colour.TEXT_2),
        suffix_icon=cross if typed else None,
        border={FOCUS: line(Colour.ACCENT_TEXT, 2), REST: line(Colour.LINE_STRONG, 1)},
        filled=True,
        fill_color=Colour.SURFACE,
        hover_color=Colour.SURFACE,
        cursor_color=Colour.TEXT,
        text_style=text_style("body", color=Colour.TEXT),
        hint_style=text_style("body", color=Colour.TEXT_3),
        content_padding=ft.Padding.symmetric(horizontal=14, vertical=11),
        dense=True,
        max_length=200,
        counter="",
    )
    return ft.MergeSemantics(content=ft.Semantics(label=label, content=box))
