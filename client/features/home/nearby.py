"""Where a home stands, as far as a stranger may know, and homes like it."""

from collections.abc import Callable
from typing import Any, Final

import flet as ft
import flet_map as fm

from client.core.action import Action
from client.core.boundaries import panel
from client.core.language import t
from client.core.session import Session
from client.design.feedback import Loading, grey_card
from client.design.layout import SizeClass, card_rows, grid_gap, use_size
from client.design.text import header, text
from client.design.tokens import Colour, Radius, Style
from client.features.home.state import AROUND, HomeState
from client.parts.listing import place_words
from client.parts.map.drawn_map import caption, drawn_map, ground_layers, names_layer, point
from client.parts.map.grid import Grid
from client.parts.map.sheet import around, names_with_room
from client.parts.property_card import StillCard
from shared_models.properties import PropertyRead
from shared_models.search import SearchHit

CIRCLE_METRES: Final = 140
"""What a shown position may be off: half of a lattice's diagonal, with the street round it."""
_CIRCLE_PIXELS: Final = 40


@panel
def Where(home: PropertyRead, state: HomeState) -> ft.Control:
    """The place in words and on a small map."""
    size = use_size()
    street = ", ".join(part for part in (home.address.line, home.address.postcode) if part)
    place = place_words(home.address.city, home.address.neighbourhood)
    words: list[ft.Control] = [text(f"{street}, {place}" if street else place, Style.STRONG)]
    if not street:
        words.append(text(t("The street is told once your booking is confirmed."), color=Colour.TEXT_2))
    rows = [header(t("Where you will be"), 2), ft.Column(words, spacing=2), _map(home, state, size)]
    return ft.Column(rows, spacing=14, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _map(home: PropertyRead, state: HomeState, size: SizeClass) -> ft.Control:
    camera = state.camera
    if camera is None:
        return ft.Container()
    taken = [around(home.pin.latitude, home.pin.longitude, camera.zoom, _CIRCLE_PIXELS, _CIRCLE_PIXELS)]
    circle = fm.CircleMarker(
        radius=CIRCLE_METRES,
        coordinates=point(home.pin.latitude, home.pin.longitude),
        color=ft.Colors.with_opacity(0.28, Colour.ACCENT),
        border_color=Colour.ACCENT,
        border_stroke_width=2,
        use_radius_in_meter=True,
    )
    over = [fm.CircleLayer(circles=[circle]), names_layer(names_with_room(state.areas, camera.zoom, taken))]
    place = place_words(home.address.city, home.address.neighbourhood)
    label = t("Map: the home is about here, in {place}", place=place)
    shown = drawn_map(camera, ground_layers(state.areas, Grid.under(camera, AROUND), state.tiles), over, label)
    return ft.Container(
        ft.Stack([shown, ft.Container(caption(state.tiles), left=10, bottom=8)], fit=ft.StackFit.EXPAND),
        height=AROUND.height if size is not SizeClass.PHONE else AROUND.height * 0.75,
        border=ft.Border.all(1, Colour.LINE),
        border_radius=Radius.CARD,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
    )


@panel
def Similar(
    session: Session, state: HomeState, load: Action, nights: int | None, on_open: Callable[[SearchHit], Any]
) -> ft.Control:
    """Homes like this one; nothing where there is none or where they did not load: nobody came for them."""
    size = use_size()
    if state.similar is None:
        if load.problem is not None:
            return ft.Container()
        grey = ft.Row([ft.Container(grey_card(), expand=True) for _ in range(_columns(size))], spacing=grid_gap(size))
        return _section(Loading(grey, t("Looking for homes like this"), t("Still looking for homes like this")))
    if not state.similar:
        return ft.Container()
    cards = {str(hit.id): StillCard(session, hit, nights, on_open) for hit in state.similar}
    if size is SizeClass.PHONE:
        row: list[ft.Control] = [ft.Container(card, key=key, width=320) for key, card in cards.items()]
        return _section(ft.Row(row, spacing=12, scroll=ft.ScrollMode.HIDDEN))
    return _section(ft.Column(card_rows(cards, _columns(size), size), spacing=grid_gap(size)))


def _columns(size: SizeClass) -> int:
    return 1 if size is SizeClass.PHONE else 2


def _section(inside: ft.Control) -> ft.Control:
    return ft.Column(
        [header(t("Homes like this"), 2), inside],
        spacing=14,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
