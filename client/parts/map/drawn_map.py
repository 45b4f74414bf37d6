"""A map: areas drawn from our own homes, pictures over them where the server has a source, and what stands on it.

Nothing is fetched for it but what the state gives; it pans and zooms on the client alone.
"""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any, Final

import flet as ft
import flet_map as fm

from client.core.language import t
from client.design.buttons import icon_button
from client.design.text import text
from client.design.tokens import SHADOW_PANEL, SHADOW_PIN, Colour, Radius, Style
from client.parts.facts import distance_words
from client.parts.map.grid import Grid
from client.parts.map.pins import TARGET
from client.parts.map.sheet import MAX_SCALE_PIXELS, Camera, Circle, Name, scale_of
from shared_models.areas import FEWEST_CORNERS, Corner, unrolled
from shared_models.search_map import MapArea, MapTiles

LEAST_ZOOM: Final = 1.0
NEAREST_ZOOM: Final = 18.0
NAME_HEIGHT: Final = 20
_BORDER: Final = 2
_SHAPE_LINE: Final = 3
_FILL: Final = ft.Colors.with_opacity(0.14, Colour.ACCENT)
_GRID: Final = ft.Colors.with_opacity(0.45, Colour.LINE)


LOOKING: Final = fm.InteractionFlag.ALL & ~fm.InteractionFlag.ROTATE
DRAWING: Final = LOOKING & ~(fm.InteractionFlag.DOUBLE_TAP_ZOOM | fm.InteractionFlag.DOUBLE_TAP_DRAG_ZOOM)
"""While one draws, two presses side by side are two points, and each counts at once."""
PINNING: Final = DRAWING & ~fm.InteractionFlag.SCROLL_WHEEL_ZOOM
"""On a map among fields the wheel turns the page."""


def _interaction(flags: fm.InteractionFlag) -> fm.InteractionConfiguration:
    return fm.InteractionConfiguration(
        flags=flags,
        # It would take the focus and the letters of whoever types beside it.
        keyboard_configuration=fm.KeyboardConfiguration.disabled(),
    )


def point(latitude: float, longitude: float) -> fm.MapLatitudeLongitude:
    """A point as the map takes it."""
    return fm.MapLatitudeLongitude(latitude, longitude)


def marker(latitude: float, longitude: float, content: ft.Control, width: float, height: float) -> fm.Marker:
    """Something that stands on a point of the map and keeps its size."""
    return fm.Marker(content=content, coordinates=point(latitude, longitude), width=width, height=height)


@dataclasses.dataclass(frozen=True)
class MapEvents:
    """What a map tells: where it stands (and whether a hand moved it), and where it was pressed beside every mark."""

    on_camera: Callable[[Camera, bool], Any]
    on_press: Callable[[float, float], Any]
    """Gets the latitude and the longitude."""


def drawn_map(
    camera: Camera,
    ground: Sequence[fm.MapLayer],
    over: Sequence[fm.MapLayer],
    label: str,
    *,
    events: MapEvents | None = None,
    hands: fm.InteractionFlag = LOOKING,
    ref: Any = None,
) -> ft.Control:
    """A map that begins at `camera`. To readers all of it is one `label`; without `events` it stands still.

    `ref.current` is the map, to move it; `hands` is what they can do with it.
    """
    shown = fm.Map(
        layers=[*ground, *over],
        expand=True,
        bgcolor=Colour.PAGE,
        initial_center=point(camera.latitude, camera.longitude),
        initial_zoom=camera.zoom,
        min_zoom=LEAST_ZOOM,
        max_zoom=NEAREST_ZOOM,
        interaction_configuration=_interaction(fm.InteractionFlag.NONE if events is None else hands),
        on_position_change=None if events is None else _told(events),
        on_tap=None if events is None else _pressed(events),
        keep_alive=True,
    )
    if ref is not None:
        ref.current = shown
    return ft.Semantics(label=label, exclude_semantics=True, expand=True, content=shown)


def _told(events: MapEvents) -> Callable[[fm.MapPositionChangeEvent], Any]:
    def changed(e: fm.MapPositionChangeEvent) -> Any:
        middle = e.camera.center
        return events.on_camera(Camera(middle.latitude, middle.longitude, e.camera.zoom), e.has_gesture)

    return changed


def _pressed(events: MapEvents) -> Callable[[fm.MapTapEvent], Any]:
    return lambda e: events.on_press(e.coordinates.latitude, e.coordinates.longitude)


def shape_layers(corners: Sequence[Corner], circle: Circle | None) -> list[fm.MapLayer]:
    """What somebody drew: an area through its corners, or a circle."""
    fill = {"color": _FILL, "border_color": Colour.ACCENT}
    if circle is not None:
        shape = fm.CircleMarker(
            radius=circle.kilometres * 1000,
            coordinates=point(circle.latitude, circle.longitude),
            border_stroke_width=_SHAPE_LINE,
            use_radius_in_meter=True,
            **fill,
        )
        return [fm.CircleLayer(circles=[shape])]
    if not corners:
        return []
    ring = [point(*corner) for corner in unrolled(corners)]
    area = fm.PolygonMarker(coordinates=ring, border_stroke_width=_SHAPE_LINE, **fill)
    return [fm.PolygonLayer(polygons=[area], polygon_labels=False)]


