"""Homes that were begun and are not there yet, above the list."""

from collections.abc import Callable
from typing import Any

import flet as ft

from client.core.boundaries import panel
from client.core.language import day, t, tn
from client.design.buttons import icon_button, quiet, target
from client.design.layout import card, divider
from client.design.rows import keyed
from client.design.text import header, one_line
from client.design.tokens import Colour, Radius, Size, Style
from client.parts.listing import place_words
from shared_models.drafts import DraftField, DraftRead

SHOWN = 3


def begun_panel(
    drafts: tuple[DraftRead, ...], go_on: Callable[[DraftRead], Any], discard: Callable[[DraftRead], Any]
) -> list[ft.Control]:
    """The latest begun homes, or nothing."""
    if not drafts:
        return []
    return [_Begun(drafts, go_on, discard)]


@panel
def _Begun(
    drafts: tuple[DraftRead, ...], go_on: Callable[[DraftRead], Any], discard: Callable[[DraftRead], Any]
) -> ft.Control:
    all_, show_all = ft.use_state(False)
    shown = drafts if all_ else drafts[:SHOWN]
    rows: list[ft.Control] = [header(tn("{n} home begun", "{n} homes begun", len(drafts)), 2, style=Style.LABEL)]
    for draft in shown:
        rows += [divider(), keyed(draft.id, _row(draft, go_on, discard))]
    if rest := len(drafts) - len(shown):
        words = tn("Show {n} more", "Show {n} more", rest)
        rows += [divider(), ft.Row([quiet(words, lambda _: show_all(True), accent=True)])]
    return card(ft.Column(rows, spacing=8, horizontal_alignment=ft.CrossAxisAlignment.STRETCH))


def title_of(draft: DraftRead) -> str:
    """What a begun home is called until it has a title."""
    return draft.said.words.get(DraftField.TITLE, "").strip() or t("A home without a title yet")


def _row(draft: DraftRead, go_on: Callable[[DraftRead], Any], discard: Callable[[DraftRead], Any]) -> ft.Control:
    said, title = draft.said.words, title_of(draft)
    place = place_words(said.get(DraftField.CITY, ""), said.get(DraftField.NEIGHBOURHOOD) or None).strip(", ")
    kept = t("kept {when}", when=day(draft.updated_at.date()))
    words = ft.Column(
        [
            one_line(title, Style.STRONG, Colour.TEXT),
            one_line(" · ".join(filter(None, (place, kept))), Style.SMALL),
        ],
        spacing=0,
        tight=True,
        expand=True,
    )
    go = target(
        ft.Row([words, ft.Icon(ft.Icons.CHEVRON_RIGHT_ROUNDED, size=Size.ICON, color=Colour.TEXT_2)], spacing=8),
        t("Go on with {title}", title=title),
        lambda _: go_on(draft),
        radius=Radius.SMALL,
        line=None,
        bgcolor=ft.Colors.TRANSPARENT,
        align=ft.Alignment.CENTER_LEFT,
        padding=ft.Padding.symmetric(vertical=4),
        expand=True,
    )
    away = icon_button(
        ft.Icons.DELETE_OUTLINE_ROUNDED,
        t("Throw {title} away", title=title),
        lambda _: discard(draft),
        color=Colour.TEXT_2,
    )
    return ft.Row([go, away], spacing=4)
