"""The map of a phone: a glance above the list, and the whole map with the homes to leaf through."""

from collections.abc import Callable
from typing import Any, Final

import flet as ft
import flet_map as fm

from client.core.action import Action
from client.core.flet_session import use_task
from client.core.hooks import use_made, use_remade
from client.core.language import t, tn
from client.core.session import use_session
from client.design.buttons import target
from client.design.text import text
from client.design.tokens import Colour, Radius, Style
from client.features.search.map_side import (
    MOVE_MS,
    Around,
    BareMap,
    MapActs,
    map_card,
    nothing,
    pin_words,
    searched_shape,
)
from client.features.search.map_state import MOST_PINS, MapState
from client.features.search.state import Results
from client.features.search.wish import Wish
from client.parts.map.drawn_map import drawn_map, floating, ground_layers, marker, names_layer
from client.parts.map.pins import PIN_HEIGHT, PIN_ROOM, PIN_WIDTH, TARGET, price_pin
from client.parts.map.sheet import Size, around, names_with_room
from shared_models.search import SearchHit


@ft.component
def FullMap(wish: Wish, results: Results, mapping: MapState, acts: MapActs) -> ft.Control:
    """The map of a smaller window, with the homes of the list to leaf through at its foot."""
    # The way back to the list stands where the search of the area would.
    return BareMap(wish, results, mapping, acts, Around([_Carousel(results, mapping, acts, wish.nights)], top=72))


@ft.component
def _Carousel(results: Results, mapping: MapState, acts: MapActs, nights: int | None) -> ft.Control:
    """The homes of the list as a row of cards; the one in the middle is chosen on the map."""
    session = use_session()
    touch = use_made(lambda: mapping.touch)
    ref = use_remade(lambda: ft.Ref[ft.PageView](), [])
    picked: SearchHit | None = touch.picked
    listed = results.hits[:MOST_PINS]
    slugs = [hit.slug for hit in listed]
    if picked is not None and picked.slug not in slugs:
        return ft.Container(floating(map_card(session, picked, nights, acts.open)), left=12, right=12, bottom=34)

    def leafed(e: Any) -> None:
        place = int(e.data)
        if place < len(listed):
            mapping.pick(listed[place])

    async def follow() -> None:
        if picked is not None and ref.current is not None:
            await ref.current.go_to_page(slugs.index(picked.slug), animation_duration=MOVE_MS)

    use_task(follow, [picked])
    if not listed:
        return nothing()
    pages = ft.PageView(
        [
            ft.Container(
                floating(map_card(session, hit, nights, acts.open)), padding=ft.Padding.symmetric(horizontal=5)
            )
            for hit in listed
        ],
        viewport_fraction=0.92,
        on_change=leafed,
        height=CAROUSEL_HEIGHT,
    )
    ref.current = pages
    return ft.Container(pages, left=0, right=0, bottom=38, height=CAROUSEL_HEIGHT)


CAROUSEL_HEIGHT: Final = 112


@ft.component
def SmallMap(wish: Wish, results: Results, mapping: MapState, on_open: Callable[[], None]) -> ft.Control:
    """A glance at the map above the list of a phone; a press opens the map itself."""
    load = use_remade(lambda: Action(mapping.show, latest=True), [])

    async def show() -> None:
        mapping.fit(SMALL)
        if mapping.wish != wish:
            await load.start(wish)

    use_task(show, [wish])
    frame = mapping.framed_for(SMALL)
    ground = use_remade(lambda: ground_layers(mapping.areas, mapping.tiles), [mapping.areas, mapping.tiles])
    hits = results.hits[:SMALL_PINS]
    pins = [marker(hit.latitude, hit.longitude, price_pin(pin_words(hit)), PIN_ROOM, TARGET) for hit in reversed(hits)]
    shown: ft.Control = ft.Container(bgcolor=Colour.PAGE)
    if frame is not None:
        taken = [around(hit.latitude, hit.longitude, frame.zoom, PIN_WIDTH, PIN_HEIGHT) for hit in hits]
        names = names_layer(names_with_room(mapping.areas, frame.zoom, taken))
        shown = drawn_map(frame, ground, [*searched_shape(wish), names, fm.MarkerLayer(markers=pins)], "")
    face = ft.Stack(
        [
            ft.Container(shown, border_radius=Radius.CARD - 1, clip_behavior=ft.ClipBehavior.ANTI_ALIAS),
            ft.Container(_map_mark(), right=10, bottom=10),
        ],
        fit=ft.StackFit.EXPAND,
    )
    label = tn("Map of {n} home. Open it", "Map of {n} homes. Open it", results.total)
    return target(ft.Container(face, height=SMALL.height), label, lambda _: on_open(), padding=1, key=f"map of {wish}")


SMALL: Final = Size(358, 170)
SMALL_PINS: Final = 6


def _map_mark() -> ft.Control:
    face = ft.Row(
        [ft.Icon(ft.Icons.MAP_OUTLINED, size=20, color=Colour.TEXT), text(t("Map"), Style.LABEL)], spacing=9, tight=True
    )
    return ft.Container(
        face,
        bgcolor=Colour.SURFACE,
        border=ft.Border.all(1, Colour.LINE_STRONG),
        border_radius=Radius.CONTROL,
        padding=ft.Padding.symmetric(horizontal=16, vertical=10),
    )
