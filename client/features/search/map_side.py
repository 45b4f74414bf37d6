"""The map of the results: beside the list on a desktop, instead of it on a tablet, above it and full on a phone."""

import dataclasses
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

import flet as ft
import flet_map as fm

from client.core.action import Action
from client.core.boundaries import panel
from client.core.hooks import memo, use_memo, use_once
from client.core.language import money_round, t, tn
from client.core.problem_words import problem_words
from client.core.session import Session, use_session
from client.core.tasks import use_task
from client.design.buttons import outlined, quiet, target
from client.design.feedback import Loading
from client.design.layout import SizeClass, use_size
from client.design.rows import keyed
from client.design.text import one_line, price, text
from client.design.tokens import Colour, Radius, Style
from client.features.search.criteria import Criteria
from client.features.search.map_draw import DrawButtons, SketchPanel
from client.features.search.map_state import MAX_PINS, NEAREST, MapState
from client.features.search.sketch import Sketch
from client.features.search.state import Results
from client.parts import listing
from client.parts.facts import facts_line
from client.parts.map.drawn_map import (
    DRAWING,
    LOOKING,
    MapEvents,
    caption,
    drawn_map,
    floating,
    ground_layers,
    marker,
    names_layer,
    point,
    scale_bar,
    shape_layers,
    sketch_layers,
    zoom_buttons,
)
from client.parts.map.pins import DOT, PIN_HEIGHT, PIN_ROOM, PIN_WIDTH, TARGET, dot, group, price_pin
from client.parts.map.query import rounded
from client.parts.map.sheet import (
    MAX_SCALE_PIXELS,
    Camera,
    Size,
    around,
    beside,
    beyond,
    group_width,
    names_with_room,
    others,
    with_room,
)
from client.parts.property_card import price_words
from shared_models.areas import read_area
from shared_models.search import SearchHit
from shared_models.search_map import MapCell

Apply = Callable[[Criteria], Awaitable[None]]
OnHit = Callable[[SearchHit], Any]

NEARER: Final = 2.0
"""How many zooms a press on a group goes nearer."""
MAX_LONE_PINS: Final = 40
"""Homes off this page of the list with a price on the map; more than these are dots."""
MOVE_MS: Final = 350


@dataclasses.dataclass(frozen=True)
class MapActs:
    """What a map can start. One object a screen, so that nothing is rendered anew for it."""

    pick: OnHit
    """A pin was pressed."""
    open: OnHit
    """The home itself is wanted."""
    apply: Apply


@dataclasses.dataclass(frozen=True)
class Around:
    """What stands over the map: `foot` at its foot, and the search of its area `top` pixels below its upper edge."""

    foot: list[ft.Control]
    top: float = 14


@dataclasses.dataclass(frozen=True)
class _Calls:
    """What the map asks of the server: the homes of a wish, and those of where it was moved to."""

    show: Action
    look: Action


@panel
def MapSide(criteria: Criteria, results: Results, mapping: MapState, acts: MapActs) -> ft.Control:
    """The map with the card of a picked home at its foot."""
    return BareMap(criteria, results, mapping, acts, Around([_Picked(mapping, acts)]))


@ft.component
def BareMap(criteria: Criteria, results: Results, mapping: MapState, acts: MapActs, around: Around) -> ft.Control:
    """The map with what stands over it."""
    page, ref = ft.context.page, use_memo(lambda: ft.Ref[fm.Map](), [])
    sketch = use_once(lambda: mapping.sketch)
    calls = use_memo(lambda: _Calls(Action(mapping.show, latest=True), Action(mapping.look, latest=True)), [])

    async def show() -> None:
        if mapping.criteria != criteria:
            await calls.show.start(criteria)
        elif not mapping.is_fresh and mapping.camera is not None:
            await calls.look.start(mapping.camera)

    def moved(camera: Camera, by_hand: bool) -> None:
        mapping.move(camera, by_hand=by_hand)
        page.run_task(calls.look.start, camera)

    async def finish() -> None:
        await acts.apply(sketch.on(criteria))
        sketch.stop()  # after its shape is the search's, so that it never goes away

    def pressed(latitude: float, longitude: float) -> None:
        if sketch.kind is None:
            mapping.let_go()
        elif sketch.press(latitude, longitude, mapping.camera.zoom if mapping.camera else NEAREST):
            page.run_task(finish)

    async def sized(e: ft.LayoutSizeChangeEvent[Any]) -> None:
        if mapping.fit(Size(e.width, e.height)) and mapping.camera is not None:
            await (calls.look.start(mapping.camera) if mapping.touch.moved else calls.show.start(criteria))

    use_task(show, [criteria])
    events = use_memo(lambda: MapEvents(moved, pressed), [criteria, acts])
    pane = _StillPane(criteria, results, mapping, acts, events, ref)
    foot = around.foot if sketch.kind is None else [SketchPanel(sketch, finish)]
    over = _Over(criteria, mapping, acts, calls, _Where(ref, around.top))
    return ft.Container(
        ft.Stack([pane, over, *foot], fit=ft.StackFit.EXPAND),
        expand=True,
        bgcolor=Colour.PAGE,
        border=ft.Border.only(left=ft.BorderSide(1, Colour.LINE)),
        clip_behavior=ft.ClipBehavior.HARD_EDGE,
        on_size_change=sized,
        size_change_interval=200,
    )


