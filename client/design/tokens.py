"""The design's values as typed Python.

`tokens.json` beside this file holds the numbers. Colours reach the screen as *names of roles* which the client
resolves from the theme, so switching to dark sends no update. Lengths are logical pixels, times milliseconds.
"""

import json
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Literal

import flet as ft

Mode = Literal["light", "dark"]

TOKENS: Final[dict[str, Any]] = json.loads((Path(__file__).parent / "tokens.json").read_text(encoding="utf-8"))


class Colour(StrEnum):
    """Every colour as a Material role; roles that Material leaves unused carry what it has no name for."""

    PAGE = "surface"
    SURFACE = "surfacecontainerlowest"
    SUNKEN = "surfacecontainer"
    RAISED = "surfacecontainerhigh"
    PRESS = "surfacecontainerhighest"
    TEXT = "onsurface"
    TEXT_2 = "onsurfacevariant"
    TEXT_3 = "secondary"
    LINE = "outlinevariant"
    LINE_STRONG = "outline"
    ACCENT = "primary"
    ACCENT_HOVER = "primaryfixed"
    ON_ACCENT = "onprimary"
    ACCENT_SOFT = "primarycontainer"
    ACCENT_TEXT = "onprimarycontainer"
    INVERSE = "inversesurface"
    ON_INVERSE = "oninversesurface"
    INVERSE_ACTION = "inverseprimary"
    SUCCESS = "onprimaryfixed"
    SUCCESS_SOFT = "primaryfixeddim"
    WAITING = "onsecondaryfixed"
    WAITING_SOFT = "secondaryfixed"
    DANGER = "error"
    DANGER_SOFT = "errorcontainer"
    NEUTRAL = "ontertiaryfixed"
    NEUTRAL_SOFT = "tertiaryfixed"
    MAP_LAND = "secondaryfixeddim"
    MAP_WATER = "tertiaryfixeddim"
    MAP_PARK = "onprimaryfixedvariant"
    MAP_ROAD = "onsecondaryfixedvariant"
    MAP_TEXT = "ontertiaryfixedvariant"
    SERIES_1 = "tertiary"
    SERIES_2 = "ontertiarycontainer"
    SERIES_3 = "tertiarycontainer"


class Status(StrEnum):
    """The four meanings a status may have; there is no fifth colour."""

    SUCCESS = "success"
    WAITING = "waiting"
    DANGER = "danger"
    NEUTRAL = "neutral"


class Style:
    """Text styles as slots of the theme: nine bytes a text on the wire instead of a whole style.

    Slots of Material that the design leaves free carry the styles Material has no name for.
    """

    H0: Final = ft.TextThemeStyle.DISPLAY_SMALL
    H1: Final = ft.TextThemeStyle.HEADLINE_MEDIUM
    H2: Final = ft.TextThemeStyle.TITLE_LARGE
    H3: Final = ft.TextThemeStyle.TITLE_MEDIUM
    FIGURE: Final = ft.TextThemeStyle.TITLE_SMALL
    BODY: Final = ft.TextThemeStyle.BODY_LARGE
    SMALL: Final = ft.TextThemeStyle.BODY_MEDIUM
    LABEL: Final = ft.TextThemeStyle.LABEL_LARGE
    CHIP: Final = ft.TextThemeStyle.LABEL_MEDIUM
    CAPTION: Final = ft.TextThemeStyle.LABEL_SMALL
    STRONG: Final = ft.TextThemeStyle.DISPLAY_LARGE
    AMOUNT: Final = ft.TextThemeStyle.DISPLAY_MEDIUM
    AMOUNT_STRONG: Final = ft.TextThemeStyle.HEADLINE_LARGE
    SMALL_STRONG: Final = ft.TextThemeStyle.HEADLINE_SMALL
    CAPTION_STRONG: Final = ft.TextThemeStyle.BODY_SMALL


class Space:
    """Distances of the 8-px rhythm."""

    HALF: Final = 4
    S1: Final = 8
    S1_5: Final = 12
    S2: Final = 16
    S2_5: Final = 20
    S3: Final = 24
    S4: Final = 32
    S5: Final = 40
    S6: Final = 48
    S8: Final = 64


