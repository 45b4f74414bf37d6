"""How the editor is laid out: steps, fields and what stands beside them, side by side or one below the other."""

from collections.abc import Sequence

import flet as ft

from client.design.layout import SizeClass, Window, at_most, card, grid_gap, page_margin
from client.design.tokens import Colour, Size

RAIL_WIDTH = 208
PREVIEW_WIDTH = 300
PRICES_WIDTH, SIMULATOR_WIDTH = 900, 420


def alone(panel: ft.Control, size: SizeClass) -> ft.Control:
    """Nothing but this: there is no home to show yet."""
    margin = page_margin(size)
    return ft.ListView([at_most(panel, Size.CONTENT)], padding=margin, expand=True)


def scrolling(inside: list[ft.Control], size: SizeClass, ref: ft.Ref[ft.ListView], key: str) -> ft.ListView:
    """What scrolls above the foot; another `key` begins at its top."""
    margin, top = page_margin(size), 16 if size is SizeClass.PHONE else 32
    return ft.ListView(
        inside, ref=ref, expand=True, spacing=grid_gap(size), padding=ft.Padding(margin, top, margin, 32), key=key
    )


def with_simulator(body: ft.Control, trying: ft.Control, ref: ft.Ref[ft.ListView], window: Window) -> ft.Control:
    """The prices, and what they do: beside them, scrolling on its own, or below them in a smaller window."""
    prices, key = at_most(body, PRICES_WIDTH), "step-price"
    if not window.room_for_facts:
        return scrolling([prices, card(trying)], window.size, ref, key)
    side = ft.Container(
        ft.ListView([trying], padding=ft.Padding(24, 32, 24, 32)),
        width=SIMULATOR_WIDTH,
        bgcolor=Colour.SUNKEN,
        border=ft.Border.only(left=ft.BorderSide(1, Colour.LINE)),
    )
    return ft.Row(
        [scrolling([prices], window.size, ref, key), side],
        expand=True,
        spacing=0,
        vertical_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def one_column(inside: Sequence[ft.Control], size: SizeClass) -> ft.Control:
    """Head, steps and fields, one below the other."""
    return ft.Column(list(inside), spacing=grid_gap(size), horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def three_columns(steps: ft.Control, middle: ft.Control, preview: ft.Control) -> ft.Control:
    """Steps, fields and preview side by side, on a desktop."""
    return ft.Row(
        [
            ft.Container(steps, width=RAIL_WIDTH),
            ft.Container(middle, expand=True),
            ft.Container(preview, width=PREVIEW_WIDTH),
        ],
        spacing=32,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