@dataclasses.dataclass(frozen=True)
class _Where:
    ref: Any
    top: float


@ft.component
def _Pane(
    criteria: Criteria, results: Results, mapping: MapState, acts: MapActs, events: MapEvents, ref: Any
) -> ft.Control:
    """The map itself."""
    frame, sketch = mapping.frame, use_once(lambda: mapping.sketch)
    drawing = sketch.kind is not None
    framed = use_memo(lambda: frame, [frame is None])
    # Who comes back from a home finds the map where it was left.
    first = use_memo(lambda: mapping.camera or frame, [frame is None])

    async def follow() -> None:
        camera = mapping.frame
        if camera is not None and camera is not framed and ref.current is not None:
            await ref.current.move_to(
                point(camera.latitude, camera.longitude), zoom=camera.zoom, animation_duration=MOVE_MS
            )

    use_task(follow, [frame])
    chosen = use_once(lambda: mapping.spots.chosen)
    hits = results.hits[:MAX_PINS]
    # What is shown until the answers for another wish are here says what it said, and leads nowhere.
    pressed = acts if results.criteria == criteria == mapping.criteria and not drawing else None
    drawn = (mapping.areas, mapping.grid, mapping.tiles)
    ground = use_memo(lambda: ground_layers(*drawn), list(drawn))
    # Kept as they are for a hover, which only changes what stands on top.
    over = use_memo(
        lambda: _layers(mapping, hits, results.seen, pressed, ref),
        [mapping.cells, mapping.areas, hits, results.seen, pressed],
    )
    shape = use_memo(lambda: _shape(criteria, sketch), [criteria.area, criteria.circle, sketch.kind, sketch.circle])
    corners, hands = sketch_layers(sketch.corners), DRAWING if drawing else LOOKING
    if first is None:
        grey = ft.Container(bgcolor=Colour.PRESS, expand=True)
        return Loading(grey, t("Loading the map"), t("Still loading the map"))
    label = tn("Map of {n} home, the list has it", "Map of {n} homes, the list has them all", results.total)
    top = fm.MarkerLayer(markers=[_top(chosen.hit)] if chosen.hit is not None and not drawing else [])
    return drawn_map(first, ground, [*shape, *over, *corners, top], label, events=events, hands=hands, ref=ref)


_StillPane = memo(_Pane)
"""The map, rendered again only when what it shows changes: not for a press."""


def _shape(criteria: Criteria, sketch: Sketch) -> list[fm.MapLayer]:
    """What was drawn and is searched; while something is drawn, the circle of the sketch."""
    if sketch.kind is not None:
        return shape_layers((), sketch.circle)
    return searched_shape(criteria)


def searched_shape(criteria: Criteria) -> list[fm.MapLayer]:
    """The area or the circle that is searched, if there is one."""
    return shape_layers(read_area(criteria.area) if criteria.area else (), criteria.circle)


