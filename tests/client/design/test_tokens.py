"""The colours can be read, and every role reaches both themes."""

import dataclasses

import flet as ft
import pytest

from client.design.theme import FONTS, text_style, theme
from client.design.tokens import TOKENS, Colour, Mode, hex_of

C = Colour
SURFACES = (C.PAGE, C.SURFACE, C.SUNKEN, C.RAISED)
# What is read needs 4.5, what is only seen (edges, rings, chart lines) 3.0: WCAG 2.2, 1.4.3 and 1.4.11.
READ = [
    *((text, back) for text in (C.TEXT, C.TEXT_2, C.TEXT_3, C.ACCENT_TEXT) for back in SURFACES),
    *((text, C.PRESS) for text in (C.TEXT, C.TEXT_2, C.TEXT_3)),
    *((text, C.ACCENT_SOFT) for text in (C.TEXT, C.TEXT_2, C.ACCENT_TEXT, C.DANGER)),
    (C.ON_ACCENT, C.ACCENT),
    (C.ON_ACCENT, C.ACCENT_HOVER),
    *((C.TEXT, back) for back in (C.SUCCESS_SOFT, C.WAITING_SOFT, C.DANGER_SOFT)),
    (C.SUCCESS, C.SUCCESS_SOFT),
    (C.WAITING, C.WAITING_SOFT),
    (C.DANGER, C.DANGER_SOFT),
    (C.NEUTRAL, C.NEUTRAL_SOFT),
    (C.DANGER, C.PAGE),
    *((text, C.SURFACE) for text in (C.SUCCESS, C.WAITING, C.DANGER)),
    (C.ON_INVERSE, C.INVERSE),
    (C.INVERSE_ACTION, C.INVERSE),
    *((C.MAP_TEXT, back) for back in (C.MAP_LAND, C.MAP_PARK, C.MAP_WATER)),
]
SEEN = [
    *((C.LINE_STRONG, back) for back in (C.PAGE, C.SURFACE, C.SUNKEN)),
    *((C.ACCENT, back) for back in (*SURFACES, C.ACCENT_SOFT, C.MAP_LAND, C.MAP_WATER)),
    *((line, C.SURFACE) for line in (C.SERIES_1, C.SERIES_2)),
    (C.TEXT, C.MAP_LAND),
]


def luminance(colour: str) -> float:
    """Relative luminance after WCAG 2.2."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(READ, 4.5), (SEEN, 3.0)], ids=["read", "seen"])
def test_every_pair_of_colours_in_use_has_enough_contrast(
    mode: Mode, pairs: list[tuple[Colour, Colour]], least: float
) -> None:
    too_low = [
        (front.name, back.name, round(contrast(hex_of(front, mode), hex_of(back, mode)), 2))
        for front, back in pairs
        if contrast(hex_of(front, mode), hex_of(back, mode)) < least
    ]
    assert too_low == []


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.478, abs=0.001)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_role_is_a_field_of_the_colour_scheme_and_has_its_own_value(mode: Mode) -> None:
    scheme = theme(mode).color_scheme
    assert scheme is not None
    values = {f.name.replace("_", ""): getattr(scheme, f.name) for f in dataclasses.fields(scheme)}
    assert {role: values[role.value] for role in Colour} == {role: hex_of(role, mode) for role in Colour}


def test_no_two_colours_share_a_role() -> None:
    assert len({role.value for role in Colour}) == len(Colour)


@pytest.mark.parametrize("name", [name for name, token in TOKENS["type"].items() if isinstance(token, dict)])
def test_every_text_style_names_a_font_that_is_bundled(name: str) -> None:
    assert text_style(name).font_family in FONTS


def test_both_themes_name_only_bundled_fonts_in_every_slot() -> None:
    for mode in ("light", "dark"):
        slots = theme(mode).text_theme
        assert slots is not None
        styles = [getattr(slots, field.name) for field in dataclasses.fields(ft.TextTheme)]
        assert {style.font_family for style in styles if style} <= set(FONTS)
        assert all(style.weight.value == f"w{style.font_family.split()[-1]}" for style in styles if style)
