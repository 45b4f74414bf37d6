"""The map on which the pin of a home is put; the fields of both numbers stand below it and say the same."""

import dataclasses
from collections.abc import Callable
from typing import Final

import flet as ft
import flet_map as fm

from client.core.action import Action
from client.core.boundaries import panel
from client.core.hooks import use_memo, use_once
from client.core.language import t
from client.core.problem_words import problem_words
from client.core.session import use_session
from client.core.tasks import use_task
from client.design.buttons import quiet
from client.design.handlers import calling
from client.design.text import text
from client.design.tokens import Colour, Radius, Style
from client.features.home_form.facts import degrees_words, pin_of
from client.features.home_form.map_state import CITY_ZOOM, SIZE, PinMap
from client.features.home_form.state import HomeEditor
from client.parts.map.drawn_map import (
    PINNING,
    MapEvents,
    caption,
    drawn_map,
    ground_layers,
    marker,
    names_layer,
    point,
    zoom_buttons,
)
from client.parts.map.sheet import Camera, names_with_room, turned

MOVE_MS: Final = 350
_PIN_SIDE: Final = 44


@dataclasses.dataclass
class _Hand:
    """The pin that was put by a press: the map stays where the hand is. Nobody is told."""

    pin: tuple[float, float] | None = None


@panel
def PinField(form: HomeEditor, touch: Callable[[], None]) -> ft.Control:
    """Press the map, and the home stands there."""
    session, page = use_session(), ft.context.page
    mapping = use_once(lambda: PinMap(session.http))
    find, look = (
        use_once(lambda: Action(mapping.find, latest=True)),
        use_once(lambda: Action(mapping.look, latest=True)),
    )
    hand = use_memo(_Hand, [])
    pin = pin_of(form.typed)
    named = tuple(form.typed.get(name) for name in ("city", "neighbourhood")) if pin is None else ()

    async def follow() -> None:
        if mapping.frame is None or pin is None or pin != hand.pin:
            await find.start(form.typed)

    def moved(camera: Camera, by_hand: bool) -> None:
        if by_hand:
            page.run_task(look.start, camera)

    def pressed(latitude: float, longitude: float) -> None:
        form.put("latitude", degrees_words(latitude))
        form.put("longitude", degrees_words(turned(longitude)))
        hand.pin = pin_of(form.typed)
        form.saw()
        touch()

    use_task(follow, [pin, named])
    events = use_memo(lambda: MapEvents(moved, pressed), [form])
    return ft.Column(
        [
            text(
                t("Press the map where the home stands")
                if pin is None
                else t("The home stands at the pin; press to move it"),
                Style.LABEL,
            ),
            _map(mapping, pin, events),
            *([_trouble(find, form)] if find.problem is not None and not find.running else []),
            text(
                t(
                    "Everyone sees about which street it is in, as a circle. Guests with a confirmed stay are told the"
                    " address; the exact point stays between you and us."
                ),
                Style.SMALL,
                Colour.TEXT_2,
            ),
        ],
        spacing=8,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _trouble(find: Action, form: HomeEditor) -> ft.Control:
    words = problem_words(find.problem) if find.problem is not None else ""
    again = quiet(t("Try again"), calling(find.start, form.typed), accent=True, name=t("Load the map again"))
    reason = text(t("The map did not load. {reason}", reason=words), Style.SMALL, Colour.TEXT_2, expand=True)
    return ft.Row([reason, again], spacing=8)


def _map(mapping: PinMap, pin: tuple[float, float] | None, events: MapEvents) -> ft.Control:
    inside = ft.Container(
        _Ground(mapping, pin, events),
        bgcolor=Colour.PAGE,
        border_radius=Radius.CONTROL - 1,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
    )
    edge = ft.Border.all(1, Colour.LINE_STRONG)
    return ft.Container(inside, height=SIZE.height, padding=1, border=edge, border_radius=Radius.CONTROL)


@ft.component
def _Ground(mapping: PinMap, pin: tuple[float, float] | None, events: MapEvents) -> ft.Control:
    page, ref = ft.context.page, use_memo(lambda: ft.Ref[fm.Map](), [])
    frame = mapping.frame
    first = use_memo(lambda: frame, [frame is None])

    async def follow() -> None:
        if frame is not None and frame is not first and ref.current is not None:
            await ref.current.move_to(
                point(frame.latitude, frame.longitude), zoom=frame.zoom, animation_duration=MOVE_MS
            )

    async def zoom(nearer: bool) -> None:
        if ref.current is not None:
            await (ref.current.zoom_in if nearer else ref.current.zoom_out)(animation_duration=MOVE_MS)

    use_task(follow, [frame])
    ground = use_memo(lambda: _ground_layers(mapping, frame), [mapping.areas, mapping.grid, mapping.tiles, frame])
    if first is None or frame is None:
        return ft.Container(bgcolor=Colour.PRESS, expand=True)
    label = t("Map: press where the home stands, or type both numbers below")
    shown = drawn_map(first, ground, [_pin_layer(frame, pin)], label, events=events, hands=PINNING, ref=ref)
    buttons = zoom_buttons(lambda _: page.run_task(zoom, True), lambda _: page.run_task(zoom, False))
    made_of = ft.Container(caption(mapping.tiles), left=10, bottom=8)
    return ft.Stack([shown, ft.Container(buttons, right=12, top=12), made_of], fit=ft.StackFit.EXPAND)


def _ground_layers(mapping: PinMap, frame: Camera | None) -> list[fm.MapLayer]:
    if frame is None:
        return []
    names = names_with_room(mapping.areas, frame.zoom, ())
    return [*ground_layers(mapping.areas, mapping.grid, mapping.tiles), names_layer(names)]


def _pin_layer(frame: Camera, pin: tuple[float, float] | None) -> fm.MapLayer:
    """The pin; while there is none, a pale one in the middle of the place that is named."""
    if pin is None and frame.zoom < CITY_ZOOM:
        return fm.MarkerLayer(markers=[])
    colour = Colour.ACCENT if pin is not None else Colour.LINE_STRONG
    shape = ft.Container(ft.Icon(ft.Icons.LOCATION_ON_ROUNDED, size=_PIN_SIDE, color=colour), ignore_interactions=True)
    spot = marker(*(pin or (frame.latitude, frame.longitude)), shape, _PIN_SIDE, _PIN_SIDE)
    spot.alignment = ft.Alignment.TOP_CENTER  # its point, not its middle, is the place
    return fm.MarkerLayer(markers=[spot])