def _layers(
    mapping: MapState, hits: Sequence[SearchHit], seen: frozenset[str], acts: MapActs | None, ref: Any
) -> list[fm.MapLayer]:
    """Names, what is not in the list, and the pins of what is. Without `acts` all of them let a press through."""
    zoom, spots = mapping.zoom, [(hit.latitude, hit.longitude) for hit in hits]
    free = with_room(spots, zoom, PIN_WIDTH, PIN_HEIGHT)
    priced = [around(*spot, zoom, PIN_WIDTH, PIN_HEIGHT) for spot, room in zip(spots, free, strict=True) if room]
    dots = [around(*spot, zoom, DOT, DOT) for spot, room in zip(spots, free, strict=True) if not room]
    cells = beside(others(mapping.cells, spots, mapping.step), zoom, [*priced, *dots])
    taken = [*priced, *(around(cell.latitude, cell.longitude, zoom, TARGET, PIN_HEIGHT) for cell in cells)]
    edges = [] if mapping.camera is None else beyond(mapping.camera, mapping.size)
    pins = sorted(zip(hits, free, strict=True), key=lambda pair: pair[1])  # small ones first: the others lie above
    return [
        names_layer(names_with_room(mapping.areas, zoom, [*taken, *edges])),
        fm.MarkerLayer(markers=_cell_markers(cells, mapping, acts, ref)),
        fm.MarkerLayer(
            markers=[
                keyed(hit.slug, _pin_marker(hit, _pin(hit, mapping, acts, priced, hit.slug in seen)))
                for hit, priced in pins
            ]
        ),
    ]


def _pin(hit: SearchHit, mapping: MapState, acts: MapActs | None, priced: bool, seen: bool) -> ft.Control:
    """A home of the list: its price, or a dot where a price would cover another."""
    if acts is None:
        return price_pin(pin_words(hit), seen=seen) if priced else dot()

    def hover(over: bool) -> None:
        mapping.light(hit if over else None)

    def press() -> None:
        acts.pick(hit)

    if not priced:
        return dot(press, hover)
    return price_pin(pin_words(hit), seen=seen, on_click=press, on_hover=hover)


def _top(hit: SearchHit) -> fm.Marker:
    """The chosen home, above all others. It lets the pointer through, to the pin it covers."""
    pin = ft.TransparentPointer(price_pin(pin_words(hit), chosen=True))
    return _pin_marker(hit, pin)


def _pin_marker(hit: SearchHit, pin: ft.Control) -> fm.Marker:
    return marker(hit.latitude, hit.longitude, pin, PIN_ROOM, TARGET)


def pin_words(hit: SearchHit) -> str:
    """`£328`: the whole stay when there are dates, else a night or a month."""
    return money_round(hit.total or hit.price)


def _cell_markers(cells: Sequence[MapCell], mapping: MapState, acts: MapActs | None, ref: Any) -> list[fm.Marker]:
    lone = sum(cell.homes == 1 for cell in cells)
    priced = lone <= MAX_LONE_PINS
    return [_cell_marker(cell, mapping, acts, ref, priced=priced) for cell in cells]


def _cell_marker(cell: MapCell, mapping: MapState, acts: MapActs | None, ref: Any, *, priced: bool) -> fm.Marker:
    page, home = ft.context.page, cell.home

    async def nearer() -> None:
        mapping.touch.moved = True
        zoom = (mapping.camera.zoom if mapping.camera else mapping.step) + NEARER
        await ref.current.move_to(
            point(cell.latitude, cell.longitude), zoom=min(zoom, NEAREST), animation_duration=MOVE_MS
        )

    def press() -> None:
        if acts is not None and home is not None:
            acts.pick(home)
        else:
            page.run_task(nearer)

    on_click = None if acts is None else press
    if home is not None and priced:
        return marker(cell.latitude, cell.longitude, price_pin(pin_words(home), on_click=on_click), PIN_ROOM, TARGET)
    if cell.homes == 1:
        return marker(cell.latitude, cell.longitude, dot(on_click), TARGET, TARGET)
    width = max(group_width(cell.homes), TARGET)
    return marker(cell.latitude, cell.longitude, group(cell.homes, on_click), width, TARGET)


