"""Light and dark theme, fonts, and the one call that puts them on a page."""

import dataclasses
from typing import Any, Final

import flet as ft

from client.design.tokens import TOKENS, Colour, Mode, hex_of

# One family name per weight and file: `page.fonts` maps a name to one URL, so a family cannot hold several weights.
FONTS: Final[dict[str, str]] = {
    **{f"Jakarta {weight}": f"fonts/Jakarta-{weight}.ttf" for weight in (500, 600, 700)},
    **{f"Inter {weight}": f"fonts/Inter-{weight}.ttf" for weight in (400, 500, 600, 700)},
    **{f"Inter Tabular {weight}": f"fonts/InterTabular-{weight}.ttf" for weight in (400, 600)},
}

_TOKEN_SLOTS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "display_small": ("h0", {}),
    "headline_medium": ("h1", {}),
    "title_large": ("h2", {}),
    "title_medium": ("h3", {}),
    "title_small": ("figure", {}),
    "body_large": ("body", {}),
    "body_medium": ("small", {}),
    "label_large": ("label", {}),
    "label_medium": ("chip", {}),
    "label_small": ("caption", {}),
    "display_large": ("body_strong", {}),
    "display_medium": ("body", {"tabular": True}),
    "headline_large": ("body_strong", {"tabular": True}),
    "headline_small": ("small", {"weight": 600}),
    "body_small": ("caption", {"weight": 600}),
}


def text_style(
    name: str, *, tabular: bool = False, weight: int | None = None, color: str | None = None
) -> ft.TextStyle:
    """A whole style by token name, for spans and button labels; prefer a slot of `Style` for plain text."""
    token = TOKENS["type"][name]
    weight = weight or token["weight"]
    heading = token["family"].startswith("Plus")
    family = "Jakarta" if heading else "Inter Tabular" if tabular else "Inter"
    tight = token["letter_spacing"] < 0
    return ft.TextStyle(
        font_family=f"{family} {weight}",
        weight=ft.FontWeight(f"w{weight}"),
        size=token["size"],
        height=token["flet_height"],
        letter_spacing=token["letter_spacing"],
        word_spacing=round(0.09 * token["size"], 2) if tight else None,
        font_family_fallback=["Inter 400"],
        color=color,
    )


def theme(mode: Mode) -> ft.Theme:
    """The Material theme of one mode, all roles given by name and none derived from a seed."""
    none = ft.PageTransitionTheme.NONE
    return ft.Theme(
        color_scheme=_color_scheme(mode),
        use_material3=True,
        font_family="Inter 400",
        text_theme=ft.TextTheme(**{slot: text_style(name, **more) for slot, (name, more) in _TOKEN_SLOTS.items()}),
        scaffold_bgcolor=hex_of(Colour.PAGE, mode),
        hover_color=hex_of(Colour.SUNKEN, mode),
        focus_color=hex_of(Colour.PRESS, mode),
        splash_color=hex_of(Colour.PRESS, mode),
        highlight_color="#00000000",
        # The default is compact on desktop: eight pixels less height in every button.
        visual_density=ft.VisualDensity.STANDARD,
        page_transitions=ft.PageTransitionsTheme(android=none, ios=none, linux=none, macos=none, windows=none),
        scrollbar_theme=ft.ScrollbarTheme(thickness=6, radius=3),
    )


def apply_theme(page: ft.Page, files: str = "") -> None:
    """Put fonts, both themes and the frame's zero padding on a page; the device chooses light or dark.

    `files` stands before the name of each font file.
    """
    page.fonts = {family: f"{files}{name}" for family, name in FONTS.items()}
    page.theme, page.dark_theme = theme("light"), theme("dark")
    page.theme_mode = ft.ThemeMode.SYSTEM
    page.padding = 0
    page.spacing = 0


def _color_scheme(mode: Mode) -> ft.ColorScheme:
    scheme: dict[str, Any] = dict(TOKENS["color"][mode]["material3"])
    fields = {field.name.replace("_", ""): field.name for field in dataclasses.fields(ft.ColorScheme)}
    scheme.update({fields[role.value]: hex_of(role, mode) for role in Colour})
    return ft.ColorScheme(**scheme)
