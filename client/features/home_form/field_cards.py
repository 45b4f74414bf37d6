"""How the fields of the editor stand on its pages: in titled cards, and two beside each other where there is room."""

from collections.abc import Sequence

import flet as ft

from client.design.layout import card
from client.design.text import header, text
from client.design.tokens import Colour, Style


def field_card(title: str, rows: Sequence[ft.Control], *, help: str = "") -> ft.Control:  # noqa: A002  as of a field
    """Fields that belong together; `help` is what is good to know about all of them."""
    told = [text(help, Style.SMALL, Colour.TEXT_2)] if help else []
    top = ft.Column([header(title, 2), *told], spacing=4, tight=True)
    return card(ft.Column([top, *rows], spacing=16, horizontal_alignment=ft.CrossAxisAlignment.STRETCH))


def pair(*controls: ft.Control) -> ft.Control:
    """Fields beside each other, on a phone below each other."""
    cells: list[ft.Control] = [ft.Container(control, col={"xs": 12, "sm": 6}) for control in controls]
    return ft.ResponsiveRow(cells, spacing=16, run_spacing=16, vertical_alignment=ft.CrossAxisAlignment.START)