@ft.component
def _Over(criteria: Criteria, mapping: MapState, acts: MapActs, calls: _Calls, where: _Where) -> ft.Control:
    """What stands over the map whatever it shows: zoom, scale, what it is made of, and the search of this area."""
    touch, page = use_once(lambda: mapping.touch), ft.context.page
    sketch, phone = use_once(lambda: mapping.sketch), use_size() is SizeClass.PHONE

    async def zoom(nearer: bool) -> None:
        touch.moved = True
        shown = where.ref.current
        await (shown.zoom_in if nearer else shown.zoom_out)(animation_duration=MOVE_MS)

    async def search_here(_: Any) -> None:
        if mapping.box is not None:
            await acts.apply(criteria.placed(box=rounded(mapping.box)))

    buttons = zoom_buttons(lambda _: page.run_task(zoom, True), lambda _: page.run_task(zoom, False))
    controls: list[ft.Control] = [
        ft.Container(buttons, right=16, top=16),
        # Beside the scale it breaks into lines where letters are large.
        ft.Container(
            caption(mapping.tiles, short=phone),
            left=12,
            right=MAX_SCALE_PIXELS + 8,
            bottom=10,
            alignment=ft.Alignment.BOTTOM_LEFT,
            ignore_interactions=True,
        ),
    ]
    if touch.rest is not None:
        scale = scale_bar(touch.rest.latitude, touch.rest.zoom)
        controls.append(ft.Container(scale, right=14, bottom=12, ignore_interactions=True))
    note = _Trouble(criteria, mapping, calls)
    if sketch.kind is None:
        controls.append(ft.Container(DrawButtons(sketch, criteria.circle), left=16, top=16))
    if touch.moved and sketch.kind is None:
        button = outlined(t("Search this area"), search_here, icon=ft.Icons.SEARCH_ROUNDED)
        controls.append(_in_the_middle(floating(button), where.top))
    return ft.Stack([*controls, note], expand=True)


def _in_the_middle(control: ft.Control, top: float) -> ft.Control:
    return ft.Row([control], top=top, left=76, right=76, alignment=ft.MainAxisAlignment.CENTER)


@ft.component
def _Trouble(criteria: Criteria, mapping: MapState, calls: _Calls) -> ft.Control:
    """That the homes of the map did not load, and a second try; the list is not concerned."""
    show, look = use_once(lambda: calls.show), use_once(lambda: calls.look)
    failed = next((one for one in (show, look) if one.problem is not None and not one.running), None)
    if failed is None or failed.problem is None:
        return nothing()

    async def again(_: Any) -> None:
        if failed is show or mapping.camera is None:
            await show.start(criteria)
        else:
            await look.start(mapping.camera)

    words = text(t("The map did not load. {reason}", reason=problem_words(failed.problem)), Style.SMALL, expand=True)
    row = ft.Row([words, quiet(t("Try again"), again, accent=True, name=t("Load the map again"))], spacing=8)
    box = ft.Container(row, bgcolor=Colour.SURFACE, border_radius=Radius.CARD, padding=ft.Padding(14, 4, 4, 4))
    return ft.Container(ft.Semantics(live_region=True, content=floating(box)), left=16, right=76, top=66)


@ft.component
def _Picked(mapping: MapState, acts: MapActs) -> ft.Control:
    """The card of the home whose pin was pressed, at the foot of the map."""
    session = use_session()
    touch = use_once(lambda: mapping.touch)
    hit: SearchHit | None = touch.picked
    if hit is None or mapping.criteria is None:
        return nothing()
    card = floating(map_card(session, hit, mapping.criteria.nights, acts.open))
    return ft.Container(card, left=16, right=16, bottom=36)


def nothing() -> ft.Control:
    """Nothing over the map."""
    # With a place of its own: without one it would fill the stack and take every touch from the map.
    return ft.Container(left=0, top=0, width=0, height=0)


def map_card(session: Session, hit: SearchHit, nights: int | None, on_open: OnHit) -> ft.Control:
    """A home in one row: picture, what it is, what it costs."""
    figure, note = price_words(hit, nights)
    facts = facts_line(hit)
    row = ft.Row(
        [
            listing.cover(session, hit.id, width=104, height=84),
            ft.Column(
                [one_line(hit.title, Style.H3, Colour.TEXT), one_line(facts), price(figure, note)],
                spacing=3,
                tight=True,
                expand=True,
            ),
        ],
        spacing=14,
    )
    return target(
        row,
        t("{title}. {facts}. {price}", title=hit.title, facts=facts, price=f"{figure} {note}"),
        lambda _: on_open(hit),
        bgcolor=Colour.RAISED,
        padding=ft.Padding(10, 10, 16, 10),
        align=ft.Alignment.CENTER_LEFT,
    )
