"""Drawing on the map of the results: where it begins, and what stands at the foot of the map meanwhile."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

import flet as ft

from client.core.language import t, tn
from client.core.shortcuts import Shortcut, use_shortcuts
from client.design.buttons import filled, icon_button, quiet
from client.design.chips import chip_row, filter_chip
from client.design.handlers import calling
from client.design.layout import SizeClass, use_size
from client.design.text import text
from client.design.tokens import Colour, Radius, Style
from client.features.search.criteria import RADII
from client.features.search.sketch import Kind, Sketch
from client.parts.facts import distance_words
from client.parts.map.drawn_map import floating, tool_column
from client.parts.map.sheet import Circle

PANEL_WIDTH: Final = 480


@ft.component
def DrawButtons(sketch: Sketch, before: Circle | None) -> ft.Control:
    """The ways into drawing; in words where the map is wide enough for them."""

    def begin(kind: Kind) -> Callable[[Any], Awaitable[None]]:
        return calling(sketch.begin, kind, before)

    tools = (
        (Kind.AREA, t("Draw an area"), ft.Icons.PENTAGON_OUTLINED),
        (Kind.CIRCLE, t("Search round a point"), ft.Icons.ADJUST_ROUNDED),
    )
    if use_size() is not SizeClass.DESKTOP:
        return tool_column([icon_button(icon, label, begin(kind)) for kind, label, icon in tools])
    buttons = [tool_column([quiet(label, begin(kind), icon=icon)]) for kind, label, icon in tools]
    return ft.Column([*buttons], spacing=8, tight=True)


@ft.component
def SketchPanel(sketch: Sketch, finish: Callable[[], Awaitable[None]]) -> ft.Control:
    """What to press next, and the ways back and on."""
    area = sketch.kind is Kind.AREA
    back = [Shortcut("backspace", t("Undo the last corner"), sketch.undo)] if area else []
    use_shortcuts(t("Drawing on the map"), [Shortcut("escape", t("Stop drawing"), sketch.stop), *back])
    stop = icon_button(ft.Icons.CLOSE_ROUNDED, t("Stop drawing"), calling(sketch.stop))
    hint = ft.Semantics(live_region=True, expand=True, content=text(_hint(sketch), Style.BODY, Colour.TEXT))
    body = ft.Column(
        [
            ft.Row([hint, stop], spacing=8),
            *([] if area else [_radii(sketch)]),
            ft.Row([*(_corner_buttons(sketch) if area else []), ft.Container(expand=True), _done(sketch, finish)]),
        ],
        spacing=4,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    panel = ft.Container(body, bgcolor=Colour.RAISED, border_radius=Radius.CARD, padding=ft.Padding(16, 6, 8, 10))
    place = ft.Container(floating(panel), width=PANEL_WIDTH, margin=ft.Margin.symmetric(horizontal=12))
    return ft.Container(place, left=0, right=0, bottom=36, alignment=ft.Alignment.BOTTOM_CENTER)


def _hint(sketch: Sketch) -> str:
    number = len(sketch.corners)
    if sketch.kind is Kind.CIRCLE:
        return t("Press the middle on the map.") if not number else t("Homes within this distance of the point.")
    if not number:
        return t("Press the corners; press the first one again to close.")
    if sketch.full:
        return t("That is as many corners as an area can have.")
    if not sketch.ready:
        return tn("{n} corner. Three make an area.", "{n} corners. Three make an area.", number)
    return t("{n} corners. Press the first one again to close.", n=number)


def _corner_buttons(sketch: Sketch) -> list[ft.Control]:
    none = not sketch.corners
    return [
        quiet(t("Undo"), calling(sketch.undo), name=t("Undo the last corner"), disabled=none),
        quiet(t("Clear"), calling(sketch.clear), name=t("Take all corners away"), disabled=none),
    ]


def _done(sketch: Sketch, finish: Callable[[], Awaitable[None]]) -> ft.Control:
    words = t("Done") if sketch.kind is Kind.AREA else t("Search here")
    return filled(words, calling(finish), disabled=not sketch.ready)


def _radii(sketch: Sketch) -> ft.Control:
    def choose(kilometres: float) -> None:
        sketch.kilometres = kilometres

    radii = sorted({*RADII, sketch.kilometres})
    return chip_row(
        [filter_chip(distance_words(one), calling(choose, one), chosen=one == sketch.kilometres) for one in radii]
    )
