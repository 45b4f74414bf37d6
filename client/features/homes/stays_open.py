"""Why a home is not archived: the stays that are not over, by name."""

import flet as ft

from client import paths
from client.core.http import ApiError
from client.core.language import t
from client.design.buttons import filled
from client.design.layout import divider
from client.design.sheets import open_sheet
from client.design.text import text
from client.design.tokens import Colour, Style

_PATH = "stays."


def show_open_stays(page: ft.Page, title: str, problem: ApiError) -> None:
    """Name the stays in the way, and lead to them."""
    rows: list[ft.Control] = [
        text(t("{title} stays as it is. These stays are not over yet:", title=title), color=Colour.TEXT_2)
    ]
    for field, reason in problem.fields.items():
        if field.startswith(_PATH):
            words = [text(field.removeprefix(_PATH), Style.LABEL), text(reason, color=Colour.TEXT_2)]
            rows += [divider(), ft.Row([*words], wrap=True, spacing=12)]

    def see(_: object) -> None:
        page.pop_dialog()
        page.navigate(paths.LANDLORD_STAYS)

    open_sheet(
        page,
        t("Stays are open"),
        ft.Column(rows, spacing=10, tight=True),
        close_name=t("Close"),
        actions=[filled(t("See the stays"), see)],
    )
