"""The sheet behind `?`: every shortcut of this page, as it is registered."""

from collections.abc import Sequence

import flet as ft

from client.core.language import t
from client.core.shortcuts import Group, Shortcut, register_of
from client.design.sheets import open_sheet
from client.design.text import header, text
from client.design.tokens import Colour, Radius, Style

WIDTH = 560


def show_shortcuts(page: ft.Page) -> None:
    """Open the sheet."""
    body = ft.Column(
        [_group(group) for group in _by_title(register_of(page).groups)],
        spacing=18,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    open_sheet(page, t("Keys"), body, close_name=t("Close"), width=WIDTH)


def _by_title(groups: Sequence[Group]) -> list[Group]:
    """Groups of one title as one, each combination of keys once: what is registered later comes first and counts."""
    found: dict[str, dict[str, Shortcut]] = {}
    taken: set[str] = set()
    for group in groups:
        for shortcut in group.shortcuts:
            if shortcut.keys not in taken:
                taken.add(shortcut.keys)
                found.setdefault(group.title, {})[shortcut.keys] = shortcut
    return [Group(title, list(shortcuts.values())) for title, shortcuts in found.items()]


def _group(group: Group) -> ft.Control:
    rows: list[ft.Control] = [header(group.title, 3, style=Style.SMALL_STRONG, color=Colour.TEXT_2)]
    rows += [_row(shortcut) for shortcut in group.shortcuts]
    return ft.Column(rows, spacing=8, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _row(shortcut: Shortcut) -> ft.Control:
    keys = shortcut.keys.split(" ")
    row = ft.Row(
        [text(shortcut.words, expand=True), ft.Row([_key(key) for key in keys], spacing=4, tight=True)], spacing=12
    )
    spoken = t(", then ").join(key.upper() for key in keys)
    return ft.Semantics(label=f"{shortcut.words}: {spoken}", exclude_semantics=True, content=row)


def _key(key: str) -> ft.Control:
    return ft.Container(
        text(key.upper(), Style.AMOUNT_STRONG, Colour.TEXT),
        padding=ft.Padding.symmetric(horizontal=9, vertical=3),
        bgcolor=Colour.SUNKEN,
        border=ft.Border.all(1, Colour.LINE_STRONG),
        border_radius=Radius.SMALL,
    )
