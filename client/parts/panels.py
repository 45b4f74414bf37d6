"""A panel that is still loading or did not load, in the words every list uses."""

from collections.abc import Callable
from typing import Any

import flet as ft

from client.core.action import Action
from client.core.http import ApiError
from client.core.language import t
from client.core.problem_words import problem_words
from client.design.buttons import outlined
from client.design.feedback import Loading, failure, grey_block
from client.design.handlers import calling
from client.design.layout import card
from client.design.tokens import Colour, Radius


def loading_rows(what: str, *, rows: int = 6, height: float = 40) -> ft.Control:
    """Grey rows while a list loads; `what` is said to readers ("Loading your homes")."""
    shapes = ft.Column(
        [
            ft.Row(
                [grey_block(height, height), grey_block(14, expand=True), grey_block(14, 80)],
                spacing=16,
            )
            for _ in range(rows)
        ],
        spacing=16,
    )
    return card(Loading(shapes, what, t("Still loading. It takes longer than usual.")))


def failed(
    title: str, problem: ApiError, retry: Callable[..., Any], *, kept: str = "", busy: bool = False
) -> ft.Control:
    """What did not load and why, with a button; `kept` says what is not lost."""
    words = " ".join(part for part in (problem_words(problem).rstrip(".") + ".", kept) if part)
    return card(failure(title, words, retry=t("Try again"), on_retry=retry, busy=busy))


def next_page(cursor: str | None, more: Action) -> list[ft.Control]:
    """Under a list that goes on: the button for its next page, or why that did not come; else nothing."""
    if cursor is None:
        return []
    if more.problem is not None:
        return [failed(t("The next page did not load"), more.problem, calling(more.start), busy=more.running)]
    button = outlined(t("Load more"), calling(more.start), busy=more.running)
    return [ft.Row([button], alignment=ft.MainAxisAlignment.CENTER)]


def framed(content: ft.Control) -> ft.Control:
    """A line with round corners round a table. The content is clipped inside the line, else its corners cover it."""
    inside = ft.Container(content, border_radius=Radius.CARD - 1, clip_behavior=ft.ClipBehavior.ANTI_ALIAS)
    return ft.Container(inside, bgcolor=Colour.SURFACE, border=ft.Border.all(1, Colour.LINE), border_radius=Radius.CARD)
