"""The title of the window or tab."""

import flet as ft


def use_title(title: str) -> None:
    """Hook: name the tab after what it shows; follows back and forward."""
    page = ft.context.page

    def name() -> None:
        page.title = f"{title} · EstoSpaces" if title else "EstoSpaces"
        page.update()

    ft.use_effect(name, [title])