def sketch_layers(corners: Sequence[Corner]) -> list[fm.MapLayer]:
    """An area that is being drawn: its corners, and the way between them; the first one is where it closes."""
    if not corners:
        return []
    ring = [point(*corner) for corner in unrolled(corners)]
    fill = fm.PolygonMarker(coordinates=ring, color=_FILL, border_color=ft.Colors.TRANSPARENT)
    way = fm.PolylineMarker(coordinates=ring, color=Colour.ACCENT, stroke_width=_SHAPE_LINE)
    dots = [fm.Marker(_corner(first=not place), spot, width=TARGET, height=TARGET) for place, spot in enumerate(ring)]
    return [
        fm.PolygonLayer(polygons=[fill] if len(ring) >= FEWEST_CORNERS else [], polygon_labels=False),
        fm.PolylineLayer(polylines=[way] if len(ring) > 1 else []),
        fm.MarkerLayer(markers=dots),
    ]


def _corner(*, first: bool) -> ft.Control:
    side = 18 if first else 12
    dot = ft.Container(
        width=side,
        height=side,
        border_radius=side / 2,
        bgcolor=Colour.SURFACE if first else Colour.ACCENT,
        border=ft.Border.all(4 if first else 2, Colour.ACCENT if first else Colour.SURFACE),
    )
    return ft.Container(dot, alignment=ft.Alignment.CENTER, ignore_interactions=True)


def ground_layers(areas: Sequence[MapArea], grid: Grid | None, tiles: MapTiles | None) -> list[fm.MapLayer]:
    """The areas under a faint grid, and pictures over them where there is a source: so there is never grey."""
    layers: list[fm.MapLayer] = [fm.PolygonLayer(polygons=_polygons(areas), polygon_labels=False)]
    if grid is not None:
        layers.append(fm.PolylineLayer(polylines=_lines(grid)))
    if tiles is not None:
        layers.append(fm.TileLayer(url_template=tiles.url, user_agent_package_name="com.estospaces"))
    return layers


def _polygons(areas: Sequence[MapArea]) -> list[fm.PolygonMarker]:
    return [
        fm.PolygonMarker(
            coordinates=[point(*spot) for spot in ring],
            color=Colour.MAP_LAND,
            border_color=Colour.MAP_ROAD,
            border_stroke_width=_BORDER,
        )
        for area in areas
        for ring in area.shapes
    ]


def _lines(grid: Grid) -> list[fm.PolylineMarker]:
    return [
        fm.PolylineMarker(coordinates=[point(*spot) for spot in way], color=_GRID, stroke_width=1)
        for way in grid.ways()
    ]


def names_layer(names: Sequence[Name]) -> fm.MapLayer:
    """The names of areas."""
    return fm.MarkerLayer(
        markers=[
            marker(
                name.latitude,
                name.longitude,
                text(name.words, Style.CAPTION_STRONG, Colour.MAP_TEXT, align=ft.TextAlign.CENTER, max_lines=1),
                name.width,
                NAME_HEIGHT,
            )
            for name in names
        ]
    )


def zoom_buttons(on_in: Callable[..., Any], on_out: Callable[..., Any]) -> ft.Control:
    """Nearer and farther, for those without a wheel."""
    nearer = icon_button(ft.Icons.ADD_ROUNDED, t("Zoom in"), on_in)
    return tool_column([nearer, icon_button(ft.Icons.REMOVE_ROUNDED, t("Zoom out"), on_out)])


def tool_column(buttons: Sequence[ft.Control]) -> ft.Control:
    """Buttons on the map: icons one below the other with a line between them, or a single one with its words."""
    rows: list[ft.Control] = []
    for button in buttons:
        rows += [*([ft.Container(width=44, height=1, bgcolor=Colour.LINE)] if rows else []), button]
    column = ft.Column(rows, spacing=0, tight=True)
    return ft.Container(column, bgcolor=Colour.SURFACE, border_radius=Radius.CONTROL, shadow=SHADOW_PIN)


def floating(panel: ft.Control) -> ft.Control:
    """Something that hovers over the map."""
    return ft.Container(panel, border_radius=Radius.CARD, shadow=SHADOW_PANEL)


def caption(tiles: MapTiles | None, *, short: bool = False) -> ft.Control:
    """What the map is made of: the truth about the drawing, or whose pictures these are; `short` on a phone."""
    drawn = t("Drawn from our homes") if short else t("Drawn from our homes · positions to a street")
    words = drawn if tiles is None else tiles.attribution
    return ft.Container(
        text(words, Style.CAPTION, Colour.MAP_TEXT),
        bgcolor=ft.Colors.with_opacity(0.7, Colour.MAP_LAND),
        border_radius=Radius.SMALL,
        padding=ft.Padding.symmetric(horizontal=6, vertical=2),
    )


def scale_bar(latitude: float, zoom: float) -> ft.Control:
    """How long a round number of metres is here."""
    scale = scale_of(latitude, zoom)
    edge = ft.BorderSide(2, Colour.MAP_TEXT)
    bar = ft.Container(width=scale.width, height=5, border=ft.Border(left=edge, right=edge, bottom=edge))
    return ft.Container(
        ft.Column(
            [text(distance_words(scale.metres / 1000), Style.CAPTION, Colour.MAP_TEXT), bar],
            spacing=1,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.END,
        ),
        width=MAX_SCALE_PIXELS,
        alignment=ft.Alignment.BOTTOM_RIGHT,
    )
