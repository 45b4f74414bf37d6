"""Figures, each of which opens the list behind it, and the nights to come as bars."""

import dataclasses
from collections.abc import Sequence

import flet as ft

from client.core.language import and_, day_short, t, tn, whole
from client.design.buttons import target
from client.design.layout import SizeClass, card, card_padding, grid_gap
from client.design.text import price, text
from client.design.tokens import Colour, Radius, Style
from shared_models.today import NightLet

BARS = 14
BAR_HEIGHT = 52
FULL_NAMED = 3


@dataclasses.dataclass(frozen=True)
class Tile:
    """A figure: its name, its value with what it is out of, one line that explains it, and the list behind it."""

    name: str
    value: str
    of: str
    line: str
    path: str


def tiles(page: ft.Page, shown: Sequence[Tile], size: SizeClass) -> ft.Control:
    """All figures in a row, two in a row where there is less room; equally high."""
    in_a_row = 4 if size is SizeClass.DESKTOP else 2
    gap = 12 if size is SizeClass.PHONE else grid_gap(size)
    rows = [shown[start : start + in_a_row] for start in range(0, len(shown), in_a_row)]
    return ft.Column(
        [
            ft.Row(
                [_tile(page, tile, size) for tile in row],
                spacing=gap,
                intrinsic_height=True,
                vertical_alignment=ft.CrossAxisAlignment.STRETCH,
            )
            for row in rows
        ],
        spacing=gap,
    )


def _tile(page: ft.Page, tile: Tile, size: SizeClass) -> ft.Control:
    words = ft.Column(
        [
            text(tile.name, Style.SMALL, Colour.TEXT_2),
            price(tile.value, tile.of, size="h1"),
            text(tile.line, Style.SMALL, Colour.TEXT_2),
        ],
        spacing=2,
        tight=True,
    )
    name = t("{name}: {value}. {line}", name=tile.name, value=f"{tile.value} {tile.of}".strip(), line=tile.line)
    # What is pressed lies over the words: inside a button, words may break into more lines than its row counted.
    over = target(
        ft.Container(),
        name,
        lambda _: page.navigate(tile.path),
        bgcolor=ft.Colors.TRANSPARENT,
        hover=ft.Colors.with_opacity(0.05, Colour.TEXT),
        line=None,
    )
    return ft.Stack(
        [
            ft.Semantics(exclude_semantics=True, content=card(words, padding=card_padding(size))),
            ft.Container(over, left=0, top=0, right=0, bottom=0),
        ],
        fit=ft.StackFit.EXPAND,
        expand=True,
    )


def nights_words(nights: Sequence[NightLet], homes: int) -> str:
    """What the bars say: which nights are full, and when most homes are free."""
    full = [night.day for night in nights if night.let + night.kept >= homes]
    if len(full) == len(nights):
        return t("Every night is full.")
    freest = min(nights, key=lambda night: (night.let + night.kept, night.day))
    free = homes - freest.let - freest.kept
    most = tn(
        "The most are free on {day}: {n} home of {homes}.",
        "The most are free on {day}: {n} homes of {homes}.",
        free,
        day=day_short(freest.day),
        homes=whole(homes),
    )
    if not full:
        return f"{t('No night is full.')} {most}"
    if len(full) > FULL_NAMED:
        return f"{tn('{n} night is full.', '{n} nights are full.', len(full))} {most}"
    return f"{t('Full on {days}.', days=and_([day_short(one) for one in full]))} {most}"


def nights_chart(nights: Sequence[NightLet], homes: int) -> ft.Control:
    """One bar a night: the share of homes that are not free, a full one in the accent. Readers hear the words."""
    shown = nights[:BARS]
    bars = ft.Row([_bar(night, homes) for night in shown], spacing=4, vertical_alignment=ft.CrossAxisAlignment.END)
    words = nights_words(shown, homes)
    return ft.Column(
        [ft.Semantics(exclude_semantics=True, content=bars), text(words, Style.SMALL, Colour.TEXT_2)],
        spacing=12,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _bar(night: NightLet, homes: int) -> ft.Control:
    taken = min(night.let + night.kept, homes)
    full = taken == homes
    height = round(BAR_HEIGHT * taken / homes)
    bar = ft.Container(
        ft.Container(height=height, bgcolor=Colour.ACCENT if full else Colour.SERIES_2, border_radius=Radius.SMALL - 2),
        height=BAR_HEIGHT,
        bgcolor=Colour.SUNKEN,
        border_radius=Radius.SMALL - 2,
        alignment=ft.Alignment.BOTTOM_CENTER,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
    )
    number = text(str(night.day.day), Style.CAPTION, Colour.TEXT_2, align=ft.TextAlign.CENTER, max_lines=1)
    return ft.Column([bar, number], spacing=4, tight=True, expand=1, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