class Size:
    """Fixed measures of parts; `TARGET` is the smallest thing a finger has to hit."""

    TARGET: Final = 44
    BUTTON: Final = 44
    BUTTON_LARGE: Final = 48
    FIELD: Final = 48
    CHIP: Final = 36
    STATUS_CHIP: Final = 26
    TABLE_ROW: Final = 56
    TABLE_ROW_DENSE: Final = 46
    CALENDAR_DAY: Final = 44
    RAIL: Final = 232
    RAIL_COLLAPSED: Final = 80
    BOTTOM_BAR: Final = 64
    TOP_BAR: Final = 72
    ICON: Final = 20
    ICON_NAV: Final = 24
    CONTENT: Final = 1440
    READING: Final = 680


class Radius:
    """Corner radii."""

    SMALL: Final = 6
    CONTROL: Final = 10
    CARD: Final = 14
    BUBBLE: Final = 16
    SHEET: Final = 24
    PILL: Final = 999


class Motion:
    """Durations in milliseconds."""

    PRESS: Final = 90
    APPEAR: Final = 160
    MOVE: Final = 240
    SKELETON: Final = 1200
    SPINNER_AFTER: Final = 300
    STILL_LOADING_AFTER: Final = 5000
    TOAST: Final = 6000
    TOAST_WITH_UNDO: Final = 10000


SHADOW_PIN: Final = ft.BoxShadow(blur_radius=6, color="#33000000", offset=ft.Offset(0, 2))
SHADOW_PANEL: Final = ft.BoxShadow(blur_radius=28, color="#22000000", offset=ft.Offset(0, 8))
SHADOW_FLOAT: Final = ft.BoxShadow(blur_radius=28, color="#33000000", offset=ft.Offset(0, 8))


def hex_of(role: Colour, mode: Mode) -> str:
    """The `#RRGGBB` a role stands for: for what cannot take a role (component themes, drawings, contrast tests)."""
    return _ROLES[mode][role]


def _roles(mode: Mode) -> dict[Colour, str]:
    c = TOKENS["color"][mode]
    surface, text, outline, accent, inverse = c["surface"], c["text"], c["outline"], c["accent"], c["inverse"]
    status, drawn, chart = c["status"], c["map"], c["chart"]
    return {
        Colour.PAGE: surface["page"],
        Colour.SURFACE: surface["surface"],
        Colour.SUNKEN: surface["sunken"],
        Colour.RAISED: surface["raised"],
        Colour.PRESS: surface["press"],
        Colour.TEXT: text["text"],
        Colour.TEXT_2: text["text2"],
        Colour.TEXT_3: text["text3"],
        Colour.LINE: outline["outline"],
        Colour.LINE_STRONG: outline["outlineStrong"],
        Colour.ACCENT: accent["accent"],
        Colour.ACCENT_HOVER: accent["accentHover"],
        Colour.ON_ACCENT: accent["accentOn"],
        Colour.ACCENT_SOFT: accent["accentSoft"],
        Colour.ACCENT_TEXT: accent["accentText"],
        Colour.INVERSE: inverse["inverse"],
        Colour.ON_INVERSE: inverse["inverseOn"],
        Colour.INVERSE_ACTION: inverse["inverseAct"],
        Colour.SUCCESS: status["success"]["text"],
        Colour.SUCCESS_SOFT: status["success"]["background"],
        Colour.WAITING: status["waiting"]["text"],
        Colour.WAITING_SOFT: status["waiting"]["background"],
        Colour.DANGER: status["danger"]["text"],
        Colour.DANGER_SOFT: status["danger"]["background"],
        Colour.NEUTRAL: status["neutral"]["text"],
        Colour.NEUTRAL_SOFT: status["neutral"]["background"],
        Colour.MAP_LAND: drawn["mapLand"],
        Colour.MAP_WATER: drawn["mapWater"],
        Colour.MAP_PARK: drawn["mapPark"],
        Colour.MAP_ROAD: drawn["mapRoad"],
        Colour.MAP_TEXT: drawn["mapText"],
        Colour.SERIES_1: chart["series1"],
        Colour.SERIES_2: chart["series2"],
        Colour.SERIES_3: chart["series3"],
    }


_ROLES: Final[dict[Mode, dict[Colour, str]]] = {"light": _roles("light"), "dark": _roles("dark")}
