"""The map of a phone: a glance above the list, and the whole map with the homes to leaf through."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import flet as ft
import flet_map as fm

from client.core.action import Action
from client.core.boundaries import panel
from client.core.hooks import use_memo, use_once
from client.core.language import t, tn
from client.core.session import use_session
from client.core.tasks import use_task
from client.design.buttons import target
from client.design.rows import keyed
from client.design.text import text
from client.design.tokens import Colour, Radius, Style
from client.features.search.criteria import Criteria
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
from client.features.search.map_state import MAX_PINS, MapState
from client.features.search.state import Results
from client.parts.map.drawn_map import drawn_map, floating, ground_layers, marker, names_layer
from client.parts.map.grid import Grid
from client.parts.map.pins import DOT, PIN_HEIGHT, PIN_ROOM, PIN_WIDTH, TARGET, dot, price_pin
from client.parts.map.sheet import Camera, Size, around, beyond, corner_of, names_with_room, with_room
from shared_models.search import SearchHit


@panel
def FullMap(criteria: Criteria, results: Results, mapping: MapState, acts: MapActs) -> ft.Control:
    """The map of a smaller window, with the homes of the list to leaf through at its foot."""
    # The way back to the list stands where the search of the area would.
    return BareMap(criteria, results, mapping, acts, Around([_Carousel(results, mapping, acts)], top=72))


@ft.component
def _Carousel(results: Results, mapping: MapState, acts: MapActs) -> ft.Control:
    """The homes of the list as a row of cards; the one in the middle is chosen on the map."""
    session = use_session()
    touch = use_once(lambda: mapping.touch)
    ref = use_memo(lambda: ft.Ref[ft.PageView](), [])
    picked: SearchHit | None = touch.picked
    listed = results.hits[:MAX_PINS]
    slugs = [hit.slug for hit in listed]
    if picked is not None and picked.slug not in slugs:
        return ft.Container(
            floating(map_card(session, picked, _nights(mapping.criteria), acts.open)), left=12, right=12, bottom=34
        )

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
            keyed(
                hit.slug,
                ft.Container(
                    floating(map_card(session, hit, _nights(results.criteria), acts.open)),
                    padding=ft.Padding.symmetric(horizontal=5),
                ),
            )
            for hit in listed
        ],
        viewport_fraction=0.92,
        on_change=leafed,
        height=CAROUSEL_HEIGHT,
    )
    ref.current = pages
    return ft.Container(pages, left=0, right=0, bottom=38, height=CAROUSEL_HEIGHT)


def _nights(criteria: Criteria | None) -> int | None:
    """For how many nights the prices of an answer are: those of its own wish, which the screen's may have left."""
    return None if criteria is None else criteria.nights


CAROUSEL_HEIGHT: Final = 112


@panel
def SmallMap(criteria: Criteria, results: Results, mapping: MapState, on_open: Callable[[], None]) -> ft.Control:
    """A glance at the map above the list of a phone; a press opens the map itself."""
    load = use_memo(lambda: Action(mapping.show, latest=True), [])

    async def show() -> None:
        mapping.fit(SMALL)
        if mapping.criteria != criteria:
            await load.start(criteria)

    use_task(show, [criteria])
    # What stands for another wish is no glance at this one; and a map takes its place only when it is made (`key`).
    frame = mapping.framed_for(SMALL) if mapping.criteria == criteria else None
    drawn = (mapping.areas, None if frame is None else Grid.under(frame, SMALL), mapping.tiles)
    ground = use_memo(lambda: ground_layers(*drawn), list(drawn))
    shown: ft.Control = ft.Container(bgcolor=Colour.PAGE)
    if frame is not None:
        over = _small_layers(results.hits[:MAX_PINS], mapping, frame)
        shown = drawn_map(frame, ground, [*searched_shape(criteria), *over], "")
    face = ft.Stack(
        [
            ft.Container(shown, border_radius=Radius.CARD - 1, clip_behavior=ft.ClipBehavior.ANTI_ALIAS),
            ft.Container(_map_mark(), right=10, bottom=10),
        ],
        fit=ft.StackFit.EXPAND,
    )
    label = tn("Map of {n} home. Open it", "Map of {n} homes. Open it", results.total)
    key = f"map of {criteria} at {frame}"
    return target(ft.Container(face, height=SMALL.height), label, lambda _: on_open(), padding=1, key=key)


SMALL: Final = Size(358, 170)


def _small_layers(hits: Sequence[SearchHit], mapping: MapState, frame: Camera) -> list[fm.MapLayer]:
    """Names, and a price for each home, or a dot where that would cover another."""
    zoom, edges = frame.zoom, [*beyond(frame, SMALL), corner_of(frame, SMALL, _MARK)]
    free = with_room([(hit.latitude, hit.longitude) for hit in hits], zoom, PIN_WIDTH, PIN_HEIGHT)
    taken = [
        around(hit.latitude, hit.longitude, zoom, *((PIN_WIDTH, PIN_HEIGHT) if room else (DOT, DOT)))
        for hit, room in zip(hits, free, strict=True)
    ]
    pins = sorted(zip(hits, free, strict=True), key=lambda pair: pair[1])
    markers = [
        marker(hit.latitude, hit.longitude, price_pin(pin_words(hit)) if room else dot(), PIN_ROOM, TARGET)
        for hit, room in pins
    ]
    return [names_layer(names_with_room(mapping.areas, zoom, [*taken, *edges])), fm.MarkerLayer(markers=markers)]


_MARK: Final = Size(140, 60)
"""What the word for the map takes in its corner, with the space round it."""


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
