"""Progress always comes with words: what is being done and how far it is."""

import flet as ft

from client.design.text import text
from client.design.tokens import Colour, Radius, Style


def progress(words: str, done: float | None = None, *, note: str = "") -> ft.Control:
    """A bar with words above. `done` is 0 to 1, None while the end is unknown. Readers hear the words, not the bar."""
    bar = ft.ProgressBar(value=done, color=Colour.ACCENT, bgcolor=Colour.PRESS, bar_height=8, border_radius=Radius.PILL)
    percent = [text(f"{round(done * 100)} %", Style.AMOUNT, Colour.TEXT_2)] if done is not None else []
    return ft.Column(
        [
            ft.Row([text(words, Style.LABEL, expand=True), *percent]),
            ft.Semantics(exclude_semantics=True, content=bar),
            *([text(note, Style.SMALL, Colour.TEXT_2)] if note else []),
        ],
        spacing=8,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def busy_ring(name: str, *, size: float = 24) -> ft.Control:
    """A ring for a small place that waits, named for readers."""
    return ft.Semantics(
        label=name, content=ft.ProgressRing(width=size, height=size, stroke_width=3, color=Colour.ACCENT)
    )
